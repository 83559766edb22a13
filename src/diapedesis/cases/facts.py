"""How likely a draw makes each given fact: by intervals, assays and readers, never exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr, xlog1py

from diapedesis.cases.assumed import ASYMPTOMATIC, RECALL
from diapedesis.cases.case import Fact
from diapedesis.cases.days import Range
from diapedesis.cases.draws import Drawn
from diapedesis.cases.rated import rated, signs_named
from diapedesis.cases.when import day_in
from diapedesis.observe import (
    JcReading,
    csf_median,
    enhancement_seen,
    lesion_seen,
    readings_log_likelihood,
)
from diapedesis.observe.draws import Array
from diapedesis.population.crossing import at_day, crossing
from diapedesis.population.virus_onset import DELAY_SYMPTOMS, DELAY_SYMPTOMS_SPREAD
from diapedesis.population.virus_patients import SYMPTOM_IRIS

TINY = 1e-300
LEVEL_SPREAD = 0.15
"""Assumption: SD of the logarithm of a serum level as measured."""
VOLUME_SPREAD = 0.3
"""Assumption: SD of the logarithm of a lesion's volume as measured."""


@dataclass(frozen=True, eq=False)
class Known:
    """What a draw's course was until the moment.

    Attributes
    ----------
    drawn : Drawn
    days : ndarray, shape (n_days,)
        From the last infusion.
    values : dict of str to ndarray, shape (n, n_days)
    """

    drawn: Drawn
    days: Array
    values: Mapping[str, Array]

    def on(self, output: str, day: float) -> Array:
        """Return an output on a day, shape (n,)."""
        return at_day(self.days, self.values[output], day)

    @property
    def felt(self) -> Array:
        """Volume of a quiet lesion that is felt like the one there is [mL], shape (n, n_days)."""
        return self.values["pml_volume"] * (1 + SYMPTOM_IRIS * self.values["iris_level"])

    @property
    def symptoms(self) -> Array:
        """Day on which each notices the lesion; ``nan`` for not yet."""
        return crossing(self.days, self.felt, self.drawn.symptom_volume)


Likelihood = Callable[[Fact, Range, Known], Array]
"""Of a fact on its days."""


def log_likelihood(fact: Fact, known: Known) -> Array | str:
    """Return the log likelihood of a given fact for each draw, or why it is not used.

    Returns
    -------
    ndarray, shape (n,), or str
        ``-inf`` where a draw rules the fact out.
    """
    if fact.kind == "jcv_index" and fact.value is None:
        return UNUSED["alpha4"]
    if fact.kind not in LIKELIHOODS:
        return UNUSED.get(fact.kind, "nothing in the model stands for it")
    day = day_in(fact, known.drawn.reading)
    if isinstance(day, str):
        return day
    with np.errstate(divide="ignore"):
        return np.log(LIKELIHOODS[fact.kind](fact, day, known))


UNUSED: Mapping[str, str] = {
    "jcv_antibody": "used in the draw of the antibody index",
    "jcv_index": "used in the draw of the antibody index, where it is that of the subject",
    "drug_antibody": "used in what is given: antibodies from the second infusion on",
    "pregnancy": "the model knows no pregnancy",
    "alpha4": "stated without a number",
    "nfl": "neurofilament is a fold of healthy in the model, without a scale in pg/mL",
    "lymphocytes": "the error of counting them is not declared",
}


def within(day: Array, r: Range, spread: float = RECALL) -> Array:
    """Return the probability that a day, blurred, was reported within a range."""
    low, high = r.low - 0.5, r.high + 0.5
    x = np.where(np.isfinite(day), day, np.inf)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            np.where(np.isfinite(x), ndtr((high - x) / spread) - ndtr((low - x) / spread), 0.0)
        )


def _diagnosis(fact: Fact, r: Range, known: Known) -> Array:
    """Symptoms and a delay, or a scan before there are any."""
    symptoms = known.symptoms
    told = _told(symptoms, r)
    looks = np.linspace(r.low, max(r.high, r.low + 1.0), 5)
    by_scan = np.mean(
        [lesion_seen(known.on("pml_volume", d)) * ~(symptoms <= d) for d in looks], axis=0
    )
    if "asymptomatic" in fact.words:
        return np.asarray(by_scan)
    if "symptomatic" in fact.words:
        return told
    return np.asarray((1 - ASYMPTOMATIC) * told + ASYMPTOMATIC * by_scan)


def _told(symptoms: Array, r: Range) -> Array:
    """Return the probability that symptoms lead to a diagnosis in a range of days, recall added."""

    def by(day: float) -> Array:
        waited = np.maximum(day - symptoms, TINY)
        return np.asarray(ndtr(np.log(waited / DELAY_SYMPTOMS) / DELAY_SYMPTOMS_SPREAD))

    return np.where(np.isfinite(symptoms), by(r.high + RECALL) - by(r.low - RECALL), 0.0)


