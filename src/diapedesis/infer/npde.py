"""Normalised prediction distribution errors of one subject's levels, and their tests.

Each level is ranked among what the model simulates for it. Before the ranks are taken, levels and
simulations of a subject are freed of the correlation that one patient's levels have, so that under
a right model the errors are independent and standard normal.

Sources: Brendel 2006 (10.1007/s11095-006-9067-5) for the definition, Comets 2008
(10.1016/j.cmpb.2007.12.002) for the computation and the tests, Nguyen 2012
(10.1007/s10928-012-9264-2) for levels below the limit of quantification.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.linalg import solve_triangular

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
SHAPIRO_MOST = 5000
"""Values above which Shapiro and Wilk's p value is not tabulated; D'Agostino's test stands in."""


@dataclass(frozen=True)
class Npde:
    """Errors of one subject's levels; every array has shape (n_levels,).

    Attributes
    ----------
    npde : ndarray
        Decorrelated.
    npd : ndarray
        Each level ranked by itself: normal too, but correlated within the subject.
    residual : ndarray
        Population weighted residual: the decorrelated level, in simulated SD from the simulated
        mean. Mean 0 and variance 1 under a right model, not always normal.
    completed : ndarray
        The levels, with a value drawn for each below the limit.
    """

    npde: Array
    npd: Array
    residual: Array
    completed: Array


def npde(
    observed: ArrayLike,
    simulated: ArrayLike,
    *,
    censored: ArrayLike | None = None,
    lloq: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
) -> Npde:
    """Return the prediction distribution errors of one subject.

    A rank of 0 or 1 becomes 1/(2K) or 1 - 1/(2K). A level below the limit gets a rank drawn evenly
    below the simulated probability of being there, and the value of that rank; simulated values
    below the limit are drawn anew in the same way, so that both are treated alike.

    Parameters
    ----------
    observed : array_like, shape (n_levels,)
        In order of time, which decides what is decorrelated from what.
    simulated : array_like, shape (K, n_levels)
        Under the model, with residual error, not cut off at the limit; K well above n_levels, 1000
        for a report.
    censored : array_like of bool, shape (n_levels,), optional
        Which levels are only known to lie below the limit.
    lloq : array_like, shape () or (n_levels,), optional
        Limits of quantification, in the unit of the levels.
    rng : Generator, optional
        Draws the values below the limit.

    Returns
    -------
    Npde

    Raises
    ------
    ValueError
        For shapes that do not fit, values that are not finite, a limit without `rng`, or simulated
        levels that cannot be told apart.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> patient = rng.standard_normal((2001, 1)) + 0.5 * rng.standard_normal((2001, 3))
    >>> found = npde(patient[0], patient[1:])
    >>> bool(np.abs(found.npde).max() < 4)
    True
    """
    y, sims = _checked(observed, simulated)
    cut = np.zeros(y.size, bool) if censored is None else np.asarray(censored, bool)
    if cut.shape != y.shape:
        raise ValueError(f"censored: found shape {cut.shape}, expected {y.shape}")
    limit = np.broadcast_to(np.asarray(-np.inf if lloq is None else lloq, float), y.shape)
    if rng is None and (cut.any() or np.isfinite(limit).any()):
        raise ValueError("rng: found none, expected a Generator to draw values below the limit")
    if (cut & ~np.isfinite(limit)).any():
        raise ValueError("lloq: found none for a level below the limit, expected a number")
    ranks = _ranks(y, sims)
    if rng is not None:
        y, sims, ranks = _complete(y, sims, ranks, cut, limit, rng)
    z, z_sims = _decorrelate(y, sims)
    return Npde(_normal(_ranks(z, z_sims), len(sims)), _normal(ranks, len(sims)), z, y)


def _checked(observed: ArrayLike, simulated: ArrayLike) -> tuple[Array, Array]:
    y, sims = np.array(observed, float), np.array(simulated, float)
    if y.ndim != 1 or not y.size:
        raise ValueError(f"observed: found shape {y.shape}, expected (n_levels,)")
    if sims.ndim != 2 or sims.shape[1] != y.size or len(sims) <= y.size + 1:
        expected = f"(K, {y.size}) with K above {y.size + 1}"
        raise ValueError(f"simulated: found shape {sims.shape}, expected {expected}")
    for name, values in (("observed", y), ("simulated", sims)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name}: found a value that is not finite, expected numbers")
    return y, sims


