"""Events that come at random, with an intensity that changes in time."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diapedesis.observe.draws import Array, Keys, child, exponential

Index = NDArray[np.intp]

ROUND = 8
"""Waiting times drawn at once for each subject; the result does not depend on it."""


def arrivals(
    times: Array, rate: Array, keys: Keys, share: float | Array = 1.0
) -> tuple[Index, Index, Array]:
    """Sample a Poisson process of intensity `rate` / `share` for each row of `rate`.

    Waiting times of unit rate are mapped through the inverse of the cumulative intensity: the k-th
    event of a row is the same event whatever the rate, only earlier where the rate is higher.

    Parameters
    ----------
    times : numpy.ndarray
        Days, shape (n_times,), ascending.
    rate : numpy.ndarray
        Intensity [1/day], shape (n, n_times), at least 0, linear between the times.
    keys : numpy.ndarray
        A key for each row.
    share : float or numpy.ndarray
        What each event takes of the rate, one number or one for each row.

    Returns
    -------
    row, index, day : numpy.ndarray
        Flat, in order of row and day; `index` counts the events of a row from 0.

    Examples
    --------
    >>> from diapedesis.observe.draws import root
    >>> times, rate = np.array([0.0, 100.0]), np.array([[0.1, 0.1], [0.0, 0.0]])
    >>> row, index, day = arrivals(times, rate, child(root(1), [0, 1]))
    >>> sorted(set(row.tolist())), bool(np.all(np.diff(day) > 0))
    ([0], True)
    """
    per = np.broadcast_to(share, len(rate))
    reached = np.zeros(rate.shape)
    grown = reached[:, 1:]
    np.add(rate[:, 1:], rate[:, :-1], out=grown)
    grown *= np.diff(times) / 2
    np.cumsum(grown, axis=1, out=grown)
    row, index, clock = _waits(reached[:, -1] / per, keys)
    return row, index, _days(times, rate, reached, row, clock * per[row])


def count_below(rows: Array, row: Index, values: Array, side: Literal["left", "right"]) -> Index:
    """Return how many numbers of each value's row are below it ("right": at most it).

    Examples
    --------
    >>> rows = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    >>> count_below(rows, np.array([0, 1]), np.array([2.0, 2.0]), "right").tolist()
    [2, 0]
    """
    low = np.zeros(len(row), np.intp)
    high = np.full(len(row), rows.shape[1], np.intp)
    for _ in range(rows.shape[1].bit_length()):
        middle = (low + high) // 2
        found = rows[row, np.minimum(middle, rows.shape[1] - 1)]
        below = (found < values if side == "left" else found <= values) & (low < high)
        low, high = np.where(below, middle + 1, low), np.where(below, high, middle)
    return low


def members(counts: Index) -> tuple[Index, Index]:
    """Return for each member of groups of these sizes its group, and its place in it from 0.

    Examples
    --------
    >>> group, place = members(np.array([2, 0, 3]))
    >>> group.tolist(), place.tolist()
    ([0, 0, 2, 2, 2], [0, 1, 0, 1, 2])
    """
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - (np.cumsum(counts) - counts)[group]


def _waits(total: Array, keys: Keys) -> tuple[Index, Index, Array]:
    """Return row, index and cumulative intensity of the events before each row's `total`."""
    rows: list[Index] = []
    indices: list[Index] = []
    clocks: list[Array] = []
    active, clock, first = np.arange(len(total)), np.zeros(len(total)), 0
    while active.size:
        gaps = exponential(child(keys[active, None], np.arange(first, first + ROUND)))
        sums = np.cumsum(np.column_stack([clock, gaps]), axis=1)[:, 1:]
        at, column = np.nonzero(sums < total[active, None])
        rows.append(active[at])
        indices.append(column + first)
        clocks.append(sums[at, column])
        more = sums[:, -1] < total[active]
        active, clock, first = active[more], sums[more, -1], first + ROUND
    if not rows:
        return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0)
    row, index = np.concatenate(rows), np.concatenate(indices)
    order = np.argsort(row, kind="stable")
    return row[order], index[order], np.concatenate(clocks)[order]


def _days(times: Array, rate: Array, reached: Array, row: Index, clock: Array) -> Array:
    """Return the day on which each row's cumulative intensity reaches `clock`."""
    last = len(times) - 2
    cell = np.minimum(count_below(reached, row, clock, "right") - 1, last)
    start = rate[row, cell]
    width = times[cell + 1] - times[cell]
    slope = (rate[row, cell + 1] - start) / width
    rest = clock - reached[row, cell]
    # start t + slope t^2 / 2 = rest; where start and slope are small, without a difference of them
    below = start + np.sqrt(np.maximum(start**2 + 2 * slope * rest, 0.0))
    inside = np.divide(2 * rest, below, out=np.zeros_like(rest), where=below > 0)
    return times[cell] + np.minimum(inside, width)
