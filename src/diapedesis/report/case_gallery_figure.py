"""The figure over all cases: how rare each observed thing is, and whether rare comes too often."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from diapedesis.cases.said import RARE
from diapedesis.cases.store import Outcome, Unanswered
from diapedesis.cases.tails import Tail, tails_of
from diapedesis.population.drawing import ARMS, FAINT, INK, PAPER, PAST, plain

BLUE, ORANGE = ARMS[0], ARMS[1]
LEAST = 1e-3
"""Smaller tail probabilities are drawn here."""
LETTER = 0.026
"""Decades of the axis that a letter of a name takes."""
SMALL = 7.0


def spread_figure(outcomes: Sequence[Outcome]) -> Figure:
    """Draw how the tail probabilities of all cases lie together.

    Parameters
    ----------
    outcomes : sequence of Outcome

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide. Left: of days and counts, beside chance. Right: of what happened.
    """
    figure = Figure(figsize=(7.1, 2.3), layout="constrained")
    left, right = figure.subplots(1, 2)
    tails = [t for found in outcomes for t in tails_of(found)]
    _spread(left, [t for t in tails if t.two_sided])
    _seen(right, [t for t in tails if not t.two_sided])
    return figure


def tails_figure(outcomes: Sequence[Outcome]) -> Figure:
    """Draw every tail probability, a line for each case.

    Parameters
    ----------
    outcomes : sequence of Outcome

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide. Filled: days and counts, two-sided. Open: the probability of what happened.
    """
    figure = Figure(figsize=(7.1, 0.7 + 0.19 * len(outcomes)), layout="constrained")
    _by_case(figure.add_subplot(), outcomes)
    return figure


def _spread(ax: Axes, tails: list[Tail]) -> None:
    """Draw the distribution of two-sided tails beside the even one."""
    x = np.sort([t.value for t in tails])
    ax.plot([0, 1], [0, 1], color=PAST, lw=1, ls="--")
    ax.text(0.98, 0.04, "dashed: if only chance\nplayed a part", fontsize=SMALL, color=PAST,
            ha="right")  # fmt: skip
    ax.step([0, *x, 1], [0, *((np.arange(x.size) + 1) / max(x.size, 1)), 1], where="post",
            color=BLUE, lw=1.6)  # fmt: skip
    _axis(ax, "Two-sided tail probability")
    ax.set_ylabel("Share that is as small or smaller", fontsize=SMALL + 1, color=INK)
    ax.set_ylim(0, 1.02)
    ax.set_title(f"{x.size} days and counts", fontsize=SMALL + 1, color=INK, loc="left")


def _seen(ax: Axes, tails: list[Tail]) -> None:
    """Count things that happened by the probability that the model gave them."""
    ax.hist([t.value for t in tails], [i / 10 for i in range(11)], color=BLUE, alpha=0.55)
    _axis(ax, "Probability that the model gave to it")
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_ylabel("Number of them", fontsize=SMALL + 1, color=INK)
    ax.set_title(f"{len(tails)} things that happened or were seen", fontsize=SMALL + 1, color=INK,
                 loc="left")  # fmt: skip


def _axis(ax: Axes, label: str) -> None:
    plain(ax)
    ax.tick_params(labelsize=SMALL)
    ax.set_xlim(0, 1)
    ax.set_xlabel(label, fontsize=SMALL + 1, color=INK)


def _by_case(ax: Axes, outcomes: Sequence[Outcome]) -> None:
    for y, found in enumerate(outcomes):
        ax.axhline(y, color=FAINT, lw=0.5, zorder=0)
        tails = list(tails_of(found))
        if not tails:
            failed = isinstance(found, Unanswered)
            text = "no answer: too few draws agree" if failed else "nothing to compare with"
            colour = ORANGE if failed else PAST
            ax.text(LEAST, y, f" {text}", fontsize=SMALL, color=colour, va="center",
                    bbox=PAPER)  # fmt: skip
        for tail in tails:
            rare = tail.value < RARE
            colour = ORANGE if rare else BLUE
            x = max(tail.value, LEAST)
            ax.plot([x], [y], "o", ms=4.5, mec=colour, mfc=colour if tail.two_sided else "white")
        _name_rare(ax, y, [t for t in tails if t.value < RARE])
    ax.axvspan(LEAST / 2, RARE, color=ORANGE, alpha=0.06, lw=0, zorder=0)
    ax.set_xscale("log")
    ax.set_xlim(LEAST / 1.3, 1.15)
    ax.set_ylim(len(outcomes) - 0.4, -0.6)
    plain(ax)
    ax.set_yticks(range(len(outcomes)), [x.case.id for x in outcomes])
    ax.set_xticks([0.001, 0.01, 0.05, 0.2, 1.0])
    ax.xaxis.set_major_formatter(FuncFormatter(_tick))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(labelsize=SMALL)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(
        "Tail probability, or probability of what happened (left of 0.05: rare)",
        fontsize=SMALL + 1,
        color=INK,
    )


def _tick(x: float, _: int) -> str:
    return f"{x:g} or less" if x == LEAST else f"{x:g}"


def _name_rare(ax: Axes, y: int, rare: list[Tail]) -> None:
    """Name rare things, the rarest first: before their dots, or behind where there is no room."""
    if not rare:
        return
    at = [max(t.value, LEAST) for t in rare]
    names = "; ".join(dict.fromkeys(t.name for t in sorted(rare, key=lambda t: t.value)))
    before = math.log10(min(at) / LEAST) >= LETTER * len(names)
    ax.annotate(
        names, (min(at) if before else max(at), y), (-5 if before else 5, 0),
        textcoords="offset points", fontsize=6.4, color=ORANGE, va="center",
        ha="right" if before else "left", zorder=1, bbox=PAPER,
    )  # fmt: skip
