"""A law gives the same on numbers, on sympy symbols and on pint quantities."""

import random

import pytest

from diapedesis.core import exp, log, minimum, units
from diapedesis.core.symbolic import symbolic
from diapedesis.models import pkpd

MODEL = pkpd()
SYMBOLS = symbolic(MODEL)
LAWS = [id for id, _ in MODEL.laws()]
RELATIVE = 1e-12  # the same double arithmetic, in another order


def environment(seed: int) -> dict[str, float]:
    """Default parameters, and states and inputs where no law is at a special point."""
    draw = random.Random(seed)
    env = {id: p.default for id, p in MODEL.parameters.items()}
    env |= {id: draw.uniform(0.2, 0.8) * s.scale for id, s in MODEL.states.items()}
    return env | {id: draw.uniform(0.2, 0.8) for id in MODEL.inputs}


@pytest.fixture(scope="module", params=[1, 2])
def values(request: pytest.FixtureRequest) -> tuple[dict[str, float], dict[str, float]]:
    env = environment(request.param)
    return env, MODEL.evaluate(env)


@pytest.mark.parametrize("id", LAWS)
def test_numbers_and_symbols(id: str, values: tuple[dict[str, float], dict[str, float]]) -> None:
    env, numbers = values
    expanded = SYMBOLS.expand(SYMBOLS.symbols[id])
    at = {SYMBOLS.symbols[name]: value for name, value in env.items()}
    assert float(expanded.subs(at)) == pytest.approx(numbers[id], rel=RELATIVE)


def test_numbers_and_quantities(values: tuple[dict[str, float], dict[str, float]]) -> None:
    env, numbers = values
    quantities = MODEL.evaluate({id: units.quantity(v, MODEL.units[id]) for id, v in env.items()})
    for id in MODEL.rules:
        found = units.quantity(1.0, MODEL.units[id]).units
        assert quantities[id].to(found).magnitude == pytest.approx(numbers[id], rel=RELATIVE), id
    for id, flux in MODEL.fluxes.items():
        for state in MODEL.changes(flux):
            rate = units.quantity(1.0, MODEL.units[state]).units / units.registry().day
            assert quantities[id].to(rate).magnitude == pytest.approx(numbers[id], rel=RELATIVE), id


def test_functions_in_three_algebras() -> None:
    import sympy

    x = sympy.Symbol("x", real=True)
    y = sympy.Symbol("y", real=True)
    assert float(exp(x).subs(x, 0.3)) == pytest.approx(exp(0.3))
    assert float(log(x).subs(x, 0.3)) == pytest.approx(log(0.3))
    assert exp(units.quantity(1.0, "g/kg")) == pytest.approx(exp(1e-3))
    assert log(units.quantity(1.0, "g/kg")) == pytest.approx(log(1e-3))
    for a, b in ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0)):
        assert float(minimum(x, y).subs({x: a, y: b})) == minimum(a, b) == min(a, b)
    assert minimum(units.quantity(2.0, "g"), units.quantity(3.0, "mg")).to("mg").magnitude == 3.0
