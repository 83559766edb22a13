"""Possible truths: sets of typical values, each of which could be the right one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.calibrate import prior_draws
from diapedesis.infer.prior import DRAW_FILES, draw_files, population_draws
from diapedesis.infer.scale import uncertain

Array = NDArray[np.float64]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of one study; other studies do not disturb it."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], np.uint32)
    return np.random.default_rng(np.random.SeedSequence([seed, *words.tolist()]))


def truths(model: Model, m: int, rng: np.random.Generator) -> dict[str, Array]:
    """Draw `m` possible truths: joint draws of the population, declared priors for the rest.

    Draws of a file are taken without repeats while there are enough.

    Parameters
    ----------
    model : Model
    m : int
    rng : Generator

    Returns
    -------
    dict of str to ndarray, shape (m,)
    """
    return _truths(model, m, rng, draw_files(model))


def prior_truths(model: Model, m: int, rng: np.random.Generator) -> dict[str, Array]:
    """Draw possible truths as `truths` does, before the rows of MS were looked at."""
    return _truths(model, m, rng, DRAW_FILES)


def uncalibrated(model: Model, m: int, rng: np.random.Generator, file: str) -> dict[str, Array]:
    """Draw possible truths as `truths` does, without one of the files."""
    return _truths(model, m, rng, [f for f in draw_files(model) if f != file])


def _truths(
    model: Model, m: int, rng: np.random.Generator, files: Sequence[str]
) -> dict[str, Array]:
    out: dict[str, Array] = {}
    for file in files:
        draws = population_draws(file)
        size = next(iter(draws.values())).size
        at = np.concatenate([rng.permutation(size) for _ in range(-(-m // size))])[:m]
        out |= {k: v[at] for k, v in draws.items()}
    rest = tuple(id for id in uncertain(model) if id not in out)
    return out | prior_draws(model, rest, m, rng)
