"""How well the next level is foretold, a priori and after 1, 2, 3 levels, phase by phase.

A relative error is (predicted - reference) / reference; predicted is the posterior median of the
reading without error. The reference is the observed reading, as in practice, or the true one, which
only a simulation knows. References below the assay's limit have no relative error and are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.table import Table
from diapedesis.validation.fit_patients import named_stream
from diapedesis.validation.fit_protocols import Phase
from diapedesis.validation.fit_replicate import LEVELS_KNOWN
from diapedesis.validation.fit_sbc import FEWEST
from diapedesis.validation.fit_study import FitStudy

Array = NDArray[np.float64]
PHASES: tuple[Phase, ...] = ("treatment", "washout", "exchange")
RESAMPLES = 1000
Statistic = Callable[[Array, Array], Array]
"""Takes predicted and reference, each (..., n), to one value for each leading index."""


def _relative(predicted: Array, reference: Array) -> Array:
    return (predicted - reference) / reference


def _within(limit: float) -> Statistic:
    return lambda p, r: np.asarray(np.mean(np.abs(_relative(p, r)) <= limit, axis=-1))


STATISTICS: dict[str, Statistic] = {
    "bias_mean": lambda p, r: np.asarray(_relative(p, r).mean(axis=-1)),
    "bias_median": lambda p, r: np.asarray(np.median(_relative(p, r), axis=-1)),
    "error_median": lambda p, r: np.asarray(np.median(np.abs(_relative(p, r)), axis=-1)),
    "rmse": lambda p, r: np.asarray(np.sqrt(np.mean(_relative(p, r) ** 2, axis=-1))),
    "rmse_mg_per_l": lambda p, r: np.asarray(np.sqrt(np.mean((p - r) ** 2, axis=-1))),
    "within_20": _within(0.2),
    "within_30": _within(0.3),
}
"""By column of the table; all but ``rmse_mg_per_l`` are of relative errors."""


def predict_next(study: FitStudy) -> Table:
    """Return the errors of prediction.

    Returns
    -------
    Table
        phase, levels (known), predictor ("fit", or "truth": the true parameters, whose only error
        is the assay's), reference ("observed" or "true"), n, below (references below the limit,
        left out), and each of ``STATISTICS`` with the ends of its 95 % bootstrap interval
        (``_low``, ``_high``).
    """
    rows = []
    for phase in PHASES:
        for k in LEVELS_KNOWN:
            found = [f["next"] for f in study.fits(k) if f["next"]["phase"] == phase]
            rng = named_stream(study.settings.name, "bootstrap", phase, k)
            rows += [{"phase": phase, "levels": k, **r} for r in _rows(found, rng)]
    return Table.of(rows)


def _rows(found: list[dict[str, Any]], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return the fit and the truth beside what was observed, and the fit beside the truth."""
    seen = [x for x in found if x["observed"] is not None]
    above = [x for x in found if x["true"] >= x["lloq"]]
    cases = (("fit", "observed", seen), ("truth", "observed", seen), ("fit", "true", above))
    out = []
    for predictor, reference, used in cases:
        if len(used) < FEWEST:
            continue
        predicted = np.array([x["predicted" if predictor == "fit" else "true"] for x in used])
        target = np.array([x[reference] for x in used])
        at = rng.integers(len(used), size=(RESAMPLES, len(used)))
        row: dict[str, Any] = {"predictor": predictor, "reference": reference}
        row |= {"n": len(used), "below": len(found) - len(used)}
        for name, statistic in STATISTICS.items():
            low, high = np.quantile(statistic(predicted[at], target[at]), [0.025, 0.975])
            row[name] = float(statistic(predicted, target))
            row |= {f"{name}_low": float(low), f"{name}_high": float(high)}
        out.append(row)
    return out
