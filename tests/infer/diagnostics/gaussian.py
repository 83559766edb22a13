"""A population in which everything is known in closed form: level = eta + error, both normal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MEAN, OMEGA, SIGMA = 10.0, 1.5, 1.0
"""Of the levels, between subjects, of the error."""


def levels(
    rng: np.random.Generator, n: int, n_levels: int, *, sigma: float = SIGMA, shift: float = 0.0
) -> Array:
    """Return levels of n subjects, shape (n, n_levels)."""
    eta = OMEGA * rng.standard_normal((n, 1))
    return MEAN + shift + eta + sigma * rng.standard_normal((n, n_levels))


def covariance(n_levels: int) -> Array:
    """Return the covariance of one subject's levels."""
    return OMEGA**2 * np.ones((n_levels, n_levels)) + SIGMA**2 * np.eye(n_levels)
