"""The page over all published cases: what was rare, and what could not be answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diapedesis.cases.kinds import MOMENTS
from diapedesis.cases.result import CaseResult
from diapedesis.cases.said import RARE, UNCOMMON, rarity, rounded
from diapedesis.cases.store import Outcome, SeriesResult, Unanswered
from diapedesis.cases.tails import Tail, tails_of
from diapedesis.report.case import case_report, repeat_words
from diapedesis.report.case_gallery_figure import spread_figure, tails_figure
from diapedesis.report.case_unanswered import unanswered_report
from diapedesis.report.html import page
from diapedesis.report.series import series_report
from diapedesis.report.svg import inline_svg

INDEX = "index.html"
GROUPS = {
    "A": "A: from the documents behind this project",
    "B": "B: further cases",
    "comparator": "For comparison: after another drug",
}
"""The groups of cases, as heads."""


def outcome_report(found: Outcome, *, index: str = "") -> str:
    """Return the page of one case, answered or not.

    Parameters
    ----------
    found : Outcome
    index : str
        Address of the page over all cases, when there is one.
    """
    if isinstance(found, Unanswered):
        return unanswered_report(found, index=index)
    if isinstance(found, SeriesResult):
        return series_report(found, index=index)
    return case_report(found, index=index)


def gallery_report(outcomes: Sequence[Outcome]) -> str:
    """Return the page over all cases as a self-contained HTML page.

    Parameters
    ----------
    outcomes : sequence of Outcome
        At least one. Each has its page beside this one, as ``<id>.html``.

    Returns
    -------
    str
        A whole HTML page. The same outcomes give the same bytes.
    """
    tails = [t for found in outcomes for t in tails_of(found)]
    titles = {found.case.id: found.case.title for found in outcomes}
    first = outcomes[0]
    groups = [(name, [x for x in outcomes if x.case.group == g]) for g, name in GROUPS.items()]
    return page(
        "case_gallery.html.jinja",
        {
            "n": len(outcomes),
            "failed": [
                {"id": x.case.id, "title": x.case.title, "why": x.why}
                for x in outcomes
                if isinstance(x, Unanswered)
            ],
            "said": gallery_words(outcomes),
            "spread": inline_svg(spread_figure(outcomes), "spread", "How tail probabilities lie"),
            "figure": inline_svg(tails_figure(outcomes), "tails", "Tail probabilities by case"),
            "any": bool(tails),
            "groups": [{"name": name, "rows": [_row(x) for x in some]} for name, some in groups],
            "rare": [
                _cell(t) | {"id": t.case, "title": titles[t.case], "rarity": rarity(t.value)}
                for t in sorted(tails, key=lambda t: t.value)
                if t.value < RARE
            ],
            "repeat": repeat_words(first.draws, first.seed),
        },
    )


def gallery_words(outcomes: Sequence[Outcome]) -> list[str]:
    """Return how the tail probabilities lie, as sentences."""
    tails = [t for found in outcomes for t in tails_of(found)]
    spread = [t for t in tails if t.two_sided]
    seen = [t for t in tails if not t.two_sided]
    lines = []
    for what, some, expected in (
        ("Days and counts with a number to compare", spread, True),
        ("Things that happened or were seen", seen, False),
    ):
        parts = [f"{what}: {len(some)}"]
        for limit in (RARE, UNCOMMON):
            chance = f" ({limit * len(some):.1f} expected by chance alone)" if expected else ""
            below = sum(t.value < limit for t in some)
            parts.append(f"{below} below {100 * limit:.0f} in 100{chance}")
        lines.append("; ".join(parts) + ".")
    without = sum(isinstance(x, Unanswered) for x in outcomes)
    lines.append(f"Cases without an answer: {without} of {len(outcomes)}.")
    return lines


def _row(found: Outcome) -> dict[str, Any]:
    case = found.case
    return {
        "id": case.id,
        "title": case.title,
        "moment": f"{MOMENTS[case.moment.event]}, day {case.moment.day or 'unknown'}",
        "conditioning": case.conditioning,
        "ess": _ess(found),
        "answered": not isinstance(found, Unanswered),
        "tails": [_cell(t) for t in tails_of(found)],
        "silent": sum(bool(p.reason) for p in found.predictions)
        if isinstance(found, CaseResult)
        else 0,
    }


def _ess(found: Outcome) -> str:
    if isinstance(found, CaseResult):
        seeded = found.ess_seeded if found.ess_seeded > 0 else found.ess
        return rounded(min(found.ess, seeded))
    return "none" if isinstance(found, Unanswered) else "whole series"


def _cell(tail: Tail) -> dict[str, Any]:
    return {"name": tail.name, "tail": tail.words, "rare": tail.value < RARE}