def _symptoms(fact: Fact, r: Range, known: Known) -> Array:
    """None by a day, or the first within a range of days; without a day, by the moment."""
    if "none" in fact.words:
        return (~(known.symptoms <= r.low)).astype(float)
    if not fact.dated:
        return (known.symptoms <= r.high).astype(float)
    return within(known.symptoms, r)


def _mri_pml(fact: Fact, r: Range, known: Known) -> Array:
    day = r.middle
    volume = known.on("pml_volume", day)
    seen = lesion_seen(volume)
    if "no_lesion" in fact.words:
        return np.asarray(1 - seen)
    iris, steroid = known.on("iris_level", day), known.on("steroid_barrier", day)
    found = seen * signs_named(fact.words, volume, iris, steroid)
    enhances = enhancement_seen(iris, volume, steroid)
    if "enhancing" in fact.words:
        found = found * enhances
    if "not_enhancing" in fact.words:
        found = found * (1 - enhances)
    if fact.value is not None and fact.unit == "mL":
        found = found * _measured(volume, fact.value, VOLUME_SPREAD)
    return np.asarray(found)


def _csf(fact: Fact, r: Range, known: Known) -> Array:
    day = r.middle
    patients = known.drawn.patients
    names = ("csf_jc_scale", "csf_jc_exponent", "csf_jc_leak")
    median = csf_median(
        known.on("jc_dying", day),
        known.on("iris_level", day),
        {n: patients.value(n) for n in names},
    )
    told = fact.value is not None and np.isfinite(fact.value.high)
    copies = fact.value.middle if told and fact.value is not None else None
    reading = JcReading("undetected" not in fact.words, copies)
    return np.exp(
        readings_log_likelihood([reading], median[:, None], patients.value("csf_jc_spread"))
    )


def _rating(fact: Fact, r: Range, known: Known) -> Array:
    if fact.value is None:
        return np.ones(known.drawn.patients.n)
    return rated(fact.kind, fact.value, known.on("edss", r.middle))


def _mri_ms(fact: Fact, r: Range, known: Known) -> Array:
    """Enhancing lesions come in bursts: negative binomial about the expected number."""
    day = r.middle
    burst = np.maximum(known.drawn.patients.value("burst_size"), 1 + 1e-6)
    size = np.maximum(known.on("gd", day), 1e-9) / (burst - 1)
    none = np.exp(-size * np.log(burst))
    if fact.value is None or fact.unit != "enhancing lesions":
        return none if "inactive" in fact.words else 1 - none
    k = round(fact.value.middle if np.isfinite(fact.value.high) else fact.value.low)
    log = gammaln(size + k) - gammaln(size) - gammaln(k + 1) + xlog1py(k, -1 / burst)
    return np.exp(log - size * np.log(burst))


def _relapse(fact: Fact, r: Range, known: Known) -> Array:
    """A relapse within the days, or none; that of bursts and that of others, expected."""
    days = np.linspace(r.low - 15.0, r.high + 15.0, 5)
    patients = known.drawn.patients
    burst, lesions = patients.value("burst_size"), patients.value("relapse_lesions")
    by_burst = (1 - np.exp(-1 / lesions)) / (1 - (1 - 1 / burst) * np.exp(-1 / lesions))
    rate = np.mean(
        [
            known.on("relapse_background", d) + known.on("lesion_births", d) / burst * by_burst
            for d in days
        ],
        axis=0,
    )
    expected = rate * (days[-1] - days[0])
    return np.exp(-expected) if "none" in fact.words else np.asarray(-np.expm1(-expected))


def _level(fact: Fact, r: Range, known: Known) -> Array:
    c = known.on("c", r.middle)
    if "undetected" in fact.words:
        return ndtr(np.log(0.25 / np.maximum(c, TINY)) / LEVEL_SPREAD)
    if fact.value is None:
        return np.ones_like(c)
    return _measured(c, fact.value, LEVEL_SPREAD)


def _measured(value: Array, r: Range, spread: float) -> Array:
    """Return how likely a value is read within a range, by how far its logarithm is off."""
    log = np.log(np.maximum(value, TINY))
    low, high = (np.log(max(x, TINY)) for x in (r.low, r.high))
    return np.asarray(np.exp(-0.5 * ((log - np.clip(log, low, high)) / spread) ** 2))


LIKELIHOODS: Mapping[str, Likelihood] = {
    "pml_diagnosis": _diagnosis,
    "pml_symptoms": _symptoms,
    "mri_pml": _mri_pml,
    "csf_jcv": _csf,
    "edss": _rating,
    "kps": _rating,
    "mri_ms": _mri_ms,
    "relapse": _relapse,
    "level": _level,
}
