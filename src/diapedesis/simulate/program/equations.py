"""Laws of a model and of its triggers, run on nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from diapedesis.core import Model
from diapedesis.core.terms import arguments
from diapedesis.simulate.program.graph import Graph, reachable
from diapedesis.simulate.program.node import STATE, Node
from diapedesis.simulate.trigger import Trigger

CUMULATIVE = "cumulative_"
Law = Callable[..., Any]


class Equations:
    """A model as nodes of one graph; what is asked of it besides is added as it is asked.

    Attributes
    ----------
    graph : Graph
    env : dict of str to Node
        States, parameters, inputs, rules, fluxes.
    rates, starts : dict of str to Node
        By state.
    integrands : dict of str to Node
        Outputs of which the time integral is kept.
    """

    def __init__(self, model: Model) -> None:
        self.graph, self.model = Graph(), model
        load = self.graph.load
        self.env = {id: load("y", id) for id in model.states}
        self.env |= {id: load("p", id) for id in model.parameters}
        self.env |= {id: load("u", id) for id in model.inputs}
        for id, law in model.laws():
            self.env[id] = self.run(f"law {id!r}", partial(model.call, id, law, self.env))
        self.rates = {id: self.graph.node(r) for id, r in model.rates(self.env).items()}
        self.starts = {id: self._start(id) for id in model.states}
        self.integrands: dict[str, Node] = {}

    def run(self, what: str, law: Callable[[], Any]) -> Node:
        """Return the value of a law as a node; an error says whose law it was."""
        try:
            return self.graph.node(law())
        except TypeError as error:
            raise TypeError(f"{what}: {error}") from error

    def _start(self, id: str) -> Node:
        what, initial = f"initial value of {id!r}", self.model.states[id].initial
        if not callable(initial):
            return self.graph.node(initial)
        start = self.run(what, partial(self.model.call, id, initial, self.env))
        if start.tier == STATE:
            raise ValueError(
                f"{what}: found a law of states, expected one of parameters and inputs"
            )
        return start

    def shown(self, what: str, id: str) -> Node:
        """Return the value of an output or a state."""
        if id not in self.model.outputs and id not in self.model.states:
            known = ", ".join([*self.model.outputs, *self.model.states])
            raise ValueError(f"{what}: found {id!r}, expected an output or a state: {known}")
        return self.env[id]

    def integral(self, what: str, id: str) -> Node:
        """Return the time integral of an output, which is kept from now on."""
        self.integrands.setdefault(id, self.shown(what, id))
        return self.graph.load("z", id)

    def output(self, id: str) -> Node:
        """Return an output, a state, or a time integral by its name."""
        if id.startswith(CUMULATIVE) and id not in self.env:
            return self.integral(f"output {id!r}", id.removeprefix(CUMULATIVE))
        return self.shown("outputs", id)


class Event:
    """Laws of one trigger.

    Attributes
    ----------
    watched : Node
        The value that passes through 0.
    sets : dict of (space, id) to Node
        New values of states ("y") and parameters ("p").
    """

    def __init__(self, equations: Equations, trigger: Trigger) -> None:
        self._equations, self._trigger = equations, trigger
        self._own = {id: equations.graph.load("p", id) for id in trigger.parameters}
        self.watched = self._law("law", trigger.law)
        self.sets = {self._place(id): self._set(id, v) for id, v in trigger.sets.items()}

    def _law(self, part: str, law: Law) -> Node:
        values = [self._value(part, id) for id in arguments(law)]
        return self._equations.run(f"trigger {self._trigger.id!r}, {part}", partial(law, *values))

    def _set(self, id: str, value: float | str | Law) -> Node:
        part = f"sets[{id!r}]"
        if isinstance(value, str):
            return self._value(part, value)
        if callable(value):
            return self._law(part, value)
        return self._equations.graph.node(value)

    def _value(self, part: str, id: str) -> Node:
        equations, what = self._equations, f"trigger {self._trigger.id!r}, {part}"
        if id in self._own:
            return self._own[id]
        if id in equations.env and id not in equations.model.fluxes:
            return equations.env[id]
        if id.startswith(CUMULATIVE):
            return equations.integral(what, id.removeprefix(CUMULATIVE))
        raise ValueError(
            f"{what}: found {id!r}, expected a state, rule, parameter or input of the model,"
            " cumulative_<output>, or one of the trigger's own parameters:"
            f" {', '.join(self._own) or 'none'}"
        )

    def _place(self, id: str) -> tuple[str, str]:
        model = self._equations.model
        if id in model.states:
            return "y", id
        if id in model.parameters or id in self._own:
            return "p", id
        raise ValueError(
            f"trigger {self._trigger.id!r}, sets: found {id!r}, expected a state or a parameter"
        )


def own_parameters(model: Model, triggers: Sequence[Trigger]) -> tuple[str, ...]:
    """Return the ids of the triggers' parameters.

    Raises
    ------
    ValueError
        When triggers share an id, or a parameter's id is taken.
    """
    ids = [t.id for t in triggers]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ValueError(f"triggers: found {twice} more than once, expected one of each id")
    found: dict[str, float] = {}
    for t in triggers:
        for id, default in t.parameters.items():
            taken = id in model.units
            if taken or not np.array_equal(found.setdefault(id, default), default, equal_nan=True):
                by = "the model" if taken else f"another trigger, with default {found[id]:g}"
                raise ValueError(
                    f"trigger {t.id!r}, parameters: found {id!r}, which {by} has too; rename it"
                )
    return tuple(found)


def loaded(space: str, roots: Iterable[Node]) -> set[str]:
    """Return the names that some nodes read from a space."""
    return {n.value[1] for n in reachable(roots) if n.op == "load" and n.value[0] == space}


def needed(rates: Mapping[str, Node], roots: Sequence[Node], events: Sequence[Event]) -> list[str]:
    """Return the states that some nodes depend on, directly or through other states' rates."""
    need: set[str] = set()
    while True:
        sets = [
            v for e in events for (space, id), v in e.sets.items() if space == "p" or id in need
        ]
        more = loaded("y", [*roots, *sets, *(rates[id] for id in need)])
        if more <= need:
            return [id for id in rates if id in need]
        need |= more
