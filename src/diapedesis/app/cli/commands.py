"""What each command asks of the library, and how its answer is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from diapedesis.app.cli.session import Answer, Asked
from diapedesis.app.cli.show import build_answer, report_text, result_table
from diapedesis.app.questions import forecast_until, interval_question, plex_question
from diapedesis.exchange import Case
from diapedesis.infer.table import Table as ResultTable
from diapedesis.plan import PlexPlan, forecast, plan_interval, plan_plex, plan_washout
from diapedesis.plan.search import first_time
from diapedesis.plan.words import days, level

if TYPE_CHECKING:
    pass


def plex(case: Case, asked: Asked) -> Answer:
    """Answer ``plan plex``."""
    plan = plan_plex(case.subject, plex_question(case), **asked.how)
    when = ", ".join(case.day_label(d) for d in plan.session_days)
    lines = [
        plan.headline(case.day_label),
        f"Sessions on: {when}." if when else "",
        *_gate_lines(plan, case),
    ]
    table = result_table(
        plan.course_table,
        {
            "sessions": ("n", "{:.0f}"),
            "spacing": ("every d", "{:.0f}"),
            "last_gap": ("last after d", "{:.0f}"),
            "size": ("each", "{}"),
            "p_lasting_by": ("P", "{:.0%}"),
            "lasting_day": ("from day", "{:.0f}"),
            "days_saved": ("saved d", "{:.0f}"),
            "c_1h_after": ("1 h after", level),
            "c_24_72h_after": ("24-72 h", level),
            "c_refill": ("refill", level),
            "fibrinogen_lowest": ("fib.", "{:.1f}"),
            "igg_lowest": ("IgG", "{:.1f}"),
        },
        "Best course of each number n of sessions: how far apart; lastingly below (probability, day"
        " from\nthe first possible session, days saved); level 1 h and 24-72 h after the last"
        " session and\nhighest refill, mg/L; lowest fibrinogen and IgG, g/L. Medians; in bold the"
        " chosen course.",
        mark=plan.chosen.design.n,
    )
    data = {
        "command": "plan plex",
        "status": plan.status,
        "headline": plan.headline(case.day_label),
        "probability": plan.probability,
        "session_days": plan.session_days,
        "sessions_on": [case.day_label(d) for d in plan.session_days],
        "courses": plan.course_table,
        "thresholds": plan.threshold_table,
        "strategies": plan.strategy_table,
        "drivers": plan.driver_table,
    }
    if plan.without_outlier is not None:
        again = plan.without_outlier.headline(case.day_label)
        lines.append(f"Without the measurement that is probably wrong: {again}")
        data["without_outlier"] = again
    return build_answer(
        case, plan.fit, plan.flags, lines, [table], data, lambda: report_text("plex", plan, case)
    )


def washout(case: Case, asked: Asked) -> Answer:
    """Answer ``plan washout``."""
    found = plan_washout(case.subject, now=case.now, **asked.how)
    table = result_table(
        found.rows,
        {
            "threshold": ("threshold", "{}"),
            "day": ("median", found.when),
            "day_05": ("5 %", found.when),
            "day_95": ("95 %", found.when),
            "p_already": ("so already", "{:.0%}"),
        },
        "Lastingly below, days after the last dose",
    )
    data = {
        "command": "plan washout",
        "headline": found.headline(case.day_label),
        "table": found.rows,
    }
    return build_answer(
        case,
        found.fit,
        found.flags,
        [found.headline(case.day_label), _opening(found.times, found.values, case)],
        [table],
        data,
        lambda: report_text("washout", found, case),
    )


def interval(case: Case, asked: Asked) -> Answer:
    """Answer ``plan interval``."""
    found = plan_interval(case.subject, now=case.now, **interval_question(case), **asked.how)
    weekly = [r for r in found.rows.records() if r["days_since_dose"] % 7 == 0]
    table = result_table(
        ResultTable.of(weekly, found.rows.columns),
        {
            "days_since_dose": ("days since dose", "{:.0f}"),
            "p_at_or_above": (f"P at or above {found.target:g} mg/L", "{:.0%}"),
            "level": ("level mg/L", level),
            "saturation": ("saturation", "{:.0%}"),
            "free_alpha4": ("free alpha4", "{:.0%}"),
            "gate": ("gate open", "{:.0%}"),
        },
        "Trough by day (medians; free alpha4 and gate as shares of untreated)",
    )
    data = {
        "command": "plan interval",
        "status": found.status,
        "headline": found.headline(case.day_label),
        "day": found.day,
        "table": found.rows,
    }
    return build_answer(
        case,
        found.fit,
        found.flags,
        [found.headline(case.day_label), _opening(found.times, found.values, case)],
        [table],
        data,
        lambda: report_text("interval", found, case),
    )


def course(case: Case, asked: Asked) -> Answer:
    """Answer ``forecast``."""
    found = forecast(case.subject, forecast_until(case), **asked.how)
    quantiles = found.quantiles()
    shown = [
        r
        for r in quantiles.records()
        if r["output"] == "c" and r["day"] >= case.now - 1e-9 and (r["day"] - case.now) % 7 < 1e-9
    ]
    table = result_table(
        ResultTable.of(shown, quantiles.columns),
        {
            "day": ("day", case.day_label),
            "q05": ("5 %", level),
            "q50": ("median", level),
            "q95": ("95 %", level),
        },
        "Serum level by week, mg/L",
    )
    data = {"command": "forecast", "headline": found.headline(case.day_label), "course": quantiles}
    return build_answer(
        case,
        found.fit,
        found.flags,
        [found.headline(case.day_label)],
        [table],
        data,
        lambda: report_text("forecast", found, case),
    )


def _gate_lines(plan: PlexPlan, case: Case) -> Iterable[str]:
    """Say when the gate is half open, and that cells return before serum is below the threshold."""
    opened = float(np.quantile(plan.chosen.half_open(), 0.5, method="inverted_cdf"))
    waited = float(np.quantile(plan.waiting.half_open(), 0.5, method="inverted_cdf"))
    first = plan.question.first
    with_course = (
        case.day_label(round(opened)) if math.isfinite(opened) else "not within the horizon"
    )
    with_wait = case.day_label(round(waited)) if math.isfinite(waited) else "not within the horizon"
    at = np.searchsorted(plan.chosen.times, plan.question.by)
    free = [float(np.median(a.values["free_alpha4"][:, at])) for a in (plan.chosen, plan.waiting)]
    yield (
        f"Free alpha4 on the asked day: {free[0]:.0%} of untreated, {free[1]:.0%} by waiting."
        f" The gate is expected half open on {with_course}, {days(opened - first)} after the first"
        f" possible session, against {with_wait} by waiting. Cells return, and IRIS may start,"
        " while serum is still above the threshold."
    )
    ready = plan.question.result_after_days
    yield f"The plan holds until the next result; a level takes {ready:g} days to come back."


def _opening(times: np.ndarray, values: dict[str, np.ndarray], case: Case) -> str:
    """Say when the gate is half open if nothing more is given, and what follows from that."""
    day = float(np.quantile(first_time(times, values["gate"] >= 0.5), 0.5, method="inverted_cdf"))
    if not math.isfinite(day):
        return "With nothing more given the gate is not half open within the days looked at."
    if day <= times[0]:
        when = f"half open already on {case.day_label(day)}"
    else:
        when = f"half open on {case.day_label(round(day))}"
    free = float(np.median(values["free_alpha4"][:, np.searchsorted(times, day)]))
    return (
        f"With nothing more given the gate is expected {when}, free alpha4 then at {free:.0%} of"
        " untreated. Cells return, and IRIS may start, while serum is still above the threshold."
    )
