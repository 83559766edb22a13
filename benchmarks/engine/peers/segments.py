"""The walk that engines driven from Python share: one segment of constant inputs after another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..equations import Subjects

Array = NDArray[np.float64]


def segments(s: Subjects, i: int) -> Iterator[tuple[Array, Array, slice]]:
    """Yield inputs, grid and rows: start, output days, end; the rows that the days fill.

    A day that is a segment's end belongs to that segment, and the grid then ends with it.
    """
    row = 1
    for j, u in enumerate(s.u[i]):
        start, end = s.edges[i, j], s.edges[i, j + 1]
        if start == end:
            return
        last = int(np.searchsorted(s.times, end, side="right"))
        days = s.times[row:last]
        tail = [] if days.size and days[-1] == end else [end]
        yield u, np.concatenate([[start], days, tail]), slice(row, last)
        row = last
