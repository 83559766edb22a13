"""From nodes to blocks: what is computed once per subject or segment, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from diapedesis.simulate.program.graph import reachable
from diapedesis.simulate.program.node import INPUT, PARAMETER, Node
from diapedesis.simulate.program.program import Block, Op

Store = tuple[str, int, Node]
_BARE = frozenset({"const", "load"})
_CONDITIONS = frozenset({"lt", "le"})


@dataclass
class Hoist:
    """Largest parts free of states, and where the blocks find them ready-made."""

    subject: dict[int, Node] = field(default_factory=dict)
    segment: dict[int, Node] = field(default_factory=dict)

    def find(self, roots: Sequence[Node]) -> None:
        """Add the largest state-free parts of a block to what is computed beforehand."""
        self._find(roots, INPUT)

    def _find(self, roots: Sequence[Node], below: int) -> None:
        seen: set[int] = set()
        stack = list(reversed(roots))
        while stack:
            n = stack.pop()
            if n.id in seen or n.op in _BARE:
                continue
            seen.add(n.id)
            if n.tier > below or n.op in _CONDITIONS:
                stack.extend(reversed(n.args))
            else:
                (self.subject if n.tier <= PARAMETER else self.segment).setdefault(n.id, n)

    def close(self) -> None:
        """Take the parts that depend on parameters alone out of the work of a segment."""
        for n in list(self.segment.values()):
            self._find(n.args, PARAMETER)

    def places(self) -> dict[int, tuple[str, int]]:
        """Return space and index by node."""
        found = {id: ("s", i) for i, id in enumerate(self.subject)}
        return found | {id: ("g", i) for i, id in enumerate(self.segment)}


@dataclass(frozen=True)
class Layout:
    """Where things are read.

    Attributes
    ----------
    index : mapping of (space, name) to int
    floored : set of str
        States that are read as 0 when below.
    ready : mapping of node id to (space, index)
        What was computed beforehand.
    """

    index: Mapping[tuple[str, str], int]
    floored: Set[str]
    ready: Mapping[int, tuple[str, int]]

    def block(self, stores: Sequence[Store], spaces: str = "sg") -> Block:
        """Return the block that stores some nodes, reading what is ready in some spaces."""
        places = {id: place for id, place in self.ready.items() if place[0] in spaces}
        return _Writer(self, places).write(stores)


class _Writer:
    def __init__(self, layout: Layout, places: Mapping[int, tuple[str, int]]) -> None:
        self.layout, self.places = layout, places
        self.ops: list[Op] = []
        self.number: dict[Op, int] = {}
        self.done: dict[int, int] = {}

    def write(self, stores: Sequence[Store]) -> Block:
        need = self._registers([n for _, _, n in stores])
        written = []
        for space, index, root in stores:
            self._visit(root, need)
            written.append((space, index, self.done[root.id]))
        return Block(tuple(self.ops), tuple(written))

    def _args(self, n: Node) -> tuple[Node, ...]:
        return () if n.id in self.places else n.args

    def _registers(self, roots: Sequence[Node]) -> dict[int, int]:
        """Return how many values are alive at once while a node is computed (Sethi and Ullman)."""
        need: dict[int, int] = {}
        for n in reachable(roots):
            parts = sorted((need[a.id] for a in self._args(n)), reverse=True)
            need[n.id] = max((k + i for i, k in enumerate(parts)), default=1)
        return need

    def _visit(self, root: Node, need: Mapping[int, int]) -> None:
        stack = [(root, False)]
        while stack:
            n, ready = stack.pop()
            if n.id in self.done:
                continue
            args = self._args(n)
            if ready or not args:
                self.done[n.id] = self._put(n)
                continue
            stack.append((n, True))
            stack.extend((a, False) for a in sorted(args, key=lambda a: need[a.id]))

    def _put(self, n: Node) -> int:
        if n.id in self.places:
            return self._op(Op("load", (), self.places[n.id]))
        if n.op == "load":
            return self._load(*n.value)
        return self._op(Op(n.op, tuple(self.done[a.id] for a in n.args), n.value))

    def _load(self, space: str, name: str) -> int:
        found = self._op(Op("load", (), (space, self.layout.index[space, name])))
        if space != "y" or name not in self.layout.floored:
            return found
        return self._op(Op("max", (found, self._op(Op("const", (), 0.0)))))

    def _op(self, op: Op) -> int:
        found = self.number.get(op)
        if found is None:
            found = self.number[op] = len(self.ops)
            self.ops.append(op)
        return found
