"""What would change the answer: parameters whose halves part the patients."""

from __future__ import annotations

import numpy as np

from diapedesis.infer.table import Table
from diapedesis.models.ms import ms
from diapedesis.population.courses import Courses
from diapedesis.population.outcomes import MONTHS, OUTCOMES, outcomes

COLUMNS = ("id", "label", "lower_half", "upper_half", "gap")


def asked_outcome(courses: Courses) -> str:
    """Return the id of the latest relapse probability that the courses reach, else of EDSS."""
    reached = [m for m, day in MONTHS.items() if courses.origin + day <= courses.days[-1]]
    return f"relapse_{reached[-1]}" if reached else "edss_end"


def outcome_label(id: str) -> str:
    """Return what an outcome is, in words."""
    return next(o.label for o in OUTCOMES if o.id == id)


def drivers(courses: Courses, outcome: str | None = None) -> Table:
    """Return the mean outcome with each parameter in the lower and upper half of the patients.

    Parameters
    ----------
    courses : Courses
    outcome : str, optional
        Id; by default the latest relapse probability.

    Returns
    -------
    Table
        At most six parameters, those first that part the patients most; none whose gap is within
        four standard errors of no gap.
    """
    y = outcomes(courses)[outcome or asked_outcome(courses)]
    noise = 4 * 2 * y.std() / np.sqrt(y.size)
    rows = []
    for id, drawn in courses.patients.drawn.items():
        upper = drawn > np.median(drawn)
        if 0 < upper.sum() < upper.size:
            low, high = float(y[~upper].mean()), float(y[upper].mean())
            if abs(high - low) > noise:
                rows.append((id, ms().parameters[id].label, low, high, abs(high - low)))
    rows.sort(key=lambda r: (-r[-1], r[0]))
    return Table(COLUMNS, tuple(rows[:6]))
