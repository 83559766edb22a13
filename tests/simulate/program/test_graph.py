"""Nodes mean what their numbers mean, and equal parts are one node."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.core import exp, log, maximum, minimum, ramp
from diapedesis.simulate.program.graph import Graph, reachable
from tests.simulate.program.kit import values_of

LEAVES = {("p", "a"): 3.0, ("p", "b"): -2.0, ("u", "c"): 5.0, ("y", "d"): 7.0, ("y", "e"): -4.0}
EXACT: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: -a,
    lambda a, b: 2 - a,
    lambda a, b: abs(b),
    lambda a, b: minimum(a, b),
    lambda a, b: maximum(a, b),
)
POSITIVE: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: a + b,
    lambda a, b: a * b / (1 + a * b),
    lambda a, b: a / (b + 0.5),
    lambda a, b: 3.0 / b,
    lambda a, b: a**0.75,
    lambda a, b: b**1.4,
    lambda a, b: a**-2,
    lambda a, b: (a / (1 + a)) ** (b / (1 + b)),
    lambda a, b: exp(-a / (1 + a)),
    lambda a, b: log(2 + b),
    lambda a, b: minimum(a, 2 * b),
    lambda a, b: maximum(b, a * a),
    lambda a, b: ramp(a, b),
)


def programs(operations: int) -> st.SearchStrategy[list[tuple[int, int, int]]]:
    step = st.tuples(st.integers(0, operations - 1), st.integers(0, 99), st.integers(0, 99))
    return st.lists(step, min_size=1, max_size=14)


def play(steps: list[tuple[int, int, int]], operations: Any, pool: list[Any]) -> list[Any]:
    for op, i, j in steps:
        pool.append(operations[op](pool[i % len(pool)], pool[j % len(pool)]))
    return pool


@given(programs(len(EXACT)))
def test_whole_numbers_exactly(steps: list[tuple[int, int, int]]) -> None:
    """Sums and products of small whole numbers are exact in any order."""
    numbers = play(steps, EXACT, list(LEAVES.values()))
    if max(abs(n) for n in numbers) > 2**50:
        return
    graph = Graph()
    nodes = play(steps, EXACT, [graph.load(*leaf) for leaf in LEAVES])
    assert values_of(graph, nodes, LEAVES).tolist() == numbers


@given(programs(len(POSITIVE)))
def test_positive_numbers_to_rounding(steps: list[tuple[int, int, int]]) -> None:
    """Without differences nothing cancels: each of 14 steps may add a few roundings."""
    values = {leaf: abs(v) / 4 for leaf, v in LEAVES.items()}
    try:
        numbers = play(steps, POSITIVE, list(values.values()))
    except OverflowError:
        return
    if not all(1e-60 < n < 1e60 for n in numbers):
        return
    graph = Graph()
    nodes = play(steps, POSITIVE, [graph.load(*leaf) for leaf in LEAVES])
    assert values_of(graph, nodes, values).tolist() == pytest.approx(numbers, rel=1e-11)


def test_equal_parts_are_one_node() -> None:
    g = Graph()
    x, y = g.load("y", "x"), g.load("y", "y")
    assert x * y is y * x
    assert exp(x + y) is exp(y + x)
    assert x / y is x / y and x / y is not y / x
    assert g.const(0.0) is not g.const(-0.0)


def test_safe_identities() -> None:
    g = Graph()
    x, zero, one = g.load("y", "x"), g.const(0.0), g.const(1.0)
    for same in (x * 1, 1.0 * x, x + 0, 0.0 + x, x - 0, x / 1, -1 * -x, +x, x**1, minimum(x, x)):
        assert same is x
    for nothing in (x * 0, 0.0 * x, x - x, 0 / x):
        assert nothing is zero
    assert x**0 is one
    assert 0 - x is -x and x * -1 is -x
    assert x + -x is zero


@pytest.mark.parametrize("power", [-3.0, -0.5, 0.25, 0.5, 0.75, 1.5, 2, 3, 4, 7.25])
def test_whole_and_quarter_powers_need_no_power(power: float) -> None:
    g = Graph()
    node = g.load("y", "x") ** power
    assert {n.op for n in reachable([node])} <= {"load", "mul", "sqrt", "div", "const"}
    found = values_of(g, [node], {("y", "x"): 1.7})
    assert found[0] == pytest.approx(1.7**power, rel=1e-14)


def test_other_powers_stay() -> None:
    g = Graph()
    x, p = g.load("y", "x"), g.load("p", "p")
    assert (x**1.4).op == (x**p).op == (2**x).op == "pow"


def test_constants_are_folded_where_they_can_be() -> None:
    g = Graph()
    assert exp(g.const(0.5)).value == math.exp(0.5)
    assert log(g.const(0.0)).op == "log"
    assert (g.const(1.0) / g.const(0.0)).op == "div"


def test_what_a_law_cannot_do_is_refused_in_words() -> None:
    g = Graph()
    x = g.load("y", "x")
    for wrong in (
        lambda: x < 1,
        lambda: x >= 1,
        lambda: x == 0,
        lambda: 1 if x else 2,
        lambda: math.sqrt(x),
        lambda: max(x, 0.0),
    ):
        with pytest.raises(TypeError, match="write minimum, maximum or ramp"):
            wrong()
    with pytest.raises(TypeError):
        x + "1"
    with pytest.raises(TypeError, match="another graph"):
        x + Graph().load("y", "x")


def test_numpy_numbers_are_numbers() -> None:
    import numpy as np

    x = Graph().load("y", "x")
    assert np.float64(2.0) * x is x * 2
