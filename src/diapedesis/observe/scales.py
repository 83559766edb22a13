"""Scales of the clinic as they are read: EDSS, Karnofsky, need of intensive care.

The model's EDSS is a smooth course; a rater gives half points and raters differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_ndtr, ndtri

from diapedesis.core import Assumption, LogNormal, Source
from diapedesis.observe.numbers import Array, Numbers, Value, at_least_0, chances, told

EDSS_STEPS = np.array([0.0, *np.arange(1.0, 9.6, 0.5)])
"""What a rater gives to the living: 0, then half points from 1 to 9.5."""
KARNOFSKY_STEPS = np.arange(10.0, 101.0, 10.0)
"""What a rater gives to the living."""
KARNOFSKY_CLASSES = ("mild", "moderate", "severe")
KARNOFSKY_BOUNDS = (80.0, 50.0)
"""Karnofsky from which disability is mild, and from which moderate.

Assumption: the usual reading of claim ``pml 3.17``, where a third of survivors is in each class.
"""


@dataclass(frozen=True, eq=False)
class ScaleNumbers(Numbers):
    """How scales are read.

    Examples
    --------
    >>> float(ScaleNumbers().karnofsky_slope)
    8.0
    """

    edss_rater: Value = field(
        default=0.5,
        metadata=told(
            "",
            "Spread between raters of the EDSS, SD",
            Assumption("raters mostly agree within a point; no series in the evidence"),
            LogNormal(0.3),
        ),
    )
    karnofsky_at: Value = field(
        default=82.6,
        metadata=told(
            "",
            "Mean Karnofsky at EDSS 3.5",
            Source("pml 3.8", note="85.0 at 3.2, 80.2 at 3.8"),
            LogNormal(0.03),
        ),
    )
    karnofsky_slope: Value = field(
        default=8.0,
        metadata=told(
            "",
            "Fall of Karnofsky per point of EDSS",
            Source("pml 3.8", note="85.0 at 3.2, 80.2 at 3.8; beyond that a straight line"),
            LogNormal(0.2),
        ),
    )
    karnofsky_rater: Value = field(
        default=8.0,
        metadata=told(
            "",
            "Spread of Karnofsky at one EDSS, SD",
            Assumption("about one step of the scale"),
            LogNormal(0.3),
        ),
    )
    icu_pressure: Value = field(
        default=25.0,
        metadata=told(
            "mmHg",
            "Intracranial pressure at which half need intensive care",
            Assumption("pressure is treated from 20 to 25 mmHg"),
            LogNormal(0.12),
        ),
    )
    icu_pressure_width: Value = field(
        default=2.5,
        metadata=told("mmHg", "Width of that rise", Assumption("makes it smooth"), LogNormal(0.3)),
    )
    icu_edss: Value = field(
        default=9.2,
        metadata=told(
            "",
            "EDSS at which half need intensive care",
            Assumption("9.5 cannot swallow; one case was at 9.5 in IRIS (pml 3.19)"),
            LogNormal(0.03),
        ),
    )
    icu_edss_width: Value = field(
        default=0.3,
        metadata=told("", "Width of that rise", Assumption("makes it smooth"), LogNormal(0.3)),
    )


SCALES = ScaleNumbers()


def read_edss(edss: ArrayLike, chance: ArrayLike, numbers: ScaleNumbers = SCALES) -> Array:
    """Sample what a rater gives, given uniform draws.

    Parameters
    ----------
    edss : array_like
        Of the model, 0 to 10.
    chance : array_like
        Uniform draws.
    numbers : ScaleNumbers

    Examples
    --------
    >>> read_edss([0.1, 3.6, 9.5], 0.5).tolist()
    [0.0, 3.5, 9.5]
    """
    return _sampled(_edss(edss), numbers.edss_rater, EDSS_STEPS, chance)


def edss_log_likelihood(read: float, edss: ArrayLike, numbers: ScaleNumbers = SCALES) -> Array:
    """Return the log probability that a rater gives `read`.

    Parameters
    ----------
    read : float
        One of `EDSS_STEPS`.
    edss : array_like
        Of the model, 0 to 10.
    numbers : ScaleNumbers

    Raises
    ------
    ValueError
        When no rater gives that number.

    Examples
    --------
    >>> edss_log_likelihood(3.5, [3.5, 6.5]).round(1).tolist()
    [-1.0, -17.8]
    """
    return _log_probability("read", read, _edss(edss), numbers.edss_rater, EDSS_STEPS)


def karnofsky(edss: ArrayLike, numbers: ScaleNumbers = SCALES) -> Array:
    """Return the mean Karnofsky score at an EDSS, 0 to 100.

    Examples
    --------
    >>> karnofsky([0.0, 3.2, 3.8, 9.5]).round(1).tolist()
    [100.0, 85.0, 80.2, 34.6]
    """
    line = numbers.karnofsky_at - numbers.karnofsky_slope * (_edss(edss) - 3.5)
    return np.asarray(np.clip(line, 0.0, 100.0))


def read_karnofsky(edss: ArrayLike, chance: ArrayLike, numbers: ScaleNumbers = SCALES) -> Array:
    """Sample the Karnofsky score given to a patient of an EDSS.

    Examples
    --------
    >>> read_karnofsky([0.0, 3.5, 6.5], 0.5).tolist()
    [100.0, 80.0, 60.0]
    """
    return _sampled(karnofsky(edss, numbers), numbers.karnofsky_rater, KARNOFSKY_STEPS, chance)


def karnofsky_log_likelihood(read: float, edss: ArrayLike, numbers: ScaleNumbers = SCALES) -> Array:
    """Return the log probability that a patient of an EDSS is given a Karnofsky score.

    Examples
    --------
    >>> chances_of_all = [karnofsky_log_likelihood(k, 3.5) for k in KARNOFSKY_STEPS]
    >>> round(float(np.exp(chances_of_all).sum()), 12)
    1.0
    """
    mean = karnofsky(edss, numbers)
    return _log_probability("read", read, mean, numbers.karnofsky_rater, KARNOFSKY_STEPS)


def icu_probability(icp: ArrayLike, edss: ArrayLike, numbers: ScaleNumbers = SCALES) -> Array:
    """Return the probability that intensive care is needed, for pressure or for disability.

    Parameters
    ----------
    icp : array_like
        Highest intracranial pressure [mmHg].
    edss : array_like
        Highest EDSS.
    numbers : ScaleNumbers

    Examples
    --------
    >>> icu_probability([10.0, 25.0, 40.0], 4.0).round(2).tolist()
    [0.0, 0.5, 1.0]
    """
    pressed = (at_least_0("icp", icp) - numbers.icu_pressure) / numbers.icu_pressure_width
    disabled = (_edss(edss) - numbers.icu_edss) / numbers.icu_edss_width
    return np.asarray(1 - expit(-pressed) * expit(-disabled))


def _edss(given: ArrayLike) -> Array:
    values = at_least_0("edss", given)
    if (values > 10).any():
        raise ValueError(f"edss: found {values.max():g}, expected at most 10")
    return values


def _edges(steps: Array) -> Array:
    """Return what lies between one step and the next, with the ends open."""
    return np.concatenate([[-np.inf], (steps[1:] + steps[:-1]) / 2, [np.inf]])


def _sampled(mean: Array, sd: Value, steps: Array, chance: ArrayLike) -> Array:
    with np.errstate(divide="ignore"):  # a draw of exactly 0 is the lowest step
        felt = mean + sd * ndtri(chances("chance", chance))
    return np.asarray(steps[np.searchsorted(_edges(steps)[1:-1], felt, side="right")])


def _log_probability(name: str, read: float, mean: Array, sd: Value, steps: Array) -> Array:
    place = np.flatnonzero(steps == read)
    if not place.size:
        known = ", ".join(f"{s:g}" for s in steps)
        raise ValueError(f"{name}: found {read!r}, expected one of {known}")
    with np.errstate(over="ignore"):
        low, high = ((edge - mean) / sd for edge in _edges(steps)[place[0] : place[0] + 2])
    # in the upper tail both are near 1; mirrored, the difference keeps its digits
    mirrored = low > 0
    upper = log_ndtr(np.where(mirrored, -low, high))
    lower = log_ndtr(np.where(mirrored, -high, low))
    with np.errstate(invalid="ignore"):  # so far off that both are -inf: so is what they enclose
        inside = upper + np.log1p(-np.exp(lower - upper))
    return np.asarray(np.where(np.isneginf(upper), upper, inside))
