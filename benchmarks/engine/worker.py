"""One engine in a process of its own: ``python -m benchmarks.engine.worker PEER WORKLOAD RTOL``.

Reads commands from standard input, one JSON list a line, and answers each with a line of JSON:

- ``["time", n, workers]``: seconds for the first n subjects, and seconds of processor time that
  this process and its forks used meanwhile;
- ``["save", n, path]``: outputs of the first n subjects, written as ``.npy``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from .peers import peer
from .workloads import workload


def main(name: str, id: str, rtol: str) -> None:
    """Prepare the engine, then do what is asked until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print does not belong among the answers
    w = workload(id)
    begin = time.perf_counter()
    try:
        engine = peer(name)
        solve = engine.prepare(w, float(rtol))
        solve(1, 1)
        _say(answers, {"prepared": time.perf_counter() - begin, "grain": engine.GRAIN})
    except Exception as error:
        _say(answers, {"failed": f"{type(error).__name__}: {error}"})
        return
    for line in sys.stdin:
        try:
            _say(answers, _obey(solve, json.loads(line), w.outputs))
        except Exception as error:
            _say(answers, {"failed": f"{type(error).__name__}: {error}"})


def _say(answers: Any, what: dict[str, object]) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


def _obey(solve: Any, command: list[Any], outputs: tuple[str, ...]) -> dict[str, object]:
    verb, n, argument = command
    if verb == "save":
        found = solve(n, 1)
        if not isinstance(found, np.ndarray):
            found = np.stack([found[o] for o in outputs], axis=2)
        np.save(argument, found)
        return {"saved": n}
    begin, used = time.perf_counter(), _processor_time()
    found = solve(n, argument)
    seconds, used = time.perf_counter() - begin, _processor_time() - used
    del found
    return {"seconds": seconds, "processor": used}


def _processor_time() -> float:
    """Return seconds of this process and, where ``/proc`` tells, of its forks."""
    total = time.process_time()
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in listed.read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


if __name__ == "__main__":
    main(*sys.argv[1:4])
