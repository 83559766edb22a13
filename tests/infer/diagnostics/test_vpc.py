"""The visual predictive check: what correction takes away, what it leaves, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from diapedesis.infer.vpc import LEVEL, PROBABILITIES, pc_vpc
from tests.streams import rng_of

ONE_IN = 1e-4
DAYS = np.array([1.0, 7.0, 14.0, 28.0])


def drug(
    rng: np.random.Generator, k: int, dose: np.ndarray, omega: float = 0.3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return days, predictions and k replicates of levels of subjects with these doses."""
    day = np.tile(DAYS, dose.size)
    pred = np.repeat(dose, DAYS.size) * np.exp(-0.06 * day)
    eta = omega * rng.standard_normal((k, dose.size)).repeat(DAYS.size, axis=1)
    error = 0.15 * rng.standard_normal((k, day.size))
    return day, pred, pred * np.exp(eta + error)


def test_with_one_design_the_corrected_check_is_the_plain_one() -> None:
    day, pred, y = drug(rng_of("one design"), 101, np.full(30, 100.0))
    plain, corrected = pc_vpc(day, y[0], y[1:]), pc_vpc(day, y[0], y[1:], pred=pred)
    for field in ("observed", "low", "median", "high", "points"):
        np.testing.assert_allclose(getattr(corrected, field), getattr(plain, field), rtol=1e-12)


def test_the_correction_takes_away_what_the_dose_explains() -> None:
    """Percentiles of two dose groups, tenfold apart, coincide; so they do for a wide bin of days.

    The same etas and errors stand behind both groups, so percentiles agree to rounding.
    """
    rng = rng_of("two doses")
    day, pred, low = drug(rng, 1, np.full(40, 30.0))
    y, pred, day = np.r_[low[0], 10 * low[0]], np.r_[pred, 10 * pred], np.r_[day, day]
    sims = np.ones((9, y.size))
    check = pc_vpc(day, y, sims, pred=pred, bins=[0.0, 28.0])
    first, second = np.split(check.points, 2)
    np.testing.assert_allclose(first, second, rtol=1e-12)
    spread = np.log(check.points).std()
    assert spread < 0.5 * np.log(y).std()
    assert spread == pytest.approx(np.log(y / pred).std(), rel=1e-9)


def test_a_level_at_its_prediction_lies_at_the_median_prediction() -> None:
    check = pc_vpc([1.0, 2.0, 3.0], [8.0, 4.0, 2.0], np.ones((5, 3)), pred=[8.0, 4.0, 2.0], bins=1)
    np.testing.assert_allclose(check.points, 4.0)
    np.testing.assert_allclose(check.observed[:, 0], 4.0)


def test_a_level_predicted_to_be_nothing_is_left_as_it_is() -> None:
    check = pc_vpc([0.0, 1.0], [0.5, 3.0], np.ones((5, 2)), pred=[0.0, 2.0], bins=[0.0, 0.5, 1.0])
    np.testing.assert_allclose(check.points, [0.5, 3.0])


def test_percentiles_of_the_data_and_of_the_replicates_are_numpys() -> None:
    rng = rng_of("percentiles")
    y, sims = rng.standard_normal(41), rng.standard_normal((60, 41))
    check = pc_vpc(np.zeros(41), y, sims, bins=1)
    np.testing.assert_allclose(check.observed[:, 0], np.quantile(y, PROBABILITIES))
    over = np.quantile(sims, PROBABILITIES, axis=1)
    tails = np.quantile(over, [0.025, 0.5, 0.975], axis=1)
    found = np.stack([check.low, check.median, check.high])[..., 0]
    np.testing.assert_allclose(found, tails)


def test_bins_keep_to_the_gaps_of_the_sampling_scheme() -> None:
    rng = rng_of("gaps")
    day = np.concatenate([d + rng.uniform(-0.3, 0.3, 30) for d in DAYS])
    check = pc_vpc(day, np.ones(120), np.ones((5, 120)), bins=4)
    assert check.n.tolist() == [30, 30, 30, 30]
    assert (np.abs(check.x - DAYS) < 0.3).all()
    np.testing.assert_array_equal(check.right[:-1], check.left[1:])


@pytest.mark.parametrize("bins", [1, 3, 8, 50])
def test_every_level_is_in_one_bin_however_many_bins_are_asked_for(bins: int) -> None:
    day = np.repeat([0.0, 5.0, 5.0, 30.0], 7)
    check = pc_vpc(day, np.ones(28), np.ones((5, 28)), bins=bins)
    assert check.n.sum() == 28
    assert check.n.size <= min(bins, 3)


