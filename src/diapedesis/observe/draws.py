"""Random numbers that have an address: the same address, the same number, in whatever order.

A tree of 64-bit keys, each made from its parent's and an index by the mixing function of SplitMix64
(Steele, Lea and Flood 2014). A number depends on nothing but the seed and the indices that lead to
it: not on how many others were drawn, nor by whom.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Keys = NDArray[np.uint64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def root(seed: int) -> Keys:
    """Return the key of a seed, shape (1,).

    Examples
    --------
    >>> bool(root(1) == root(1)), bool(root(1) == root(2))
    (True, False)
    """
    if seed < 0:
        raise ValueError(f"seed: found {seed!r}, expected an integer of at least 0")
    return np.asarray(np.random.SeedSequence(seed).generate_state(1, np.uint64), np.uint64)


def child(keys: Keys, index: ArrayLike) -> Keys:
    """Return the keys below `keys`, one for each index; shapes broadcast.

    Examples
    --------
    >>> people = child(root(1), range(3))
    >>> people.shape, child(people[:, None], range(2)).shape
    ((3,), (3, 2))
    """
    mixed = keys + (np.atleast_1d(np.asarray(index, np.uint64)) + np.uint64(1)) * _GAMMA
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def uniform(keys: Keys) -> Array:
    """Return the number of each key, at least 0 and below 1.

    Examples
    --------
    >>> numbers = uniform(child(root(1), range(10_000)))
    >>> bool(abs(numbers.mean() - 0.5) < 0.01)
    True
    """
    return (keys >> np.uint64(11)) * np.float64(2.0**-53)


def exponential(keys: Keys) -> Array:
    """Return an exponential waiting time of mean 1 for each key.

    Examples
    --------
    >>> waits = exponential(child(root(1), range(10_000)))
    >>> bool(abs(waits.mean() - 1) < 0.03)
    True
    """
    return -np.log1p(-uniform(keys))
