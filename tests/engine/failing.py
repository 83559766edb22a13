"""A toy broken in every way, alone or among others, and what must be true of it and of them."""

import numpy as np

from diapedesis.core import Mechanism, Model
from diapedesis.simulate import Jump, Schedule, Solution, solve
from tests.engine import fragile

MODEL = Model("fragile", [Mechanism.of(fragile)])
OUTPUTS = ("seen", "window_left")
TIMES = np.linspace(0.0, 3.0, 13)
MAX_STEPS = 20_000
"""A hundred times what the harmless take: the longest that a broken one may go on."""
PLAN = Schedule(jumps=(Jump(1.5, "y", 0.5),))
NAN, INF = float("nan"), float("inf")
BAD: dict[str, dict[str, float]] = {
    "finite-time singularity": {"growth": 1.0, "decay": 0.0},
    "singularity after a jump": {"growth": 1.0, "decay": 0.8},
    "log of a negative": {"limit": 2.0},
    "log of a negative from the start": {"limit": -1.0},
    "overflow": {"boost": 1000.0},
    "overflow from the start": {"growth": 1e300, "start": 1e300},
    "division by zero": {"volume": 0.0},
    "zero by zero": {"volume": 0.0, "start": 0.0, "growth": 0.0},
    "too many steps": {"omega": 1e7},
    "an output alone": {"window": 2.0},
    "start not a number": {"start": NAN},
    "start infinite": {"start": INF},
    **{f"{id} not a number": {id: NAN} for id in MODEL.parameters},
    **{f"{id} infinite": {id: INF} for id in ("growth", "pace", "omega", "boost")},
}
People = dict[str, np.ndarray]


def harmless(n: int, seed: int) -> People:
    draw = np.random.default_rng(seed)
    return {id: p.default * np.exp(draw.normal(0.0, 0.1, n)) for id, p in MODEL.parameters.items()}


def with_bad(people: People, places: np.ndarray, kinds: list[str]) -> People:
    """Return a population in which bad subjects stand at some places of the whole."""
    n = next(iter(people.values())).size + places.size
    others = np.setdiff1d(np.arange(n), places)
    mixed = {}
    for id, values in people.items():
        mixed[id] = np.empty(n)
        mixed[id][others] = values
        default = MODEL.parameters[id].default
        mixed[id][places] = [BAD[kind].get(id, default) for kind in kinds]
    return mixed


def run(method: str, people: People, **options) -> Solution:
    chosen = {"t0": 0.0, "max_steps": MAX_STEPS, "method": method} | options
    return solve(MODEL, PLAN, TIMES, OUTPUTS, parameters=people, **chosen)


def has_failed(found: Solution, i: int) -> None:
    """Assert a status with a reason, nothing in the outputs or the final states, and an end."""
    assert found.status[i] != 0
    assert all(np.all(np.isnan(found[id][i])) for id in OUTPUTS)
    assert all(np.isnan(v[i]) for v in found.final.values())
    assert 0 <= found.steps[i] <= MAX_STEPS


def undisturbed(mixed: Solution, good: Solution, places: np.ndarray) -> None:
    others = np.setdiff1d(np.arange(mixed.status.size), places)
    assert np.all(mixed.status[others] == 0)
    for id in OUTPUTS:
        assert np.array_equal(mixed[id][others], good[id]), id
    for id, value in good.final.items():
        assert np.array_equal(mixed.final[id][others], value), id
    assert np.array_equal(mixed.steps[others], good.steps)
