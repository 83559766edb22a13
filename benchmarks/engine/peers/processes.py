"""Split subjects over forked processes that write into one shared array."""

from __future__ import annotations

import atexit
import mmap
import os
import traceback
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Work = Callable[[int, int, Array], None]
GO, STOP = b"g", b"s"


class Ensemble:
    """A callable ``solve(n, workers)`` made of ``work(first, last, out)``.

    One worker is this process. More are forks, made at the first call with their `n` and kept, so
    that later calls find everything compiled, laid out and paged in.

    Parameters
    ----------
    work : callable
        Writes the outputs of subjects `first` to `last` into ``out[first:last]``.
    shape : tuple of int
        Of one subject's outputs.
    grain : int
        Subjects are dealt in runs of a multiple of this.
    """

    def __init__(self, work: Work, shape: tuple[int, ...], grain: int = 1) -> None:
        self.work, self.shape, self.grain = work, shape, grain
        self.made: tuple[int, int] | None = None
        self.children: list[_Child] = []
        atexit.register(self.stop)

    def __call__(self, n: int, workers: int) -> Array:
        if self.made != (n, workers):
            self._make(n, workers)
        if workers == 1:
            self.work(0, n, self.out)
            return self.out
        for child in self.children:
            child.say(GO)
        if any(not child.heard() for child in self.children):
            raise RuntimeError("a process failed; its trace is above")
        return self.out

    def stop(self) -> None:
        """End the forks."""
        for child in self.children:
            child.say(STOP)
            os.waitpid(child.pid, 0)
        self.children = []

    def _make(self, n: int, workers: int) -> None:
        self.stop()
        self.made = n, workers
        self.out = np.empty((n, *self.shape)) if workers == 1 else _shared((n, *self.shape))
        if workers > 1:
            grains = -(-n // self.grain)
            edges = np.minimum(np.linspace(0, grains, workers + 1).astype(int) * self.grain, n)
            for a, b in pairwise(edges):
                self.children.append(_Child(partial(self.work, int(a), int(b), self.out)))


class _Child:
    """One fork that runs its job each time it is told to."""

    def __init__(self, job: Callable[[], None]) -> None:
        to_child, self._say = os.pipe()
        self._hear, to_parent = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _serve(job, to_child, to_parent)
        os.close(to_child)
        os.close(to_parent)

    def say(self, word: bytes) -> None:
        os.write(self._say, word)

    def heard(self) -> bool:
        return os.read(self._hear, 1) == GO


def _serve(job: Callable[[], None], commands: int, answers: int) -> None:
    try:
        while os.read(commands, 1) == GO:
            job()
            os.write(answers, GO)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _shared(shape: tuple[int, ...]) -> Array:
    memory = mmap.mmap(-1, max(8 * int(np.prod(shape)), 8))
    return np.frombuffer(memory, dtype=float, count=int(np.prod(shape))).reshape(shape)
