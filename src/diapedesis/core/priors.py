"""Shapes of uncertainty about a typical value. Declarations only; sampling lives in ``infer``."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class LogNormal:
    """Log-normal with the parameter's default as median and `sd` on the log scale."""

    sd: float

    @property
    def support(self) -> tuple[float, float]:
        """Open interval of possible values."""
        return (0.0, math.inf)


@dataclass(frozen=True)
class LogUniform:
    """Uniform in the logarithm between `low` and `high`."""

    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """Interval of possible values."""
        return (self.low, self.high)


@dataclass(frozen=True)
class LogitNormal:
    """Normal in the logit, default as median, `sd` on the logit scale; for shares in (0, 1)."""

    sd: float

    @property
    def support(self) -> tuple[float, float]:
        """Open interval of possible values."""
        return (0.0, 1.0)


@dataclass(frozen=True)
class Fixed:
    """No uncertainty: a definition, a switch or a reference value."""

    @property
    def support(self) -> tuple[float, float]:
        """All numbers."""
        return (-math.inf, math.inf)


Prior = LogNormal | LogUniform | LogitNormal | Fixed


def describe(prior: Prior) -> str:
    """Return the prior in words, as printed on the model card.

    Examples
    --------
    >>> describe(LogUniform(0.1, 0.8))
    'log-uniform 0.1 to 0.8'
    """
    match prior:
        case LogNormal(sd):
            return f"log-normal, SD {sd:g} (ln)"
        case LogUniform(low, high):
            return f"log-uniform {low:g} to {high:g}"
        case LogitNormal(sd):
            return f"logit-normal, SD {sd:g} (logit)"
        case Fixed():
            return "fixed"
