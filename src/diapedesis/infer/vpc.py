"""Visual predictive check, corrected for what the population prediction explains.

Percentiles of the levels in each bin are set beside the same percentiles of simulated replicates of
the whole data set. Levels of different doses, weights and days in one bin are first brought to the
bin's typical prediction; without that, a wide bin can hide a wrong model or accuse a right one.

Sources: Bergstrand 2011 (10.1208/s12248-011-9255-z) for the correction; Bergstrand and Karlsson
2009 (10.1208/s12248-009-9112-5) for levels below the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.vq import kmeans

Array = NDArray[np.float64]
PROBABILITIES = (0.05, 0.5, 0.95)
LEVEL = 0.95
"""Of the simulated intervals of each percentile."""
MOST_BINS = 8
FEWEST = 20
"""Levels per bin, on average, that the default number of bins leaves at least."""


@dataclass(frozen=True)
class Vpc:
    """Percentiles by bin; ``-inf`` where a percentile lies below the limit of quantification.

    Attributes
    ----------
    left, right : ndarray, shape (n_bins,)
        Edges of each bin that holds a level.
    x : ndarray, shape (n_bins,)
        Median of the independent variable in the bin.
    n : ndarray of int, shape (n_bins,)
        Levels in the bin.
    probabilities : tuple of float
    observed : ndarray, shape (n_probabilities, n_bins)
    low, median, high : ndarray, shape (n_probabilities, n_bins)
        95 % interval and median of the percentile over the replicates.
    below, below_low, below_median, below_high : ndarray, shape (n_bins,)
        Share of levels below the limit: observed, and over the replicates.
    points : ndarray, shape (n_levels,)
        The corrected levels, or limits.
    """

    left: Array
    right: Array
    x: Array
    n: NDArray[np.int64]
    probabilities: tuple[float, ...]
    observed: Array
    low: Array
    median: Array
    high: Array
    below: Array
    below_low: Array
    below_median: Array
    below_high: Array
    points: Array

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Which observed percentiles lie outside their simulated interval."""
        return (self.observed < self.low) | (self.observed > self.high)


def pc_vpc(
    x: ArrayLike,
    observed: ArrayLike,
    simulated: ArrayLike,
    *,
    pred: ArrayLike | None = None,
    censored: ArrayLike | None = None,
    lloq: ArrayLike | None = None,
    bins: int | Sequence[float] | None = None,
) -> Vpc:
    """Return a prediction-corrected visual predictive check.

    A level is multiplied by the median prediction of its bin over its own prediction; a level whose
    prediction is 0, such as one before the first dose, is left as it is. Levels below the limit
    rank below all others, in the data as in the replicates.

    Parameters
    ----------
    x : array_like, shape (n_levels,)
        Independent variable, such as days after the last dose.
    observed : array_like, shape (n_levels,)
    simulated : array_like, shape (K, n_levels)
        Replicates of the data set, with residual error, not cut off at the limit.
    pred : array_like, shape (n_levels,), optional
        Population prediction of each level, 0 or above. Without it the check is a plain one.
    censored : array_like of bool, shape (n_levels,), optional
        Which levels are only known to lie below the limit.
    lloq : array_like, shape () or (n_levels,), optional
    bins : int or sequence of float, optional
        At most so many bins, set by k-means so that they keep to the gaps of a sampling scheme; or
        ascending edges that hold every level. By default one for each 20 levels, at most 8.

    Returns
    -------
    Vpc

    Raises
    ------
    ValueError
        For shapes that do not fit, values that are not finite, a negative prediction, or edges
        that leave a level out.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> day = np.repeat([1.0, 7.0, 28.0], 20)
    >>> levels = 100 * np.exp(-0.05 * day + 0.3 * rng.standard_normal((201, 60)))
    >>> check = pc_vpc(day, levels[0], levels[1:], pred=100 * np.exp(-0.05 * day))
    >>> check.x.tolist(), check.n.tolist()
    ([1.0, 7.0, 28.0], [20, 20, 20])
    """
    t, y, sims, typical = _checked(x, observed, simulated, pred)
    cut = np.zeros(t.size, bool) if censored is None else np.asarray(censored, bool)
    if cut.shape != t.shape:
        raise ValueError(f"censored: found {cut.shape} levels, expected as many as x, {t.shape}")
    limit = np.broadcast_to(np.asarray(-np.inf if lloq is None else lloq, float), t.shape)
    edges = _edges(t, bins)
    bin_of = np.clip(np.searchsorted(edges, t, side="right") - 1, 0, edges.size - 2)
    used, bin_of = np.unique(bin_of, return_inverse=True)
    points = y * _correction(typical, bin_of)
    ranked = np.where(cut, -np.inf, points)
    replicates = np.where(sims < limit, -np.inf, sims * _correction(typical, bin_of))
    per_bin = [bin_of == b for b in range(used.size)]
    seen = np.stack([_percentiles(ranked[b], PROBABILITIES) for b in per_bin], axis=-1)
    over = np.stack([_percentiles(replicates[:, b].T, PROBABILITIES) for b in per_bin], axis=-1)
    low, median, high = _percentiles(over.swapaxes(0, 1), _tails())
    share = np.stack([np.isneginf(replicates[:, b]).mean(axis=1) for b in per_bin], axis=-1)
    below = _percentiles(share, _tails())
    return Vpc(
        left=edges[used],
        right=edges[used + 1],
        x=np.array([np.median(t[b]) for b in per_bin]),
        n=np.array([b.sum() for b in per_bin]),
        probabilities=PROBABILITIES,
        observed=seen,
        low=low,
        median=median,
        high=high,
        below=np.array([cut[b].mean() for b in per_bin]),
        below_low=below[0],
        below_median=below[1],
        below_high=below[2],
        points=points,
    )


