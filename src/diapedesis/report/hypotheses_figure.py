"""The figure of the page on hypotheses: tone after stopping, without treatment and with it."""

from __future__ import annotations

import io
import warnings

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from diapedesis.models.hypotheses import EXPLANATIONS, MIXTURE
from diapedesis.plan.figure_parts import CHOSEN, FAINT, INK, PAST, SMALL, WAITING, plain
from diapedesis.validation.hypotheses import HypothesisStudy
from diapedesis.validation.hypotheses_runs import DAYS

Array = NDArray[np.float64]
LINES: dict[str, tuple[str, object, str]] = {
    "none": (INK, "-", "nothing is done"),
    "plex": (PAST, (0, (1, 1)), "exchange at the stop"),
    "fty8": (WAITING, (0, (5, 1.5)), "fingolimod, week 8"),
    "steroid": ("#B8860B", (0, (3, 1, 1, 1)), "monthly methylprednisolone"),
    "anti_cd20": ("#007A5A", "-", "anti-CD20, day 28"),
    "anti_cd4": (CHOSEN, (0, (5, 1.5)), "anti-CD4, nine tenths"),
    "anti_cd8": ("#8B3D88", (0, (5, 1, 1, 1)), "anti-CD8, nine tenths"),
}
"""Colour, dashes and name of each arm that is drawn."""
FLOOR, TOP = 0.03, 30.0
AT = np.r_[0:53, 56 : DAYS.size : 4]
"""Days that are drawn: weekly in the first year, then every four weeks."""
WEEKS = DAYS[AT] / 7


def hypotheses_figure(study: HypothesisStudy) -> Figure:
    """Draw a panel for each hypothesis.

    Parameters
    ----------
    study : HypothesisStudy

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide; the last panel is the key.
    """
    figure = Figure(figsize=(7.1, 3.9), layout="constrained")
    grid = figure.subplots(2, 4, sharex=True, sharey=True)
    axes = [ax for row in grid for ax in row]
    for ax, h in zip(axes, (*EXPLANATIONS, MIXTURE), strict=False):
        _panel(ax, study, h)
    axes[3].tick_params(labelbottom=True)
    _key(axes[-1], axes[0])
    figure.supxlabel("Weeks after the last dose", fontsize=SMALL, color=INK)
    figure.supylabel("Mean tone, fold of untreated", fontsize=SMALL, color=INK)
    return figure


def svg(figure: Figure) -> str:
    """Return a figure as SVG; the same figure gives the same text."""
    out = io.StringIO()
    with rc_context({"svg.hashsalt": "hypotheses", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _panel(ax: Axes, study: HypothesisStudy, h: str) -> None:
    low, _, high = _quantiles(study.tones[h]["none"][:, AT])
    ax.fill_between(WEEKS, np.maximum(low, FLOOR), np.maximum(high, FLOOR), color=FAINT, lw=0)
    ax.axhline(1.0, color=PAST, lw=0.6)
    for arm, (colour, dashes, name) in LINES.items():
        middle = np.maximum(_quantiles(study.tones[h][arm][:, AT])[1], FLOOR)
        width = 1.8 if arm == "none" else 1.1
        ax.plot(WEEKS, middle, color=colour, ls=dashes, lw=width, label=name)
    plain(ax)
    ax.set_title(h, fontsize=SMALL, color=INK, loc="left", fontweight="bold")
    ax.set_yscale("log")
    ax.set_ylim(FLOOR, TOP)
    ax.yaxis.set_major_locator(FixedLocator([0.1, 1, 10]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    ax.set_xlim(0, 104)
    ax.xaxis.set_major_locator(FixedLocator([0, 26, 52, 78, 104]))


def _key(ax: Axes, of: Axes) -> None:
    ax.set_axis_off()
    handles, labels = of.get_legend_handles_labels()
    ax.legend(handles, labels, loc="upper left", fontsize=7.5, frameon=False, borderaxespad=0.0)


def _quantiles(course: Array) -> Array:
    """Return the 5 %, 50 % and 95 % quantiles over truths; NaN where no truth is left."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="All-NaN slice", category=RuntimeWarning)
        return np.asarray(np.nanquantile(course, [0.05, 0.5, 0.95], axis=0))
