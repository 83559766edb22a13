"""When two predictions lie apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FEWEST = 5
"""Truths with a number, below which nothing is compared."""
LEAST = 0.1
"""Difference of two medians, as a share of the larger, below which they are the same."""


def interval(values: Array) -> tuple[float, float, float]:
    """Return the 5 % quantile, the median and the 95 % quantile; NaN for too few.

    Examples
    --------
    >>> interval(np.arange(101.0))
    (5.0, 50.0, 95.0)
    """
    found = values[np.isfinite(values)]
    if found.size < FEWEST:
        return np.nan, np.nan, np.nan
    low, middle, high = np.quantile(found, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)


def differ(a: Array, b: Array) -> bool:
    """Return whether medians differ by ``LEAST`` of the larger one: nobody measures less.

    Examples
    --------
    >>> a = np.arange(10.0)
    >>> differ(a, a + 1), differ(a + 100, a + 101)
    (True, False)
    """
    middle_a, middle_b = interval(a)[1], interval(b)[1]
    return bool(abs(middle_a - middle_b) >= LEAST * max(abs(middle_a), abs(middle_b)))


def apart(a: Array, b: Array) -> int:
    """Return 1 when the 90 % interval of `a` lies above that of `b`, -1 below, 0 otherwise.

    0 too when they do not :func:`differ`.

    Examples
    --------
    >>> a = np.arange(10.0)
    >>> apart(a + 20, a), apart(a, a + 20), apart(a, a + 1), apart(a + 1e6, a + 1e6 + 20)
    (1, -1, 0, 0)
    """
    (low_a, _, high_a), (low_b, _, high_b) = interval(a), interval(b)
    return int(low_a > high_b) - int(high_a < low_b) if differ(a, b) else 0


def superiority(a: Array, b: Array) -> float:
    """Return the probability that one of `a` is above one of `b`; equal ones count half.

    Examples
    --------
    >>> superiority(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    x, y = a[np.isfinite(a)][:, None], b[np.isfinite(b)][None, :]
    return float(((x > y) + 0.5 * (x == y)).mean()) if x.size and y.size else np.nan
