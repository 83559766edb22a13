"""How much of a depleting antibody takes a wanted share of its cells out of blood."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from diapedesis.models.ms import ms
from diapedesis.simulate import Protocol, solve
from diapedesis.simulate.treatments import DepletionDrug
from diapedesis.trials.arms import depleting
from diapedesis.trials.courses import COUNTS, EXPECTED, WEEK, weeks
from diapedesis.trials.design import MONTH

Array = NDArray[np.float64]
TRIED = np.geomspace(0.02, 2000.0, 60)
"""Courses."""


def courses_for(
    drug: DepletionDrug, cells: str, aim: float, days: Sequence[float], history: Protocol
) -> tuple[float, ...]:
    """Return the courses on each day with which a typical patient loses a share of the cells.

    The first is such that the share is gone a month later, when blood has come level with its
    source; all later ones are equal, and such that it is gone on average from then until the last
    visit; none where cells come back too slowly to need one.

    Parameters
    ----------
    drug : str
    cells : str
        Output that counts the cells.
    aim : float
        Share to be gone, against the same patient without the antibody.
    days : sequence of float
        After the last dose of natalizumab.
    history : Protocol
        What was given before.

    Raises
    ------
    ValueError
        For an aim that no dose reaches.

    Examples
    --------
    >>> before = Protocol.every(28, n=6)
    >>> days = (28.0, 118.0, 208.0, 298.0)
    >>> first, *later = courses_for("anti_cd8", "cd8_count", 0.9, days, before)
    >>> first > later[0] > 0
    True
    """
    level = round((days[0] + MONTH) / WEEK)
    none = (0.0,) * (len(days) - 1)
    first = _needed(_gone(drug, cells, days, [(x, *none) for x in TRIED], history)[:, level], aim)
    if not none:
        return (first,)
    again = [(first, *(x for _ in none)) for x in (0.0, *TRIED)]
    kept = _gone(drug, cells, days, again, history)[:, level:].mean(axis=1)
    later = 0.0 if kept[0] >= aim else _needed(kept[1:], aim)
    return (first, *(later for _ in none))


@lru_cache(maxsize=4)
def _typical(history: Protocol) -> dict[str, Array]:
    """Return the typical patient's state just before the last dose."""
    first, last = history.start, history.last_dose
    found = solve(ms(), history, [], EXPECTED + COUNTS, t0=first, t1=last, method="tsit5")
    return found.raise_failures().final


def _gone(
    drug: DepletionDrug,
    cells: str,
    days: Sequence[float],
    tried: Sequence[tuple[float, ...]],
    history: Protocol,
) -> Array:
    """Return the share that is gone, for each set of courses and week of follow-up."""
    last = history.last_dose
    dose = tuple(d for d in history.doses if d.time == last)
    since = [d + last for d in days]
    given = [(0.0,) * len(days), *tried]
    plans = [Protocol(doses=dose, treatments=depleting(drug, since, x)) for x in given]
    state = {id: np.repeat(x, len(plans)) for id, x in _typical(history).items()}
    count = solve(
        ms(), plans, weeks(last), EXPECTED + COUNTS, initial=state, t0=last, method="tsit5"
    ).raise_failures()[cells]
    return np.asarray(1 - count[1:] / count[:1])


def _needed(gone: Array, aim: float) -> float:
    """Return the courses at which the share that is gone is the wanted one."""
    if not gone[0] <= aim <= gone[-1]:
        raise ValueError(
            f"aim: found {aim:g}, expected a share that {TRIED[0]:g} to {TRIED[-1]:g} courses"
            f" take out of blood, {gone[0]:.3f} to {gone[-1]:.3f}"
        )
    return float(np.exp(np.interp(aim, gone, np.log(TRIED))))
