"""Search the courses of sessions, and describe those that are worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.table import Table
from diapedesis.plan.design import Design, PlexQuestion
from diapedesis.plan.outlook import EFFECT, LEVEL, Outlook
from diapedesis.plan.threshold import Threshold, lasting_day

Array = NDArray[np.float64]
HORIZON = 240.0
"""Days after the first session within which a lasting day is looked for."""
SCREENS = ((64, 4), (256, 1))
"""Rounds of the search: draws, and courses of each number of sessions that go on to the next."""
SCREEN_RTOL = 1e-4
ARM_RTOL = 1e-5
HOUR = 1.0 / 24.0


@dataclass(frozen=True)
class Arm:
    """One course of sessions, simulated for every draw.

    Attributes
    ----------
    design : Design
    times : ndarray, shape (n_times,)
    values : dict of str to ndarray, shape (n_draws, n_times)
    lasting : ndarray, shape (n_draws,)
        Day from which the level stays below the threshold; ``inf`` when it does not.
    last_end : float
        End of the last session [day]; NaN without one.
    """

    design: Design
    times: Array
    values: dict[str, Array]
    lasting: Array
    last_end: float

    def p_by(self, day: float) -> float:
        """Return the probability that the level is lastingly below by `day`."""
        return float(np.mean(self.lasting <= day + 1e-9))

    def after_last(self, low: float, high: float) -> Array:
        """Return each draw's highest level between `low` and `high` days after the last session.

        In mg/L, shape (n_draws,); NaN without a session.
        """
        since = self.times - self.last_end
        window = (since >= low - 1e-9) & (since <= high + 1e-9)
        if not window.any():
            return np.full(self.lasting.size, np.nan)
        return np.asarray(self.values["c"][:, window].max(axis=1))

    def half_open(self) -> Array:
        """Return the day on which the gate is first half open; ``inf`` when never."""
        return first_time(self.times, self.values["gate"] >= 0.5)


def first_time(times: Array, reached: NDArray[np.bool_]) -> Array:
    """Return the first of `times` at which each row of `reached` is true, else ``inf``."""
    return np.where(reached.any(axis=1), times[np.argmax(reached, axis=1)], np.inf)


def outputs_for(threshold: Threshold) -> tuple[str, ...]:
    """Return the fewest outputs that tell whether a course is below a threshold."""
    return LEVEL if threshold.output == "c" else EFFECT


def simulate_arm(
    outlook: Outlook, question: PlexQuestion, design: Design, outputs: Sequence[str]
) -> Arm:
    """Simulate one course for every draw, daily, later every third day, and at the sessions."""
    sessions = question.sessions(design)
    last = max(question.first + HORIZON, question.by) + question.hold
    near = np.arange(question.first, max(question.first + 60.0, question.by) + 1.0)
    grid = np.concatenate([near, np.arange(near[-1], last, 3.0), [last]])
    marks = [s.end for s in sessions]
    if sessions:
        marks += [sessions[-1].end + d for d in (HOUR, 1.0, 2.0, 3.0)]
    times = np.unique(np.concatenate([grid, marks]))
    values = outlook.course(times, outputs, sessions=sessions, rtol=ARM_RTOL).values
    limit = question.threshold
    lasting = lasting_day(times, values[limit.output], limit.value, question.hold)
    return Arm(design, times, values, lasting, sessions[-1].end if sessions else np.nan)


def best_designs(outlook: Outlook, question: PlexQuestion) -> list[Design]:
    """Return, for each number of sessions, the course that most probably lasts by the asked day.

    Ties go to the lower mean level over the time to last, then to the shorter course. The search
    uses a part of the draws and a coarser tolerance: its Monte-Carlo error can swap courses that
    differ by a few points of probability, not the probabilities reported, which are computed anew.
    """
    left: dict[int, list[Design]] = {}
    for design in question.designs():
        left.setdefault(design.n, []).append(design)
    for draws, keep in SCREENS:
        few = outlook.thinned(draws)
        for n, designs in left.items():
            if len(designs) > keep:
                left[n] = sorted(designs, key=lambda d: _score(few, question, d))[:keep]
    return [left[n][0] for n in sorted(left)]


def lasts_by(outlook: Outlook, question: PlexQuestion, design: Design) -> tuple[Array, Array]:
    """Return whether each draw stays below from the asked day on, and its mean log level then."""
    sessions = question.sessions(design)
    window = np.concatenate([np.arange(0.0, 10.0), np.arange(10.0, question.hold, 3.0)])
    ends = [s.end + d for s in sessions for d in (0.0, 1.0)]
    times = np.unique([*(question.by + window), question.by + question.hold, *ends])
    times = times[(times >= question.by) & (times <= question.by + question.hold)]
    value = outlook.course(
        times, outputs_for(question.threshold), sessions=sessions, rtol=SCREEN_RTOL
    )[question.threshold.output]
    return np.all(value < question.threshold.value, axis=1), np.log(value + 1e-6).mean(axis=1)


def _score(few: Outlook, question: PlexQuestion, design: Design) -> tuple[float, ...]:
    lasts, size = lasts_by(few, question, design)
    length = design.days(0.0)[-1] if design.n else 0.0
    return (-float(lasts.mean()), float(size.mean()), length)


def describe(arm: Arm, waiting: Arm, burden: Arm, question: PlexQuestion) -> dict[str, object]:
    """Return one row of the plan's table: the three endpoints apart, the gain, the burden."""
    low = {k: burden.values[k].min(axis=1) for k in ("igg", "fibrinogen")}
    return {
        "sessions": arm.design.n,
        "course": question.label(arm.design),
        "spacing": arm.design.spacing or np.nan,
        "last_gap": arm.design.top_up or np.nan,
        "size": question.size_label(arm.design),
        "p_lasting_by": arm.p_by(question.by),
        **_spread("lasting_day", arm.lasting - question.first),
        **_spread("days_saved", _difference(waiting.lasting, arm.lasting)),
        **_spread("c_1h_after", arm.after_last(HOUR, HOUR)),
        **_spread("c_24_72h_after", arm.after_last(1.0, 3.0)),
        **_spread("c_refill", arm.after_last(1.0, 28.0)),
        "half_open_day": _median(burden.half_open() - question.first),
        "igg_lowest": _median(low["igg"]),
        "fibrinogen_lowest": _median(low["fibrinogen"]),
        "p_fibrinogen_below_1": float(np.mean(low["fibrinogen"] < 1.0)),
    }


