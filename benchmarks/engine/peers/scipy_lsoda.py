"""scipy: ``odeint`` (LSODA) on compiled rates, one segment after another, forked processes.

``solve_ivp(method="LSODA")`` takes the same steps, each through Python, and was slower.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.integrate import odeint

from ..compiled import observe, rhs
from ..equations import equations, subjects
from ..workloads import Workload
from .processes import Ensemble
from .segments import segments

LABEL = "scipy (LSODA, compiled rates)"
PACKAGES = ("scipy", "numba")
TOLERANCES = (1e-4, 1e-6, 1e-8)
GRAIN = 1
Array = NDArray[np.float64]


def prepare(w: Workload, rtol: float) -> Callable[[int, int], Array]:
    """Return a solver of the first n subjects."""
    fun, write = _compiled(rhs(w.id), observe(w.id))
    atol = 1e-3 * rtol * np.array(equations(w.id).scale)

    def work(first: int, last: int, out: Array) -> None:
        s = subjects(w.id, len(out))
        for i in range(first, last):
            k, y = s.k[i], s.y0[i]
            write(y[None], s.u[i, 0], k, out[i, :1])
            for u, grid, rows in segments(s, i):
                found = odeint(
                    fun, y, grid, args=(u, k), tfirst=True, rtol=rtol, atol=atol, mxstep=100_000
                )
                write(found[1:], u, k, out[i, rows])
                y = found[-1]

    return Ensemble(work, (w.times.size, len(w.outputs)))


def _compiled(f: Any, g: Any) -> tuple[Any, Any]:
    @njit
    def fun(t, y, u, k):
        dy = np.empty_like(y)
        f(y, u, k, dy)
        return dy

    @njit
    def write(y, u, k, out):
        for i in range(len(out)):
            g(y[i], u, k, out[i])

    return fun, write
