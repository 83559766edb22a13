"""The right answer: scipy on the declared laws alone, tightly, from one event to the next.

Neither the kernels nor the tables of inputs of the package are used; what a schedule means is read
here again from its definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from diapedesis.core import Model
from diapedesis.core.terms import arguments
from diapedesis.simulate import Schedule

Array = NDArray[np.float64]
Call = tuple[Callable[..., Any], tuple[int, ...], int]
NOTHING = Schedule()


class Equations:
    """The laws of a model over a list of numbers, for one subject; what cannot move runs once."""

    def __init__(self, model: Model, values: Mapping[str, float]) -> None:
        ids = [*model.states, *model.parameters, *model.inputs, *model.rules, *model.fluxes]
        self.slot = {id: i for i, id in enumerate(ids)}
        self.model, self.n = model, len(model.states)
        self.env: list[float] = [0.0] * len(ids)
        for terms in (model.parameters, model.inputs):
            for id, term in terms.items():
                self.env[self.slot[id]] = float(values.get(id, term.default))
        self.floor = [s.nonnegative for s in model.states.values()]
        moving = set(range(self.n))
        self.fixed: list[Call] = []
        self.moving: list[Call] = []
        for id, law in model.laws():
            home = model.home(id).name
            at = tuple(self.slot[model.supplier(home, a)] for a in arguments(law))
            call = (law, at, self.slot[id])
            if moving.intersection(at):
                moving.add(self.slot[id])
                self.moving.append(call)
            else:
                self.fixed.append(call)
        self.into = [
            (self.slot[f.id], [(self.slot[s], n) for s, n in model.changes(f).items()])
            for f in model.fluxes.values()
        ]

    def hold(self, inputs: Mapping[str, float]) -> None:
        """Set the inputs of a segment."""
        for id, value in inputs.items():
            self.env[self.slot[id]] = value
        self._run(self.fixed)

    def start(self) -> Array:
        """Return the initial states; call `hold` before."""
        env = {id: self.env[i] for id, i in self.slot.items()}
        return np.array(list(self.model.initial(env).values()), float)

    def rate(self, _: float, y: Array) -> list[float]:
        """Return dy/dt."""
        self._at(y)
        out = [0.0] * self.n
        for flux, changes in self.into:
            for state, n in changes:
                out[state] += n * self.env[flux]
        return out

    def read(self, y: Array, outputs: Sequence[str]) -> list[float]:
        """Return some rules at a state."""
        self._at(y)
        return [self.env[self.slot[id]] for id in outputs]

    def _at(self, y: Array) -> None:
        for i, floored in enumerate(self.floor):
            self.env[i] = max(float(y[i]), 0.0) if floored else float(y[i])
        self._run(self.moving)

    def _run(self, calls: list[Call]) -> None:
        env = self.env
        for law, at, target in calls:
            env[target] = law(*[env[i] for i in at])


@dataclass(frozen=True)
class Course:
    """Outputs at the asked times, and the states at the end."""

    values: dict[str, Array]
    final: dict[str, float]


def course(
    model: Model,
    given: Schedule,
    times: Sequence[float] | Array,
    outputs: Sequence[str],
    *,
    values: Mapping[str, float] | None = None,
    t0: float = 0.0,
    t1: float | None = None,
    rtol: float = 1e-12,
    method: str = "DOP853",
) -> Course:
    """Solve one subject; `values` are parameters, and inputs that win over the schedule.

    At an event the value just before it is read, as ``solve`` gives it.
    """
    t, own = np.asarray(times, float), dict(values or {})
    end = float(t[-1]) if t1 is None else t1
    equations = Equations(model, own)
    atol = [1e-3 * rtol * s.scale for s in model.states.values()]
    edges = _edges(given, t0, end)
    equations.hold(_inputs(model, given, t0, own))
    y = equations.start()
    out = np.full((t.size, len(outputs)), np.nan)
    for j in np.flatnonzero(t <= t0):
        out[j] = equations.read(y, outputs)
    for a, b in pairwise(edges):
        equations.hold(_inputs(model, given, (a + b) / 2, own))
        y = _jumped(model, given, a, y)
        inside = np.flatnonzero((t > a) & (t <= b))
        grid = np.unique([*t[inside], b])
        found = solve_ivp(equations.rate, (a, b), y, method, grid, rtol=rtol, atol=atol)
        assert found.success, found.message
        for j in inside:
            out[j] = equations.read(found.y[:, np.searchsorted(grid, t[j])], outputs)
        y = np.maximum(found.y[:, -1], np.where(equations.floor, 0.0, -np.inf))
    columns = {id: out[:, j] for j, id in enumerate(outputs)}
    return Course(columns, dict(zip(model.states, map(float, y), strict=True)))


def _edges(given: Schedule, t0: float, end: float) -> Array:
    days = [d for p in given.pulses for d in (p.start, p.end)] + [j.time for j in given.jumps]
    days += [d for held in (given.steps or {}).values() for d, _ in held[1:]]
    return np.unique([t0, *(d for d in days if t0 < d < end), end])


def _inputs(
    model: Model, given: Schedule, day: float, own: Mapping[str, float]
) -> dict[str, float]:
    """Return every input on a day at which none changes, or just after the start."""
    value = {id: term.default for id, term in model.inputs.items()}
    for id, held in (given.steps or {}).items():
        if id in value:
            value[id] = [v for i, (d, v) in enumerate(held) if i == 0 or d <= day][-1]
    for p in given.pulses:
        if p.input in value and p.start <= day < p.end:
            value[p.input] += p.value
    return value | {id: own[id] for id in own if id in value}


def _jumped(model: Model, given: Schedule, day: float, y: Array) -> Array:
    y, states = y.copy(), list(model.states)
    for jump in given.jumps:
        if jump.time == day and jump.state in states:
            i = states.index(jump.state)
            y[i] = jump.value if jump.replaces else y[i] + jump.value
    return y
