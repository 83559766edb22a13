"""Something of a published case that cannot be: where, what was found and expected, how to mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diapedesis.cases.days import Range

if TYPE_CHECKING:
    from diapedesis.cases.case import Fact, GivenTreatment, Moment


@dataclass(frozen=True)
class Odd:
    """Something that cannot be.

    Attributes
    ----------
    where : tuple of str and int
        Its place, from the top of the case or from the record at hand.
    found, expected, fix : str
    """

    where: tuple[str | int, ...]
    found: str
    expected: str
    fix: str

    def __str__(self) -> str:
        place = "".join(f"[{w}]" if isinstance(w, int) else f".{w}" for w in self.where)
        head = f"{place.removeprefix('.')}: " if place else ""
        return f"{head}found {self.found}, expected {self.expected}. Fix: {self.fix}"


def odd_day(what: Fact | GivenTreatment, moment: Moment) -> Iterator[Odd]:
    """Yield a day that is another than the one so long after the moment."""
    since = what.since
    if what.day is None or since is None or moment.day is None:
        return
    if since.event not in ("moment", moment.event):
        return
    told = Range(moment.day.low + since.days.low, moment.day.high + since.days.high)
    if told.high < what.day.low or told.low > what.day.high:
        found = f"day {what.day}, and by since day {told}"
        yield Odd((), found, "two days that can be one", "check day, since and the moment's day")
