"""Forward sensitivities: derivatives of states by parameters, as further states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from diapedesis.simulate.program.derive import Derivatives
from diapedesis.simulate.program.graph import Graph
from diapedesis.simulate.program.node import Node


def derivative_id(id: str, parameter: str) -> str:
    """Return the id of the derivative of a state or an output by a parameter."""
    return f"{id}@{parameter}"


@dataclass(frozen=True)
class System:
    """What a solver integrates and shows, by id.

    Attributes
    ----------
    rates, starts, integrands, outputs : dict of str to Node
    origin : dict of str to (str, str)
        For a state that is a derivative, the state and the parameter.
    """

    rates: dict[str, Node]
    starts: dict[str, Node]
    integrands: dict[str, Node]
    outputs: dict[str, Node]
    origin: dict[str, tuple[str, str]] = field(default_factory=dict)


def extend(graph: Graph, system: System, parameters: Sequence[str]) -> System:
    """Return the system with the derivatives of everything by some parameters added.

    A derivative that is 0 at all times gets no state.
    """
    found = System(
        dict(system.rates), dict(system.starts), dict(system.integrands), dict(system.outputs)
    )
    leaves = [("y", id) for id in system.rates] + [("z", id) for id in system.integrands]
    leaves += [("p", id) for id in parameters]
    derivatives = Derivatives(graph, [graph.load(*leaf) for leaf in leaves])
    for p in parameters:
        chain = _Chain(graph, derivatives, p, _alive(derivatives, system, p))
        for id in (id for id in system.rates if id in chain.alive):
            new = derivative_id(id, p)
            found.rates[new] = chain.total(system.rates[id])
            found.starts[new] = chain.total(system.starts[id])
            found.origin[new] = (id, p)
        for old, more in ((system.integrands, found.integrands), (system.outputs, found.outputs)):
            more.update({derivative_id(id, p): chain.total(node) for id, node in old.items()})
    return found


def _alive(derivatives: Derivatives, system: System, parameter: str) -> set[str]:
    """Return the states that a parameter changes, directly or through other states."""
    leaf = derivatives.graph.load("p", parameter).id
    by_state = {id: derivatives.graph.load("y", id).id for id in system.rates}
    of_rate = {id: derivatives.of(r) for id, r in system.rates.items()}
    alive = {
        id
        for id, gradient in of_rate.items()
        if leaf in gradient or leaf in derivatives.of(system.starts[id])
    }
    while True:
        reached = {by_state[id] for id in alive}
        more = {id for id, gradient in of_rate.items() if reached & gradient.keys()}
        if more <= alive:
            return alive
        alive |= more


@dataclass(frozen=True)
class _Chain:
    graph: Graph
    derivatives: Derivatives
    parameter: str
    alive: set[str]

    def total(self, node: Node) -> Node:
        """Return the derivative by the parameter, through states and integrals as well."""
        found = self.graph.const(0.0)
        for leaf, slope in self.derivatives.of(node).items():
            found = self.graph.add(found, self.graph.mul(slope, self._of_leaf(leaf)))
        return found

    def _of_leaf(self, leaf: int) -> Node:
        space, id = self.graph.nodes[leaf].value
        if space == "p":
            return self.graph.const(float(id == self.parameter))
        if space == "y" and id not in self.alive:
            return self.graph.const(0.0)
        return self.graph.load(space, derivative_id(id, self.parameter))
