"""Waiting: when the level falls below each threshold on its own."""

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
from diapedesis.plan.search import first_time
from diapedesis.plan.threshold import OFFERED, Threshold, lasting_day
from diapedesis.plan.words import days, k_of_20, percent

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
HORIZON = 400.0
ALREADY = "already"


@dataclass(frozen=True)
class Washout:
    """The course without further drug or session.

    Attributes
    ----------
    fit : Fit
    start : float
        Day from which days are counted: the last dose.
    begin : float
        First day looked at: the last dose or session, or now. What is below a threshold then may
        have been so before.
    times : ndarray, shape (n_times,)
    values : dict of str to ndarray, shape (n_draws, n_times)
    rows : Table
        One row per threshold (and the half-open gate): days after the last dose, median and 90 %,
        and the probability that it is so already on day `begin`.
    flags : tuple of Flag
    """

    fit: Fit
    start: float
    begin: float
    times: Array
    values: dict[str, Array]
    rows: Table
    flags: tuple[Flag, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows as a frame."""
        return self.rows.to_frame()

    def when(self, day: float) -> str:
        """Return a day after the last dose in words; "already" when it is not after `begin`.

        What is so on the first day looked at may have been so before.
        """
        return ALREADY if self.start + day <= self.begin + 1e-9 else days(day)

    def headline(self, day_label: Callable[[float], str] | None = None) -> str:
        """Return the answer in one plain sentence; `day_label` writes model days."""
        r = self.rows.records()[0]
        if r["p_already"] >= 0.5:
            on = f"day {self.begin:g}" if day_label is None else day_label(self.begin)
            return (
                f"Without any further session the level is lastingly below {r['threshold']} already"
                f" on {on} in {k_of_20(r['p_already'])} patients like this"
                f" ({percent(r['p_already'])})."
            )
        return (
            f"Without any session the level is expected to stay below {r['threshold']} from"
            f" {days(r['day'])} after the last dose (90 % interval {days(r['day_05'])} to"
            f" {days(r['day_95'])})."
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def plot(self) -> object:
        """Return a matplotlib figure of levels and free alpha4."""
        from diapedesis.plan.figures import course_figure

        what = "Days after the last dose"
        return course_figure(self.fit, self.times, self.values, origin=self.start, what=what)

    def _repr_html_(self) -> str:
        return f"<p>{self.headline()}</p>{self.rows.to_html()}"


def plan_washout(
    subject: Subject,
    *,
    now: float | None = None,
    thresholds: tuple[Threshold, ...] = OFFERED,
    hold: float = 60.0,
    n_draws: int = 1000,
    seed: int = 1,
    prior_weight: float = 1.0,
) -> Washout:
    """Say when a subject who gets nothing more is lastingly below each threshold.

    Parameters
    ----------
    subject : Subject
        With at least one dose.
    now : float, optional
        Day from which to look; default the end of the last dose or session.
    thresholds : tuple of Threshold
    hold : float
        Days that "lasting" means.
    n_draws, seed, prior_weight
        As for :func:`diapedesis.infer.fit.fit`.

    Raises
    ------
    ValueError
        Without a dose.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> w = plan_washout(Subject(Protocol.every(28, n=8)), n_draws=200)
    >>> bool(40 < w.table["day"][0] < 120)
    True
    """
    if not subject.protocol.doses:
        raise ValueError("doses: found none, expected at least one")
    fitted = fit(subject, n_draws=n_draws, seed=seed, prior_weight=prior_weight)
    last = subject.protocol.last_dose
    begin = max(subject.protocol.end, -np.inf if now is None else now)
    outlook = Outlook.of(fitted, begin)
    grid = np.arange(HORIZON + hold + 1.0) + last + np.ceil(begin - last)
    times = np.unique([begin, *grid])
    values = outlook.course(times, EFFECT).values
    found = [(t.label, lasting_day(times, values[t.output], t.value, hold)) for t in thresholds]
    found.append(("gate half open", first_time(times, values["gate"] >= 0.5)))
    rows = []
    for label, day in found:
        q = np.quantile(day - last, [0.05, 0.5, 0.95], method="inverted_cdf")
        already = float(np.mean(day <= begin + 1e-9))
        row = {"threshold": label, "day": q[1], "day_05": q[0], "day_95": q[2]}
        rows.append(row | {"p_already": already})
    return Washout(fitted, last, begin, times, values, Table.of(rows), flags(fitted))
