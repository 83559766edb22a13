"""Expressions as a graph in which equal parts are one node, built by running laws on nodes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any

from diapedesis.simulate.program.node import CONSTANT, INPUT, PARAMETER, STATE, Node

_TIER = {"p": PARAMETER, "u": INPUT}
_COMMUTE = frozenset({"add", "mul", "min", "max"})
_MAX_POWER = 64.0

_FOLD: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "pow": math.pow,
    "min": lambda a, b: a if a <= b else b,
    "max": lambda a, b: a if a >= b else b,
    "lt": lambda a, b: float(a < b),
    "le": lambda a, b: float(a <= b),
}


class Graph:
    """Maker and keeper of nodes; equal operations on equal arguments are one node."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._made: dict[Any, Node] = {}

    def node(self, value: Any) -> Node:
        """Return a number as a constant, a node of this graph as itself.

        Raises
        ------
        TypeError
            For anything else.
        """
        if isinstance(value, Node):
            if value.graph is not self:
                raise TypeError("found a node of another graph")
            return value
        if isinstance(value, Real):
            return self.const(float(value))
        raise TypeError(f"found {type(value).__name__}, expected a number")

    def const(self, value: float) -> Node:
        """Return a constant."""
        return self._make(("const", value.hex()), "const", (), value, CONSTANT)

    def load(self, space: str, name: str) -> Node:
        """Return a value that is read from a space."""
        tier = _TIER.get(space, STATE)
        return self._make(("load", space, name), "load", (), (space, name), tier)

    def _make(self, key: Any, op: str, args: tuple[Node, ...], value: Any, tier: int) -> Node:
        found = self._made.get(key)
        if found is None:
            found = Node(self, len(self.nodes), op, args, value, tier)
            self._made[key] = found
            self.nodes.append(found)
        return found

    def call(self, op: str, *args: Node) -> Node:
        """Return an operation as it is, but for constants, which are folded where they can be."""
        if op in _COMMUTE and args[0].id > args[1].id:
            args = (args[1], args[0])
        if all(a.op == "const" for a in args) and op in _FOLD:
            try:
                return self.const(_FOLD[op](*(a.value for a in args)))
            except (ArithmeticError, ValueError):
                pass  # log(0), 1/0: left to run as written
        if op in ("min", "max") and args[0] is args[1]:
            return args[0]
        key = (op, *(a.id for a in args))
        return self._make(key, op, args, None, max(a.tier for a in args))

    def neg(self, a: Node) -> Node:
        """Return -a."""
        if a.op == "neg":
            return a.args[0]
        return self.call("neg", a)

    def add(self, a: Node, b: Node) -> Node:
        """Return a + b."""
        if a.is_const(0.0):
            return b
        if b.is_const(0.0):
            return a
        if a.op in ("neg", "const"):
            a, b = b, a
        if b.op == "neg":
            return self.sub(a, b.args[0])
        if b.op == "const" and b.value < 0.0:
            return self.call("sub", a, self.const(-b.value))
        return self.call("add", a, b)

    def sub(self, a: Node, b: Node) -> Node:
        """Return a - b."""
        if b.is_const(0.0):
            return a
        if a.is_const(0.0):
            return self.neg(b)
        if a is b:
            return self.const(0.0)
        if b.op == "neg" or (b.op == "const" and b.value < 0.0):
            return self.add(a, self.neg(b))
        return self.call("sub", a, b)

    def mul(self, a: Node, b: Node) -> Node:
        """Return a * b; 0 times anything is 0."""
        if b.op == "const":
            a, b = b, a
        if a.op == "const" and b.op != "const":
            if a.value == 0.0:
                return a
            if a.value == 1.0:
                return b
            if a.value == -1.0:
                return self.neg(b)
            if b.op == "neg":
                return self.mul(self.const(-a.value), b.args[0])
        if a.op == "neg" and a.tier >= b.tier:  # else the sign is computed beforehand
            return self.neg(self.mul(a.args[0], b))
        if b.op == "neg" and b.tier >= a.tier:
            return self.neg(self.mul(a, b.args[0]))
        return self.call("mul", a, b)

    def div(self, a: Node, b: Node) -> Node:
        """Return a / b."""
        if b.op == "const" and b.value != 0.0:
            return a if b.value == 1.0 else self.mul(a, self.const(1.0 / b.value))
        if a.is_const(0.0):
            return a
        if a.op == "neg" and a.tier >= b.tier:
            return self.neg(self.div(a.args[0], b))
        return self.call("div", a, b)

    def pow(self, a: Node, b: Node) -> Node:
        """Return a ** b; whole and quarter powers by multiplications and square roots."""
        if b.op != "const" or a.op == "const":
            return self.call("pow", a, b)
        quarters = 4.0 * b.value
        if not quarters.is_integer() or abs(b.value) > _MAX_POWER:
            return self.call("pow", a, b)
        found = self._quarters(a, int(abs(quarters)))
        return found if b.value >= 0 else self.div(self.const(1.0), found)

    def _quarters(self, a: Node, n: int) -> Node:
        """Return a to the power n / 4."""
        found = self._whole(a, n // 4)
        if n % 4:
            root = self.call("sqrt", a)
            found = self.mul(found, root) if n % 4 >= 2 else found
            found = self.mul(found, self.call("sqrt", root)) if n % 2 else found
        return found

    def _whole(self, a: Node, n: int) -> Node:
        if n == 0:
            return self.const(1.0)
        half = self._whole(a, n // 2)
        square = self.mul(half, half)
        return self.mul(square, a) if n % 2 else square

    def select(self, condition: Node, a: Node, b: Node) -> Node:
        """Return `a` where the condition (``lt`` or ``le``) holds, else `b`."""
        if condition.op == "const":
            return a if condition.value else b
        return a if a is b else self.call("select", condition, a, b)


def reachable(roots: Iterable[Node]) -> list[Node]:
    """Return all the nodes that some nodes are made of, themselves included, in order of making."""
    seen: dict[int, Node] = {}
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node.id not in seen:
            seen[node.id] = node
            stack.extend(node.args)
    return [seen[id] for id in sorted(seen)]
