"""One course of which some parameters differ from occasion to occasion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model
from diapedesis.simulate.problem import Plan
from diapedesis.simulate.solve import solve
from diapedesis.simulate.solver import Solution
from diapedesis.simulate.validate import ascending

Array = NDArray[np.float64]


def spans(starts: Sequence[float], begin: float, end: float) -> list[tuple[int, float, float]]:
    """Return occasion, first and last day of each stretch between `begin` and `end`.

    Occasion 0 lasts until the first of `starts`.

    Examples
    --------
    >>> spans((10.0, 20.0), 0.0, 15.0)
    [(0, 0.0, 10.0), (1, 10.0, 15.0)]
    >>> spans((10.0, 20.0), 20.0, 30.0)
    [(2, 20.0, 30.0)]
    """
    inside = [d for d in starts if begin < d < end]
    first = int(np.searchsorted(starts, begin, side="right"))
    edges = [begin, *inside, end]
    return [(first + i, a, b) for i, (a, b) in enumerate(pairwise(edges))]


def solve_occasions(
    model: Model,
    protocol: Plan,
    times: ArrayLike,
    outputs: Sequence[str],
    parameters: Sequence[Mapping[str, ArrayLike]],
    starts: Sequence[float],
    *,
    t0: float,
    initial: Mapping[str, ArrayLike] | None = None,
    **options: Any,
) -> Solution:
    """Solve occasion after occasion, each from where the one before ended.

    Parameters
    ----------
    model, protocol, times, outputs, t0, initial
        As for :func:`diapedesis.simulate.solve`; times of shape (n_times,). A time at which an
        occasion begins belongs to the one before, like a level taken before the dose.
    parameters : sequence of mapping
        One for each occasion.
    starts : sequence of float
        Days on which occasions 1, 2, ... begin.
    **options
        Further options of ``solve``.

    Returns
    -------
    Solution
        As from one ``solve``.
    """
    days = ascending(times, dimensions=1)
    end = max(float(days.max(initial=t0)), t0)
    parts: list[Solution] = []
    for occasion, first, last in spans(starts, t0, end):
        inside = (days > first) & (days <= last) if parts else days <= last
        part = solve(
            model,
            protocol,
            days[inside],
            outputs,
            parameters=parameters[occasion],
            initial=initial,
            t0=first,
            t1=last,
            **options,
        )
        parts.append(part)
        initial = part.final
    status = np.max([p.status for p in parts], axis=0)
    return Solution(
        days,
        {k: np.concatenate([p.values[k] for p in parts], axis=1) for k in parts[0].values},
        parts[-1].final,
        status,
        np.sum([p.steps for p in parts], axis=0),
        parts[0].method,
    )
