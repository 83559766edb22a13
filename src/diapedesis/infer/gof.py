"""Goodness of fit in numbers: errors of predictions, trends of residuals, shrinkage.

Sources: Karlsson and Savic 2007 (10.1038/sj.clpt.6100241) for what to look at; Savic and Karlsson
2009 (10.1208/s12248-009-9133-0) for shrinkage.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from diapedesis.infer.table import Table

Array = NDArray[np.float64]


def prediction_errors(observed: ArrayLike, predictions: Mapping[str, ArrayLike]) -> Table:
    """Return bias and root mean square error of predictions, absolute and relative.

    Parameters
    ----------
    observed : array_like, shape (n,)
        Quantified levels.
    predictions : mapping of str to array_like, shape (n,)

    Returns
    -------
    Table
        Bias and RMSE in the unit of the levels, and in per cent of the predictions above 0.

    Examples
    --------
    >>> prediction_errors([11.0, 19.0], {"pred": [10.0, 20.0]}).records()[0]["rmse"]
    1.0
    """
    y = np.asarray(observed, float)
    rows = []
    for name, values in predictions.items():
        f = np.asarray(values, float)
        share = 100 * (y - f)[f > 0] / f[f > 0]
        rows.append((name, y.size, *_bias_and_rmse(y - f), *_bias_and_rmse(share)))
    columns = ("prediction", "n", "bias", "rmse", "bias_percent", "rmse_percent")
    return Table(columns, tuple(rows))


def _bias_and_rmse(error: Array) -> tuple[float | None, float | None]:
    if not error.size:
        return None, None
    return float(error.mean()), float(np.sqrt(np.mean(error**2)))


def trends(residuals: Mapping[str, ArrayLike], against: Mapping[str, ArrayLike]) -> Table:
    """Return Spearman's rank correlation of each residual with each variable, and its p value.

    The p value takes levels as independent, which decorrelated residuals are and others of one
    subject are not. A cell is ``None`` where a side does not vary or has fewer than three values.

    Parameters
    ----------
    residuals, against : mapping of str to array_like, shape (n,)

    Returns
    -------
    Table

    Examples
    --------
    >>> trends({"npde": [1.0, 2.0, 3.0, 5.0]}, {"time": [0.0, 1.0, 2.0, 3.0]}).column("rho")
    [1.0]
    """
    rows = []
    for name, r in residuals.items():
        for other, x in against.items():
            a, b = np.asarray(r, float), np.asarray(x, float)
            rho: float | None = None
            p: float | None = None
            if a.size >= 3 and np.ptp(a) > 0 and np.ptp(b) > 0:
                found = stats.spearmanr(a, b)
                rho, p = float(found.statistic), float(found.pvalue)
            rows.append((name, other, a.size, rho, p))
    return Table(("residual", "against", "n", "rho", "p"), tuple(rows))


def shrinkage(standardised: ArrayLike) -> tuple[float, float]:
    """Return shrinkage as 1 - SD and as 1 - variance.

    Parameters
    ----------
    standardised : array_like, shape (n,)
        Etas over omega, one per subject, for eta shrinkage; individual weighted residuals for
        epsilon shrinkage.

    Raises
    ------
    ValueError
        For fewer than two values.

    Examples
    --------
    >>> shrinkage([0.0, 0.0, 0.0])
    (1.0, 1.0)
    """
    x = np.asarray(standardised, float)
    if x.ndim != 1 or x.size < 2 or not np.isfinite(x).all():
        raise ValueError(f"standardised: found shape {x.shape}, expected two or more numbers")
    return 1 - float(x.std(ddof=1)), 1 - float(x.var(ddof=1))
