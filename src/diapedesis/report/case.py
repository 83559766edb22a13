"""The report of a published case: what was known, what the model makes of it, what came later."""

from __future__ import annotations

import platform
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from diapedesis import __version__
from diapedesis.cases import PublishedCase, words
from diapedesis.cases.assumed import FOLLOW_UP
from diapedesis.cases.assumptions import assumptions
from diapedesis.cases.later import IRIS_BEFORE
from diapedesis.cases.reading import of_pml
from diapedesis.cases.result import CaseResult, Prediction, Used
from diapedesis.cases.run import KEPT
from diapedesis.cases.said import (
    NEAR,
    error_words,
    ess_words,
    in_hundred,
    later_name,
    least_tail,
    left_out_words,
    observed_words,
    rare_ones,
    rarity,
    seed_words,
    spread_words,
    tail_words,
)
from diapedesis.models.pml import pml
from diapedesis.report.case_bands import bands_figure
from diapedesis.report.case_predictions import first_day, predictions_figure
from diapedesis.report.case_sessions import sessions_content
from diapedesis.report.case_timeline import timeline_figure
from diapedesis.report.html import page
from diapedesis.report.svg import inline_svg

SHARE_AFTER = (0, 30, 60, 90, 180, 365)
"""Days after the moment on which the share of inflammation due to the virus is told."""


UNDER = "under the model (below 5 in 100)"


def case_report(result: CaseResult, *, index: str = "") -> str:
    """Return the report of a case as a self-contained HTML page.

    Parameters
    ----------
    result : CaseResult
    index : str
        Address of the page over all cases, when there is one.

    Returns
    -------
    str
        A whole HTML page. The same result gives the same bytes.
    """
    case = result.case
    figure = predictions_figure(result)
    return page(
        "case.html.jinja",
        case_head(case)
        | {
            "index": index,
            "weighs": any(not u.reason for u in result.used),
            "near": NEAR if result.near_unconditional else "",
            "verdict": _verdict(result),
            "rare": [_rare(result, p) for p in rare_ones(result)],
            "ess": ess_words(result),
            "seed": seed_words(result),
            "bands_svg": inline_svg(bands_figure(result), "bands", "Posterior courses by day"),
            "predictions_svg": figure
            and inline_svg(figure, "predictions", "Prior and posterior of what came later"),
            "iris_before": _iris_before(result),
            "days": any(p.predicted and p.predicted.form == "day" for p in result.predictions),
            "follow_up": f"{FOLLOW_UP:g}",
            "used": [_used(u, case) for u in result.used],
            "if_seeded": any(p.if_seeded for p in result.predictions),
            "predictions": [_row(result, p) for p in result.predictions],
            "sessions": sessions_content(result),
            "earliest": _earliest(result),
            "shares": _shares(result),
            "assumed": assumptions(case),
            "left_out": left_out_words(result),
            "repeat": repeat_words(result.draws, result.seed)
            + f" {result.ess:.1f} effective draws; {result.readings} readings of what is open;"
            f" {KEPT:,} draws followed to the end.",
        },
    )


def case_head(case: PublishedCase) -> dict[str, Any]:
    """Return what the head of every page on a case says."""
    return {
        "title": case.title,
        "id": case.id,
        "citation": words.citation_words(replace(case.citation, doi=None)),
        "doi": case.citation.doi,
        "claim": case.claim,
        "how_sure": case.citation.how_sure,
        "group": words.GROUPS[case.group],
        "dates": case.usable_timeline,
        "conditioning": words.CONDITIONING[case.conditioning],
        "patients": case.patients,
        "subject": words.subject_words(case),
        "exposure": words.exposure_words(case),
        "moment": words.moment_words(case.moment),
        "moment_known": case.moment.day is not None,
        "timeline_svg": inline_svg(timeline_figure(case), "timeline", "When everything was"),
        "treatments": [words.treatment_words(t, case.moment) for t in case.treatments],
    }


def repeat_words(draws: int, seed: int) -> str:
    """Return what is needed to repeat a run."""
    return (
        f"Diapedesis {__version__}; model pml {pml().fingerprint[:12]}; seed {seed}; {draws:,}"
        f" prior draws; Python {platform.python_version()}, numpy {np.__version__}, llvmlite"
        f" {version('llvmlite')}."
    )


