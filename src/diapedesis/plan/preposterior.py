"""What a result that is not there yet is expected to say: nested reweighting of posterior draws.

Each draw in turn is taken as the truth, a result is simulated from it, and the other draws are
weighed by how probable they make that result. The truth, with every copy of it among the draws,
has no weight: it would be recognised by its own result, and the variance left come out too small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from diapedesis.infer.fit import Fit
from diapedesis.infer.likelihood import OUTLIER_FOLD, OUTLIER_SHARE, SMALLEST_SD
from diapedesis.observe import Assay
from diapedesis.plan.adaptive import choose

Array = NDArray[np.float64]
GROUPS = 32
"""Groups of draws that the jackknife leaves out in turn; its error is then known to 1 in 8."""
LEAST_ESS = 20.0
"""Mean effective number of draws behind a result, below which nothing is said of its sample.

No bias was found down to 12 (tests/statistical/test_next_sample_refits.py).
"""


@dataclass(frozen=True)
class Estimate:
    """A number with its Monte-Carlo error.

    Attributes
    ----------
    replicates : ndarray, shape (1 + n_groups,)
        From all draws, then without each group of draws in turn.
    """

    replicates: Array

    @property
    def value(self) -> float:
        """The estimate from all draws."""
        return float(self.replicates[0])

    @property
    def error(self) -> float:
        """Its Monte-Carlo standard error, by the jackknife over groups of draws."""
        left = self.replicates[1:]
        return float(np.sqrt((left.size - 1) * np.mean((left - left.mean()) ** 2)))

    def __sub__(self, other: Estimate) -> Estimate:
        return Estimate(self.replicates - other.replicates)

    def over(self, other: Estimate) -> Estimate:
        """Return the ratio of two estimates; NaN where there is nothing to divide by."""
        below = np.where(other.replicates > 0, other.replicates, np.nan)
        return Estimate(self.replicates / below)

    def root(self) -> Estimate:
        """Return the square root."""
        return Estimate(np.sqrt(np.maximum(self.replicates, 0.0)))


@dataclass(frozen=True)
class Draws:
    """Posterior draws as truths and as candidates, with the noise that each result gets.

    The noise belongs to the draw, not to the sample: samples are compared on the same patients with
    the same luck, and none depends on which others are asked about.

    Attributes
    ----------
    cluster : ndarray of int, shape (n,)
        Draws with the same number are copies of one point.
    unit : ndarray, shape (n,)
        Standard normal error.
    outlier : ndarray of bool, shape (n,)
        Whether the result is not what its label says.
    """

    cluster: NDArray[np.int64]
    unit: Array
    outlier: NDArray[np.bool_]

    @classmethod
    def of(cls, fitted: Fit, rng: np.random.Generator) -> Draws:
        """Find the copies among a fit's draws, and draw the noise."""
        n = fitted.n_draws
        return cls(points_of(fitted), rng.standard_normal(n), rng.random(n) < OUTLIER_SHARE)

    @cached_property
    def group(self) -> NDArray[np.int64]:
        """Group of the jackknife of each draw; copies share one."""
        return self.cluster % GROUPS

    @cached_property
    def other(self) -> NDArray[np.bool_]:
        """Whether a draw is another point than the truth, shape (n truths, n)."""
        return self.cluster[:, None] != self.cluster[None, :]

    def likelihood(self, assay: Assay, mu: Array) -> Array:
        """Simulate a result from each draw; return how probable each other draw makes it.

        Parameters
        ----------
        assay : Assay
        mu : ndarray, shape (n,)
            Error-free readings.

        Returns
        -------
        ndarray, shape (n truths, n)
            As shares of the largest in each row; 0 for the truth itself.
        """
        sd = assay_sd(assay, mu)
        y = mu + np.where(self.outlier, OUTLIER_FOLD, 1.0) * sd * self.unit
        found = np.where(self.other, density(assay, y, mu), 0.0)
        top = found.max(axis=1, keepdims=True)
        return found / np.where(top > 0, top, 1.0)

    def flat(self) -> Array:
        """Return the weights of a result that says nothing."""
        return self.other.astype(float)


