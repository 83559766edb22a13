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
        steps[i] = _subject(job, i, t, begin, end, rtol, out[i, 0], y_end[i, 0])
    return out, y_end, status, steps


def _subject(
    job: Job, i: int, t: Array, begin: float, end: float, rtol: float, out: Array, y_end: Array
) -> int:
    f = job.kernel.module
    p, u = job.p[i, 0], job.u[i if job.u.shape[0] > 1 else 0]
    k, y = np.empty(f.N_HOISTED), job.y0[i, 0].copy()
    jump_t, jump_i, jump_v, jump_set = job.jumps
    edges = np.unique(np.concatenate([job.starts[1:], jump_t, [begin, end]]))
    edges = edges[(edges >= begin) & (edges <= end)]
    s = int(np.searchsorted(job.starts, begin, side="right")) - 1
    f.prep(p, u[s], k)
    if not job.given:
        f.start(p, u[s], y)
    for j in np.flatnonzero(t <= begin):
        f.observe(y, k, out[j])
    evaluations = 0
    for a, b in pairwise(edges):
        f.prep(p, u[int(np.searchsorted(job.starts, a, side="right")) - 1], k)
        for j in np.flatnonzero(jump_t == a):
            y[jump_i[j]] = jump_v[j] + (0.0 if jump_set[j] else y[jump_i[j]])

        def slope(_: float, state: Array, k: Array = k) -> Array:
            rate = np.empty_like(state)
            f.rhs(state, k, rate)
            return rate

        inside = np.flatnonzero((t > a) & (t <= b))
        grid = np.append(t[inside], b) if not inside.size or t[inside[-1]] < b else t[inside]
        atol = 1e-3 * rtol * job.atol_scale
        found = solve_ivp(slope, (a, b), y, "DOP853", grid, rtol=rtol, atol=atol)
        if not found.success:
            raise RuntimeError(f"reference solver, day {a:g} to {b:g}: {found.message}")
        evaluations += found.nfev
        for column, j in enumerate(inside):
            f.observe(found.y[:, column], k, out[j])
        y = np.maximum(found.y[:, -1], np.where(f.FLOOR, 0.0, -np.inf))
    y_end[:] = y
    return evaluations
