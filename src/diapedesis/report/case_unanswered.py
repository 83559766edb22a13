"""The page of a case without an answer: why there is none, and what was asked."""

from __future__ import annotations

from diapedesis.cases import words
from diapedesis.cases.assumptions import assumptions
from diapedesis.cases.said import NEAR
from diapedesis.cases.store import Unanswered
from diapedesis.report.case import case_head, repeat_words
from diapedesis.report.html import page


def unanswered_report(found: Unanswered, *, index: str = "") -> str:
    """Return the page of a case without an answer as a self-contained HTML page.

    Parameters
    ----------
    found : Unanswered
    index : str
        Address of the page over all cases, when there is one.

    Returns
    -------
    str
        A whole HTML page. The same outcome gives the same bytes.
    """
    case = found.case
    near = f"{NEAR.split('. ')[0]}." if case.conditioning == "near-unconditional" else ""
    return page(
        "case_unanswered.html.jinja",
        case_head(case)
        | {
            "index": index,
            "near": near,
            "reason": found.why,
            "given": [words.fact_words(f, case.moment) for f in case.given],
            "later": [words.fact_words(f, case.moment) for f in case.observed_later],
            "assumed": assumptions(case),
            "repeat": repeat_words(found.draws, found.seed),
        },
    )
