"""Lower a model to a program: run its laws on nodes, keep what is asked for, write blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diapedesis.core import Model
from diapedesis.simulate.program.arrange import arrange
from diapedesis.simulate.program.derive import Derivatives
from diapedesis.simulate.program.emit import Hoist, Layout, Store
from diapedesis.simulate.program.equations import (
    Equations,
    Event,
    loaded,
    needed,
    own_parameters,
)
from diapedesis.simulate.program.graph import Graph
from diapedesis.simulate.program.node import Node
from diapedesis.simulate.program.program import Program
from diapedesis.simulate.program.sensitivities import System, extend
from diapedesis.simulate.program.sparse import Plan, factor, plan, substitute
from diapedesis.simulate.trigger import Trigger


def trace(
    model: Model,
    outputs: Sequence[str],
    *,
    integrals: Sequence[str] = (),
    triggers: Sequence[Trigger] = (),
    sensitivities: Sequence[str] = (),
    jacobian: bool = False,
) -> Program:
    """Return the program that computes some outputs of a model.

    Parameters
    ----------
    model : Model
        Assembled; its units are not checked here.
    outputs : sequence of str
        Ids of outputs or states, or ``cumulative_<id>`` for the time integral of one.
    integrals : sequence of str
        Ids of outputs or states of which time integrals are kept, shown or not.
    triggers : sequence of Trigger
    sensitivities : sequence of str
        Ids of parameters; ``<output>@<parameter>`` follow the outputs.
    jacobian : bool
        Write the blocks ``factor`` and ``solve`` too.

    Returns
    -------
    Program

    Raises
    ------
    ValueError
        For unknown or doubly used ids.
    TypeError
        For a law that is more than arithmetic and the functions of ``diapedesis.core``.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> trace(pkpd(), ("c", "cumulative_c")).states
    ('a_d', 'a_c', 'a_p', 'ada', 'column_volume')
    """
    _known("sensitivities", sensitivities, model.parameters)
    if triggers and sensitivities:
        raise ValueError(
            "found triggers and sensitivities, expected one or the other:"
            " the day of an event has a derivative too, which is not followed"
        )
    extra = own_parameters(model, triggers)
    equations = Equations(model)
    for id in integrals:
        equations.integral("integrals", id)
    asked = {id: equations.output(id) for id in outputs}
    events = {t.id: Event(equations, t) for t in triggers}
    roots = [*asked.values(), *equations.integrands.values(), *(e.watched for e in events.values())]
    kept = needed(equations.rates, roots, list(events.values()))
    rates, starts = ({id: part[id] for id in kept} for part in (equations.rates, equations.starts))
    system = System(rates, starts, equations.integrands, asked)
    if sensitivities:
        system = extend(equations.graph, system, sensitivities)
    return _Lowering(model, equations.graph, system, events, extra).program(jacobian)


class _Lowering:
    """Blocks of a system: arranged, what can be hoisted found, then written."""

    def __init__(
        self,
        model: Model,
        graph: Graph,
        system: System,
        events: Mapping[str, Event],
        extra: Sequence[str],
    ) -> None:
        self.model, self.graph, self.system, self.events = model, graph, system, events
        self.states = tuple(system.rates)
        parts = (system.rates, system.starts, system.integrands, system.outputs)
        roots = [n for part in parts for n in part.values()]
        for e in events.values():
            roots += [e.watched, *(v for place, v in e.sets.items() if self._is_set(place))]
        parameters, inputs = loaded("p", roots), loaded("u", roots)
        self.parameters = tuple(id for id in (*model.parameters, *extra) if id in parameters)
        self.inputs = tuple(id for id in model.inputs if id in inputs)
        self.hoist = Hoist()

    def _is_set(self, place: tuple[str, str]) -> bool:
        return place[0] == "p" or place[1] in self.states

    def program(self, jacobian: bool) -> Program:
        """Return the blocks and what stands behind their indices."""
        system = self.system
        rhs = self._stores("dy", system.rates.values())
        observe = self._stores("o", system.outputs.values())
        integrand = self._stores("f", system.integrands.values())
        watch = self._stores("r", (e.watched for e in self.events.values()))
        start = self._arranged("y", system.starts.values())
        actions = [self._action(e) for e in self.events.values()]
        elimination = self._elimination() if jacobian else None
        factors = self._factor(elimination) if elimination else []
        solution = self._solve(elimination) if elimination else []
        self.hoist.close()
        block = self._layout(elimination).block
        return Program(
            states=self.states,
            parameters=self.parameters,
            inputs=self.inputs,
            outputs=tuple(system.outputs),
            integrals=tuple(system.integrands),
            triggers=tuple(self.events),
            floor=tuple(id in self._floored for id in self.states),
            scale=self._scale(),
            sensitivity_of=self._sensitivity_of(),
            n_subject=len(self.hoist.subject),
            n_segment=len(self.hoist.segment),
            n_m=len(elimination.plan.index) if elimination else 0,
            subject=block(_numbered("s", self.hoist.subject.values()), ""),
            segment=block(_numbered("g", self.hoist.segment.values()), "s"),
            start=block(start),
            rhs=block(rhs),
            observe=block(observe),
            integrand=block(integrand),
            watch=block(watch),
            actions=tuple(block(a) for a in actions),
            factor=block(factors),
            solve=block(solution),
        )

    def _arranged(self, space: str, nodes: Iterable[Node]) -> list[Store]:
        return _numbered(space, arrange(self.graph, list(nodes)))

    def _stores(self, space: str, nodes: Iterable[Node]) -> list[Store]:
        """Return the results of a block that runs often: its state-free parts are hoisted."""
        stores = self._arranged(space, nodes)
        self.hoist.find([n for _, _, n in stores])
        return stores

    def _action(self, event: Event) -> list[Store]:
        index = {("y", id): i for i, id in enumerate(self.states)}
        index |= {("p", id): i for i, id in enumerate(self.parameters)}
        sets = {place: v for place, v in event.sets.items() if place in index}
        values = arrange(self.graph, list(sets.values()))
        return [(p[0], index[p], v) for p, v in zip(sets, values, strict=True)]

    def _elimination(self) -> _Elimination:
        """Return dy and c - J, arranged together, and the order of elimination."""
        graph, n = self.graph, len(self.states)
        leaves = [graph.load("y", id) for id in self.states]
        column = {leaf.id: j for j, leaf in enumerate(leaves)}
        derivatives = Derivatives(graph, leaves)
        rates = list(self.system.rates.values())
        minus = {
            (i, column[leaf]): graph.neg(d)
            for i, rate in enumerate(rates)
            for leaf, d in derivatives.of(rate).items()
        }
        arranged = arrange(graph, [*rates, *minus.values()])
        matrix = dict(zip(minus, arranged[n:], strict=True))
        diagonal = graph.load("c", "0")
        for i in range(n):
            matrix[i, i] = graph.add(diagonal, matrix.get((i, i), graph.const(0.0)))
        return _Elimination(plan(n, matrix), matrix, arranged[:n])

    def _factor(self, e: _Elimination) -> list[Store]:
        found = factor(self.graph, e.plan, e.matrix, self._scale())
        stores = _numbered("dy", e.rates)
        stores += [("m", i, found.entries[place]) for place, i in e.plan.index.items()]
        stores.append(("w", 0, found.growth))
        self.hoist.find([n for _, _, n in stores])
        return stores

    def _solve(self, e: _Elimination) -> list[Store]:
        return [("x", i, node) for i, node in sorted(substitute(self.graph, e.plan).items())]

    @property
    def _floored(self) -> set[str]:
        return {id for id in self.states if id in self.model.states
                and self.model.states[id].nonnegative}  # fmt: skip

    def _scale(self) -> tuple[float, ...]:
        return tuple(self._scale_of(id) for id in self.states)

    def _scale_of(self, id: str) -> float:
        state, parameter = self.system.origin.get(id, (id, None))
        scale = float(self.model.states[state].scale)
        return (
            scale / (abs(self.model.parameters[parameter].default) or 1.0) if parameter else scale
        )

    def _sensitivity_of(self) -> tuple[int, ...]:
        origin, index = self.system.origin, {id: i for i, id in enumerate(self.states)}
        return tuple(index[origin[id][0]] if id in origin else -1 for id in self.states)

    def _layout(self, e: _Elimination | None) -> Layout:
        names = {"y": self.states, "p": self.parameters, "u": self.inputs,
                 "z": tuple(self.system.integrands), "c": ("0",),
                 "x": tuple(str(i) for i in range(len(self.states))),
                 "m": tuple(str(i) for i in e.plan.index.values()) if e else ()}  # fmt: skip
        index = {(space, id): i for space, ids in names.items() for i, id in enumerate(ids)}
        return Layout(index, self._floored, self.hoist.places())


@dataclass(frozen=True)
class _Elimination:
    """Matrix to be factored, the order to do it in, and the rates computed along."""

    plan: Plan
    matrix: Mapping[tuple[int, int], Node]
    rates: list[Node]


def _numbered(space: str, nodes: Iterable[Node]) -> list[Store]:
    return [(space, i, n) for i, n in enumerate(nodes)]


def _known(what: str, ids: Sequence[str], known: Mapping[str, object]) -> None:
    unknown = [id for id in ids if id not in known]
    if unknown:
        raise ValueError(f"{what}: found {unknown}, expected among {', '.join(known)}")
