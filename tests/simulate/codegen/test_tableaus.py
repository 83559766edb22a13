"""Coefficients of both formulas obey the order conditions that make them what they claim to be."""

import numpy as np
import pytest

from diapedesis.simulate.codegen.build import lobatto
from diapedesis.simulate.codegen.tableaus import RODAS5P, TSIT5

A = np.array([[*row, *([0.0] * (7 - len(row)))] for row in TSIT5["A"]])
E = np.array(TSIT5["E"])
DENSE = np.array(TSIT5["B"])
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
    return DENSE @ x ** np.arange(1, 5)


@pytest.mark.parametrize("order", TREES)
def test_the_solution_is_of_fifth_order(order: int) -> None:
    for weight, density in TREES[order]:
        assert pytest.approx(density, abs=ROUNDING) == B @ weight


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_the_error_estimate_is_of_fifth_order(order: int) -> None:
    """It vanishes on every tree up to order four, and on some tree of order five it does not."""
    for weight, _ in TREES[order]:
        assert pytest.approx(0.0, abs=1e-12) == E @ weight
    assert max(abs(E @ weight) for weight, _ in TREES[5]) > 1e-5


def test_stage_times() -> None:
    np.testing.assert_allclose(C[1:5], [0.161, 0.327, 0.9, 0.9800255409045097], atol=ROUNDING)
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


# -- Rosenbrock: on y' = z y every stage is a number, and so is the whole step ---------------------


def rosenbrock(z: complex) -> tuple[np.ndarray, complex, complex]:
    """Return stages, end and error of a step of length 1 from y = 1."""
    gamma = RODAS5P["GAMMA"]
    k: list[complex] = []
    for a, c in zip(RODAS5P["A"], RODAS5P["C"], strict=True):
        y = 1 + sum(x * u for x, u in zip(a, k, strict=False))
        k.append((z * y + sum(x * u for x, u in zip(c, k, strict=True))) / (1 / gamma - z))
    end = 1 + sum(x * u for x, u in zip(RODAS5P["A"][7], k, strict=False)) + k[7]
    return np.array(k), end, k[7]


@pytest.mark.parametrize("direction", [1, -1, 1j])
def test_rodas5p_is_of_fifth_order_on_a_linear_equation(direction: complex) -> None:
    errors = [abs(rosenbrock(h * direction)[1] - np.exp(h * direction)) for h in (0.1, 0.05)]
    assert errors[0] / errors[1] > 0.8 * 2.0**6
    estimates = [abs(rosenbrock(h * direction)[2]) for h in (0.1, 0.05)]
    assert estimates[0] / estimates[1] > 0.8 * 2.0**5


def test_rodas5p_damps_what_is_infinitely_fast() -> None:
    """Stiffly accurate and L-stable: the end is 0 where the equation says so at once."""
    assert abs(rosenbrock(-1e8)[1]) < 1e-6
    for z in (-1.0, -30.0, -1e4, -5 + 40j, -1 + 1e3j):
        assert abs(rosenbrock(z)[1]) < 1.0


def test_rodas5p_follows_a_constant_slope_to_rounding() -> None:
    """On y' = 1 the end is 1 and the interpolant a line: a wrong digit anywhere shows."""
    k: list[float] = []
    for c in RODAS5P["C"]:
        k.append(RODAS5P["GAMMA"] * (1 + sum(x * u for x, u in zip(c, k, strict=True))))
    end = sum(x * u for x, u in zip(RODAS5P["A"][7], k, strict=False)) + k[7]
    assert end == pytest.approx(1.0, abs=1e-13)
    assert k[7] == pytest.approx(0.0, abs=1e-13)
    np.testing.assert_allclose(np.array(RODAS5P["DENSE"]) @ k, 0.0, atol=1e-12)


@pytest.mark.parametrize("x", [0.2, 0.5, 0.9])
def test_the_interpolant_of_rodas5p_is_of_fourth_order(x: float) -> None:
    def miss(h: float) -> float:
        k, end, _ = rosenbrock(1j * h)
        c = np.array(RODAS5P["DENSE"]) @ k
        inner = c[0] + x * (c[1] + x * c[2])
        return abs((1 - x) + x * (end + (1 - x) * inner) - np.exp(1j * h * x))

    assert miss(0.8) / miss(0.4) > 0.8 * 2.0**5


# -- quadrature ---------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [0.0, 0.3, 1.0])
def test_integrals_over_part_of_a_step_are_exact_for_cubics(x: float) -> None:
    nodes, cumulative = (np.array(v) for v in lobatto())
    for power in range(4):
        weights = x * cumulative @ x ** np.arange(4)
        assert weights @ nodes**power == pytest.approx(x ** (power + 1) / (power + 1), abs=1e-15)


@pytest.mark.parametrize("power", range(6))
def test_integrals_over_a_whole_step_are_exact_to_fifth_degree(power: int) -> None:
    nodes, cumulative = (np.array(v) for v in lobatto())
    assert cumulative.sum(axis=1) @ nodes**power == pytest.approx(1 / (power + 1), abs=1e-15)
