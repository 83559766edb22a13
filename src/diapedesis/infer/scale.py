"""The scale on which a parameter is normal: logarithm, or logit for shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Fixed, LogitNormal, LogNormal, LogUniform, Model, Parameter

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Maps named parameters to the normal scale and back; the last axis runs over the names."""

    names: tuple[str, ...]
    is_share: NDArray[np.bool_]

    @classmethod
    def of(cls, model: Model, names: Sequence[str]) -> Scale:
        """Read from each parameter's prior whether it is a share."""
        shares = [isinstance(model.parameters[n].prior, LogitNormal) for n in names]
        return cls(tuple(names), np.array(shares, dtype=bool))

    def normal(self, values: ArrayLike) -> Array:
        """Return values on the normal scale."""
        x = np.asarray(values, float)
        return np.where(
            self.is_share, np.log(x) - np.log1p(-np.where(self.is_share, x, 0)), np.log(x)
        )

    def natural(self, z: ArrayLike) -> Array:
        """Return values on their own scale."""
        x = np.asarray(z, float)
        return np.where(self.is_share, 1 / (1 + np.exp(-x)), np.exp(x))


def uncertain(model: Model) -> tuple[str, ...]:
    """Return ids of all parameters with a prior or a between-subject spread."""
    return tuple(
        id for id, p in model.parameters.items() if p.iiv > 0 or not isinstance(p.prior, Fixed)
    )


def prior_sd(p: Parameter) -> float:
    """Return the SD of a typical value on the normal scale, as declared."""
    match p.prior:
        case LogNormal(sd) | LogitNormal(sd):
            return sd
        case LogUniform(low, high):
            return float(np.log(high / low) / np.sqrt(12))
        case Fixed():
            return 0.0
