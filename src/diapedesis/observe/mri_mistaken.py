"""How large new MS lesions are, and how probable it is that one of a size is taken for PML.

What was published is one share for all sizes. It is kept as the mean over the sizes of new MS
lesions; by size, the log odds of the verdict rise as those of the signs it is made of.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import newton
from scipy.special import expit, logit, ndtri

from diapedesis.mechanisms.lesions import LARGE_SHARE
from diapedesis.observe.numbers import Array, Value, at_least_0, chances, shares
from diapedesis.observe.sign_numbers import SIGN_NUMBERS, SignNumbers

LARGE = 0.8
"""Volume [mL] above which the process of lesions calls one large."""
_LEAST = 1e-9
"""Chances and shares nearer to 0 or 1 are taken as this, so that volumes are finite."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


def ms_volumes(
    chance: ArrayLike,
    large_share: ArrayLike = LARGE_SHARE.default,
    numbers: SignNumbers = SIGN_NUMBERS,
) -> Array:
    """Return the volumes of new MS lesions [mL].

    They are log-normal. A lesion is above 0.8 mL just when its chance is below `large_share`, so
    that the chance by which `sample_lesions` makes a lesion large gives the volume that goes with
    it.

    Parameters
    ----------
    chance : array_like
        Uniform draws, small ones for large lesions; broadcasts with the others.
    large_share : array_like
        Share of lesions above 0.8 mL; by default that of the model.
    numbers : SignNumbers

    Examples
    --------
    >>> ms_volumes([0.95, 0.5, 0.05, 0.01]).round(2).tolist()
    [0.11, 0.3, 0.8, 1.2]
    """
    drawn = np.clip(chances("chance", chance), _LEAST, 1 - _LEAST)
    large = np.clip(shares("large_share", large_share), _LEAST, 1 - _LEAST)
    return np.asarray(LARGE * np.exp(numbers.ms_spread * (ndtri(large) - ndtri(drawn))))


def taken_for_pml(volume: ArrayLike, mean: Value, numbers: SignNumbers = SIGN_NUMBERS) -> Array:
    """Return the probability that a new MS lesion of a size is taken for PML.

    Parameters
    ----------
    volume : array_like
        Of the lesion [mL]; 0 for none.
    mean : float or ndarray
        The share over all sizes, between 0 and 1.
    numbers : SignNumbers

    Examples
    --------
    >>> taken_for_pml([0.0, 0.1, 0.3, 0.8, 3.0], 0.194).round(2).tolist()
    [0.0, 0.15, 0.19, 0.24, 0.32]
    """
    sd = numbers.ms_slope * numbers.ms_spread
    with np.errstate(divide="ignore"):  # of nothing, nothing is mistaken
        away = np.log(at_least_0("volume", volume) / ms_volumes(0.5, numbers=numbers))
    return np.asarray(expit(_middle(mean, sd) + numbers.ms_slope * away))


def _middle(mean: Value, sd: Value) -> Array:
    """Return the log odds whose share is `mean` over a normal spread of log odds."""
    share, spread = np.broadcast_arrays(np.asarray(mean, float), sd)
    around = spread[..., None] * _NODES
    weights = _WEIGHTS / _WEIGHTS.sum()

    def over(a: Array) -> Array:
        return np.asarray(expit(np.asarray(a)[..., None] + around) @ weights - share)

    def slope(a: Array) -> Array:
        p = expit(np.asarray(a)[..., None] + around)
        return np.asarray((p * (1 - p)) @ weights)

    return np.asarray(newton(over, logit(share), slope, tol=1e-12))
