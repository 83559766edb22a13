"""Figures of plans, courses and fits, as matplotlib objects; nothing here touches pyplot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit
from diapedesis.plan.figure_parts import (
    CHOSEN,
    INK,
    PAPER,
    PAST,
    SMALL,
    WAITING,
    Clock,
    DayLabel,
    course,
    history,
    key,
    level_axis,
    limit_line,
    marks,
    new_figure,
    occasion_lines,
    share_axis,
)
from diapedesis.plan.figure_points import measured, reading
from diapedesis.plan.figures_of_fit import fit_figure, parameter_figure
from diapedesis.plan.search import Arm

if TYPE_CHECKING:
    from diapedesis.plan.plex import PlexPlan

Array = NDArray[np.float64]
PANELS = (("saturation", "alpha4 saturation"), ("free_alpha4", "Free alpha4,\nof untreated"))
OUTPUTS = ("c", *(name for name, _ in PANELS))
LOOK_BACK = 56.0
"""Days before the first session that a plan's figure goes back for measured levels."""


def plex_figure(plan: PlexPlan, *, day_label: DayLabel | None = None) -> Figure:
    """Draw a plan: levels, saturation, free alpha4, milestones; chosen course against waiting.

    Parameters
    ----------
    plan : PlexPlan
    day_label : callable, optional
        Calendar label of a model day, shown under the days after the first session.

    Returns
    -------
    matplotlib.figure.Figure
        Four panels, 7.1 in wide.
    """
    q, clock = plan.question, Clock(plan.question.first, "Days after the first session", day_label)
    if not plan.session_days:
        clock = Clock(q.first, "Days after the first possible session", day_label)
    figure, axes = new_figure(8.2, (3.6, 1.4, 1.4, 1.25))
    left, right = _view(plan)
    arms = [(plan.waiting, WAITING, "waiting")]
    if plan.session_days:
        arms.append((plan.chosen, CHOSEN, plan.chosen.design.label))
    level_axis(axes[0], [reading(x) for x in plan.fit.subject.serum_levels], _limit(plan, "c"))
    past = history(plan.fit, left, q.first) if left < q.first else None
    for ax, name in zip(axes, OUTPUTS, strict=False):
        if past:
            label = "fitted past" if name == "c" else ""
            course(ax, past[0] - q.first, past[1][name], PAST, label)
        for arm, colour, label in arms:
            seen = arm.times <= right
            x = arm.times[seen] - q.first
            course(ax, x, arm.values[name][:, seen], colour, label if name == "c" else "")
        ax.axvline(q.by - q.first, color=INK, lw=0.8, ls=":", zorder=4)
        limit = _limit(plan, name)
        if limit is not None:
            limit_line(ax, limit, f"threshold {q.threshold.label}")
            _asked_span(ax, q.by - q.first, q.hold, limit)
    for ax, (_, label) in zip(axes[1:], PANELS, strict=False):
        share_axis(ax, label)
    clock.axis(axes[3], left, right)
    occasion_lines(axes[:3], plan.fit.subject.occasions, clock)
    measured(axes[0], plan.fit, clock)
    measured(axes[1], plan.fit, clock, unit="")
    marks(axes[0], [d - q.first for d in plan.session_days], "sessions", CHOSEN)
    marks(axes[0], [s.time - q.first for s in plan.fit.subject.protocol.sessions], "", PAST)
    _asked(axes[0], q.by - q.first)
    key(axes[0])
    _milestones(axes[3], plan, right - q.first)
    return figure


def _view(plan: PlexPlan) -> tuple[float, float]:
    q = plan.question
    near = [x.time for x in plan.fit.subject.levels if q.first - LOOK_BACK <= x.time <= q.first]
    left = min([q.first - 6.0, *(t - 4.0 for t in near)])
    return max(left, min(plan.fit.subject.protocol.start, q.first)), q.by + q.hold + 4.0


def _limit(plan: PlexPlan, output: str) -> float | None:
    threshold = plan.question.threshold
    return threshold.value if threshold.output == output else None


