"""Numbers from the courses of a run, one for each possible truth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from diapedesis.validation.hypotheses_runs import DAYS, Run

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
YEAR = DAYS <= 364
MONTH = 365.25 / 12
HALF, LASTING, ABOVE, IGNITED = 0.5, 1.5, 2.0, 4.0
"""Tones, folds of untreated: of return; of a burst; of a rebound; of tissue that recruits."""


def mean(values: Array | Flags) -> Array:
    """Return the mean over adults, (m, n, ...) to (m, ...)."""
    return np.asarray(values.mean(axis=1))


def tone(run: Run, arm: str = "none") -> Array:
    """Return the course of mean tone, shape (m, 105)."""
    return mean(run.arms[arm]["tone"])


def peak(run: Run, arm: str = "none") -> Array:
    """Return the peak of mean tone in the first year."""
    return np.asarray(tone(run, arm)[:, YEAR].max(axis=1))


def half_day(run: Run, arm: str = "none") -> Array:
    """Return the day on which mean tone reaches half of untreated, NaN when never."""
    course = tone(run, arm)
    found = np.full(course.shape[0], np.nan)
    for j, row in enumerate(course):
        reached = np.flatnonzero(row >= HALF)
        if reached.size:
            i = slice(max(reached[0] - 1, 0), reached[0] + 1)
            found[j] = np.interp(HALF, row[i], DAYS[i])
    return found


def own_peak(run: Run) -> Array:
    """Return each patient's peak of tone in the first year, shape (m, n)."""
    return np.asarray(run.arms["none"]["tone"][..., YEAR].max(axis=2))


def at_own_peak(run: Run, output: str) -> Array:
    """Return an output on the day of each patient's peak, shape (m, n)."""
    day = run.arms["none"]["tone"][..., YEAR].argmax(axis=2)
    values = run.arms["none"][output]
    return np.asarray(np.take_along_axis(values, day[..., None], axis=2)[..., 0])


def among(values: Array | Flags, who: Flags) -> Array:
    """Return the mean over some adults of each truth, NaN where there are none."""
    number = who.sum(axis=1)
    total = np.where(who, values, 0.0).sum(axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def ranks_agree(a: Array, b: Array) -> Array:
    """Return Spearman's correlation over the adults of each truth; 0 where one is constant."""
    x, y = (rankdata(v.round(6), axis=1) for v in (a, b))
    x, y = (v - v.mean(axis=1, keepdims=True) for v in (x, y))
    size = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return np.where(size > 0, (x * y).sum(axis=1) / np.where(size > 0, size, 1.0), 0.0)


def lesions(run: Run, arm: str, until: float) -> Array:
    """Return the mean number of lesions born from the last dose to a day."""
    at = until >= DAYS
    born = mean(run.arms[arm]["lesion_births"])[:, at]
    return np.asarray(np.trapezoid(born, DAYS[at], axis=1))


def relapses(run: Run, first: float, last: float) -> Array:
    """Return the mean relapse rate between two months after the last dose."""
    at = (first * MONTH <= DAYS) & (last * MONTH >= DAYS)
    return np.asarray(mean(run.arms["none"]["relapse_rate"])[:, at].mean(axis=1))


def quiet(run: Run) -> Array:
    """Return the lowest mean tone after its peak, within two years."""
    course = tone(run)
    first = course[:, YEAR].argmax(axis=1)
    return np.array([row[i:].min() for row, i in zip(course, first, strict=True)])


def peak_month(run: Run) -> Array:
    """Return the month of the peak of mean Gd, in the first year."""
    return DAYS[mean(run.arms["none"]["gd"])[:, YEAR].argmax(axis=1)] / MONTH


def days_up(run: Run) -> Array:
    """Return days in two years with a burst, mean of those with a rebound."""
    up = (run.arms["none"]["tone"] > LASTING).mean(axis=2) * (DAYS[-1] - DAYS[0])
    return among(up, own_peak(run) > ABOVE)


def disability(values: Mapping[str, Array]) -> Array:
    """Return points above the baseline, before the scale's end bends them."""
    return values["edss_reversible"] + values["edss_permanent"]


def ratio(values: Array, run: Run) -> Array:
    """Return the mean of CD4/CD8 ratios over their own untreated ones."""
    return mean(values / run.untreated["csf_cd4cd8"])
