"""Derivatives against central differences, and at the points where slopes break."""

from typing import Any

import pytest
from hypothesis import given

from diapedesis.core import exp, log, maximum, minimum, ramp
from diapedesis.simulate.program.derive import Derivatives
from diapedesis.simulate.program.graph import Graph
from tests.simulate.program.kit import values_of
from tests.simulate.program.test_graph import play, programs

SMOOTH = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b / (1 + a * a),
    lambda a, b: exp(-a * a),
    lambda a, b: log(2 + b * b),
    lambda a, b: (1 + a * a) ** 0.75,
    lambda a, b: (1 + a * a) ** (b / (1 + b * b)),
    lambda a, b: (2 + a * a) ** 1.4 / (3 + b * b),
)
AT = {("p", "p"): 0.7, ("u", "u"): -0.4, ("y", "x"): 1.1, ("y", "y"): -0.6}


def gradient(law: Any, at: dict[tuple[str, str], float]) -> list[float]:
    g = Graph()
    leaves = [g.load(*leaf) for leaf in at]
    found = Derivatives(g, leaves).of(g.node(law(*leaves)))
    return values_of(g, [found.get(x.id, g.const(0.0)) for x in leaves], at).tolist()


@given(programs(len(SMOOTH)))
def test_against_central_differences(steps: list[tuple[int, int, int]]) -> None:
    law = lambda *leaves: play(steps, SMOOTH, list(leaves))[-1]  # noqa: E731
    at = list(AT.values())
    value = law(*at)
    if abs(value) > 1e3:
        return
    found = gradient(law, AT)
    for i, d in enumerate(found):
        h = 1e-5
        up, down = (law(*at[:i], at[i] + s * h, *at[i + 1 :]) for s in (1, -1))
        # cancellation 1e-16 / h of the value, and h**2 of a third derivative of up to 1e4
        size = max(1.0, abs(value), abs(d))
        assert (up - down) / (2 * h) == pytest.approx(d, abs=1e-6 * size)


@pytest.mark.parametrize(
    ("law", "x", "slope"),
    [
        (lambda x: minimum(x, 2.0), 1.0, 1.0),
        (lambda x: minimum(x, 2.0), 3.0, 0.0),
        (lambda x: maximum(2.0, x), 1.0, 0.0),
        (lambda x: maximum(2.0, x), 3.0, 1.0),
        (lambda x: abs(x), -3.0, -1.0),
        (lambda x: ramp(x, 2.0), -1.0, 0.0),
        (lambda x: ramp(x, 2.0), 0.0, 0.0),
        (lambda x: ramp(x, 2.0), 1.0, 0.5),
        (lambda x: ramp(x, 2.0), 2.0, 1.0),
        (lambda x: ramp(x, 2.0), 3.0, 1.0),
        (lambda x: x**0.75, 0.0, 0.0),  # infinite
        (lambda x: x**1.5, 0.0, 0.0),
        (lambda x: x**0.7, 0.0, 0.0),  # infinite
        (lambda x: x**2, 0.0, 0.0),
    ],
)
def test_where_slopes_break(law: Any, x: float, slope: float) -> None:
    assert gradient(law, {("y", "x"): x}) == pytest.approx([slope])


@pytest.mark.parametrize(("x", "p", "by_x", "by_p"), [
    (0.0, 0.75, 0.0, 0.0),  # infinite by x
    (0.0, 1.0, 1.0, 0.0),
    (0.0, 2.5, 0.0, 0.0),
    (2.0, 3.0, 12.0, 8 * 0.6931471805599453),
])  # fmt: skip
def test_a_power_with_a_parameter_as_exponent(x: float, p: float, by_x: float, by_p: float) -> None:
    found = gradient(lambda x, p: x**p, {("y", "x"): x, ("p", "p"): p})
    assert found == pytest.approx([by_x, by_p])


def test_what_a_node_does_not_depend_on_is_absent() -> None:
    g = Graph()
    x, y = g.load("y", "x"), g.load("y", "y")
    found = Derivatives(g, [x, y])
    assert found.of(x * 2).keys() == {x.id}
    assert not found.of(g.load("p", "p") + 1)
    assert not found.of(x - x)
