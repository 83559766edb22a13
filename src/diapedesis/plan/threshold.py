"""Below what, and for how long: thresholds and the day from which a course stays below one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
HOLD = 60.0
"""Days that a course must stay below the threshold to count as lasting."""


@dataclass(frozen=True)
class Threshold:
    """A serum level [mg/L] or an alpha4 saturation (share) to stay below.

    The default, 1 mg/L, is a convention: saturation was below one half at such levels in 12
    exchanged patients without PML (claim ``pkpd 2.5``). Nobody has shown what level is low enough.
    """

    value: float = 1.0
    output: Literal["c", "saturation"] = "c"

    def __post_init__(self) -> None:
        high = 1.0 if self.output == "saturation" else 200.0
        if self.output not in ("c", "saturation") or not 0 < self.value < high:
            raise ValueError(
                f"threshold: found {self.value!r} of {self.output!r}, expected a level in mg/L"
                " above 0 and below 200, or a saturation between 0 and 1"
            )

    @property
    def label(self) -> str:
        """The threshold in words."""
        if self.output == "saturation":
            return f"{100 * self.value:g} % saturation"
        return f"{self.value:g} mg/L"


OFFERED = (Threshold(1.0), Threshold(2.0), Threshold(5.0), Threshold(0.5, "saturation"))


def lasting_day(times: Array, values: Array, limit: float, hold: float = HOLD) -> Array:
    """Return the first day from which each course stays below `limit` for `hold` days.

    Parameters
    ----------
    times : ndarray, shape (n_times,)
        Ascending days, no coarser than a day apart where courses cross the limit.
    values : ndarray, shape (n, n_times)
    limit : float
    hold : float
        [day]

    Returns
    -------
    ndarray, shape (n,)
        The crossing is interpolated (in the logarithm) between the two days around it; ``inf``
        when no such day lies at least `hold` days before the last time.

    Examples
    --------
    >>> t = np.arange(100.0)
    >>> lasting_day(t, np.exp(-0.1 * t)[None, :], 0.5, hold=60).round(2)
    array([6.93])
    """
    above = values >= limit
    next_above = np.full(values.shape, np.inf)
    upcoming = np.full(len(values), np.inf)
    for i in range(times.size - 1, -1, -1):
        upcoming = np.where(above[:, i], times[i], upcoming)
        next_above[:, i] = upcoming
    enough = (next_above - times > hold) & (times + hold <= times[-1])
    found = enough.any(axis=1)
    first = np.argmax(enough, axis=1)
    before = np.maximum(first - 1, 0)
    rows = np.arange(len(values))
    high = np.log(np.maximum(values[rows, before], limit))
    low = np.log(np.maximum(values[rows, first], 1e-300))
    share = np.where(high > low, (high - np.log(limit)) / np.maximum(high - low, 1e-300), 0.0)
    day = times[before] + share * (times[first] - times[before])
    return np.where(found, np.where(first == 0, times[0], day), np.inf)
