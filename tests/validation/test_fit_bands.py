"""Bands for ranks and shares: right programs leave them as often as stated, wrong ones soon."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, norm

from diapedesis.validation.fit_bands import RankBands, binomial_band
from diapedesis.validation.fit_coverage import judge_coverage
from diapedesis.validation.fit_patients import named_stream
from diapedesis.validation.fit_replicate import RANKED, pit, rank
from diapedesis.validation.fit_sbc import RankSet, judge_ranks

ONE_IN = 1e-4
"""Share of right programs that one check would refuse."""
NAMES = ("cl", "v_c", "v_p", "q", "v_max", "k_m")


def conjugate(
    rng: np.random.Generator, n: int, *, widen: float = 1.0, shift: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return truths (n,) and draws (n, RANKED) of a normal mean's posterior, or of a wrong one.

    Prior N(0, 1), one reading with SD 0.5; `shift` is in posterior SDs.
    """
    true = rng.standard_normal(n)
    read = true + 0.5 * rng.standard_normal(n)
    sd = 1 / np.sqrt(1 + 1 / 0.25)
    mean = read * sd**2 / 0.25
    draws = mean[:, None] + sd * (shift + widen * rng.standard_normal((n, RANKED)))
    return true, draws


def ranks_of(rng: np.random.Generator, n: int, **wrong: float) -> list[RankSet]:
    out = []
    for name in NAMES:
        true, draws = conjugate(rng, n, **wrong)
        out.append(RankSet(name, 1, (draws < true[:, None]).sum(axis=1)))
    return out


def flagged(sets: list[RankSet]) -> bool:
    return not all(judge_ranks(sets).column("inside"))


@pytest.mark.parametrize("n", [25, 400])
@pytest.mark.parametrize("alpha", [0.01, 0.2])
def test_uniform_ranks_leave_the_band_as_often_as_stated(n: int, alpha: float) -> None:
    rng = named_stream("uniform ranks leave the band", n, alpha)
    bands = RankBands.of(n, 200)
    low, high = bands.band(alpha)
    m = 4000
    outside = 0
    for _ in range(m):
        counts = bands.counts(rng.integers(200, size=n))
        outside += bool(np.any((counts < low) | (counts > high)))
    most = binom.ppf(1 - ONE_IN, m, alpha)
    # Counts are whole, so the band is left a little less often than stated: by a half at most.
    assert binom.ppf(ONE_IN, m, alpha / 2) <= outside <= most


def test_p_values_and_bands_tell_the_same() -> None:
    rng = named_stream("p-values and bands")
    bands = RankBands.of(60, 200)
    for alpha in (0.01, 0.2, 0.7):
        low, high = bands.band(alpha)
        for _ in range(30):
            ranks = rng.integers(rng.integers(100, 200), size=60)
            counts = bands.counts(ranks)
            inside = bool(np.all((counts >= low) & (counts <= high)))
            p = bands.p_value(ranks)
            if abs(np.log(p + 1e-12) - np.log(alpha)) > 0.01:  # the level is solved to 0.2 %
                assert inside == (p > alpha)


def test_the_band_is_the_pointwise_one_where_only_one_point_is() -> None:
    bands = RankBands.of(100, 2)
    low, high = bands.band(0.01)
    assert (int(low[0]), int(high[0])) == binomial_band(100, 0.5, 0.01)


def test_counts_are_of_ranks_below() -> None:
    assert RankBands.of(4, 5).counts(np.array([0, 0, 3, 4])).tolist() == [2, 2, 2, 3]


def test_an_exact_sampler_is_flagged_about_once_in_a_hundred() -> None:
    rng = named_stream("an exact sampler")
    m = 150
    found = sum(flagged(ranks_of(rng, 60)) for _ in range(m))
    assert found <= binom.ppf(1 - ONE_IN, m, 0.01)


@pytest.mark.parametrize(
    "wrong", [{"widen": 1.25}, {"widen": 0.8}, {"shift": 0.3}, {"shift": -0.3}], ids=str
)
def test_a_wrong_posterior_is_flagged(wrong: dict[str, float]) -> None:
    # As many patients as the full study has. A right program would fail this with 0.01 ** 10.
    rng = named_stream("a wrong posterior", wrong)
    assert sum(flagged(ranks_of(rng, 1200, **wrong)) for _ in range(10)) == 10


def coverage_flagged(rng: np.random.Generator, n: int, **wrong: float) -> bool:
    found = {}
    for name in NAMES:
        true, draws = conjugate(rng, n, **wrong)
        found[name, 1] = np.array([pit(d, t, rng) for t, d in zip(true, draws, strict=True)])
    return not all(judge_coverage(found).column("inside"))


def test_right_coverage_passes_and_wrong_does_not() -> None:
    rng = named_stream("coverage")
    m = 60
    assert sum(coverage_flagged(rng, 100) for _ in range(m)) <= binom.ppf(1 - ONE_IN, m, 0.01)
    assert all(coverage_flagged(rng, 1200, widen=1.25) for _ in range(3))
    assert all(coverage_flagged(rng, 1200, widen=0.8) for _ in range(3))


def test_a_pit_of_exact_draws_is_uniform_and_of_quantiles_is_the_quantile() -> None:
    rng = named_stream("a pit")
    draws = norm.ppf((np.arange(999) + 0.5) / 999)
    for p in (0.01, 0.3, 0.5, 0.95):
        assert abs(pit(draws, float(norm.ppf(p)), rng) - p) < 0.002
    # All draws alike and equal to the truth: nothing is known of the rank.
    tied = np.array([pit(np.full(9, np.inf), np.inf, rng) for _ in range(2000)])
    assert abs(tied.mean() - 0.5) < 4 * np.sqrt(1 / 12 / 2000)
    counts = np.bincount([rank(np.full(9, np.inf), np.inf, rng) for _ in range(2000)])
    assert counts.size == 10 and counts.min() > 100  # of 200 expected; SD 13


def test_a_binomial_band_holds_what_it_says() -> None:
    for n, p in ((60, 0.5), (500, 0.95), (1200, 0.8)):
        for alpha in (0.01, 1e-4):
            low, high = binomial_band(n, p, alpha)
            within = binom.cdf(high, n, p) - binom.cdf(low - 1, n, p)
            assert 1 - alpha <= within
            assert binom.cdf(high - 1, n, p) - binom.cdf(low, n, p) < 1 - alpha