def _verdict(result: CaseResult) -> str:
    """Return how many of the later facts are rare, and of how many nothing can be said."""
    said = [p for p in result.predictions if rarity(p.tail)]
    rare, silent = len(rare_ones(result)), len(result.predictions) - len(said)
    if not said:
        return "The model can say nothing of what was observed later."
    more = f" Of {silent} more the model can say nothing." if silent else ""
    if any(p.if_seeded for p in said):
        more += (
            " What hangs on JC virus holds if it was in the brain at the moment, of which the"
            f" probability was {in_hundred(result.seeded)}."
        )
    if len(said) == 1:
        return f"The one thing to compare is {'' if rare else 'not '}rare {UNDER}.{more}"
    are = f"{rare or 'none'} {'are' if rare > 1 else 'is'}"
    return f"Of {len(said)} things observed later, {are} rare {UNDER}.{more}"


def _rare(result: CaseResult, p: Prediction) -> str:
    name = later_name(p.fact, result.case)
    assert p.predicted is not None
    asked = f"{p.predicted.label}{' (if PML was coming)' if p.if_seeded else ''}"
    text = f"{name[0].upper()}{name[1:]}. Asked: {asked}; {tail_words(result, p)}."
    if p.predicted.form == "chance":
        return text
    return f"{text} Posterior: {spread_words(p.predicted.form, p.predicted.values)}."


def _used(used: Used, case: PublishedCase) -> dict[str, str]:
    how = f"weighs the draws; mean likelihood {used.mean_likelihood:.2g}"
    if used.reason:
        how = used.reason if used.reason.startswith("used in") else f"not used: {used.reason}"
    return {"fact": words.fact_words(used.fact, case.moment), "how": how}


def _iris_before(result: CaseResult) -> str:
    """Return from how long before the moment IRIS counts, where a day of it is drawn."""
    drawn = any(
        p.fact.kind == "iris_onset" and p.predicted is not None and p.predicted.form == "day"
        for p in result.predictions
    )
    return f"{IRIS_BEFORE:g}" if drawn else ""


def _row(result: CaseResult, p: Prediction) -> dict[str, str]:
    row = {"fact": words.fact_words(p.fact, result.case.moment), "reason": p.reason}
    if p.predicted is None:
        return row
    form, least = p.predicted.form, least_tail(result, p)
    return row | {
        "asked": p.predicted.label + (" (if PML was coming)" if p.if_seeded else ""),
        "observed": observed_words(p),
        "prior": spread_words(form, p.prior, least),
        "posterior": spread_words(form, p.predicted.values, least),
        "tail": in_hundred(p.tail, least) if rarity(p.tail) else "",
        "error": error_words(result, p),
        "rarity": rarity(p.tail) or "no day to compare with",
    }


def _earliest(result: CaseResult) -> str:
    """Return the first day that is followed, where something is there on it already."""
    said = [p for p in result.predictions if p.predicted and p.predicted.form == "day"]
    days = [p.prior for p in said] + [p.predicted.values for p in said if p.predicted]
    first = first_day(result)
    return f"{first:.0f}" if any((d <= first).any() for d in days) else ""


def _shares(result: CaseResult) -> list[dict[str, str]]:
    """Return the share of inflammation due to the virus, days after the moment."""
    band, moment = result.bands["iris_share"], result.case.moment.day
    if not of_pml(result.case) and not any(p.if_seeded for p in result.predictions):
        return []
    start = 0.0 if moment is None else moment.middle
    rows = []
    for after in SHARE_AFTER:
        if start + after > band["days"][-1]:
            continue
        low, middle, high = (
            float(np.interp(start + after, band["days"], band[q])) for q in ("q05", "q50", "q95")
        )
        rows.append(
            {
                "day": f"{start + after:.0f}",
                "after": f"{after}",
                "share": f"{100 * middle:.0f} %",
                "range": f"{100 * low:.0f} to {100 * high:.0f} %",
            }
        )
    return rows
