"""The page over all published cases: what was rare, and what could not be answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diapedesis.cases.kinds import MOMENTS
from diapedesis.cases.result import CaseResult
from diapedesis.cases.said import RARE, UNCOMMON, rarity
from diapedesis.cases.store import Outcome, SeriesResult, Unanswered
from diapedesis.cases.tails import Tail, tails_of
from diapedesis.report.case import case_report, repeat_words
from diapedesis.report.case_gallery_figure import tails_figure
from diapedesis.report.html import page
from diapedesis.report.series import series_report
from diapedesis.report.svg import inline_svg

INDEX = "index.html"


def outcome_report(found: Outcome, *, index: str = "") -> str:
    """Return the page of one case; empty for a case without an answer.

    Parameters
    ----------
    found : Outcome
    index : str
        Address of the page over all cases, when there is one.
    """
    if isinstance(found, Unanswered):
        return ""
    if isinstance(found, SeriesResult):
        return series_report(found, index=index)
    return case_report(found, index=index)


def gallery_report(outcomes: Sequence[Outcome]) -> str:
    """Return the page over all cases as a self-contained HTML page.

    Parameters
    ----------
    outcomes : sequence of Outcome
        At least one. Each that has an answer has its page beside this one, as ``<id>.html``.

    Returns
    -------
    str
        A whole HTML page. The same outcomes give the same bytes.
    """
    tails = [t for found in outcomes for t in tails_of(found)]
    failed = [x for x in outcomes if isinstance(x, Unanswered)]
    first = outcomes[0]
    return page(
        "case_gallery.html.jinja",
        {
            "n": len(outcomes),
            "failed": [{"id": x.case.id, "title": x.case.title, "why": x.reason} for x in failed],
            "said": gallery_words(outcomes),
            "figure": inline_svg(tails_figure(outcomes), "tails", "Tail probabilities by case")
            if tails
            else "",
            "rows": [_row(x) for x in outcomes],
            "rare": [
                {"id": t.case, "name": t.name, "tail": t.words, "rarity": rarity(t.value)}
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
            chance = f" ({limit * len(some):.1f} by chance alone)" if expected else ""
            below = sum(t.value < limit for t in some)
            parts.append(f"below {100 * limit:.0f} in 100: {below}{chance}")
        lines.append("; ".join(parts) + ".")
    without = sum(isinstance(x, Unanswered) for x in outcomes)
    lines.append(f"Cases without an answer: {without} of {len(outcomes)}.")
    return lines


def _row(found: Outcome) -> dict[str, Any]:
    case = found.case
    ess = ""
    if isinstance(found, CaseResult):
        ess = (
            f"{min(found.ess, found.ess_seeded):.0f}"
            if found.ess_seeded > 0
            else f"{found.ess:.0f}"
        )
    return {
        "id": case.id,
        "title": case.title,
        "group": case.group,
        "moment": f"{MOMENTS[case.moment.event]}, day {case.moment.day or 'unknown'}",
        "conditioning": case.conditioning,
        "ess": ess or ("no answer" if isinstance(found, Unanswered) else "whole series"),
        "answered": not isinstance(found, Unanswered),
        "tails": [_cell(t) for t in tails_of(found)],
        "silent": sum(bool(p.reason) for p in found.predictions)
        if isinstance(found, CaseResult)
        else 0,
    }


def _cell(tail: Tail) -> dict[str, Any]:
    return {"name": tail.name, "tail": tail.words, "rare": tail.value < RARE}
