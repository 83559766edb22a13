"""What came later, predicted: each observed fact as a day, a chance or a value of every draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diapedesis.cases.assumed import (
    COMA_EDSS,
    COMA_PRESSURE,
    FELT_RISE,
    FOLLOW_UP,
    FULMINANT_LESIONS,
    FULMINANT_RISE,
    GAINED,
    MILD_RISE,
    RAISED_PRESSURE,
    RECOVERED,
    SEVERE_RISE,
)
from diapedesis.cases.case import Fact
from diapedesis.cases.facts import Known, log_likelihood
from diapedesis.observe import LesionProcess, Lesions, icu_probability, sample_lesions
from diapedesis.observe.draws import Array
from diapedesis.population.crossing import crossing
from diapedesis.population.virus_care import IRIS_ONSET

Flags = NDArray[np.bool_]
Form = Literal["day", "chance", "value"]
FIRST_RELAPSE = 14.0
"""Days from the last infusion from which a relapse counts as a return of the disease."""


@dataclass(frozen=True, eq=False)
class Later:
    """Courses of draws from before the moment to the end of follow-up.

    Attributes
    ----------
    known : Known
        Days from the last infusion, until the end.
    moment : ndarray, shape (n,)
        Day of the moment in each draw.
    """

    known: Known
    seed: int

    @property
    def n(self) -> int:
        """Number of draws."""
        return self.known.drawn.patients.n

    @property
    def days(self) -> Array:
        """Days from the last infusion, shape (n_days,)."""
        return self.known.days

    @property
    def moment(self) -> float:
        """Day of the moment."""
        return self.known.drawn.reading.moment

    def __getitem__(self, output: str) -> Array:
        return self.known.values[output]

    def since(self, day: Array | float) -> Flags:
        """Return the days from a day of each draw on, shape (n, n_days)."""
        start = np.broadcast_to(np.asarray(day, float), self.n)
        return np.asarray(self.days[None, :] >= np.nan_to_num(start, nan=np.inf)[:, None])

    @cached_property
    def death(self) -> Array:
        """Day of death; ``inf`` for none."""
        hazard = self["death_hazard"] - self["death_hazard"][:, :1]
        day = crossing(self.days, hazard, self.known.drawn.patients.waiting("death"))
        return np.nan_to_num(day, nan=np.inf)

    @cached_property
    def iris(self) -> Array:
        """Day of onset of IRIS; ``inf`` for none, or none before death."""
        level = np.where(self.since(self.moment - 28.0), self["iris_level"], 0.0)
        day = np.nan_to_num(crossing(self.days, level, IRIS_ONSET), nan=np.inf)
        return np.where(day > self.death, np.inf, day)

    @cached_property
    def iris_end(self) -> Array:
        """Last day of IRIS; ``inf`` for none."""
        there = self["iris_level"] > IRIS_ONSET
        last = self.days[self.days.size - 1 - there[:, ::-1].argmax(axis=1)]
        return np.where(np.isfinite(self.iris) & (last < self.days[-1]), last, np.inf)

    @cached_property
    def lesions(self) -> Lesions:
        """Lesions and relapses of MS, sampled."""
        own = self.known.drawn.patients
        process = LesionProcess.of({k: own.value(k) for k in _PROCESS})
        return sample_lesions(
            self.days, self["lesion_births"], self["relapse_background"], process, self.seed
        )

    @cached_property
    def relapse(self) -> Array:
        """Day of the first relapse of MS after the last infusion; ``inf`` for none."""
        end = self.days[-1]
        first = self.lesions.first_relapse(FIRST_RELAPSE, end)
        return np.where(np.isfinite(first), first, np.inf)

    def rise(self, day: Array) -> Array:
        """Return the largest rise of EDSS from a day of each draw on, shape (n,)."""
        after = self.since(day)
        start = _first(self["edss"], after)
        top = np.where(after, self["edss"], -np.inf).max(axis=1)
        return np.where(np.isfinite(start), top - start, 0.0)

    def highest(self, output: str, day: Array | float) -> Array:
        """Return the highest value of an output from a day on, shape (n,)."""
        return np.asarray(np.where(self.since(day), self[output], -np.inf).max(axis=1))


_PROCESS = (
    "burst_size", "relapse_lesions", "gd_duration", "t2_share", "large_share", "t2_duration",
)  # fmt: skip


def _first(values: Array, after: Flags) -> Array:
    k = after.argmax(axis=1)
    return np.where(after.any(axis=1), values[np.arange(len(values)), k], np.nan)


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
        return CANNOT_SAY.get(fact.kind, "the model does not say anything about it")
    return PREDICTIONS[fact.kind](fact, later)


CANNOT_SAY: Mapping[str, str] = {
    "alpha4": "stated without a number",
    "drug_antibody": "whether antibodies form is drawn, not predicted from the course",
    "pathology": "tissue is not modelled cell by cell",
    "pregnancy": "the model knows no pregnancy",
    "jcv_antibody": "seroconversion is not predicted for one patient",
}


def _chance(label: str, event: Array | Flags) -> Predicted:
    return Predicted(label, "chance", np.asarray(event, float))


def _iris_onset(fact: Fact, later: Later) -> Predicted:
    if fact.day is None and fact.since is None:
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
    first, last, worst = _first(later["edss"], after), edss[:, -1], np.nanmax(edss, axis=1)
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
        scans = np.arange(max(later.days[0], FIRST_RELAPSE), later.days[-1], 30.0)
        seen = later.lesions.enhancing(scans).max(axis=1) > 0
        return _chance("new enhancing lesions without a relapse", seen & np.isinf(later.relapse))
    if "tumefactive" in fact.words or "fulminant" in fact.words:
        top = later.lesions.enhancing(_scans(later)).max(axis=1)
        fierce = (top >= FULMINANT_LESIONS) | (later.highest("icp", 0.0) >= RAISED_PRESSURE)
        label = f"{FULMINANT_LESIONS} enhancing lesions at once, or raised pressure"
        return _chance(label, np.isfinite(later.relapse) & fierce)
    if fact.day is None:
        return _chance("a relapse" + _said(fact), _as_severe(fact, later, later.relapse))
    return Predicted("day of the first relapse", "day", later.relapse)


def _scans(later: Later) -> Array:
    """Return scans every two weeks from the last infusion on."""
    return np.arange(max(later.days[0], 0.0), later.days[-1], 14.0)


def _relapse(fact: Fact, later: Later) -> Predicted:
    if "none" in fact.words:
        return _chance("no relapse within follow-up", np.isinf(later.relapse))
    return _rebound(fact, later)


def _symptoms(fact: Fact, later: Later) -> Predicted:
    day = np.nan_to_num(later.known.symptoms, nan=np.inf)
    if "none" in fact.words:
        end = later.days[-1] if fact.day is None else fact.day.high
        return _chance("no symptoms of PML", day > end)
    return Predicted("day of first symptoms of PML", "day", day)


def _diagnosis(fact: Fact, later: Later) -> Predicted:
    return _chance(
        "PML within follow-up (symptoms, or a lesion of 2 mL)",
        np.isfinite(later.known.symptoms) | (later["pml_volume"].max(axis=1) > 2.0),
    )


def _worsening(fact: Fact, later: Later) -> Predicted:
    rise = later.rise(np.full(later.n, later.moment))
    return _chance(f"EDSS higher by {SEVERE_RISE:g} or more", rise >= SEVERE_RISE)


def _edss(fact: Fact, later: Later) -> Predicted | str:
    if fact.value is None:
        return "stated without a number"
    if (day := _when(fact, later)) is None:
        return "its day is not known"
    return Predicted("EDSS", "value", later.known.on("edss", day))


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
        from dataclasses import replace

        from diapedesis.cases.days import Range

        if (day := _when(fact, later)) is None:
            return "its day is not known"
        found = log_likelihood(replace(fact, day=Range.of(day)), later.known)
        return found if isinstance(found, str) else _chance(label + _said(fact), np.exp(found))

    return predicted


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
    "edss": _edss,
    "csf_jcv": _observed("PCR of CSF"),
    "mri_pml": _observed("MRI for PML"),
    "mri_ms": _observed("MRI for MS"),
}
