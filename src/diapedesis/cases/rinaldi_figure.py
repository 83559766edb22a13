"""The figure of the simulated series: reactivated, how, and when, with the published one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MultipleLocator, PercentFormatter
from numpy.typing import NDArray

from diapedesis.population.drawing import ARMS, INK, PAST, SMALL, plain
from diapedesis.population.switch_outcome import RINALDI

if TYPE_CHECKING:
    from diapedesis.cases.rinaldi import RinaldiSeries

Counts = NDArray[np.intp]
BLUE, ORANGE = ARMS[0], ARMS[1]
SHADES = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", "#9CC3DF", BLUE])
BEYOND = 0.005
"""Share of series left off at the end of an axis, when nothing published lies there."""


def series_figure(found: RinaldiSeries) -> Figure:
    """Draw simulated series beside the published one.

    Parameters
    ----------
    found : RinaldiSeries

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide: numbers of patients by themselves on the left, two by two on the right, over
        the whole follow-up above and in the first month below.
    """
    figure = Figure(figsize=(7.1, 6.3), layout="constrained")
    axes = figure.subplots(2, 2, width_ratios=(1.0, 1.15))
    when = ("in nine months on fingolimod", "in the first month on fingolimod")
    _bars(axes[0, 0], found, "reactivated", f"Patients of 22 who reactivated\n{when[0]}")
    _map(axes[0, 1], found, "relapsed", "mri_only", when[0])
    _bars(axes[1, 0], found, "first_month", f"Patients of 22 who reactivated\n{when[1]}")
    _map(axes[1, 1], found, "relapsed_first_month", "mri_only_first_month", when[1])
    n, m = len(found.series.truth), len(found.predicted.virtual)
    figure.supxlabel(
        f"{n:,} simulated series of {RINALDI.patients} patients, under {m} sets of parameter"
        " values; research use only. Orange: the published series.\nAll numbers together:"
        f" two-sided tail probability {found.tail:.2g}.",
        fontsize=6.8,
        color=PAST,
        x=0.005,
        ha="left",
    )
    return figure


def _bars(ax: Axes, found: RinaldiSeries, name: str, label: str) -> None:
    """Draw how often each number of patients comes."""
    number, published = found.series[name], RINALDI[name]
    share = np.bincount(number, minlength=published + 1) / number.size
    colours = [ORANGE if k == published else BLUE for k in range(share.size)]
    ax.bar(range(share.size), share, 0.8, color=colours)
    tail = found.predicted.tail(RINALDI, name)
    ax.annotate(
        f"published: {published}\ntail probability {tail:.2g}",
        (published, share[max(published - 2, 0) : published + 3].max()),
        (0, 6),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL,
        color=ORANGE,
    )
    ax.set_xlim(-0.55, _end(number, published) + 0.55)
    ax.set_ylim(0, 1.25 * share.max())
    ax.xaxis.set_major_locator(MultipleLocator(2))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.set_ylabel("Share of simulated series", fontsize=SMALL, color=INK)
    ax.set_xlabel(label, fontsize=SMALL, color=INK)
    plain(ax)


def _map(ax: Axes, found: RinaldiSeries, across: str, up: str, when: str) -> None:
    """Draw how often each pair of numbers comes, as numbers of series of a thousand."""
    x, y = found.series[across], found.series[up]
    at = RINALDI[across], RINALDI[up]
    ends = _end(x, at[0]), _end(y, at[1])
    count = np.zeros((max(int(y.max()), ends[1]) + 1, max(int(x.max()), ends[0]) + 1))
    np.add.at(count, (y, x), 1000 / x.size)
    ax.imshow(count, SHADES, origin="lower", aspect="auto", vmin=0, vmax=count.max())
    _numbers(ax, count[: ends[1] + 1, : ends[0] + 1])
    ax.add_patch(
        Rectangle((at[0] - 0.5, at[1] - 0.5), 1, 1, fill=False, ec=ORANGE, lw=2.2, zorder=3)
    )
    ax.set_xlim(-0.5, ends[0] + 0.5)
    ax.set_ylim(-0.5, ends[1] + 0.5)
    ax.xaxis.set_major_locator(MultipleLocator(1 if ends[0] < 10 else 2))
    ax.yaxis.set_major_locator(MultipleLocator(1 if ends[1] < 10 else 2))
    ax.set_xlabel(f"Patients with a relapse\n{when}", fontsize=SMALL, color=INK)
    ax.set_ylabel("Patients with activity on MRI alone", fontsize=SMALL, color=INK)
    ax.set_title("series per thousand", fontsize=SMALL, color=INK, loc="left")
    plain(ax)


def _numbers(ax: Axes, count: NDArray[np.float64]) -> None:
    """Write the numbers into the cells of a map, those of at least one series per thousand."""
    whole = np.rint(count).astype(int)
    for row, column in np.argwhere(whole > 0):
        dark = count[row, column] > 0.6 * count.max()
        colour = "white" if dark else INK
        text = str(whole[row, column])
        ax.text(column, row, text, ha="center", va="center", fontsize=6.0, color=colour)


def _end(number: Counts, published: int) -> int:
    """Return the last number on an axis."""
    return max(int(np.quantile(number, 1 - BEYOND)), published + 1)
