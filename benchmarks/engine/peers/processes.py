"""Split subjects over forked processes that write into one shared array."""

from __future__ import annotations

import atexit
import mmap
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
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
    always_fork : bool
        Fork for one worker too: for libraries that do not bear forks once they have started.
    """

    def __init__(
        self, work: Work, shape: tuple[int, ...], grain: int = 1, always_fork: bool = False
    ) -> None:
        self.work, self.shape, self.grain = work, shape, grain
        self.alone = 0 if always_fork else 1
        self.crews: dict[int, _Crew] = {}
        atexit.register(self.stop)

    def __call__(self, n: int, workers: int) -> Array:
        crew = self.crews.get(workers)
        if crew is None or len(crew.out) != n:
            if crew is not None:
                crew.stop()
            self.crews[workers] = crew = self._crew(n, workers)
        return crew.solve()

    def stop(self) -> None:
        """End all forks."""
        for crew in self.crews.values():
            crew.stop()

    def _crew(self, n: int, workers: int) -> _Crew:
        if workers == self.alone:
            out = np.empty((n, *self.shape))
            return _Crew(out, [], partial(self.work, 0, n, out))
        out = _shared((n, *self.shape))
        grains = -(-n // self.grain)
        edges = np.minimum(np.linspace(0, grains, workers + 1).astype(int) * self.grain, n)
        jobs = [partial(self.work, int(a), int(b), out) for a, b in pairwise(edges)]
        return _Crew(out, [_Child(job) for job in jobs])


@dataclass
class _Crew:
    """Forks that fill one array, or none and a job for this process."""

    out: Array
    children: list[_Child]
    job: Callable[[], None] = lambda: None

    def solve(self) -> Array:
        self.job()
        for child in self.children:
            child.say(GO)
        if not all([child.heard() for child in self.children]):
            raise RuntimeError("a process failed; its trace is above")
        return self.out

    def stop(self) -> None:
        for child in self.children:
            child.say(STOP)
            os.waitpid(child.pid, 0)
        self.children = []


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
