"""diffrax: Tsit5 in double precision on the processor, ``vmap`` over batches of subjects.

Each subject's changes of the inputs go to ``ClipStepSizeController`` as ``jump_ts``. Two workers
are two forked processes, each compiling its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from ..equations import equations, subjects
from ..workloads import Workload
from .processes import Ensemble

LABEL = "diffrax (Tsit5, vmap)"
PACKAGES = ("diffrax", "jax")
TOLERANCES = (1e-4, 1e-6, 1e-8)
GRAIN = 128
Array = NDArray[np.float64]


def prepare(w: Workload, rtol: float) -> Callable[[int, int], Array]:
    """Return a solver of the first n subjects; jax is started in the process that solves."""
    batch = lru_cache(maxsize=1)(lambda pid: _batch(w, rtol))

    def work(first: int, last: int, out: Array) -> None:
        s, solve = subjects(w.id, len(out)), batch(os.getpid())
        for low in range(first, last, GRAIN):
            who = np.minimum(np.arange(low, low + GRAIN), last - 1)
            found = solve(s.k[who], s.y0[who], s.edges[who], s.u[who])
            out[low : min(low + GRAIN, last)] = np.asarray(found)[: last - low]

    return Ensemble(work, (w.times.size, len(w.outputs)), grain=GRAIN, always_fork=True)


def _batch(w: Workload, rtol: float) -> Any:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.environ["JAX_PLATFORMS"] = "cpu"
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    eq = equations(w.id)
    modules = [{"power": lambda a, b: jnp.where(a > 0, jnp.where(a > 0, a, 1.0) ** b, 0.0)}, "jax"]
    names = [*eq.states, *eq.inputs, *eq.constants]
    rates = sympy.lambdify(names, list(eq.rates), modules, cse=True)
    courses = sympy.lambdify(names, list(eq.outputs), modules, cse=True)
    scale = jnp.array(eq.scale)
    times = jnp.asarray(w.times)

    def inputs(t: Any, edges: Any, u: Any) -> Any:
        return u[jnp.clip(jnp.searchsorted(edges, t, side="right") - 1, 0, len(u) - 1)]

    def slope(t: Any, y: Any, own: Any) -> Any:
        k, edges, u = own
        return jnp.stack([jnp.asarray(r, float) for r in rates(*y, *inputs(t, edges, u), *k)])

    def subject(k: Any, y0: Any, edges: Any, u: Any) -> Any:
        steps = diffrax.PIDController(rtol=rtol, atol=1e-3 * rtol * scale)
        found = diffrax.diffeqsolve(
            diffrax.ODETerm(slope), diffrax.Tsit5(), times[0], times[-1], None, y0, (k, edges, u),
            saveat=diffrax.SaveAt(ts=times), max_steps=10_000_000,
            stepsize_controller=diffrax.ClipStepSizeController(steps, jump_ts=edges[1:-1]),
            adjoint=diffrax.ForwardMode(),
        )  # fmt: skip
        return jnp.stack(courses(*found.ys.T, *inputs(times, edges, u).T, *k), axis=1)

    return jax.jit(jax.vmap(subject))
