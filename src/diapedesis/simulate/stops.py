"""Schedules as the kernel reads them: stops in order, each with its inputs and jumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from diapedesis.simulate.schedule import SNAP, Schedule

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Stops:
    """Stops of all schedules, one after the other.

    Attributes
    ----------
    begin : ndarray of int, shape (n_schedules + 1,)
        First stop of each schedule.
    base_row : ndarray of int, shape (n_schedules,)
        Row of `u` before the first stop.
    time : ndarray, shape (n_stops,)
        [day]
    row : ndarray of int, shape (n_stops,)
        Row of `u` from the stop on.
    pattern : ndarray of int, shape (n_stops,)
        Which inputs are on and whether a jump comes first: steps after stops of one pattern begin
        alike.
    jump : ndarray of int, shape (n_stops + 1,)
        First jump of each stop.
    jump_state, jump_value, jump_replaces : ndarray, shape (n_jumps,)
    u : ndarray, shape (n_rows, n_inputs)
    """

    begin: Ints
    base_row: Ints
    time: Array
    row: Ints
    pattern: Ints
    jump: Ints
    jump_state: Ints
    jump_value: Array
    jump_replaces: Ints
    u: Array


class _Spans(NamedTuple):
    """Values of inputs over time: which schedule, which input, from when, until when, how much."""

    schedule: Ints
    column: Ints
    start: Array
    end: Array
    value: Array


def pack(
    schedules: Sequence[Schedule],
    inputs: Mapping[str, float],
    states: Sequence[str],
    patterns: int = 16,
) -> Stops:
    """Lay out schedules for a kernel.

    Parameters
    ----------
    schedules : sequence of Schedule
    inputs : mapping of str to float
        Ids of the kernel's inputs with their defaults, in its order.
    states : sequence of str
        Ids of the kernel's states; jumps of others are left out.
    patterns : int
        Number of patterns told apart; the rest share the last one.
    """
    spans, held = _spans(schedules, list(inputs))
    jumps = _jumps(schedules, list(states))
    owner = np.concatenate([spans.schedule, spans.schedule, jumps.schedule])
    day = np.concatenate([spans.start, spans.end, jumps.start])
    stop_of, stop_s, time = _merge(owner, day)
    n, n_spans = time.size, spans.start.size
    begin = np.searchsorted(stop_s, np.arange(len(schedules) + 1))
    base_row = begin[:-1] + np.arange(len(schedules))
    row = np.arange(n) + stop_s + 1
    u = np.tile(np.array(list(inputs.values()), float), (n + len(schedules), 1))
    for s, column in held:
        u[base_row[s] : base_row[s] + begin[s + 1] - begin[s] + 1, column] = 0.0
    start, end = stop_of[:n_spans], stop_of[n_spans : 2 * n_spans]
    end_row = np.append(base_row[1:], n + len(schedules))[spans.schedule]
    first = np.where(start >= 0, start + spans.schedule + 1, base_row[spans.schedule])
    last = np.where(end >= 0, end + spans.schedule + 1, end_row)
    _fill(u, spans, first, last)
    at = stop_of[2 * n_spans :]
    order = np.argsort(at, kind="stable")
    jump = np.searchsorted(at[order], np.arange(n + 1))
    on = u[row] != 0 if n else np.zeros((0, u.shape[1]), bool)
    return Stops(
        begin, base_row, time, row, _patterns(on, np.diff(jump) > 0, patterns), jump,
        jumps.column[order], jumps.value[order], jumps.end[order].astype(np.int64), u,
    )  # fmt: skip


def _spans(
    schedules: Sequence[Schedule], inputs: list[str]
) -> tuple[_Spans, list[tuple[int, int]]]:
    """Return pulses and held values as spans, and which (schedule, input) are held."""
    column = {id: j for j, id in enumerate(inputs)}
    rows: list[tuple[int, int, float, float, float]] = []
    held: list[tuple[int, int]] = []
    for s, plan in enumerate(schedules):
        rows += [
            (s, column[p.input], p.start, p.end, p.value) for p in plan.pulses if p.input in column
        ]
        for id, steps in (plan.steps or {}).items():
            if id in column:
                held.append((s, column[id]))
                days = [-np.inf, *(d for d, _ in steps[1:]), np.inf]
                rows += [
                    (s, column[id], a, b, v)
                    for (_, v), a, b in zip(steps, days[:-1], days[1:], strict=True)
                ]
    return _table(rows), held


def _jumps(schedules: Sequence[Schedule], states: list[str]) -> _Spans:
    """Return jumps, as spans whose end is 1 where the state is replaced.

    A state that is replaced forgets what it owed to parameters: its sensitivities become 0.
    """
    place = {id: i for i, id in enumerate(states)}
    owed = {id: [i for other, i in place.items() if other.startswith(f"{id}@")] for id in place}
    rows = []
    for s, plan in enumerate(schedules):
        for j in plan.jumps:
            if j.state in place:
                rows.append((s, place[j.state], j.time, float(j.replaces), j.value))
                rows += [(s, i, j.time, 1.0, 0.0) for i in owed[j.state] if j.replaces]
    return _table(rows)


def _table(rows: list[tuple[int, int, float, float, float]]) -> _Spans:
    found = np.array(rows, float).reshape(-1, 5).T
    return _Spans(found[0].astype(np.int64), found[1].astype(np.int64), *found[2:])


def _merge(owner: Ints, day: Array) -> tuple[Ints, Ints, Array]:
    """Return the stop of each moment (-1 for infinite ones), and each stop's schedule and day."""
    finite = np.flatnonzero(np.isfinite(day))
    order = finite[np.lexsort((day[finite], owner[finite]))]
    s, t = owner[order], day[order]
    new = np.ones(order.size, bool)
    new[1:] = (np.diff(s) != 0) | (np.diff(t) > SNAP)
    stop_of = np.full(day.size, -1)
    stop_of[order] = np.cumsum(new) - 1
    last = np.append(new[1:], True)[: new.size]  # a stop is at the last of its moments
    return stop_of, s[new], t[last]


def _fill(u: Array, spans: _Spans, first: Ints, last: Ints) -> None:
    """Add each span's value to the rows it covers."""
    length = last - first
    rows = np.repeat(first - np.cumsum(length) + length, length) + np.arange(length.sum())
    np.add.at(u, (rows, np.repeat(spans.column, length)), np.repeat(spans.value, length))


def _patterns(on: NDArray[np.bool_], jumps: NDArray[np.bool_], most: int) -> Ints:
    """Number the patterns of each schedule's stops from 1, in a way that no neighbour changes."""
    code = np.column_stack([on, jumps]).astype(np.int64)
    weights = 2 * np.arange(code.shape[1]) + 1
    return 1 + (code @ (weights * weights)) % (most - 1)
