"""Sparse LU written out: order, fill and statements, for matrices with a strong diagonal.

No pivoting for size: the matrix is ``c * 1 - J`` with ``c`` growing as the step shrinks, and the
largest multiplier is stored so that a solver can see when that was not enough.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from diapedesis.simulate.program.graph import Graph
from diapedesis.simulate.program.node import Node

Place = tuple[int, int]


@dataclass(frozen=True)
class Plan:
    """Order of elimination, and each place of the factors with its index in their space.

    Attributes
    ----------
    order : tuple of int
        Rows in the order of elimination.
    index : mapping of (row, column) to int
    below, right : mapping of int to list of int
        Rows under each pivot, and columns beside it, that are not always 0 when its turn comes.
    """

    order: tuple[int, ...]
    index: Mapping[Place, int]
    below: Mapping[int, list[int]]
    right: Mapping[int, list[int]]


def plan(n: int, pattern: Collection[Place]) -> Plan:
    """Choose the order that promises least fill: the smallest (row - 1) * (column - 1) next.

    Parameters
    ----------
    n : int
        Rows of the matrix.
    pattern : collection of (row, column)
        Entries that are not always 0; the diagonal is taken for granted.
    """
    rows: dict[int, set[int]] = {i: set() for i in range(n)}
    columns: dict[int, set[int]] = {i: set() for i in range(n)}
    for r, c in pattern:
        if r != c:
            rows[r].add(c)
            columns[c].add(r)
    below: dict[int, list[int]] = {}
    right: dict[int, list[int]] = {}
    left = dict.fromkeys(range(n))
    while left:
        k = min(left, key=lambda i: (len(rows[i]) * len(columns[i]), i))
        del left[k]
        below[k], right[k] = sorted(columns[k]), sorted(rows[k])
        for r in below[k]:
            rows[r].discard(k)
            rows[r].update(c for c in right[k] if c != r)
        for c in right[k]:
            columns[c].discard(k)
            columns[c].update(r for r in below[k] if r != c)
    places = (
        place
        for k in below
        for place in ((k, k), *((r, k) for r in below[k]), *((k, c) for c in right[k]))
    )
    return Plan(tuple(below), {place: i for i, place in enumerate(places)}, below, right)


@dataclass(frozen=True)
class Factors:
    """Multipliers, upper part and inverse pivots by place, and the largest multiplier."""

    entries: Mapping[Place, Node]
    growth: Node


def factor(
    graph: Graph, plan: Plan, matrix: Mapping[Place, Node], scale: Sequence[float]
) -> Factors:
    """Return the factors of a matrix whose absent places are 0.

    The multipliers are compared as they would be if each row and column were measured in its
    `scale`, so that the largest does not depend on units.
    """
    zero, one = graph.const(0.0), graph.const(1.0)
    a = {place: matrix.get(place, zero) for place in plan.index}
    growth = zero
    for k in plan.order:
        a[k, k] = graph.div(one, a[k, k])
        for r in plan.below[k]:
            a[r, k] = graph.mul(a[r, k], a[k, k])
            size = graph.mul(graph.const(scale[k] / scale[r]), abs(a[r, k]))
            growth = size if growth is zero else graph.call("max", growth, size)
            for c in plan.right[k]:
                a[r, c] = graph.sub(a[r, c], graph.mul(a[r, k], a[k, c]))
    return Factors(a, growth)


def substitute(graph: Graph, plan: Plan) -> dict[int, Node]:
    """Return the solution by row, of factors loaded from m and a right-hand side loaded from x."""
    m = {place: graph.load("m", str(i)) for place, i in plan.index.items()}
    x = {k: graph.load("x", str(k)) for k in plan.order}
    for k in plan.order:
        for r in plan.below[k]:
            x[r] = graph.sub(x[r], graph.mul(m[r, k], x[k]))
    for k in reversed(plan.order):
        for c in plan.right[k]:
            x[k] = graph.sub(x[k], graph.mul(m[k, c], x[c]))
        x[k] = graph.mul(x[k], m[k, k])
    return x
