"""Antibodies over the years, as cohorts that were read twice report them."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.observe import SerologyNumbers, sample_serology
from diapedesis.observe.serology import CLASSES, POSITIVE, YEAR

N = 40_000
MONTH = YEAR / 12
"""Cohorts below have 40 to 2253 patients: the simulation's own error does not matter."""


def pair(months: float):
    found = sample_serology([0.0, months * MONTH], N, seed=1)
    return found, found.read()


def test_a_subject_is_the_same_in_every_cohort() -> None:
    days = YEAR * np.arange(5)
    whole = sample_serology(days, 50, seed=3)
    part = sample_serology(days, 2, seed=3, subjects=[40, 7])
    np.testing.assert_array_equal(part.index, whole.index[[40, 7]])
    np.testing.assert_array_equal(part.read(), whole.read()[[40, 7]])
    longer = sample_serology(YEAR * np.arange(9), 50, seed=3)
    np.testing.assert_array_equal(longer.index[:, :5], whole.index)
    assert (sample_serology(days, 50, seed=4).index != whole.index).mean() > 0.9


def test_indices_are_possible_and_steps_are_step_functions() -> None:
    found = sample_serology(YEAR * np.arange(11), 3000, seed=2)
    assert (found.index > 0).all() and (found.index[found.carrier] <= 4).all()
    assert (found.read() >= 0).all()
    steps = found.steps(5)
    assert [d for d, _ in steps] == [-np.inf, *(YEAR * np.arange(1, 11))]
    assert [v for _, v in steps] == found.index[5].tolist()


def test_nothing_happens_where_rates_vanish() -> None:
    still = SerologyNumbers(converts=1e-12, reverts=1e-12, drift=1e-12, jumps=1e-12)
    found = sample_serology(YEAR * np.arange(6), 2000, seed=1, numbers=still)
    np.testing.assert_allclose(found.index, found.index[:, :1] * np.ones(6), rtol=1e-9)
    assert (found.carrier == found.carrier[:, :1]).all()


def test_start_as_published() -> None:
    """58.8 % of 2253 positive, 3 % missed (pml 1.50); 2.4 (1.0 to 3.4) of positives (pml 1.51)."""
    found, read = pair(12)
    positive = read[:, 0] >= POSITIVE
    assert positive.mean() == pytest.approx(0.588, abs=0.02)
    missed = (~positive & found.carrier[:, 0]).sum() / found.carrier[:, 0].sum()
    assert missed == pytest.approx(0.03, abs=0.01)
    low, middle, high = np.quantile(read[positive, 0], [0.25, 0.5, 0.75])
    assert 0.8 < low < 1.4 and 2.1 < middle < 2.7 and 3.1 < high < 3.7


@pytest.mark.parametrize(
    ("months", "low", "high"), [(14.8, 0.093, 0.167), (24, 0.124, 0.222), (7.7, 0.060, 0.149)]
)
def test_conversion_between_two_readings(months: float, low: float, high: float) -> None:
    """43 of 339, 41 of 243, 19 of 194 (pml 1.46, 1.47): inside the exact 95 % intervals."""
    _, read = pair(months)
    negative = read[:, 0] < POSITIVE
    assert low < (read[negative, 1] >= POSITIVE).mean() < high


def test_conversion_a_year_and_reversion_half_of_it() -> None:
    """8.5 to 10.3 % a year (pml 1.46); 4.7 % revert in 7.9 months, about half (pml 1.47)."""
    read = sample_serology(YEAR * np.arange(5), N, seed=1).read() >= POSITIVE
    converts = np.array([read[~read[:, k], k + 1].mean() for k in range(4)])
    reverts = np.array([1 - read[read[:, k], k + 1].mean() for k in range(4)])
    assert ((converts > 0.06) & (converts < 0.12)).all() and 0.085 < converts.mean() < 0.103
    assert 0.3 < (reverts / converts).mean() < 0.7
    _, twice = pair(7.9)
    positive = twice[:, 0] >= POSITIVE
    assert (twice[positive, 1] < POSITIVE).mean() == pytest.approx(0.047, abs=0.02)


def test_drift_of_positives() -> None:
    """Up by 15.9 % in 14.8 months; 80 % within 30 %, 17 % up, 3 % down of 201 (pml 1.48).

    Shares within two standard errors of 201; the mean change of a skewed quantity within a third.
    """
    _, read = pair(14.8)
    positive = read[(read >= POSITIVE).all(axis=1)]
    fold = positive[:, 1] / positive[:, 0]
    assert 0.10 < fold.mean() - 1 < 0.21
    for seen, published in (
        ((fold > 1.3).mean(), 0.17),
        ((fold < 0.7).mean(), 0.03),
        (((fold >= 0.7) & (fold <= 1.3)).mean(), 0.80),
    ):
        assert abs(seen - published) < 2 * np.sqrt(published * (1 - published) / 201)


def test_repeatability() -> None:
    """R2 0.89, 16 % of 50 change class on repeat (pml 1.49); 7 to 29 % is the exact interval."""
    found = sample_serology([0.0], N, seed=1)
    one, two = found.read()[:, 0], found.read(1)[:, 0]
    assert np.corrcoef(one, two)[0, 1] ** 2 == pytest.approx(0.89, abs=0.03)
    assert 0.07 < (np.digitize(one, CLASSES) != np.digitize(two, CLASSES)).mean() < 0.29


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sample_serology([0.0, 0.0], 2, 1), "days: found .* ascending"),
        (lambda: sample_serology([], 2, 1), "at least one"),
        (
            lambda: sample_serology([0.0], 2, 1, subjects=[1]),
            r"found shape \(1,\), expected \(2,\)",
        ),
        (lambda: sample_serology([0.0], 2, 1).read(-1), "repeat: found -1"),
    ],
)
def test_bad_input_is_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
