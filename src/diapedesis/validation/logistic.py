"""Logistic regression of many studies at once, and what is common to them.

Outcomes may be probabilities: a patient who dies with a probability of a quarter counts as a
quarter of a death. That leaves out the chance of who happens to die.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diapedesis.validation.studies import Array

PRIOR = 2.0
"""Standard deviation of a weak normal prior of each slope: a study without events has a finite
answer, one with some is hardly moved."""
STEPS, TOLERANCE, LONGEST = 60, 1e-9, 2.0
NINETY = 1.6448536269514722


@dataclass(frozen=True)
class Effect:
    """A logarithm of an odds ratio over studies.

    Attributes
    ----------
    mean, error : float
        Common to all, and its standard error.
    spread : float
        Standard deviation between studies, beyond the chance of their patients.
    unseen : float
        Standard error of the square of that: a spread that could not be seen.
    """

    mean: float
    error: float
    spread: float
    unseen: float

    @property
    def interval(self) -> tuple[float, float]:
        """Odds ratios between which 90 % of further studies of infinite size would be, or more.

        Where no spread is seen, one that would not be seen is taken to be there.
        """
        half = NINETY * float(np.sqrt(self.error**2 + self.spread**2 + self.unseen))
        return float(np.exp(self.mean - half)), float(np.exp(self.mean + half))

    @property
    def ratio(self) -> float:
        """Odds ratio."""
        return float(np.exp(self.mean))

    @property
    def direction(self) -> int:
        """1 where the interval is above 1, -1 below, 0 otherwise."""
        low, high = self.interval
        return int(low > 1) - int(high < 1)


def logistic(x: Array, y: Array, weight: Array | None = None) -> tuple[Array, Array]:
    """Fit a logistic regression with an intercept to each study.

    Newton's method with the weak prior `PRIOR`; errors are robust (sandwich), so that they hold
    for outcomes that are probabilities.

    Parameters
    ----------
    x : ndarray, shape (m, n, p)
    y : ndarray, shape (m, n)
        0 to 1.
    weight : ndarray, shape (m, n), optional

    Returns
    -------
    slopes, errors : ndarray, shape (m, p)

    Examples
    --------
    >>> x = np.linspace(-2, 2, 401)[None, :, None]
    >>> slopes, _ = logistic(x, 1 / (1 + np.exp(-x[..., 0])))
    >>> round(float(slopes[0, 0]), 2)
    1.0
    """
    w = np.ones_like(y) if weight is None else weight
    design = np.concatenate([np.ones((*y.shape, 1)), x], axis=2)
    prior = np.diag([1e-4, *[PRIOR**-2] * x.shape[2]])
    beta = np.zeros((len(y), design.shape[2]))
    for _ in range(STEPS):
        p = _expit(np.einsum("mnp,mp->mn", design, beta))
        score = np.einsum("mn,mnp->mp", w * (y - p), design) - beta @ prior
        step = np.linalg.solve(_information(design, w * p * (1 - p)) + prior, score[..., None])
        step = step[..., 0]
        size = np.abs(step).max(axis=1, keepdims=True)
        beta = beta + step * np.minimum(1.0, LONGEST / np.maximum(size, 1e-300))
        if size.max() < TOLERANCE:
            break
    else:
        raise ValueError(
            f"logistic regression: found steps of {size.max():.2g} after {STEPS} rounds, expected"
            f" {TOLERANCE:g}. Fix: look for columns that say the same"
        )
    bread = np.linalg.inv(_information(design, w * p * (1 - p)) + prior)
    meat = _information(design, (w * (y - p)) ** 2)
    few = y.shape[1] / max(y.shape[1] - design.shape[2], 1)
    error = np.sqrt(few * np.einsum("mij,mjk,mki->mi", bread, meat, bread))
    return beta[:, 1:], error[:, 1:]


def common(slopes: Array, errors: Array) -> Effect:
    """Return what studies have in common, and how much they differ.

    The variance between studies is that of their slopes, less the mean of their errors (Hedges and
    Olkin 1985): it weighs studies alike, as errors of strong slopes differ from those of weak ones.

    Parameters
    ----------
    slopes, errors : ndarray, shape (m,)

    Examples
    --------
    >>> e = common(np.array([1.0, 1.0, 1.0]), np.array([0.1, 0.1, 0.1]))
    >>> round(e.mean, 2), round(e.spread, 2)
    (1.0, 0.0)
    """
    known = np.isfinite(slopes) & np.isfinite(errors) & (errors > 0)
    if known.sum() < 2:
        return Effect(np.nan, np.nan, np.nan, np.nan)
    b, v = slopes[known], errors[known] ** 2
    # the floor keeps a study whose error is nearly 0 by chance from deciding alone
    v = np.maximum(v, np.median(v) / 10)
    total = float(b.var(ddof=1))
    spread2 = max(0.0, total - float(v.mean()))
    unseen = max(total, float(v.mean())) * (2 / (b.size - 1)) ** 0.5
    w = 1 / (v + spread2)
    return Effect(float((w * b).sum() / w.sum()), float(w.sum() ** -0.5), spread2**0.5, unseen)


def auc(x: Array, y: Array, weight: Array | None = None) -> tuple[Array, Array]:
    """Return the pairs in which a case is above a control, and all pairs, of each study.

    Their ratio is the area under the ROC curve; equal values count half.

    Parameters
    ----------
    x, y, weight : ndarray, shape (m, n)

    Examples
    --------
    >>> above, pairs = auc(np.array([[1.0, 2.0, 3.0]]), np.array([[0.0, 0.0, 1.0]]))
    >>> float(above[0] / pairs[0])
    1.0
    """
    w = np.ones_like(y) if weight is None else weight
    case, control = w * y, w * (1 - y)
    higher = (x[:, :, None] > x[:, None, :]) + 0.5 * (x[:, :, None] == x[:, None, :])
    above = np.einsum("mi,mij,mj->m", case, higher, control)
    same = (case * control).sum(axis=1)
    return above - 0.5 * same, case.sum(axis=1) * control.sum(axis=1) - same


def _information(design: Array, weight: Array) -> Array:
    return np.einsum("mn,mnp,mnq->mpq", weight, design, design, optimize=True)


def _expit(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -50, 50))))
