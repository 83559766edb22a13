"""Dormand-Prince 5(4) as one would write it in numba: scalar code, one subject after another.

Coefficients, interpolant and starting step: Hairer, Norsett, Wanner, Solving ODEs I (1993),
DOPRI5. Threads by numba's ``prange``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numba import njit, prange, set_num_threads
from numpy.typing import NDArray

from ..compiled import observe, rhs
from ..equations import equations, subjects
from ..workloads import Workload

LABEL = "numba, plain Dormand-Prince"
PACKAGES = ("numba",)
TOLERANCES = (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
GRAIN = 1
OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}


def prepare(w: Workload, rtol: float) -> Callable[[int, int], NDArray[np.float64]]:
    """Return a solver of the first n subjects."""
    ensemble = _ensemble(rhs(w.id), observe(w.id))
    scale = np.array(equations(w.id).scale)
    room = lru_cache(maxsize=2)(lambda n: np.empty((n, w.times.size, len(w.outputs))))

    def solve(n: int, workers: int) -> NDArray[np.float64]:
        s, out = subjects(w.id, n), room(n)
        set_num_threads(workers)
        ensemble(s.k, s.y0, s.edges, s.u, s.times, rtol, 1e-3 * rtol * scale, out)
        return out

    return solve


def _ensemble(f: Callable[..., None], g: Callable[..., None]) -> Callable[..., None]:
    @njit(**OPTIONS)
    def step(y, h, u, k, s, z):
        """Take one step of h from y; s holds the slopes, z[0] gets the end, z[1] the error."""
        w = z[1]
        for i in range(y.size):
            w[i] = y[i] + h * (s[0, i] / 5)
        f(w, u, k, s[1])
        for i in range(y.size):
            w[i] = y[i] + h * (3 / 40 * s[0, i] + 9 / 40 * s[1, i])
        f(w, u, k, s[2])
        for i in range(y.size):
            w[i] = y[i] + h * (44 / 45 * s[0, i] - 56 / 15 * s[1, i] + 32 / 9 * s[2, i])
        f(w, u, k, s[3])
        for i in range(y.size):
            w[i] = y[i] + h * (
                19372 / 6561 * s[0, i]
                - 25360 / 2187 * s[1, i]
                + 64448 / 6561 * s[2, i]
                - 212 / 729 * s[3, i]
            )
        f(w, u, k, s[4])
        for i in range(y.size):
            w[i] = y[i] + h * (
                9017 / 3168 * s[0, i]
                - 355 / 33 * s[1, i]
                + 46732 / 5247 * s[2, i]
                + 49 / 176 * s[3, i]
                - 5103 / 18656 * s[4, i]
            )
        f(w, u, k, s[5])
        for i in range(y.size):
            z[0, i] = y[i] + h * (
                35 / 384 * s[0, i]
                + 500 / 1113 * s[2, i]
                + 125 / 192 * s[3, i]
                - 2187 / 6784 * s[4, i]
                + 11 / 84 * s[5, i]
            )
        f(z[0], u, k, s[6])
        for i in range(y.size):
            w[i] = h * (
                71 / 57600 * s[0, i]
                - 71 / 16695 * s[2, i]
                + 71 / 1920 * s[3, i]
                - 17253 / 339200 * s[4, i]
                + 22 / 525 * s[5, i]
                - s[6, i] / 40
            )

    @njit(**OPTIONS)
    def between(x, y, h, s, z, d):
        """Write the state at share x of the step into d."""
        for i in range(y.size):
            dy = z[0, i] - y[i]
            bend = h * s[0, i] - dy
            last = dy - h * s[6, i] - bend
            c = h * (
                -12715105075 / 11282082432 * s[0, i]
                + 87487479700 / 32700410799 * s[2, i]
                - 10690763975 / 1880347072 * s[3, i]
                + 701980252875 / 199316789632 * s[4, i]
                - 1453857185 / 822651844 * s[5, i]
                + 69997945 / 29380423 * s[6, i]
            )
            d[i] = y[i] + x * (dy + (1 - x) * (bend + x * (last + (1 - x) * c)))

    @njit(**OPTIONS)
    def norm(v, y, z, rtol, atol):
        total = 0.0
        for i in range(y.size):
            total += (v[i] / (atol[i] + rtol * max(abs(y[i]), abs(z[i])))) ** 2
        return np.sqrt(total / y.size)

    @njit(**OPTIONS)
    def first_step(y, u, k, s, z, rtol, atol):
        size, slope = norm(y, y, y, rtol, atol), norm(s[0], y, y, rtol, atol)
        h = 1e-6 if size < 1e-5 or slope < 1e-5 else 0.01 * size / slope
        for i in range(y.size):
            z[0, i] = y[i] + h * s[0, i]
        f(z[0], u, k, s[1])
        for i in range(y.size):
            z[1, i] = s[1, i] - s[0, i]
        steepest = max(slope, norm(z[1], y, y, rtol, atol) / h)
        return min(100 * h, max(1e-6, h * 1e-3) if steepest < 1e-15 else (0.01 / steepest) ** 0.2)

    @njit(**OPTIONS)
    def subject(k, y, edges, us, times, rtol, atol, out):
        s, z, d = np.empty((7, y.size)), np.empty((2, y.size)), np.empty(y.size)
        g(y, us[0], k, out[0])
        row = 1
        for j in range(len(us)):
            t, end, u = edges[j], edges[j + 1], us[j]
            if t == end:
                break
            f(y, u, k, s[0])
            h = first_step(y, u, k, s, z, rtol, atol)
            while t < end:
                last = t + 1.01 * h >= end
                if last:
                    h = end - t
                step(y, h, u, k, s, z)
                error = norm(z[1], y, z[0], rtol, atol)
                if not error <= 1.0:
                    if h < 1e-12:
                        out[:] = np.nan
                        return
                    h *= max(0.2, 0.9 * error**-0.2) if error > 1.0 else 0.2
                    continue
                until = end if last else t + h
                while row < times.size and times[row] <= until:
                    between((times[row] - t) / h, y, h, s, z, d)
                    g(d, u, k, out[row])
                    row += 1
                t = until
                y[:] = z[0]
                s[0] = s[6]
                h *= min(10.0, 0.9 * max(error, 1e-10) ** -0.2)

    @njit(parallel=True, **OPTIONS)
    def ensemble(k, y0, edges, u, times, rtol, atol, out):
        for i in prange(len(k)):
            subject(k[i], y0[i].copy(), edges[i], u[i], times, rtol, atol, out[i])

    return ensemble
