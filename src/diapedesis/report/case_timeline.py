"""The figure of a published case's time line: what was given, the moment, what came later."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diapedesis.cases import Fact, GivenTreatment, PublishedCase, Range
from diapedesis.cases.kinds import MOMENTS, TREATMENTS
from diapedesis.cases.words import fact_words, when
from diapedesis.population.drawing import ARMS, INK, PAPER, PAST, plain

GIVEN, LATER, TREATED, DRUG = PAST, ARMS[1], ARMS[2], ARMS[0]
BAND = "#ECECEC"
"""Behind the moment."""
SMALL, NOTE = 7.5, 6.8
HEAD = 0.9
"""Room above the rows of a group for its name, in lines."""
LEAST_BEFORE, LEAST_AFTER = -60.0, 60.0
"""Days that the axis shows at least."""
DEPTH = 5
"""Events that may hang on one another."""


@dataclass(frozen=True)
class Row:
    """A line of the figure.

    Attributes
    ----------
    label : str
    days : Range or None
        ``None`` where they are not known.
    colour : str
    estimated : bool
    text : str
        Stands where days would, where they are not known.
    group : str
        Name of the rows that begin here; empty within them.
    """

    label: str
    days: Range | None
    colour: str
    estimated: bool
    text: str = ""
    group: str = ""


def placed(case: PublishedCase, what: Fact | GivenTreatment, depth: int = DEPTH) -> Range | None:
    """Return the days on which something was, as far as published days say.

    A day after another event is placed by that event's day, where it has one.
    """
    if what.day is not None:
        return what.day
    if what.since is None or depth == 0:
        return None
    after = _event(case, what.since.event, depth - 1)
    days = what.since.days
    return None if after is None else Range(after.low + days.low, after.high + days.high)


def _event(case: PublishedCase, event: str, depth: int) -> Range | None:
    if event in ("moment", case.moment.event):
        return case.moment.day
    for t in case.treatments:
        if event == t.what:
            return placed(case, t, depth)
        if event == f"{t.what}_end":
            return t.end
    for f in (*case.given, *case.observed_later):
        if f.kind == event and "none" not in f.words:
            return placed(case, f, depth)
    return None


def timeline_figure(case: PublishedCase) -> Figure:
    """Draw when everything was, in days from the last infusion.

    Parameters
    ----------
    case : PublishedCase

    Returns
    -------
    matplotlib.figure.Figure
        7.1 in wide. A dot is a day, a bar the range of days within which it was.
    """
    rows = _rows(case)
    lines = [row.label.count("\n") + 1 for row in rows]
    heads = sum(bool(row.group) for row in rows)
    figure = Figure(
        figsize=(7.1, 0.75 + 0.13 * sum(lines) + 0.11 * len(rows) + 0.12 * heads),
        layout="constrained",
    )
    ax = figure.add_subplot()
    left, right = _ends(case, rows)
    ax.set_xlim(left, right)
    y, places = 0.0, []
    for row, n in zip(rows, lines, strict=True):
        if row.group:
            _head(ax, row, y + 0.5 * HEAD, left, right)
            y += HEAD
        places.append(y + 0.5 * (n + 0.9))
        _draw(ax, row, places[-1], left, right)
        y += n + 0.9
    ax.set_ylim(y + 0.3, -0.1)
    if case.moment.day is not None:
        draw_moment(ax, case.moment.day)
    ax.set_yticks(places, [r.label for r in rows])
    plain(ax)
    ax.tick_params(axis="both", labelsize=SMALL)
    ax.tick_params(axis="y", length=0, pad=7)
    for text, row in zip(ax.get_yticklabels(), rows, strict=True):
        text.set_color(row.colour if row.colour != PAST else INK)
        text.set_fontweight("bold" if row.colour == INK else "normal")
    ax.set_xlabel("Days from the last infusion of natalizumab", fontsize=SMALL + 1, color=INK)
    return figure


def _rows(case: PublishedCase) -> list[Row]:
    number = case.exposure.infusions
    months = case.exposure.months
    how = f", {number} infusions" if number else f", {months} months" if months else ""
    drug = Row(f"natalizumab{how}", Range(-math.inf, 0), DRUG, False)
    moment = Row(
        _wrapped(f"the moment: {MOMENTS[case.moment.event]}"), case.moment.day, INK,
        case.moment.estimated, "no day known",
    )  # fmt: skip
    given = [_fact(f, case, GIVEN) for f in case.given]
    later = [_fact(f, case, LATER) for f in case.observed_later]
    treated = [_treatment(t, case) for t in case.treatments]
    return [
        drug,
        *_grouped("known at the moment", [*given, moment]),
        *_grouped("treatments", treated),
        *_grouped("observed later, never used", later),
    ]


def _grouped(name: str, rows: list[Row]) -> list[Row]:
    return [replace(rows[0], group=name), *rows[1:]] if rows else []


def _fact(f: Fact, case: PublishedCase, colour: str) -> Row:
    return Row(_name(f, case), placed(case, f), colour, f.estimated, _unplaced(f, case))


def _treatment(t: GivenTreatment, case: PublishedCase) -> Row:
    whether = {"yes": "", "no": ": not given", "unknown": ": unknown whether given"}[t.given]
    days = placed(case, t)
    if days is not None and t.end is not None:
        days = Range(days.low, max(t.end.high, days.high))
    text = _unplaced(t, case) if t.given == "yes" else ""
    return Row(_wrapped(TREATMENTS[t.what] + whether), days, TREATED, t.estimated, text)


def _unplaced(what: Fact | GivenTreatment, case: PublishedCase) -> str:
    """Return what is known of a day that cannot be placed."""
    return when(what, case.moment) if what.since is not None else "no day known"


def _name(fact: Fact, case: PublishedCase) -> str:
    return _wrapped(fact_words(fact, case.moment).split("; ")[0])


def _wrapped(text: str) -> str:
    return fill(text, 42, break_long_words=False)


def _ends(case: PublishedCase, rows: list[Row]) -> tuple[float, float]:
    ends = [e for r in rows if r.days for e in (r.days.low, r.days.high) if math.isfinite(e)]
    left, right = min([LEAST_BEFORE, *ends]), max([LEAST_AFTER, *ends])
    room = 0.06 * (right - left)
    return left - room, right + room


def _head(ax: Axes, row: Row, y: float, left: float, right: float) -> None:
    """Part a group from the rows above, and name it."""
    ax.plot([left, right], [y - 0.5 * HEAD] * 2, color="#BBBBBB", lw=0.6, zorder=0.5)
    ax.text(left, y, f" {row.group}", va="center", fontsize=NOTE, color=row.colour, style="italic")


def _draw(ax: Axes, row: Row, y: float, left: float, right: float) -> None:
    if row.days is None:
        ax.text(
            right, y, f"{row.text} ", ha="right", va="center", fontsize=NOTE, color="#666666",
            style="italic", bbox=PAPER,
        )  # fmt: skip
        return
    low, high = max(row.days.low, left), min(row.days.high, right)
    if row.days.exact:
        ax.plot([low], [y], "o", color=row.colour, ms=4.5, alpha=0.5 if row.estimated else 1.0)
        return
    ax.barh(
        y, high - low, 0.62, left=low, lw=0.8, ec=row.colour, fc=(row.colour, 0.35)
        if row.estimated else row.colour,
    )  # fmt: skip
    for end, at, marker in ((row.days.low, left, "<"), (row.days.high, right, ">")):
        if math.isinf(end):
            ax.plot([at], [y], marker, color=row.colour, ms=4.5, clip_on=False)


def draw_moment(ax: Axes, day: Range) -> None:
    """Draw the moment behind what is there."""
    ax.axvspan(day.low, day.high, color=BAND, lw=0, zorder=0)
    for edge in {day.low, day.high}:
        ax.axvline(edge, color="#888888", lw=0.6, ls=":", zorder=0)
