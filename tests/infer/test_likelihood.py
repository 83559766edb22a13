from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from diapedesis.infer.likelihood import Levels
from diapedesis.observe import Assay, Level

ASSAY = Assay(proportional_sd=0.2, additive_sd=0.3, lloq=1.0)


def one(value: float | None) -> Levels:
    return Levels.of([Level(0.0, value, ASSAY)])


@pytest.mark.parametrize("mu", [0.5, 2.0, 30.0])
def test_density_above_and_probability_below_the_limit_make_one(mu: float) -> None:
    density = lambda y: float(np.exp(one(y).terms(np.array([mu]))[0][0]))  # noqa: E731
    above, _ = quad(density, 1.0, 400.0, limit=400, points=[mu + 1e-9] if mu > 1 else None)
    below = float(np.exp(one(None).terms(np.array([mu]))[0][0]))
    assert above + below == pytest.approx(1.0, abs=2e-3)


@given(st.floats(0.05, 120.0), st.one_of(st.none(), st.floats(1.1, 200.0)))
def test_slope_is_the_derivative(mu: float, value: float | None) -> None:
    levels, h = one(value), 1e-5 * mu
    value_at = lambda m: levels.terms(np.array([m]))[0][0]  # noqa: E731
    slope = levels.terms(np.array([mu]))[1][0]
    numeric = (value_at(mu + h) - value_at(mu - h)) / (2 * h)
    assert slope == pytest.approx(numeric, rel=1e-4, abs=1e-6)


@given(st.floats(0.05, 120.0), st.one_of(st.none(), st.floats(1.1, 200.0)))
def test_information_is_not_negative_and_outlier_is_a_probability(
    mu: float, value: float | None
) -> None:
    _, _, information, outlier = one(value).terms(np.array([mu]))
    assert information[0] >= 0
    assert 0 <= outlier[0] <= 1


def test_the_farther_the_likelier_an_outlier() -> None:
    p = [one(y).terms(np.array([30.0]))[3][0] for y in (30.0, 45.0, 60.0, 120.0)]
    assert p == sorted(p)
    assert p[0] < 0.01 < 0.9 < p[-1]


def test_a_value_under_the_limit_counts_as_below_it() -> None:
    assert one(0.4).below.tolist() == one(None).below.tolist() == [True]


def test_factor_and_total_drug() -> None:
    free = Levels.of([Level(0.0, 5.0, Assay(factor=1.4))])
    total = Levels.of([Level(0.0, 5.0, Assay(measures="total"))])
    c, c_free = np.array([10.0]), np.array([4.0])
    assert free.reading(c, c_free)[0] == pytest.approx(5.6)
    assert total.reading(c, c_free)[0] == 10.0
