"""What the report of an apheresis plan says, as plain values for the template."""

from __future__ import annotations

from typing import Any

import numpy as np

from diapedesis.infer.fit import Fit
from diapedesis.plan import PlexPlan
from diapedesis.plan.outlook import EVERYTHING
from diapedesis.plan.plex import BURDEN_DRAWS
from diapedesis.plan.search import HORIZON, Arm
from diapedesis.plan.strategies import STRATEGY_DRAWS
from diapedesis.plan.words import k_of_20
from diapedesis.report.common import twenty
from diapedesis.report.plex_tables import best_update, course_row, strategies, thresholds
from diapedesis.report.words import (
    Calendar,
    course_words,
    goal,
    inside,
    number,
    number_of_days,
    percent,
    quantiles,
    span,
    treatment_words,
)
from diapedesis.simulate import Immunoadsorption, Protocol, Session

PLAIN = {
    "cl": "how fast the body clears the drug",
    "v_c": "the volume the drug has in blood and nearby fluid",
    "v_p": "how much drug the tissues hold",
    "q": "how fast drug moves between tissue and blood",
    "v_max": "how much drug is taken up by its target",
    "k_m": "the level at which uptake by the target slows",
    "v_plasma_fold": "the true plasma volume, against the estimate",
    "ec50": "the level at which half of alpha4 is bound",
    "hill": "how steeply binding depends on the level",
    "e_max": "how much of alpha4 can be bound at most",
    "e_protein_a": "how much of the drug the column takes",
    "e_anti_igg": "how much of the drug the column takes",
    "e_tryptophan": "how much of the drug the column takes",
    "column_capacity": "how soon the column is spent",
    "ada_cl": "how strongly antibodies clear the drug",
    "ada_titre": "how much antibody there is",
    "ada_binding": "how much drug antibodies bind",
}


def plex_content(plan: PlexPlan, calendar: Calendar) -> dict[str, Any]:
    """Return the content of a plan's report."""
    q = plan.question
    return {
        "status": plan.status,
        "goal": goal(q.threshold),
        "is_level": q.threshold.output == "c",
        "treatment": treatment_words(q.sizes),
        "first": calendar.date(q.first),
        "by": calendar.when(q.by),
        "hold": f"{q.hold:g}",
        "wanted": percent(q.probability),
        "wanted_twenty": k_of_20(q.probability),
        "answer": _answer(plan),
        "gain": _gain(plan),
        "session_days": [calendar.date(d) for d in plan.session_days],
        "session_size": _size(plan),
        "arms": _arms(plan, calendar),
        "drivers": _drivers(plan),
        "strategies": strategies(plan, calendar),
        "best_update": best_update(plan, calendar),
        "courses": [course_row(plan, r) for r in plan.table.to_dict("records")],
        "thresholds": thresholds(plan),
        "other_plans": _with_and_without(plan, calendar),
        "horizon": f"{HORIZON:g}",
        "event": calendar.event,
        "strategy_draws": min(STRATEGY_DRAWS, plan.fit.n_draws),
        "burden_draws": min(BURDEN_DRAWS, plan.fit.n_draws),
        "searched": _searched(plan),
    }


def _answer(plan: PlexPlan) -> str:
    q = plan.question
    found = course_words(q, plan.chosen.design)
    if plan.status == "not needed":
        return "No session needed: waiting is enough."
    if plan.status == "reached":
        return f"{found[0].upper()}{found[1:]}."
    searched = f"Not reached with {_sessions(plan.most_sessions)};"
    if plan.chosen.design.n == 0:
        return f"{searched} no course found does better than waiting."
    return f"{searched} the best found is {found}."


def _sessions(n: int) -> str:
    return f"{n} session" + ("" if n == 1 else "s")


def _searched(plan: PlexPlan) -> str:
    q, most = plan.question, _sessions(plan.most_sessions)
    late = ", also with a last session 7, 10 or 14 days after the one before" if q.top_up else ""
    return f"0 to {most}, {q.spacing[0]} to {q.spacing[1]} days apart{late}"


