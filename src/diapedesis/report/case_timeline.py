"""The figure of a published case's time line: what was given, the moment, what came later."""

from __future__ import annotations

import math
from dataclasses import dataclass
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diapedesis.cases import Fact, GivenTreatment, PublishedCase, Range
from diapedesis.cases.kinds import MOMENTS, TREATMENTS
from diapedesis.cases.words import fact_words
from diapedesis.population.drawing import ARMS, FAINT, INK, PAPER, PAST, plain

GIVEN, LATER, TREATED, DRUG = PAST, ARMS[1], ARMS[2], ARMS[0]
SMALL = 7.0
LEAST_BEFORE, LEAST_AFTER = -60.0, 60.0
"""Days that the axis shows at least."""
DEPTH = 5
"""Events that may hang on one another."""


@dataclass(frozen=True)
class Row:
    """A line of the figure; `days` is ``None`` where they are not known."""

    label: str
    days: Range | None
    colour: str
    estimated: bool


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
    lines = [label.count("\n") + 1 for label in (r.label for r in rows)]
    figure = Figure(
        figsize=(7.1, 0.75 + 0.125 * sum(lines) + 0.11 * len(rows)), layout="constrained"
    )
    ax = figure.add_subplot()
    left, right = _ends(case, rows)
    ax.set_xlim(left, right)
    y = 0.0
    places = []
    for row, n in zip(rows, lines, strict=True):
        y += 0.5 * (n + 0.9)
        places.append(y)
        _draw(ax, row, y, left, right)
        y += 0.5 * (n + 0.9)
    ax.set_ylim(y + 0.3, -0.3)
    if case.moment.day is not None:
        _moment(ax, case.moment.day)
    ax.set_yticks(places, [r.label for r in rows])
    plain(ax)
    ax.tick_params(axis="both", labelsize=SMALL)
    ax.tick_params(axis="y", length=0)
    for text, row in zip(ax.get_yticklabels(), rows, strict=True):
        text.set_color(row.colour if row.colour != PAST else INK)
    ax.set_xlabel("Days from the last infusion of natalizumab", fontsize=SMALL + 1, color=INK)
    return figure


def _rows(case: PublishedCase) -> list[Row]:
    number = case.exposure.infusions
    months = case.exposure.months
    how = f", {number} infusions" if number else f", {months} months" if months else ""
    rows = [Row(f"natalizumab{how}", Range(-math.inf, 0), DRUG, False)]
    for f in case.given:
        rows.append(Row(_name(f, case), placed(case, f), GIVEN, f.estimated))
    for t in case.treatments:
        whether = {"yes": "", "no": ": not given", "unknown": ": unknown whether given"}[t.given]
        days = placed(case, t)
        if days is not None and t.end is not None:
            days = Range(days.low, max(t.end.high, days.high))
        rows.append(Row(_wrapped(TREATMENTS[t.what] + whether), days, TREATED, t.estimated))
    for f in case.observed_later:
        rows.append(Row(_name(f, case), placed(case, f), LATER, f.estimated))
    moment = Row(f"moment: {MOMENTS[case.moment.event]}", case.moment.day, INK, False)
    return [*rows[: 1 + len(case.given)], moment, *rows[1 + len(case.given) :]]


def _name(fact: Fact, case: PublishedCase) -> str:
    return _wrapped(fact_words(fact, case.moment).split("; ")[0])


def _wrapped(text: str) -> str:
    return fill(text, 42, break_long_words=False)


def _ends(case: PublishedCase, rows: list[Row]) -> tuple[float, float]:
    ends = [e for r in rows if r.days for e in (r.days.low, r.days.high) if math.isfinite(e)]
    left, right = min([LEAST_BEFORE, *ends]), max([LEAST_AFTER, *ends])
    room = 0.06 * (right - left)
    return left - room, right + room


def _draw(ax: Axes, row: Row, y: float, left: float, right: float) -> None:
    if row.days is None:
        ax.text(
            right, y, "no day known ", ha="right", va="center", fontsize=6.5, color="#777777",
            style="italic", bbox=PAPER,
        )  # fmt: skip
        return
    low, high = max(row.days.low, left), min(row.days.high, right)
    if row.days.exact:
        ax.plot([low], [y], "o", color=row.colour, ms=4.5)
        return
    alpha = 0.45 if row.estimated else 0.85
    ax.barh(y, high - low, 0.62, left=low, color=row.colour, lw=0, alpha=alpha)
    for end, at, marker in ((row.days.low, left, "<"), (row.days.high, right, ">")):
        if math.isinf(end):
            ax.plot([at], [y], marker, color=row.colour, ms=4.5, clip_on=False)


def _moment(ax: Axes, day: Range) -> None:
    ax.axvspan(day.low, max(day.high, day.low + 0.3), color=FAINT, lw=0, zorder=0)
