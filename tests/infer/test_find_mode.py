"""The search for the mode: every fault it has to survive, on problems small enough to see through.

The readings below are functions of one or two parameters; no equation is solved.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.infer.estimate import FitError, Mode, find_mode
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.prior import Prior
from diapedesis.infer.scale import Scale
from diapedesis.observe import Assay, Level

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]


def prior(*sd: float, mean: float = 0.0) -> Prior:
    k = len(sd)
    names = tuple(f"p{i}" for i in range(k))
    return Prior(Scale(names, np.zeros(k, bool)), np.full(k, mean), np.diag(np.square(sd)))


def levels(*values: float, sd: float = 0.1, additive: float = 0.01) -> Levels:
    assay = Assay(proportional_sd=sd, additive_sd=additive, lloq=0.0)
    return Levels.of([Level(float(i), v, assay) for i, v in enumerate(values)])


def exponential(n: int) -> Predict:
    """Return readings exp(sum of parameters), `n` times."""
    return lambda z: np.repeat(np.exp(z.sum(axis=-1))[..., None], n, axis=-1)


def objective(p: Prior, predict: Predict, of: Levels, z: Array) -> Array:
    """Return the objective at points of shape (n, k), without the code under test."""
    d = z - p.mean
    density = of.terms(predict(z[:, None])[:, 0])[0].sum(axis=1)
    return np.asarray(0.5 * np.einsum("ni,ij,nj->n", d, np.linalg.inv(p.cov), d) - density)


def lowest_on_a_grid(p: Prior, predict: Predict, of: Levels) -> float:
    """Return the lowest objective of one parameter within 12 prior SDs."""
    z = p.mean + np.linspace(-12, 12, 200_001)[:, None] * p.sd
    with np.errstate(over="ignore", invalid="ignore"):
        u = objective(p, predict, of, z)
    return float(np.nanmin(u))


def assert_lowest(mode: Mode, p: Prior, predict: Predict, of: Levels) -> None:
    at = float(objective(p, predict, of, mode.z[None])[0])
    assert at <= lowest_on_a_grid(p, predict, of) + 1e-4  # an end is within 1e-3 posterior SD


def test_a_sharp_estimate_under_a_wide_prior_is_found() -> None:
    """A posterior 1000 times narrower than its prior is no contradiction."""
    p, of = prior(3.0), levels(7.0, sd=0.003, additive=0.001)
    mode = find_mode(p, exponential(1), of.terms)
    assert mode.z[0] == pytest.approx(np.log(7.0), abs=1e-3)


def test_starts_that_cannot_be_solved_do_no_harm() -> None:
    """Beyond one prior SD from the mean the model has no answer, and nothing warns of it."""

    def predict(z: Array) -> Array:
        far = np.abs(z) > 1.0
        with np.errstate(over="ignore"):
            return np.where(far, np.nan, np.exp(z))

    of = levels(1.6)
    mode = find_mode(prior(1.0), predict, of.terms, starts=np.array([[-40.0], [800.0], [0.9]]))
    assert mode.z[0] == pytest.approx(np.log(1.6), abs=0.02)


def test_where_nothing_can_be_solved_the_reason_is_said() -> None:
    with pytest.raises(FitError, match=r"not finite at any of .* Check doses"):
        find_mode(prior(1.0), lambda z: np.full_like(z, np.nan), levels(1.0).terms)


@pytest.mark.parametrize("start", [-30.0, -6.0, 0.0, 6.0, 30.0])
@pytest.mark.parametrize("value", [1.0, 40.0, 1e-3])
def test_from_far_away_the_mode_is_the_same(value: float, start: float) -> None:
    p, of = prior(0.5), levels(value, value * 1.05)
    mode = find_mode(p, exponential(2), of.terms, starts=[[start]])
    assert_lowest(mode, p, exponential(2), of)


def test_the_better_of_two_readings_of_an_outlier_wins() -> None:
    """From the prior's mean all four levels look wrong; together they are right."""
    p, of = prior(0.8), levels(20.0, 20.5, 19.5, 20.2, sd=0.05)
    mode = find_mode(p, exponential(4), of.terms)
    assert mode.z[0] == pytest.approx(np.log(20.0), abs=0.05)
    assert_lowest(mode, p, exponential(4), of)


def test_a_flat_place_is_left() -> None:
    """All starts lie where readings are 0 whatever the parameter, and see no slope."""

    def predict(z: Array) -> Array:
        return np.repeat(np.exp(-np.exp(np.minimum(3.0 - 2.0 * z, 50.0))), 2, axis=-1)

    p, of = prior(0.4), levels(0.8, 0.8, sd=0.05)
    mode = find_mode(p, predict, of.terms)
    assert mode.wide_searches > 0
    assert_lowest(mode, p, predict, of)


def test_curvature_that_was_promised_and_is_not_there_slows_nothing() -> None:
    """Two levels that contradict each other bend the objective less than their information says."""
    p, of = prior(1.0, 1.0), levels(1.0, 2.2, sd=0.2)
    mode = find_mode(p, exponential(2), of.terms)
    assert mode.iterations < 150  # of three searches, where one alone took 300 before
    near = mode.z + 0.02 * np.random.default_rng(1).standard_normal((200, 2))
    at = objective(p, exponential(2), of, mode.z[None])
    assert np.all(objective(p, exponential(2), of, near) > at - 1e-6)


def test_neighbours_that_share_steps_wrongly_are_asked_alone() -> None:
    """Where a batch's first point sets the steps, the others can be wrong, as in stiff models."""
    noise = np.random.default_rng(3)

    def predict(z: Array) -> Array:
        mu = np.exp(z)
        if z.shape[1] > 1:
            mu[:, 1:] *= 1 + 0.01 * noise.standard_normal(mu[:, 1:].shape)
        return mu

    of = levels(3.0)
    mode = find_mode(prior(1.0), predict, of.terms)
    assert mode.z[0] == pytest.approx(np.log(3.0), abs=0.03)


def test_slopes_that_are_wrong_everywhere_are_refused() -> None:
    """A prediction that depends on what was asked before has no mode."""
    noise = np.random.default_rng(5)

    def predict(z: Array) -> Array:
        return np.exp(z) * (1 + 0.3 * noise.standard_normal(z.shape))

    with pytest.raises(FitError, match=r"slope|converged|better modes|not a minimum"):
        find_mode(prior(1.0), predict, levels(3.0, sd=0.02).terms)


def test_a_level_that_no_reading_explains_is_named() -> None:
    exact = levels(10.0, 10.0, 60.0, sd=0.002, additive=0.001)
    with pytest.raises(FitError, match=r"level [123] of 3 contradicts .* \d+ SDs .* Correct"):
        find_mode(prior(0.3, mean=2.3), exponential(3), exact.terms)


@pytest.mark.parametrize("starts", [np.zeros((2, 3)), [0.0, 1.0], [[np.nan, 0.0]]])
def test_starts_of_a_wrong_shape_are_refused(starts: object) -> None:
    with pytest.raises(ValueError, match=r"starts: found shape .* shape \(n, 2\)"):
        find_mode(prior(1.0, 1.0), exponential(1), levels(1.0).terms, starts=starts)  # type: ignore[arg-type]


def test_no_doubt_no_wide_search() -> None:
    mode = find_mode(prior(1.0), exponential(2), levels(1.3, 1.2).terms)
    assert mode.wide_searches == 0
    assert mode.objective.shape == (4,)
