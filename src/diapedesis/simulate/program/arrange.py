"""Reorder sums and products so that what depends on parameters and inputs alone stands together.

A product is taken apart down to its factors and a sum down to its terms, but never through a part
that the block uses more than once: what was shared stays shared. Put together again, a product is
``coefficient * state part`` with the coefficient free of states, and terms with one state part are
collected. So the largest state-free parts become single nodes, which a block then reads ready-made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diapedesis.simulate.program.graph import Graph, reachable
from diapedesis.simulate.program.node import PARAMETER, STATE, Node

_PRODUCT = frozenset({"mul", "div", "neg"})
_SUM = frozenset({"add", "sub", "neg"})


def arrange(graph: Graph, roots: Sequence[Node]) -> list[Node]:
    """Return nodes of the same values, arranged together as the results of one block."""
    work = _Arrangement(graph, roots)
    return [work.value(r) for r in roots]


@dataclass(frozen=True, eq=False)
class _Product:
    """number * low * state; `low` is free of states, None stands for 1."""

    number: float
    low: Node | None
    state: Node | None


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
            return self._join(self._product(self._gather(n, _PRODUCT)))
        if n.op in _SUM:
            return self._add_up(self._merge(self._terms(n)))
        args = [self.value(a) for a in n.args]
        return self.graph.select(*args) if n.op == "select" else self.graph.call(n.op, *args)

    def _product(self, factors: Iterable[tuple[Node, int]]) -> _Product:
        number = 1.0
        parts: dict[tuple[int, int], list[Node]] = {}
        for old, exponent in factors:
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

    def _terms(self, n: Node) -> list[_Product]:
        """Return the terms of a sum."""
        return [
            _Product(sign * p.number, p.low, p.state)
            for old, sign in self._gather(n, _SUM)
            for p in self._term(old)
        ]

    def _term(self, old: Node) -> list[_Product]:
        if old.id in self.swallowed and old.op in ("mul", "div"):
            factors = self._gather(old, _PRODUCT)
            return self._multiplied_out(factors) or [self._product(factors)]
        v = self.value(old)
        number, v = (-1.0, v.args[0]) if v.op == "neg" else (1.0, v)
        if v.op == "const":
            return [_Product(number * v.value, None, None)]
        return [_Product(number, None, v) if v.tier == STATE else _Product(number, v, None)]

    def _multiplied_out(self, factors: list[tuple[Node, int]]) -> list[_Product]:
        """Return the terms of coefficient * sum where that is no more work, else nothing."""
        moving = [(f, exponent) for f, exponent in factors if f.tier == STATE]
        f, exponent = moving[0] if len(moving) == 1 else (None, 0)
        if f is None or exponent < 0 or f.op not in ("add", "sub") or self.uses[f.id] > 1:
            return []
        terms = self._merge(self._terms(f))
        if sum(t.state is not None and t.low is None for t in terms) > 1:
            return []
        by = self._product([factor for factor in factors if factor[0] is not f])
        return [
            _Product(t.number * by.number, _times(self.graph, by.low, t.low), t.state)
            for t in terms
        ]

    def _merge(self, terms: list[_Product]) -> list[_Product]:
        """Collect terms with one state part; what is free of states becomes the first term."""
        groups: dict[int, list[_Product]] = {-1: []}
        for t in terms:
            groups.setdefault(-1 if t.state is None else t.state.id, []).append(t)
        collected = [self._collect(group) for group in groups.values() if group]
        return [t for t in collected if t.number != 0.0]

    def _collect(self, group: list[_Product]) -> _Product:
        numbers, state = [t.number for t in group if t.low is None], group[0].state
        low = sorted((t for t in group if t.low is not None), key=_tier)
        if not low:
            return _Product(sum(numbers, 0.0), None, state)
        if len(group) == 1:
            return low[0]
        total = self.graph.const(sum(numbers, 0.0))
        for t in low:
            total = self._plus(total, _Product(t.number, t.low, None))
        if total.op == "const":
            return _Product(total.value, None, state)
        return _Product(1.0, total, state)

    def _add_up(self, terms: list[_Product]) -> Node:
        """Add the terms up, beginning where no sign has to be turned."""
        if not terms:
            return self.graph.const(0.0)
        first = terms[0]
        if first.state is not None:
            first = min(terms, key=lambda t: (t.number < 0, t.low is None))
        total = self._join(first)
        for t in terms:
            if t is not first:
                total = self._plus(total, t)
        return total

    def _plus(self, total: Node, p: _Product) -> Node:
        size = self._join(_Product(abs(p.number), p.low, p.state))
        return self.graph.sub(total, size) if p.number < 0 else self.graph.add(total, size)


def _tier(p: _Product) -> int:
    return 0 if p.low is None else p.low.tier


def _times(graph: Graph, a: Node | None, b: Node | None) -> Node | None:
    if a is None or b is None:
        return b if a is None else a
    return graph.mul(a, b)
