"""The package's own solver: laid out before, to memory that is used again, as the other engines."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from diapedesis.simulate import Solution, Solver

from ..workloads import Workload

LABEL = "diapedesis"
PACKAGES = ("diapedesis", "llvmlite")
GRAIN = 8
"""Subjects solved together."""
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)


def prepare(w: Workload, rtol: float) -> Callable[[int, int], Solution]:
    """Return a solver of the first n subjects; its method is chosen by the scenario."""
    solver = Solver(w.model, w.outputs, rtol=rtol, reuse=True)

    @lru_cache(maxsize=2)
    def laid_out(n: int):  # type: ignore[no-untyped-def]
        return solver.lay_out(w.schedules(n), w.times, w.parameters(n))

    def ensemble(n: int, workers: int) -> Solution:
        solver.threads = workers
        return solver(laid_out(n))

    return ensemble
