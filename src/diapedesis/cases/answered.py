"""What each draw is given once what the model brings about is answered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diapedesis.cases.draws import Drawn, course
from diapedesis.cases.facts import Known
from diapedesis.cases.later import Later
from diapedesis.cases.reading import AT
from diapedesis.cases.regimen import Given, as_protocol
from diapedesis.observe.draws import Array
from diapedesis.population.crossing import crossing
from diapedesis.population.virus_care import IRIS_ONSET
from diapedesis.population.virus_patients import Index
from diapedesis.simulate import Course, OralSteroid, Protocol

LOOKED_AT = ("pml_volume", "iris_level", "lesion_births", "relapse_background")


def answered(drawn: Drawn, days: Array, seed: int, numbers: Index) -> list[Protocol]:
    """Return the protocol of each draw, with the answers to symptoms, to IRIS and to a relapse.

    The course without an answer says when the event comes. What came before the moment is answered
    from the moment on, as it was then that what is given was decided; what else is given goes on.

    Parameters
    ----------
    drawn : Drawn
    days : ndarray, shape (n_days,)
        From before the moment to the end of follow-up.
    seed : int
    numbers : ndarray of int, shape (n,)
        Of the draws: the relapses are those that are sampled with the course, see `Later`.
    """
    given = [drawn.reading.protocol] * drawn.patients.n
    for event in AT:
        if answers := drawn.reading.answers[event]:
            known = Known(drawn, days, course(drawn, days, LOOKED_AT, given))
            begins = np.maximum(_day(event, Later(known, seed, numbers)), drawn.reading.moment)
            given = [
                with_answers(p, answers, float(b)) if np.isfinite(b) else p
                for p, b in zip(given, begins, strict=True)
            ]
    return given


def _day(event: str, later: Later) -> Array:
    """Return the day of an event in each draw; not finite for never."""
    if event == "pml_symptoms":
        return later.known.symptoms
    if event == "iris_onset":
        return crossing(later.days, later["iris_level"], IRIS_ONSET)
    return later.relapse


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
