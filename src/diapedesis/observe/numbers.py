"""Numbers of a way of observing, each declared with unit, source and spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from diapedesis.core import Fixed, LogitNormal, LogNormal, LogUniform, Parameter
from diapedesis.core.priors import Prior
from diapedesis.core.sources import Provenance

Array = NDArray[np.float64]
Value = Array | float
"""One number, or an array that broadcasts against what is observed."""

ROUNDING = 1e-9
"""A quantity of a simulated course that is below 0 by less than this is a solver's zero."""
FURTHEST = 40.0
"""Beyond it no number of a computer is a draw of a standard normal."""


def told(unit: str, label: str, source: Provenance, prior: Prior | None = None) -> dict[str, Any]:
    """Return what is told of a field of `Numbers`: what it is, where it comes from, how sure it is.

    Parameters
    ----------
    unit, label : str
    source : Source or Assumption
    prior : Prior, optional
        By default none: a definition.
    """
    return {"unit": unit, "label": label, "source": source, "prior": prior or Fixed()}


@dataclass(frozen=True, eq=False)
class Numbers:
    """Declared numbers; each one number, or an array that broadcasts, say one for each draw."""

    def __post_init__(self) -> None:
        for name, declared in self.parameters().items():
            object.__setattr__(self, name, _valid(declared, getattr(self, name)))

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """Return what is declared, by name.

        Examples
        --------
        >>> from diapedesis.observe import JcAssay
        >>> JcAssay.parameters()["limit"].unit
        '1/mL'
        """
        return {
            f.name: Parameter(id=f.name, default=float(f.default), **f.metadata)
            for f in fields(cls)
            if isinstance(f.default, float)
        }

    @classmethod
    def of(cls, values: Mapping[str, ArrayLike]) -> Self:
        """Take the numbers that are among `values`, and leave the others at their defaults."""
        return cls(**{name: values[name] for name in cls.parameters() if name in values})

    @classmethod
    def draw(cls, n: int, rng: np.random.Generator) -> Self:
        """Draw every number n times from its prior.

        Examples
        --------
        >>> from diapedesis.observe import JcAssay
        >>> drawn = JcAssay.draw(1000, np.random.default_rng(1))
        >>> bool((drawn.limit >= 10).all() and (drawn.limit <= 50).all())
        True
        """
        return cls(**{name: _drawn(p, n, rng) for name, p in cls.parameters().items()})


def _drawn(p: Parameter, n: int, rng: np.random.Generator) -> Array:
    match p.prior:
        case LogNormal(sd):
            return np.asarray(p.default * np.exp(sd * rng.standard_normal(n)))
        case LogitNormal(sd):
            return np.asarray(expit(logit(p.default) + sd * rng.standard_normal(n)))
        case LogUniform(low, high):
            return np.asarray(np.exp(rng.uniform(np.log(low), np.log(high), n)))
        case Fixed():
            return np.full(n, p.default)


def _valid(p: Parameter, given: ArrayLike) -> Array:
    values = np.asarray(given, float)
    match p.prior:
        case LogitNormal():
            expected, ok = "a share between 0 and 1", (values > 0) & (values < 1)
        case LogNormal() | LogUniform() | Fixed():
            expected, ok = "a finite number above 0", values > 0
    bad = values[~(ok & np.isfinite(values))]
    if bad.size:
        raise ValueError(f"{p.id}: found {bad[0]:g}, expected {expected}")
    return values


def at_least_0(name: str, given: ArrayLike) -> Array:
    """Return finite quantities of at least 0; a solver's zero becomes zero.

    Examples
    --------
    >>> at_least_0("volume", [-1e-12, 2.0]).tolist()
    [0.0, 2.0]
    """
    values = np.asarray(given, float)
    bad = values[~((values >= -ROUNDING) & (values < np.inf))]
    if bad.size:
        raise ValueError(f"{name}: found {bad[0]:g}, expected finite numbers of at least 0")
    return np.maximum(values, 0.0)


def shares(name: str, given: ArrayLike) -> Array:
    """Return shares from 0 to 1; a solver's rounding is taken off."""
    values = np.asarray(given, float)
    bad = values[~((values >= -ROUNDING) & (values <= 1 + ROUNDING))]
    if bad.size:
        raise ValueError(f"{name}: found {bad[0]:g}, expected shares from 0 to 1")
    return np.clip(values, 0.0, 1.0)


def chances(name: str, given: ArrayLike) -> Array:
    """Return uniform draws, at least 0 and below 1."""
    values = np.asarray(given, float)
    bad = values[~((values >= 0) & (values < 1))]
    if bad.size:
        raise ValueError(f"{name}: found {bad[0]:g}, expected draws of at least 0 and below 1")
    return values


def deviates(name: str, given: ArrayLike) -> Array:
    """Return standard normal deviates; one further out than `FURTHEST` is none.

    Examples
    --------
    >>> deviates("reader", [-1.0, 2.0]).tolist()
    [-1.0, 2.0]
    """
    values = np.asarray(given, float)
    bad = values[~(np.abs(values) <= FURTHEST)]
    if bad.size:
        raise ValueError(
            f"{name}: found {bad[0]:g}, expected standard normal deviates,"
            f" -{FURTHEST:g} to {FURTHEST:g}"
        )
    return values


def rise(x: Array, half: Value, slope: Value) -> Array:
    """Return a share that is 0 at 0, a half at `half`, and logistic in the logarithm of x.

    Examples
    --------
    >>> rise(np.array([0.0, 2.0, 8.0]), 2.0, 1.0).tolist()
    [0.0, 0.5, 0.8]
    """
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # far above: a share of 1
        powered = np.where(x > 0, (x / half) ** slope, 0.0)
    return np.asarray(1 - 1 / (1 + powered))
