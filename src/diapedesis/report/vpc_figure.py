"""The figure of a prediction-corrected visual predictive check."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from diapedesis.infer.diagnostics import LevelCheck
from diapedesis.infer.vpc import Vpc
from diapedesis.plan.figure_parts import (
    CHOSEN,
    INK,
    PAST,
    SMALL,
    WAITING,
    Clock,
    new_figure,
)
from diapedesis.report.diagnostics_parts import SUSPECT, Reading, legend, points


def vpc_figure(check: LevelCheck) -> Figure:
    """Draw the prediction-corrected visual predictive check, and the share below the limit.

    Parameters
    ----------
    check : LevelCheck

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide; the lower panel only where levels or replicates lie below the limit.
    """
    vpc, reading = check.vpc, Reading.of(check)
    limited = bool(check["censored"].any() or vpc.below_high.any())
    figure, axes = new_figure(5.4 if limited else 4.2, (3.0, 1.0) if limited else (1.0,))
    ax = axes[0]
    shown = np.concatenate([a[np.isfinite(a)] for a in (vpc.points, vpc.low, vpc.high)])
    limits = reading.limits(shown)
    for i, p in enumerate(vpc.probabilities):
        colour = WAITING if p == 0.5 else CHOSEN
        low, high = (np.maximum(a[i], limits[0]) for a in (vpc.low, vpc.high))
        for b in range(vpc.n.size):
            ax.fill_between(
                [vpc.left[b], vpc.right[b]], low[b], high[b], color=colour, alpha=0.28, lw=0
            )
    points(ax, check, check["after_dose"], vpc.points)
    _observed(ax, vpc)
    _name_bands(ax)
    reading.axis(ax, "y", "Level, prediction-corrected", limits)
    span = max(float(vpc.right[-1] - vpc.left[0]), 1.0)
    bounds = float(vpc.left[0]) - 0.03 * span, float(vpc.right[-1]) + 0.03 * span
    Clock(0.0, "Days after the last dose").axis(axes[-1], *bounds)
    for x, n in zip((vpc.left + vpc.right) / 2, vpc.n, strict=True):
        ax.text(
            x, 1.01, f"{n}", ha="center", fontsize=7, color=PAST, transform=ax.get_xaxis_transform()
        )
    ax.text(0.0, 1.01, "n", fontsize=7, color=PAST, transform=ax.transAxes)
    if limited:
        _share_below(axes[1], vpc)
    legend(figure, axes[:1])
    return figure


def _observed(ax: Axes, vpc: Vpc) -> None:
    for i, p in enumerate(vpc.probabilities):
        y = np.where(np.isfinite(vpc.observed[i]), vpc.observed[i], np.nan)
        style = "-" if p == 0.5 else (0, (4, 2))
        label = "observed median" if p == 0.5 else "observed 5 and 95 %"
        ax.plot(vpc.x, y, color=INK, lw=1.6, ls=style, zorder=5, label=label if i < 2 else None)
        out = vpc.outside[i] & np.isfinite(y)
        if out.any():
            star: dict[str, Any] = {
                "color": SUSPECT,
                "ms": 10,
                "mec": "white",
                "mew": 0.5,
                "zorder": 6,
            }
            ax.plot(vpc.x[out], y[out], "*", ls="none", label="outside its interval", **star)


def _name_bands(ax: Axes) -> None:
    for colour, label in ((WAITING, "model median"), (CHOSEN, "model 5 and 95 %")):
        ax.fill_between([], [], [], color=colour, alpha=0.28, lw=0, label=f"{label}, 95 % interval")


def _share_below(ax: Axes, vpc: Vpc) -> None:
    for b in range(vpc.n.size):
        edge = [vpc.left[b], vpc.right[b]]
        ax.fill_between(edge, vpc.below_low[b], vpc.below_high[b], color=WAITING, alpha=0.28, lw=0)
    ax.plot(vpc.x, vpc.below, "o-", color=INK, lw=1.6, ms=3.5)
    ax.set_ylim(-0.02, 1.02)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.set_ylabel("Below\nthe limit", fontsize=SMALL, color=INK)
