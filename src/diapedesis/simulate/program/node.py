"""One value of a law run on nodes: Python's arithmetic, written down instead of done."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diapedesis.simulate.program.graph import Graph

CONSTANT, PARAMETER, INPUT, STATE = range(4)
"""Tiers: what a node depends on at most, and so how often it has to be computed."""


class Node:
    """One value: an operation on earlier nodes, a constant or a load.

    Attributes
    ----------
    graph : Graph
    id : int
        Place in the graph; arguments come before what uses them.
    op : str
    args : tuple of Node
    value : float, (space, name) or None
        Of a constant, and of a load.
    tier : int
        CONSTANT, PARAMETER, INPUT or STATE.
    """

    __array_ufunc__ = None  # numpy scalars leave the arithmetic to the node
    __slots__ = ("args", "graph", "id", "op", "tier", "value")

    def __init__(
        self, graph: Graph, id: int, op: str, args: tuple[Node, ...], value: Any, tier: int
    ) -> None:
        self.graph, self.id, self.op, self.args = graph, id, op, args
        self.value, self.tier = value, tier

    def __repr__(self) -> str:
        inside = ", ".join(f"%{a.id}" for a in self.args) if self.args else self.value
        return f"%{self.id} = {self.op}({inside})"

    def is_const(self, value: float) -> bool:
        """Return True for this very constant."""
        return self.op == "const" and self.value == value

    def apply(self, name: str, *others: Any) -> Node:
        """Return a named function of this node and others: exp, log, sqrt, abs, min, max."""
        if name not in ("exp", "log", "sqrt", "abs", "min", "max"):
            raise TypeError(
                f"found the function {name!r}, expected exp, log, sqrt, abs, min or max"
            )
        args = (self, *(self.graph.node(o) for o in others))
        return self.graph.call(name, *args)

    def __neg__(self) -> Node:
        return self.graph.neg(self)

    def __pos__(self) -> Node:
        return self

    def __abs__(self) -> Node:
        return self.graph.call("abs", self.args[0] if self.op == "neg" else self)

    def __add__(self, other: Any) -> Any:
        return self._with(other, self.graph.add)

    def __radd__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.graph.add(b, a))

    def __sub__(self, other: Any) -> Any:
        return self._with(other, self.graph.sub)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.graph.sub(b, a))

    def __mul__(self, other: Any) -> Any:
        return self._with(other, self.graph.mul)

    def __rmul__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.graph.mul(b, a))

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, self.graph.div)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.graph.div(b, a))

    def __pow__(self, other: Any) -> Any:
        return self._with(other, self.graph.pow)

    def __rpow__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.graph.pow(b, a))

    def _with(self, other: Any, operation: Callable[[Node, Node], Node]) -> Any:
        if isinstance(other, Node | Real):
            return operation(self, self.graph.node(other))
        return NotImplemented

    def _refuse(self, *_: Any) -> Any:
        raise TypeError(
            "found a comparison, a condition or a function of math or numpy;"
            " expected arithmetic and the functions of diapedesis.core:"
            " write minimum, maximum or ramp"
        )

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _refuse
    __bool__ = __float__ = __int__ = _refuse
    __hash__ = object.__hash__
