"""The figure of the page on disputed effects: prior and posterior of each."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diapedesis.plan.figure_parts import CHOSEN, INK, PAST, SMALL, plain
from diapedesis.validation.disputed import EFFECTS, DisputedStudy

SHORT = {
    "plex": "plasma exchange",
    "early": "steroids before IRIS",
    "steroids": "steroids in IRIS",
}
PANELS = {
    "death": ("Death", "log hazard ratio"),
    "onset": ("Onset of IRIS", "log hazard ratio"),
    "duration": ("Duration of IRIS", "log ratio"),
    "edss": ("EDSS", "difference a month"),
}
LINES = (("prior", PAST, -0.16), ("posterior", CHOSEN, 0.16))


def disputed_figure(study: DisputedStudy) -> Figure:
    """Draw a panel for each measure, a row for each treatment.

    Parameters
    ----------
    study : DisputedStudy

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide.
    """
    figure = Figure(figsize=(7.1, 2.4), layout="constrained")
    axes = figure.subplots(1, len(PANELS), sharey=True)
    rows = {(r["effect"], r["measure"]): r for _, r in study.to_frame().iterrows()}
    for ax, (measure, (title, unit)) in zip(axes, PANELS.items(), strict=True):
        _panel(ax, [rows[effect, measure] for effect in EFFECTS])
        ax.set_title(title, fontsize=SMALL, color=INK, loc="left", fontweight="bold")
        ax.set_xlabel(unit, fontsize=SMALL, color=INK)
    axes[0].set_yticks(range(len(EFFECTS)), [SHORT[e] for e in EFFECTS], fontsize=SMALL)
    axes[0].set_ylim(len(EFFECTS) - 0.5, -0.5)
    figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside upper right",
        ncols=2,
        fontsize=SMALL,
        frameon=False,
    )
    return figure


def svg(figure: Figure) -> str:
    """Return a figure as SVG; the same figure gives the same text."""
    out = io.StringIO()
    with rc_context({"svg.hashsalt": "disputed", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _panel(ax: Axes, rows: list[pd.Series[Any]]) -> None:
    plain(ax)
    ax.axvline(0.0, color=INK, lw=0.6)
    for name, colour, off in LINES:
        for i, row in enumerate(rows):
            ends = (row[f"{name}_05"], row[f"{name}_95"])
            ax.plot(ends, (i + off, i + off), color=colour, lw=1.6, label=name if not i else None)
            ax.plot(row[name], i + off, "o", color=colour, ms=3.5)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=SMALL)
