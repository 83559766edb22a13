"""Probabilities and tails of a small series: laws, and binomial tests done by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from diapedesis.population.switch_outcome import MARGINS, RINALDI, Outcome, all_outcomes
from diapedesis.population.switch_series import STUDIES, Predicted, Series

SHARES = np.array([[10, 60, 20, 50, 160], [40, 30, 30, 40, 60], [2, 30, 10, 60, 98]])
MIXED = Predicted(SHARES, 22)


@pytest.fixture(scope="module")
def series() -> Series:
    return MIXED.draw(STUDIES, np.random.default_rng(1))


def likeliest() -> Outcome:
    early, later, scan, scan_later, _ = MIXED.outcomes[MIXED.by_truth.mean(axis=0).argmax()]
    return Outcome(22, early + later, scan + scan_later, early, scan)


def test_every_outcome_is_there_once_and_their_probabilities_sum_to_1() -> None:
    every = all_outcomes(22)
    assert (every >= 0).all() and (every.sum(axis=1) == 22).all()
    assert len(np.unique(every, axis=0)) == len(every) == 26 * 25 * 24 * 23 // 24
    assert MIXED.by_truth.sum(axis=1) == pytest.approx(1, abs=1e-12)
    for name in MARGINS:
        assert MIXED.probability(name).sum() == pytest.approx(1, abs=1e-12)


def test_in_one_truth_the_tail_of_a_number_is_that_of_a_binomial_test() -> None:
    for counts in SHARES:
        one = Predicted(counts[None], 22)
        for name, kinds in MARGINS.items():
            p = float(np.dot(counts, kinds) / counts.sum())
            expected = binomtest(RINALDI[name], 22, p).pvalue
            assert one.tail(RINALDI, name) == pytest.approx(expected, rel=1e-9), name


def test_the_tail_of_the_likeliest_outcome_is_1_and_of_others_less(series: Series) -> None:
    assert MIXED.tail(likeliest()) == pytest.approx(1)
    assert MIXED.share_no_likelier(series, likeliest()) == 1
    assert 0 < MIXED.tail(RINALDI) < 1
    assert MIXED.tail(Outcome(22, 22, 0, 22, 0)) < 1e-9


def test_an_impossible_outcome_has_a_tail_of_0() -> None:
    never = Predicted(np.array([[0, 5, 5, 5, 5]]), 22)
    assert never.tail(RINALDI) == 0


def test_counting_series_gives_the_tail(series: Series) -> None:
    # 10 000 series: the standard error is at most 0.005.
    p = MIXED.tail(RINALDI)
    error = np.sqrt(p * (1 - p) / STUDIES)
    assert MIXED.share_no_likelier(series, RINALDI) == pytest.approx(p, abs=4.5 * error)
    for name in MARGINS:
        mean = MIXED.probability(name) @ np.arange(23)
        spread = series[name].std() / np.sqrt(STUDIES)
        assert series[name].mean() == pytest.approx(mean, abs=4.5 * spread), name


def test_a_series_has_22_patients_of_one_truth(series: Series) -> None:
    assert (series.kinds.sum(axis=1) == 22).all()
    assert np.ptp(np.bincount(series.truth)) <= 1
    own = [series["reactivated"][series.truth == j].mean() / 22 for j in range(3)]
    shares = SHARES[:, :4].sum(axis=1) / SHARES.sum(axis=1)
    assert own == pytest.approx(shares, abs=0.01)  # standard error 0.002


def test_numbers_fit_together(series: Series) -> None:
    for x in (series, RINALDI):
        assert np.all(x["relapsed"] + x["mri_only"] == x["reactivated"])
        assert np.all(x["relapsed_first_month"] + x["mri_only_first_month"] == x["first_month"])
        assert np.all(x["first_month"] <= x["reactivated"])
    assert [RINALDI[name] for name in MARGINS] == [11, 6, 5, 7, 4, 3]


@pytest.mark.parametrize("numbers", [(6, 5, 7, 3), (6, 5, 4, 6), (12, 11, 1, 1), (6, 5, -1, 0)])
def test_numbers_that_do_not_fit_are_refused(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="outcome: found"):
        Outcome(22, *numbers)


def test_an_outcome_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="found one of 20 patients, expected 22"):
        MIXED.tail(Outcome(20, 6, 5, 4, 3))
