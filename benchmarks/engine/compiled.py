"""The generated text as numba functions, shared by the peers that are fed by numba."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from .equations import equations

OPTIONS = {"nogil": True, "error_model": "numpy"}


@lru_cache(maxsize=8)
def rhs(id: str) -> Any:
    """Return compiled ``rhs(y, u, k, dy)`` of a workload."""
    return _compile(equations(id).source(), "rhs")


@lru_cache(maxsize=8)
def observe(id: str) -> Any:
    """Return compiled ``observe(y, u, k, out)`` of a workload."""
    return _compile(equations(id).output_source(), "observe")


def _compile(text: str, name: str) -> Any:
    from numba import njit

    space: dict[str, Any] = {"math": math, "power": njit(**OPTIONS)(_power)}
    exec(text, space)
    return njit(**OPTIONS)(space[name])


def _power(a: float, b: float) -> float:
    return a**b if a > 0.0 else 0.0
