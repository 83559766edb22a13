"""What figures of diagnostics are made of: grids, points, reference lines, running medians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray
from scipy import stats

from diapedesis.infer.diagnostics import LevelCheck
from diapedesis.plan.figure_parts import CHOSEN, FAINT, INK, PAST, SMALL, Clock, plain

Array = NDArray[np.float64]
SUSPECT = "#CC0033"
PREDICTIONS = {"pred": "Population prediction", "ipred": "Individual prediction"}
POINT: dict[str, Any] = {"ms": 3.6, "ls": "none", "alpha": 0.65, "zorder": 3}
ROUND = tuple(m * 10.0**e for e in range(-3, 4) for m in (1, 3))


@dataclass(frozen=True)
class Reading:
    """How a kind of reading is written on an axis."""

    unit: str
    is_share: bool

    @classmethod
    def of(cls, check: LevelCheck) -> Reading:
        """Tell saturations, which are shares, from concentrations."""
        is_share = check.measures == "saturation"
        return cls("share" if is_share else "mg/L", is_share)

    def label(self, what: str) -> str:
        """Return an axis label with the unit."""
        return f"{what} [{self.unit}]"

    def limits(self, *values: Array) -> tuple[float, float]:
        """Return limits that hold the values above 0."""
        if self.is_share:
            return 0.0, max(1.02, *(float(v.max()) * 1.02 for v in values))
        together = np.concatenate(values)
        seen = together[together > 0.01]
        return (0.6 * float(seen.min()), 1.6 * float(seen.max())) if seen.size else (0.1, 100.0)

    def axis(self, ax: Axes, which: str, what: str, limits: tuple[float, float]) -> None:
        """Make an axis of levels, logarithmic for concentrations."""
        one = ax.xaxis if which == "x" else ax.yaxis
        if not self.is_share:
            ax.set(**{f"{which}scale": "log"})
            one.set_major_locator(FixedLocator([t for t in ROUND if limits[0] <= t <= limits[1]]))
            one.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
            one.set_minor_locator(NullLocator())
        ax.set(**{f"{which}lim": limits})
        one.set_label_text(self.label(what), fontsize=SMALL, color=INK)


def grid(rows: int, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure as wide as the text of an A4 page and its panels, row by row."""
    figure = Figure(figsize=(7.1, height), layout="constrained")
    axes = [figure.add_subplot(rows, columns, i + 1) for i in range(rows * columns)]
    for ax in axes:
        plain(ax)
    return figure, axes


def points(ax: Axes, check: LevelCheck, x: Array, y: Array) -> None:
    """Draw levels; open triangles below the limit, a red ring around probable outliers."""
    cut, suspect = check["censored"], check["outlier"]
    seen = ~cut
    ax.plot(x[seen], y[seen], "o", color=CHOSEN, mec="none", label="level", **POINT)
    if cut.any():
        label = "below the limit"
        ax.plot(x[cut], y[cut], "v", mfc="white", mec=INK, mew=0.8, label=label, **POINT)
    if suspect.any():
        ring: dict[str, Any] = {"mfc": "none", "mec": SUSPECT, "mew": 1.1, "ms": 8.0, "zorder": 4}
        ax.plot(x[suspect], y[suspect], "o", ls="none", label="probable outlier", **ring)


def running_median(ax: Axes, x: Array, y: Array) -> None:
    """Draw, at each x, the median of the nearest points: a quarter of all, five at least."""
    size = max(5, x.size // 4)
    if x.size < 2 * size:
        return
    order = np.argsort(x, kind="stable")
    across, first, count = np.unique(x[order], return_index=True, return_counts=True)
    half = np.maximum(size, count) / 2
    middle = first + count / 2
    low, high = np.floor(middle - half).astype(int), np.ceil(middle + half).astype(int)
    shown = [np.median(y[order][max(a, 0) : b]) for a, b in zip(low, high, strict=True)]
    ax.plot(across, shown, color=INK, lw=1.6, zorder=5, label="running median")


def standard_lines(ax: Axes) -> None:
    """Draw zero and where 95 % of standard normal values lie."""
    for value in (-1.96, 0.0, 1.96):
        ax.axhline(value, color=PAST, lw=0.8, ls="-" if value == 0 else (0, (4, 3)), zorder=1)


def residuals(ax: Axes, check: LevelCheck, against: str, y: Array, what: str) -> None:
    """Draw residuals against the days after the last dose, or against a prediction."""
    x = check[against]
    standard_lines(ax)
    if against == "after_dose":
        low, high = float(x.min()), float(x.max())
        pad = 0.04 * max(high - low, 1.0)
        Clock(0.0, "Days after the last dose").axis(ax, low - pad, high + pad)
    else:
        reading = Reading.of(check)
        limits = reading.limits(x)
        x = np.maximum(x, limits[0])
        reading.axis(ax, "x", PREDICTIONS[against], limits)
    points(ax, check, x, y)
    running_median(ax, x, y)
    top = max(3.4, 1.12 * float(np.abs(y).max()))
    ax.set_ylim(-top, top)
    ax.set_ylabel(what, fontsize=SMALL, color=INK)


def quantified(check: LevelCheck) -> LevelCheck:
    """Return the check with the levels above the limit alone, for drawing."""
    cut = check.rows.columns.index("censored")
    kept = tuple(r for r in check.rows.rows if not r[cut])
    if not kept:
        raise ValueError("levels: found none above the limit, expected at least one")
    return replace(check, rows=replace(check.rows, rows=kept))


def quantiles(ax: Axes, values: Array, what: str) -> None:
    """Draw ordered values against normal quantiles, with the 95 % band of each order."""
    n = values.size
    i = np.arange(1, n + 1)
    x = stats.norm.ppf((i - 0.5) / n)
    low, high = (stats.norm.ppf(stats.beta.ppf(p, i, n + 1 - i)) for p in (0.025, 0.975))
    ax.fill_between(x, low, high, color=FAINT, lw=0, label="95 % of each order, if normal")
    ax.plot(x, x, color=PAST, lw=0.8)
    ax.plot(x, np.sort(values), "o", color=CHOSEN, mec="none", **POINT)
    ax.set_xlabel("Standard normal quantile", fontsize=SMALL, color=INK)
    ax.set_ylabel(what, fontsize=SMALL, color=INK)


def histogram(ax: Axes, values: Array, what: str, counted: str = "Levels") -> None:
    """Draw counts of values and the counts of as many standard normal ones."""
    width = 0.5
    top = max(3.0, np.ceil(float(np.abs(values).max()) / width) * width)
    edges = np.arange(-top, top + width / 2, width)
    ax.hist(values, edges.tolist(), color=CHOSEN, alpha=0.45, lw=0)
    x = np.linspace(-top, top, 201)
    ax.plot(x, values.size * width * stats.norm.pdf(x), color=INK, lw=1.4, label="N(0, 1)")
    ax.set_xlabel(what, fontsize=SMALL, color=INK)
    ax.set_ylabel(counted, fontsize=SMALL, color=INK)


LONG_LABEL = 24
"""Signs of a label of which only three fit side by side."""


def legend(figure: Figure, axes: Sequence[Axes]) -> None:
    """Add one legend above the panels, with each label once."""
    found: dict[str, Any] = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    columns = 4 if max(map(len, found)) <= LONG_LABEL else 3
    figure.legend(
        list(found.values()),
        list(found),
        loc="outside upper right",
        ncols=min(len(found), columns),
        fontsize=SMALL,
        frameon=False,
    )
