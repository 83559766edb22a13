"""heyoka: Taylor's method, compiled for the model, eight subjects to a SIMD register.

Batch mode as its documentation describes it, with AVX-512 where the processor has it. Inputs are
runtime parameters, changed between calls of ``propagate_grid`` (``propagate_until`` with continuous
output was 3 to 30 times slower). Subjects of a batch change their inputs on days of their own, so
their grids get filler points, which makes all as long. Processes, not threads: between the calls
Python's lock is held.
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

from ..equations import Equations, Subjects, equations, subjects
from ..workloads import Workload
from .processes import Ensemble

LABEL = "heyoka, batch mode"
PACKAGES = ("heyoka",)
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
Array = NDArray[np.float64]
Rows = NDArray[np.int64]
GRAIN = heyoka.recommended_simd_size()


@dataclass(frozen=True)
class Batch:
    """One batch by segments: ends, inputs, grids, and the row where each day's states land."""

    ends: Array
    u: Array
    grids: list[Array | None]
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
                read(room, batch.rows[lane], lane, s.k[who[lane]], out[low + lane])

    return Ensemble(work, (w.times.size, len(w.outputs)), grain=GRAIN)


def _integrator(eq: Equations, tol: float) -> Any:
    names = [heyoka.expression(str(x)) for x in eq.states]
    known = dict(zip(eq.states, names, strict=True))
    known |= {c: heyoka.par[i] for i, c in enumerate((*eq.constants, *eq.inputs))}
    rates = [heyoka.from_sympy(r, known) for r in eq.rates]
    return heyoka.taylor_adaptive_batch(
        list(zip(names, rates, strict=True)),
        np.zeros((len(names), GRAIN)),
        pars=np.zeros((len(eq.constants) + len(eq.inputs), GRAIN)),
        tol=tol,
        force_avx512=True,
        fast_math=True,
    )


def _reader(eq: Equations) -> Callable[..., None]:
    """Return what writes one lane's outputs from the states found at all grid points."""
    if all(o in eq.states for o in eq.outputs):
        columns = np.array([eq.states.index(o) for o in eq.outputs])

        def pick(found: Array, rows: Rows, lane: int, _: Array, out: Array) -> None:
            out[:] = found[rows[:, None], columns, lane]

        return pick
    law = sympy.lambdify([*eq.states, *eq.constants], list(eq.outputs), "numpy")

    def read(found: Array, rows: Rows, lane: int, k: Array, out: Array) -> None:
        out[:] = np.transpose(law(*found[rows, :, lane].T, *k))

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
    edges = s.edges[who].T
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
    return Batch(edges[1:], s.u[who].transpose(1, 2, 0), grids, rows)


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
