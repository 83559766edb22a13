"""One readable figure of simulated arms: what is given above, what becomes of the patients below.

All panels share an axis of time, weeks and days after the last dose that all the arms share.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)
from numpy.typing import NDArray

from diapedesis.population.courses import Courses
from diapedesis.population.drawing import (
    ARMS,
    INK,
    PAPER,
    PAST,
    SMALL,
    DayLabel,
    level_axis,
    new_figure,
    share_axis,
)
from diapedesis.population.figure_given import draw_strip, lanes, rows_of
from diapedesis.population.outcomes import AT_EXPECTED, HIGH_PRESSURE

Array = NDArray[np.float64]
WHOLE_HISTORY, LOOK_BACK = 200.0, 56.0
"""A shorter treatment is shown whole; of a longer one its last days."""
WEEKS = (1, 2, 4, 8, 12, 26, 52, 104)
MOST_BANDS = 2
SCANS, SCANNED = 28.0, 15
"""Days between the scans drawn, and patients scanned."""
MATTERS = 0.01
"""Share of patients with raised intracranial pressure from which it has a panel."""


def courses_figure(arms: Mapping[str, Courses], *, day_label: DayLabel | None = None) -> Figure:
    """Draw arms of the same patients.

    Parameters
    ----------
    arms : mapping of str to Courses
        With the same days and day 0; at most eight.
    day_label : callable, optional
        Calendar label of a day, shown below its number.

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide.
    """
    all_arms = list(arms.values())
    first = all_arms[0]
    rows = rows_of(arms, ARMS)
    pressed = max(float(_pressed(c)[-1]) for c in all_arms) >= MATTERS
    strip = 0.16 * lanes(rows) + 0.1
    heights = [strip, 1.25, 1.0, 1.05, 1.25, 1.05, 1.05, *([0.9] if pressed else [])]
    height = sum(heights) + 0.85
    figure, axes = new_figure(height, heights)
    figure.set_layout_engine("constrained", rect=(0, 0.2 / height, 1, 1 - 0.2 / height))
    left = max(first.scenario.first_dose - 7, first.days[0])
    if first.origin - left > WHOLE_HISTORY:
        left = first.origin - LOOK_BACK
    _time_axis(axes[-1], left, first.days[-1], first.origin, day_label)
    shared = " that all arms share" if len(arms) > 1 else ""
    what = f"Weeks, and below them days, after the last natalizumab dose{shared}"
    axes[-1].set_xlabel(what, fontsize=SMALL, color=INK)
    draw_strip(axes[0], rows, first.origin)
    _levels(axes[1], all_arms)
    _gates(axes[2], all_arms)
    _cells(axes[3], all_arms)
    _lesions(axes[4], all_arms)
    _relapses(axes[5], all_arms)
    _disability(axes[6], all_arms)
    if pressed:
        _pressure(axes[7], all_arms)
    for ax in axes:
        ax.axvline(0.0, color=PAST, lw=0.7, ls=":", zorder=1)
    figure.align_ylabels(axes)
    _footnote(figure, first.n, len(arms), height)
    return figure


def _footnote(figure: Figure, patients: int, arms: int, height: float) -> None:
    """Say what is drawn."""
    band = "bands: 90 % of patients" if arms <= MOST_BANDS else "band: 90 % of the first arm"
    text = (
        f"{patients} virtual patients, simulated; research use only. Lines: median (lesions and"
        f" relapses: mean); {band}."
    )
    figure.text(0.005, 0.05 / height, text, fontsize=6.8, color=PAST, va="bottom")


def _time_axis(
    ax: Axes, left: float, right: float, origin: float, day_label: DayLabel | None
) -> None:
    """Set the common axis: weeks, and below them days and perhaps dates."""
    low, high = left - origin, right - origin
    most = 13 if day_label is None else 8
    step = 7 * next((w for w in WEEKS if (high - low) / (7 * w) <= most), WEEKS[-1])
    ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step

    def write(x: float, _: int | None) -> str:
        date = f"\n{day_label(x + origin)}" if day_label else ""
        return f"{x / 7:.0f}\n{x:.0f}{date}"

    ax.set_xlim(low, high)
    ax.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
    ax.xaxis.set_major_formatter(FuncFormatter(write))
    ax.tick_params(axis="x", labelsize=7.0)


def _draw(
    ax: Axes, arms: list[Courses], values: list[Array], mean: bool = False, dashed: bool = False
) -> None:
    """Draw the middle of each arm, and the 90 % band of few arms or the first."""
    for i, (courses, x) in enumerate(zip(arms, values, strict=True)):
        days = courses.days - courses.origin
        middle = x.mean(axis=0) if mean else np.median(x, axis=0)
        if not dashed and (i == 0 or len(arms) <= MOST_BANDS):
            low, high = np.quantile(x, [0.05, 0.95], axis=0)
            ax.fill_between(days, low, high, color=ARMS[i], alpha=0.15, lw=0)
        style = (0, (3, 1.5)) if dashed else "-"
        width = 0.65 * _width(i, len(arms)) if dashed else _width(i, len(arms))
        ax.plot(days, middle, color=ARMS[i], lw=width, ls=style)


def _width(i: int, n: int) -> float:
    """Return the width of an arm's line; the first shows beneath those that equal it."""
    return 3.0 if i == 0 and n > 1 else 1.5


