"""Problems laid out for a kernel, run over the threads of this process."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.simulate.codegen.build import FIELDS
from diapedesis.simulate.kernel import Kernel
from diapedesis.simulate.program import Program
from diapedesis.simulate.stops import Stops

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
FIRST_STEP = 1e-3
"""First step [day] under inputs not met before: the error estimate does not see a rate like
``c**0.75`` leave 0."""
ATOL = 1e-3
"""Absolute tolerance, as a share of the relative one times the state's scale."""


@dataclass(frozen=True)
class Firing:
    """What the kernel does when triggers fire; one entry for each trigger.

    Attributes
    ----------
    sign : ndarray
        1 to fire on the way up, -1 on the way down, 0 for both.
    once, ends : ndarray of int
    then : ndarray of int
        Row of the schedule to go on with, -1 for none.
    look_time : ndarray, shape (n_looks,)
        Days, ascending, on which triggers are looked at; those after the start count.
    look_triggers : ndarray of int, shape (n_looks,)
        Which, as bits.
    """

    sign: Array
    once: Ints
    ends: Ints
    then: Ints
    look_time: Array
    look_triggers: Ints


_NONE = np.empty(0, np.int64)
NO_FIRING = Firing(np.empty(0), _NONE, _NONE, _NONE, np.empty(0), _NONE)


@dataclass(frozen=True)
class Problem:
    """Arrays of a solve.

    Attributes
    ----------
    program : Program
    typical : ndarray, shape (n_parameters,)
        Parameters of the scenario: defaults, and what is given as one number for all subjects.
    p : ndarray, shape (n_subjects, n_parameters)
    own : ndarray, shape (n_subjects, n_own)
        Inputs that stay constant for a subject, whatever the schedule says.
    own_input : ndarray of int, shape (n_own,)
    y0 : ndarray, shape (n_subjects, n_states), or None
        None to start from the model's initial laws.
    stops : Stops
    schedule : ndarray of int, shape (n_subjects,)
    times : ndarray, shape (n_times,) or (n_subjects, n_times)
    t0, t1 : float
    firing : Firing
    lockstep : int
        0, or the number of rows of `p`, next to each other, that share the steps of the first.
    """

    program: Program
    typical: Array
    p: Array
    own: Array
    own_input: Ints
    y0: Array | None
    stops: Stops
    schedule: Ints
    times: Array
    t0: float
    t1: float
    firing: Firing = NO_FIRING
    lockstep: int = 0


@dataclass(frozen=True)
class Result:
    """What a kernel gives back; a subject is a row.

    Attributes
    ----------
    out : ndarray, shape (n_subjects, n_times, n_outputs)
    y_end : ndarray, shape (n_subjects, n_states)
    status, steps : ndarray of int, shape (n_subjects,)
    event_time : ndarray, shape (n_subjects, n_triggers)
    event_count : ndarray of int, shape (n_subjects, n_triggers)
    """

    out: Array
    y_end: Array
    status: Ints
    steps: Ints
    event_time: Array
    event_count: Ints


