"""Extended interval: the latest day of the next infusion that keeps the trough above a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit, fit
from diapedesis.infer.table import Table
from diapedesis.observe import Subject
from diapedesis.plan.flags import Flag, flags
from diapedesis.plan.outlook import EFFECT, Outlook
from diapedesis.plan.words import k_of_20

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
LATEST = 84
"""Days looked ahead."""


@dataclass(frozen=True)
class Interval:
    """When the next infusion is due for a target trough.

    Attributes
    ----------
    fit : Fit
    target, probability : float
        Trough [mg/L] and the wanted probability of being at or above it.
    status : {"found", "already below", "beyond the horizon"}
        The horizon is 84 days from the last dose or from now, whichever is later.
    day : float or None
        Latest day of the next infusion; ``None`` when the level is already too low.
    rows : Table
        day, days since the last dose, probability at or above the target; medians of the level, of
        saturation, free alpha4 and the gate.
    times, values
        The course behind it.
    flags : tuple of Flag
    """

    fit: Fit
    target: float
    probability: float
    status: str
    day: float | None
    rows: Table
    times: Array
    values: dict[str, Array]
    flags: tuple[Flag, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows as a frame."""
        return self.rows.to_frame()

    def headline(self, day_label: Callable[[float], str] | None = None) -> str:
        """Return the answer in one plain sentence; `day_label` writes model days."""
        wanted = f"{self.target:g} mg/L with {self.probability:.0%} probability"
        if self.day is None:
            return f"The level is already not at or above {wanted}."
        due = f"day {self.day:g}" if day_label is None else day_label(self.day)
        gap = self.day - self.fit.subject.protocol.last_dose
        beyond = "at least " if self.status.startswith("beyond") else ""
        return (
            f"The next infusion can wait until {beyond}{due} ({gap:.0f} days after the"
            f" last) for a trough at or above {wanted} ({k_of_20(self.probability)} patients)."
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def plot(self) -> object:
        """Return a matplotlib figure of levels and free alpha4."""
        from diapedesis.plan.figures import course_figure

        origin, what = self.fit.subject.protocol.last_dose, "Days after the last dose"
        return course_figure(self.fit, self.times, self.values, origin=origin, what=what)

    def _repr_html_(self) -> str:
        return f"<p>{self.headline()}</p>{self.rows.to_html()}"


def plan_interval(
    subject: Subject,
    *,
    now: float | None = None,
    target: float = 10.0,
    probability: float = 0.9,
    n_draws: int = 1000,
    seed: int = 1,
    prior_weight: float = 1.0,
) -> Interval:
    """Find the latest day of the next infusion that keeps the trough above a target.

    Parameters
    ----------
    subject : Subject
        With at least one dose.
    now : float, optional
        First day on which the infusion can be given; default the last dose or session.
    target : float
        [mg/L], above 0; 10 and 5 have been studied (claim ``pkpd 7.9``).
    probability : float
        0.5 to 0.999.
    n_draws, seed, prior_weight
        As for :func:`diapedesis.infer.fit.fit`.

    Raises
    ------
    ValueError
        For a target or probability out of range, or without a dose.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> due = plan_interval(Subject(Protocol.every(28, n=8)), target=5.0, n_draws=200)
    >>> due.status
    'found'
    """
    if not subject.protocol.doses:
        raise ValueError("doses: found none, expected at least one")
    if not 0 < target < 200:
        raise ValueError(f"target: found {target!r}, expected above 0 and below 200 mg/L")
    if not 0.5 <= probability <= 0.999:
        raise ValueError(f"probability: found {probability!r}, expected 0.5 to 0.999")
    fitted = fit(subject, n_draws=n_draws, seed=seed, prior_weight=prior_weight)
    last = subject.protocol.last_dose
    begin = max(subject.protocol.end, -np.inf if now is None else now)
    days = np.ceil(begin - last)
    times = np.arange(days, max(days, 0.0) + LATEST + 1.0) + last
    course = Outlook.of(fitted, begin).course(times, EFFECT)
    p = (course["c"] >= target).mean(axis=0)
    held = np.minimum.accumulate(p) >= probability
    day = None if not held[0] else float(times[held][-1])
    status = "already below" if day is None else "beyond the horizon" if held.all() else "found"
    columns = ("day", "days_since_dose", "p_at_or_above", "level", *EFFECT[2:])
    middle = [np.median(course[name], axis=0) for name in ("c", *EFFECT[2:])]
    rows = np.column_stack([times, times - last, p, *middle]).tolist()
    table = Table(columns, tuple(map(tuple, rows)))
    return Interval(
        fitted, target, probability, status, day, table, times, course.values, flags(fitted)
    )
