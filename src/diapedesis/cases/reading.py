"""One reading of a case: every range and every unknown of what was given, drawn once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
from diapedesis.cases.case import GivenTreatment, PublishedCase
from diapedesis.cases.days import Range
from diapedesis.cases.open_days import DRUGS_OF_MS, moment_days, switched
from diapedesis.cases.regimen import Given, regimen
from diapedesis.population.virus_onset import DELAY_SYMPTOMS, DELAY_SYMPTOMS_SPREAD
from diapedesis.simulate import Antibodies, Course, Dose, Infusion, OralSteroid, Protocol, Session

AT = ("iris_onset", "pml_symptoms")
"""Events that the model brings about, and that treatments may answer."""
UNDATED = "no date"
ANSWERS_IRIS = ("steroid", "immunoglobulin")
"""Treatments that are supposed to answer IRIS where it is open whether they were given."""
OFTEN_LONG_BEFORE = (*DRUGS_OF_MS, *ANSWERS_IRIS)
"""Treatments of MS that a case may name without a date, of years before: they are left out then."""
LONGEST = 120
"""Infusions at most, where their number is drawn."""


@dataclass(frozen=True)
class Reading:
    """What was given in one reading of a case; day 0 is the last infusion.

    Attributes
    ----------
    protocol : Protocol
    moment : float
        Day of the moment.
    answers : dict of str to tuple
        Treatments that answer "iris_onset" or "pml_symptoms", their days counted from it.
    left_out : tuple of str
        Treatments that the model does not have, that have no day, or that answer an event it does
        not time.
    event : str
        What happened at the moment; empty for anything.
    """

    protocol: Protocol
    moment: float
    answers: dict[str, tuple[Given, ...]]
    left_out: tuple[str, ...]
    event: str = ""

    @property
    def first_dose(self) -> float:
        """Day of the first infusion."""
        return self.protocol.doses[0].time


def draw_reading(case: PublishedCase, rng: np.random.Generator) -> Reading:
    """Draw one reading of a case."""
    moment = _drawn(moment_days(case), rng)
    doses = _infusions(case, rng)
    known = {"moment": moment, case.moment.event: moment} | _known_days(case, moment, rng)
    given: list[Given] = []
    answers: dict[str, list[Given]] = {event: [] for event in AT}
    left_out: list[str] = []
    for t in case.treatments:
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
            known.setdefault(f"{t.what}_end", max(_end(g) for g in found))
            given.extend(found)
        else:
            answers[event].extend(found)
    titre = tuple(
        Antibodies(doses[0].time + 30.0)
        for f in case.given
        if f.kind == "drug_antibody" and "positive" in f.words
    )
    protocol = as_protocol(doses, given, titre)
    by_event = {k: tuple(v) for k, v in answers.items()}
    return Reading(protocol, moment, by_event, tuple(left_out), case.moment.event)


def as_protocol(
    doses: Iterable[Dose], given: Iterable[Given], antibodies: tuple[Antibodies, ...] = ()
) -> Protocol:
    """Sort what was given into doses, sessions and treatments.

    Of two sessions in each other's way, or two courses of one drug, the later is left out. A dose
    of prednisolone ends where the next one begins.
    """
    every = list(given)
    sessions: list[Session] = []
    for s in sorted((g for g in every if isinstance(g, Session)), key=_time):
        if not sessions or s.time >= sessions[-1].end:
            sessions.append(s)
    extra = (g for g in every if isinstance(g, Infusion))
    others = [g for g in every if not isinstance(g, Infusion | Session | Course | OralSteroid)]
    return Protocol(
        (*doses, *extra),
        tuple(sessions),
        antibodies=antibodies,
        treatments=(*others, *_courses(every), *_tapers(every)),
    )


def _courses(every: Iterable[Given]) -> list[Course]:
    found: list[Course] = []
    for c in sorted((g for g in every if isinstance(g, Course)), key=_time):
        if all(c.start >= f.end for f in found if f.drug == c.drug):
            found.append(c)
    return found


def _tapers(every: Iterable[Given]) -> list[OralSteroid]:
    found: list[OralSteroid] = []
    for t in sorted((g for g in every if isinstance(g, OralSteroid)), key=_time):
        if found and t.start < found[-1].end:
            last = found.pop()
            found += [replace(last, end=t.start)] if last.start < t.start else []
        found.append(t)
    return found


def _time(event: Given) -> float:
    return event.time


def _end(event: Given) -> float:
    return event.end


def _infusions(case: PublishedCase, rng: np.random.Generator) -> list[Infusion]:
    """Return the infusions up to day 0."""
    e = case.exposure
    interval = INTERVAL if e.interval is None else _drawn(e.interval, rng)
    if e.infusions is not None:
        n = round(_drawn(e.infusions, rng))
    elif e.months is not None:
        n = round(_drawn(e.months, rng) * 30.44 / interval) + 1
    else:
        median, spread = INFUSIONS_PML if of_pml(case) else INFUSIONS_MS
        n = round(median * np.exp(spread * rng.standard_normal()))
    n = int(np.clip(n, 1, LONGEST))
    return [Infusion(-interval * k, 300.0) for k in range(n - 1, -1, -1)]


def of_pml(case: PublishedCase) -> bool:
    """Return whether PML is among what was known at the moment."""
    kinds = {"pml_diagnosis", "csf_jcv", "mri_pml", "pml_symptoms"}
    said = {w for f in case.given if f.kind in kinds for w in f.words}
    there = any(f.kind in ("pml_diagnosis",) for f in case.given)
    symptoms = any(f.kind == "pml_symptoms" and "none" not in f.words for f in case.given)
    return there or symptoms or bool(said & {"lesion", "detected", "enhancing"})


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
        return (None, known[event] + after) if event in known else (event, after)
    if t.what in ANSWERS_IRIS and t.given == "unknown":
        return "iris_onset", _drawn(ANSWER_DAYS, rng)
    if t.what in OFTEN_LONG_BEFORE:
        return UNDATED, 0.0
    return None, known["moment"] + _drawn(SESSION_START, rng)


def _delay(rng: np.random.Generator) -> float:
    """Return days from symptoms to the diagnosis."""
    return float(rng.lognormal(np.log(DELAY_SYMPTOMS), DELAY_SYMPTOMS_SPREAD))


def _answered(event: str, case: PublishedCase) -> str:
    """Return the event of the model that is behind an event of the case."""
    for t in case.treatments:  # a treatment that follows another answers the same event
        if event.removesuffix("_end") == t.what and t.since is not None and t.since.event in AT:
            return t.since.event
    return event


def _drawn(r: Range, rng: np.random.Generator) -> float:
    """Return a number within a range; of one without an upper end, its lower."""
    if r.exact or not np.isfinite(r.high):
        return float(r.low)
    return float(rng.uniform(r.low, r.high))
