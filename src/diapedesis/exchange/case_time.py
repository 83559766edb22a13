"""Days and calendar dates of a case file: all of one style, day 0 the date of the first dose."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic_core import PydanticCustomError

from diapedesis.exchange.faults import shown

Style = Literal["day", "date"]
FARTHEST = 36_525.0
"""Times lie within a century of day 0 [day]."""
FIRST_YEAR, LAST_YEAR = 1950, 2150
_SOME_DAY = date(2000, 1, 1)
_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?", re.ASCII
)


@dataclass(frozen=True)
class Clock:
    """The calendar of one file.

    Attributes
    ----------
    style : {"day", "date"} or None
        How the first dose gives its time; ``None`` where it has none that can be read (a fault of
        its own), and then any style passes.
    origin : date or None
        Date of the first dose, day 0; ``None`` with days.
    """

    style: Style | None = "day"
    origin: date | None = None

    def day(self, value: Any) -> float:
        """Return a time of the file in days.

        Raises
        ------
        PydanticCustomError
            Type C010, C011, C013, C016 or C017.
        """
        moment = parse_time(value)
        if self.style and isinstance(moment, datetime) != (self.style == "date"):
            raise PydanticCustomError(
                "C017",
                "mixed",
                {
                    "found": shown(value),
                    "expected": f"a {self.style}, as the first dose has",
                    "fix": "write all the times as days, or all as dates",
                },
            )
        return _days_from(moment, self.origin or _SOME_DAY)

    def label(self, day: float) -> str:
        """Write a day for a message, in the style of the file."""
        return day_label(day, self.origin)


def _days_from(moment: float | datetime, origin: date) -> float:
    """Return days since midnight of `origin`; a number of days is returned as it is."""
    if isinstance(moment, datetime):
        moment = (moment - datetime.combine(origin, datetime.min.time())).total_seconds() / 86_400
    if abs(moment) > FARTHEST:
        raise PydanticCustomError(
            "C013",
            "far",
            {
                "found": f"{moment:.6g} days from day 0",
                "expected": "a time within 100 years of it",
                "fix": "check the year, or the number of days",
            },
        )
    return moment


def parse_time(value: Any) -> float | datetime:
    """Return a number of days, or the date and time of a text.

    Raises
    ------
    PydanticCustomError
        Type C010, C011 or C016.

    Examples
    --------
    >>> parse_time("2024-03-01 10:30").hour
    10
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _not_a_time("C010", value)
    if isinstance(value, str):
        if not (match := _DATE.fullmatch(value)):
            raise _not_a_time("C016", value)
        try:
            moment = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}")
        except ValueError:
            raise _not_a_time("C016", value) from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise _not_a_time("C013", value)
        return moment
    if not math.isfinite(value):
        raise _not_a_time("C011", value)
    return float(value)


def _not_a_time(code: str, value: Any) -> PydanticCustomError:
    fix = "write days as a number, or a date as 2024-03-01 or 2024-03-01T10:30 (local time)"
    context = {"found": shown(value), "expected": "a time: days or a date", "fix": fix}
    return PydanticCustomError(code, "time", context)


def find_clock(raw: dict[str, Any]) -> Clock:
    """Return the calendar that the first dose of a file sets."""
    doses = raw.get("doses")
    first = doses[0] if isinstance(doses, list) and doses else None
    value = (
        first.get("time", first.get("first", first.get("last"))) if isinstance(first, dict) else 0
    )
    if not isinstance(value, str | int | float) or not isinstance(first, dict):
        return Clock(None)
    if not isinstance(value, str):
        return Clock("day")
    try:
        moment = parse_time(value)
        assert isinstance(moment, datetime)
        if "time" not in first and "first" not in first:
            every, number = first.get("every"), first.get("number")
            if isinstance(every, int | float) and isinstance(number, int):
                moment -= timedelta(days=every * (number - 1))
    except (PydanticCustomError, OverflowError, ValueError):
        return Clock(None)  # the fault itself is noted where the dose is read
    return Clock("date", moment.date())


def day_label(day: float, start_date: date | None) -> str:
    """Write a model day as the file would: a date, or ``day 152``.

    Parameters
    ----------
    day : float
        Finite.
    start_date : date or None
        Day 0.

    Examples
    --------
    >>> day_label(152.5, None), day_label(31, date(2024, 3, 1)), day_label(0.5, date(2024, 3, 1))
    ('day 152.5', '2024-04-01', '2024-03-01 12:00')
    """
    if not math.isfinite(day):
        raise ValueError(f"day: found {day!r}, expected a finite number of days")
    if start_date is None:
        return f"day {round(day, 3):g}" if abs(day) < 1e5 else f"day {day:.0f}"
    moment = datetime.combine(start_date, datetime.min.time()) + timedelta(
        minutes=round(day * 1440)
    )
    return (
        f"{moment:%Y-%m-%d}" if moment.time() == datetime.min.time() else f"{moment:%Y-%m-%d %H:%M}"
    )
