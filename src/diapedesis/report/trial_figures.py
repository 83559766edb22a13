"""Figures of a trial: what each arm does under each explanation, and what it tells."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from diapedesis.plan.figure_parts import CHOSEN, FAINT, INK, PAST, SMALL, WAITING, plain
from diapedesis.trials.endpoints import ENDPOINTS
from diapedesis.trials.found import Found
from diapedesis.trials.power import JOINT
from diapedesis.trials.rows import by, rows
from diapedesis.trials.shown import arm_label
from diapedesis.trials.shown_power import OFTEN, TOLD, most_telling

PANELS = ("rebound", "relapse")
COLOURS = (PAST, "#E69F00", WAITING, CHOSEN, "#007A5A")
"""Of the control and the arms of the joint trial."""
SHADES = ("#BBD5E8", "#5FA0CF", CHOSEN)
STEP, ROOM = 1.0, 1.6
"""Height of a row, and added between hypotheses."""


def outcome_figure(found: Found, variant: str) -> Figure:
    """Draw rebound and relapse, hypotheses down, an arm each colour.

    Parameters
    ----------
    found : Found
    variant : str

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide. Dots: median over the possible truths; thick lines: 90 % of them; thin lines:
        90 % of trials of the largest size.
    """
    trial = found.trial
    arms = [trial.control.id, *trial.joint]
    block = len(arms) * STEP + ROOM
    figure = Figure(
        figsize=(7.1, 0.155 * block * len(trial.hypotheses) + 0.9), layout="constrained"
    )
    axes = figure.subplots(1, len(PANELS), sharey=True)
    for ax, endpoint in zip(axes, PANELS, strict=True):
        _panel(ax, found, variant, endpoint, arms, block)
    middles = [h * block + (len(arms) - 1) / 2 for h in range(len(trial.hypotheses))]
    labels = [h.label.replace(" ", "\n", 1) for h in trial.hypotheses]
    axes[0].set_yticks(middles, labels, fontsize=SMALL, color=INK)
    axes[0].tick_params(left=False)
    axes[0].set_ylim(len(trial.hypotheses) * block - ROOM / 2 - 0.5, -ROOM / 2 - 0.5)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(
        handles, names, loc="outside upper center", ncols=len(arms), fontsize=SMALL, frameon=False
    )
    return figure


def _panel(
    ax: Axes, found: Found, variant: str, endpoint: str, arms: list[str], block: float
) -> None:
    at = by(found.outcomes, "hypothesis", "arm", variant=variant, endpoint=endpoint)
    places = np.arange(len(found.trial.hypotheses)) * block
    ax.hlines(places[1:] - ROOM / 2 - 0.5, 0, 1, FAINT, lw=0.8, transform=ax.get_yaxis_transform())
    for a, (arm, colour) in enumerate(zip(arms, COLOURS, strict=True)):
        own = [at[h.id, arm] for h in found.trial.hypotheses]
        x = {name: [r[name] for r in own] for name in own[0]}
        y = places + a * STEP
        ax.hlines(y, x["trial_low"], x["trial_high"], colour, lw=1.0)
        ax.hlines(y, x["low"], x["high"], colour, lw=3.2)
        label = arm_label(found.trial, arm)
        ax.plot(x["value"], y, "o", color=colour, ms=5, mec="white", mew=0.8, label=label)
    plain(ax)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    label = next(e.label for e in ENDPOINTS if e.id == endpoint)
    ax.set_xlabel(f"{label} within 12 months", fontsize=SMALL, color=INK)


def telling_figure(found: Found, variant: str) -> Figure:
    """Draw what each choice of arms tells, and which hypotheses a joint trial tells apart."""
    figure = Figure(figsize=(7.1, 5.0), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.15))
    _bits(left, found, variant)
    _pairs(right, found, variant)
    return figure


def _bits(ax: Axes, found: Found, variant: str) -> None:
    trial, sizes = found.trial, found.settings.sizes
    at = by(found.told.information, "patients", "arms", variant=variant)
    names = most_telling(found, variant)[::-1]
    y = np.arange(len(names))
    for i, (n, colour) in enumerate(zip(sizes, SHADES, strict=False)):
        bits, error = ([at[n, x][column] for x in names] for column in ("bits", "error"))
        ax.barh(
            y + 0.26 * (1 - i), bits, 0.26, xerr=error, color=colour,
            error_kw={"lw": 0.7, "ecolor": INK}, label=f"{n} in each arm",
        )  # fmt: skip
    short = [
        arm_label(trial, str(x)).replace(" + ", "\n+ ").replace(", sparing", ",\nsparing")
        for x in names
    ]
    ax.set_yticks(y, short, fontsize=6.5, color=INK)
    plain(ax)
    ax.tick_params(axis="y", labelsize=6.5)
    most = np.log2(sum(h.pure for h in trial.hypotheses))
    ax.set_xlabel(f"information about the cause\n[bit of {most:.2f}]", fontsize=SMALL, color=INK)
    ax.legend(fontsize=SMALL, frameon=False, loc="lower right")


def _pairs(ax: Axes, found: Found, variant: str) -> None:
    trial, n = found.trial, max(found.settings.sizes)
    place = {h.id: i for i, h in enumerate(trial.hypotheses)}
    for r in rows(found.told.pairs, variant=variant, arms=JOINT, patients=n):
        x, y, told = place[r["one"]], place[r["other"]], r["told"]
        colour = CHOSEN if told >= TOLD else SHADES[0] if told >= OFTEN else FAINT
        ax.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, color=colour, lw=0))
        ink = "white" if told >= TOLD else INK
        ax.text(x, y, f"{100 * told:.0f}", ha="center", va="center", fontsize=SMALL, color=ink)
    labels = [h.label.replace(" ", "\n", 1) for h in trial.hypotheses]
    ax.set_xlim(-0.5, len(labels) - 1.5)
    ax.set_ylim(len(labels) - 0.5, 0.5)
    ax.set_xticks(range(len(labels) - 1), labels[:-1], fontsize=6.5, rotation=90)
    ax.set_yticks(range(1, len(labels)), labels[1:], fontsize=6.5)
    ax.tick_params(length=0, labelsize=6.5)
    ax.spines[:].set_visible(False)
    ax.set_aspect("equal")
    ax.set_title(
        f"% of trials that tell two causes apart\n(all arms, {n} in each)",
        fontsize=SMALL,
        color=INK,
        loc="left",
    )
