"""How probable the measured levels are: error of the assay, limit of quantification, outliers.

A level is, with probability ``1 - OUTLIER_SHARE``, what the assay makes of the true level, and else
an outlier (a wrong sample, a wrong time, a contaminated line) with ``OUTLIER_FOLD`` times the SD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, log_ndtr

from diapedesis.observe import Level

Array = NDArray[np.float64]
OUTLIER_SHARE = 0.03
"""Assumption: one level in thirty is not what its label says."""
OUTLIER_FOLD = 5.0
"""Assumption: the SD of such a level is five times the assay's."""
SMALLEST_SD = 1e-4
"""mg/L; keeps an assay that is declared exact at zero from dividing by zero."""
_LOG_ROOT = 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True)
class Levels:
    """Measured levels as arrays; `y` is the limit of quantification where `below`."""

    y: Array
    below: NDArray[np.bool_]
    proportional: Array
    additive: Array
    factor: Array
    total: NDArray[np.bool_]
    of_saturation: NDArray[np.bool_]

    @classmethod
    def of(cls, levels: Sequence[Level]) -> Levels:
        """Collect levels."""
        below = np.array([x.below for x in levels], bool)
        y = [x.assay.lloq if x.below or x.value is None else x.value for x in levels]
        return cls(
            np.array(y, float),
            below,
            np.array([x.assay.proportional_sd for x in levels], float),
            np.array([x.assay.additive_sd for x in levels], float),
            np.array([x.assay.factor for x in levels], float),
            np.array([x.assay.measures == "total" for x in levels], bool),
            np.array([x.assay.measures == "saturation" for x in levels], bool),
        )

    def sd(self, mu: Array) -> Array:
        """Return the assay's SD at a true reading `mu`, in the unit of the reading."""
        return np.sqrt((self.proportional * mu) ** 2 + self.additive**2 + SMALLEST_SD**2)

    def reading(self, c: Array, c_free: Array, saturation: Array | None = None) -> Array:
        """Return what this laboratory would read without error; last axis runs over levels.

        Parameters
        ----------
        c, c_free : ndarray, shape (..., n_levels)
            [mg/L]
        saturation : ndarray, optional
            Share; needed when one of the levels is a saturation.
        """
        serum = np.where(self.total, c, c_free)
        if saturation is None:
            return self.factor * serum
        return self.factor * np.where(self.of_saturation, saturation, serum)

    def terms(self, mu: Array) -> tuple[Array, Array, Array, Array]:
        """Return log density, its slope in `mu`, expected information, outlier probability.

        Parameters
        ----------
        mu : ndarray, shape (..., n_levels)
            Error-free readings.
        """
        good = self._component(mu, 1.0)
        bad = self._component(mu, OUTLIER_FOLD)
        a = np.log1p(-OUTLIER_SHARE) + good[0]
        b = np.log(OUTLIER_SHARE) + bad[0]
        total = np.logaddexp(a, b)
        w = np.exp(b - total)
        mix = [(1 - w) * g + w * h for g, h in zip(good[1:], bad[1:], strict=True)]
        return total, mix[0], mix[1], w

    def _component(self, mu: Array, fold: float) -> tuple[Array, Array, Array]:
        s = fold * self.sd(mu)
        ds = fold**2 * self.proportional**2 * mu / s
        r = (self.y - mu) / s
        density = -0.5 * r**2 - np.log(s) - _LOG_ROOT
        slope = r / s + (r**2 - 1) * ds / s
        information = (1 + 2 * ds**2) / s**2
        mills = np.sqrt(2 / np.pi) / erfcx(-r / np.sqrt(2))
        shift = -(1 + r * ds) / s
        return (
            np.where(self.below, log_ndtr(r), density),
            np.where(self.below, mills * shift, slope),
            np.where(self.below, mills * (mills + r) * shift**2, information),
        )
