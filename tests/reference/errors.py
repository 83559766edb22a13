"""Normal residual errors whose SD is a function of the level, as terms of a posterior."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.estimate import Terms

Array = NDArray[np.float64]
Sd = Callable[[Array], tuple[Array, Array]]
"""SD at a level, and its slope."""


def normal_terms(y: Array, sd: Sd) -> Terms:
    """Return the terms of normally distributed readings `y`."""

    def terms(mu: Array) -> tuple[Array, Array, Array, Array]:
        s, ds = sd(mu)
        r = (y - mu) / s
        density = -0.5 * r**2 - np.log(s) - 0.5 * np.log(2 * np.pi)
        return density, r / s + (r**2 - 1) * ds / s, (1 + 2 * ds**2) / s**2, np.zeros_like(mu)

    return terms


SMALLEST_SD = 1e-9
"""Keeps a level of 0 from being exact."""


def proportional(share: float) -> Sd:
    return squared(SMALLEST_SD, share)


def summed(constant: float, share: float) -> Sd:
    return lambda mu: (constant + share * mu, np.full_like(mu, share))


def squared(constant: float, share: float) -> Sd:
    def sd(mu: Array) -> tuple[Array, Array]:
        s = np.sqrt(constant**2 + (share * mu) ** 2)
        return s, share**2 * mu / s

    return sd
