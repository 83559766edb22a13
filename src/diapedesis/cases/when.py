"""The day of a given fact in one reading of a case, or why it has none that can be looked at."""

from __future__ import annotations

import math

from diapedesis.cases.case import Fact
from diapedesis.cases.days import Range
from diapedesis.cases.draws import LONGEST_UNSEEN
from diapedesis.cases.open_days import is_the_moment
from diapedesis.cases.reading import Reading

OWN_DAY = ("pml_symptoms", "pml_diagnosis")
"""Kinds whose likelihood goes by the day on which it happened in a draw."""


def day_in(fact: Fact, reading: Reading) -> Range | str:
    """Return the range of days of a fact; without one, or of what the moment is, the moment.

    A fact of the time before the drug is one of an untreated patient, as on the first infusion.
    Whether a fact has a day is the same in every reading of a case.

    Returns
    -------
    Range, or str
        The reason why it cannot be looked at.
    """
    if fact.day is None:
        return _after(fact, reading)
    if is_the_moment(fact, reading.event, reading.moment):
        return Range.of(reading.moment)
    first = reading.earliest_moment - LONGEST_UNSEEN
    if fact.day.high < first and reading.earliest_dose < first and fact.kind not in OWN_DAY:
        return f"it lies more than {LONGEST_UNSEEN:g} days before the moment, and draws begin then"
    return fact.day


def _after(fact: Fact, reading: Reading) -> Range | str:
    if fact.since is None:
        return Range.of(reading.moment)
    event, days = fact.since.event, fact.since.days
    if event not in reading.events or math.isinf(days.high):
        return f"its day hangs on {event}, whose day is not known"
    return Range(reading.events[event] + days.low, reading.events[event] + days.high)
