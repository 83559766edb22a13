"""Prediction distribution errors against closed forms and their published properties."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from diapedesis.infer.npde import npde, npde_tests
from tests.infer.diagnostics.gaussian import MEAN, OMEGA, SIGMA, covariance, levels
from tests.streams import rng_of

ONE_IN = 1e-4
"""Share of right programs that one check would refuse."""
LIMIT = float(stats.norm.ppf(1 - ONE_IN / 2))


def errors(name: str, n: int, k: int = 500, **wrong: float) -> tuple[np.ndarray, np.ndarray]:
    """Return npde and npd of n subjects with four levels, the model right but for `wrong`."""
    rng = rng_of(name)
    found = [npde(y, levels(rng, k, 4)) for y in levels(rng, n, 4, **wrong)]
    return np.array([f.npde for f in found]), np.array([f.npd for f in found])


def test_many_replicates_give_the_cholesky_standardised_levels() -> None:
    """In a linear Gaussian model npde are L^-1 (y - mean), and npd (y - mean) / SD.

    A rank among K has an SD of at most 1/(2 sqrt K), 0.0011; divided by the normal density of
    what lies within 2 that is 0.02. Estimated mean and covariance add as much again; the tolerance
    is about four of such SD.
    """
    rng = rng_of("cholesky")
    sims = levels(rng, 200_000, 4)
    y = MEAN + np.linalg.cholesky(covariance(4)) @ np.array([-1.5, 0.4, 1.2, -0.3])
    found = npde(y, sims)
    np.testing.assert_allclose(found.npde, [-1.5, 0.4, 1.2, -0.3], atol=0.04)
    np.testing.assert_allclose(found.residual, [-1.5, 0.4, 1.2, -0.3], atol=0.03)
    np.testing.assert_allclose(found.npd, (y - MEAN) / np.sqrt(covariance(4)[0, 0]), atol=0.04)


def test_one_level_alone_is_only_ranked() -> None:
    sims = np.arange(1.0, 101.0)[:, None]
    found = npde([30.5], sims)
    assert found.npde == found.npd == stats.norm.ppf(0.3)


@pytest.mark.parametrize(("level", "rank"), [(-5.0, 0.5 / 100), (500.0, 1 - 0.5 / 100)])
def test_a_level_outside_all_replicates_gets_half_a_rank(level: float, rank: float) -> None:
    found = npde([level], np.arange(1.0, 101.0)[:, None])
    assert found.npde == pytest.approx(stats.norm.ppf(rank))


def test_scale_and_origin_of_the_levels_do_not_matter() -> None:
    rng = rng_of("scale")
    y, sims = levels(rng, 1, 3)[0], levels(rng, 300, 3)
    np.testing.assert_array_equal(npde(y, sims).npd, npde(7 * y - 40, 7 * sims - 40).npd)
    np.testing.assert_allclose(npde(y, sims).npde, npde(7 * y - 40, 7 * sims - 40).npde, atol=1e-9)


def test_errors_of_a_right_model_are_independent_and_standard_normal() -> None:
    found, alone = errors("right model", 400)
    n = found.size
    assert abs(found.mean()) < LIMIT / np.sqrt(n)
    low, high = stats.chi2.interval(1 - ONE_IN, n - 1)
    assert low < (n - 1) * found.var(ddof=1) < high
    assert stats.kstest(found.ravel(), "norm").pvalue > ONE_IN
    pairs = np.corrcoef(found, rowvar=False)[np.triu_indices(4, 1)]
    assert np.abs(pairs).max() < stats.norm.ppf(1 - ONE_IN / 12) / np.sqrt(400)
    # Levels of one subject share eta: correlation omega^2 / (omega^2 + sigma^2) = 0.69.
    together = np.corrcoef(alone, rowvar=False)[np.triu_indices(4, 1)]
    assert together.min() > 0.55
    assert stats.kstest(alone[:, 0], "norm").pvalue > ONE_IN


@pytest.mark.parametrize(
    ("wrong", "test"), [({"shift": OMEGA}, "p_mean"), ({"sigma": 2 * SIGMA}, "p_variance")]
)
def test_a_wrong_model_is_refused(wrong: dict[str, float], test: str) -> None:
    """A mean off by one omega, or a doubled error, in 60 subjects with four levels."""
    tests = npde_tests(errors(f"wrong {test}", 60, **wrong)[0].ravel())
    assert getattr(tests, test) < 1e-3
    assert tests.p_global < 3e-3


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_levels_below_the_limit_keep_errors_standard_normal(share: float) -> None:
    """Levels and replicates get the same draws below the limit, so ranks stay even."""
    rng = rng_of(f"below {share}")
    limit = float(stats.norm.ppf(share, MEAN, np.sqrt(covariance(1)[0, 0])))
    y, found = levels(rng, 400, 3), []
    for one in y:
        cut = one < limit
        seen = np.where(cut, limit, one)
        found.append(npde(seen, levels(rng, 500, 3), censored=cut, lloq=limit, rng=rng))
    for values in (np.array([f.npde for f in found]), np.array([f.npd for f in found])):
        for column in values.T:
            assert stats.kstest(column, "norm").pvalue > ONE_IN
    assert all((f.completed[o < limit] <= limit).all() for f, o in zip(found, y, strict=True))


def test_a_level_below_the_limit_is_ranked_below_it() -> None:
    sims = np.arange(1.0, 1001.0)[:, None]
    rng = rng_of("ranked below")
    ranks = [
        float(stats.norm.cdf(npde([200.0], sims, censored=[True], lloq=200.0, rng=rng).npd[0]))
        for _ in range(300)
    ]
    assert max(ranks) < 0.2
    assert stats.kstest(np.array(ranks) / 0.199, "uniform").pvalue > ONE_IN


def test_where_no_replicate_is_below_the_limit_a_level_there_has_the_lowest_rank() -> None:
    sims = np.arange(101.0, 201.0)[:, None]
    found = npde([50.0], sims, censored=[True], lloq=50.0, rng=rng_of("none below"))
    assert found.npd == found.npde == stats.norm.ppf(0.5 / 100)
    assert found.completed == 50.0


def test_the_global_p_is_three_times_the_smallest() -> None:
    tests = npde_tests(rng_of("global").normal(0.3, 1.0, 50))
    smallest = min(tests.p_mean, tests.p_variance, tests.p_normal)
    assert tests.p_global == min(1.0, 3 * smallest)


def test_moments_and_p_values_are_those_of_the_textbook() -> None:
    """Values worked out by hand for -1, 0, 1, 2: mean 1/2, variance 5/3, t = 0.7746 on 3 df."""
    tests = npde_tests([-1.0, 0.0, 1.0, 2.0])
    assert (tests.n, tests.mean) == (4, 0.5)
    assert tests.variance == pytest.approx(5 / 3)
    assert tests.se_mean == pytest.approx(np.sqrt(5 / 12))
    assert tests.se_variance == pytest.approx(5 / 3 * np.sqrt(2 / 3))
    assert tests.skewness == pytest.approx(0.0)
    assert tests.p_mean == pytest.approx(2 * stats.t.sf(0.5 / np.sqrt(5 / 12), 3))
    assert tests.p_variance == pytest.approx(2 * stats.chi2.sf(5.0, 3))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"observed": []}, "observed: found shape"),
        ({"simulated": np.ones((3, 2))}, "simulated: found shape"),
        ({"simulated": np.ones((50, 3))}, "simulated: found shape"),
        ({"observed": [np.nan, 1.0]}, "observed: found a value that is not finite"),
        ({"simulated": np.full((50, 2), 3.0)}, "simulated: found levels without a spread"),
        ({"censored": [True]}, "censored: found shape"),
        ({"lloq": 1.0}, "rng: found none"),
        ({"censored": [True, False], "rng": np.random.default_rng(1)}, "lloq: found none"),
    ],
)
def test_what_cannot_be_ranked_is_refused(given: dict[str, object], found: str) -> None:
    right = {"observed": [1.0, 2.0], "simulated": levels(rng_of("refused"), 50, 2)}
    with pytest.raises(ValueError, match=found):
        npde(**(right | given))


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [1.0, 1.0, 1.0], [1.0, 2.0, np.nan]])
def test_too_little_to_test_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="expected three or more"):
        npde_tests(values)


@pytest.mark.statistical
def test_the_size_of_the_tests_is_nominal_with_npde_and_not_with_npd() -> None:
    """Bonferroni's correction makes 0.05 the most; three nearly independent tests come close.

    npd of four levels, which are correlated, refuse a right model far more often: what
    decorrelation is for.
    """
    n = 200
    p = [
        [npde_tests(x.ravel()).p_global for x in errors(f"size {i}", 40, k=1000)] for i in range(n)
    ]
    size, without = (np.array(p) < 0.05).mean(axis=0)
    print(f"size of the global test: {size:.3f} with npde, {without:.3f} with npd")
    low, high = stats.binom.interval(1 - ONE_IN, n, 0.05)
    assert low / n <= size <= high / n
    assert without > 0.15


@pytest.mark.statistical
@pytest.mark.parametrize("wrong", [{"shift": OMEGA}, {"sigma": 2 * SIGMA}])
def test_the_power_against_a_wrong_model_is_high(wrong: dict[str, float]) -> None:
    hits = [
        npde_tests(errors(f"power {wrong} {i}", 40, k=1000, **wrong)[0].ravel()).p_global < 0.05
        for i in range(50)
    ]
    print(f"power against {wrong}: {np.mean(hits):.2f}")
    assert np.mean(hits) > 0.8