def points_of(fitted: Fit) -> NDArray[np.int64]:
    """Return the number of each draw's point, shape (n_draws,).

    Chains that stand still give copies. Points are numbered as they come, not sorted.
    """
    points = np.column_stack([fitted.draws[n] for n in fitted.prior.typical().names])
    _, first, which = np.unique(points, axis=0, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[which.ravel()]


def assay_sd(assay: Assay, mu: Array) -> Array:
    """Return the assay's SD at true readings `mu`."""
    return np.sqrt((assay.proportional_sd * mu) ** 2 + assay.additive_sd**2 + SMALLEST_SD**2)


def density(assay: Assay, y: Array, mu: Array) -> Array:
    """Return the density of results `y` under readings `mu`, shape (n results, n readings).

    That of :class:`~diapedesis.infer.likelihood.Levels` without its slopes, and without the factor
    that all readings share.
    """
    sd = assay_sd(assay, mu)
    r2 = ((y[:, None] - mu) / sd) ** 2
    good = np.exp(-0.5 * r2)
    bad = np.exp(-0.5 / OUTLIER_FOLD**2 * r2) / OUTLIER_FOLD
    out = ((1 - OUTLIER_SHARE) * good + OUTLIER_SHARE * bad) / sd
    r = (assay.lloq - mu) / sd
    out[y < assay.lloq] = (1 - OUTLIER_SHARE) * ndtr(r) + OUTLIER_SHARE * ndtr(r / OUTLIER_FOLD)
    return out


@dataclass(frozen=True)
class Worth:
    """What is left open after a result, on average over the results that may come.

    Attributes
    ----------
    variance : dict of str to Estimate
        Expected variance of each quantity given the result.
    choice : ndarray of int, shape (n truths, 1 + n_groups)
        Number of sessions chosen after each truth's result.
    ess : float
        Mean effective number of draws behind a result; copies of one point count as one.
    """

    variance: dict[str, Estimate]
    choice: NDArray[np.int64]
    ess: float

    @property
    def trusted(self) -> bool:
        """False when the results leave too few draws to say anything."""
        return self.ess >= LEAST_ESS


def expected(
    draws: Draws,
    weights: Array,
    quantities: Mapping[str, Array],
    lasts: NDArray[np.bool_],
    *,
    target: float,
    at_least: int,
) -> Worth:
    """Return the expected variances of quantities and the choices made after each result.

    Parameters
    ----------
    draws : Draws
    weights : ndarray, shape (n truths, n)
    quantities : mapping of str to ndarray, shape (n,)
    lasts : ndarray of bool, shape (n, n_courses)
        Whether the course with that many sessions is lastingly below by the asked day.
    target : float
        Wanted probability of that.
    at_least : int
        Sessions that are given before the result is there.
    """
    centred = {k: v - v.mean() for k, v in quantities.items()}
    columns = [np.ones(len(lasts)), *lasts.T.astype(float)]
    columns += [x for v in centred.values() for x in (v, v**2)]
    sums = _without_groups(draws, weights, np.column_stack(columns))
    squares = _squares_without_groups(draws, weights)
    total, k = sums[..., 0], lasts.shape[1] + 1
    some = squares > 0
    total = np.where(some, total, 1.0)
    means = sums / total[..., None]
    ess = np.where(some, total**2 / np.where(some, squares, 1.0), 1.0)
    free = _average(draws, 1 - 1 / ess)
    variance = {}
    for i, name in enumerate(centred):
        m, m2 = means[..., k + 2 * i], means[..., k + 2 * i + 1]
        variance[name] = _average(draws, m2 - m**2).over(free)
    p = means[..., 1:k]
    choice = choose(p.reshape(-1, k - 1), target, at_least).reshape(total.shape)
    return Worth(variance, choice, float(ess[:, 0].mean()))


def changed(draws: Draws, after: Worth, before: Worth) -> Estimate:
    """Return the probability that another number of sessions is chosen than without the result."""
    return _average(draws, (after.choice != before.choice).astype(float))


def _without_groups(draws: Draws, weights: Array, columns: Array) -> Array:
    """Return weighted sums of columns over all draws and without each group in turn.

    Shape (n truths, 1 + n_groups, n_columns).
    """
    parts = [weights[:, at] @ columns[at] for at in _members(draws)]
    each = np.stack(parts, axis=1)
    kept = np.vstack([np.ones(len(parts)), 1 - np.eye(len(parts))])
    return np.asarray(kept @ each)  # summed, not total less part: that leaves rounding errors


def _squares_without_groups(draws: Draws, weights: Array) -> Array:
    """Return sums of squared weights of points, all copies of one together.

    Shape (n truths, 1 + n_groups).
    """
    order = np.argsort(draws.cluster, kind="stable")
    points, first = np.unique(draws.cluster[order], return_index=True)
    squares = np.add.reduceat(weights[:, order], first, axis=1) ** 2
    group = points % GROUPS
    each = np.stack([squares[:, group == g].sum(axis=1) for g in range(int(group.max()) + 1)], 1)
    kept = np.vstack([np.ones(each.shape[1]), 1 - np.eye(each.shape[1])])
    return np.asarray(each @ kept.T)


def _average(draws: Draws, values: Array) -> Estimate:
    """Average over truths: over all, and without those of each group in turn."""
    kept = np.ones(values.shape, bool)
    for g, at in enumerate(_members(draws)):
        kept[at, 1 + g] = False
    return Estimate(np.where(kept, values, 0.0).sum(axis=0) / kept.sum(axis=0))


def _members(draws: Draws) -> list[NDArray[np.int64]]:
    return [np.flatnonzero(draws.group == g) for g in range(int(draws.group.max()) + 1)]
