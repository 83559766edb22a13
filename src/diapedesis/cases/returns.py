"""How the return of MS, and worsening that may be MS, is predicted."""

from __future__ import annotations

import numpy as np

from diapedesis.cases.asked import Predicted, chance, dated, no_day, none_by, said, until, when
from diapedesis.cases.assumed import (
    FELT_RISE,
    FULMINANT_LESIONS,
    FULMINANT_RISE,
    MILD_RISE,
    RAISED_PRESSURE,
    SEVERE_LESIONS,
    SEVERE_RISE,
)
from diapedesis.cases.case import Fact
from diapedesis.cases.later import Flags, Later
from diapedesis.observe.draws import Array

FIERCE = f"{FULMINANT_LESIONS} enhancing lesions at once, or raised pressure"


def as_severe(fact: Fact, later: Later, day: Array) -> Flags:
    """Return whether an event happened, and as severely as the words say."""
    happened, rise = np.isfinite(day), later.rise(day)
    if "mild" in fact.words:
        return happened & (rise < MILD_RISE)
    if "radiological" in fact.words:
        return happened & (rise < FELT_RISE)
    if "severe" in fact.words:
        return happened & (rise >= SEVERE_RISE)
    if "fulminant" in fact.words:
        raised = later.highest("icp", day) >= RAISED_PRESSURE
        return happened & ((rise >= FULMINANT_RISE) | raised)
    return happened


def rebound(fact: Fact, later: Later) -> Predicted:
    """Return the prediction of a return of MS; of a day and a severity, that of the severity."""
    start, end = later.returns_from, later.days[-1]
    if "mri_only" in fact.words:
        seen = _most(later, start, end, 30.0) > 0
        return chance("new enhancing lesions without a relapse", seen & np.isinf(later.relapse))
    if "severe" in fact.words:
        many = _most(later, start, end) >= SEVERE_LESIONS
        severe = many | (later.rise(later.relapse) >= SEVERE_RISE)
        label = (
            f"a relapse, {SEVERE_LESIONS} enhancing lesions at once or EDSS up by {SEVERE_RISE:g}"
        )
        return chance(label, np.isfinite(later.relapse) & severe)
    if {"tumefactive", "fulminant"} & set(fact.words):
        return chance(FIERCE, np.isfinite(later.relapse) & _fierce(later, start, end))
    if fact.day is None:
        return chance("a relapse" + said(fact), as_severe(fact, later, later.relapse))
    return Predicted("day of the first relapse", "day", later.relapse)


def relapse(fact: Fact, later: Later) -> Predicted:
    """Return the prediction of a relapse, or of none."""
    if "none" in fact.words:
        return none_by("no relapse", later.relapse, fact, later)
    return rebound(fact, later)


def worsening(fact: Fact, later: Later) -> Predicted:
    """Return the prediction of worsening between the moment and the day of the fact."""
    end = until(fact, later)
    then = " by then" if dated(fact) else " within follow-up"
    if "tumefactive" in fact.words:
        return chance(FIERCE + then, _fierce(later, later.moment, end))
    rise = later.rise(np.full(later.n, later.moment), end)
    if "mild" in fact.words:
        felt = (rise >= FELT_RISE) & (rise < MILD_RISE)
        return chance(f"EDSS higher by {FELT_RISE:g} to {MILD_RISE:g}{then}", felt)
    limits = {"severe": SEVERE_RISE, "fulminant": FULMINANT_RISE}
    least = max((limits[w] for w in fact.words), default=FELT_RISE)
    return chance(f"EDSS higher by {least:g} or more{then}", rise >= least)


def scan_of_ms(fact: Fact, later: Later) -> Predicted | str | None:
    """Return the prediction of a scan of tumefactive MS; ``None`` for any other scan."""
    if "tumefactive" not in fact.words:
        return None
    if (day := when(fact, later)) is None:
        return no_day(fact)
    count = later.lesions.enhancing([day])[:, 0]
    return chance(f"{FULMINANT_LESIONS} enhancing lesions at once", count >= FULMINANT_LESIONS)


def _fierce(later: Later, start: float, end: float) -> Flags:
    many = _most(later, start, end) >= FULMINANT_LESIONS
    return many | (later.highest("icp", start, end) >= RAISED_PRESSURE)


def _most(later: Later, start: float, end: float, every: float = 14.0) -> Array:
    """Return the most lesions that enhance on one of some scans between two days, shape (n,)."""
    scans = np.arange(start, max(end, start + 1.0), every)
    return np.asarray(later.lesions.enhancing(scans).max(axis=1))
