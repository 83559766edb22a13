"""What a later fact is compared with: its form, and the days that it is about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from diapedesis.cases.assumed import FOLLOW_UP
from diapedesis.cases.case import Fact
from diapedesis.cases.days import Range
from diapedesis.cases.later import Flags, Later
from diapedesis.observe.draws import Array

Form = Literal["day", "chance", "value"]
NO_DAY = "its day is unknown"
HANGS = "its day hangs on another event, which is predicted itself"
BEYOND = "it lies beyond the days to which draws are followed"


@dataclass(frozen=True)
class Predicted:
    """How a later fact is predicted.

    Attributes
    ----------
    label : str
    form : {"day", "chance", "value"}
        A day from the last infusion (``inf`` for never); the probability of what was observed; a
        value in the fact's unit.
    values : ndarray, shape (n,)
    moment : ndarray or None, shape (n,)
        Day of the moment in each draw, where the fact is dated by it: the day is then compared as
        so many days after the moment.
    """

    label: str
    form: Form
    values: Array
    moment: Array | None = None


def chance(label: str, event: Array | Flags) -> Predicted:
    """Return the prediction of something that happens or not."""
    return Predicted(label, "chance", np.asarray(event, float))


def said(fact: Fact) -> str:
    """Return the words of a fact, to end a label with."""
    return f", {' and '.join(w.replace('_', ' ') for w in fact.words)}" if fact.words else ""


def by_moment(fact: Fact) -> bool:
    """Return whether a later fact is dated as so many days after the moment."""
    after = fact.since
    return after is not None and after.event == "moment" and bool(np.isfinite(after.days.high))


def dated(fact: Fact) -> bool:
    """Return whether a later fact has a day to compare with: on the clock, or by the moment."""
    return fact.day is not None or by_moment(fact)


def when(fact: Fact, later: Later) -> float | None:
    """Return the day of a later fact, as far as it does not hang on an event to be predicted."""
    if by_moment(fact) and fact.since is not None:
        return later.moment + fact.since.days.middle
    if fact.day is not None and np.isfinite(fact.day.high):
        return fact.day.middle
    return None


def no_day(fact: Fact) -> str:
    """Return why a later fact has no day to compare on."""
    return NO_DAY if fact.since is None or fact.since.event == "moment" else HANGS


def until(fact: Fact, later: Later) -> float:
    """Return the last day on which a later fact may have come; without one, that of follow-up."""
    if by_moment(fact) and fact.since is not None:
        return later.moment + fact.since.days.high
    if fact.day is not None and np.isfinite(fact.day.high):
        return fact.day.high
    return float(later.days[-1])


def reported(fact: Fact, later: Later) -> float:
    """Return the day of a report, the earliest it can be; without one, the end of follow-up."""
    if (day := when(fact, later)) is not None:
        return day
    if fact.day is not None:
        return fact.day.low
    after = fact.since
    if after is not None and after.event == "moment":
        return later.moment + after.days.low
    return later.moment + FOLLOW_UP


def told_to(fact: Fact, later: Later) -> float:
    """Return the last day that a later fact tells of, whatever may come after; else ``-inf``."""
    r, after = fact.day, fact.since
    if after is not None and after.event == "moment":
        r = Range(later.moment + after.days.low, later.moment + after.days.high)
    if r is None:
        return -math.inf
    return r.high if math.isfinite(r.high) else r.low


def none_by(label: str, day: Array, fact: Fact, later: Later) -> Predicted:
    """Return the prediction that nothing came by the last day told of, or within follow-up."""
    end = told_to(fact, later)
    if math.isinf(end):
        return chance(f"{label} within follow-up", day > later.days[-1])
    return chance(f"{label} by then", day > end)
