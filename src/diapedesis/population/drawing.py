"""Paper, ink and axes of every figure.

Sizes and colours are given to each artist, so that global matplotlib settings, which other threads
may change, decide nothing that matters. The colours are Okabe and Ito's, told apart by the
colour-blind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

DayLabel = Callable[[float], str]
ARMS = ("#0072B2", "#C25100", "#007A5E", "#A6478D", "#7A6A00", "#1B1B1B", "#4C9BD1", "#8C2D04")
"""Of the arms, in order."""
PAST = "#5A5A5A"
INK = "#222222"
FAINT = "#D5D5D5"
SMALL = 8.0
PAPER = {"facecolor": "white", "alpha": 0.75, "lw": 0, "pad": 1.0}
"""Behind text that lies on curves."""


def new_figure(height: float, ratios: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """Return a figure as wide as the text of an A4 page, with panels of these heights."""
    figure = Figure(figsize=(7.1, height), layout="constrained")
    grid = figure.add_gridspec(len(ratios), 1, height_ratios=list(ratios), hspace=0.04)
    axes = [figure.add_subplot(grid[0])]
    axes += [figure.add_subplot(grid[i], sharex=axes[0]) for i in range(1, len(ratios))]
    for ax in axes:
        plain(ax)
    for ax in axes[:-1]:
        ax.tick_params(labelbottom=False)
    return figure, axes


def plain(ax: Axes) -> None:
    """Take the frame off an axis and set its type."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color("#888888")
    ax.tick_params(labelsize=SMALL, colors=INK, length=3)


def level_axis(
    ax: Axes, values: Sequence[float], limit: float | None = None, floor: float = 0.1
) -> None:
    """Make a logarithmic axis of serum levels, `floor` to 200 mg/L and further where needed."""
    top = max([200.0, *(1.7 * v for v in values)])
    bottom = min([floor, *(0.5 * v for v in values), *([] if limit is None else [limit / 3])])
    ax.set_yscale("log")
    ax.set_ylim(bottom, top)
    ticks = [t for t in (0.01, 0.1, 1.0, 10.0, 100.0) if bottom <= t <= top]
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylabel("Serum natalizumab [mg/L]", fontsize=SMALL, color=INK)


def share_axis(ax: Axes, label: str) -> None:
    """Make an axis of shares, 0 to 100 %."""
    ax.set_ylim(0, 1.02)
    ax.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.set_ylabel(label, fontsize=SMALL, color=INK)
