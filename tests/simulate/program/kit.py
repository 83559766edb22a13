"""Blocks run by numpy at given values: what several tests of the lowering share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from diapedesis.core import Assumption, Input, Mechanism, Model, Output, Parameter, State
from diapedesis.core.terms import Flux
from diapedesis.simulate.program import Block, Program, evaluate, memory
from diapedesis.simulate.program.arrange import arrange
from diapedesis.simulate.program.emit import Hoist, Layout
from diapedesis.simulate.program.graph import Graph
from diapedesis.simulate.program.node import Node

Spaces = dict[str, np.ndarray]


def spaces_at(program: Program, env: Mapping[str, Any]) -> Spaces:
    """Return spaces with states, parameters and inputs filled in, and what is hoisted from them."""
    lanes = np.broadcast_shapes(*(np.shape(v) for v in env.values()))
    spaces = memory(program, *lanes)
    for space, ids in (("y", program.states), ("p", program.parameters), ("u", program.inputs)):
        for i, id in enumerate(ids):
            spaces[space][i] = env[id]
    evaluate(program.subject, spaces)
    evaluate(program.segment, spaces)
    return spaces


def run(program: Program, block: str, env: Mapping[str, Any], **more: Any) -> Spaces:
    """Return the spaces after one block of a program."""
    spaces = spaces_at(program, env)
    for space, values in more.items():
        spaces[space][:] = values
    evaluate(getattr(program, block), spaces)
    return spaces


def blocks_of(program: Program) -> dict[str, Block]:
    named = {k: v for k, v in vars(program).items() if isinstance(v, Block)}
    return named | {f"action {i}": b for i, b in enumerate(program.actions)}


def values_of(
    graph: Graph, nodes: Sequence[Node], leaves: Mapping[tuple[str, str], float]
) -> np.ndarray:
    """Return the values of nodes, arranged, hoisted and written as blocks."""
    stores = [("o", i, n) for i, n in enumerate(arrange(graph, nodes))]
    hoist = Hoist()
    hoist.find([n for _, _, n in stores])
    hoist.close()
    names: dict[str, list[str]] = {}
    for space, name in leaves:
        names.setdefault(space, []).append(name)
    index = {(space, id): i for space, ids in names.items() for i, id in enumerate(ids)}
    layout = Layout(index, set(), hoist.places())
    spaces = {
        space: np.array([leaves[space, id] for id in ids], float) for space, ids in names.items()
    }
    spaces |= {"s": np.empty(len(hoist.subject)), "g": np.empty(len(hoist.segment))}
    spaces["o"] = np.empty(len(nodes))
    evaluate(layout.block([("s", i, n) for i, n in enumerate(hoist.subject.values())], ""), spaces)
    evaluate(layout.block([("g", i, n) for i, n in enumerate(hoist.segment.values())], "s"), spaces)
    evaluate(layout.block(stores), spaces)
    return spaces["o"]


def model(
    rates: Mapping[str, Callable[..., Any]],
    outputs: Mapping[str, Callable[..., Any]] | None = None,
    parameters: Mapping[str, float] | None = None,
    **states: Any,
) -> Model:
    """Return a small model: a rate law for each state, outputs, parameters, an input ``u``."""
    why = Assumption("a test")
    terms: list[Any] = [State(id, "", id, **states.get(id, {})) for id in rates]
    terms += [Parameter(id, "", id, v, why) for id, v in (parameters or {}).items()]
    terms += [Flux(f"rate_of_{id}", law, {id: 1.0}, "made", id) for id, law in rates.items()]
    terms += [Output(id, law, "", id) for id, law in (outputs or {}).items()]
    return Model("small", [Mechanism("small", (*terms, Input("u", "", "u")))])
