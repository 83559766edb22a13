"""Which factors go with intensive care, death and lasting disability, and how strongly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from diapedesis.observe.scales import SCALES
from diapedesis.validation.forms_cohort import LATER, FormsCohort
from diapedesis.validation.logistic import Effect, auc, common, logistic
from diapedesis.validation.prognosis_factors import FACTORS, factor_values
from diapedesis.validation.studies import Array

LASTING = 3.0
"""Points of EDSS above those before PML, a year after the diagnosis, that are a lasting disability:
what half of the survivors of two series had (claims pml 3.13, pml 3.21b)."""
HALF_STEP = 0.25
"""A rater gives half points: 2.75 points more are read as three."""
FEWEST = 10
"""Patients of a truth, below which it is left out of a factor."""
OUTCOMES = {
    "icu": "intensive care",
    "death": "death within 16 months",
    "disability": "lasting disability",
}
RESAMPLES = 200


@dataclass(frozen=True)
class Ranked:
    """One factor and one outcome.

    Attributes
    ----------
    factor, outcome : str
    alone, adjusted : Effect or None
        Odds ratio for one SD more of the factor: of that factor alone, and beside all that are
        adjusted for.
    yes : float
        SD of the factor; an odds ratio to the power of ``1 / yes`` is that of yes against no.
    auc : tuple of float
        Area under the ROC curve among patients of the same truth, and its 90 % interval.
    """

    factor: str
    outcome: str
    alone: Effect
    adjusted: Effect | None
    yes: float
    auc: tuple[float, float, float]


def outcomes(cohort: FormsCohort) -> dict[str, tuple[Array, Array]]:
    """Return the probability of each outcome and the weight of each patient, shape (m, n).

    Lasting disability is read by two raters, and counts patients as far as they live.
    """
    shape = (cohort.m, cohort.n)
    alive = 1 - cohort.chance_of_death(LATER)
    raters = np.sqrt(2) * float(SCALES.edss_rater)
    lasting = ndtr((cohort.residual - LASTING + HALF_STEP) / raters)
    found = {
        "icu": (cohort.icu, np.ones(cohort.m * cohort.n)),
        "death": (cohort.died, np.ones(cohort.m * cohort.n)),
        "disability": (lasting, alive),
    }
    return {k: (y.reshape(shape), w.reshape(shape)) for k, (y, w) in found.items()}


def prognosis(cohort: FormsCohort, rng: np.random.Generator) -> dict[str, tuple[Ranked, ...]]:
    """Return the factors of each outcome, the strongest first.

    Parameters
    ----------
    cohort : FormsCohort
    rng : Generator
        For intervals of areas under the curve.
    """
    values = {k: v.reshape(cohort.m, cohort.n) for k, v in factor_values(cohort).items()}
    ends = outcomes(cohort)
    return {name: ranked(name, values, y, w, rng) for name, (y, w) in ends.items()}


def ranked(
    outcome: str, values: Mapping[str, Array], y: Array, weight: Array, rng: np.random.Generator
) -> tuple[Ranked, ...]:
    """Return factors of one outcome, the strongest first.

    Parameters
    ----------
    outcome : str
    values : mapping of str to ndarray, shape (m, n)
        Factors; ``nan`` where one does not apply.
    y, weight : ndarray, shape (m, n)
    rng : Generator
    """
    known = [f for f in FACTORS if f.id in values]
    scaled = {f.id: standardised(values[f.id]) for f in known}
    among = [f.id for f in known if f.adjusts]
    together = _together(scaled, among, y, weight)
    rows = []
    for f in known:
        z, counts = scaled[f.id], np.isfinite(scaled[f.id])
        own = weight * counts
        filled = np.where(counts, z, 0.0)
        slopes, errors = logistic(filled[..., None], y, own)
        usable = (counts.sum(axis=1) >= FEWEST) & _varies(filled, own)
        alone = common(np.where(usable, slopes[:, 0], np.nan), errors[:, 0])
        rows.append(
            Ranked(
                f.id,
                outcome,
                alone,
                together.get(f.id),
                float(np.nanstd(values[f.id])),
                _area(filled, y, own, rng),
            )
        )
    strength = lambda r: -abs(r.alone.mean) if np.isfinite(r.alone.mean) else 0.0  # noqa: E731
    return tuple(sorted(rows, key=strength))


def standardised(values: Array) -> Array:
    """Return values of mean 0 and SD 1 over all patients; ``nan`` stays."""
    sd = np.nanstd(values)
    return np.asarray((values - np.nanmean(values)) / (sd if sd > 0 else 1.0))


def _varies(z: Array, weight: Array) -> Array:
    """Return whether a factor differs between the patients of each truth."""
    top = np.where(weight > 0, z, -np.inf).max(axis=1)
    return np.asarray(top > np.where(weight > 0, z, np.inf).min(axis=1))


def _together(
    scaled: Mapping[str, Array], among: list[str], y: Array, weight: Array
) -> dict[str, Effect]:
    """Return effects beside each other; who has no value has the mean."""
    x = np.stack([np.nan_to_num(scaled[id], nan=0.0) for id in among], axis=2)
    slopes, errors = logistic(x, y, weight)
    found = {}
    for i, id in enumerate(among):
        usable = _varies(x[..., i], weight)
        found[id] = common(np.where(usable, slopes[:, i], np.nan), errors[:, i])
    return found


def _area(
    z: Array, y: Array, weight: Array, rng: np.random.Generator
) -> tuple[float, float, float]:
    above, pairs = auc(z, y, weight)
    at = rng.integers(len(z), size=(RESAMPLES, len(z)))
    drawn = above[at].sum(axis=1) / np.maximum(pairs[at].sum(axis=1), 1e-12)
    low, high = np.quantile(drawn, [0.05, 0.95])
    return float(above.sum() / max(pairs.sum(), 1e-12)), float(low), float(high)
