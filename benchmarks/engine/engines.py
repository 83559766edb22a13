"""Engines as processes that answer: started, timed, asked for their outputs, ended."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .workloads import Workload

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600.0
"""An engine that does not answer within so many seconds is given up."""
FIRST = 8
"""Subjects of the first timing, from which the number for the others is chosen."""


class EngineError(RuntimeError):
    """An engine that could not be started, failed or did not answer."""


class Engine:
    """One peer, one workload, one tolerance, in a process of its own."""

    def __init__(self, name: str, w: Workload, rtol: float) -> None:
        self.name, self.workload, self.rtol = name, w, rtol
        command = [sys.executable, "-m", f"{__package__}.worker", name, w.id, repr(rtol)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        started = self._answer()
        self.prepared, self.grain = started["prepared"], started["grain"]
        self.n: dict[int, int] = {}

    def outputs(self, n: int) -> NDArray[np.float64]:
        """Return the outputs of the first `n` subjects, shape (n, n_times, n_outputs)."""
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/outputs.npy"
            self._ask("save", n, path)
            return np.asarray(np.load(path))

    def speed(self, workers: int) -> float:
        """Return subjects per second."""
        return self.timing(workers)[0]

    def timing(self, workers: int) -> tuple[float, float]:
        """Return subjects per second, and the share of its processors that the engine had."""
        n = self.n[workers]
        found = self._ask("time", n, workers)
        seconds = float(found["seconds"])
        return n / seconds, float(found["processor"]) / seconds / workers

    def choose(self, workers: int, seconds: float, memory: float) -> None:
        """Choose how many subjects take about so long, with outputs of at most so many bytes.

        Every number is solved once before it is timed, so that all is laid out and paged in.
        """
        each = 8 * self.workload.times.size * len(self.workload.outputs)
        grain = self.grain * workers
        most, n = max(int(memory / each), FIRST), FIRST
        while True:
            n = -(-n // grain) * grain
            self.n[workers] = n
            self.speed(workers)
            wanted = int(np.clip(self.speed(workers) * seconds, FIRST, most))
            if wanted <= 1.5 * n:
                return
            n = min(wanted, 20 * n)

    def end(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, *command: object) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream
        ready, _, _ = select.select([stream], [], [], PATIENCE)
        line = stream.readline() if ready else ""
        answer = json.loads(line) if line else {"failed": self._silence(bool(ready))}
        if "failed" in answer:
            self._process.kill()
            self.end()
            raise EngineError(str(answer["failed"]))
        return dict(answer)

    def _silence(self, ended: bool) -> str:
        return "the process ended" if ended else f"no answer within {PATIENCE:g} s"
