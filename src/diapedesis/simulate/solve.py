"""One ``solve()`` for every question that needs the model's course over time."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model
from diapedesis.simulate.kernel import Kernel, kernel
from diapedesis.simulate.protocol import Protocol
from diapedesis.simulate.schedule import Schedule, schedule

Array = NDArray[np.float64]
REASONS = {
    0: "solved",
    1: "more steps than the limit",
    2: "the step became too small",
    3: "a state or an output is not finite",
}


class SolveError(RuntimeError):
    """A subject whose equations could not be solved, with its index and the reason."""


@dataclass(frozen=True)
class Solution:
    """Courses of the asked outputs.

    Attributes
    ----------
    times : ndarray, shape (n_times,)
        [day]
    values : dict of str to ndarray, shape (n_subjects, n_times)
        NaN for a subject that failed.
    final : dict of str to ndarray, shape (n_subjects,)
        States at the end, to go on from.
    status : ndarray of int, shape (n_subjects,)
        Key of ``REASONS``; 0 when solved.
    steps : ndarray of int, shape (n_subjects,)
    """

    times: Array
    values: dict[str, Array]
    final: dict[str, Array]
    status: NDArray[np.int64]
    steps: NDArray[np.int64]

    def __getitem__(self, output: str) -> Array:
        return self.values[output]

    def raise_failures(self) -> Solution:
        """Return self, or raise SolveError naming the first subject that failed."""
        bad = np.flatnonzero(self.status)
        if bad.size:
            reason = REASONS[int(self.status[bad[0]])]
            raise SolveError(
                f"subject {bad[0]} of {self.status.size}: {reason} ({bad.size} failed)"
            )
        return self


def solve(
    model: Model,
    protocol: Protocol | Schedule,
    times: ArrayLike,
    outputs: Sequence[str] = ("c",),
    *,
    parameters: Mapping[str, ArrayLike] | None = None,
    inputs: Mapping[str, ArrayLike] | None = None,
    initial: Mapping[str, ArrayLike] | None = None,
    t0: float | None = None,
    t1: float | None = None,
    rtol: float = 1e-6,
    max_steps: int = 200_000,
    threads: int | None = None,
    method: Literal["tsit5", "reference"] = "tsit5",
) -> Solution:
    """Solve a model for one or many subjects under one protocol.

    Parameters
    ----------
    model : Model
    protocol : Protocol or Schedule
    times : array_like, shape (n_times,)
        Days at which outputs are wanted, ascending. At a dose or a session's edge the value just
        before it is given.
    outputs : sequence of str
        Ids of the model's outputs.
    parameters : mapping of str to float or array, optional
        Values by id, one or one per subject; the model's defaults for the rest.
    inputs : mapping of str to float or array, optional
        Inputs that stay constant for a subject (height, haematocrit); they win over the protocol.
    initial : mapping of str to array, optional
        States at `t0`, as in ``Solution.final``.
    t0, t1 : float, optional
        Start and end [day]; by default the first dose (or time), and the last time.
    rtol : float
        Relative tolerance; the absolute one is ``1e-3 * rtol * scale`` of each state.
    max_steps : int
    threads : int, optional
        Default: the number of cores. The result does not depend on it.
    method : {"tsit5", "reference"}
        "reference" takes scipy's DOP853, slowly, for checks.

    Returns
    -------
    Solution

    Raises
    ------
    ValueError
        For unknown ids, times that are not finite and ascending, or unequal numbers of subjects.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> from diapedesis.simulate import Protocol, solve
    >>> trough = solve(pkpd(), Protocol.every(28, n=8), [224.0])["c"]
    >>> trough.shape
    (1, 1)
    """
    t = np.array(times, dtype=float, ndmin=1)
    if t.ndim != 1 or not np.all(np.isfinite(t)) or np.any(np.diff(t) < 0):
        raise ValueError("times: expected finite days in ascending order")
    job = prepare(model, protocol, outputs, parameters or {}, inputs or {}, initial)
    begin = _begin(protocol, t) if t0 is None else float(t0)
    end = max(float(t[-1]) if t.size else begin, begin) if t1 is None else float(t1)
    if t.size and (t[0] < begin or t[-1] > end):
        raise ValueError(f"times: found {t[0]:g} to {t[-1]:g}, outside {begin:g} to {end:g}")
    if method == "reference":
        from diapedesis.simulate.reference import integrate_reference

        parts = integrate_reference(job, t, begin, end, rtol)
    else:
        parts = integrate(job, t, begin, end, rtol, max_steps, threads)
    out, y_end, status, steps = parts
    values = {id: out[:, 0, :, i] for i, id in enumerate(job.kernel.outputs)}
    final = {id: y_end[:, 0, i] for i, id in enumerate(job.kernel.states)}
    return Solution(t, values, final, status, steps)


@dataclass(frozen=True)
class Job:
    """Arrays of a solve: p is (subject, lane, id), u is (1 or subject, segment, id)."""

    kernel: Kernel
    p: Array
    y0: Array
    given: bool
    starts: Array
    u: Array
    jumps: tuple[Any, ...]
    atol_scale: Array


def prepare(
    model: Model,
    protocol: Protocol | Schedule,
    outputs: Sequence[str],
    parameters: Mapping[str, ArrayLike],
    inputs: Mapping[str, ArrayLike],
    initial: Mapping[str, ArrayLike] | None,
) -> Job:
    """Check the ids of a problem and lay out its arrays."""
    _known("outputs", outputs, model.outputs)
    _known("parameters", parameters, model.parameters)
    _known("inputs", inputs, model.inputs)
    k = kernel(model, tuple(outputs))
    plan = protocol if isinstance(protocol, Schedule) else schedule(protocol, model)
    n = _subjects([*parameters.values(), *inputs.values(), *(initial or {}).values()])
    p = np.empty((n, 1, len(k.parameters)))
    for j, id in enumerate(k.parameters):
        p[:, 0, j] = parameters.get(id, model.parameters[id].default)
    starts, u = _input_tables(model, k, plan, inputs, n)
    y0 = np.zeros((n, 1, len(k.states)))
    if initial is not None:
        _known("states wanted in initial", k.states, initial)
        for j, id in enumerate(k.states):
            y0[:, 0, j] = initial[id]
    scale = np.array([model.states[id].scale for id in k.states])
    return Job(k, p, y0, initial is not None, starts, u, _pack(plan, k), scale)


def _input_tables(
    model: Model, k: Kernel, plan: Schedule, inputs: Mapping[str, ArrayLike], n: int
) -> tuple[Array, Array]:
    starts, table = plan.table(k.inputs, {i: model.inputs[i].default for i in k.inputs})
    own = [i for i in k.inputs if i in inputs]
    u = np.tile(table, (n if any(np.ndim(inputs[i]) for i in own) else 1, 1, 1))
    for i in own:
        u[:, :, k.inputs.index(i)] = np.reshape(np.asarray(inputs[i], float), (-1, 1))
    return starts, u


def _pack(plan: Schedule, k: Kernel) -> tuple[Any, ...]:
    jumps = [j for j in plan.jumps if j.state in k.states]
    return (
        np.array([j.time for j in jumps], float),
        np.array([k.states.index(j.state) for j in jumps], np.int64),
        np.array([j.value for j in jumps], float),
        np.array([j.replaces for j in jumps], np.bool_),
    )


def integrate(
    job: Job, t: Array, begin: float, end: float, rtol: float, limit: int, threads: int | None
) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
    """Run the compiled kernel over all subjects; return outputs, final states, status, steps."""
    n, lanes, _ = job.p.shape
    out = np.empty((n, lanes, t.size, len(job.kernel.outputs)))
    y_end = np.empty((n, lanes, len(job.kernel.states)))
    status, steps = np.empty(n, np.int64), np.empty(n, np.int64)
    y0 = np.array(np.broadcast_to(job.y0, y_end.shape))  # a view would compile a second kernel
    atol = 1e-3 * rtol * job.atol_scale

    def part(first: int, last: int) -> None:
        job.kernel.run(
            first, last, job.p, y0, job.given, job.starts, job.u, *job.jumps, t, begin, end,
            rtol, atol, limit, out, y_end, status, steps,
        )  # fmt: skip

    workers = min(threads or os.cpu_count() or 1, max(n // 8, 1))
    if workers == 1:
        part(0, n)
    else:
        edges = np.linspace(0, n, 4 * workers + 1).astype(int)
        list(_pool(workers).map(part, edges[:-1], edges[1:]))
    return out, y_end, status, steps


@lru_cache(maxsize=4)
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="diapedesis")


def _known(what: str, names: Sequence[str] | Mapping[str, Any], known: Mapping[str, Any]) -> None:
    unknown = [n for n in names if n not in known]
    if unknown:
        raise ValueError(f"{what}: found {unknown}, expected among {', '.join(known)}")


def _subjects(sized: list[ArrayLike]) -> int:
    sizes = {np.size(v) for v in sized if np.ndim(v)} or {1}
    if len(sizes) > 1:
        raise ValueError(f"found {sorted(sizes)} subjects, expected one number of them")
    return sizes.pop()


def _begin(protocol: Protocol | Schedule, t: Array) -> float:
    first = float(t[0]) if t.size else 0.0
    if isinstance(protocol, Protocol):
        given = protocol.doses or protocol.sessions or protocol.antibodies
        return min(protocol.start, first) if given else first
    events = [p.start for p in protocol.pulses] + [j.time for j in protocol.jumps]
    return float(min([first, *events]))