def _name(ax: Axes, label: str) -> None:
    ax.set_ylabel(label, fontsize=SMALL - 0.5, color=INK)


def _remark(ax: Axes, text: str, height: float = 0.97) -> None:
    """Write what lines mean at the right of a panel, below a share of its height."""
    ax.text(
        *(0.995, height, text),
        transform=ax.transAxes,
        ha="right",
        va="top",
        fontsize=6.8,
        color=PAST,
        bbox=PAPER,
        zorder=6,
    )


def _levels(ax: Axes, arms: list[Courses]) -> None:
    _draw(ax, arms, [np.maximum(c["c"], 1e-4) for c in arms])
    level_axis(ax, [], floor=0.03)
    _name(ax, "Natalizumab\n[mg/L]")


def _gates(ax: Axes, arms: list[Courses]) -> None:
    _draw(ax, arms, [c["gate"] for c in arms])
    _draw(ax, arms, [c["saturation"] for c in arms], dashed=True)
    share_axis(ax, "")
    _name(ax, "Gate open")
    _remark(ax, "solid: gate; dashed: alpha4 saturation", 0.55)


def _cells(ax: Axes, arms: list[Courses]) -> None:
    _draw(ax, arms, [c["lymphocytes"] / c.lymphocytes_untreated[:, None] for c in arms])
    _draw(ax, arms, [c["cns_t_cells"] for c in arms], dashed=True)
    ax.set_ylim(0, None)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    _name(ax, "Cells, fold\nof untreated")
    _remark(ax, "solid: lymphocytes in blood; dashed: effector T cells in the CNS")


def _lesions(ax: Axes, arms: list[Courses]) -> None:
    _draw(ax, arms, [c["gd"] for c in arms], mean=True)
    if len(arms) <= MOST_BANDS:
        for i, c in enumerate(arms):
            _scans(ax, c, ARMS[i], i)
        _remark(ax, f"dots: monthly scans of {min(SCANNED, arms[0].n)} patients")
    ax.set_yscale("asinh", linear_width=0.5)
    ax.set_ylim(-0.05, None)
    ax.yaxis.set_major_locator(FixedLocator([0, 1, 10, 100]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    _name(ax, "Enhancing\nlesions")


def _scans(ax: Axes, courses: Courses, colour: str, shift: int) -> None:
    """Draw the lesions on monthly scans of some patients, spread so that dots do not hide."""
    low, high = ax.get_xlim()
    days = np.arange(np.ceil(low / SCANS), np.floor(high / SCANS) + 1) * SCANS
    seen = courses.scans(days + courses.origin)[:SCANNED]
    beside = np.linspace(-6, 6, len(seen))[:, None] + 1.5 * shift
    ax.plot((days + beside).ravel(), seen.ravel(), ".", color=colour, ms=3.4, alpha=0.6, mew=0)


def _relapses(ax: Axes, arms: list[Courses]) -> None:
    _draw(ax, arms, [c.relapse_probability for c in arms], mean=True)
    share_axis(ax, "")
    _name(ax, "Relapse since\nday 0")


def _disability(ax: Axes, arms: list[Courses]) -> None:
    rises = []
    for c in arms:
        at = int(np.searchsorted(c.days, c.origin))
        rises.append(c["edss"] - c["edss"][:, at : at + 1])
    _draw(ax, arms, rises)
    ax.axhline(0.0, color=PAST, lw=0.6)
    ax.set_ylim(1.15 * min([-0.1, *(float(np.median(r, axis=0).min()) for r in rises)]), None)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    _name(ax, "EDSS, change\nfrom day 0")
    _remark(ax, f"{AT_EXPECTED}; chance in their count would widen it")


def _pressed(courses: Courses) -> Array:
    """Return the share of patients whose intracranial pressure has been raised since day 0."""
    high = (courses["icp"] > HIGH_PRESSURE) & (courses.days >= courses.origin)
    return np.asarray(np.maximum.accumulate(high, axis=1).mean(axis=0))


def _pressure(ax: Axes, arms: list[Courses]) -> None:
    for i, c in enumerate(arms):
        ax.plot(c.days - c.origin, _pressed(c), color=ARMS[i], lw=_width(i, len(arms)))
    ax.set_ylim(0, max(0.05, 1.25 * max(float(_pressed(c)[-1]) for c in arms)))
    ax.yaxis.set_major_locator(MaxNLocator(3))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    _name(ax, f"ICP has been\nabove {HIGH_PRESSURE:g} mmHg")
