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

PRIOR, POSTERIOR, OBSERVED = "#7A7A7A", ARMS[0], ARMS[1]
SMALL = 7.5
BINS = 36
APART, SHOWN = 0.44, 0.005
"""Between the bars of prior and posterior; share from which those before are drawn."""


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
    heights = [1.5 * len(spread)] * bool(spread) + [0.6 + 0.38 * len(chances)] * bool(chances)
    figure = Figure(figsize=(7.1, sum(heights) + 0.2), layout="constrained")
    parts = iter(np.ravel(figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)))
    if spread:
        grid = next(parts).subplots(len(spread), 2, width_ratios=(4.6, 1), squeeze=False)
        for (ax, aside), p in zip(grid, spread, strict=True):
            before = first_day(result)
            _histogram(ax, p, result.case, before)
            _aside(aside, p, before)
    if chances:
        _chances(next(parts).subplots(), chances, result.case)
    return figure


def first_day(result: CaseResult) -> float:
    """Return the first day that is followed: what is there on it began then or before."""
    return float(result.bands["c"]["days"][0])


def _histogram(ax: Axes, p: Prediction, case: PublishedCase, before: float) -> None:
    assert p.predicted is not None
    observed = p.observed
    least = before if p.predicted.form == "day" else -np.inf
    both = np.concatenate([p.prior, p.predicted.values])
    finite = both[np.isfinite(both) & (both > least)]
    marks = [] if observed is None else [x for x in (observed.low, observed.high) if np.isfinite(x)]
    ends = [*marks, *((finite.min(), finite.max()) if finite.size else (0.0, 100.0))]
    low, high = min(ends), max(ends)
    edges = np.linspace(low, max(high, low + 1.0), BINS + 1)
    for values, colour, filled in ((p.predicted.values, POSTERIOR, True), (p.prior, PRIOR, False)):
        within = values[np.isfinite(values) & (values > least)]
        share = np.histogram(within, edges)[0] / values.size
        if filled:
            ax.stairs(share, edges, color=colour, alpha=0.55, fill=True, label="posterior")
        else:
            ax.stairs(share, edges, color=colour, lw=1.5, label="prior")
    if observed is not None:
        width = 0.004 * (edges[-1] - edges[0])
        end = observed.high if np.isfinite(observed.high) else edges[-1]
        ax.axvspan(observed.low - width, end + width, color=OBSERVED, alpha=0.3, lw=0, zorder=0.5,
                   label="observed")  # fmt: skip
    plain(ax)
    ax.tick_params(labelsize=SMALL)
    ax.yaxis.set_major_locator(MaxNLocator(3))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
    ax.set_ylabel("Share of draws", fontsize=SMALL, color=INK)
    unit = "Days from the last infusion" if p.predicted.form == "day" else p.fact.unit
    ax.set_xlabel(unit, fontsize=SMALL, color=INK)
    name = later_name(p.fact, case) + (", if PML was coming" if p.if_seeded else "")
    ax.set_title(_wrapped(name, 92), fontsize=SMALL, color=INK, loc="left")
    ax.legend(fontsize=SMALL, frameon=False, loc="upper right")


def _aside(ax: Axes, p: Prediction, before: float) -> None:
    """Draw the shares of draws without a day of their own: never, and before what is followed."""
    assert p.predicted is not None
    if p.predicted.form != "day":
        ax.set_axis_off()
        return
    both = (p.prior, p.predicted.values)
    shares = {f"day {before:.0f}\nor before": [float((v <= before).mean()) for v in both]}
    shares = {name: s for name, s in shares.items() if max(s) >= SHOWN}
    shares["never"] = [float(np.isinf(v).mean()) for v in both]
    for i, pair in enumerate(shares.values()):
        for side, share, colour in zip((-1, 1), pair, (PRIOR, POSTERIOR), strict=True):
            x = i + side * APART / 2
            ax.bar(x, share, APART, color=colour, alpha=0.8)
            ax.text(x, share + 0.03, f"{100 * share:.0f} %", ha="center", fontsize=6.5, color=INK)
    plain(ax)
    ax.set_xlim(-0.6, len(shares) - 0.4)
    ax.set_ylim(0, 1.2)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xticks(range(len(shares)), list(shares), fontsize=SMALL)
    ax.tick_params(labelsize=SMALL, axis="x", length=0)


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
    ax.set_xlabel("Probability of what was observed, by the model", fontsize=SMALL, color=INK)
    ax.legend(fontsize=SMALL, frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _percent(x: float) -> str:
    if x < 0.001:
        return "< 0.1 %"
    if 0.995 <= x < 1:
        return "> 99 %"
    return f"{100 * x:.1f} %" if x < 0.095 else f"{100 * x:.0f} %"


def _wrapped(text: str, width: int) -> str:
    return fill(text, width, break_long_words=False)
