"""The natalizumab model, lowered, against sympy's expressions of the same laws."""

from typing import Any

import numpy as np
import pytest
import sympy

from diapedesis.core.symbolic import symbolic
from diapedesis.models import pkpd
from diapedesis.simulate.program import trace
from tests.core.test_three_algebras import environment
from tests.simulate.program.kit import run

MODEL = pkpd()
SYMBOLS = symbolic(MODEL)
BOTTOM = [*MODEL.states, *MODEL.parameters, *MODEL.inputs]
OUTPUTS = tuple(MODEL.outputs)
PROGRAM = trace(MODEL, OUTPUTS, integrals=("gate",), jacobian=True)
SEEDS = range(5)
RELATIVE = 1e-11
"""Double arithmetic in another order; a difference of nearly equal flows loses a few digits."""


def expected(expressions: Any, env: dict[str, float]) -> np.ndarray:
    arguments = [SYMBOLS.symbols[id] for id in BOTTOM]
    law = sympy.lambdify(arguments, expressions, "math")
    return np.array(law(*(env[id] for id in BOTTOM)), dtype=float)


def test_every_state_is_kept_where_every_output_is_asked_for() -> None:
    assert list(PROGRAM.states) == list(MODEL.states)
    assert set(PROGRAM.parameters) == set(MODEL.parameters) - {"lag_sc"}  # of schedules alone
    assert set(PROGRAM.inputs) == set(MODEL.inputs)


@pytest.mark.parametrize("seed", SEEDS)
def test_rates(seed: int) -> None:
    env = environment(seed)
    found = run(PROGRAM, "rhs", env)["dy"]
    wanted = expected([SYMBOLS.odes[id] for id in PROGRAM.states], env)
    np.testing.assert_allclose(found, wanted, rtol=RELATIVE)


@pytest.mark.parametrize("seed", SEEDS)
def test_outputs_and_integrands(seed: int) -> None:
    env = environment(seed)
    wanted = expected([SYMBOLS.expand(SYMBOLS.symbols[id]) for id in OUTPUTS], env)
    np.testing.assert_allclose(run(PROGRAM, "observe", env)["o"], wanted, rtol=RELATIVE)
    gate = run(PROGRAM, "integrand", env)["f"]
    np.testing.assert_allclose(gate, [wanted[OUTPUTS.index("gate")]], rtol=RELATIVE)


@pytest.mark.parametrize("seed", SEEDS)
def test_starts(seed: int) -> None:
    env = environment(seed)
    wanted = expected([SYMBOLS.expand(SYMBOLS.initial[id]) for id in PROGRAM.states], env)
    np.testing.assert_allclose(run(PROGRAM, "start", env)["y"], wanted, rtol=RELATIVE)


@pytest.mark.parametrize("seed", SEEDS)
def test_factors_solve_as_the_jacobian_does(seed: int) -> None:
    """The Jacobian from sympy, the linear system from LAPACK."""
    env, n = environment(seed), len(PROGRAM.states)
    jacobian = expected(SYMBOLS.jacobian().tolist(), env)
    right = np.random.default_rng(seed).standard_normal(n)
    for c in (0.5, 20.0, 1e4):
        spaces = run(PROGRAM, "factor", env, c=c)
        solved = run(PROGRAM, "solve", env, m=spaces["m"], x=right)["x"]
        wanted = np.linalg.solve(c * np.eye(n) - jacobian, right)
        # conditioned like 1e3 at most; both sides lose that much of 1e-16
        np.testing.assert_allclose(solved, wanted, rtol=1e-10, atol=1e-12 / c)
        np.testing.assert_allclose(spaces["dy"], run(PROGRAM, "rhs", env)["dy"], rtol=RELATIVE)


def test_states_below_zero_are_read_as_zero() -> None:
    env = environment(1)
    below = env | dict.fromkeys(MODEL.states, -1e-3)
    zero = env | dict.fromkeys(MODEL.states, 0.0)
    for block, space in (("rhs", "dy"), ("observe", "o"), ("integrand", "f")):
        np.testing.assert_array_equal(run(PROGRAM, block, below)[space],
                                      run(PROGRAM, block, zero)[space])  # fmt: skip


def test_before_the_first_dose_everything_is_finite() -> None:
    """0 to a broken power has no slope; the factors must do without it."""
    env = environment(1) | dict.fromkeys(MODEL.states, 0.0)
    spaces = run(PROGRAM, "factor", env, c=10.0)
    assert all(np.isfinite(spaces[k]).all() for k in ("dy", "m", "w"))


def test_lanes_are_independent() -> None:
    env = environment(1)
    many = {id: np.array([v, 2 * v, 3 * v]) for id, v in env.items()}
    together = run(PROGRAM, "rhs", many)["dy"]
    for lane in range(3):
        alone = run(PROGRAM, "rhs", {id: v[lane] for id, v in many.items()})["dy"]
        np.testing.assert_array_equal(together[:, lane], alone)


def test_only_what_an_output_needs_is_kept() -> None:
    level = trace(MODEL, ("c",))
    assert level.states == ("a_d", "a_c", "a_p", "ada", "column_volume")
    assert "hill" not in level.parameters and "donor_plasma" not in level.inputs
