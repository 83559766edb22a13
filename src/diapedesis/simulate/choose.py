"""Which solver a scenario gets: explicit where accuracy sets the step, Rosenbrock where speed does.

An explicit formula has to follow rates that have long died down. How many of its steps it owes to
them shows when the tolerance is loosened: steps that accuracy asks for become fewer, by the fifth
root; steps that stability asks for stay, and so do those after every switch of an input. Typical
subjects of the scenario are solved twice, and the rest is arithmetic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diapedesis.simulate.engine import Problem, run
from diapedesis.simulate.kernel import Kernel

Array = NDArray[np.float64]
LOOSER = 100.0
SAVED = 1.0 - LOOSER**-0.2
"""Share of the steps set by accuracy that a looser tolerance saves."""
PER_STOP = 3.0
"""Steps that either solver spends to get going after a stop."""
COST = 2.0
"""Time of a Rosenbrock step over that of an explicit one: 1.7 to 2.1 on models of 22 states."""
PILOT_STEPS = 20_000
PILOTS = 8
_CHOSEN: dict[str, Literal["tsit5", "rodas5p"]] = {}


def choose_method(
    problem: Problem, rtol: float, explicit: Callable[[], Kernel]
) -> Literal["tsit5", "rodas5p"]:
    """Return the solver for a scenario.

    The answer depends on the model, its default parameters and those given as one number for all,
    the protocols and the tolerance; not on what differs between subjects, their number or their
    order, so that it is the same for any part of them.

    Parameters
    ----------
    problem : Problem
    rtol : float
    explicit : callable
        Gives the explicit kernel of the problem.
    """
    if not len(problem.p):
        return "tsit5"  # for nobody, either will do
    pilot = _pilot(problem)
    key = _digest(pilot, rtol)
    if key not in _CHOSEN:
        kernel = explicit()
        tight = _steps(kernel, pilot, rtol)
        loose = _steps(kernel, pilot, min(LOOSER * rtol, 1e-2))
        _CHOSEN[key] = "rodas5p" if prefers_rosenbrock(tight, loose, _stops(pilot)) else "tsit5"
    return _CHOSEN[key]


def prefers_rosenbrock(tight: float, loose: float, stops: float) -> bool:
    """Return whether a Rosenbrock formula needs less time, given explicit steps at two tolerances.

    Parameters
    ----------
    tight, loose : float
        Explicit steps at the tolerance wanted, and at one ``LOOSER`` times as large; infinite where
        they were not enough.
    stops : float
        Switches and jumps on the way.

    Examples
    --------
    >>> prefers_rosenbrock(1000.0, 420.0, 50.0), prefers_rosenbrock(9000.0, 8700.0, 50.0)
    (False, True)
    """
    if not np.isfinite(tight):
        return True
    accuracy = min(max(tight - loose, 0.0) / SAVED, tight)
    return bool(COST * (accuracy + PER_STOP * stops) < tight)


def _pilot(problem: Problem) -> Problem:
    """Return the typical subject under up to PILOTS of the protocols."""
    used = np.unique(problem.schedule)
    keyed = sorted((_schedule_digest(problem, int(s)), int(s)) for s in used)
    some = np.array([s for _, s in dict(keyed).items()][:PILOTS], np.int64)
    n = some.size
    typical = np.tile(problem.typical, (n, 1))
    none = np.empty((n, 0))
    return replace(
        problem, p=typical, own=none, own_input=some[:0], y0=None, schedule=some,
        times=np.empty(0), lockstep=0,
    )  # fmt: skip


def _schedule_digest(problem: Problem, s: int) -> str:
    stops = problem.stops
    first, last = stops.begin[s], stops.begin[s + 1]
    base = stops.base_row[s]
    jumps = slice(stops.jump[first], stops.jump[last])
    parts = (stops.time[first:last], stops.u[base : base + last - first + 1],
             stops.jump_state[jumps], stops.jump_value[jumps])  # fmt: skip
    return hashlib.sha256(b"|".join(np.ascontiguousarray(x).tobytes() for x in parts)).hexdigest()


def _digest(pilot: Problem, rtol: float) -> str:
    plans = [_schedule_digest(pilot, int(s)) for s in pilot.schedule]
    numbers = pilot.p[0].tobytes().hex()
    text = f"{pilot.program.digest} {plans} {pilot.t0!r} {pilot.t1!r} {rtol!r} {numbers}"
    return hashlib.sha256(text.encode()).hexdigest()


def _steps(kernel: Kernel, pilot: Problem, rtol: float) -> float:
    """Return the mean number of steps; infinite when a pilot does not arrive."""
    found = run(kernel, pilot, rtol=rtol, max_steps=PILOT_STEPS, threads=1)
    return float(found.steps.mean()) if not found.status.any() else np.inf


def _stops(pilot: Problem) -> float:
    begin = pilot.stops.begin
    return float(np.mean([begin[s + 1] - begin[s] for s in pilot.schedule]))
