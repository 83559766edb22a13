"""Two years of the usual drug with 150 events, and its linear part in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from diapedesis.simulate import Jump, Pulse, Schedule
from tests.engine.problems import DRUG

Array = NDArray[np.float64]
LINEAR = ("depot", "central", "peripheral", "effect")
AREA, ONE = 4, 5
"""Places, after the linear states, of the integral of the level and of a constant 1."""
OUTPUTS = tuple(f"{id}_t" for id in DRUG.model.states)
HOUR = 1 / 24
TIMES = np.array([0.02, 1.0, 20.0, 100.0, 150.3, 351.5, 362.05, 400.0, 500.0, 610.25, 700.0, 720.0])


@lru_cache(maxsize=1)
def events() -> Schedule:
    """Return 36 infusions, 36 injections, 15 exchanges, 12 resets: 150 switches or jumps.

    A reset empties an old injection site or sets the response back to 1; one falls on the start of
    an infusion, one exchange runs while an infusion runs, and an injection is given in another.
    """
    infusions = [Pulse("rate", 20.0 * i, 20.0 * i + HOUR, 300.0 / HOUR) for i in range(36)]
    exchanges = [
        Pulse("removal", d, d + 2.5 * HOUR, 14.0)
        for first in (150.0, 360.0, 600.0 - HOUR / 2)
        for d in first + 2.0 * np.arange(5)
    ]
    injections = [Jump(11.5 + 20.0 * i, "depot", 150.0) for i in range(35)]
    injections.append(Jump(152.05, "depot", 150.0))
    emptied = [Jump(14.25 + 120.0 * i, "depot", 0.0, replaces=True) for i in range(6)]
    resets = [Jump(100.0 + 110.0 * i, "response", 1.0, replaces=True) for i in range(6)]
    jumps = sorted([*injections, *emptied, *resets], key=lambda j: j.time)
    return Schedule((*infusions, *exchanges), jumps=tuple(jumps))


def generator(values: Mapping[str, float], rate: float, removal: float) -> Array:
    """Return the matrix of the linear states, the integral of the level, and a constant 1."""
    own = {id: values.get(id, p.default) for id, p in DRUG.model.parameters.items()}
    k, k12, k21 = (own["cl"] / own["v_c"], own["q"] / own["v_c"], own["q"] / own["v_p"])
    return np.array(
        [
            [-own["k_a"], 0.0, 0.0, 0.0, 0.0, 0.0],
            [own["k_a"], -(k + k12 + removal), k21, 0.0, 0.0, rate],
            [0.0, k12, -k21, 0.0, 0.0, 0.0],
            [0.0, own["k_e0"] / own["v_c"], 0.0, -own["k_e0"], 0.0, 0.0],
            [0.0, 1.0 / own["v_c"], 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        ]
    )


def exact(times: Array, values: Mapping[str, float] | None = None) -> Array:
    """Return the linear states, and the area under the level, by matrix exponentials.

    Shape (n_times, 5).
    """
    given = events()
    days = {0.0, *times, *(d for p in given.pulses for d in (p.start, p.end))}
    days |= {j.time for j in given.jumps}
    grid = sorted(d for d in days if d <= times[-1])
    x, found = np.eye(6)[ONE], {}
    for a, b in pairwise(grid):
        for jump in given.jumps:
            if jump.time == a and jump.state in LINEAR:
                i = LINEAR.index(jump.state)
                x[i] = jump.value + (0.0 if jump.replaces else x[i])
        on = {"rate": 0.0, "removal": 0.0}
        for p in given.pulses:
            if p.start <= a < p.end:
                on[p.input] += p.value
        x = expm(generator(values or {}, **on) * (b - a)) @ x
        found[b] = x[:ONE].copy()
    return np.array([found[t] for t in times])
