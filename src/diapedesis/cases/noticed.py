"""Draws that notice their lesion near the day that was reported, weighed by how rare that is.

How large a lesion must be to be noticed changes nothing in its course. So it is drawn once the
course is known, most often where the lesion was noticed on about the right day.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diapedesis.cases.assumed import RECALL
from diapedesis.cases.case import Fact, PublishedCase
from diapedesis.cases.days import Range
from diapedesis.cases.facts import Known
from diapedesis.cases.when import day_in
from diapedesis.observe.draws import Array
from diapedesis.population.crossing import at_day

NEAR = 2 * RECALL
"""Days about the reported ones in which most draws notice the lesion."""
ANYWHERE = 0.2
"""Share of the draws that notice it by the chance that they had: no weight is above 1 over it."""
LEAST_SHARE = 1e-9
"""Of the chance that lies near the reported days, for a draw to be moved there."""


def noticed(case: PublishedCase, known: Known) -> Known:
    """Return the same courses, noticed near the reported day, with their weights.

    Without a reported day of symptoms, nothing changes.
    """
    found = (day_in(f, known.drawn.reading) for f in case.given if _reported(f))
    days = next((day for day in found if isinstance(day, Range)), None)
    return known if days is None else toward(known, days)


def _reported(fact: Fact) -> bool:
    return fact.kind == "pml_symptoms" and fact.dated and "none" not in fact.words


def toward(known: Known, days: Range) -> Known:
    """Return the courses with the chance of noticing drawn anew, most often near a range of days.

    Each weight is multiplied by the density of a chance among patients over that among the draws.

    Parameters
    ----------
    known : Known
    days : Range
    """
    drawn = known.drawn
    top = np.maximum.accumulate(known.felt, axis=1)
    low, high = (
        drawn.patients.noticed_chance(at_day(known.days, top, day))
        for day in (days.low - NEAR, days.high + NEAR)
    )
    chance, log_weight = between(low, high, drawn.symptom_chance)
    moved = replace(drawn.weighed(log_weight), symptom_chance=chance)
    return replace(known, drawn=moved)


def between(low: Array, high: Array, chance: Array) -> tuple[Array, Array]:
    """Return chances that mostly lie between two, and the logarithm of their weights.

    Parameters
    ----------
    low, high : ndarray, shape (n,)
        From 0 to 1.
    chance : ndarray, shape (n,)
        Uniform, at least 0 and below 1.

    Examples
    --------
    >>> import numpy as np
    >>> at, log_weight = between(np.zeros(2), np.full(2, 0.1), np.array([0.1, 0.6]))
    >>> at.round(3).tolist(), np.exp(log_weight).round(3).tolist()
    ([0.5, 0.05], [5.0, 0.122])
    """
    share = high - low
    can = share > LEAST_SHARE
    own = chance / ANYWHERE
    near = low + share * (chance - ANYWHERE) / (1 - ANYWHERE)
    at = np.where(can, np.where(chance < ANYWHERE, own, near), chance)
    inside = (at >= low) & (at <= high)
    density = ANYWHERE + (1 - ANYWHERE) * inside / np.where(can, share, 1.0)
    return at, np.where(can, -np.log(density), 0.0)
