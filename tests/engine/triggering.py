"""What the tests of triggers share: the toy, its numbers, and three ways to ask for an event."""

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.core import Mechanism, Model
from diapedesis.simulate import Schedule, Solution, Trigger, solve
from tests.engine import timers
from tests.engine.problems import ENGINES

Array = NDArray[np.float64]
MODEL = Model("timers", [Mechanism.of(timers)])
START, K, H_0, AGEING = 8.0, 0.25, 0.02, 0.1
RTOL = 1e-9
CLOSE = 1e-6
"""[day] An error of a hundred tolerances in a quantity that changes by a tenth of itself a day."""
N = 21
END = 60.0
NOTHING = Schedule()
methods = pytest.mark.parametrize("method", ENGINES)


def run(method: str, *triggers, plan: Schedule = NOTHING, times=(), **options) -> Solution:
    outputs = options.pop("outputs", ("level", "hazard", "cosine"))
    chosen = {"t0": 0.0, "t1": END, "rtol": RTOL, "method": method} | options
    return solve(MODEL, plan, times, outputs, triggers=triggers, **chosen).raise_failures()


def falls_to(limit: float, **what) -> Trigger:
    own = {"limit": limit}
    return Trigger("low", lambda amount, limit: limit - amount, parameters=own, **what)


def happens(id: str = "event") -> Trigger:
    """Return an event that happens when the cumulative hazard reaches a subject's threshold."""
    law = lambda cumulative_hazard, threshold: cumulative_hazard - threshold  # noqa: E731
    return Trigger(id, law, parameters={"threshold": 1.0})


def thresholds(n: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).exponential(1.0, n)


AGREE = {"rtol": 1e-6, "atol": 1e-9}
"""A hundred tolerances, and ten for what an event's day, known as well, moves a course."""
TIMES = np.array([0.0, 1.0, 5.0, 9.0, 12.5, 20.0, 33.3, 47.0, 60.0])
LIMIT = 2.0
DAY = np.log(START / LIMIT) / K