def _checked(
    x: ArrayLike, observed: ArrayLike, simulated: ArrayLike, pred: ArrayLike | None
) -> tuple[Array, Array, Array, Array]:
    t, y, sims = np.array(x, float), np.array(observed, float), np.array(simulated, float)
    typical = np.ones(t.shape) if pred is None else np.array(pred, float)
    shapes = {"observed": y.shape, "simulated": sims.shape[1:], "pred": typical.shape}
    for name, shape in shapes.items():
        if shape != t.shape or t.ndim != 1 or not t.size:
            raise ValueError(f"{name}: found {shape} levels, expected as many as x, {t.shape}")
    for name, values in (("x", t), ("observed", y), ("simulated", sims), ("pred", typical)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name}: found a value that is not finite, expected numbers")
    if typical.min() < 0:
        raise ValueError(f"pred: found {typical.min():g}, expected predictions of 0 or above")
    return t, y, sims, typical


def _edges(t: Array, bins: int | Sequence[float] | None) -> Array:
    if bins is None:
        bins = min(MOST_BINS, max(1, t.size // FEWEST))
    if not isinstance(bins, int):
        edges = np.array(bins, float)
        if edges.size < 2 or not (np.diff(edges) > 0).all():
            raise ValueError(f"bins: found {edges.tolist()}, expected two or more ascending edges")
        if t.min() < edges[0] or t.max() > edges[-1]:
            found = f"{t.min():g} to {t.max():g}"
            raise ValueError(f"bins: found x of {found}, expected {edges[0]:g} to {edges[-1]:g}")
        return edges
    if bins < 1:
        raise ValueError(f"bins: found {bins}, expected 1 or more")
    start = np.unique(np.quantile(t, (np.arange(bins) + 0.5) / bins, method="nearest"))
    centres = np.sort(kmeans(t[:, None], start[:, None])[0][:, 0]) if start.size > 1 else start
    return np.array([t.min(), *(centres[1:] + centres[:-1]) / 2, t.max()])


def _correction(typical: Array, bin_of: NDArray[np.int64]) -> Array:
    """Return the factor from each level's prediction to the median one of its bin."""
    medians = np.array([np.median(typical[bin_of == b]) for b in range(bin_of.max() + 1)])
    seen = typical > 0
    return np.where(seen, medians[bin_of] / np.where(seen, typical, 1.0), 1.0)


def _percentiles(values: Array, probabilities: Sequence[float]) -> Array:
    """Return percentiles along the first axis; ``-inf`` where that just below is ``-inf``."""
    finite = np.where(
        np.isneginf(values), np.min(values, initial=0, where=values > -np.inf), values
    )
    out = np.quantile(finite, probabilities, axis=0)
    lower = np.quantile(values, probabilities, axis=0, method="lower")
    return np.asarray(np.where(np.isneginf(lower), -np.inf, out), float)


def _tails() -> tuple[float, float, float]:
    return (0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2)
