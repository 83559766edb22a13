"""Events at a changing intensity: exact inverse, Poisson counts, nothing where the rate is 0."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from diapedesis.observe import arrivals as module
from diapedesis.observe.arrivals import arrivals, count_below
from diapedesis.observe.draws import child, exponential, root
from tests.streams import rng_of


def course(name: str, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Uneven days and random rates with stretches of zero."""
    rng = rng_of(name)
    times = np.cumsum(rng.uniform(0.01, 5.0, 60))
    rate = rng.gamma(0.5, 1.0, (n, 60)) * (rng.random((n, 60)) > 0.5)
    return times, rate


def cumulative(times: np.ndarray, rate: np.ndarray, day: float) -> float:
    """Integral of a linear course until a day, by trapezes cut at that day."""
    inside = times[times < day]
    days = np.append(inside, day)
    return float(np.trapezoid(np.interp(days, times, rate), days))


def test_cumulative_intensity_between_events_is_the_wait() -> None:
    times, rate = course("inverse")
    keys = child(root(1), range(len(rate)))
    row, index, day = arrivals(times, rate, keys)
    waits = exponential(child(keys[row], index))
    assert len(day) > 1000
    for r in range(len(rate)):
        reached = [cumulative(times, rate[r], d) for d in day[row == r]]
        np.testing.assert_allclose(np.diff([0.0, *reached]), waits[row == r], atol=1e-9)
        left = cumulative(times, rate[r], times[-1]) - ([0.0, *reached][-1])
        after = exponential(child(keys[[r]], np.sum(row == r)))
        assert 0 < left < after[0]


def test_a_share_divides_the_rate() -> None:
    times, rate = course("share")
    keys = child(root(2), range(len(rate)))
    share = rng_of("shares").uniform(1, 5, len(rate))
    left, right = arrivals(times, rate, keys, share), arrivals(times, rate / share[:, None], keys)
    assert left[0].tolist() == right[0].tolist() and left[1].tolist() == right[1].tolist()
    np.testing.assert_allclose(left[2], right[2], rtol=1e-12)


def test_counts_are_poisson_and_days_follow_the_rate() -> None:
    times, rate = course("poisson", 1)
    n = 20_000
    row, _, day = arrivals(times, np.repeat(rate, n, axis=0), child(root(3), range(n)))
    total = cumulative(times, rate[0], times[-1])
    counts = np.bincount(row, minlength=n)
    assert abs(counts.mean() - total) < 4.5 * np.sqrt(total / n)
    assert abs(counts.var() / counts.mean() - 1) < 4.5 * np.sqrt(2 / n)
    edges = np.linspace(times[0], times[-1], 41)
    expected = np.diff([cumulative(times, rate[0], e) for e in edges])
    found, _ = np.histogram(day, edges)
    where = expected > 0
    np.testing.assert_array_equal(found[~where], 0)
    share = expected[where] / expected.sum()
    assert stats.chisquare(found[where], share * found.sum()).pvalue > 1e-4


def test_nothing_comes_where_the_rate_is_zero() -> None:
    times = np.array([0.0, 10.0, 20.0, 30.0, 40.0])
    rate = np.array([[0.0, 0.0, 1.0, 0.0, 0.0]] * 500)
    _, _, day = arrivals(times, rate, child(root(4), range(500)))
    assert day.min() > 10 and day.max() < 30
    row, index, day = arrivals(times, 0 * rate, child(root(4), range(500)))
    assert len(row) == len(index) == len(day) == 0


def test_size_of_a_round_is_of_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    times, rate = course("rounds")
    keys = child(root(5), range(len(rate)))
    usual = arrivals(times, rate, keys)
    for size in (1, 3, 500):
        monkeypatch.setattr(module, "ROUND", size)
        for a, b in zip(usual, arrivals(times, rate, keys), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("width", [0, 1, 2, 3, 8, 13])
def test_count_below_is_searchsorted_of_each_row(side, width: int) -> None:
    rng = rng_of(f"count {width}")
    rows = np.sort(rng.integers(0, 6, (50, width)), axis=1).astype(float)
    row, values = rng.integers(0, 50, 400), rng.integers(-1, 7, 400).astype(float)
    expected = [np.searchsorted(rows[r], v, side) for r, v in zip(row, values, strict=True)]
    np.testing.assert_array_equal(count_below(rows, row, values, side), expected)
