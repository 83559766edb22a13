"""Tsitouras' coefficients obey the order conditions that make them a 5(4) pair."""

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate.kernel import kernel
from tests.kit import OUTPUTS

M = kernel(pkpd(), OUTPUTS).module
A = np.vstack([np.zeros(7), np.hstack([M.A, np.zeros((6, 1))])])
B = A[6]  # first same as last: the seventh stage is the fifth-order solution
C = A.sum(axis=1)
AC, ACC, ACCC = A @ C, A @ C**2, A @ C**3

# Weights of the rooted trees up to order five, and one over their density.
TREES = {
    1: [(np.ones(7), 1)],
    2: [(C, 1 / 2)],
    3: [(C**2, 1 / 3), (AC, 1 / 6)],
    4: [(C**3, 1 / 4), (C * AC, 1 / 8), (ACC, 1 / 12), (A @ AC, 1 / 24)],
    5: [
        (C**4, 1 / 5),
        (C**2 * AC, 1 / 10),
        (C * ACC, 1 / 15),
        (C * (A @ AC), 1 / 30),
        (AC**2, 1 / 20),
        (ACCC, 1 / 20),
        (A @ (C * AC), 1 / 40),
        (A @ ACC, 1 / 60),
        (A @ (A @ AC), 1 / 120),
    ],
}
ROUNDING = 1e-13  # coefficients are printed with 16 digits and reach 50


def dense(x: float) -> np.ndarray:
    b = np.empty(7)
    M.interpolant(x, b)
    return b


@pytest.mark.parametrize("order", TREES)
def test_the_solution_is_of_fifth_order(order: int) -> None:
    for weight, density in TREES[order]:
        assert pytest.approx(density, abs=ROUNDING) == B @ weight


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_the_error_estimate_is_of_fifth_order(order: int) -> None:
    """It vanishes on every tree up to order four, and on some tree of order five it does not."""
    for weight, _ in TREES[order]:
        assert pytest.approx(0.0, abs=1e-12) == M.E @ weight
    assert max(abs(M.E @ weight) for weight, _ in TREES[5]) > 1e-5


def test_stage_times() -> None:
    np.testing.assert_allclose(C[1:5], [M.C2, M.C3, M.C4, M.C5], atol=ROUNDING)
    np.testing.assert_allclose(C[5:], 1.0, atol=ROUNDING)


@pytest.mark.parametrize("x", [0.1, 0.37, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_the_interpolant_is_of_fourth_order(x: float, order: int) -> None:
    for weight, density in TREES[order]:
        assert pytest.approx(density * x**order, abs=1e-12) == dense(x) @ weight


def test_the_interpolant_meets_the_steps_ends() -> None:
    np.testing.assert_allclose(dense(0.0), np.zeros(7), atol=0)
    np.testing.assert_allclose(dense(1.0), B, atol=1e-12)
    h = 1e-7  # and leaves both with the right slope
    np.testing.assert_allclose(dense(h) / h, np.eye(7)[0], atol=1e-5)
    np.testing.assert_allclose((dense(1.0) - dense(1.0 - h)) / h, np.eye(7)[6], atol=1e-5)
