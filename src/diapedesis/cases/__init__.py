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
from diapedesis.cases.library import case_files

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
    "case_files",
]
