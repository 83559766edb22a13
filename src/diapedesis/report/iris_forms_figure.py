"""Figures of the page on IRIS: courses of each form, and odds ratios of what predicts its end."""

from __future__ import annotations

import io
import textwrap

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from diapedesis.plan.figure_parts import CHOSEN, FAINT, INK, PAST, SMALL, WAITING, plain
from diapedesis.validation.iris_forms import IrisForms
from diapedesis.validation.prognosis import OUTCOMES
from diapedesis.validation.prognosis_factors import BY_ID

PANELS = {
    "iris_level": ("Inflammation,\n1 in a usual IRIS", 0.0),
    "oedema": ("Oedema [mL]", 0.0),
    "edss": ("EDSS", 2.0),
}
"""Output, what it is called, and where its axis begins."""
COLOURS = (CHOSEN, WAITING, "#007A5A", "#8B3D88", "#B8860B", "#5A5A5A")
UNTIL = 365
LOWEST, HIGHEST = 0.2, 8.0


def courses_figure(study: IrisForms) -> Figure:
    """Draw a column for each form: median and middle half of its patients.

    Parameters
    ----------
    study : IrisForms

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide.
    """
    k = study.clusters.k
    figure = Figure(figsize=(7.1, 4.6), layout="constrained")
    grid = figure.subplots(len(PANELS), k, sharex=True, sharey="row", squeeze=False)
    for row, (output, (label, bottom)) in zip(grid, PANELS.items(), strict=True):
        for j, ax in enumerate(row):
            low, middle, high = study.courses[output][j]
            ax.fill_between(study.days, low, high, color=FAINT, lw=0)
            ax.plot(study.days, middle, color=COLOURS[j], lw=1.6)
            ax.axvline(0, color=PAST, lw=0.6)
            plain(ax)
        row[0].set_ylabel(label, fontsize=SMALL, color=INK)
        row[0].set_ylim(bottom=bottom)
    for j, ax in enumerate(grid[0]):
        title = "\n".join(textwrap.wrap(f"{j + 1}. {study.forms[j].name}", 22))
        ax.set_title(title, fontsize=SMALL, color=INK, loc="left", fontweight="bold")
    grid[0][0].set_xlim(study.days[0], UNTIL)
    grid[0][0].xaxis.set_major_locator(FixedLocator([0, 100, 200, 300]))
    figure.supxlabel("Days from the diagnosis of PML", fontsize=SMALL, color=INK)
    return figure


def prognosis_figure(study: IrisForms) -> Figure:
    """Draw the odds ratios of every factor, a panel for each outcome.

    Factors stand in one order, that of their strongest odds ratio.

    Parameters
    ----------
    study : IrisForms

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide.
    """
    order = _order(study)
    figure = Figure(figsize=(7.1, 0.8 + 0.27 * len(order)), layout="constrained")
    axes = figure.subplots(1, len(OUTCOMES), sharex=True, sharey=True)
    for ax, (outcome, label) in zip(axes, OUTCOMES.items(), strict=True):
        _forest(ax, study, outcome, order)
        ax.set_title(label.capitalize(), fontsize=SMALL, color=INK, loc="left", fontweight="bold")
    axes[0].set_yticks(range(len(order)), [_wrapped(id) for id in order], fontsize=7)
    axes[0].invert_yaxis()
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=2, fontsize=7, frameon=False)
    figure.supxlabel(
        "Odds ratio for one standard deviation more (90 % of truths)", fontsize=SMALL, color=INK,
        x=0.02, ha="left",
    )  # fmt: skip
    return figure


def svg(figure: Figure, name: str) -> str:
    """Return a figure as SVG; the same figure gives the same text."""
    out = io.StringIO()
    with rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _forest(ax: Axes, study: IrisForms, outcome: str, order: list[str]) -> None:
    rows = {r.factor: r for r in study.prognosis[outcome]}
    kinds = (("alone", CHOSEN, -0.13, "o"), ("adjusted", WAITING, 0.17, "s"))
    for name, colour, shift, marker in kinds:
        found = [(i, getattr(rows[id], name)) for i, id in enumerate(order)]
        known = [(i + shift, e) for i, e in found if e is not None and np.isfinite(e.mean)]
        y = [i for i, _ in known]
        low, high = np.clip(np.array([e.interval for _, e in known]).T, LOWEST, HIGHEST)
        ax.hlines(y, low, high, color=colour, lw=1.1)
        points = np.clip([e.ratio for _, e in known], LOWEST, HIGHEST)
        ax.plot(points, y, marker, color=colour, ms=3.2, label=name)
    ax.axvline(1.0, color=PAST, lw=0.7)
    plain(ax)
    ax.set_xscale("log")
    ax.set_xlim(LOWEST, HIGHEST)
    ax.xaxis.set_major_locator(FixedLocator([0.25, 0.5, 1, 2, 4]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))


def _order(study: IrisForms) -> list[str]:
    strength = {
        id: max(abs(np.nan_to_num(r.alone.mean)) for k in OUTCOMES for r in study.prognosis[k]
                if r.factor == id)
        for id in BY_ID
    }  # fmt: skip
    return sorted(strength, key=lambda id: -strength[id])


def _wrapped(id: str) -> str:
    return "\n".join(textwrap.wrap(BY_ID[id].label, 34))
