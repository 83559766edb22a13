"""numbalsoda: LSODA called from compiled code, one subject after another, threads by ``prange``."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numba import carray, cfunc, njit, prange, set_num_threads
from numbalsoda import lsoda, lsoda_sig
from numpy.typing import NDArray

from ..compiled import observe, rhs
from ..equations import equations, subjects
from ..workloads import Workload

LABEL = "numbalsoda (LSODA)"
PACKAGES = ("numbalsoda", "numba")
TOLERANCES = (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
GRAIN = 1


def prepare(w: Workload, rtol: float) -> Callable[[int, int], NDArray[np.float64]]:
    """Return a solver of the first n subjects."""
    _, ensemble = _ensemble(w.id)
    atol = 1e-3 * rtol * min(equations(w.id).scale)
    room = lru_cache(maxsize=2)(lambda n: np.empty((n, w.times.size, len(w.outputs))))

    def solve(n: int, workers: int) -> NDArray[np.float64]:
        s, out = subjects(w.id, n), room(n)
        set_num_threads(workers)
        ensemble(s.k, s.y0, s.edges, s.u, s.times, rtol, atol, out)
        return out

    return solve


@lru_cache(maxsize=2)
def _ensemble(id: str) -> Any:
    eq = equations(id)
    n_states, n_k, n_u = len(eq.states), len(eq.constants), len(eq.inputs)
    f, g = rhs(id), observe(id)

    @cfunc(lsoda_sig)
    def slope(t, y, dy, data):
        row = carray(data, n_k + n_u)
        f(carray(y, n_states), row[n_k:], row[:n_k], carray(dy, n_states))

    address = slope.address

    @njit
    def subject(k, y, edges, u, times, rtol, atol, out):
        data = np.empty(n_k + n_u)
        data[:n_k] = k
        g(y, u[0], k, out[0])
        row = 1
        for j in range(len(u)):
            end = edges[j + 1]
            if edges[j] == end:
                break
            data[n_k:] = u[j]
            inside = 0
            while row + inside < times.size and times[row + inside] <= end:
                inside += 1
            grid = np.empty(inside + 2)
            grid[0], grid[-1] = edges[j], end
            grid[1:-1] = times[row : row + inside]
            on_edge = inside > 0 and grid[-2] == end
            found, solved = lsoda(
                address, y, grid[:-1] if on_edge else grid, data, rtol=rtol, atol=atol
            )
            if not solved:
                out[:] = np.nan
                return
            for i in range(inside):
                g(found[1 + i], u[j], k, out[row + i])
            row += inside
            y = found[-1].copy()

    @njit(parallel=True)
    def ensemble(k, y0, edges, u, times, rtol, atol, out):
        for i in prange(len(k)):
            subject(k[i], y0[i], edges[i], u[i], times, rtol, atol, out[i])

    return slope, ensemble
