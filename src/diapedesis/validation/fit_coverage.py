"""Coverage: how often central posterior intervals hold the true value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.names import DISPOSITION
from diapedesis.infer.table import Table
from diapedesis.validation.fit_bands import binomial_band
from diapedesis.validation.fit_replicate import LEVELS_KNOWN
from diapedesis.validation.fit_sbc import ALPHA, FEWEST
from diapedesis.validation.fit_study import FitStudy

Array = NDArray[np.float64]
SHARES = (0.5, 0.8, 0.9, 0.95)
COVERED = (*DISPOSITION, "level later", "lasting day")


def probabilities(study: FitStudy) -> dict[tuple[str, int], Array]:
    """Return posterior probabilities below the truth, by quantity and number of levels."""
    found: dict[tuple[str, int], list[float]] = {}
    for name in COVERED:
        for k in LEVELS_KNOWN:
            for fit in study.fits(k):
                if name in fit["pit"]:
                    found.setdefault((name, k), []).append(fit["pit"][name])
    return {key: np.array(p) for key, p in found.items() if len(p) >= FEWEST}


def judge_coverage(found: dict[tuple[str, int], Array], alpha: float = ALPHA) -> Table:
    """Count what central intervals hold.

    The bands are exact binomial intervals that hold for all rows together: each row gets
    ``alpha / n_rows`` (Bonferroni; rows of one patient depend on each other).

    Parameters
    ----------
    found : dict of (quantity, levels) to ndarray
        Posterior probability below the true value, one for each patient.
    alpha : float

    Returns
    -------
    Table
        quantity, levels, share (of the interval), n, hits, covered, low, high (band, as shares),
        inside.
    """
    each = alpha / max(len(found) * len(SHARES), 1)
    rows = []
    for (name, k), p in found.items():
        for share in SHARES:
            low, high = binomial_band(p.size, share, each)
            hits = int(np.sum(np.abs(p - 0.5) < share / 2))
            rows.append(
                {
                    "quantity": name,
                    "levels": k,
                    "share": share,
                    "n": p.size,
                    "hits": hits,
                    "covered": hits / p.size,
                    "low": low / p.size,
                    "high": high / p.size,
                    "inside": low <= hits <= high,
                }
            )
    return Table.of(rows)
