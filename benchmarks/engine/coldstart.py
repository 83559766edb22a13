"""How long a new process takes: ``python -m benchmarks.engine.coldstart``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from itertools import count
from statistics import median

from .engines import ROOT
from .results import Results

REPEATS = 5
SOLVE = """
from diapedesis.models import pkpd
from diapedesis.simulate import Protocol, solve
solve(pkpd(), Protocol.every(28, n=1), [28.0]).raise_failures()
"""
CHANGED = """
from diapedesis.core import Assumption, Flux, Mechanism, Model, Parameter, Port
from diapedesis.models import pkpd
from diapedesis.simulate import Protocol, solve
known = pkpd()
why = Assumption("makes the model a new one")
terms = (
    Port("a_c", "mg", "Central amount", writable=True),
    Parameter("k_leak", "1/day", "Leak", 0.0, source=why),
    Flux("leak", lambda k_leak, a_c: k_leak * a_c, {{"a_c": -1 - {number} / 1024}}, "leak", "Leak"),
)
model = Model("changed", [*known.mechanisms, Mechanism("leak", terms)], known.wires)
solve(model, Protocol.every(28, n=1), [28.0]).raise_failures()
"""
COMMAND = "from diapedesis.app.cli import main; main()"


def main() -> None:
    """Measure all and write them down."""
    rows = [{"what": what, "seconds": seconds} for what, seconds in measure()]
    results = Results()
    results.put(rows, "cold")
    for row in rows:
        print(row)


def measure() -> list[tuple[str, float]]:
    """Return what was started, and its median wall time [s]."""
    number = count(1)
    with tempfile.TemporaryDirectory() as cache:
        python(SOLVE, cache)  # fills the cache
        return [
            ("`import numpy`, to compare", _median("import numpy", cache)),
            ("`diapedesis --help`", _median(COMMAND, cache, "--help")),
            ("first solve of `pkpd`, kernels in the cache", _median(SOLVE, cache)),
            ("the same, cache empty", median(_empty() for _ in range(REPEATS))),
            (
                "first solve of a changed model",
                median(python(CHANGED.format(number=next(number)), cache) for _ in range(REPEATS)),
            ),
        ]


def python(text: str, cache: str, *arguments: str) -> float:
    """Return the wall time of a new process that runs a text."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", text, *arguments],
        cwd=ROOT, env=os.environ | {"DIAPEDESIS_CACHE": cache}, check=True, capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - begin


def _median(text: str, cache: str, *arguments: str) -> float:
    return median(python(text, cache, *arguments) for _ in range(REPEATS))


def _empty() -> float:
    with tempfile.TemporaryDirectory() as cache:
        return python(SOLVE, cache)


if __name__ == "__main__":
    main()
