"""One figure of PML by arm: risk since the first dose; then, from the diagnosis, what follows."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from diapedesis.observe.draws import Array
from diapedesis.population.drawing import ARMS, INK, PAST, SMALL, plain, share_axis
from diapedesis.population.figure_given import clip
from diapedesis.population.virus_arms import VirusArm
from diapedesis.population.virus_asked import DAYS
from diapedesis.population.virus_care import IRIS_ONSET
from diapedesis.population.virus_words import asked_words

MONTH = 365.25 / 12
SHOWN = 24.0
"""Months from the diagnosis that are drawn."""
MOST_BANDS = 2
LINE = 112
"""Signs on a line of the strip above."""


def virus_figure(arms: Mapping[str, VirusArm]) -> Figure:
    """Draw arms of the same cases, at most eight.

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide.
    """
    lines = _strip_lines(arms)
    heights = [0.16 * len(lines) + 0.1, 1.5, 1.2, 1.2, 1.2]
    height = sum(heights) + 1.5
    figure = Figure(figsize=(7.1, height), layout="constrained")
    figure.set_layout_engine("constrained", rect=(0, 0.34 / height, 1, 1 - 0.34 / height))
    grid = figure.add_gridspec(5, 1, height_ratios=heights, hspace=0.04)
    axes = [figure.add_subplot(grid[i]) for i in range(5)]
    for ax in axes:
        plain(ax)
    _strip(axes[0], lines)
    _risk(axes[1], arms)
    months = (DAYS / MONTH >= -1) & (DAYS / MONTH <= SHOWN)
    _follow(axes[2], arms, _in_iris, months, "In IRIS")
    _follow(axes[3], arms, _edss, months, "EDSS of those\nalive")
    _follow(axes[4], arms, _alive, months, "Alive")
    for ax in (axes[2], axes[4]):
        share_axis(ax, str(ax.get_ylabel()))
    for ax in axes[2:]:
        ax.xaxis.set_major_locator(FixedLocator([0, 3, 6, 12, 18, 24]))
        ax.set_xlim(-1, SHOWN)
        ax.axvline(0.0, color=PAST, lw=0.7, ls=":", zorder=1)
        ax.tick_params(labelbottom=ax is axes[4])
    axes[4].set_xlabel("Months from the diagnosis", fontsize=SMALL, color=INK)
    figure.align_ylabels(axes[1:])
    _footnote(figure, next(iter(arms.values())), len(arms), height)
    return figure


def _strip_lines(arms: Mapping[str, VirusArm]) -> list[tuple[str, str]]:
    """Return the lines of the strip: text and colour."""
    lines = []
    for (name, arm), colour in zip(arms.items(), ARMS, strict=False):
        assert arm.scenario.virus is not None
        doses = len(arm.scenario.subject.protocol.doses)
        words = f"{clip(name)}: {doses} infusions; {asked_words(arm.scenario.virus)}"
        parts = textwrap.wrap(words, LINE, subsequent_indent="    ")
        lines += [(part, colour) for part in parts]
    return lines


def _strip(ax: Axes, lines: list[tuple[str, str]]) -> None:
    """Write what surveillance and care are, arm by arm."""
    ax.set_axis_off()
    ax.set_ylim(len(lines) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    for i, (text, colour) in enumerate(lines):
        ax.text(0.0, i, text, fontsize=7.5, color=colour, va="center")


def _risk(ax: Axes, arms: Mapping[str, VirusArm]) -> None:
    first = next(iter(arms.values()))
    days = np.linspace(0.0, first.onset.days[-1], 121)
    years = days / 365.25

    def risk(arm: VirusArm) -> Array:
        found = np.nan_to_num(arm.onset.diagnosis, nan=np.inf)[:, None] <= days
        return 1000 * arm.cases.risk[arm.cases.truth][:, None] * found

    _lines(ax, arms, {name: risk(arm) for name, arm in arms.items()}, years)
    last = [a.scenario.last_dose - a.scenario.first_dose for a in arms.values()]
    for day in set(last):
        ax.axvline(day / 365.25, color=PAST, lw=0.7, ls=":", zorder=1)
    ax.set_xlim(0, years[-1])
    ax.set_ylim(0, None)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.set_ylabel("PML found,\nper 1000", fontsize=SMALL, color=INK)
    ax.set_xlabel("Years from the first dose (dotted: last dose)", fontsize=SMALL, color=INK)


def _follow(
    ax: Axes,
    arms: Mapping[str, VirusArm],
    of: Callable[[VirusArm], Array],
    months: NDArray[np.bool_],
    label: str,
) -> None:
    """Draw a course from the diagnosis on."""
    values = {name: of(arm)[:, months] for name, arm in arms.items() if arm.courses is not None}
    _lines(ax, arms, values, DAYS[months] / MONTH)
    ax.set_ylabel(label, fontsize=SMALL, color=INK)


def _in_iris(arm: VirusArm) -> Array:
    level, alive = arm.course("iris_level"), _living(arm)
    return np.where(np.isnan(level), np.nan, (level > IRIS_ONSET) & alive)


def _edss(arm: VirusArm) -> Array:
    return np.where(_living(arm), arm.course("edss"), np.nan)


def _alive(arm: VirusArm) -> Array:
    hazard = arm.course("death_hazard")
    start = hazard[:, [int(np.searchsorted(DAYS, 0.0))]]
    return np.asarray(np.exp(-np.maximum(hazard - start, 0.0)))


def _living(arm: VirusArm) -> NDArray[np.bool_]:
    assert arm.courses is not None
    death = np.nan_to_num(arm.all(arm.courses.death), nan=np.inf)
    return np.asarray(death[:, None] >= DAYS)


def _lines(ax: Axes, arms: Mapping[str, VirusArm], values: dict[str, Array], x: Array) -> None:
    """Draw the mean of each arm, and the band of truths of few arms or the first."""
    for i, (name, arm) in enumerate(arms.items()):
        if name not in values:
            continue
        y = values[name]
        if i == 0 or len(arms) <= MOST_BANDS:
            truth = arm.cases.truth
            each = np.array([_mean(y[truth == j]) for j in range(arm.truths)])
            known = ~np.isnan(each).all(axis=0)
            low, high = np.nanquantile(each[:, known], [0.05, 0.95], axis=0)
            ax.fill_between(x[known], low, high, color=ARMS[i], alpha=0.15, lw=0)
        width = 3.0 if i == 0 and len(arms) > 1 else 1.5
        ax.plot(x, _mean(y), color=ARMS[i], lw=width)


def _mean(y: Array) -> Array:
    """Return the mean of those who have a value on each day; ``nan`` where nobody has."""
    there = ~np.isnan(y)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(there, y, 0.0).sum(axis=0) / there.sum(axis=0))


def _footnote(figure: Figure, first: VirusArm, arms: int, height: float) -> None:
    """Say what is drawn."""
    band = "bands: 90 % of truths" if arms <= MOST_BANDS else "band: 90 % of truths, first arm"
    text = (
        f"{first.n} virtual patients with a seed of JC virus, of {first.truths} possible truths;"
        f" simulated, research use only. Lines: mean; {band}.\n"
        "Effects of exchange and steroids are disputed; that early steroids delay IRIS is built in."
    )
    figure.text(0.005, 0.05 / height, text, fontsize=6.8, color=PAST, va="bottom")
