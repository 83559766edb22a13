"""heyoka: Taylor's method, compiled for the model, eight subjects to a SIMD register.

Batch mode as its documentation describes it, with AVX-512 where the processor has it. Inputs are
runtime parameters, changed between calls of ``propagate_grid`` (``propagate_until`` with continuous
output was 3 to 30 times slower). Subjects of a batch change their inputs on days of their own, so
their grids get filler points, which makes all as long. Processes, not threads: between the calls
Python's lock is held.

A broken power has no Taylor series where its base is 0, so ``power(a, b)`` is
``(relu(a) + 1e-10)**b``: 3e-8 instead of 0 for a power of 3/4. Cases are ``select``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import heyoka
import numpy as np
import sympy
from numpy.typing import NDArray

from ..equations import POWER, Equations, Subjects, equations, subjects
from ..workloads import Workload
from .processes import Ensemble

LABEL = "heyoka, batch mode"
PACKAGES = ("heyoka",)
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
Array = NDArray[np.float64]
Rows = NDArray[np.int64]
GRAIN = heyoka.recommended_simd_size()
NEAR_0 = 1e-10
ORDERS = {sympy.Le: heyoka.lte, sympy.Lt: heyoka.lt, sympy.Ge: heyoka.gte, sympy.Gt: heyoka.gt}


@dataclass(frozen=True)
class Batch:
    """One batch by segments: ends, inputs, grids; and each day's inputs, and row of its states."""

    ends: Array
    u: Array
    grids: list[Array | None]
    daily: Array
    rows: Rows


def prepare(w: Workload, rtol: float) -> Callable[[int, int], Array]:
    """Return a solver of the first n subjects."""
    eq = equations(w.id)
    ta, read = _integrator(eq, rtol), _reader(eq)
    room = np.empty((2 * w.times.size, len(eq.states), GRAIN))

    def work(first: int, last: int, out: Array) -> None:
        s = subjects(w.id, len(out))
        for low in range(first, last, GRAIN):
            who = np.minimum(np.arange(low, low + GRAIN), last - 1)
            batch = _batch(w.id, len(out), low)
            _courses(ta, s, who, batch, room)
            for lane in range(min(GRAIN, last - low)):
                own = s.k[who[lane]], batch.daily[lane]
                read(room, batch.rows[lane], lane, *own, out[low + lane])

    return Ensemble(work, (w.times.size, len(w.outputs)), grain=GRAIN)


def _integrator(eq: Equations, tol: float) -> Any:
    names = [heyoka.expression(str(x)) for x in eq.states]
    known = dict(zip(eq.states, names, strict=True))
    known |= {c: heyoka.par[i] for i, c in enumerate((*eq.constants, *eq.inputs))}
    rates = _translated(eq.rates, known)
    return heyoka.taylor_adaptive_batch(
        list(zip(names, rates, strict=True)),
        np.zeros((len(names), GRAIN)),
        pars=np.zeros((len(eq.constants) + len(eq.inputs), GRAIN)),
        tol=tol,
        force_avx512=True,
        fast_math=True,
    )


def _translated(laws: tuple[Any, ...], known: dict[Any, Any]) -> list[Any]:
    """Return laws as heyoka's expressions; cases and broken powers become symbols on the way."""
    shared, reduced = sympy.cse(laws, sympy.numbered_symbols("x_"))
    known = dict(known)

    def expression(e: Any) -> Any:
        for part in e.atoms(sympy.Piecewise, POWER):
            stand_in = sympy.Dummy(real=True)
            known[stand_in] = _power(part) if part.func == POWER else _cases(part)
            e = e.xreplace({part: stand_in})
        return heyoka.from_sympy(e, known)

    def _power(e: Any) -> Any:
        base, exponent = (expression(a) for a in e.args)
        return (heyoka.relu(base) + NEAR_0) ** exponent

    def _cases(e: Any) -> Any:
        *cases, (last, _) = e.args
        found = expression(last)
        for value, condition in reversed(cases):
            left, right = (expression(a) for a in condition.args)
            found = heyoka.select(ORDERS[condition.func](left, right), expression(value), found)
        return found

    for symbol, e in shared:
        known[symbol] = expression(e)
    return [expression(e) for e in reduced]


