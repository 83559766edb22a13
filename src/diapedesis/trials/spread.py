"""How much an outcome differs between possible truths, without the noise of too few patients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from diapedesis.trials.endpoints import ENDPOINTS
from diapedesis.trials.run import Records

Array = NDArray[np.float64]
ENOUGH = 10
"""Patients of each truth below which their noise is not known well enough for a verdict."""
DOUBT = 1.64
"""Standard errors from 0 at which a variance is clearly above it."""
COUNTED = frozenset(e.id for e in ENDPOINTS if e.id != "edss")
HALVES = (slice(None), slice(0, None, 2), slice(1, None, 2))
"""All patients, and every other one."""
Statistic = Callable[[Array], Array]
"""From means, shape (variants, hypotheses, arms, ...), to what is asked, of the same shape."""


def value(mean: Array) -> Array:
    """Return the outcome itself."""
    return mean


def difference(mean: Array) -> Array:
    """Return the outcome less that of the control."""
    return mean - mean[:, :, :1]


def log_ratio(mean: Array) -> Array:
    """Return the logarithm of the outcome over that of the control."""
    return np.log(mean) - np.log(mean[:, :, :1])


def by_truth(
    records: Records, endpoint: str, statistic: Statistic, cautious: bool = False
) -> Array:
    """Return a statistic in each truth, shape (variants, hypotheses, arms, truths).

    The virtual patients of a truth are a sample, so their statistic has noise of its own, which
    makes truths look further apart than they are. Every other patient makes one of two halves,
    whose difference says how large it is; the distances of the truths from their mean are made
    shorter by that much.

    Parameters
    ----------
    records : Records
        Two patients or more of each truth.
    endpoint : str
    statistic : callable
    cautious : bool
        As far apart as the truths may well be, where it is not clear that they differ.
    """
    x = records.values[endpoint]
    own = x.reshape(*x.shape[:4], records.patients.n, -1).mean(axis=-1, dtype=float)
    own = own + (0.5 / x.shape[-1] if statistic is log_ratio and endpoint in COUNTED else 0.0)
    found, one, other = (statistic(own[..., at].mean(axis=-1)) for at in HALVES)
    return drawn_in(found, (one - other) ** 2 / 4, cautious)


def drawn_in(values: Array, noise: Array, cautious: bool = False) -> Array:
    """Return values whose spread over the last axis has lost the variance of their noise.

    The variance that is left has an error of its own. It is never taken for less than that error,
    as an estimate near 0 does not say that all values are the same. With `cautious`, where it is
    not clearly above 0, it is taken for the most it may well be.

    Examples
    --------
    >>> drawn_in(np.array([1.0, 3.0]), np.array([0.0, 0.0])).tolist()
    [1.0, 3.0]
    >>> drawn_in(np.array([1.0, 2.0, 3.0]), np.full(3, 1.0)).round(2).tolist()
    [1.29, 2.0, 2.71]
    """
    m = values.shape[-1]
    mean = values.mean(axis=-1, keepdims=True)
    each = (values - mean) ** 2 * m / (m - 1)
    total = each.mean(axis=-1, keepdims=True)
    true = (each - noise).mean(axis=-1, keepdims=True)
    error = (each - noise).std(axis=-1, ddof=1, keepdims=True) / np.sqrt(m)
    if cautious:
        true = np.where(true < DOUBT * error, np.maximum(true, 0) + DOUBT * error, true)
    kept = np.clip(true, np.minimum(error, total), total)
    share = np.sqrt(np.divide(kept, total, out=np.zeros_like(total), where=total > 0))
    return np.asarray(mean + share * (values - mean))
