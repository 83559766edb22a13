"""From a treatment as it was published to what the solver is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import get_args

import numpy as np

from diapedesis.cases.assumed import (
    INTERVAL,
    PLASMA_VOLUMES,
    PULSES,
    SESSION_APART,
    SESSIONS,
    TAPER_DAYS,
)
from diapedesis.cases.case import GivenTreatment
from diapedesis.cases.days import Range
from diapedesis.simulate import (
    Antibodies,
    Boost,
    Course,
    Depletion,
    Dose,
    Immunoadsorption,
    Immunoglobulin,
    Infusion,
    OralSteroid,
    Plex,
    Protocol,
    Session,
    Steroid,
)
from diapedesis.simulate.treatments import CourseDrug, Treatment

Given = Infusion | Plex | Immunoadsorption | Treatment
AGAIN = 13
"""Infusions of natalizumab that was begun again, where neither number nor end is published: a
year."""
KILOGRAMS = 75.0
"""Body weight by which a dose for each kilogram is multiplied."""
IVIG_GRAMS, IVIG_DAYS = 0.4 * KILOGRAMS, 5
"""Immunoglobulin a day, and days, where they are not published."""
PULSE_GRAMS = 1.0
BOOSTS = {
    "checkpoint_inhibitor": "checkpoint",
    "interleukin_7": "il7",
    "virus_cells": "virus_cells",
}


def regimen(t: GivenTreatment, day: float, rng: np.random.Generator) -> list[Given] | None:
    """Return what a treatment that begins on a day consists of; ``None`` when it is not modelled.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> five = regimen(GivenTreatment("plex", number=Range(5, 5)), 10.0, rng)
    >>> [s.time for s in five]
    [10.0, 12.0, 14.0, 16.0, 18.0]
    >>> regimen(GivenTreatment("cytarabine"), 10.0, rng) is None
    True
    """
    match t.what:
        case "plex" | "immunoadsorption":
            kind = Plex if t.what == "plex" else Immunoadsorption
            n = _count(t.number or SESSIONS, rng)
            days = [day + SESSION_APART * i for i in range(n)]
            volumes = _amount(t, {"plasma volumes": 1.0}, PLASMA_VOLUMES)
            return [kind(d, plasma_volumes=volumes) for d in days]
        case "steroid":
            grams = _amount(t, {"g": 1.0, "mg": 1e-3, "mg/day": 1e-3}, PULSE_GRAMS)
            return [*_steroids(day, _count(t.number or PULSES, rng), grams)]
        case "immunoglobulin":
            grams = _amount(t, {"g": 1.0, "g/kg": KILOGRAMS}, IVIG_GRAMS)
            n = IVIG_DAYS if t.number is None else _count(t.number, rng)
            return [Immunoglobulin(day + i, grams) for i in range(n)]
        case "natalizumab":
            last = np.inf if t.end is None else t.end.middle
            n = AGAIN if t.number is None else _count(t.number, rng)
            later = [day + INTERVAL * i for i in range(1, n) if day + INTERVAL * i <= last]
            return [Infusion(d, 300.0) for d in (day, *later)]
        case "anti_cd20":
            return [Depletion("anti_cd20", day)]
        case "checkpoint_inhibitor" | "interleukin_7" | "virus_cells":
            return [Boost(BOOSTS[t.what], day)]  # type: ignore[arg-type]
    if t.what in get_args(CourseDrug):
        end = np.inf if t.end is None else max(t.end.middle, day + 1.0)
        return [Course(t.what, day, end)]  # type: ignore[arg-type]
    return None


def _amount(t: GivenTreatment, units: Mapping[str, float], usual: float) -> float:
    """Return how much each dose is, in the first of the units; the usual one where none is told."""
    if t.amount is None or t.unit not in units:
        return usual
    each = t.amount.middle if np.isfinite(t.amount.high) else t.amount.low
    return each * units[t.unit]


def _steroids(day: float, pulses: int, grams: float) -> list[Treatment]:
    """Return a pulse of methylprednisolone and a month of prednisolone that falls by halves."""
    start, step = day + pulses, TAPER_DAYS / 4
    return [
        *(Steroid(day + i, grams=grams) for i in range(pulses)),
        *(
            OralSteroid(start + i * step, start + (i + 1) * step, mg_per_day=60.0 / 2**i)
            for i in range(4)
        ),
    ]


def _count(r: Range, rng: np.random.Generator) -> int:
    """Return a whole number within a range."""
    high = r.high if np.isfinite(r.high) else r.low
    return int(rng.integers(max(1, round(r.low)), max(1, round(high)) + 1))


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
