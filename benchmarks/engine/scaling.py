"""Time and memory from 100 to a million subjects: ``python -m benchmarks.engine.scaling``.

Every size runs in a process of its own, which reads its largest memory at the end. *whole*: one
call of ``solve`` that returns all courses. *streamed*: ``stream``, which hands on a chunk at a time
and keeps the mean and the spread. Whole answers above 2 GiB are left out.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from diapedesis.simulate import Batch, Moments, Schedule, solve, stream

from .engines import ROOT
from .results import Results
from .workloads import SCHEDULES, Workload, workload

WORKLOADS = ("a", "c")
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
LARGEST = 2**31
THREADS = 2


def main() -> None:
    """Measure every size that is not in the results yet."""
    results = Results()
    for id in WORKLOADS:
        w = workload(id)
        for n in SIZES:
            for mode in ("whole", "streamed"):
                size = 8 * n * w.times.size * len(w.outputs)
                place = "scaling", id, mode, str(n)
                if results.get(*place) is None and (mode == "streamed" or size <= LARGEST):
                    results.put(_in_a_process(id, mode, n), *place)
                    print(id, mode, n, results.get(*place), flush=True)


def _in_a_process(id: str, mode: str, n: int) -> dict[str, float]:
    command = [sys.executable, "-m", f"{__package__}.scaling", id, mode, str(n)]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout))


def once(id: str, mode: str, n: int) -> dict[str, float]:
    """Solve once, after a small solve that loads the kernel."""
    w = workload(id)
    schedules = w.schedules(SCHEDULES)
    solve(w.model, schedules[:8], w.times, w.outputs, parameters=w.parameters(8))
    begin = time.perf_counter()
    if mode == "whole":
        plans = [schedules[i % SCHEDULES] for i in range(n)]
        found = solve(
            w.model, plans, w.times, w.outputs, parameters=w.parameters(n), threads=THREADS
        )
        solved = int((found.status == 0).sum())
    else:
        solved = _stream(w, schedules, n)
    seconds = time.perf_counter() - begin
    if solved != n:
        raise RuntimeError(f"workload {id}: {n - solved} of {n} subjects were not solved")
    return {"seconds": seconds, "peak_mib": _largest_memory()}


def _stream(w: Workload, schedules: tuple[Schedule, ...], n: int) -> int:
    moments = Moments()

    def subjects(first: int, last: int) -> Batch:
        plans = [schedules[i % SCHEDULES] for i in range(first, last)]
        return Batch(plans, w.parameters(last - first, draw=1 + first))

    stream(w.model, n, subjects, w.times, moments, w.outputs, threads=THREADS)
    return moments.count


def _largest_memory() -> float:
    """Return the largest resident memory of this process so far [MiB].

    Read from ``/proc`` where there is one: what ``getrusage`` says there includes the parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS: bytes


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(once(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
    else:
        main()
