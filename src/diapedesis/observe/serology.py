"""The antibody index against JC virus over the years, and how it is read.

A person is a carrier of antibodies or is not. Carriers have an index between a lowest and a top;
it drifts up, and in some jumps. Non-carriers convert, carriers of a low index may lose antibodies.
Readings scatter, so that some cross the limit although nothing happened: what cohorts count as
conversion and reversion is both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr, ndtri

from diapedesis.observe.draws import Array, Keys, child, exponential, root, uniform
from diapedesis.observe.serology_numbers import SEROLOGY, SerologyNumbers

YEAR = 365.25
POSITIVE = 0.4
"""Index from which a reading counts as positive. Assumption: that of the usual assay."""
CLASSES = (0.4, 0.9, 1.5)
"""Where classes of risk begin after the negative one (claims ``pml 1.13``, ``pml 1.20``)."""
LOSES_BELOW = 1.0
"""Index below which carriers may lose antibodies. Assumption."""

_START, _YEARS, _READS = range(3)  # keys below a subject's
_CARRIER, _INDEX, _NONE = range(3)  # below its start
_CONVERTS, _NEW, _REVERTS, _JUMPS, _JUMP = range(5)  # below each interval
_PROPORTIONAL, _ADDITIVE = range(2)  # below each reading


@dataclass(frozen=True, eq=False)
class Serology:
    """Antibodies of n subjects, constant from each day to the next.

    Made by `sample_serology`.

    Attributes
    ----------
    days : ndarray, shape (n_days,)
    carrier : ndarray of bool, shape (n, n_days)
        Whether the subject has antibodies.
    index : ndarray, shape (n, n_days)
        The index without the error of reading it.
    keys : ndarray, shape (n,)
        Of the subjects.
    numbers : SerologyNumbers
    """

    days: Array
    carrier: NDArray[np.bool_]
    index: Array
    keys: Keys
    numbers: SerologyNumbers

    def steps(self, subject: int) -> tuple[tuple[float, float], ...]:
        """Return the index of one subject as (day, value): a step function for `jc_index`.

        The first step begins before all time.

        Examples
        --------
        >>> found = sample_serology([0.0, YEAR], 2, seed=1)
        >>> [day for day, _ in found.steps(0)]
        [-inf, 365.25]
        """
        days = [-np.inf, *self.days[1:].tolist()]
        return tuple(zip(days, self.index[subject].tolist(), strict=True))

    def read(self, repeat: int = 0) -> Array:
        """Return what the assay reads on each day, shape (n, n_days).

        Parameters
        ----------
        repeat : int
            Another number, another reading of the same samples.

        Examples
        --------
        >>> found = sample_serology([0.0], 1000, seed=1)
        >>> one, two = found.read(), found.read(1)
        >>> bool(0.8 < np.corrcoef(one[:, 0], two[:, 0])[0, 1] < 1)
        True
        """
        if repeat < 0:
            raise ValueError(f"repeat: found {repeat!r}, expected an integer of at least 0")
        days = child(child(child(self.keys, _READS), repeat)[:, None], range(len(self.days)))
        one, other = (_normal(child(days, k)) for k in (_PROPORTIONAL, _ADDITIVE))
        scatter = np.exp(self.numbers.read_cv * one)
        return np.asarray(np.maximum(self.index * scatter + self.numbers.read_sd * other, 0.0))


def sample_serology(
    days: ArrayLike,
    n: int,
    seed: int,
    subjects: ArrayLike | None = None,
    numbers: SerologyNumbers = SEROLOGY,
) -> Serology:
    """Sample the antibodies of n subjects.

    Parameters
    ----------
    days : array_like
        Ascending days, the first of them the start; once a year is fine enough.
    n : int
    seed : int
        With the same seed, number and days a subject is the same in every cohort.
    subjects : array_like, optional
        Numbers of the subjects, shape (n,); by default 0 to n - 1.
    numbers : SerologyNumbers
        Single numbers, not arrays.

    Returns
    -------
    Serology

    Examples
    --------
    >>> found = sample_serology(YEAR * np.arange(6), 2000, seed=1)
    >>> found.index.shape, bool(0.55 < (found.read()[:, 0] >= POSITIVE).mean() < 0.62)
    ((2000, 6), True)
    """
    grid = np.asarray(days, float)
    if grid.ndim != 1 or not len(grid) or not np.isfinite(grid).all() or (np.diff(grid) <= 0).any():
        raise ValueError(f"days: found {days!r}, expected finite ascending days, at least one")
    who = np.arange(n) if subjects is None else np.asarray(subjects)
    if who.shape != (n,):
        raise ValueError(f"subjects: found shape {who.shape}, expected ({n},)")
    keys = child(root(seed), who)
    carrier, level, none = _start(child(keys, _START), numbers)
    carriers, index = [carrier], [_index(carrier, level, none, numbers)]
    for j, width in enumerate(np.diff(grid) / YEAR):
        key = child(child(keys, _YEARS), j)
        carrier, level = _pass(carrier, level, float(width), key, numbers)
        carriers.append(carrier)
        index.append(_index(carrier, level, none, numbers))
    return Serology(grid, np.stack(carriers, axis=1), np.stack(index, axis=1), keys, numbers)


def _start(keys: Keys, n: SerologyNumbers) -> tuple[NDArray[np.bool_], Array, Array]:
    """Return who is a carrier, the level of carriers (logit of the share of the top), the rest."""
    carrier = uniform(child(keys, _CARRIER)) < n.carriers
    middle, lowest = logit(n.index_middle / n.index_top), logit(n.index_lowest / n.index_top)
    below = ndtr((lowest - middle) / n.index_sd)
    level = middle + n.index_sd * ndtri(below + (1 - below) * _inside(child(keys, _INDEX)))
    none = n.index_none * np.exp(n.index_none_sd * _normal(child(keys, _NONE)))
    return carrier, level, none


def _pass(
    carrier: NDArray[np.bool_], level: Array, years: float, keys: Keys, n: SerologyNumbers
) -> tuple[NDArray[np.bool_], Array]:
    """Return carriers and levels after some years."""

    def happens(rate: Array | float, which: int) -> NDArray[np.bool_]:
        return np.asarray(uniform(child(keys, which)) < -np.expm1(-rate * years))

    low = n.index_top * expit(level) < LOSES_BELOW
    lost = carrier & low & happens(n.reverts, _REVERTS)
    new = ~carrier & happens(n.converts, _CONVERTS)
    jumped = happens(n.jumps, _JUMPS) * n.jump * exponential(child(keys, _JUMP))
    first = n.new_index * np.exp(n.new_index_sd * _normal(child(keys, _NEW)))
    first = np.clip(first / n.index_top, n.index_lowest / n.index_top, 0.95)
    return (carrier & ~lost) | new, np.where(new, logit(first), level + n.drift * years + jumped)


def _index(carrier: NDArray[np.bool_], level: Array, none: Array, n: SerologyNumbers) -> Array:
    return np.asarray(np.where(carrier, n.index_top * expit(level), none))


def _inside(keys: Keys) -> Array:
    """Return draws above 0 and below 1."""
    return np.maximum(uniform(keys), 2.0**-54)


def _normal(keys: Keys) -> Array:
    return np.asarray(ndtri(_inside(keys)))
