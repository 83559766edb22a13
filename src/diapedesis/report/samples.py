"""What the report on the next sample says, as plain values for the template."""

from __future__ import annotations

import math
from typing import Any

from diapedesis.plan import SamplePlan
from diapedesis.plan.preposterior import Estimate
from diapedesis.plan.sample_options import Option
from diapedesis.plan.sample_words import sentences
from diapedesis.plan.samples import HABITS, assay_label
from diapedesis.report.common import twenty
from diapedesis.report.words import MISSING, Calendar, course_words, percent

ROWS = 24
"""Ranked samples in the table; those of habit are added."""


def sample_content(plan: SamplePlan, calendar: Calendar) -> dict[str, Any]:
    """Return the content of a report on the next sample."""
    first, *rest = sentences(plan, calendar.day_label)
    usual = plan.habits
    rows = [o for i, o in enumerate(plan.options) if i < ROWS or o in usual]
    best = plan.best
    return {
        "answer": first,
        "rest": " ".join(rest),
        "assays": [{"letter": v, "label": assay_label(a)} for a, v in plan.letters.items()],
        "notes": plan.notes(calendar.day_label),
        "course": "waiting"
        if plan.chosen.design.n == 0
        else course_words(plan.question, plan.chosen.design),
        "by": calendar.when(plan.question.by),
        "delay": f"{plan.question.result_after_days:g}",
        "cards": [] if best is None else _cards(plan, best, calendar),
        "rows": [_row(plan, o, calendar) for o in rows],
        "n_options": len(plan.options),
        "habits": [{"name": k, "why": v} for k, v in HABITS.items()],
        "n_draws": plan.fit.n_draws,
    }


def _cards(plan: SamplePlan, best: Option, calendar: Calendar) -> list[dict[str, Any]]:
    """Return the best sample for the day and the best one for the number of sessions."""
    found = [_card("For the lasting day", "chosen", best, calendar)]
    if plan.steering is not None and plan.steering is not best:
        found.append(_card("For the number of sessions", "waiting", plan.steering, calendar))
    return found


def _card(title: str, kind: str, o: Option, calendar: Calendar) -> dict[str, Any]:
    return {
        "title": title,
        "kind": kind,
        "day": calendar.date(o.sample.day),
        "when": o.sample.when,
        "assay": assay_label(o.assay),
        "result": calendar.date(o.result_day),
        "before": f"{o.before['date'].root().value:.1f}",
        "left": f"{o.left('date').value:.1f}",
        "changes": twenty(o.changes.value) if o.steers else None,
        "given": o.given,
    }


def _row(plan: SamplePlan, o: Option, calendar: Calendar) -> dict[str, Any]:
    counts = o.status == "in time"
    share, drop = o.share("date"), o.drop["sessions"]
    steers = counts and o.steers
    return {
        "best": o is plan.best,
        "tied": plan.tied(o),
        "day": calendar.date(o.sample.day),
        "when": o.sample.when,
        "letter": plan.letters[o.assay],
        "habit": o.sample.habit,
        "status": "" if counts else o.status,
        "left": f"{o.left('date').value:.1f}" if counts else MISSING,
        "share": _share(share) if counts else MISSING,
        "drop": f"{drop.value:.2f} ± {drop.error:.2f}" if steers else MISSING,
        "changes": percent(o.changes.value) if steers else MISSING,
    }


def _share(share: Estimate) -> str:
    """Return a share in per cent with its error; nothing where nothing varies."""
    if not math.isfinite(share.value):
        return MISSING
    return f"{round(100 * share.value)} ± {100 * share.error:.1f}"
