"""Simulation-based calibration: ranks of true values among draws, quantity by quantity.

A true value drawn from the prior ranks uniformly among independent draws of its posterior given
data simulated from it (Talts and others 2018, arXiv 1804.06788). Quantities that depend on the
data, like the log likelihood, see faults that parameters alone cannot (Modrák and others 2023, doi
10.1214/23-BA1404).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diapedesis.infer.table import Table
from diapedesis.validation.fit_bands import Counts, RankBands
from diapedesis.validation.fit_replicate import LEVELS_KNOWN, RANKED
from diapedesis.validation.fit_study import FitStudy

ALPHA = 0.01
"""Chance that a right program leaves any band of a set."""
FEWEST = 20
"""Patients below which a quantity is not judged."""


@dataclass(frozen=True)
class RankSet:
    """Ranks of one quantity with a number of known levels."""

    quantity: str
    n_levels: int
    ranks: Counts

    @property
    def bands(self) -> RankBands:
        """Bands for this many ranks."""
        return RankBands.of(self.ranks.size, RANKED + 1)


def rank_sets(study: FitStudy) -> list[RankSet]:
    """Return the ranks of every quantity with 1, 2 and 3 levels that enough patients have."""
    found: dict[tuple[int, str], list[int]] = {}
    for k in LEVELS_KNOWN[1:]:
        for fit in study.fits(k):
            for name, rank in fit["rank"].items():
                found.setdefault((k, name), []).append(rank)
    return [
        RankSet(name, k, np.array(ranks))
        for (k, name), ranks in found.items()
        if len(ranks) >= FEWEST
    ]


def judge_ranks(sets: list[RankSet], alpha: float = ALPHA) -> Table:
    """Judge every set of ranks; the bands hold for all of them together.

    Each set gets ``alpha / len(sets)`` (Bonferroni), which needs no assumption on how quantities of
    one patient depend on each other.

    Returns
    -------
    Table
        quantity, levels, n, mean_rank (0 to 1), spread (SD of ranks over that of uniform ones;
        above 1 the posterior is too narrow), p (of one set), inside (the joint band).
    """
    rows = []
    for s in sets:
        p = s.bands.p_value(s.ranks)
        unit = (s.ranks + 0.5) / (RANKED + 1)
        rows.append(
            {
                "quantity": s.quantity,
                "levels": s.n_levels,
                "n": s.ranks.size,
                "mean_rank": float(unit.mean()),
                "spread": float(unit.std() * np.sqrt(12)),
                "p": p,
                "inside": p >= alpha / len(sets),
            }
        )
    return Table.of(rows)
