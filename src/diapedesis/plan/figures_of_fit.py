"""Figures of a fit: measured levels against the fitted past, prior against posterior."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from diapedesis.infer.fit import Fit
from diapedesis.plan.figure_parts import (
    CHOSEN,
    FAINT,
    INK,
    PAST,
    SMALL,
    Clock,
    DayLabel,
    course,
    history,
    key,
    level_axis,
    marks,
    new_figure,
    occasion_lines,
    plain,
    share_axis,
)
from diapedesis.plan.figure_points import measured, reading


def fit_figure(fit: Fit, *, day_label: DayLabel | None = None) -> Figure:
    """Draw the fitted past with every measured level.

    Parameters
    ----------
    fit : Fit
        With at least one level.
    day_label : callable, optional

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        Without a level.
    """
    if not fit.subject.levels:
        raise ValueError("levels: found none, expected at least one")
    given = fit.subject.protocol
    at = [x.time for x in fit.subject.levels]
    start = max(min(at) - 28.0, min(given.start, min(at)))
    end = max(at) + 7.0
    times, values = history(fit, start, end)
    clock = Clock(0.0, "Day", day_label)
    both = len(fit.subject.serum_levels) < len(fit.subject.levels)
    figure, axes = new_figure(4.6 if both else 3.0, (2.0, 1.0) if both else (1.0,))
    ax = axes[0]
    level_axis(ax, [reading(x) for x in fit.subject.serum_levels], floor=1.0)
    course(ax, times, values["c"], PAST, "fitted course")
    clock.axis(axes[-1], start, end)
    measured(ax, fit, clock)
    if both:
        course(axes[1], times, values["saturation"], PAST)
        share_axis(axes[1], "alpha4 saturation")
        measured(axes[1], fit, clock, unit="")
    occasion_lines(axes, fit.subject.occasions, clock)
    marks(ax, [s.time for s in given.sessions], "sessions", CHOSEN)
    key(ax, "lower left")
    return figure


def parameter_figure(fit: Fit) -> Figure:
    """Draw prior (grey) and posterior (blue) density of each fitted parameter.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    matplotlib.figure.Figure
        Three panels a row.
    """
    typical = [n for n in fit.names if "@" not in n]
    n = len(typical)
    rows = -(-n // 3)
    figure = Figure(figsize=(7.1, 1.3 * rows + 0.35), layout="constrained")
    for i, name in enumerate(typical):
        _density(figure.add_subplot(rows, 3, i + 1), fit, i, name)
    figure.legend(
        *figure.axes[0].get_legend_handles_labels(),
        loc="outside upper right",
        ncols=2,
        fontsize=SMALL,
        frameon=False,
    )
    return figure


def _density(ax: Axes, fit: Fit, i: int, name: str) -> None:
    scale = fit.prior.only([name]).scale
    mean, sd = fit.prior.mean[i], fit.prior.sd[i]
    z = np.linspace(mean - 3.2 * sd, mean + 3.2 * sd, 161)
    draws = scale.normal(fit.draws[name][:, None])[:, 0]
    width = 1.06 * draws.std(ddof=1) * draws.size**-0.2
    after = np.exp(-0.5 * ((z[:, None] - draws) / width) ** 2).mean(axis=1) / width
    before = np.exp(-0.5 * ((z - mean) / sd) ** 2) / sd
    ax.fill_between(z, before, color=FAINT, lw=0, label="prior (population)")
    ax.plot(z, after, color=CHOSEN, lw=1.8, label="posterior (this patient)")
    ax.fill_between(z, after, color=CHOSEN, alpha=0.15, lw=0)
    plain(ax)
    ticks = mean + sd * np.array([-2.0, 0.0, 2.0])
    ax.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{scale.natural([x])[0]:.2g}"))
    ax.yaxis.set_major_locator(NullLocator())
    ax.spines["left"].set_visible(False)
    ax.set_ylim(0, None)
    declared = fit.model.parameters[name]
    unit = f" [{declared.unit}]" if declared.unit else ""
    title = fill(f"{declared.label}{unit}", 36)
    ax.set_title(title, fontsize=SMALL, color=INK, loc="left")
