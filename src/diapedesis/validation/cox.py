"""Cox regression of two groups from expected counts, where cases are too rare to be counted."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from diapedesis.validation.studies import Array

LARGEST = 12.0
"""Bound of the logarithm of a hazard ratio."""


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

    if score(-LARGEST) * score(LARGEST) > 0:
        return np.nan
    return float(np.exp(brentq(score, -LARGEST, LARGEST)))
