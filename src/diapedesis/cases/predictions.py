"""What came later, predicted: each observed fact as a day, a chance or a value of every draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from diapedesis.cases.assumed import (
    COMA_EDSS,
    COMA_PRESSURE,
    FELT_RISE,
    FOLLOW_UP,
    FULMINANT_LESIONS,
    FULMINANT_RISE,
    GAINED,
    GROWN,
    MILD_RISE,
    RAISED_PRESSURE,
    RECOVERED,
    SEVERE_LESIONS,
    SEVERE_RISE,
)
from diapedesis.cases.case import Fact
from diapedesis.cases.days import Range
from diapedesis.cases.facts import log_likelihood
from diapedesis.cases.later import Flags, Later, first_of
from diapedesis.observe import icu_probability
from diapedesis.observe.draws import Array

Form = Literal["day", "chance", "value"]


@dataclass(frozen=True)
class Predicted:
    """How a later fact is predicted.

    Attributes
    ----------
    label : str
    form : {"day", "chance", "value"}
        A day from the last infusion (``inf`` for never); the probability of what was observed; a
        value in the fact's unit.
    values : ndarray, shape (n,)
    """

    label: str
    form: Form
    values: Array


def predict(fact: Fact, later: Later) -> Predicted | str:
    """Return what each draw says of a later fact, or why the model cannot say."""
    if fact.kind not in PREDICTIONS:
        return CANNOT_SAY.get(fact.kind, "nothing in it stands for this")
    return PREDICTIONS[fact.kind](fact, later)


NO_DAY = "its day is unknown"
HANGS = "its day hangs on another event, which is predicted itself"
NO_NUMBER = "stated without a number"
CANNOT_SAY: Mapping[str, str] = {
    "alpha4": NO_NUMBER,
    "drug_antibody": "whether antibodies form is drawn, not predicted from the course",
    "pathology": "tissue is not modelled cell by cell",
    "biopsy": "tissue is not modelled cell by cell",
    "pregnancy": "the model knows no pregnancy",
    "jcv_antibody": "seroconversion is not predicted for one patient",
}


def _chance(label: str, event: Array | Flags) -> Predicted:
    return Predicted(label, "chance", np.asarray(event, float))


def _iris_onset(fact: Fact, later: Later) -> Predicted:
    if not _dated(fact):
        return _chance("IRIS within follow-up" + _said(fact), _as_severe(fact, later, later.iris))
    return Predicted("day of onset of IRIS", "day", later.iris)


def _as_severe(fact: Fact, later: Later, day: Array) -> Flags:
    """Whether an event happened, and as severely as the words say."""
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


def _said(fact: Fact) -> str:
    return f", {' and '.join(w.replace('_', ' ') for w in fact.words)}" if fact.words else ""


def _iris_end(fact: Fact, later: Later) -> Predicted:
    return Predicted("last day of IRIS", "day", later.iris_end)


def _pressure(fact: Fact, later: Later) -> Predicted:
    high = later.highest("icp", later.moment) >= RAISED_PRESSURE
    return _chance(f"intracranial pressure of {RAISED_PRESSURE:g} mmHg or more", high)


def _coma(fact: Fact, later: Later) -> Predicted:
    pressed = later.highest("icp", later.moment) >= COMA_PRESSURE
    disabled = later.highest("edss", later.moment) >= COMA_EDSS
    return _chance("consciousness lowered (pressure or disability)", pressed | disabled)


def _icu(fact: Fact, later: Later) -> Predicted:
    need = icu_probability(later.highest("icp", later.moment), later.highest("edss", later.moment))
    return _chance("intensive care", need)


def _death(fact: Fact, later: Later) -> Predicted:
    if fact.day is not None:
        return Predicted("day of death", "day", later.death)
    return _chance("death within follow-up", later.death <= later.moment + FOLLOW_UP)


def _alive(fact: Fact, later: Later) -> Predicted:
    end = fact.day.middle if fact.day is not None else later.moment + FOLLOW_UP
    return _chance("alive at last report", later.death > end)


def _recovery(fact: Fact, later: Later) -> Predicted:
    after = later.since(later.moment)
    edss = np.where(after, later["edss"], np.nan)
    first, last, worst = first_of(later["edss"], after), edss[:, -1], np.nanmax(edss, axis=1)
    lives = later.death > later.days[-1]
    good = lives & (last <= first + RECOVERED)
    better = lives & (last <= worst - GAINED)
    if "good" in fact.words:
        return _chance("alive, EDSS at most a point above that of the moment", good)
    if "partial" in fact.words:
        return _chance("alive, better than at worst, not recovered", better & ~good)
    return _chance("alive, and better than at worst or recovered", better | good)


def _rebound(fact: Fact, later: Later) -> Predicted:
    if "mri_only" in fact.words:
        scans = np.arange(later.returns_from, later.days[-1], 30.0)
        seen = later.lesions.enhancing(scans).max(axis=1) > 0
        return _chance("new enhancing lesions without a relapse", seen & np.isinf(later.relapse))
    top = later.lesions.enhancing(_scans(later)).max(axis=1)
    if "severe" in fact.words:
        severe = (top >= SEVERE_LESIONS) | (later.rise(later.relapse) >= SEVERE_RISE)
        label = (
            f"a relapse, {SEVERE_LESIONS} enhancing lesions at once or EDSS up by {SEVERE_RISE:g}"
        )
        return _chance(label, np.isfinite(later.relapse) & severe)
    if "tumefactive" in fact.words or "fulminant" in fact.words:
        fierce = (top >= FULMINANT_LESIONS) | (
            later.highest("icp", later.returns_from) >= RAISED_PRESSURE
        )
        label = f"{FULMINANT_LESIONS} enhancing lesions at once, or raised pressure"
        return _chance(label, np.isfinite(later.relapse) & fierce)
    if fact.day is None:
        return _chance("a relapse" + _said(fact), _as_severe(fact, later, later.relapse))
    return Predicted("day of the first relapse", "day", later.relapse)


def _scans(later: Later) -> Array:
    """Return scans every two weeks."""
    return np.arange(later.returns_from, later.days[-1], 14.0)


def _relapse(fact: Fact, later: Later) -> Predicted:
    if "none" in fact.words:
        return _chance("no relapse within follow-up", np.isinf(later.relapse))
    return _rebound(fact, later)


def _symptoms(fact: Fact, later: Later) -> Predicted:
    day = np.nan_to_num(later.known.symptoms, nan=np.inf)
    if "none" in fact.words:
        end = later.days[-1] if fact.day is None else fact.day.high
        return _chance("no symptoms of PML", day > end)
    if not _dated(fact):
        return _chance("symptoms of PML within follow-up", np.isfinite(day))
    return Predicted("day of first symptoms of PML", "day", day)


def _diagnosis(fact: Fact, later: Later) -> Predicted:
    return _chance(
        "PML within follow-up (symptoms, or a lesion of 2 mL)",
        np.isfinite(later.known.symptoms) | (later["pml_volume"].max(axis=1) > 2.0),
    )


def _worsening(fact: Fact, later: Later) -> Predicted:
    rise = later.rise(np.full(later.n, later.moment))
    return _chance(f"EDSS higher by {SEVERE_RISE:g} or more", rise >= SEVERE_RISE)


def _value(label: str, output: str) -> Callable[[Fact, Later], Predicted | str]:
    """Return a prediction of a number that was measured."""

    def predicted(fact: Fact, later: Later) -> Predicted | str:
        if fact.value is None:
            return NO_NUMBER
        if (day := _when(fact, later)) is None:
            return _no_day(fact)
        return Predicted(label, "value", later.known.on(output, day))

    return predicted


def _no_day(fact: Fact) -> str:
    return NO_DAY if fact.since is None else HANGS


def _dated(fact: Fact) -> bool:
    """Whether a later fact has a day to compare with: on the clock, or so long after the moment."""
    after = fact.since
    told = after is not None and after.event == "moment" and np.isfinite(after.days.high)
    return fact.day is not None or told


def _when(fact: Fact, later: Later) -> float | None:
    """Return the day of a later fact, as far as it does not hang on an event to be predicted."""
    if fact.day is not None:
        return fact.day.middle
    if fact.since is not None and fact.since.event == "moment":
        return later.moment + fact.since.days.middle
    return None


def _observed(label: str) -> Callable[[Fact, Later], Predicted | str]:
    """Return a prediction of what an instrument would have shown: the chance of what it did."""

    def predicted(fact: Fact, later: Later) -> Predicted | str:
        if (day := _when(fact, later)) is None:
            return _no_day(fact)
        found = log_likelihood(replace(fact, day=Range.of(day), value=None, unit=""), later.known)
        return found if isinstance(found, str) else _chance(label + _said(fact), np.exp(found))

    return predicted


def _mri_pml(fact: Fact, later: Later) -> Predicted | str:
    """A scan of PML; against that of the moment where it says so."""
    day = _when(fact, later)
    if day is None or not {"grown", "stable"} & set(fact.words):
        return _observed("MRI for PML")(fact, later)
    volume = later.known.on("pml_volume", day)
    start = np.maximum(later.known.on("pml_volume", later.moment), 1e-9)
    grown = volume > GROWN * start
    if "grown" in fact.words:
        return _chance(f"lesion grown, {GROWN:g} fold or more", grown)
    return _chance("lesion stable", ~grown & (volume > start / GROWN))


PREDICTIONS: Mapping[str, Callable[[Fact, Later], Predicted | str]] = {
    "iris_onset": _iris_onset,
    "iris_end": _iris_end,
    "icp_raised": _pressure,
    "coma": _coma,
    "icu": _icu,
    "death": _death,
    "alive": _alive,
    "recovery": _recovery,
    "rebound": _rebound,
    "relapse": _relapse,
    "worsening": _worsening,
    "pml_symptoms": _symptoms,
    "pml_diagnosis": _diagnosis,
    "edss": _value("EDSS", "edss"),
    "level": _value("natalizumab in serum", "c"),
    "csf_jcv": _observed("PCR of CSF"),
    "mri_pml": _mri_pml,
    "mri_ms": _observed("MRI for MS"),
}
