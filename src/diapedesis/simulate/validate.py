"""What a request must be before anything is computed from it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model

if TYPE_CHECKING:
    from diapedesis.simulate.schedule import Schedule

Array = NDArray[np.float64]


def known(what: str, names: Iterable[str], among: Any) -> None:
    """Raise ValueError naming the ids that are not among those known."""
    unknown = [n for n in names if n not in among]
    if unknown:
        raise ValueError(f"{what}: found {unknown}, expected among {', '.join(among)}")


def known_plan(where: str, plan: Schedule, model: Model) -> None:
    """Raise ValueError naming the ids of a schedule that a model does not have."""
    known(f"{where}, pulses", dict.fromkeys(p.input for p in plan.pulses), model.inputs)
    known(f"{where}, steps", plan.steps or {}, model.inputs)
    known(f"{where}, jumps", dict.fromkeys(j.state for j in plan.jumps), model.states)


def ascending(times: ArrayLike, dimensions: int = 2) -> Array:
    """Return days as an array of at most so many dimensions.

    Raises
    ------
    ValueError
        For days that are not finite or not ascending, or have more dimensions.
    """
    t = np.array(times, dtype=float, ndmin=1)
    if t.ndim > dimensions:
        expected = "(n_times,) or (n_subjects, n_times)" if dimensions > 1 else "(n_times,)"
        raise ValueError(f"times: found shape {t.shape}, expected {expected}")
    wild = t[~np.isfinite(t)]
    if wild.size:
        raise ValueError(f"times: found {wild[0]}, expected finite days")
    falls = np.argwhere(np.diff(t, axis=-1) < 0)
    if len(falls):
        *row, i = falls[0]
        before, after = t[(*row, i)], t[(*row, i + 1)]
        raise ValueError(f"times: found {before:g} before {after:g}, expected ascending days")
    return t


def within(times: Array, begin: float, end: float) -> None:
    """Raise ValueError when a course has no days, or does not hold the times asked for."""
    for name, day in (("t0", begin), ("t1", end)):
        if not math.isfinite(day):
            raise ValueError(f"{name}: found {day}, expected a finite day")
    if end < begin:
        raise ValueError(f"t1: found {end:g}, expected {begin:g}, the start (t0), or later")
    if times.size and (times.min() < begin or times.max() > end):
        found = f"{times.min():g} to {times.max():g}"
        raise ValueError(f"times: found {found}, outside {begin:g} to {end:g}")


def effort(rtol: float, max_steps: int = 1) -> None:
    """Raise ValueError for a tolerance or a limit of steps with which nothing can be solved."""
    if not 0.0 < rtol < 1.0:
        raise ValueError(f"rtol: found {rtol}, expected a number between 0 and 1, like 1e-6")
    if not max_steps >= 1:
        raise ValueError(f"max_steps: found {max_steps}, expected 1 or more")
