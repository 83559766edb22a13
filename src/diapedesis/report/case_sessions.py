"""The part of a case's page on sessions of exchange: how many are needed, by the level before."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from diapedesis.cases.assumed import (
    EXCHANGED_BELOW,
    FIXED_SESSIONS,
    MOST_SESSIONS,
    OTHER_LEVELS,
    SESSION_APART,
    STAYS,
)
from diapedesis.cases.kinds import MOMENTS
from diapedesis.cases.result import CaseResult
from diapedesis.cases.said import in_hundred
from diapedesis.cases.sessions import SERIES, LevelClass, Needed, by_level
from diapedesis.population.drawing import ARMS, INK, plain
from diapedesis.report.svg import inline_svg

FEW = 20
"""Draws of a class below which nothing is told of it."""
SMALL = 7.5
BEYOND = MOST_SESSIONS + 1.5
"""Place of "more" on the axis of sessions."""


def sessions_content(result: CaseResult) -> dict[str, Any] | None:
    """Return what a page says of the sessions needed; ``None`` where nothing is asked of them."""
    asked = [p for p in result.predictions if p.needed is not None]
    if not asked or asked[0].needed is None:
        return None
    after, before = asked[0].needed
    size, seed = asked[0].size, result.seed
    fixed = float((after.sessions() <= FIXED_SESSIONS).mean())
    return {
        "moment": MOMENTS[result.case.moment.event],
        "below": f"{EXCHANGED_BELOW:g}",
        "stays": f"{STAYS:g}",
        "apart": f"{SESSION_APART:g}",
        "most": MOST_SESSIONS,
        "fixed": FIXED_SESSIONS,
        "enough": in_hundred(fixed),
        "size": size,
        "series": f"{SERIES:,}",
        "svg": inline_svg(sessions_figure(after), "sessions", "Sessions needed by level"),
        "classes": [_row(c) for c in by_level(after)],
        "few": FEW,
        "limits": [_limit(b, after, before, size, seed) for b in (EXCHANGED_BELOW, *OTHER_LEVELS)],
    }


def number_words(sessions: float) -> str:
    """Return a number of sessions, as a reader says it.

    Examples
    --------
    >>> number_words(4.0), number_words(float("inf"))
    ('4', 'more than 10')
    """
    return f"{sessions:.0f}" if math.isfinite(sessions) else f"more than {MOST_SESSIONS}"


def class_words(c: LevelClass) -> str:
    """Return the levels of a class."""
    if c.low == 0:
        return f"below {c.high:g}"
    return f"{c.low:g} to {c.high:g}" if math.isfinite(c.high) else f"{c.low:g} or more"


def sessions_figure(needed: Needed) -> Figure:
    """Draw the sessions needed by the level at the moment: median, 50 and 90 %.

    Parameters
    ----------
    needed : Needed

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide.
    """
    figure = Figure(figsize=(7.1, 2.9), layout="constrained")
    ax = figure.add_subplot()
    classes = list(by_level(needed))
    for x, c in enumerate(classes):
        if c.draws < FEW:
            continue
        y = np.where(np.isfinite(c.sessions), c.sessions, BEYOND)
        ax.plot([x, x], [y[0], y[4]], color=ARMS[0], lw=2, alpha=0.45, solid_capstyle="butt")
        ax.plot([x, x], [y[1], y[3]], color=ARMS[0], lw=6, alpha=0.6, solid_capstyle="butt")
        ax.plot(x, y[2], "o", color="white", mec=ARMS[0], mew=1.6, ms=6)
    ax.axhline(FIXED_SESSIONS, color=INK, lw=0.8, ls=(0, (4, 3)))
    ax.text(len(classes) - 0.55, FIXED_SESSIONS - 0.15, f"{FIXED_SESSIONS} for everybody",
            fontsize=SMALL, color=INK, va="top", ha="right")  # fmt: skip
    ax.axhspan(MOST_SESSIONS + 0.75, MOST_SESSIONS + 2.25, color="#EEEEEE", lw=0, zorder=0)
    ax.set_ylim(-0.5, MOST_SESSIONS + 2.25)
    ax.set_xlim(-0.5, len(classes) - 0.5)
    ticks = [*range(0, MOST_SESSIONS + 1, 2), BEYOND]
    ax.set_yticks(ticks, [*(str(t) for t in ticks[:-1]), "more"])
    ax.set_xticks(
        range(len(classes)), [f"{class_words(c)}\n{100 * c.share:.0f} % of draws" for c in classes]
    )
    plain(ax)
    ax.tick_params(labelsize=SMALL)
    ax.set_ylabel("Sessions needed", fontsize=SMALL, color=INK)
    ax.set_xlabel("Natalizumab at the moment [mg/L]", fontsize=SMALL, color=INK)
    return figure


def _row(c: LevelClass) -> dict[str, str]:
    row = {"level": class_words(c), "share": f"{100 * c.share:.0f} %", "few": ""}
    if c.draws < FEW:
        return row | {"few": f"{c.draws} draws"}
    low, middle, high = (number_words(x) for x in c.sessions[::2])
    return row | {
        "median": middle,
        "range": low if low == high else f"{low} to {high}",
        "fixed": in_hundred(c.fixed),
        "most": in_hundred(c.most),
    }


def _limit(below: float, after: Needed, before: Needed, size: int, seed: int) -> dict[str, str]:
    """Return what simulated series say of one level to reach, posterior and prior."""
    row = {"below": f"{below:g}"}
    for key, needed in (("", after), ("_prior", before)):
        for word, true in needed.series(size, seed, below).items():
            row[word + key] = in_hundred(float(true.mean()))
    number = after.sessions(below)
    row["fixed"] = in_hundred(float((number <= FIXED_SESSIONS).mean()))
    row["most"] = in_hundred(float(np.isfinite(number).mean()))
    return row
