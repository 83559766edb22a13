"""Equations and Jacobian, against the laws run on numbers."""

import numpy as np
import pytest
import sympy

from diapedesis.core.symbolic import symbolic
from diapedesis.models import pkpd
from tests.core.test_three_algebras import environment

MODEL = pkpd()
SYMBOLS = symbolic(MODEL)
STATES = list(MODEL.states)
BOTTOM = [*MODEL.states, *MODEL.parameters, *MODEL.inputs]
JACOBIAN = sympy.lambdify(
    [SYMBOLS.symbols[id] for id in BOTTOM], SYMBOLS.jacobian().tolist(), "math"
)


def rates(env: dict[str, float]) -> np.ndarray:
    found = MODEL.rates(MODEL.evaluate(env))
    return np.array([float(found[id]) for id in STATES])


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_jacobian_against_central_differences(seed: int) -> None:
    env = environment(seed)
    exact = np.array(JACOBIAN(*(env[id] for id in BOTTOM)), dtype=float)
    differences = np.empty_like(exact)
    for j, id in enumerate(STATES):
        h = 1e-5 * env[id]
        up, down = rates(env | {id: env[id] + h}), rates(env | {id: env[id] - h})
        differences[:, j] = (up - down) / (2 * h)
    # h**2 of truncation and 1e-16 / 1e-5 of cancellation, on entries up to about 50
    np.testing.assert_allclose(differences, exact, rtol=1e-7, atol=1e-8)


def test_equations_hold_states_parameters_and_inputs_only() -> None:
    for id, rate in SYMBOLS.odes.items():
        assert {s.name for s in rate.free_symbols} <= set(BOTTOM), id


def test_the_equation_of_the_central_compartment() -> None:
    s = SYMBOLS.symbols
    written = (
        s["infusion"]
        + s["absorption"]
        - s["distribution"]
        - s["linear_elimination"]
        - s["saturable_elimination"]
        - s["drug_removed"]
    )
    assert sympy.expand(SYMBOLS.rates["a_c"] - written) == 0


def test_totals_change_by_boundary_fluxes_only() -> None:
    """The identity behind the mass balance, exactly and not to rounding."""
    for total in MODEL.conserved.values():
        change = sum(w * SYMBOLS.rates[id] for id, w in total.weights.items())
        left = {x.name for x in sympy.expand(change).free_symbols}
        assert left == {
            id
            for id, flux in MODEL.fluxes.items()
            if flux.boundary and set(MODEL.changes(flux)) & set(total.weights)
        }
