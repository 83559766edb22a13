"""Intervals hold what they say: virtual patients from the prior, none, one or three levels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.statistical.patients import NOW, fits, rng_of, truth, within_binomial_band

LATER = NOW + 14
SHARES = (0.5, 0.8, 0.9)


def ranks(name: str, n: int, n_levels: int) -> dict[str, np.ndarray]:
    """Return the share of draws below the true clearance, and below the true later level."""
    cl, level = [], []
    for fitted, own in fits(rng_of(name), n, n_levels):
        cl.append(np.mean(fitted.draws["cl"] < own["cl"]))
        found = truth(fitted.subject, fitted.draws, (LATER,))[:, 0]
        level.append(np.mean(found < truth(fitted.subject, own, (LATER,))[0, 0]))
    return {"clearance": np.array(cl), "level 14 days later": np.array(level)}


def assert_covers(found: dict[str, np.ndarray]) -> None:
    for what, rank in found.items():
        for share in SHARES:
            hits = int(np.sum(np.abs(rank - 0.5) < share / 2))
            print(f"{what}: {share:.0%} interval holds {hits} of {rank.size}")
            assert within_binomial_band(hits, rank.size, share), (what, share, hits)
        left = int(np.sum(rank < 0.5))
        assert within_binomial_band(left, rank.size, 0.5), (what, "one-sided", left)


@pytest.mark.slow
@pytest.mark.parametrize("n_levels", [0, 1, 3])
def test_intervals_cover(n_levels: int) -> None:
    assert_covers(ranks(f"intervals cover {n_levels}", 60, n_levels))


@pytest.mark.statistical
@pytest.mark.parametrize("n_levels", [0, 1, 3])
def test_intervals_cover_in_many(n_levels: int) -> None:
    assert_covers(ranks(f"intervals cover in many {n_levels}", 500, n_levels))
