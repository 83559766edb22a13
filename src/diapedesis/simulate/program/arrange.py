"""Reorder sums and products so that what depends on parameters and inputs alone stands together.

A product is taken apart down to its factors and a sum down to its terms, but never through a part
that the block uses more than once: what was shared stays shared. Put together again, a product is
``coefficient * state part`` with the coefficient free of states, and terms with one state part are
collected. So the largest state-free parts become single nodes, which a block then reads ready-made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from diapedesis.simulate.program.graph import PARAMETER, STATE, Graph, Node, reachable

_PRODUCT = frozenset({"mul", "div", "neg"})
_SUM = frozenset({"add", "sub", "neg"})


def arrange(graph: Graph, roots: Sequence[Node]) -> list[Node]:
    """Return nodes of the same values, arranged together as the results of one block."""
    work = _Arrangement(graph, roots)
    return [work.value(r) for r in roots]


@dataclass(frozen=True)
class _Product:
    """number * low * state; `low` is free of states, None stands for 1."""

    number: float
    low: Node | None
    state: Node | None


@dataclass
class _Collected:
    """State part of a sum's term with everything it is multiplied by."""

    state: Node
    number: float = 0.0
    low: list[tuple[float, Node]] = field(default_factory=list)


class _Arrangement:
    def __init__(self, graph: Graph, roots: Sequence[Node]) -> None:
        self.graph = graph
        nodes = reachable(roots)
        self.uses = self._uses(nodes, roots)
        self.swallowed = self._swallowed(nodes)
        self.divided = self._divided(nodes)
        self.inverses: set[int] = set()
        self.new: dict[int, Node] = {}
        for n in nodes:
            if n.id not in self.swallowed:
                self.value(n)

    def _uses(self, nodes: list[Node], roots: Sequence[Node]) -> Counter[int]:
        """Count the uses of each node; a sign is no use of its own."""
        uses = Counter(r.id for r in roots)
        for n in reversed(nodes):
            for a in n.args:
                uses[a.id] += uses[n.id] if n.op == "neg" else 1
        return uses

    def _swallowed(self, nodes: list[Node]) -> set[int]:
        """Return nodes that are part of the one sum or product that uses them."""
        inner = _PRODUCT | _SUM
        outer = {"mul": _PRODUCT, "div": _PRODUCT, "add": inner, "sub": inner, "neg": inner}
        return {
            a.id
            for n in nodes
            for a in n.args
            if self.uses[a.id] == 1 and a.op in outer.get(n.op, ())
        }

    def _divided(self, nodes: list[Node]) -> Counter[int]:
        """Count the products that divide by each node."""
        inside: set[int] = set()
        found: Counter[int] = Counter()
        for n in reversed(nodes):
            if n.op in ("mul", "div") or (n.op == "neg" and n.id in inside):
                inside.update(a.id for a in n.args if self.uses[a.id] == 1)
            if n.op in ("mul", "div") and n.id not in inside:
                found.update({f.id for f, sign in self._gather(n, _PRODUCT) if sign < 0})
        return found

    def _gather(self, head: Node, kind: frozenset[str]) -> list[tuple[Node, int]]:
        """Return factors with exponents, or terms with signs, in written order."""
        found: list[tuple[Node, int]] = []
        stack = [(head, 1)]
        while stack:
            node, sign = stack.pop()
            if node.op == "neg" and kind is _PRODUCT:
                found.append((self.graph.const(-1.0), 1))
                stack.append((node.args[0], sign))
            elif node.op == "neg":
                stack.append((node.args[0], -sign))
            elif node.op not in kind or (node is not head and self.uses[node.id] > 1):
                found.append((node, sign))
            else:
                turned = -sign if node.op in ("sub", "div") else sign
                stack.append((node.args[1], turned))
                stack.append((node.args[0], sign))
        return found

    def value(self, n: Node) -> Node:
        """Return the arranged node of a node."""
        found = self.new.get(n.id)
        if found is None:
            found = self.new[n.id] = self._build(n)
        return found

    def _build(self, n: Node) -> Node:
        if not n.args:
            return n
        if n.op in ("mul", "div"):
            return self._join(self._product(n))
        if n.op in _SUM:
            return self._sum(n)
        args = [self.value(a) for a in n.args]
        return self.graph.select(*args) if n.op == "select" else self.graph.call(n.op, *args)

    def _product(self, n: Node) -> _Product:
        number = 1.0
        parts: dict[tuple[int, int], list[Node]] = {}
        for old, exponent in self._gather(n, _PRODUCT):
            f = self.value(old)
            if f.op == "neg":
                number, f = -number, f.args[0]
            if f.op == "const" and not (f.value == 0.0 and exponent < 0):
                number *= f.value**exponent
            elif exponent < 0 and f.tier == STATE and self.divided[old.id] > 1:
                parts.setdefault((STATE, 1), []).append(self._inverse(f))
            else:
                parts.setdefault((max(f.tier, PARAMETER), exponent), []).append(f)
        low: Node | None = None
        for tier in range(PARAMETER, STATE):
            low = _times(self.graph, low, self._ratio(parts, tier))
        return _Product(number, low, self._ratio(parts, STATE))

    def _inverse(self, f: Node) -> Node:
        found = self.graph.div(self.graph.const(1.0), f)
        self.inverses.add(found.id)
        return found

    def _ratio(self, parts: dict[tuple[int, int], list[Node]], tier: int) -> Node | None:
        above = self._chain(parts.get((tier, 1), ()))
        below = self._chain(parts.get((tier, -1), ()))
        if below is None:
            return above
        return self.graph.div(self.graph.const(1.0) if above is None else above, below)

    def _chain(self, factors: Iterable[Node]) -> Node | None:
        """Return the product, in an order that does not depend on how it was written."""
        found: Node | None = None
        for f in sorted(factors, key=lambda f: f.id):
            found = _times(self.graph, found, f)
        return found

    def _join(self, p: _Product) -> Node:
        coefficient = _times(self.graph, self.graph.const(p.number), p.low)
        assert coefficient is not None
        if p.state is None:
            return coefficient
        inverse = p.state.op == "div" and p.state.args[0].is_const(1.0)
        if inverse and p.state.id not in self.inverses:
            return self.graph.div(coefficient, p.state.args[1])
        return self.graph.mul(coefficient, p.state)

    def _sum(self, n: Node) -> Node:
        number = 0.0
        low: list[tuple[float, Node]] = []
        state: dict[int, _Collected] = {}
        for old, sign in self._gather(n, _SUM):
            p = self._term(old)
            if p.state is not None:
                one = state.setdefault(p.state.id, _Collected(p.state))
                if p.low is None:
                    one.number += sign * p.number
                else:
                    one.low.append((sign * p.number, p.low))
            elif p.low is not None:
                low.append((sign * p.number, p.low))
            else:
                number += sign * p.number
        base = self._low_sum(number, low)
        return self._add_up(base, [self._collect(c) for c in state.values()])

    def _term(self, old: Node) -> _Product:
        if old.id in self.swallowed and old.op in ("mul", "div"):
            return self._product(old)
        v = self.value(old)
        if v.op == "neg":
            return _Product(-1.0, None, v.args[0])
        if v.op == "const":
            return _Product(v.value, None, None)
        return _Product(1.0, None, v) if v.tier == STATE else _Product(1.0, v, None)

    def _low_sum(self, number: float, low: list[tuple[float, Node]]) -> Node:
        """Return number + sum of the low terms, those of parameters alone first."""
        found = self.graph.const(number)
        for k, node in sorted(low, key=lambda term: term[1].tier):
            found = self._plus(found, _Product(k, node, None))
        return found

    def _collect(self, c: _Collected) -> _Product:
        if len(c.low) == 1 and c.number == 0.0:
            return _Product(c.low[0][0], c.low[0][1], c.state)
        if not c.low:
            return _Product(c.number, None, c.state)
        return _Product(1.0, self._low_sum(c.number, c.low), c.state)

    def _add_up(self, base: Node, terms: list[_Product]) -> Node:
        """Add the terms up, beginning where no sign has to be turned."""
        terms = [t for t in terms if t.number != 0.0]
        if base.is_const(0.0) and terms:
            first = min(terms, key=lambda t: (t.number < 0, t.low is None))
            terms = [t for t in terms if t is not first]
            base = self._join(first)
        for t in terms:
            base = self._plus(base, t)
        return base

    def _plus(self, total: Node, p: _Product) -> Node:
        size = self._join(_Product(abs(p.number), p.low, p.state))
        return self.graph.sub(total, size) if p.number < 0 else self.graph.add(total, size)


def _times(graph: Graph, a: Node | None, b: Node | None) -> Node | None:
    if a is None or b is None:
        return b if a is None else a
    return graph.mul(a, b)
