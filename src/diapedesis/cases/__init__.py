"""Cases that were published, as data: what was known at a moment, and what came later."""

from diapedesis.cases.case import (
    CaseSubject,
    Citation,
    Exposure,
    Fact,
    GivenTreatment,
    Moment,
    PublishedCase,
)
from diapedesis.cases.days import Range, Since
from diapedesis.cases.kinds import KINDS, OUTCOMES, Kind

__all__ = [
    "KINDS",
    "OUTCOMES",
    "CaseSubject",
    "Citation",
    "Exposure",
    "Fact",
    "GivenTreatment",
    "Kind",
    "Moment",
    "PublishedCase",
    "Range",
    "Since",
]