def _gain(plan: PlexPlan) -> str:
    row = plan.table.loc[plan.table["sessions"] == plan.chosen.design.n].iloc[0]
    if plan.chosen.design.n == 0:
        return ""
    middle, low, high = row["days_saved"], row["days_saved_05"], row["days_saved_95"]
    if not np.isfinite(middle):
        return f"how many days sooner than by waiting cannot be said within {HORIZON:g} days"
    bounds = [x if np.isfinite(x) else None for x in (low, high)]
    text = " to ".join("open" if x is None else f"{x:.0f}" for x in bounds)
    return f"{number_of_days(middle)} sooner than by waiting (90 % interval {text})"


def plasma_volume(fit: Fit) -> tuple[float, float, float]:
    """Return median, 5 % and 95 % quantile of the plasma volume at the latest weight [L]."""
    now = Protocol(weights=((0.0, fit.subject.weight),))
    found = fit.solve(now, [0.0], EVERYTHING, t0=0.0)
    return quantiles(found["v_plasma"][:, 0])


def _size(plan: PlexPlan) -> str:
    s = plan.question.sizes[plan.chosen.design.size]
    middle, low, high = plasma_volume(plan.fit)
    done = "processed" if isinstance(s, Immunoadsorption) else "exchanged"
    plasma = f"plasma volume {number(middle)} L, {span(low, high, number)}"
    return f"{_litres(s, middle)} {done} per session ({plasma})"


def _litres(s: Session, plasma: float) -> str:
    if s.volume is not None:
        return f"{s.volume:g} L, {number(s.volume / plasma)} plasma volumes,"
    return f"{s.plasma_volumes:g} plasma volumes, about {plasma * (s.plasma_volumes or 0):.1f} L,"


def _arms(plan: PlexPlan, calendar: Calendar) -> list[dict[str, Any]]:
    arms = [("chosen", plan.chosen)] if plan.chosen.design.n else []
    return [_arm(plan, calendar, kind, arm) for kind, arm in [*arms, ("waiting", plan.waiting)]]


def _arm(plan: PlexPlan, calendar: Calendar, kind: str, arm: Arm) -> dict[str, Any]:
    q = plan.question
    p = arm.p_by(q.by)
    gate = arm.half_open()
    lasting, open_day = quantiles(arm.lasting - q.first), quantiles(gate - q.first)
    first = float(np.mean(np.isfinite(gate) & (gate < arm.lasting)))
    return {
        "kind": kind,
        "name": "waiting" if kind == "waiting" else course_words(q, arm.design),
        **twenty(p),
        "percent": percent(p, q.probability),
        "lasting": number_of_days(lasting[0]),
        "lasting_span": span(lasting[1], lasting[2]),
        "gate": number_of_days(open_day[0]),
        "gate_span": span(open_day[1], open_day[2]),
        "gate_date": calendar.date(np.floor(open_day[0] + q.first)),
        "gate_first": k_of_20(first),
    }


def _drivers(plan: PlexPlan) -> list[dict[str, str]]:
    return [
        {
            "plain": PLAIN.get(r["id"], inside(r["label"])),
            "label": r["label"],
            "low": k_of_20(r["p_lower_half"]),
            "high": k_of_20(r["p_upper_half"]),
        }
        for r in plan.drivers.to_dict("records")
    ]


def _with_and_without(plan: PlexPlan, calendar: Calendar) -> list[dict[str, str]]:
    """Return the plan with all levels and without probable outliers; empty when none is."""
    if plan.without_outlier is None:
        return []
    both = (("All measurements", plan), ("Without the doubtful one", plan.without_outlier))
    rows = []
    for name, p in both:
        arm = _arms(p, calendar)[0]
        wait = quantiles(p.waiting.lasting - p.question.first)
        rows.append(
            {
                "name": name,
                "answer": _answer(p),
                "words": arm["words"],
                "percent": arm["percent"],
                "lasting": f"{arm['lasting']} ({arm['lasting_span']})",
                "waiting": f"{number_of_days(wait[0])} ({span(wait[1], wait[2])})",
            }
        )
    return rows
