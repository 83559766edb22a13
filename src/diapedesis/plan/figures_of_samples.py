"""The figure of the samples that could be taken: when, and what each is expected to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from diapedesis.observe import Assay
from diapedesis.plan.figure_parts import (
    CHOSEN,
    INK,
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
)
from diapedesis.plan.figure_points import measured, reading
from diapedesis.plan.samples import assay_label

if TYPE_CHECKING:
    from diapedesis.plan.sample_options import Option
    from diapedesis.plan.sample_plan import SamplePlan

COLOURS = (CHOSEN, WAITING, "#009E73", "#9C4A8C", "#8A6D00", "#6E6E6E")
"""One for each assay, in the order of the ranking."""
MARKERS = ("o", "s", "D", "^", "v", "P")
SAMPLE = "#CC0033"
LOOK_BACK = 28.0
"""Days before now that the figure goes back for measured levels."""
LOOK_ON = 5.0
"""Days shown after the last sample or the asked day."""


def sample_figure(plan: SamplePlan, *, day_label: DayLabel | None = None) -> Figure:
    """Draw the course with the days of the samples, and what each sample is expected to tell.

    Parameters
    ----------
    plan : SamplePlan
    day_label : callable, optional
        Calendar label of a model day.

    Returns
    -------
    matplotlib.figure.Figure
        Three panels, 7.1 in wide: level; drop in the variance of the lasting day; drop in that of
        the number of sessions. Bars are two Monte-Carlo errors; rings are samples of habit; hollow
        marks come too late, drawn at what they would tell if they did not.
    """
    q = plan.question
    event = "first session" if plan.session_days else "first possible session"
    clock = Clock(q.first, f"Days after the {event}", day_label)
    figure, axes = new_figure(7.4, (2.3, 2.6, 1.5))
    left, right = _view(plan)
    _levels(axes[0], plan, clock, left, right)
    assays = list(dict.fromkeys(o.assay for o in plan.options))
    for i, assay in enumerate(assays):
        own = sorted((o for o in plan.options if o.assay == assay), key=lambda o: o.sample.day)
        _gains(axes[1], own, i, q.first, "date")
        _gains(axes[2], own, i, q.first, "sessions")
    _gain_axes(axes[1], axes[2])
    clock.axis(axes[2], left, right)
    deadline = q.by - q.result_after_days - q.first
    for ax in axes:
        ax.axvline(q.by - q.first, color=INK, lw=0.8, ls=":", zorder=1)
        ax.axvline(deadline, color=INK, lw=0.8, ls=(0, (5, 3)), zorder=1)
    _above(axes[0], q.by - q.first, "  asked day", "left")
    _above(axes[0], deadline, "last sample in time  ", "right")
    marks(axes[0], [d - q.first for d in plan.session_days], "sessions", INK)
    _key(axes[1], assays)
    return figure


def _view(plan: SamplePlan) -> tuple[float, float]:
    days = [o.sample.day for o in plan.options]
    near = [x.time for x in plan.fit.subject.levels if x.time >= plan.now - LOOK_BACK]
    left = min([plan.now - 4.0, *(t - 2.0 for t in near)])
    return left, max(plan.question.by, *days) + LOOK_ON


def _levels(ax: Axes, plan: SamplePlan, clock: Clock, left: float, right: float) -> None:
    q, arm = plan.question, plan.chosen
    level_axis(
        ax, [reading(x) for x in plan.fit.subject.serum_levels if x.time >= left], _limit(plan)
    )
    start = max(left, min(plan.fit.subject.protocol.start, q.first))
    if start < q.first:
        times, values = history(plan.fit, start, q.first)
        course(ax, times - q.first, values["c"], PAST, "fitted past")
    seen = arm.times <= right
    label = q.label(arm.design) if arm.design.n else "waiting"
    course(ax, arm.times[seen] - q.first, arm.values["c"][:, seen], INK, label)
    if q.threshold.output == "c":
        limit_line(ax, q.threshold.value, f"threshold {q.threshold.label}")
    ax.set_xlim(left - q.first, right - q.first)
    measured(ax, plan.fit, clock)
    middle = np.median(arm.values["c"], axis=0)
    days = np.array(sorted({o.sample.day for o in plan.options if o.sample.day >= q.first}))
    at = np.interp(days, arm.times, middle)
    ax.plot(days - q.first, at, "|", color=SAMPLE, ms=9, mew=1.3, zorder=6, label="sample")
    key(ax)


def _limit(plan: SamplePlan) -> float | None:
    threshold = plan.question.threshold
    return threshold.value if threshold.output == "c" else None


def _gains(ax: Axes, own: list[Option], place: int, first: float, quantity: str) -> None:
    """Draw one assay's gains by day: joined where in time, hollow where too late."""
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    counted = [o for o in own if o.status == "in time" and (quantity == "date" or o.steers)]
    late = [o for o in own if o.late and o.trusted and quantity == "date"]
    for options, fill, line in ((counted, colour, "-"), (late, "white", "none")):
        if not options:
            continue
        x = np.array([o.sample.day for o in options]) - first
        gain = [o.share("date") if quantity == "date" else o.drop["sessions"] for o in options]
        ax.errorbar(
            x,
            [g.value for g in gain],
            [2 * g.error for g in gain],
            fmt=marker,
            ls=line,
            lw=0.9,
            color=colour,
            mfc=fill,
            ms=4,
            capsize=1.8,
            elinewidth=0.8,
            zorder=4,
        )
        ringed = [(a, g.value) for a, g, o in zip(x, gain, options, strict=True) if o.sample.habit]
        for a, y in ringed:
            ax.plot(a, y, "o", mfc="none", mec=INK, ms=10, mew=0.9, zorder=5)


def _gain_axes(date: Axes, sessions: Axes) -> None:
    for ax, label in (
        (date, "Lasting day:\nvariance less by"),
        (sessions, "Number of sessions:\nvariance less by"),
    ):
        ax.axhline(0.0, color="#888888", lw=0.8, zorder=1)
        ax.set_ylabel(label, fontsize=SMALL, color=INK)
    date.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    date.set_ylim(min(-0.04, date.get_ylim()[0]), 1.0)
    sessions.yaxis.set_major_locator(MaxNLocator(4))
    if not sessions.lines[1:] and not sessions.containers:
        sessions.set_yticks([])
        sessions.text(
            0.5,
            0.5,
            "no result comes before the number of sessions is settled",
            ha="center",
            va="center",
            fontsize=SMALL,
            color=PAST,
            transform=sessions.transAxes,
        )


def _above(ax: Axes, x: float, text: str, side: Literal["left", "right"]) -> None:
    ax.text(
        x,
        1.09,
        text,
        ha=side,
        va="bottom",
        fontsize=SMALL,
        color=INK,
        transform=ax.get_xaxis_transform(),
    )


def _key(ax: Axes, assays: list[Assay]) -> None:
    shown = [
        Line2D([], [], color=c, marker=m, ms=4, lw=0.9, label=assay_label(a))
        for a, c, m in zip(assays, COLOURS, MARKERS, strict=False)
    ]
    late = Line2D([], [], color=PAST, marker="o", mfc="white", ms=4, ls="none", label="too late")
    habit = Line2D([], [], color=INK, marker="o", mfc="none", ms=9, ls="none", label="habit")
    ax.legend(
        handles=[*shown, late, habit],
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=2,
        fontsize=SMALL,
        frameon=False,
        borderaxespad=0.2,
    )
