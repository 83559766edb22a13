"""Shrinkage in closed form, errors of predictions, trends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from diapedesis.infer.estimate import find_mode
from diapedesis.infer.gof import prediction_errors, shrinkage, trends
from diapedesis.infer.prior import Prior
from diapedesis.infer.scale import Scale
from tests.infer.diagnostics.gaussian import MEAN, OMEGA, SIGMA, levels
from tests.streams import rng_of

ONE_IN = 1e-4


def modes(y: np.ndarray, sigma: float) -> np.ndarray:
    """Return the eta of each row's mode in the linear Gaussian population, by the product."""
    scale = Scale(("level",), np.array([False]))
    prior = Prior(scale, np.array([MEAN]), np.array([[OMEGA**2]]))

    def terms(one: np.ndarray):
        def of(mu: np.ndarray) -> tuple[np.ndarray, ...]:
            r = (one - mu) / sigma
            return -0.5 * r**2, r / sigma, np.full(mu.shape, sigma**-2), np.zeros(mu.shape)

        return of

    def predict(z: np.ndarray) -> np.ndarray:
        return np.repeat(z, y.shape[1], axis=-1)

    return np.array([find_mode(prior, predict, terms(one), starts=2).z[0] for one in y]) - MEAN


@pytest.mark.parametrize("n_levels", [1, 4, 20])
def test_shrinkage_of_a_linear_model_is_the_closed_form(n_levels: int) -> None:
    """A mode is the mean eta-hat = omega^2 / (omega^2 + sigma^2/n) (ybar - mean).

    Var(ybar - mean) = omega^2 + sigma^2/n, so SD(eta-hat) = omega^2 / sqrt(omega^2 + sigma^2/n)
    and 1 - SD(eta-hat)/omega = 1 - sqrt(omega^2 / (omega^2 + sigma^2/n)). The SD of 400 etas
    varies by 1/sqrt(2 * 400) of itself.
    """
    etas = modes(levels(rng_of(f"shrinkage {n_levels}"), 400, n_levels), SIGMA)
    by_sd, by_variance = shrinkage(etas / OMEGA)
    kept = OMEGA**2 / (OMEGA**2 + SIGMA**2 / n_levels)
    low, high = stats.chi2.interval(1 - ONE_IN, 399)
    assert 1 - np.sqrt(kept * high / 399) < by_sd < 1 - np.sqrt(kept * low / 399)
    assert by_variance == pytest.approx(1 - (1 - by_sd) ** 2)


def test_exact_data_leave_no_shrinkage_and_none_leave_all() -> None:
    """With a negligible error a mode is the eta itself; without data it is 0 for everybody."""
    rng = rng_of("exact data")
    eta = OMEGA * rng.standard_normal((50, 1))
    found = modes(MEAN + eta + 1e-4 * rng.standard_normal((50, 5)), 1e-4)
    np.testing.assert_allclose(found, eta[:, 0], atol=5e-4)
    assert shrinkage(found / eta.std(ddof=1))[0] == pytest.approx(0.0, abs=1e-3)
    assert shrinkage(np.zeros(50)) == (1.0, 1.0)


def test_the_more_levels_the_less_shrinkage() -> None:
    y = levels(rng_of("more levels"), 300, 8)
    by_sd = [shrinkage(modes(y[:, :n], SIGMA) / OMEGA)[0] for n in (1, 3, 8)]
    assert by_sd[0] > by_sd[1] > by_sd[2]


def test_epsilon_shrinks_as_parameters_take_up_the_error() -> None:
    """Residuals about the modes vary less than the error does, in closed form.

    Var(y - mode) = sigma^2 (1 - (2 - kept) kept / n) + omega^2 (1 - kept)^2, with kept as above.
    The variance of 2400 residuals varies by 3 % of itself.
    """
    n = 4
    y = levels(rng_of("epsilon"), 600, n)
    residual = (y - MEAN - modes(y, SIGMA)[:, None]) / SIGMA
    kept = OMEGA**2 / (OMEGA**2 + SIGMA**2 / n)
    variance = 1 - (2 - kept) * kept / n + (OMEGA / SIGMA) ** 2 * (1 - kept) ** 2
    assert shrinkage(residual.ravel())[1] == pytest.approx(1 - variance, abs=0.08)
    assert shrinkage(residual.ravel())[0] > 0.05


@pytest.mark.parametrize("values", [[], [1.0], [[1.0, 2.0]], [1.0, np.nan]])
def test_shrinkage_needs_two_numbers(values: list[float]) -> None:
    with pytest.raises(ValueError, match="expected two or more"):
        shrinkage(values)


def test_bias_and_error_of_predictions_by_hand() -> None:
    (row,) = prediction_errors([12.0, 6.0, 5.0], {"pred": [10.0, 8.0, 0.0]}).records()
    assert row["bias"] == pytest.approx(5 / 3)
    assert row["rmse"] == pytest.approx(np.sqrt(33 / 3))
    assert row["bias_percent"] == pytest.approx((20 - 25) / 2)
    assert row["rmse_percent"] == pytest.approx(np.sqrt((400 + 625) / 2))


def test_without_a_level_there_is_no_error_to_state() -> None:
    (row,) = prediction_errors([], {"pred": []}).records()
    assert row["bias"] is row["rmse"] is row["bias_percent"] is None


def test_a_trend_is_seen_and_none_is_not_invented() -> None:
    rng = rng_of("trend")
    time, noise = np.arange(100.0), rng.standard_normal(100)
    table = trends({"flat": noise, "rising": noise + 0.03 * time}, {"time": time})
    flat, rising = table.records()
    assert rising["p"] < 1e-4
    assert rising["rho"] > 0.4
    assert flat["p"] > ONE_IN


def test_what_does_not_vary_has_no_trend() -> None:
    (row,) = trends({"r": [1.0, 2.0, 3.0]}, {"time": [5.0, 5.0, 5.0]}).records()
    assert row["rho"] is row["p"] is None
