"""Days that a case leaves open: what is assumed of them, and which are that of the moment."""

from __future__ import annotations

import math

from diapedesis.cases.case import Fact, GivenTreatment, PublishedCase
from diapedesis.cases.days import Range
from diapedesis.cases.sense import moment_range

DRUGS_OF_MS = ("interferon_beta", "glatiramer", "dimethyl_fumarate", "fingolimod")
"""Drugs to which patients switch from natalizumab, or from which they came."""


def moment_days(case: PublishedCase) -> Range:
    """Return the days of the moment from the last infusion, assumed where none are published."""
    return moment_range(case.moment)


def switched(t: GivenTreatment, case: PublishedCase) -> bool:
    """Return whether a drug for MS came after the last infusion, and nothing says how long."""
    if t.what not in DRUGS_OF_MS or t.since is None or math.isfinite(t.since.days.high):
        return False
    return t.since.event == "moment" and case.moment.event == "last_infusion"


def is_the_moment(fact: Fact, event: str, day: float) -> bool:
    """Return whether a given fact is what happened at the moment, drawn as a day of its range."""
    if fact.kind != event or fact.day is None or "none" in fact.words:
        return False
    return fact.day.low <= day <= fact.day.high
