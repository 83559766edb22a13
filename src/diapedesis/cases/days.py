"""Days and values as they were published: from so much to so much, or so long after an event."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included; a `high` of infinity says that none is known.

    Examples
    --------
    >>> Range.of(28), Range.of(28).exact, Range(0, 28).middle
    (Range(low=28, high=28), True, 14.0)
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"range: found {self.low!r} to {self.high!r}, expected low <= high")

    @classmethod
    def of(cls, value: float) -> Range:
        """Return the range of one point."""
        return cls(value, value)

    @property
    def exact(self) -> bool:
        """Whether it is one point."""
        return self.low == self.high

    @property
    def middle(self) -> float:
        """Its middle; infinite when it has no upper end."""
        return (self.low + self.high) / 2

    def __str__(self) -> str:
        if self.exact:
            return f"{self.low:g}"
        if math.isinf(self.high):
            return f"{self.low:g} or more"
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Since:
    """So many days after an event of the same patient, whose own day may be unknown.

    Attributes
    ----------
    event : str
        ``"moment"``, a kind of fact of the case (``"iris_onset"``), or a treatment of it
        (``"fingolimod"``: its start; ``"fingolimod_end"``). Where one stands more than once,
        the first counts whose words are not "none".
    days : Range
        [day]; negative when before it.
    """

    event: str
    days: Range
