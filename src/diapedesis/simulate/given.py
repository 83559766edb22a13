"""What any event of a protocol must be: a finite day, a positive amount, a second or more."""

from __future__ import annotations

import math

HOUR = 1.0 / 24.0
SHORTEST = HOUR / 3600


class ProtocolError(ValueError):
    """A dose, session, treatment or weight that cannot be, with the field that says so.

    Attributes
    ----------
    field : str
        Name of the offending field, e.g. ``"volume"``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def positive(field: str, value: float, *, zero: bool = False) -> None:
    """Raise ProtocolError for a value that is not finite and above 0 (or at 0)."""
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
        bound = ">= 0" if zero else "> 0"
        raise ProtocolError(field, f"found {value!r}, expected a finite number {bound}")


def finite(field: str, value: float) -> None:
    """Raise ProtocolError for a day that is not finite."""
    if not math.isfinite(value):
        raise ProtocolError(field, f"found {value!r}, expected a finite number of days")


def lasting(duration: float) -> None:
    """Raise ProtocolError for a duration [day] below a second."""
    positive("duration", duration)
    if duration < SHORTEST:
        raise ProtocolError("duration", f"found {duration!r} day, expected 1 s or more")