def _asked_span(ax: Axes, by: float, hold: float, limit: float) -> None:
    ax.plot([by, by + hold], [limit, limit], color=INK, lw=2.6, solid_capstyle="butt", zorder=6)
    ax.annotate(
        f"below for {hold:g} days",
        (by + 0.5 * hold, limit),
        (0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL,
        color=INK,
        bbox=PAPER,
        zorder=7,
    )


def _asked(ax: Axes, by: float) -> None:
    ax.text(
        by,
        1.075,
        f"asked: by day {by:g}",
        ha="center",
        va="center",
        fontsize=SMALL,
        color=INK,
        transform=ax.get_xaxis_transform(),
    )


def _milestones(ax: Axes, plan: PlexPlan, end: float) -> None:
    """Draw median and 90 % interval of the lasting day and of the half-open gate."""
    rows: list[tuple[float, Arm, str, Array]] = []
    for arm, colour, shift in ((plan.chosen, CHOSEN, 0.0), (plan.waiting, WAITING, 0.42)):
        if arm.design.n or colour == WAITING:
            rows.append((shift, arm, colour, arm.half_open()))
            rows.append((1.2 + shift, arm, colour, arm.lasting))
    for y, _, colour, day in rows:
        q = np.quantile(day - plan.question.first, [0.05, 0.5, 0.95], method="inverted_cdf")
        if not np.isfinite(q[1]):
            text = "not reached"
        else:
            high = f"{q[2]:.0f}" if np.isfinite(q[2]) else "not reached"
            text = f"{q[1]:.0f} days ({q[0]:.0f} to {high})"
        shown = np.minimum(q, end)
        ax.hlines(y, shown[0], shown[2], color=colour, lw=3.2, alpha=0.45)
        if q[1] <= end:
            ax.plot(shown[1], y, "o", color=colour, ms=5)
        right = shown[2] < 0.72 * end
        ax.text(
            shown[2] + 1.5 if right else shown[0] - 1.5,
            y,
            text,
            ha="left" if right else "right",
            va="center",
            fontsize=SMALL,
            color=colour,
            bbox=PAPER,
            zorder=5,
        )
    ax.axvline(plan.question.by - plan.question.first, color=INK, lw=0.8, ls=":", zorder=4)
    ax.set_ylim(2.0, -0.4)
    ax.yaxis.set_major_locator(FixedLocator([0.21, 1.41]))
    below = f"lastingly below\n{plan.question.threshold.label}"
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: "gate\nhalf open" if y < 1 else below))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def course_figure(
    fit: Fit,
    times: Array,
    values: Mapping[str, Array],
    *,
    origin: float = 0.0,
    what: str = "Day",
    day_label: DayLabel | None = None,
    limits: Mapping[float, str] | None = None,
) -> Figure:
    """Draw one course: serum level, saturation and free alpha4, with measured levels.

    Parameters
    ----------
    fit : Fit
    times : ndarray, shape (n_times,)
        [day]
    values : mapping of str to ndarray, shape (n_draws, n_times)
        Outputs c, saturation, free_alpha4.
    origin : float
        Model day from which the axis counts.
    what : str
        Text of the axis.
    day_label : callable, optional
    limits : mapping of float to str, optional
        Levels to mark [mg/L], with their labels.

    Returns
    -------
    matplotlib.figure.Figure
    """
    start = float(times[0])
    times, values = _in_view(fit, times, values)
    clock = Clock(origin, what, day_label)
    figure, axes = new_figure(6.4, (3.0, 1.4, 1.4))
    given = fit.subject.protocol
    inside = [x for x in fit.subject.serum_levels if start <= x.time <= times[-1]]
    level_axis(axes[0], [reading(x) for x in inside], min(limits) if limits else None)
    course(axes[0], times - origin, values["c"], CHOSEN, "forecast")
    for ax, (name, label) in zip(axes[1:], PANELS, strict=True):
        course(ax, times - origin, values[name], CHOSEN)
        share_axis(ax, label)
    clock.axis(axes[2], start, float(times[-1]))
    occasion_lines(axes, fit.subject.occasions, clock)
    measured(axes[0], fit, clock)
    measured(axes[1], fit, clock, unit="")
    for value, label in (limits or {}).items():
        limit_line(axes[0], value, label)
    marks(axes[0], [s.time - origin for s in given.sessions], "sessions", INK)
    if not given.sessions:
        marks(axes[0], [d.time - origin for d in given.doses], "doses", INK)
    late = np.median(values["c"][:, times.size // 2 :], axis=0)
    key(axes[0], "upper right" if late.max() < 20 else "lower left")
    return figure


def _in_view(fit: Fit, times: Array, values: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Leave out the level just before a first dose, and the end, where no drug is left."""
    first = int(times.size > 1 and any(d.time == times[0] for d in fit.subject.protocol.doses))
    some = np.flatnonzero(np.quantile(values["saturation"], 0.95, axis=0) > 0.02)
    last = np.searchsorted(times, times[some[-1]] + 7.0) if some.size else times.size
    seen = slice(first, max(int(last), first + 2))
    return times[seen], {k: v[:, seen] for k, v in values.items()}


__all__ = ["course_figure", "fit_figure", "parameter_figure", "plex_figure"]
