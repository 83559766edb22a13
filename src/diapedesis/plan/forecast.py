"""The course to come as things stand: levels, saturation, free alpha4, with bands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit, fit
from diapedesis.infer.table import Table
from diapedesis.observe import Subject
from diapedesis.plan.flags import Flag, flags
from diapedesis.plan.outlook import EFFECT
from diapedesis.plan.words import level

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
LONGEST = 730.0
"""Days after the last dose or session that a forecast may reach."""
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Forecast:
    """Courses of every draw, past and to come.

    Attributes
    ----------
    fit : Fit
    times : ndarray, shape (n_times,)
    values : dict of str to ndarray, shape (n_draws, n_times)
        Outputs c, c_free, saturation, free_alpha4, gate.
    flags : tuple of Flag
    """

    fit: Fit
    times: Array
    values: dict[str, Array]
    flags: tuple[Flag, ...]

    def headline(self, day_label: Callable[[float], str] | None = None) -> str:
        """Return the last day's level and saturation; `day_label` writes model days."""
        end = float(self.times[-1])
        on = f"day {end:g}" if day_label is None else day_label(end)
        c = np.quantile(self.values["c"][:, -1], [0.05, 0.5, 0.95])
        s = np.median(self.values["saturation"][:, -1])
        return (
            f"On {on} the level is expected at {level(c[1])} mg/L (90 % interval"
            f" {level(c[0])} to {level(c[2])}) and saturation at {s:.0%}."
        )

    def quantiles(self) -> Table:
        """Return quantiles by output and day, one row each."""
        columns = ("day", "output", *(f"q{round(100 * b):02d}" for b in BANDS))
        rows: list[tuple[object, ...]] = []
        for name, values in self.values.items():
            q = np.quantile(values, BANDS, axis=0).T.tolist()
            rows += [(t, name, *r) for t, r in zip(self.times.tolist(), q, strict=True)]
        return Table(columns, tuple(rows))

    def to_frame(self) -> pd.DataFrame:
        """Return ``quantiles()`` as a frame."""
        return self.quantiles().to_frame()

    def plot(self) -> object:
        """Return a matplotlib figure of levels and free alpha4."""
        from diapedesis.plan.figures import course_figure

        return course_figure(self.fit, self.times, self.values)

    def _repr_html_(self) -> str:
        return f"<p>{self.headline()}</p>"


def forecast(
    subject: Subject,
    until: float,
    *,
    start: float | None = None,
    n_draws: int = 1000,
    seed: int = 1,
    prior_weight: float = 1.0,
) -> Forecast:
    """Forecast one subject up to day `until`, with what the protocol already holds.

    Parameters
    ----------
    subject : Subject
    until : float
        [day]
    start : float, optional
        First day shown; default the first dose.
    n_draws, seed, prior_weight
        As for :func:`diapedesis.infer.fit.fit`.

    Raises
    ------
    ValueError
        When `until` does not lie after `start`, or lies more than two years after what was given.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> forecast(Subject(Protocol.every(28, n=2)), 84.0, n_draws=100).times[-1]
    np.float64(84.0)
    """
    begin = subject.protocol.start if start is None else start
    if not until > begin:
        raise ValueError(f"until: found {until:g}, expected a day after {begin:g}")
    given = subject.protocol
    latest = max(given.end, begin) + LONGEST
    if until > latest:
        raise ValueError(f"until: found {until:g}, expected day {latest:g} at the latest")
    fitted = fit(subject, n_draws=n_draws, seed=seed, prior_weight=prior_weight)
    edges = [e for s in given.sessions for e in (s.time, s.end)]
    edges += [e for d in given.doses for e in (d.time, getattr(d, "end", d.time))]
    days = np.concatenate([np.arange(begin, until, 1.0), [until], edges])
    times = np.unique(days[(days >= begin) & (days <= until)])
    solution = fitted.solve(given, times, EFFECT, t0=min(given.start, begin))
    return Forecast(fitted, times, solution.values, flags(fitted))
