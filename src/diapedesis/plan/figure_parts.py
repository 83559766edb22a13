"""What every figure of a plan is made of: a clock, bands, single courses, marks.

Paper, ink and axes are those of :mod:`diapedesis.population.drawing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit
from diapedesis.plan.outlook import EFFECT
from diapedesis.population.drawing import (
    FAINT,
    INK,
    PAPER,
    PAST,
    SMALL,
    DayLabel,
    level_axis,
    new_figure,
    plain,
    share_axis,
)

__all__ = [
    "CHOSEN",
    "FAINT",
    "INK",
    "PAPER",
    "PAST",
    "SMALL",
    "WAITING",
    "Clock",
    "DayLabel",
    "course",
    "history",
    "key",
    "level_axis",
    "limit_line",
    "marks",
    "new_figure",
    "occasion_lines",
    "plain",
    "share_axis",
]

Array = NDArray[np.float64]
CHOSEN = "#0072B2"
WAITING = "#C25100"
N_LINES = 20
"""Single courses drawn over a band."""
PAST_DRAWS = 200
STEPS = (1, 2, 7, 14, 28, 56, 84, 168, 364, 728)


@dataclass(frozen=True)
class Clock:
    """Where days are counted from, and how a day is written.

    Attributes
    ----------
    origin : float
        Model day that is 0 on the axis.
    what : str
        Text of the axis.
    day_label : callable, optional
        Calendar label of a model day.
    """

    origin: float = 0.0
    what: str = "Day"
    day_label: DayLabel | None = None

    def axis(self, ax: Axes, left: float, right: float) -> None:
        """Set limits (model days) and ticks of a day axis."""
        low, high = left - self.origin, right - self.origin
        most = 9 if self.day_label is None else 8
        step = next((s for s in STEPS if (high - low) / s <= most), STEPS[-1])
        ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0
        ax.set_xlim(low, high)
        ax.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
        ax.xaxis.set_major_formatter(FuncFormatter(self._tick))
        ax.set_xlabel(self.what, fontsize=SMALL, color=INK)

    def _tick(self, x: float, _: int | None) -> str:
        if self.day_label is None:
            return f"{x:g}"
        return f"{x:g}\n{self.day_label(float(np.floor(x + self.origin)))}"


def course(ax: Axes, x: Array, values: Array, colour: str, label: str = "") -> None:
    """Draw the 50 and 90 % bands, the median and the first single courses of `values`."""
    q = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    ax.fill_between(x, q[0], q[4], color=colour, alpha=0.13, linewidth=0)
    ax.fill_between(x, q[1], q[3], color=colour, alpha=0.22, linewidth=0)
    for one in values[:N_LINES]:
        ax.plot(x, one, color=colour, linewidth=0.45, alpha=0.45)
    ax.plot(x, q[2], color=colour, linewidth=2.0, label=label or None)


def marks(ax: Axes, days: Sequence[float], label: str, colour: str) -> None:
    """Mark days (axis scale) above a panel, with a label beside those in view."""
    low, high = ax.get_xlim()
    seen = [d for d in days if low <= d <= high]
    if not seen:
        return
    top = ax.get_xaxis_transform()
    ax.vlines(seen, 1.005, 1.045, color=colour, lw=2.2, transform=top, clip_on=False)
    right = seen[-1] < low + 0.85 * (high - low)
    ax.text(
        seen[-1] if right else seen[0],
        1.02,
        f"  {label}" if right else f"{label}  ",
        ha="left" if right else "right",
        va="center",
        fontsize=SMALL,
        color=colour,
        transform=top,
    )


def occasion_lines(axes: Sequence[Axes], days: Sequence[float], clock: Clock) -> None:
    """Draw, over all panels, where an occasion begins that is in view; labelled in the first."""
    low, high = axes[0].get_xlim()
    for j, day in enumerate(days, 1):
        x = day - clock.origin
        if not low < x < high:
            continue
        for ax in axes:
            ax.axvline(x, color=PAST, lw=0.8, ls="-.", zorder=4)
        axes[0].annotate(
            f"occasion {j}",
            (x, 1.0),
            (3, -2),
            xycoords=axes[0].get_xaxis_transform(),
            textcoords="offset points",
            fontsize=SMALL,
            va="top",
            color=PAST,
            zorder=7,
            bbox=PAPER,
        )


def key(ax: Axes, loc: Literal["upper right", "lower left"] = "upper right") -> None:
    """Add the legend, which also says what bands and thin lines are."""
    legend = ax.legend(
        loc=loc,
        fontsize=SMALL,
        framealpha=0.8,
        edgecolor="none",
        borderaxespad=0.2,
        alignment="left",
    )
    words = f"bold: median; bands: 50 and 90 %; thin: {N_LINES} single patients"
    legend.set_title(words, prop=FontProperties(size=7.5))
    legend.get_title().set_color(PAST)


def limit_line(ax: Axes, value: float, label: str) -> None:
    """Draw a threshold with its label at the left."""
    ax.axhline(value, color=INK, lw=1.0, ls=(0, (5, 3)), zorder=5)
    ax.annotate(
        label,
        (0.0, value),
        (4, -3),
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        fontsize=SMALL,
        va="top",
        color=INK,
        zorder=7,
        bbox=PAPER,
    )


def history(fit: Fit, start: float, end: float) -> tuple[Array, dict[str, Array]]:
    """Return times [day] and courses between two days of what was given, for the first draws."""
    given = fit.subject.protocol
    edges = [e for s in given.sessions for e in (s.time, s.end)]
    edges += [e for d in given.doses for e in (d.time, getattr(d, "end", d.time))]
    days = np.array([*np.arange(start, end, 1.0), end, *edges])
    times = np.unique(days[(days >= start) & (days <= end)])
    begin = min(given.start, start)
    return times, fit.thinned(PAST_DRAWS).solve(given, times, EFFECT, t0=begin).values
