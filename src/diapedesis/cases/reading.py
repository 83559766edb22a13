"""One reading of a case: every range and every unknown of what was given, drawn once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from diapedesis.cases.assumed import (
    ANSWER_DAYS,
    GIVEN_WHEN_UNKNOWN,
    INFUSIONS_MS,
    INFUSIONS_PML,
    INTERVAL,
    SESSION_START,
    SWITCH,
)
from diapedesis.cases.case import Exposure, GivenTreatment, PublishedCase
from diapedesis.cases.days import Range
from diapedesis.cases.open_days import DRUGS_OF_MS, moment_days, switched
from diapedesis.cases.regimen import Given, as_protocol, regimen
from diapedesis.cases.sense import LONGEST_USE, first_infusion
from diapedesis.population.virus_onset import DELAY_SYMPTOMS, DELAY_SYMPTOMS_SPREAD
from diapedesis.simulate import Antibodies, Infusion, Protocol

AT = ("pml_symptoms", "iris_onset", "relapse")
"""Events that the model brings about, and that treatments may answer."""
RETURNS = ("relapse", "rebound", "worsening")
"""Events of a case that are a relapse in the model; worsening only where PML was not known."""
UNDATED = "no date"
ANSWERS_IRIS = ("steroid", "immunoglobulin")
"""Treatments that are supposed to answer IRIS where it is open whether they were given."""
OFTEN_LONG_BEFORE = (*DRUGS_OF_MS, *ANSWERS_IRIS)
"""Treatments of MS that a case may name without a date, of years before: they are left out then."""
LONGEST = 120
"""Infusions at most, where their number is not published and drawn."""


@dataclass(frozen=True)
class Reading:
    """What was given in one reading of a case; day 0 is the last infusion.

    Attributes
    ----------
    protocol : Protocol
    moment : float
        Day of the moment.
    answers : dict of str to tuple
        Treatments that answer each event of `AT`, their days counted from it.
    left_out : tuple of str
        Treatments that the model does not have, that have no day, or that answer an event it does
        not time.
    event : str
        What happened at the moment; empty for anything.
    events : dict of str to float
        Days of the events of which every reading of the case has one, by name.
    earliest_dose, earliest_moment : float
        Day before which no reading has a first infusion, or a moment; ``-inf`` for none such.
    """

    protocol: Protocol
    moment: float
    answers: dict[str, tuple[Given, ...]]
    left_out: tuple[str, ...]
    event: str = ""
    events: Mapping[str, float] = field(default_factory=dict)
    earliest_dose: float = -math.inf
    earliest_moment: float = -math.inf

    @property
    def first_dose(self) -> float:
        """Day of the first infusion."""
        return self.protocol.doses[0].time


def draw_reading(case: PublishedCase, rng: np.random.Generator) -> Reading:
    """Draw one reading of a case."""
    moment = _drawn(moment_days(case), rng)
    doses = _infusions(case, moment, rng)
    known = {"moment": moment, case.moment.event: moment} | _known_days(case, moment, rng)
    given: list[Given] = []
    answers: dict[str, list[Given]] = {event: [] for event in AT}
    left_out: list[str] = []
    for t in _in_turn(case.treatments):
        if rng.random() >= _probability(t):
            continue
        event, day = _start(t, case, known, rng)
        ends = case.moment.event == f"{t.what}_end"
        told = replace(t, end=Range.of(moment)) if ends else t
        found = regimen(told, day, rng) if event in (None, *AT) else None
        if found is None:
            left_out.append(t.what)
            continue
        if event is None:
            known.setdefault(t.what, day)
            given.extend(found)
            if np.isfinite(end := max(_end(g) for g in found)):
                known.setdefault(f"{t.what}_end", end)
        else:
            answers[event].extend(found)
    titre = tuple(
        Antibodies(doses[0].time + 30.0)
        for f in case.given
        if f.kind == "drug_antibody" and "positive" in f.words
    )
    protocol = as_protocol(doses, given, titre)
    by_event = {k: tuple(v) for k, v in answers.items()}
    unsure = {t.what for t in case.treatments if t.given != "yes"}
    return Reading(
        protocol,
        moment,
        by_event,
        tuple(left_out),
        case.moment.event,
        {k: day for k, day in known.items() if k.removesuffix("_end") not in unsure},
        min(first_infusion(case.exposure), doses[0].time),
        moment_days(case).low,
    )


def _end(event: Given) -> float:
    return event.end


def _infusions(case: PublishedCase, moment: float, rng: np.random.Generator) -> list[Infusion]:
    """Return the infusions up to day 0, the first of them no later than the moment."""
    e = case.exposure
    interval = INTERVAL if e.interval is None else _drawn(_within_use(e), rng)
    if e.infusions is not None:
        n = min(round(_drawn(e.infusions, rng)), 1 + int(LONGEST_USE / interval))
    elif e.months is not None:
        n = round(_drawn(e.months, rng) * 30.44 / interval) + 1
    else:
        median, spread = INFUSIONS_PML if of_pml(case) else INFUSIONS_MS
        n = min(round(median * np.exp(spread * rng.standard_normal())), LONGEST)
    n = max(n, 1 + math.ceil(max(-moment, 0.0) / interval))
    return [Infusion(-interval * k, 300.0) for k in range(n - 1, -1, -1)]


def _within_use(e: Exposure) -> Range:
    """Return the intervals at which the fewest infusions published take no more than years."""
    assert e.interval is not None
    longest = LONGEST_USE / max(1.0 if e.infusions is None else e.infusions.low - 1, 1.0)
    if not np.isfinite(e.interval.high) or e.interval.low >= longest:
        return e.interval
    return Range(e.interval.low, min(e.interval.high, longest))


def of_pml(case: PublishedCase) -> bool:
    """Return whether PML is among what was known at the moment."""
    absent = {"pml_symptoms": "none", "mri_pml": "no_lesion", "csf_jcv": "undetected"}
    return any(
        f.kind == "pml_diagnosis" or (f.kind in absent and absent[f.kind] not in f.words)
        for f in case.given
    )


def _probability(t: GivenTreatment) -> float:
    if t.given == "unknown":
        return GIVEN_WHEN_UNKNOWN.get(t.what, 0.0)
    return 1.0 if t.given == "yes" else 0.0


def _known_days(case: PublishedCase, moment: float, rng: np.random.Generator) -> dict[str, float]:
    """Return the days of the given events that have one; of two of a kind the first counts."""
    known: dict[str, float] = {}
    for f in case.given:
        at_moment = f.since is not None and f.since.event in ("moment", case.moment.event)
        if "none" in f.words or f.kind == case.moment.event:
            continue
        if f.day is not None:
            known.setdefault(f.kind, min(_drawn(f.day, rng), moment))
        elif f.since is not None and at_moment:
            known.setdefault(f.kind, min(moment + _drawn(f.since.days, rng), moment))
    return known


def _in_turn(treatments: Iterable[GivenTreatment]) -> list[GivenTreatment]:
    """Return treatments as listed, but none before another by whose day it is dated."""
    waiting, found = list(treatments), list[GivenTreatment]()
    while waiting:
        to_come = {t.what for t in waiting} - {t.what for t in found}
        free = (t for t in waiting if _names(t) not in to_come - {t.what})
        found.append(next(free, waiting[0]))
        waiting.remove(found[-1])
    return found


def _names(t: GivenTreatment) -> str:
    """Return what a treatment is dated by; empty where it has a day of its own."""
    return "" if t.since is None or t.day is not None else t.since.event.removesuffix("_end")


def _start(
    t: GivenTreatment, case: PublishedCase, known: dict[str, float], rng: np.random.Generator
) -> tuple[str | None, float]:
    """Return the event a treatment answers, ``None`` if its day is known, and its day.

    The event is one that the model brings about, or one that it does not time.
    """
    if t.what == case.moment.event:
        return None, known["moment"]
    if t.day is not None:
        return None, _drawn(t.day, rng)
    if t.since is not None:
        event = _answered(t.since.event, case)
        after = _drawn(SWITCH if switched(t, case) else t.since.days, rng)
        if event == "pml_diagnosis" and event not in known:  # it follows symptoms
            event, after = "pml_symptoms", after + _delay(rng)
        return (None, known[event] + after) if event in known else (_brought(event, case), after)
    if t.what in ANSWERS_IRIS and t.given == "unknown":
        return "iris_onset", _drawn(ANSWER_DAYS, rng)
    if t.what in OFTEN_LONG_BEFORE:
        return UNDATED, 0.0
    return None, known["moment"] + _drawn(SESSION_START, rng)


def _delay(rng: np.random.Generator) -> float:
    """Return days from symptoms to the diagnosis."""
    return float(rng.lognormal(np.log(DELAY_SYMPTOMS), DELAY_SYMPTOMS_SPREAD))


def _answered(event: str, case: PublishedCase) -> str:
    """Return the event behind an event of the case: what follows a treatment answers the same."""
    name = event.removesuffix("_end")
    behind = (t.since.event for t in case.treatments if t.what == name and t.since is not None)
    return next((e for e in behind if _brought(e, case) in AT), event)


def _brought(event: str, case: PublishedCase) -> str:
    """Return the event of the model that stands for an event of a case."""
    if event not in RETURNS or (event == "worsening" and of_pml(case)):
        return event
    return "relapse"


def _drawn(r: Range, rng: np.random.Generator) -> float:
    """Return a number within a range; of one without an upper end, its lower."""
    if r.exact or not np.isfinite(r.high):
        return float(r.low)
    return float(rng.uniform(r.low, r.high))
