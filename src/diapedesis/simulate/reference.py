"""The same equations by another solver: scipy's, one segment at a time. Slow; for checks.

The statements are evaluated by numpy, integrals are integrated as states, and nothing of the
compiled engine takes part.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from diapedesis.simulate.engine import ATOL, Problem, Result
from diapedesis.simulate.program import Block, evaluate

Array = NDArray[np.float64]
STIFF_BEYOND = 20_000
"""Evaluations in one segment after which the implicit solver takes over."""


class _TooMany(Exception):
    """The explicit solver has asked for more evaluations than a mild problem needs."""


def integrate_reference(problem: Problem, rtol: float) -> Result:
    """Return what the kernel would; ``steps`` counts evaluations of the rates."""
    n, program = problem.p.shape[0], problem.program
    out = np.full((n, problem.times.shape[-1], len(program.outputs)), np.nan)
    y_end = np.full((n, max(len(program.states), 1)), np.nan)
    steps = np.zeros(n, np.int64)
    for i in range(n):
        one = _Subject(problem, i, rtol)
        one.solve(out[i], y_end[i])
        steps[i] = one.evaluations
    none = np.empty((n, 0))
    return Result(out, y_end, np.zeros(n, np.int64), steps, none, none.astype(np.int64))


class _Subject:
    """One subject on its way through its segments; the state is (states, integrals)."""

    def __init__(self, problem: Problem, i: int, rtol: float) -> None:
        self.problem, self.program, self.i, self.rtol = problem, problem.program, i, rtol
        self.times = problem.times[i] if problem.times.ndim == 2 else problem.times
        self.n = max(len(self.program.states), 1)
        scale = np.ones(self.n + len(self.program.integrals))
        scale[: len(self.program.scale)] = self.program.scale
        self.atol = ATOL * rtol * scale
        self.spaces = {"p": problem.p[i], "y": np.zeros(self.n)}
        self.evaluations = 0
        program = self.program
        self.sizes = {"s": program.n_subject, "g": program.n_segment, "y": self.n, "dy": self.n}
        self.sizes |= {"o": len(program.outputs), "f": len(program.integrals)}

    def solve(self, out: Array, y_end: Array) -> None:
        problem, stops = self.problem, self.problem.stops
        plan = int(problem.schedule[self.i])
        own = slice(stops.begin[plan], stops.begin[plan + 1])
        day, row = stops.time[own], stops.row[own]
        rows = np.append(stops.base_row[plan], row)
        t0, t1 = problem.t0, problem.t1
        self._inputs(int(rows[np.searchsorted(day, t0, side="right")]))
        state = self._start()
        for j in np.flatnonzero(self.times <= t0):
            out[j] = self._observe(state)
        edges = np.unique(np.concatenate([day[(day > t0) & (day < t1)], [t0, t1]]))
        for a, b in pairwise(edges):
            for k in np.flatnonzero(day == a):
                self._jump(state, int(stops.begin[plan] + k))
            self._inputs(int(rows[np.searchsorted(day, a, side="right")]))
            for due, reached in self._segment(a, b, state):
                if due >= 0:
                    out[due] = self._observe(reached)
            low = np.where(self.program.floor, 0.0, -np.inf)
            state = reached.copy()
            state[: low.size] = np.maximum(state[: low.size], low)
        y_end[:] = state[: self.n]

    def _inputs(self, row: int) -> None:
        u = self.problem.stops.u[row].copy()
        u[self.problem.own_input] = self.problem.own[self.i]
        self.spaces["u"] = u
        for name, block in (("s", self.program.subject), ("g", self.program.segment)):
            self.spaces[name] = self._values(block, name, {})

    def _values(self, block: Block, space: str, extra: dict[str, Array]) -> Array:
        found = np.zeros(self.sizes[space])
        evaluate(block, {**self.spaces, **extra, space: found})
        return found

    def _start(self) -> Array:
        state = np.zeros(self.atol.size)
        if self.problem.y0 is not None:
            state[: self.n] = self.problem.y0[self.i]
        elif self.program.states:
            state[: self.n] = self._values(self.program.start, "y", {})
        return state

    def _observe(self, state: Array) -> Array:
        return self._values(self.program.observe, "o", self._split(state))

    def _split(self, state: Array) -> dict[str, Array]:
        return {"y": state[: self.n], "z": state[self.n :]}

    def _jump(self, state: Array, stop: int) -> None:
        stops = self.problem.stops
        for j in range(stops.jump[stop], stops.jump[stop + 1]):
            i = int(stops.jump_state[j])
            raised = stops.jump_value[j] + (0.0 if stops.jump_replaces[j] else state[i])
            state[i] = max(raised, 0.0) if self.program.floor[i] else raised

    def _rate(self, _: float, state: Array) -> Array:
        self.evaluations += 1
        if self.evaluations > self.limit:
            raise _TooMany
        found = np.zeros(state.size)
        if self.program.states:
            found[: self.n] = self._values(self.program.rhs, "dy", self._split(state))
        if self.program.integrals:
            found[self.n :] = self._values(self.program.integrand, "f", self._split(state))
        return found

    def _segment(self, a: float, b: float, state: Array) -> Iterator[tuple[int, Array]]:
        """Yield (output row, state) for the rows due up to `b`, and (-1, state) at the end."""
        inside = np.flatnonzero((self.times > a) & (self.times <= b))
        grid = np.unique(np.append(self.times[inside], b))
        self.limit = self.evaluations + STIFF_BEYOND
        try:
            found = self._ivp("DOP853", a, b, state, grid)
        except _TooMany:
            self.limit = np.iinfo(np.int64).max
            found = self._ivp("Radau", a, b, state, grid)
        if not found.success:
            raise RuntimeError(f"reference solver, day {a:g} to {b:g}: {found.message}")
        for j in inside:
            yield int(j), found.y[:, np.searchsorted(grid, self.times[j])]
        yield -1, found.y[:, -1]

    def _ivp(
        self, method: Literal["DOP853", "Radau"], a: float, b: float, state: Array, grid: Array
    ) -> Any:
        tolerances: dict[str, Any] = {"rtol": self.rtol, "atol": self.atol}
        return solve_ivp(self._rate, (a, b), state, method, grid, **tolerances)
