"""Workload C's subjects: six years of natalizumab, stopped and begun again, and what comes between.

Every parameter that has a prior or a spread between subjects is drawn on its own scale, shares in
the logit, about its default and as wide as both together. Draws whose untreated state is unstable
are left out, as the package does.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.scale import Scale, prior_sd, uncertain
from diapedesis.infer.stability import stability
from diapedesis.models import ms
from diapedesis.simulate import (
    Course,
    Depletion,
    Infusion,
    Plex,
    Protocol,
    Schedule,
    Steroid,
    Treatment,
    schedule,
)

Array = NDArray[np.float64]
OUTPUTS = (
    "c", "free_alpha4", "lymphocytes", "csf_cells", "csf_cd4cd8", "tone", "gd", "relapse_rate",
    "edss", "nfl",
)  # fmt: skip
DAYS = 2190
INFUSIONS = 52
BLOCK = 1024
"""Subjects drawn at a time, so that the first of them do not depend on how many are asked for."""


@cache
def _centre() -> tuple[Scale, Array, Array]:
    """Return the scale, and typical values and their spread on it."""
    model = ms()
    scale = Scale.of(model, uncertain(model))
    drawn = [model.parameters[id] for id in scale.names]
    spread = np.array([np.hypot(prior_sd(p), p.iiv) for p in drawn])
    return scale, scale.normal([p.default for p in drawn]), spread


def population(n: int, seed: tuple[int, ...]) -> dict[str, Array]:
    """Return the parameters of the first `n` subjects of a population, shape (n,)."""
    scale, typical, spread = _centre()
    kept: list[Array] = []
    while sum(map(len, kept)) < n:
        rng = np.random.default_rng([*seed, len(kept)])
        values = scale.natural(typical + spread * rng.standard_normal((BLOCK, typical.size)))
        found = stability(ms(), {id: values[:, j] for j, id in enumerate(scale.names)})
        kept.append(values[found.stable])
    values = np.concatenate(kept)[:n]
    fixed = {id: np.full(n, p.default) for id, p in ms().parameters.items()}
    return fixed | {id: values[:, j] for j, id in enumerate(scale.names)}


def six_years(rng: np.random.Generator) -> Schedule:
    """Return one subject's schedule: four years of the drug, one without, the drug again."""
    doses = _infusions(rng, 0.0, INFUSIONS)
    stop = doses[-1].time
    restart = float(np.round(stop + rng.uniform(330, 400)))
    sessions = _exchanges(stop + _hours(rng, 7, 42)) if rng.random() < 0.5 else ()
    given: list[Treatment] = []
    if rng.random() < 0.5:
        first = stop + _hours(rng, 60, 200)
        given += [Steroid(first + day, grams=1.0) for day in range(5)]
    match int(rng.integers(3)):
        case 0:
            first = np.floor(stop + rng.uniform(28, 90)) + 0.3  # outputs see it: not as one is read
            given.append(Course("fingolimod", float(first), restart - 0.7))
        case 1:
            first = stop + _hours(rng, 28, 90)
            given += [Depletion("anti_cd20", first), Depletion("anti_cd20", first + 182)]
    doses += _infusions(rng, restart, int((DAYS - 4 - restart) // 28) + 1)
    return schedule(Protocol(tuple(doses), tuple(sessions), treatments=tuple(given)), ms())


def _infusions(rng: np.random.Generator, first: float, n: int) -> list[Infusion]:
    """Return infusions of 300 mg about every 28 days, up to three days early or late."""
    shift = np.round(rng.uniform(-3, 3, n) * 24) / 24
    shift[0] = 0.0
    return [Infusion(first + 28.0 * k + float(d), 300.0) for k, d in enumerate(shift)]


def _exchanges(first: float) -> tuple[Plex, ...]:
    return tuple(Plex(first + 2 * k, plasma_volumes=1.5) for k in range(5))


def _hours(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number of days, by the hour."""
    return float(np.round(rng.uniform(low, high) * 24) / 24)
