"""The same equations by another solver: scipy's DOP853, one segment at a time. Slow; for checks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

if TYPE_CHECKING:
    from diapedesis.simulate.solve import Job

Array = NDArray[np.float64]


def integrate_reference(
    job: Job, t: Array, begin: float, end: float, rtol: float
) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return outputs, final states, status and number of evaluations, as the kernel would."""
    n = job.p.shape[0]
    out = np.full((n, 1, t.size, len(job.kernel.outputs)), np.nan)
    y_end = np.full((n, 1, len(job.kernel.states)), np.nan)
    status, steps = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        steps[i] = _subject(job, i, t, begin, end, rtol, out[i], y_end[i, 0])
    return out, y_end, status, steps


def _subject(
    job: Job, i: int, t: Array, begin: float, end: float, rtol: float, out: Array, y_end: Array
) -> int:
    """Solve one subject into `out`, shape (1, n_times, n_outputs); return the evaluations."""
    f = job.kernel.module
    p, u = job.p[i], job.u[i if job.u.shape[0] > 1 else 0]
    k, y = np.empty((1, f.N_HOISTED)), job.y0[i].copy()
    jump_t, jump_i, jump_v, jump_set = job.jumps
    edges = np.unique(np.concatenate([job.starts[1:], jump_t, [begin, end]]))
    edges = edges[(edges >= begin) & (edges <= end)]
    segment = lambda day: u[int(np.searchsorted(job.starts, day, side="right")) - 1]  # noqa: E731
    f.prep(p, 0, segment(begin), k)
    if not job.given:
        f.start(p, 0, segment(begin), y)
    for j in np.flatnonzero(t <= begin):
        f.observe(y, 0, k, out, j)
    evaluations = 0
    rate = np.empty((1, *y.shape))

    def slope(_: float, state: Array) -> Array:
        f.rhs(np.ascontiguousarray(state)[None, :], 0, k, rate, 0)
        return rate[0, 0].copy()

    for a, b in pairwise(edges):
        f.prep(p, 0, segment(a), k)
        for j in np.flatnonzero(jump_t == a):
            y[0, jump_i[j]] = jump_v[j] + (0.0 if jump_set[j] else y[0, jump_i[j]])
        inside = np.flatnonzero((t > a) & (t <= b))
        grid = np.unique(np.append(t[inside], b))
        atol = 1e-3 * rtol * job.atol_scale
        found = solve_ivp(slope, (a, b), y[0], "DOP853", grid, rtol=rtol, atol=atol)
        if not found.success:
            raise RuntimeError(f"reference solver, day {a:g} to {b:g}: {found.message}")
        evaluations += found.nfev
        for j in inside:
            column = found.y[:, np.searchsorted(grid, t[j])]
            f.observe(np.ascontiguousarray(column)[None, :], 0, k, out, j)
        y[0] = np.maximum(found.y[:, -1], np.where(f.FLOOR, 0.0, -np.inf))
    y_end[:] = y[0]
    return evaluations