def _reader(eq: Equations) -> Callable[..., None]:
    """Return what writes one lane's outputs from the states found at all grid points."""
    if all(o in eq.states for o in eq.outputs):
        columns = np.array([eq.states.index(o) for o in eq.outputs])

        def pick(found: Array, rows: Rows, lane: int, _: Array, __: Array, out: Array) -> None:
            out[:] = found[rows[:, None], columns, lane]

        return pick
    modules = [{"power": lambda a, b: np.maximum(a, 0.0) ** b}, "numpy"]
    names = [*eq.states, *eq.constants, *eq.inputs]
    law = sympy.lambdify(names, list(eq.outputs), modules, cse=True)

    def read(found: Array, rows: Rows, lane: int, k: Array, u: Array, out: Array) -> None:
        out[:] = np.transpose(law(*found[rows, :, lane].T, *k, *u.T))

    return read


def _courses(ta: Any, s: Subjects, who: Rows, b: Batch, room: Array) -> None:
    """Solve a batch's subjects; write their states at all grid points, then at the end."""
    n_k = s.k.shape[1]
    ta.set_time(0.0)
    ta.state[:] = s.y0[who].T
    ta.pars[:n_k] = s.k[who].T
    row = 0
    for end, u, grid in zip(b.ends, b.u, b.grids, strict=True):
        ta.pars[n_k:] = u
        if grid is None:
            ta.propagate_until(end)
        else:
            room[row : row + len(grid)] = ta.propagate_grid(grid)[-1]
            row += len(grid)
    room[row] = ta.state


@lru_cache(maxsize=100_000)
def _batch(id: str, n: int, low: int) -> Batch:
    """Lay out a batch; a segment's days are those from its start to before its end."""
    s = subjects(id, n)
    who = np.minimum(np.arange(low, low + GRAIN), n - 1)
    edges, inputs = _alike(s, who)
    rows = np.zeros((GRAIN, s.times.size), dtype=np.int64)
    grids: list[Array | None] = []
    row = 0
    for a, b in pairwise(edges):
        grid = _grid(a, b)
        days = np.ceil(b) - np.ceil(a)
        if grid is not None:
            for lane in np.flatnonzero(days > 0):
                first = int(np.ceil(a[lane]))
                shift = row + (first > a[lane])  # the grid's first point is the start itself
                count = int(days[lane])
                rows[lane, first : first + count] = shift + np.arange(count)
            row += len(grid)
        grids.append(grid)
    rows[:, -1] = row
    held = [np.searchsorted(e, s.times, side="right").clip(1, len(e) - 1) - 1 for e in s.edges[who]]
    daily = np.stack([u[j] for u, j in zip(s.u[who], held, strict=True)])
    return Batch(edges[1:], inputs, grids, daily, rows)


def _alike(s: Subjects, who: Rows) -> tuple[Array, Array]:
    """Return edges and inputs of a batch, last segments cut so that all lanes have as many."""
    counts = (s.edges[who, 1:] > s.edges[who, :-1]).sum(axis=1)
    most = int(counts.max())
    edges = np.empty((most + 1, len(who)))
    inputs = np.empty((most, s.u.shape[2], len(who)))
    for lane, (i, n) in enumerate(zip(who, counts, strict=True)):
        last = np.linspace(*s.edges[i, n - 1 : n + 1], most - n + 2)
        edges[:, lane] = np.concatenate([s.edges[i, : n - 1], last])
        inputs[:, :, lane] = s.u[i, np.minimum(np.arange(most), n - 1)]
    return edges, inputs


def _grid(a: Array, b: Array) -> Array | None:
    """Return start, inner days, filler and end for each lane, or None where no lane has a day."""
    if not np.any(np.ceil(b) > np.ceil(a)):
        return None
    first, last = np.floor(a) + 1, np.ceil(b) - 1
    count = np.maximum(last - first + 1, 0)
    most = int(count.max())
    place = np.arange(1.0, most + 1)[:, None]
    low = np.where(count > 0, last, a)
    filler = low + (b - low) * (place - count) / (most + 1 - count)
    return np.vstack([a, np.where(place <= count, first + place - 1, filler), b])
