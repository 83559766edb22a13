"""Waiting: when the level falls below each threshold on its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit, fit
from diapedesis.observe import Subject
from diapedesis.plan.flags import Flag, flags
from diapedesis.plan.outlook import EFFECT, Outlook
from diapedesis.plan.search import first_time
from diapedesis.plan.threshold import OFFERED, Threshold, lasting_day
from diapedesis.plan.words import days, frame_html

Array = NDArray[np.float64]
HORIZON = 400.0


@dataclass(frozen=True)
class Washout:
    """The course without further drug or session.

    Attributes
    ----------
    fit : Fit
    start : float
        Day from which days are counted: the last dose.
    times : ndarray, shape (n_times,)
    values : dict of str to ndarray, shape (n_draws, n_times)
    table : DataFrame
        One row per threshold (and the half-open gate): days after the last dose, median and 90 %.
    flags : tuple of Flag
    """

    fit: Fit
    start: float
    times: Array
    values: dict[str, Array]
    table: pd.DataFrame
    flags: tuple[Flag, ...]

    def headline(self) -> str:
        """Return the answer in one plain sentence."""
        r = self.table.iloc[0]
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
        return f"<p>{self.headline()}</p>{frame_html(self.table)}"


def plan_washout(
    subject: Subject,
    *,
    thresholds: tuple[Threshold, ...] = OFFERED,
    hold: float = 60.0,
    n_draws: int = 1000,
    seed: int = 1,
) -> Washout:
    """Say when a subject who gets nothing more is lastingly below each threshold.

    Parameters
    ----------
    subject : Subject
        With at least one dose.
    thresholds : tuple of Threshold
    hold : float
        Days that "lasting" means.
    n_draws, seed : int

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
    fitted = fit(subject, n_draws=n_draws, seed=seed)
    last = subject.protocol.last_dose
    begin = subject.protocol.end
    outlook = Outlook.of(fitted, begin)
    grid = np.arange(np.ceil(begin - last), HORIZON + hold + 1.0) + last
    times = np.unique([begin, *grid])
    values = outlook.course(times, EFFECT).values
    found = [(t.label, lasting_day(times, values[t.output], t.value, hold)) for t in thresholds]
    found.append(("gate half open", first_time(times, values["gate"] >= 0.5)))
    rows = []
    for label, day in found:
        q = np.quantile(day - last, [0.05, 0.5, 0.95], method="inverted_cdf")
        rows.append({"threshold": label, "day": q[1], "day_05": q[0], "day_95": q[2]})
    return Washout(fitted, last, times, values, pd.DataFrame(rows), flags(fitted))
