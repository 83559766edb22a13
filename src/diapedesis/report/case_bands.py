"""The figure of a case's posterior courses: median, half and nine tenths of the draws, by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from diapedesis.cases import Fact, PublishedCase, Range
from diapedesis.cases.reading import of_pml
from diapedesis.cases.result import CaseResult
from diapedesis.cases.words import fact_words
from diapedesis.observe.draws import Array
from diapedesis.population.drawing import ARMS, INK, PAST, level_axis, plain
from diapedesis.report.case_timeline import draw_moment, placed

BLUE, ORANGE = ARMS[0], ARMS[1]
GIVEN = PAST
SMALL, NOTE = 7.5, 6.8
AFTER, ROOM = 270.0, 40.0
"""Days after the moment, and after the last fact with a day, that are drawn at least."""
HEIGHT, LINE = 0.95, 0.14
"""Of a panel without marks, and what each mark adds [inch]."""
LETTER = 0.0085
"""Width of a letter of a name, as a share of the axis of days."""
OPEN = 0.06
"""Length of the bar of what has no last day, as a share of the axis."""
_Marked = tuple[Fact, Range, str]
"""A fact, its days and its colour."""


@dataclass(frozen=True)
class Panel:
    """One output: its axis, and the kinds of fact that are marked in it."""

    output: str
    label: str
    marks: tuple[str, ...]
    least: float
    virus: bool = False
    """Drawn only where a virus plays a part."""


PANELS = (
    Panel("c", "Natalizumab\n[mg/L]", ("level",), 0.0),
    Panel("pml_volume", "PML lesion\n[mL]",
          ("pml_symptoms", "pml_diagnosis", "mri_pml", "csf_jcv", "biopsy"), 2.0, virus=True),
    Panel("iris_level", "IRIS\n(1 = usual peak)", ("iris_onset", "iris_end"), 1.0, virus=True),
    Panel("gd", "Enhancing lesions\nof MS", ("rebound", "relapse", "mri_ms"), 1.0),
    Panel("edss", "EDSS", ("edss", "worsening", "recovery", "death", "alive"), 4.0),
    Panel("icp", "Intracranial\npressure [mmHg]", ("icp_raised", "coma", "icu"), 25.0),
    Panel("iris_share", "Inflammation due\nto the virus", (), 1.0, virus=True),
)  # fmt: skip
VALUES = ("edss", "level")
"""Kinds of fact that are drawn where their value lies."""


def bands_figure(result: CaseResult) -> Figure:
    """Draw the posterior bands, with the moment, what was known and what was observed later.

    Parameters
    ----------
    result : CaseResult

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide. Lines: medians; dark and light: 50 and 90 % of the draws; grey: known at the
        moment; orange: observed later.
    """
    virus = of_pml(result.case) or any(p.if_seeded for p in result.predictions)
    panels = [p for p in PANELS if virus or not p.virus]
    left, right = _ends(result)
    marks = [_marked(result.case, panel, left, right) for panel in panels]
    heights = [HEIGHT + LINE * _lines(some) for some in marks]
    figure = Figure(figsize=(7.1, 0.5 + sum(heights)), layout="constrained")
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    axes[0].set_xlim(left, right)
    for ax, panel, some, height in zip(axes, panels, marks, heights, strict=True):
        band = result.bands[panel.output]
        shown = (band["days"] >= left) & (band["days"] <= right)
        _panel(ax, panel, {k: v[shown] for k, v in band.items()})
        _make_room(ax, height / (height - LINE * _lines(some)))
        _marks(ax, some, result.case, height)
        plain(ax)
        ax.tick_params(labelsize=SMALL)
        if result.case.moment.day is not None:
            draw_moment(ax, result.case.moment.day)
    axes[-1].set_xlabel("Days from the last infusion of natalizumab", fontsize=SMALL, color=INK)
    figure.align_ylabels(list(axes))
    return figure


def _ends(result: CaseResult) -> tuple[float, float]:
    days = result.bands["c"]["days"]
    moment = result.case.moment.day
    asked = [AFTER + (0.0 if moment is None else moment.high)]
    found = (placed(result.case, f) for f in result.case.observed_later)
    asked += [r.high + ROOM for r in found if r is not None and np.isfinite(r.high)]
    return float(days[0]), float(min(days[-1], max(asked)))


def _marked(case: PublishedCase, panel: Panel, left: float, right: float) -> list[_Marked]:
    """Return what is marked in a panel: facts whose days are known and drawn."""
    facts = [(f, GIVEN) for f in case.given] + [(f, ORANGE) for f in case.observed_later]
    found = [(f, placed(case, f), colour) for f, colour in facts if f.kind in panel.marks]
    return [
        (f, days, colour)
        for f, days, colour in found
        if days is not None and days.high >= left and days.low <= right
    ]


def _lines(marks: Sequence[_Marked]) -> int:
    return sum(not _has_value(fact) for fact, _, _ in marks)


def _has_value(fact: Fact) -> bool:
    return fact.kind in VALUES and fact.value is not None


def _panel(ax: Axes, panel: Panel, band: Mapping[str, Array]) -> None:
    days = band["days"]
    ax.fill_between(days, band["q05"], band["q95"], color=BLUE, alpha=0.18, lw=0)
    ax.fill_between(days, band["q25"], band["q75"], color=BLUE, alpha=0.32, lw=0)
    ax.plot(days, band["q50"], color=BLUE, lw=1.4)
    if panel.output == "c":
        level_axis(ax, [])
    elif panel.output == "iris_share":
        ax.set_ylim(0, 1.05)
        ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    elif panel.output == "edss":
        ax.set_ylim(0, 10)
        ax.set_yticks([0, 3, 6, 10])
    else:
        low = 8.0 if panel.output == "icp" else 0.0
        top = 1.05 * max(float(band["q95"].max()), panel.least)
        ax.set_yticks(MaxNLocator(4, steps=[1, 2, 3, 5, 10]).tick_values(low, top))
        ax.set_ylim(low, top)
    ax.set_ylabel(panel.label, fontsize=SMALL, color=INK)


def _make_room(ax: Axes, fold: float) -> None:
    """Make an axis higher by so much, so that marks stand above what is drawn."""
    low, top = ax.get_ylim()
    if ax.get_yscale() == "log":
        ax.set_ylim(low, low * (top / low) ** fold)
    else:
        ax.set_yticks([t for t in ax.get_yticks() if low <= t <= top])
        ax.set_ylim(low, low + fold * (top - low))


def _marks(ax: Axes, marks: Sequence[_Marked], case: PublishedCase, height: float) -> None:
    """Mark facts above the course; a value where it lies."""
    left, right = ax.get_xlim()
    line = 0
    for fact, days, colour in marks:
        if _has_value(fact):
            _point(ax, days, fact, colour)
            continue
        y = 1 - LINE * (line + 0.5) / height
        line += 1
        low, high = max(days.low, left), min(days.high, right)
        if np.isinf(days.high):  # open: a short bar with an arrow says so
            high = min(low + OPEN * (right - left), right)
            ax.plot([high], [y], ">", color=colour, ms=5, transform=ax.get_xaxis_transform())
        ax.plot(
            [low, max(high, low + 1.0)], [y, y], color=colour, lw=4, solid_capstyle="butt",
            transform=ax.get_xaxis_transform(),
        )  # fmt: skip
        name = fact_words(fact, case.moment).split("; ")[0]
        before = _room_before(name, (low - left) / (right - left), (high - left) / (right - left))
        ax.annotate(
            name, (low if before else high, y), (-5 if before else 5, 0),
            textcoords="offset points", xycoords=ax.get_xaxis_transform(), va="center",
            ha="right" if before else "left", fontsize=NOTE, color=colour,
        )  # fmt: skip


def _room_before(name: str, low: float, high: float) -> bool:
    """Return whether a name stands before its mark: where only there it has room."""
    wide = LETTER * len(name)
    return high + wide > 1 and (low > wide or low > 1 - high)


def _point(ax: Axes, days: Range, fact: Fact, colour: str) -> None:
    value = fact.value
    assert value is not None
    ax.errorbar(
        days.middle, value.middle, xerr=(days.high - days.low) / 2,
        yerr=(value.high - value.low) / 2, fmt="o", color=colour, ms=4, lw=1.4,
    )  # fmt: skip
