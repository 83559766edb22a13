"""What ``plan sample`` asks of the library, and how its answer is shown."""

from __future__ import annotations

import math
from typing import Any

from diapedesis.app.cli.session import Answer, Asked
from diapedesis.app.cli.show import build_answer, report_text, result_table
from diapedesis.app.questions import plex_question
from diapedesis.exchange import Case
from diapedesis.infer.table import Table as ResultTable
from diapedesis.plan import SamplePlan, plan_sample
from diapedesis.plan.samples import assay_label

SHOWN = 15
"""Ranked samples in the printed table; those of habit are added, JSON holds all."""


def sample(case: Case, asked: Asked) -> Answer:
    """Answer ``plan sample``."""
    question = plex_question(case)
    found = plan_sample(case.subject, question, now=case.now, **asked.how)
    everything = found.option_table
    assays = "; ".join(f"{letter}: {assay_label(a)}" for a, letter in found.letters.items())
    table = result_table(
        ResultTable.of(_shown(found)),
        {
            "rank": ("rank", "{}"),
            "sample_day": ("sample", case.day_label),
            "when": ("when", "{}"),
            "letter": ("assay", "{}"),
            "note": ("note", "{}"),
            "sd_date_left": ("SD left", "{:.1f}"),
            "share_date": ("variance less", _percent),
            "share_date_error": ("+-", "{:.1%}"),
            "drop_sessions": ("sessions", "{:.2f}"),
            "p_change": ("P change", _percent),
        },
        f"Assays: {assays}.\nWhat each sample is expected to tell: SD of the lasting day that is"
        " left, days; its variance less by,\nwith Monte-Carlo error; variance of the number of"
        " sessions less by; probability that another number is chosen.\n≈ best: not distinguished"
        " from it.",
        mark=0 if found.best is not None else None,
    )
    data = {
        "command": "plan sample",
        "headline": found.headline(case.day_label),
        "notes": found.notes(case.day_label),
        "session_days": found.session_days,
        "not_reached": found.p_unreached,
        "counted_at_day": found.latest,
        "samples": everything,
    }
    lines = [found.headline(case.day_label), *found.notes(case.day_label)]
    report = lambda: report_text("sample", found, case)  # noqa: E731
    return build_answer(case, found.fit, found.flags, lines, [table], data, report)


def _shown(found: SamplePlan) -> list[dict[str, Any]]:
    """Return the first rows and those of habit, as a narrow table has them."""
    rows = []
    records = found.option_table.records()
    for i, (row, o) in enumerate(zip(records, found.options, strict=True)):
        if i >= SHOWN and o not in found.habits:
            continue
        tied = "≈ best" if i and row["tied_with_best"] else ""
        status = "" if o.status == "in time" else o.status
        note = "; ".join(x for x in (o.sample.habit, status, tied) if x)
        rank = "" if row["rank"] is None else str(row["rank"])
        row |= {"letter": found.letters[o.assay], "note": note, "rank": rank}
        unsaid = [k for k in row if k.startswith(("drop_", "share_", "sd_date_left", "p_change"))]
        rows.append(row if o.status == "in time" else row | dict.fromkeys(unsaid, math.nan))
    return rows


def _percent(share: float) -> str:
    """Return whole per cent, without a minus before zero."""
    return f"{round(100 * share)} %"
