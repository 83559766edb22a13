"""The figure of a case's posterior courses: median, half and nine tenths of the draws, by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diapedesis.cases import Range
from diapedesis.cases.reading import of_pml
from diapedesis.cases.result import CaseResult
from diapedesis.cases.words import fact_words
from diapedesis.observe.draws import Array
from diapedesis.population.drawing import ARMS, FAINT, INK, level_axis, plain
from diapedesis.report.case_timeline import placed

BLUE, ORANGE = ARMS[0], ARMS[1]
SMALL = 7.5
AFTER, ROOM = 270.0, 40.0
"""Days after the moment, and after the last fact with a day, that are drawn at least."""


@dataclass(frozen=True)
class Panel:
    """One output: its axis, and the kinds of later fact that are marked in it."""

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
    Panel("iris_level", "IRIS\n(1 = usual height)", ("iris_onset", "iris_end"), 1.0, virus=True),
    Panel("gd", "Enhancing lesions\nof MS", ("rebound", "relapse", "mri_ms"), 1.0),
    Panel("edss", "EDSS", ("edss", "worsening", "recovery", "death", "alive"), 4.0),
    Panel("icp", "Intracranial\npressure [mmHg]", ("icp_raised", "coma", "icu"), 25.0),
    Panel("iris_share", "Inflammation due\nto the virus", (), 1.0, virus=True),
)  # fmt: skip


def bands_figure(result: CaseResult) -> Figure:
    """Draw the posterior bands, with the moment and what was observed later.

    Parameters
    ----------
    result : CaseResult

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide. Lines: medians; dark and light: 50 and 90 % of the draws; orange: observed.
    """
    virus = of_pml(result.case) or any(p.if_seeded for p in result.predictions)
    panels = [p for p in PANELS if virus or not p.virus]
    figure = Figure(figsize=(7.1, 0.5 + 1.05 * len(panels)), layout="constrained")
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    left, right = _ends(result)
    for ax, panel in zip(axes, panels, strict=True):
        band = result.bands[panel.output]
        shown = (band["days"] >= left) & (band["days"] <= right)
        _panel(ax, panel, {k: v[shown] for k, v in band.items()})
        moment = result.case.moment.day
        if moment is not None:
            ax.axvspan(moment.low, max(moment.high, moment.low + 0.5), color=FAINT, lw=0, zorder=0)
        _marks(ax, result, panel)
        plain(ax)
        ax.tick_params(labelsize=SMALL)
    axes[0].set_xlim(left, right)
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


def _panel(ax: Axes, panel: Panel, band: Mapping[str, Array]) -> None:
    days = band["days"]
    ax.fill_between(days, band["q05"], band["q95"], color=BLUE, alpha=0.18, lw=0)
    ax.fill_between(days, band["q25"], band["q75"], color=BLUE, alpha=0.32, lw=0)
    ax.plot(days, band["q50"], color=BLUE, lw=1.4)
    if panel.output == "c":
        level_axis(ax, [])
    elif panel.output == "iris_share":
        ax.set_ylim(0, 1.3)
        ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    else:
        low = 8.0 if panel.output == "icp" else 0.0
        ax.set_ylim(low, low + 1.3 * (max(float(band["q95"].max()), panel.least) - low))
        if panel.output == "edss":
            ax.set_yticks([0, 3, 6, 10])
    ax.set_ylabel(panel.label, fontsize=SMALL, color=INK)


def _marks(ax: Axes, result: CaseResult, panel: Panel) -> None:
    """Mark later facts above the course; a value where it lies."""
    height = 0.94
    for fact in result.case.observed_later:
        days = placed(result.case, fact)
        if fact.kind not in panel.marks or days is None:
            continue
        if fact.kind == "edss" and fact.value is not None:
            _point(ax, days, fact.value)
            continue
        high = days.high if np.isfinite(days.high) else days.low + 1.0
        ax.plot(
            [days.low, max(high, days.low + 1.0)], [height] * 2, color=ORANGE, lw=4,
            solid_capstyle="butt", transform=ax.get_xaxis_transform(),
        )  # fmt: skip
        name = fact_words(fact, result.case.moment).split("; ")[0]
        ax.annotate(
            name, (max(high, days.low + 1.0), height), (3, 0), textcoords="offset points",
            xycoords=ax.get_xaxis_transform(), va="center", fontsize=6.5, color=ORANGE,
            clip_on=True,
        )  # fmt: skip
        height -= 0.15


def _point(ax: Axes, days: Range, value: Range) -> None:
    ax.errorbar(
        days.middle, value.middle, xerr=(days.high - days.low) / 2,
        yerr=(value.high - value.low) / 2, fmt="o", color=ORANGE, ms=4, lw=1.4,
    )  # fmt: skip
