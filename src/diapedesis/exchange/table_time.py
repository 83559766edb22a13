"""The time of a row: a number in days or hours, or a calendar date and a time of day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal

from diapedesis.exchange.case_time import FARTHEST, FIRST_YEAR, LAST_YEAR
from diapedesis.exchange.faults import clip
from diapedesis.exchange.table_values import NUMBER, Row

TimeUnit = Literal["day", "h"]
PER_DAY = {"day": 1.0, "h": 24.0}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ANY_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*|[0-9]{1,2}[- ]?[A-Za-z]{3}.*")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


def time_of(row: Row, unit: TimeUnit) -> float | datetime | None:
    """Return the time of a row: in days, or as a date; ``None`` with a fault noted."""
    return _moment(row) if "DATE" in row.cells else _days(row, unit)


def days(moment: float | datetime, origin: date | None) -> float:
    """Return days since midnight of `origin`; a number of days is returned as it is."""
    if not isinstance(moment, datetime) or origin is None:
        assert not isinstance(moment, datetime)
        return moment
    return (moment - datetime.combine(origin, datetime.min.time())) / timedelta(days=1)


def _days(row: Row, unit: TimeUnit) -> float | None:
    cell = row.text("TIME")
    if cell is None:
        row.fault("T021", "TIME", found="nothing", expected=f"a time in {unit}")
        return None
    if not NUMBER.fullmatch(cell) and _ANY_DATE.fullmatch(cell):
        fix = "name the column DATE, and write 2024-03-01"
        row.fault("T017", "TIME", found=f"'{clip(cell)}'", expected="a number", fix=fix)
        return None
    if _CLOCK.fullmatch(cell):
        fix = "add a column DATE, or count the time from the first dose"
        row.fault("T017", "TIME", found=f"'{clip(cell)}'", expected="a number", fix=fix)
        return None
    value = row.number("TIME")
    if value is None:
        return None
    day = value / PER_DAY[unit]
    if abs(day) > FARTHEST:
        found = f"{value:g} {unit}"
        fix = "check the value, and the unit of time"
        row.fault("T018", "TIME", found=found, expected="within 100 years of day 0", fix=fix)
        return None
    return day


def _moment(row: Row) -> datetime | None:
    cell = row.text("DATE")
    if cell is None:
        row.fault("T021", "DATE", found="nothing", expected="a date, as 2024-03-01")
        return None
    clock = _clock(row)
    try:
        day = date.fromisoformat(cell) if _DATE.fullmatch(cell) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        expected = f"a date as 2024-03-01, {FIRST_YEAR} to {LAST_YEAR}"
        row.fault("T017", "DATE", found=f"'{clip(cell)}'", expected=expected)
        return None
    return None if clock is None else datetime.combine(day, datetime.min.time()) + clock


def _clock(row: Row) -> timedelta | None:
    """Return the time of day; midnight when there is none."""
    cell = row.text("TIME")
    if cell is None:
        return timedelta(0)
    match = _CLOCK.fullmatch(cell)
    hour, minute, second = (int(n or 0) for n in match.groups()) if match else (99, 0, 0)
    if hour < 24 and minute < 60 and second < 60:
        return timedelta(hours=hour, minutes=minute, seconds=second)
    expected = "a time of day as 10:30, beside DATE"
    row.fault("T017", "TIME", found=f"'{clip(cell)}'", expected=expected)
    return None
