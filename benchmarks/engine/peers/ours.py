"""The package's own ``solve``, as a user calls it: schedules and parameters in, outputs out.

Laying out the schedules is part of the time, which the other engines are spared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from diapedesis.simulate import Solution, solve

from ..workloads import Workload

LABEL = "diapedesis"
PACKAGES = ("diapedesis", "llvmlite")
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)
GRAIN = 8


def prepare(w: Workload, rtol: float) -> Callable[[int, int], Solution]:
    """Return a solver of the first n subjects."""
    population = lru_cache(maxsize=2)(lambda n: (w.schedules(n), w.parameters(n)))

    def ensemble(n: int, workers: int) -> Solution:
        schedules, parameters = population(n)
        return solve(
            w.model,
            schedules,
            w.times,
            w.outputs,
            parameters=parameters,
            rtol=rtol,
            threads=workers,
        )

    return ensemble
