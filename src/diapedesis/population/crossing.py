"""When a course first passes a level, and what it is on a day: one of each for each patient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from diapedesis.observe.draws import Array


def crossing(days: Array, course: Array, level: ArrayLike) -> Array:
    """Return the first day on which each course is above its level; ``nan`` for never.

    Parameters
    ----------
    days : ndarray, shape (n_days,)
    course : ndarray, shape (n, n_days)
    level : array_like, shape (n,) or ()

    Examples
    --------
    >>> import numpy as np
    >>> crossing(np.array([0.0, 10.0]), np.array([[1.0, 3.0], [1.0, 1.0]]), 2.0).tolist()
    [5.0, nan]
    """
    limit = np.broadcast_to(np.asarray(level, float), len(course))
    above = course > limit[:, None]
    k = above.argmax(axis=1)
    row = np.arange(len(course))
    before = np.maximum(k - 1, 0)
    rise = course[row, k] - course[row, before]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(rise > 0, (limit - course[row, before]) / rise, 1.0)
    day = days[before] + np.clip(part, 0.0, 1.0) * (days[k] - days[before])
    return np.where(above.any(axis=1), day, np.nan)


def at_day(days: Array, course: Array, day: ArrayLike) -> Array:
    """Return each course on a day of its own, straight between the days that are known.

    Days beyond the ends have the value at the end; of a single known day all have its value.

    Examples
    --------
    >>> import numpy as np
    >>> at_day(np.array([0.0, 10.0]), np.array([[1.0, 3.0], [0.0, 1.0]]), [5.0, 20.0]).tolist()
    [2.0, 1.0]
    """
    when = np.broadcast_to(np.asarray(day, float), len(course))
    if days.size == 1:
        return np.asarray(course[:, 0])
    k = np.clip(np.searchsorted(days, when, side="right"), 1, days.size - 1)
    part = np.clip((when - days[k - 1]) / (days[k] - days[k - 1]), 0.0, 1.0)
    row = np.arange(len(course))
    return np.asarray(course[row, k - 1] * (1 - part) + course[row, k] * part)
