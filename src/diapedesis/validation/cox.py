"""Cox regression of two groups: of many studies at once, and from expected counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from diapedesis.validation.studies import Array

STEPS, LARGEST = 30, 6.0
"""Steps of Newton's method, and the largest logarithm of a ratio that is looked for: a study
without events in one group has none."""
LARGEST_EXPECTED = 12.0
"""Bound of the logarithm of a hazard ratio."""


def cox(time: ArrayLike, event: ArrayLike, group: ArrayLike) -> tuple[Array, Array]:
    """Return the logarithm of the hazard ratio of each study, and its standard error.

    Cox's partial likelihood with one covariate; ties as Breslow has them.

    Parameters
    ----------
    time : array_like, shape (..., n)
        Of the event, or until which there was none.
    event : array_like of bool, shape (..., n)
    group : array_like of bool, shape (..., n)
        Members of the group whose hazard is divided by that of the others.

    Returns
    -------
    log_ratio, error : ndarray, shape (...)
        ``nan`` where there is no finite ratio.

    Examples
    --------
    >>> log_ratio, _ = cox([1.0, 2.0, 3.0, 4.0], [1, 1, 1, 1], [1, 0, 1, 0])
    >>> round(float(log_ratio), 2)
    0.94
    """
    t, d, z = np.broadcast_arrays(
        np.asarray(time, float), np.asarray(event, bool), np.asarray(group, bool)
    )
    order = np.argsort(t, axis=-1, kind="stable")
    t, d, z = (np.take_along_axis(x, order, -1) for x in (t, d, z))
    first = _first_of_equals(t)
    ones, zeros = (np.take_along_axis(_at_risk(x), first, -1) for x in (z, ~z))
    events = d.sum(axis=-1)
    seen = (d & z).sum(axis=-1)
    beta = np.zeros(t.shape[:-1])
    information = np.zeros(t.shape[:-1])
    for _ in range(STEPS):
        p = ones * np.exp(beta)[..., None]
        p = p / (p + zeros)
        information = (d * p * (1 - p)).sum(axis=-1)
        score = seen - (d * p).sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(information > 0, score / information, 0.0)
        beta = np.clip(beta + np.clip(step, -1.0, 1.0), -LARGEST, LARGEST)
    good = (events > 0) & (information > 0) & (np.abs(beta) < LARGEST)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(good, 1 / np.sqrt(information), np.nan)
    return np.where(good, beta, np.nan), error


def _at_risk(member: NDArray[np.bool_]) -> Array:
    """Return how many members are there from each place on."""
    return np.cumsum(member[..., ::-1], axis=-1)[..., ::-1].astype(float)


def _first_of_equals(t: Array) -> NDArray[np.intp]:
    """Return the first place of each run of equal times."""
    new = np.ones(t.shape, bool)
    new[..., 1:] = t[..., 1:] > t[..., :-1]
    return np.maximum.accumulate(np.where(new, np.arange(t.shape[-1]), 0), axis=-1)


def hazard_ratio(cases: Array, others: Array, at_risk: Array, others_at_risk: Array) -> float:
    """Return the hazard ratio of two groups that Cox regression finds from expected counts.

    Parameters
    ----------
    cases, others : ndarray, shape (n_times,)
        Expected cases of the group and of the other one.
    at_risk, others_at_risk : ndarray, shape (n_times,)
        Patients at risk.

    Returns
    -------
    float
        ``nan`` when one group has no cases.

    Examples
    --------
    Half of the cases at the same number of patients, at all times.

    >>> import numpy as np
    >>> one = np.ones(3)
    >>> round(hazard_ratio(0.5 * one, one, 10 * one, 10 * one), 6)
    0.5
    """
    if not (cases.sum() > 0 and others.sum() > 0):
        return np.nan
    both = cases + others

    def score(log_ratio: float) -> float:
        own = at_risk * np.exp(log_ratio)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(both > 0, own / (own + others_at_risk), 0.0)
        return float((cases - both * share).sum())

    if score(-LARGEST_EXPECTED) * score(LARGEST_EXPECTED) > 0:
        return np.nan
    return float(np.exp(brentq(score, -LARGEST_EXPECTED, LARGEST_EXPECTED)))
