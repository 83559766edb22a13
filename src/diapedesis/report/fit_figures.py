"""Figures of the study that proves the fit: ranks, coverage, prediction, reliability."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from diapedesis.plan.figure_parts import CHOSEN, FAINT, INK, PAST, SMALL, WAITING, plain
from diapedesis.validation.fit_coverage import SHARES
from diapedesis.validation.fit_prediction import PHASES
from diapedesis.validation.fit_replicate import LEVELS_KNOWN, RANKED
from diapedesis.validation.fit_results import FitResults
from diapedesis.validation.fit_sbc import ALPHA, RankSet
from diapedesis.validation.fit_tables import label

LINES = {1: (CHOSEN, "-"), 2: (WAITING, (0, (5, 2))), 3: (INK, (0, (1, 1.2)))}
"""Colour and dashes by number of known levels."""
MARKERS = dict(zip(SHARES, ("o", "s", "^", "D"), strict=True))
COLOURS = dict(zip(SHARES, (CHOSEN, WAITING, "#007A5A", "#8B3D88"), strict=True))


def rank_figure(results: FitResults) -> Figure:
    """Draw, by quantity, the ECDF of ranks minus the uniform one, with the joint band."""
    groups: dict[str, list[RankSet]] = {}
    for s in results.rank_sets:
        groups.setdefault(s.quantity, []).append(s)
    rows = -(-len(groups) // 3)
    figure = Figure(figsize=(7.1, 1.5 * rows + 0.5), layout="constrained")
    axes = [figure.add_subplot(rows, 3, i + 1) for i in range(len(groups))]
    for i, (ax, (name, sets)) in enumerate(zip(axes, groups.items(), strict=True)):
        _ranks(ax, sets, ALPHA / len(results.rank_sets))
        ax.set_title(fill(label(name), 32), fontsize=SMALL, color=INK, loc="left")
        if i + 3 >= len(groups):
            ax.set_xlabel("rank of the truth (0 to 1)", fontsize=SMALL, color=INK)
        else:
            ax.tick_params(labelbottom=False)
    figure.supylabel("share of ranks below, minus the uniform", fontsize=SMALL, color=INK)
    _legend_above(figure, axes[0])
    return figure


def _ranks(ax: Axes, sets: list[RankSet], alpha: float) -> None:
    x = np.arange(1, RANKED + 1) / (RANKED + 1)
    fewest = min(sets, key=lambda s: s.ranks.size)
    low, high = (b / fewest.ranks.size - x for b in fewest.bands.band(alpha))
    ax.fill_between(x, low, high, color=FAINT, lw=0, label="band, 99 % for all panels together")
    ax.axhline(0, color=PAST, lw=0.6)
    for s in sets:
        colour, dashes = LINES[s.n_levels]
        y = s.bands.counts(s.ranks) / s.ranks.size - x
        named = f"{s.n_levels} level{'s' if s.n_levels > 1 else ''}"
        ax.plot(x, y, color=colour, ls=dashes, lw=1.2, label=named)
    plain(ax)
    ax.set_xlim(0, 1)


def _legend_above(figure: Figure, ax: Axes) -> None:
    figure.legend(
        *ax.get_legend_handles_labels(),
        loc="outside upper center",
        ncols=5,
        fontsize=SMALL,
        frameon=False,
    )


def coverage_figure(results: FitResults) -> Figure:
    """Draw covered minus nominal share of each interval with its band, by known levels."""
    records = results.coverage.records()
    names = list(dict.fromkeys(r["quantity"] for r in records))
    figure = Figure(figsize=(7.1, 0.42 * len(names) + 1.1), layout="constrained")
    first = figure.add_subplot(1, len(LEVELS_KNOWN), 1)
    axes = [first, *(figure.add_subplot(1, 4, i + 1, sharey=first) for i in range(1, 4))]
    for ax, k in zip(axes, LEVELS_KNOWN, strict=True):
        for r in (r for r in records if r["levels"] == k):
            share = r["share"]
            y = names.index(r["quantity"]) + (SHARES.index(share) - 1.5) * 0.2
            bounds = [100 * (r["low"] - share), 100 * (r["high"] - share)]
            ax.plot(bounds, [y, y], color=FAINT, lw=3.2, solid_capstyle="butt", zorder=1)
            named = f"{100 * share:.0f} % interval" if r["quantity"] == names[0] else None
            x = 100 * (r["covered"] - share)
            ax.plot(x, y, MARKERS[share], color=COLOURS[share], ms=3.5, label=named, ls="none")
        plain(ax)
        ax.axvline(0, color=PAST, lw=0.6, zorder=0)
        ax.set_title(_known(k), fontsize=SMALL, color=INK, loc="left")
    first.set_yticks(range(len(names)), [fill(label(n), 26) for n in names])
    first.invert_yaxis()
    for ax in axes[1:]:
        ax.tick_params(labelleft=False)
    figure.supxlabel("covered minus nominal [points]; bars: band", fontsize=SMALL, color=INK)
    _legend_above(figure, first)
    return figure


def prediction_figure(results: FitResults) -> Figure:
    """Draw the share of levels foretold within 30 %, by phase, beside what is attainable."""
    figure = Figure(figsize=(7.1, 2.5), layout="constrained")
    records = [r for r in results.prediction.records() if r["reference"] == "observed"]
    axes = [figure.add_subplot(1, len(PHASES), i + 1) for i in range(len(PHASES))]
    styles = (
        ("truth", PAST, "s", 0.06, "by the truth: attainable"),
        ("fit", CHOSEN, "o", -0.06, "by the fit"),
    )
    for ax, phase in zip(axes, PHASES, strict=True):
        for predictor, colour, marker, shift, named in styles:
            rows = [r for r in records if r["phase"] == phase and r["predictor"] == predictor]
            x = [r["levels"] + shift for r in rows]
            y = np.array([r["within_30"] for r in rows])
            ends = np.array([[r["within_30_low"], r["within_30_high"]] for r in rows]).reshape(
                -1, 2
            )
            bars = np.abs(ends.T - y)
            ax.errorbar(x, y, bars, fmt=marker, ms=4, color=colour, lw=1, capsize=2, label=named)
        plain(ax)
        ax.set_ylim(0, 1.02)
        ax.set_xlim(-0.4, 3.4)
        ax.set_xticks(LEVELS_KNOWN)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        ax.set_title(f"{phase}", fontsize=SMALL, color=INK, loc="left")
        ax.set_xlabel("levels known", fontsize=SMALL, color=INK)
    axes[0].set_ylabel("next level within 30 %", fontsize=SMALL, color=INK)
    _legend_above(figure, axes[0])
    return figure


def reliability_figure(results: FitResults) -> Figure:
    """Draw how often a course lasted against the forecast that it would."""
    records = results.reliability.records()
    known = list(dict.fromkeys(r["levels"] for r in records))
    figure = Figure(figsize=(7.1, 2.7), layout="constrained")
    for i, k in enumerate(known):
        ax = figure.add_subplot(1, len(known), i + 1)
        rows = [r for r in records if r["levels"] == k]
        x = [r["forecast"] for r in rows]
        low, high = ([r[side] for r in rows] for side in ("low", "high"))
        ax.vlines(x, low, high, color=FAINT, lw=6, label="band, 99 % for all bins together")
        ax.plot([0, 1], [0, 1], color=PAST, lw=0.8)
        ax.plot(
            x, [r["happened"] for r in rows], "o", color=CHOSEN, ms=4, label="patients of one bin"
        )
        plain(ax)
        ax.set_aspect("equal")
        ax.set_xlim(-0.03, 1.03)
        ax.set_ylim(-0.03, 1.03)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        ax.set_title(_known(k), fontsize=SMALL, color=INK, loc="left")
        ax.set_xlabel("forecast", fontsize=SMALL, color=INK)
        if i == 0:
            ax.set_ylabel("lasted", fontsize=SMALL, color=INK)
    _legend_above(figure, figure.axes[0])
    return figure


def _known(k: int) -> str:
    return "no level known" if k == 0 else f"{k} level{'' if k == 1 else 's'} known"
