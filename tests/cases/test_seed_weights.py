"""Draws with and without a seed are together the prior, however common seeds are."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.cases.draws import weigh_seeds


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(("low", "high"), [(0.0, 0.02), (0.0, 2.0), (1.0, 4.0)])
def test_weights_of_both_kinds_of_draw_give_the_first_seed_its_law(
    share: float, low: float, high: float
) -> None:
    """Given no seed before, the chance of one is 1 - exp(-risk), its mean place that of the law."""
    n = 20_000
    has = np.arange(n) < round(share * n)
    chance = np.r_[
        (np.arange(has.sum()) + 0.5) / has.sum(), (np.arange((~has).sum()) + 0.5) / (~has).sum()
    ]
    before, total = np.full(n, low), np.full(n, high)
    target, log_weight = weigh_seeds(before, total, has, share, chance)
    weight = np.exp(log_weight)
    risk = high - low
    # evenly spaced chances leave an error of second order in their distance only
    assert weight.mean() == pytest.approx(1.0, abs=1e-6)
    assert weight[has].sum() / n == pytest.approx(-np.expm1(-risk), abs=1e-6)
    place = np.average(target[has] - low, weights=weight[has])
    assert place == pytest.approx(1 - risk * np.exp(-risk) / -np.expm1(-risk), rel=1e-4)
    assert np.isinf(target[~has]).all()
