"""Derivatives of nodes, by the chain rule from the leaves up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diapedesis.simulate.program.graph import Graph, reachable
from diapedesis.simulate.program.node import Node

# Derivatives by the id of the leaf they are taken by; what is absent is 0.
Gradient = dict[int, Node]
NEAR_0 = 1e-12
"""A base below which the slope of a power is taken as its limit: of a root it grows without bound,
and an implicit step that takes it at its word follows the rounding of what has long washed out."""


class Derivatives:
    """Derivatives by some leaves, each node's worked out once.

    Where a slope is infinite or undefined at one point (roots and broken powers at 0) it is taken
    as 0 there, for powers also next to it (``NEAR_0``); of minimum, maximum and select it is that
    of the branch chosen.

    Parameters
    ----------
    graph : Graph
    leaves : sequence of Node
        Loads that the derivatives are taken by.
    """

    def __init__(self, graph: Graph, leaves: Iterable[Node]) -> None:
        self.graph = graph
        self._zero, self._one = graph.const(0.0), graph.const(1.0)
        self._known: dict[int, Gradient] = {leaf.id: {leaf.id: self._one} for leaf in leaves}

    def of(self, root: Node) -> Gradient:
        """Return the derivatives of a node by every leaf that it depends on."""
        for n in reachable([root]):
            if n.id not in self._known:
                self._known[n.id] = self._chain(n)
        return self._known[root.id]

    def _chain(self, n: Node) -> Gradient:
        inside = [self._known[a.id] for a in n.args]
        if not any(inside) or n.op in ("lt", "le"):
            return {}
        if n.op in ("min", "max", "select"):
            return self._branch(n, inside)
        g, found = self.graph, Gradient()
        for slope, gradient in zip(self._slopes(n, inside), inside, strict=True):
            for leaf, d in gradient.items():
                term = g.mul(slope, d)
                found[leaf] = g.add(found[leaf], term) if leaf in found else term
        return {leaf: d for leaf, d in found.items() if not d.is_const(0.0)}

    def _branch(self, n: Node, inside: Sequence[Gradient]) -> Gradient:
        g = self.graph
        if n.op == "select":
            condition, (a, b) = n.args[0], inside[1:]
        else:
            left, right = n.args if n.op == "min" else reversed(n.args)
            condition, (a, b) = g.call("le", left, right), inside
        found = {
            leaf: g.select(condition, a.get(leaf, self._zero), b.get(leaf, self._zero))
            for leaf in dict.fromkeys((*a, *b))
        }
        return {leaf: d for leaf, d in found.items() if not d.is_const(0.0)}

    def _slopes(self, n: Node, inside: Sequence[Gradient]) -> list[Node]:
        """Return the partial derivative of an operation by each of its arguments."""
        g, a, b = self.graph, n.args[0], n.args[-1]
        match n.op:
            case "add":
                return [self._one, self._one]
            case "sub":
                return [self._one, g.const(-1.0)]
            case "mul":
                return [b, a]
            case "div":
                inverse = g.div(self._one, b)
                return [inverse, g.neg(g.mul(n, inverse))]
            case "neg":
                return [g.const(-1.0)]
            case "abs":
                return [g.select(g.call("lt", a, self._zero), g.const(-1.0), self._one)]
            case "sqrt":
                return [self._where_positive(n, g.div(g.const(0.5), n), self._zero)]
            case "exp":
                return [n]
            case "log":
                return [g.div(self._one, a)]
            case "pow":
                by_base = self._by_base(n) if inside[0] else self._zero
                by_exponent = self._by_exponent(n) if inside[1] else self._zero
                return [by_base, by_exponent]
        raise AssertionError(f"no derivative is written for {n.op}")

    def _where_positive(self, a: Node, then: Node, otherwise: Node) -> Node:
        return self.graph.select(self.graph.call("lt", self._zero, a), then, otherwise)

    def _by_base(self, n: Node) -> Node:
        """Return b * a**b / a: no second power; near a = 0 it is 1 for b = 1, else taken as 0."""
        g, (a, b) = self.graph, n.args
        at_most, at_least = g.call("le", b, self._one), g.call("le", self._one, b)
        limit = g.select(at_most, g.select(at_least, self._one, self._zero), self._zero)
        away = g.call("lt", g.const(NEAR_0), abs(a))
        return g.select(away, g.div(g.mul(b, n), a), limit)

    def _by_exponent(self, n: Node) -> Node:
        """Return a**b * log(a), which is 0 at a = 0."""
        g, a = self.graph, n.args[0]
        return self._where_positive(a, g.mul(n, g.call("log", a)), self._zero)