def run(
    kernel: Kernel,
    problem: Problem,
    *,
    rtol: float,
    max_steps: int,
    threads: int | None = None,
    out: Array | None = None,
) -> Result:
    """Solve a problem.

    Parameters
    ----------
    kernel : Kernel
    problem : Problem
    rtol : float
    max_steps : int
    threads : int, optional
        Default: the number of cores. The result does not depend on it.
    out : ndarray, optional
        Memory for ``Result.out``.
    """
    program, n = problem.program, problem.p.shape[0]
    if out is None:
        out = np.empty((n, problem.times.shape[-1], len(program.outputs)))
    found = Result(
        out,
        np.empty((n, kernel.layout.n)),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty((n, len(program.triggers))),
        np.empty((n, len(program.triggers)), np.int64),
    )
    rows = n // problem.lockstep if problem.lockstep else n
    block = _arguments(kernel, problem, found, rtol, max_steps, rows)
    share = 1 if problem.lockstep else kernel.layout.width
    workers = max(1, min(threads or os.cpu_count() or 1, -(-rows // share)))
    if workers == 1:
        _work(kernel, block)
        return found
    futures = [_pool(workers).submit(_work, kernel, block) for _ in range(workers)]
    try:
        for future in futures:
            future.result()
    finally:
        wait(futures)  # they write to what an interrupt would let go
    return found


@dataclass(frozen=True)
class _Arguments:
    """An argument block and the arrays it points to, which must outlive the run."""

    words: Ints
    held: tuple[Any, ...]

    @property
    def address(self) -> int:
        return int(self.words.ctypes.data)


def _arguments(
    kernel: Kernel, problem: Problem, found: Result, rtol: float, max_steps: int, rows: int
) -> _Arguments:
    program, stops, firing = problem.program, problem.stops, problem.firing
    low = np.zeros(kernel.layout.n)
    low[: len(program.floor)] = np.where(program.floor, 0.0, -np.inf)
    atol = np.ones(kernel.layout.n)
    atol[: len(program.scale)] = ATOL * rtol * np.array(program.scale)
    times = problem.times
    values: dict[str, Any] = {
        "queue": np.zeros(1, np.int64),
        "rows": rows,
        "lockstep": problem.lockstep,
        "given": int(problem.y0 is not None),
        "t0": problem.t0,
        "t1": problem.t1,
        "rtol": rtol,
        "first_step": FIRST_STEP,
        "max_steps": max_steps,
        "atol": atol,
        "low": low,
        "p": problem.p,
        "y0": problem.y0 if problem.y0 is not None else np.empty(0),
        "schedule": problem.schedule,
        "stop_begin": stops.begin,
        "base_row": stops.base_row,
        "stop_time": stops.time,
        "stop_row": stops.row,
        "stop_pattern": stops.pattern,
        "stop_jump": stops.jump,
        "jump_state": stops.jump_state,
        "jump_value": stops.jump_value,
        "jump_replaces": stops.jump_replaces,
        "u": stops.u,
        "n_own": problem.own_input.size,
        "own_input": problem.own_input,
        "own": problem.own,
        "times": times,
        "times_stride": times.shape[-1] if times.ndim == 2 else 0,
        "n_times": times.shape[-1],
        "out": found.out,
        "y_end": found.y_end,
        "status": found.status,
        "steps": found.steps,
        "event_time": found.event_time,
        "event_count": found.event_count,
        "sign": firing.sign,
        "once": firing.once,
        "ends": firing.ends,
        "then": firing.then,
        "n_looks": firing.look_time.size,
        "look_time": firing.look_time,
        "look_triggers": firing.look_triggers,
    }
    words = np.zeros(len(FIELDS), np.int64)
    held = []
    for name, (slot, letter) in FIELDS.items():
        if letter in "pq":
            kind = np.float64 if letter == "p" else np.int64
            array = values[name]
            if array.dtype != kind or not array.flags.c_contiguous:
                array = np.ascontiguousarray(array, kind)
            held.append(array)
            words[slot] = array.ctypes.data
        elif letter == "f":
            words[slot : slot + 1].view(np.float64)[0] = values[name]
        else:
            words[slot] = values[name]
    return _Arguments(words, tuple(held))


_LOCAL = threading.local()


def _workspace(doubles: int) -> Array:
    """Return this thread's workspace, on a boundary of 64 bytes; kept for the next run."""
    held: Array | None = getattr(_LOCAL, "workspace", None)
    if held is None or held.size < doubles:
        raw = np.zeros(doubles + 8)
        skip = (-raw.ctypes.data % 64) // 8
        held = raw[skip : skip + doubles]
        _LOCAL.workspace = held
    held[:doubles] = 0.0
    return held


def _work(kernel: Kernel, block: _Arguments) -> None:
    space = _workspace(kernel.layout.workspace)
    kernel.run(space.ctypes.data, block.address)


@lru_cache(maxsize=4)
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="diapedesis")


if hasattr(os, "register_at_fork"):  # threads do not go along into a child
    os.register_at_fork(after_in_child=_pool.cache_clear)
