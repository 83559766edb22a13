"""Expected variances against a case whose answer is known on paper: all of it Gaussian."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.infer.likelihood import Levels
from diapedesis.observe import Assay, Level
from diapedesis.plan.preposterior import Draws, Estimate, Worth, density, expected
from tests.streams import rng_of

Array = NDArray[np.float64]
N = 400
SPREAD = 10.0
"""SD of the reading among draws [mg/L], around 100."""
RHO = 0.8
"""Correlation of reading and quantity, whose variance is 1."""


def world(rng: np.random.Generator, n: int = N) -> tuple[Draws, Array, Array]:
    """Return draws, their readings and their quantity; no result is an outlier."""
    a, b = rng.standard_normal((2, n))
    draws = Draws(np.arange(n), rng.standard_normal(n), np.zeros(n, bool))
    return draws, 100 + SPREAD * a, RHO * a + np.sqrt(1 - RHO**2) * b


def constant(sd: float) -> Assay:
    return Assay(proportional_sd=0.0, additive_sd=sd, lloq=0.0)


def worth(draws: Draws, weights: Array, quantity: Array) -> Worth:
    lasts = quantity[:, None] > np.array([1.0, 0.0, -1.0])
    return expected(draws, weights, {"date": quantity}, lasts, target=0.9, at_least=0)


def drop(draws: Draws, mu: Array, quantity: Array, sd: float) -> Estimate:
    after = worth(draws, draws.likelihood(constant(sd), mu), quantity)
    return worth(draws, draws.flat(), quantity).variance["date"] - after.variance["date"]


def exact(sd: float) -> float:
    """Return the drop in variance: a normal quantity after a normal reading, on paper."""
    return RHO**2 * SPREAD**2 / (SPREAD**2 + sd**2)


@pytest.mark.parametrize("sd", [2.0, 5.0, 9.9])
def test_the_drop_and_its_error_agree_with_the_closed_form(
    sd: float, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mean of 60 repeats: bias below half the error of one; spread: as the jackknife says."""
    monkeypatch.setattr("diapedesis.plan.preposterior.OUTLIER_SHARE", 0.0)
    rng, repeats = rng_of(request.node.name), 60
    found = [drop(*world(rng), sd) for _ in range(repeats)]
    values = np.array([f.value for f in found])
    spread = values.std(ddof=1)
    assert abs(values.mean() - exact(sd)) < 0.5 * spread  # 3.9 standard errors of the mean
    # the SD of 60 normals is known to 9 %, the mean jackknife better: 4 errors are 37 %
    assert np.mean([f.error for f in found]) == pytest.approx(spread, rel=0.37)


def test_a_result_that_says_nothing_gains_exactly_nothing(request: pytest.FixtureRequest) -> None:
    draws, _, quantity = world(rng_of(request.node.name))
    flat = worth(draws, draws.flat(), quantity)
    assert flat.variance["date"].value == pytest.approx(quantity.var(ddof=1), rel=1e-12)
    blunt = worth(draws, draws.likelihood(constant(10.0), np.full(N, 100.0)), quantity)
    assert blunt.variance["date"].value == pytest.approx(flat.variance["date"].value, rel=1e-12)
    assert np.array_equal(blunt.choice, flat.choice)
    assert blunt.ess == pytest.approx(N - 1)


def test_a_sharper_assay_never_tells_less(request: pytest.FixtureRequest) -> None:
    draws, mu, quantity = world(rng_of(request.node.name))
    drops = [drop(draws, mu, quantity, sd) for sd in (9.9, 7.0, 5.0, 3.0, 2.0)]
    for blunt, sharp in pairwise(drops):
        gain = sharp - blunt
        assert gain.value > -3 * gain.error


def test_copies_of_a_draw_count_once(request: pytest.FixtureRequest) -> None:
    """Each draw twice, with the same noise: no result may know its own truth by the copy."""
    draws, mu, quantity = world(rng_of(request.node.name), 200)
    twice = Draws(*(np.tile(x, 2) for x in (draws.cluster, draws.unit, draws.outlier)))
    assay = constant(3.0)
    one = worth(draws, draws.likelihood(assay, mu), quantity)
    two = worth(twice, twice.likelihood(assay, np.tile(mu, 2)), np.tile(quantity, 2))
    a, b = one.variance["date"], two.variance["date"]
    assert two.ess == pytest.approx(one.ess, rel=1e-9)
    assert b.value == pytest.approx(a.value, rel=1e-9)
    assert b.error == pytest.approx(a.error, rel=1e-9)


def test_too_few_draws_behind_a_result_are_noticed(request: pytest.FixtureRequest) -> None:
    draws, mu, quantity = world(rng_of(request.node.name))
    assert worth(draws, draws.likelihood(constant(5.0), mu), quantity).trusted
    assert not worth(draws, draws.likelihood(constant(0.05), mu), quantity).trusted


def test_no_draw_near_a_result_is_no_crash() -> None:
    mu = np.array([1.0, 100.0, 10_000.0])
    draws = Draws(np.arange(3), np.zeros(3), np.zeros(3, bool))
    weights = draws.likelihood(constant(0.01), mu)
    found = worth(draws, weights, np.array([0.0, 1.0, 2.0]))
    assert np.isfinite(found.ess) and not found.trusted


@pytest.mark.parametrize(
    "assay",
    [Assay(), Assay(lloq=5.0, factor=1.3), Assay("s", 0.12, 0.03, lloq=0.0, measures="saturation")],
    ids=["serum", "blunt", "saturation"],
)
def test_the_density_is_that_of_the_fit(assay: Assay) -> None:
    y = np.array([0.02, 0.3, 4.0, 6.0, 30.0, 90.0])
    y = y if assay.unit else y / 90
    mu = np.geomspace(0.01, 100.0, 40)
    found = density(assay, y, mu)
    for i, value in enumerate(y):
        levels = Levels.of([Level(0.0, float(value), assay)])
        terms = levels.terms(mu[:, None])[0][:, 0]
        # up to a factor that all readings share; below 1e-300 a double loses its digits
        assert np.allclose(
            found[i] / found[i].max(), np.exp(terms - terms.max()), rtol=1e-9, atol=1e-300
        )