def _ranks(y: Array, sims: Array) -> Array:
    return np.asarray((sims < y).mean(axis=0), float)


def _normal(ranks: Array, k: int) -> Array:
    return np.asarray(stats.norm.ppf(np.clip(ranks, 0.5 / k, 1 - 0.5 / k)), float)


def _complete(
    y: Array, sims: Array, ranks: Array, cut: Flags, limit: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Draw values below the limit; return levels, simulations and the levels' ranks."""
    y, out, ranks = y.copy(), sims.copy(), ranks.copy()
    for j in range(y.size):
        below = sims[:, j] < limit[j]
        p = below.mean()
        lower = np.sort(sims[:, j])
        at = (np.arange(len(sims)) + 0.5) / len(sims)
        out[below, j] = np.interp(p * rng.random(int(below.sum())), at, lower)
        if cut[j]:
            ranks[j] = p * rng.random()
            y[j] = min(np.interp(ranks[j], at, lower), limit[j])
    return y, out, ranks


def _decorrelate(y: Array, sims: Array) -> tuple[Array, Array]:
    """Return levels and simulations with the simulated mean and Cholesky factor taken out."""
    mean = sims.mean(axis=0)
    try:
        root = np.linalg.cholesky(np.atleast_2d(np.cov(sims, rowvar=False)))
    except np.linalg.LinAlgError:
        raise ValueError(
            "simulated: found levels without a spread of their own, expected each with residual"
            " error; is the assay declared exact, or one level given twice?"
        ) from None
    both = solve_triangular(root, np.vstack([y, sims]).T - mean[:, None], lower=True).T
    return both[0], both[1:]


@dataclass(frozen=True)
class NpdeTests:
    """Whether errors are standard normal: moments, and p values before adjustment.

    Attributes
    ----------
    n : int
    mean, se_mean, variance, se_variance, skewness, kurtosis : float
        Kurtosis in excess of the normal one.
    p_mean : float
        Student's t test of mean 0.
    p_wilcoxon : float
        Signed rank test of the same, for errors that are far from normal.
    p_variance : float
        Two-sided chi-square test of variance 1.
    p_normal : float
        Shapiro and Wilk's test; D'Agostino and Pearson's above 5000 values.
    p_global : float
        Smallest of the p values of mean, variance and normality, times three, at most 1.
    """

    n: int
    mean: float
    se_mean: float
    variance: float
    se_variance: float
    skewness: float
    kurtosis: float
    p_mean: float
    p_wilcoxon: float
    p_variance: float
    p_normal: float
    p_global: float


def npde_tests(values: ArrayLike) -> NpdeTests:
    """Test errors of all subjects together against the standard normal distribution.

    Parameters
    ----------
    values : array_like, shape (n,)
        Decorrelated errors (npde). With npd of several levels per subject, which are correlated,
        true models would be refused too often.

    Returns
    -------
    NpdeTests

    Raises
    ------
    ValueError
        For fewer than three values, or all the same.

    Examples
    --------
    >>> import numpy as np
    >>> bool(npde_tests(np.random.default_rng(1).standard_normal(200)).p_global > 0.05)
    True
    """
    x = np.asarray(values, float)
    if x.ndim != 1 or x.size < 3 or not np.isfinite(x).all() or not np.ptp(x) > 0:
        raise ValueError(f"values: found {x.size}, expected three or more that are not all equal")
    n, variance = x.size, float(x.var(ddof=1))
    squares = (n - 1) * variance
    tail = min(float(stats.chi2.cdf(squares, n - 1)), float(stats.chi2.sf(squares, n - 1)))
    shape = stats.shapiro(x) if n <= SHAPIRO_MOST else stats.normaltest(x)
    p = (float(stats.ttest_1samp(x, 0.0).pvalue), 2 * tail, float(shape.pvalue))
    return NpdeTests(
        n=n,
        mean=float(x.mean()),
        se_mean=float(np.sqrt(variance / n)),
        variance=variance,
        se_variance=float(variance * np.sqrt(2 / (n - 1))),
        skewness=float(stats.skew(x)),
        kurtosis=float(stats.kurtosis(x)),
        p_mean=p[0],
        p_wilcoxon=float(stats.wilcoxon(x).pvalue),
        p_variance=p[1],
        p_normal=p[2],
        p_global=min(1.0, 3 * min(p)),
    )
