"""The levels of a subject beside what a fit says of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.likelihood import Levels
from diapedesis.infer.table import Table
from diapedesis.observe import Subject

Array = NDArray[np.float64]
LEVEL_COLUMNS = (
    *("time", "measures", "unit", "observed", "below_lloq"),
    *("pred_05", "pred_50", "pred_95", "p_outlier"),
)


def level_table(subject: Subject, levels: Levels | None, mu: Array | None) -> Table:
    """Return one row per level; none without levels.

    Parameters
    ----------
    subject : Subject
    levels : Levels or None
    mu : ndarray, shape (n_draws, n_levels), or None
        Error-free readings of each draw.
    """
    if levels is None or mu is None:
        return Table(LEVEL_COLUMNS, ())
    quantiles = np.quantile(mu, [0.05, 0.5, 0.95], axis=0)
    outlier = levels.terms(mu)[3].mean(axis=0)
    rows = [
        (
            *(x.time, x.assay.measures, x.assay.unit, float(levels.y[i]), x.below),
            *(*quantiles[:, i].tolist(), float(outlier[i])),
        )
        for i, x in enumerate(subject.levels)
    ]
    return Table(LEVEL_COLUMNS, tuple(rows))
