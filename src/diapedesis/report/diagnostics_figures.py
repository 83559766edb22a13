"""Figures of diagnostics: goodness of fit, residuals, npde, predictive check, etas.

How to read each is told in the guide, ``docs/guide/diagnostics.md``. A prediction below the axis of
levels is drawn at its edge.
"""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.diagnostics import Diagnostics, LevelCheck
from diapedesis.plan.figure_parts import (
    CHOSEN,
    INK,
    PAST,
    SMALL,
    plain,
)
from diapedesis.report.diagnostics_parts import (
    POINT,
    PREDICTIONS,
    Reading,
    grid,
    histogram,
    legend,
    points,
    quantified,
    quantiles,
    residuals,
    running_median,
)
from diapedesis.report.vpc_figure import vpc_figure

Array = NDArray[np.float64]


def gof_figure(check: LevelCheck) -> Figure:
    """Draw levels against both predictions, and population residuals.

    Parameters
    ----------
    check : LevelCheck

    Returns
    -------
    matplotlib.figure.Figure
        Two by two panels, 7.1 in wide.
    """
    figure, axes = grid(2, 2, 6.4)
    reading = Reading.of(check)
    high = reading.limits(check["observed"], check["pred"], check["ipred"])[1]
    limits = (0.5 * reading.limits(check["observed"])[0], high)
    for ax, (name, what) in zip(axes, PREDICTIONS.items(), strict=False):
        ax.plot(limits, limits, color=PAST, lw=0.8, zorder=1, label="identity")
        x = np.maximum(check[name], limits[0])
        points(ax, check, x, check["observed"])
        running_median(ax, x, check["observed"])
        reading.axis(ax, "x", what, limits)
        reading.axis(ax, "y", "Observed", limits)
    what = "Population weighted residual"
    residuals(axes[2], check, "after_dose", check["pwres"], what)
    residuals(axes[3], check, "pred", check["pwres"], what)
    legend(figure, axes)
    return figure


def residual_figure(check: LevelCheck) -> Figure:
    """Draw individual weighted residuals of quantified levels: their trend, size and shape.

    Parameters
    ----------
    check : LevelCheck

    Returns
    -------
    matplotlib.figure.Figure
        Two by two panels, 7.1 in wide.

    Raises
    ------
    ValueError
        When every level is below the limit.
    """
    seen = quantified(check)
    iwres = seen["iwres"]
    figure, axes = grid(2, 2, 6.0)
    what = "Individual weighted residual"
    residuals(axes[0], seen, "after_dose", iwres, what)
    residuals(axes[1], seen, "ipred", np.abs(iwres), f"{what}, size")
    axes[1].set_ylim(bottom=0)
    quantiles(axes[2], iwres, what)
    histogram(axes[3], iwres, what)
    legend(figure, axes)
    return figure


def npde_figure(check: LevelCheck) -> Figure:
    """Draw normalised prediction distribution errors: their shape, and against time and prediction.

    Parameters
    ----------
    check : LevelCheck

    Returns
    -------
    matplotlib.figure.Figure
        Two by two panels, 7.1 in wide, with the tests below.
    """
    figure, axes = grid(2, 2, 6.2)
    quantiles(axes[0], check["npde"], "npde")
    histogram(axes[1], check["npde"], "npde")
    residuals(axes[2], check, "after_dose", check["npde"], "npde")
    residuals(axes[3], check, "pred", check["npde"], "npde")
    t = check.tests
    if t is not None:
        text = (
            f"{t.n} levels: mean {t.mean:.2f}, variance {t.variance:.2f};"
            f" p of mean {t.p_mean:.2g}, variance {t.p_variance:.2g}, normality"
            f" {t.p_normal:.2g}; global {t.p_global:.2g}"
        )
        figure.supxlabel(text, fontsize=SMALL, color=INK)
    legend(figure, axes)
    return figure


def eta_figure(found: Diagnostics, model: Model) -> Figure:
    """Draw etas and kappas in units of omega: their spread, and against body weight.

    Parameters
    ----------
    found : Diagnostics
    model : Model
        Names the parameters.

    Returns
    -------
    matplotlib.figure.Figure
        Two parameters a row, each with a histogram and a panel against weight, 7.1 in wide.
    """
    names = list(dict.fromkeys(found.etas.column("parameter")))
    rows = -(-len(names) // 2)
    figure = Figure(figsize=(7.1, 1.75 * rows + 0.3), layout="constrained")
    left = {r["of"]: r["sd"] for r in found.shrinkage.records() if r["kind"] != "epsilon"}
    for i, name in enumerate(names):
        own = [r for r in found.etas.records() if r["parameter"] == name]
        etas = np.array([r["eta"] / r["omega"] for r in own])
        weight = np.array([r["weight"] for r in own])
        spread, against = (figure.add_subplot(rows, 4, 2 * i + j) for j in (1, 2))
        shrunk = f"; shrinkage {100 * left[name]:.0f} %" if name in left else ""
        id, _, occasion = name.partition("@")
        when = f", occasion {occasion}" if occasion else ""
        title = fill(f"{model.parameters[id].label}{when}{shrunk}", 52)
        spread.set_title(title, fontsize=SMALL, color=INK, loc="left")
        plain(spread)
        histogram(spread, etas, "eta / omega", "Subjects")
        spread.xaxis.set_major_locator(FixedLocator([-2, 0, 2]))
        spread.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        _eta_against_weight(against, weight, etas)
    legend(figure, figure.axes[:2])
    return figure


def _eta_against_weight(ax: Axes, weight: Array, etas: Array) -> None:
    plain(ax)
    ax.axhline(0.0, color=PAST, lw=0.8)
    ax.plot(weight, etas, "o", color=CHOSEN, mec="none", label="subject", **POINT)
    running_median(ax, weight, etas)
    top = max(3.0, 1.05 * float(np.abs(etas).max()))
    ax.set_ylim(-top, top)
    ax.set_xlabel("Body weight [kg]", fontsize=SMALL, color=INK)
    ax.set_ylabel("eta / omega", fontsize=SMALL, color=INK)


__all__ = ["eta_figure", "gof_figure", "npde_figure", "residual_figure", "vpc_figure"]