def test_bins_without_a_level_are_left_out_and_the_others_keep_their_edges() -> None:
    check = pc_vpc([1.0, 9.0, 10.0], [1.0] * 3, np.ones((5, 3)), bins=[0.0, 2.0, 8.0, 10.0])
    assert check.left.tolist() == [0.0, 8.0]
    assert check.right.tolist() == [2.0, 10.0]
    assert check.n.tolist() == [1, 2]


def test_levels_below_the_limit_rank_below_all_others() -> None:
    """Of 20 levels 2 are below 1: the 5 % percentile is below it, the median is as without it."""
    y = np.r_[1.0, 1.0, np.arange(2.0, 20.0)]
    cut = np.r_[True, True, np.zeros(18, bool)]
    sims = np.tile(np.r_[0.2, 0.4, np.arange(2.0, 20.0)], (50, 1))
    check = pc_vpc(np.zeros(20), y, sims, censored=cut, lloq=1.0, bins=1)
    assert check.observed[0, 0] == check.low[0, 0] == check.high[0, 0] == -np.inf
    assert check.observed[1, 0] == check.median[1, 0] == 9.5
    assert check.below[0] == check.below_median[0] == 0.1
    assert not check.outside.any()


def test_a_bin_wholly_below_the_limit_has_no_percentile_above_it() -> None:
    check = pc_vpc(
        [0.0, 0.0], [1.0, 1.0], np.full((20, 2), 3.0), censored=[True, True], lloq=1.0, bins=1
    )
    assert np.isneginf(check.observed).all()
    assert (check.low == 3.0).all()
    assert check.outside.all()
    assert (check.below[0], check.below_high[0]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"observed": [1.0]}, "observed: found"),
        ({"simulated": np.ones((5, 3))}, "simulated: found"),
        ({"pred": [1.0, -1.0]}, "pred: found -1"),
        ({"pred": [1.0, np.inf]}, "pred: found a value that is not finite"),
        ({"censored": [True]}, "censored: found"),
        ({"bins": 0}, "bins: found 0"),
        ({"bins": [1.0]}, "bins: found"),
        ({"bins": [2.0, 1.0]}, "bins: found"),
        ({"bins": [0.0, 1.0]}, "bins: found x of 1 to 2"),
    ],
)
def test_what_cannot_be_checked_is_refused(given: dict[str, object], found: str) -> None:
    right = {"x": [1.0, 2.0], "observed": [1.0, 2.0], "simulated": np.ones((5, 2))}
    with pytest.raises(ValueError, match=found):
        pc_vpc(**(right | given))


def covered(name: str, data_sets: int, lloq: float | None = None) -> tuple[float, int]:
    """Return the share of percentiles inside their interval, of data sets under the truth."""
    rng = rng_of(name)
    inside, count = 0, 0
    for _ in range(data_sets):
        day, pred, y = drug(rng, 201, rng.choice([30.0, 100.0], 40))
        cut = y[0] < (lloq or 0.0)
        seen = np.where(cut, lloq or 0.0, y[0])
        check = pc_vpc(day, seen, y[1:], pred=pred, censored=cut, lloq=lloq)
        inside += int((~check.outside).sum())
        count += check.outside.size
    return inside / count, count


@pytest.mark.parametrize("lloq", [None, 15.0])
def test_intervals_hold_the_percentiles_of_right_data_at_the_nominal_rate(
    lloq: float | None,
) -> None:
    """Percentiles of one data set are correlated, so 24 of a set count as about six.

    A percentile below the limit can only agree, so with a limit the share may be higher.
    """
    share, count = covered(f"coverage {lloq}", 60, lloq)
    low, high = stats.binom.interval(1 - ONE_IN, count // 4, LEVEL)
    print(f"{share:.3f} of {count} percentiles inside")
    assert low / (count // 4) <= share
    assert lloq or share <= high / (count // 4)


def test_a_wrong_model_leaves_the_intervals() -> None:
    """Clearance 40 % too high: levels of 28 days fall to a third, and the medians show it."""
    rng = rng_of("wrong clearance")
    day, pred, y = drug(rng, 201, np.full(60, 100.0))
    check = pc_vpc(day, y[0] * np.exp(-0.4 * 0.06 * day), y[1:], pred=pred)
    late = check.x > 10
    assert late.sum() >= 2
    assert (check.observed < check.low)[1, late].all()