def _difference(a: Array, b: Array) -> Array:
    """Return a - b; NaN where neither is reached."""
    neither = ~np.isfinite(a) & ~np.isfinite(b)
    return np.where(neither, np.nan, np.where(neither, 0.0, a) - np.where(neither, 0.0, b))


def _median(values: Array) -> float:
    return float(np.quantile(values, 0.5, method="inverted_cdf"))


def _spread(name: str, values: Array) -> dict[str, float]:
    """Return median and 90 % interval; NaN where a tenth or more of the draws do not say."""
    unknown = np.isnan(values)
    known = values[~unknown] if unknown.mean() < 0.1 else np.array([np.nan])
    q = np.quantile(known, [0.05, 0.5, 0.95], method="inverted_cdf")
    return {name: float(q[1]), f"{name}_05": float(q[0]), f"{name}_95": float(q[2])}


def compare_thresholds(
    arms: Sequence[Arm], question: PlexQuestion, offered: Sequence[Threshold]
) -> Table:
    """Return, for each threshold and arm, the probability by the asked day and the lasting day."""
    rows = []
    for t in offered:
        for arm in arms:
            day = lasting_day(arm.times, arm.values[t.output], t.value, question.hold)
            p = float(np.mean(day <= question.by + 1e-9))
            row = {"threshold": t.label, "course": question.label(arm.design), "p_lasting_by": p}
            rows.append(row | _spread("lasting_day", day - question.first))
    return Table.of(rows)
