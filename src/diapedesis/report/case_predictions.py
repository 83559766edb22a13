"""The figures of what a case predicts: days and values as distributions, chances as bars."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from diapedesis.cases import PublishedCase
from diapedesis.cases.result import CaseResult, Prediction
from diapedesis.cases.said import later_name
from diapedesis.population.drawing import ARMS, INK, plain

PRIOR, POSTERIOR, OBSERVED = "#9A9A9A", ARMS[0], ARMS[1]
SMALL = 7.5
BINS = 36
NEVER_PLACES = (0.0, 1.0)


def predictions_figure(result: CaseResult) -> Figure | None:
    """Draw prior and posterior of every later fact of which the model can say something.

    Parameters
    ----------
    result : CaseResult

    Returns
    -------
    matplotlib.figure.Figure or None
        7.1 in wide; ``None`` when the model can say nothing.
    """
    said = [p for p in result.predictions if p.predicted is not None]
    spread = [p for p in said if p.predicted and p.predicted.form != "chance"]
    chances = [p for p in said if p.predicted and p.predicted.form == "chance"]
    if not said:
        return None
    heights = [1.45] * len(spread) + ([0.55 + 0.38 * len(chances)] if chances else [])
    figure = Figure(figsize=(7.1, sum(heights) + 0.3), layout="constrained")
    grid = figure.add_gridspec(len(heights), 2, height_ratios=heights, width_ratios=(6, 1))
    for i, p in enumerate(spread):
        ax, never = figure.add_subplot(grid[i, 0]), figure.add_subplot(grid[i, 1])
        _histogram(ax, p, result.case)
        _never(never, p)
    if chances:
        _chances(figure.add_subplot(grid[len(spread), :]), chances, result.case)
    return figure


def _histogram(ax: Axes, p: Prediction, case: PublishedCase) -> None:
    assert p.predicted is not None
    observed = p.observed
    both = np.concatenate([p.prior, p.predicted.values])
    finite = both[np.isfinite(both)]
    marks = [] if observed is None else [x for x in (observed.low, observed.high) if np.isfinite(x)]
    ends = [*marks, *((finite.min(), finite.max()) if finite.size else (0.0, 100.0))]
    low, high = min(ends), max(ends)
    edges = np.linspace(low, max(high, low + 1.0), BINS + 1)
    for values, colour, filled in ((p.prior, PRIOR, False), (p.predicted.values, POSTERIOR, True)):
        share = np.histogram(values[np.isfinite(values)], edges)[0] / values.size
        if filled:
            ax.stairs(share, edges, color=colour, alpha=0.55, fill=True, label="posterior")
        else:
            ax.stairs(share, edges, color=colour, lw=1.3, label="prior")
    if observed is not None:
        width = 0.004 * (edges[-1] - edges[0])
        end = observed.high if np.isfinite(observed.high) else edges[-1]
        ax.axvspan(observed.low - width, end + width, color=OBSERVED, alpha=0.35, lw=0,
                   label="observed")  # fmt: skip
    plain(ax)
    ax.tick_params(labelsize=SMALL)
    ax.yaxis.set_major_locator(MaxNLocator(3))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
    ax.set_ylabel("Share of draws", fontsize=SMALL, color=INK)
    unit = "days from the last infusion" if p.predicted.form == "day" else p.fact.unit
    ax.set_xlabel(unit, fontsize=SMALL, color=INK)
    name = later_name(p.fact, case) + (", if PML was coming" if p.if_seeded else "")
    ax.set_title(_wrapped(name, 84), fontsize=SMALL, color=INK, loc="left")
    ax.legend(fontsize=SMALL, frameon=False, loc="upper right")


def _never(ax: Axes, p: Prediction) -> None:
    """Draw the share of draws in which it never happens; nothing for a value."""
    assert p.predicted is not None
    if p.predicted.form != "day":
        ax.set_axis_off()
        return
    shares = [float(np.isinf(v).mean()) for v in (p.prior, p.predicted.values)]
    ax.bar(NEVER_PLACES, shares, 0.75, color=(PRIOR, POSTERIOR), alpha=0.8)
    for x, share in zip(NEVER_PLACES, shares, strict=True):
        ax.text(x, share + 0.03, _percent(share), ha="center", fontsize=SMALL, color=INK)
    plain(ax)
    ax.set_ylim(0, 1.2)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xticks(NEVER_PLACES, ["prior", "post."], fontsize=SMALL)
    ax.tick_params(labelsize=SMALL)
    ax.set_title("never", fontsize=SMALL, color=INK)


def _chances(ax: Axes, chances: list[Prediction], case: PublishedCase) -> None:
    y = np.arange(len(chances), dtype=float)
    for values, shift, colour, label in (
        ([p.prior for p in chances], -0.18, PRIOR, "prior"),
        ([p.predicted.values for p in chances if p.predicted], 0.18, POSTERIOR, "posterior"),
    ):
        share = np.array([float(v.mean()) for v in values])
        ax.barh(y + shift, share, 0.34, color=colour, label=label)
        for place, x in zip(y + shift, share, strict=True):
            ax.text(x + 0.008, place, _percent(x), va="center", fontsize=6.5, color=INK)
    names = [
        p.predicted.label + (" (if PML was coming)" if p.if_seeded else "")
        for p in chances
        if p.predicted
    ]
    ax.set_yticks(y, [_wrapped(n, 44) for n in names])
    ax.set_ylim(len(chances) - 0.45, -0.55)
    ax.set_xlim(0, 1.1)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    plain(ax)
    ax.tick_params(labelsize=SMALL)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("Probability of what was observed", fontsize=SMALL, color=INK)
    ax.legend(fontsize=SMALL, frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _percent(x: float) -> str:
    if 0 < x < 0.001:
        return "< 0.1 %"
    if 0.995 <= x < 1:
        return "> 99 %"
    return f"{100 * x:.1f} %" if x < 0.095 else f"{100 * x:.0f} %"


def _wrapped(text: str, width: int) -> str:
    return fill(text, width, break_long_words=False)
