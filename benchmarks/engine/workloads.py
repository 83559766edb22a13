"""The problems every engine solves: model, outputs, days, and a seeded population.

A: two compartments, 26 infusions, concentration on 729 days.
B: the stand-in, an invented 22-state model; 65 infusions, 5 exchanges and 5 steroid pulses, all
   states on 1826 days. ``b10`` and ``b100`` are the same with its four fast rates 10 and 100 times
   as fast, without the steroid as an output: nothing is left of it when the day is read.
C: the package's model of natalizumab and MS, ten observables on 2191 days; four years of infusions,
   a year without (exchanges, steroid, fingolimod, anti-CD20), and infusions again (``disease.py``).

Every subject has parameters of its own (in A and B log-normal about the typical value) and a
schedule of its own: infusions fall up to three days early or late, exchanges start on a day drawn
per subject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.models import ms
from diapedesis.simulate import Pulse, Schedule

from . import disease, standin, two_compartments
from .standin_parameters import FAST, LOWEST

Array = NDArray[np.float64]
HOUR = 1 / 24
SCHEDULES = 1000
"""Schedules drawn; subject number 1000 and later take them again in turn."""
SEED = 20


@dataclass(frozen=True)
class Workload:
    """One problem: ``parameters(n)`` and ``schedules(n)`` give the first `n` subjects."""

    id: str
    label: str
    model: Model
    outputs: tuple[str, ...]
    times: Array
    draw: Callable[[np.random.Generator], Schedule]
    population: Callable[[int, tuple[int, ...]], dict[str, Array]] | None = None
    """Parameters of n subjects by a seed; by default log-normal about the model's defaults."""

    def parameters(self, n: int, draw: int = 0) -> dict[str, Array]:
        """Return every parameter's values, shape (n,); another `draw` is another population."""
        seed = (SEED, 0, draw) if draw else (SEED, 0)
        if self.population is not None:
            return self.population(n, seed)
        z = np.random.default_rng(seed).standard_normal((n, len(self.model.parameters)))
        return {id: self._values(id, z[:, i]) for i, id in enumerate(self.model.parameters)}

    def _values(self, id: str, z: Array) -> Array:
        p = self.model.parameters[id]
        return np.maximum(p.default * np.exp(p.iiv * z), LOWEST.get(id, 0.0))

    def schedules(self, n: int) -> tuple[Schedule, ...]:
        """Return one schedule per subject."""
        rng = np.random.default_rng([SEED, 1])
        drawn = [self.draw(rng) for _ in range(min(n, SCHEDULES))]
        return tuple(drawn[i % SCHEDULES] for i in range(n))


def _infusions(rng: np.random.Generator, n: int, rate: float) -> list[Pulse]:
    """Return hourly infusions about every 28 days, the first on day 0."""
    shift = np.round(rng.uniform(-3, 3, n) * 24) / 24
    starts = 28.0 * np.arange(n) + np.where(np.arange(n) > 0, shift, 0.0)
    return [Pulse("infusion_rate", float(s), float(s) + HOUR, rate) for s in starts]


def _two_years(rng: np.random.Generator) -> Schedule:
    return Schedule(tuple(_infusions(rng, 26, 300.0 * 24)))


def _five_years(rng: np.random.Generator) -> Schedule:
    pulses = _infusions(rng, 65, 3.0 * 24)
    first = float(np.round(rng.uniform(700, 1600))) + 0.4
    for k in range(5):
        day = first + 2 * k
        pulses.append(Pulse("exchange_rate", day, day + 2 * HOUR, 0.6 * 12))
    for k in range(5):
        day = first + 10 + k
        pulses.append(Pulse("steroid_rate", day, day + HOUR, 24.0))
    return Schedule(tuple(pulses))


def _stand_in(
    id: str, label: str, outputs: tuple[str, ...], factors: dict[str, float] | None = None
) -> Workload:
    courses, days = tuple(f"{o}_course" for o in outputs), np.arange(1826.0)
    return Workload(id, label, standin.model(factors), courses, days, _five_years)


def _faster(times: float) -> dict[str, float]:
    return {id: times for id in FAST}


def workload(id: str) -> Workload:
    """Return a workload by id: ``a``, ``b``, ``b10``, ``b100`` or ``c``."""
    every = tuple(s.id for s in standin.STATES)
    lasting = tuple(s for s in every if s != "steroid")
    match id:
        case "a":
            days = np.arange(729.0)
            label = "A: 2 compartments, 26 infusions, 729 days"
            return Workload("a", label, two_compartments.model(), ("c",), days, _two_years)
        case "b":
            return _stand_in("b", "B: stand-in, 22 states, 5 years", every)
        case "b10":
            return _stand_in("b10", "B, fast rates x10", lasting, factors=_faster(10.0))
        case "b100":
            return _stand_in("b100", "B, fast rates x100", lasting, factors=_faster(100.0))
        case "c":
            label = "C: MS model, 46 states, 6 years, 10 observables"
            days = np.arange(disease.DAYS + 1.0)
            draw, people = disease.six_years, disease.population
            return Workload("c", label, ms(), disease.OUTPUTS, days, draw, people)
    raise ValueError(f"workload {id!r}: expected one of {', '.join(IDS)}")


IDS = ("a", "b", "b10", "b100", "c")
