"""The tail probabilities of an outcome, one for each later fact that has one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from diapedesis.cases.result import CaseResult
from diapedesis.cases.said import in_hundred, least_tail
from diapedesis.cases.store import Outcome, SeriesResult
from diapedesis.cases.words import fact_words


@dataclass(frozen=True)
class Tail:
    """How rare one observed thing is.

    Attributes
    ----------
    case : str
        Id.
    name : str
        What was observed, in a few words.
    value : float
    words : str
        The value in words; never finer than the draws allow.
    two_sided : bool
        Of a day, value or count; else the probability of what was observed.
    """

    case: str
    name: str
    value: float
    words: str
    two_sided: bool


def tails_of(found: Outcome) -> Iterator[Tail]:
    """Yield the tail probabilities of an outcome; nothing without an answer."""
    if isinstance(found, SeriesResult):
        tail = found.series.tail
        words = in_hundred(tail, 1 / len(found.series.series.truth))
        yield Tail(found.case.id, "all numbers together", tail, words, True)
    if isinstance(found, CaseResult):
        for p in found.predictions:
            if p.predicted is not None and not math.isnan(p.tail):
                words = in_hundred(p.tail, least_tail(found, p))
                name = fact_words(p.fact, found.case.moment).split("; ")[0]
                two_sided = p.predicted.form != "chance"
                yield Tail(found.case.id, name, p.tail, words, two_sided)
