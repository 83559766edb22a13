"""What came later, predicted: each observed fact as a day, a chance or a value of every draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from diapedesis.cases.asked import (
    BEYOND,
    Predicted,
    by_moment,
    chance,
    dated,
    no_day,
    none_by,
    reported,
    said,
    told_to,
    until,
    when,
)
from diapedesis.cases.assumed import (
    COMA_EDSS,
    COMA_PRESSURE,
    FOLLOW_UP,
    GAINED,
    GROWN,
    RAISED_PRESSURE,
    RECOVERED,
)
from diapedesis.cases.case import Fact
from diapedesis.cases.days import Range
from diapedesis.cases.facts import log_likelihood
from diapedesis.cases.later import Later, first_of
from diapedesis.cases.returns import as_severe, rebound, relapse, scan_of_ms, worsening
from diapedesis.observe import icu_probability, karnofsky


def predict(fact: Fact, later: Later) -> Predicted | str:
    """Return what each draw says of a later fact, or why the model cannot say."""
    if fact.kind not in PREDICTIONS:
        return CANNOT_SAY.get(fact.kind, "nothing in it stands for this")
    if told_to(fact, later) > later.days[-1]:
        return BEYOND
    found = PREDICTIONS[fact.kind](fact, later)
    if isinstance(found, Predicted) and found.form == "day" and by_moment(fact):
        return replace(found, moment=np.full(later.n, later.moment))
    return found


NO_NUMBER = "stated without a number"
CANNOT_SAY: Mapping[str, str] = {
    "alpha4": NO_NUMBER,
    "drug_antibody": "whether antibodies form is drawn, not predicted from the course",
    "pathology": "tissue is not modelled cell by cell",
    "biopsy": "tissue is not modelled cell by cell",
    "pregnancy": "the model knows no pregnancy",
    "jcv_antibody": "seroconversion is not predicted for one patient",
    "nfl": "neurofilament is a fold of healthy in it, without a scale in pg/mL",
}


def _iris_onset(fact: Fact, later: Later) -> Predicted:
    if not dated(fact):
        return chance("IRIS within follow-up" + said(fact), as_severe(fact, later, later.iris))
    return Predicted("day of onset of IRIS", "day", later.iris)


def _iris_end(fact: Fact, later: Later) -> Predicted:
    return Predicted("last day of IRIS", "day", later.iris_end)


def _pressure(fact: Fact, later: Later) -> Predicted:
    high = later.highest("icp", later.moment) >= RAISED_PRESSURE
    return chance(f"intracranial pressure of {RAISED_PRESSURE:g} mmHg or more", high)


def _coma(fact: Fact, later: Later) -> Predicted:
    pressed = later.highest("icp", later.moment) >= COMA_PRESSURE
    disabled = later.highest("edss", later.moment) >= COMA_EDSS
    return chance("consciousness lowered (pressure or disability)", pressed | disabled)


def _icu(fact: Fact, later: Later) -> Predicted:
    need = icu_probability(later.highest("icp", later.moment), later.highest("edss", later.moment))
    return chance("intensive care", need)


def _death(fact: Fact, later: Later) -> Predicted:
    if dated(fact):
        return Predicted("day of death", "day", later.death)
    return chance("death within follow-up", later.death <= later.moment + FOLLOW_UP)


def _alive(fact: Fact, later: Later) -> Predicted:
    return chance("alive at last report", later.death > reported(fact, later))


def _recovery(fact: Fact, later: Later) -> Predicted:
    """On the day of the report, against the moment and the worst in between."""
    day = reported(fact, later)
    between = later.since(later.moment) & (later.days <= day)
    first, last = first_of(later["edss"], later.since(later.moment)), later.known.on("edss", day)
    worst = np.maximum(np.where(between, later["edss"], -np.inf).max(axis=1), last)
    lives = later.death > day
    good = lives & (last <= first + RECOVERED)
    better = lives & (last <= worst - GAINED)
    if "good" in fact.words:
        return chance("alive, EDSS at most a point above that of the moment", good)
    if "partial" in fact.words:
        return chance("alive, better than at worst, not recovered", better & ~good)
    return chance("alive, and better than at worst or recovered", better | good)


def _symptoms(fact: Fact, later: Later) -> Predicted:
    day = np.nan_to_num(later.known.symptoms, nan=np.inf)
    if "none" in fact.words:
        return none_by("no symptoms of PML", day, fact, later)
    if not dated(fact):
        return chance("symptoms of PML within follow-up", np.isfinite(day))
    return Predicted("day of first symptoms of PML", "day", day)


def _diagnosis(fact: Fact, later: Later) -> Predicted:
    end = until(fact, later)
    there = (later.known.symptoms <= end) | (later.highest("pml_volume", -np.inf, end) > 2.0)
    then = "by then" if dated(fact) else "within follow-up"
    return chance(f"PML {then} (symptoms, or a lesion of 2 mL)", there)


def _edss(fact: Fact, later: Later) -> Predicted | str:
    if fact.value is None:
        return NO_NUMBER
    if (day := when(fact, later)) is None:
        return no_day(fact)
    return Predicted("EDSS", "value", later.known.on("edss", day))


def _kps(fact: Fact, later: Later) -> Predicted | str:
    found = _edss(fact, later)
    if isinstance(found, str):
        return found
    return replace(found, label="Karnofsky performance status", values=karnofsky(found.values))


def _level(fact: Fact, later: Later) -> Predicted | str:
    if fact.value is None:
        return _observed("natalizumab in serum")(fact, later) if _undetected(fact) else NO_NUMBER
    if (day := when(fact, later)) is None:
        return no_day(fact)
    return Predicted("natalizumab in serum", "value", later.known.on("c", day))


def _undetected(fact: Fact) -> bool:
    return "undetected" in fact.words


def _observed(label: str) -> Callable[[Fact, Later], Predicted | str]:
    """Return a prediction of what an instrument would have shown: the chance of what it did."""

    def predicted(fact: Fact, later: Later) -> Predicted | str:
        if (day := when(fact, later)) is None:
            return no_day(fact)
        found = log_likelihood(replace(fact, day=Range.of(day), value=None, unit=""), later.known)
        return found if isinstance(found, str) else chance(label + said(fact), np.exp(found))

    return predicted


def _mri_pml(fact: Fact, later: Later) -> Predicted | str:
    """A scan of PML; against that of the moment where it says so."""
    if "new_lesion" in fact.words:
        return "one lesion stands for all foci in it"
    day = when(fact, later)
    if day is None or not {"grown", "stable"} & set(fact.words):
        return _observed("MRI for PML")(fact, later)
    volume = later.known.on("pml_volume", day)
    start = np.maximum(later.known.on("pml_volume", later.moment), 1e-9)
    grown = volume > GROWN * start
    if "grown" in fact.words:
        return chance(f"lesion grown, {GROWN:g} fold or more", grown)
    return chance("lesion stable", ~grown & (volume > start / GROWN))


def _mri_ms(fact: Fact, later: Later) -> Predicted | str:
    return scan_of_ms(fact, later) or _observed("MRI for MS")(fact, later)


PREDICTIONS: Mapping[str, Callable[[Fact, Later], Predicted | str]] = {
    "iris_onset": _iris_onset,
    "iris_end": _iris_end,
    "icp_raised": _pressure,
    "coma": _coma,
    "icu": _icu,
    "death": _death,
    "alive": _alive,
    "recovery": _recovery,
    "rebound": rebound,
    "relapse": relapse,
    "worsening": worsening,
    "pml_symptoms": _symptoms,
    "pml_diagnosis": _diagnosis,
    "edss": _edss,
    "kps": _kps,
    "level": _level,
    "csf_jcv": _observed("PCR of CSF"),
    "mri_pml": _mri_pml,
    "mri_ms": _mri_ms,
}
