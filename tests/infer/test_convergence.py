"""R-hat and effective sizes: against arviz-stats, and against what is known of such chains."""

from __future__ import annotations

import numpy as np
import pytest
from arviz_stats.base import array_stats

from diapedesis.infer.convergence import TAILS, convergence, effective
from tests.streams import rng_of


def autoregressive(phi: float, chains: int, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Return stationary chains with lag-one correlation `phi`; the third quantity is rounded."""
    noise = rng.standard_normal((chains, steps, 3))
    x = np.empty_like(noise)
    x[:, 0] = noise[:, 0]
    for t in range(1, steps):
        x[:, t] = phi * x[:, t - 1] + np.sqrt(1 - phi**2) * noise[:, t]
    x[..., 2] = np.round(x[..., 2], 1)
    return x


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.8, 0.95])
@pytest.mark.parametrize("shape", [(2, 300), (4, 251), (8, 500)], ids=str)
def test_as_arviz_says(phi: float, shape: tuple[int, int]) -> None:
    x = autoregressive(phi, *shape, rng_of(f"arviz {phi} {shape}"))
    x += 0.1 * np.arange(shape[0])[:, None, None]
    found = convergence(x)
    axes = {"chain_axis": 0, "draw_axis": 1}
    for j in range(3):
        one = x[:, :, j]
        assert found.rhat[j] == pytest.approx(array_stats.rhat(one, **axes, method="rank"), 1e-6)
        # The sums differ in how Geyer's sequence ends: a few per cent.
        bulk = array_stats.ess(one, **axes, method="bulk")
        tail = array_stats.ess(one, **axes, method="tail", prob=TAILS)
        assert found.ess_bulk[j] == pytest.approx(bulk, rel=0.1)
        assert found.ess_tail[j] == pytest.approx(tail, rel=0.1)


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9])
def test_effective_size_of_autoregressive_chains(phi: float) -> None:
    x = autoregressive(phi, 8, 4000, rng_of(f"size {phi}"))
    expected = x.shape[0] * x.shape[1] * (1 - phi) / (1 + phi)
    assert effective(x[..., :2]) == pytest.approx(expected, rel=0.15)


def test_chains_in_different_places_are_told() -> None:
    x = rng_of("places").standard_normal((8, 400, 1))
    assert convergence(x).worst[0] < 1.01
    x[0] += 1.0
    assert convergence(x).worst[0] > 1.05


def test_chains_of_different_spread_are_told() -> None:
    x = rng_of("spread").standard_normal((8, 400, 1))
    x[:4] *= 3.0
    assert convergence(x).worst[0] > 1.05


def test_a_quantity_that_does_not_move_counts_for_nothing() -> None:
    assert effective(np.ones((4, 100, 1))) == pytest.approx(0.0)
