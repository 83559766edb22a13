"""What each draw is given once what the model brings about is answered: IRIS, symptoms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diapedesis.cases.draws import Drawn, course
from diapedesis.cases.facts import Known
from diapedesis.cases.regimen import Given, as_protocol
from diapedesis.observe.draws import Array
from diapedesis.population.crossing import crossing
from diapedesis.population.virus_care import IRIS_ONSET
from diapedesis.simulate import Course, OralSteroid, Protocol

LOOKED_AT = ("pml_volume", "iris_level")


def answered(drawn: Drawn, days: Array) -> list[Protocol]:
    """Return the protocol of each draw, with the answers to symptoms and to IRIS.

    The course without an answer says when the event comes. What came before the moment is answered
    from the moment on, as it was then that what is given was decided; what else is given goes on.

    Parameters
    ----------
    drawn : Drawn
    days : ndarray, shape (n_days,)
        From before the moment to the end of follow-up.
    """
    given = [drawn.reading.protocol] * drawn.patients.n
    for event in ("pml_symptoms", "iris_onset"):
        if answers := drawn.reading.answers[event]:
            known = Known(drawn, days, course(drawn, days, LOOKED_AT, given))
            begins = np.maximum(_day(event, known), drawn.reading.moment)
            given = [
                p if np.isnan(b) else with_answers(p, answers, float(b))
                for p, b in zip(given, begins, strict=True)
            ]
    return given


def _day(event: str, known: Known) -> Array:
    """Return the day of an event in each draw; ``nan`` for never."""
    if event == "pml_symptoms":
        return known.symptoms
    return crossing(known.days, known.values["iris_level"], IRIS_ONSET)


def with_answers(protocol: Protocol, answers: tuple[Given, ...], day: float) -> Protocol:
    """Return a protocol with what answers an event of a day; what it holds already stays.

    Examples
    --------
    >>> from diapedesis.simulate import Infusion, Steroid
    >>> one = with_answers(Protocol([Infusion(0, 300.0)]), (Steroid(2, grams=1.0),), 30.0)
    >>> [t.time for t in one.treatments], len(one.doses)
    ([32.0], 1)
    """
    more = [_moved(t, day) for t in answers]
    held = (*protocol.sessions, *protocol.treatments)
    return replace(as_protocol((), (*held, *more), protocol.antibodies), doses=protocol.doses)


def _moved(t: Given, by: float) -> Given:
    if isinstance(t, Course | OralSteroid):
        return replace(t, start=t.start + by, end=t.end + by)
    return replace(t, time=t.time + by)
