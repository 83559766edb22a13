"""Any number of subjects in constant memory: solved a chunk at a time, handed on, forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model
from diapedesis.simulate.engine import Problem
from diapedesis.simulate.problem import Plan
from diapedesis.simulate.solver import Method, Solution, Solver
from diapedesis.simulate.trigger import Trigger

Array = NDArray[np.float64]
BLOCK = 256
"""Chunks are whole blocks, and sums are made block by block, so that no chunk size changes them."""
CHUNK_DOUBLES = 1 << 22


@dataclass(frozen=True)
class Batch:
    """Subjects of a chunk; fields as the arguments of :func:`diapedesis.simulate.solve`."""

    protocol: Plan | Sequence[Plan]
    parameters: Mapping[str, ArrayLike] = field(default_factory=dict)
    inputs: Mapping[str, ArrayLike] = field(default_factory=dict)


def stream(
    model: Model,
    n: int,
    subjects: Callable[[int, int], Batch],
    times: ArrayLike,
    sink: Callable[[int, Solution], None],
    outputs: Sequence[str] = ("c",),
    *,
    triggers: Sequence[Trigger] = (),
    t0: float | None = None,
    t1: float | None = None,
    rtol: float = 1e-6,
    max_steps: int = 200_000,
    threads: int | None = None,
    method: Method = "auto",
    chunk: int | None = None,
) -> None:
    """Solve `n` subjects and hand each chunk's solution to a sink.

    Parameters
    ----------
    model, times, outputs, triggers, t0, t1, rtol, max_steps, threads
        As for :func:`diapedesis.simulate.solve`.
    n : int
        Subjects.
    subjects : callable
        ``subjects(first, last)`` returns the Batch of the subjects from `first` to before `last`.
    sink : callable
        ``sink(first, solution)`` is called with the chunks in order. The arrays in
        ``solution.values`` are written over by the next chunk: copy what is to be kept.
    method : str
        "auto" chooses once, for the protocols of the first block of subjects.
    chunk : int, optional
        Subjects at a time, rounded up to whole blocks of 256; by default as many as fill 32 MiB.

    Examples
    --------
    >>> import numpy as np
    >>> from diapedesis.models import pkpd
    >>> from diapedesis.simulate import Batch, Moments, Protocol, stream
    >>> given = Protocol.every(28, n=2)
    >>> fast = lambda first, last: Batch(given, {"cl": np.linspace(0.1, 0.2, last - first)})
    >>> moments = Moments()
    >>> stream(pkpd(), 300, fast, [28.0, 56.0], moments)
    >>> moments.count, moments.mean["c"].shape
    (300, (2,))
    """
    t = np.array(times, dtype=float, ndmin=1)
    size = chunk or CHUNK_DOUBLES // max(t.shape[-1] * len(outputs), 1)
    size = -(-min(max(size, 1), n) // BLOCK) * BLOCK
    solver = Solver(
        model, outputs, triggers, rtol=rtol, max_steps=max_steps, threads=threads, reuse=True
    )

    def problem(first: int, last: int) -> Problem:
        batch = subjects(first, last)
        return solver.lay_out(batch.protocol, t, batch.parameters, batch.inputs, t0=t0, t1=t1)

    if n == 0:
        return
    if method == "auto":
        method = solver.choose(problem(0, min(n, BLOCK)))
    for first in range(0, n, size):
        last = min(first + size, n)
        found = solver(problem(first, last), method)
        if found.status.size != last - first:
            expected = f"{last - first} for {first} to {last}"
            raise ValueError(f"subjects: found {found.status.size}, expected {expected}")
        sink(first, found)


class Moments:
    """A sink that keeps the mean and SD of every output over the subjects that were solved.

    Attributes
    ----------
    count : int
        Subjects solved.
    failed : int
    mean : dict of str to ndarray, shape (n_times,)
    """

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0
        self.mean: dict[str, Array] = {}
        self._squares: dict[str, Array] = {}

    def __call__(self, first: int, solution: Solution) -> None:
        """Add a chunk."""
        for a in range(0, solution.status.size, BLOCK):
            solved = solution.status[a : a + BLOCK] == 0
            n = int(solved.sum())
            self.failed += solved.size - n
            if n:
                for id, values in solution.values.items():
                    self._add(id, values[a : a + BLOCK][solved])
                self.count += n

    def _add(self, id: str, x: Array) -> None:
        n, mean = len(x), x.mean(axis=0)
        squares = ((x - mean) ** 2).sum(axis=0)
        before = self.mean.get(id, np.zeros_like(mean))
        apart = mean - before
        whole = self.count + n
        self.mean[id] = before + apart * (n / whole)
        old = self._squares.get(id, np.zeros_like(mean))
        self._squares[id] = old + squares + apart**2 * (self.count * n / whole)

    @property
    def sd(self) -> dict[str, Array]:
        """Sample SD of each output, shape (n_times,); NaN below two subjects."""
        n = self.count
        return {
            id: np.sqrt(s / (n - 1)) if n > 1 else np.full_like(s, np.nan)
            for id, s in self._squares.items()
        }
