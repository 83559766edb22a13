"""Tables of an apheresis plan's report, as text."""

from __future__ import annotations

from typing import Any

import numpy as np

from diapedesis.plan import PlexPlan
from diapedesis.plan.words import k_of_20, level
from diapedesis.report.words import MISSING, Calendar, day, percent, span


def strategies(plan: PlexPlan, calendar: Calendar) -> list[dict[str, str]]:
    """Return the fixed plan, the plan without a level and the updated plans."""
    rows = []
    for r in plan.strategies.to_dict("records"):
        sample = r["sample_day"]
        name = {"fixed plan": "Fixed now", "no level": "Fixed now, had no level been measured"}
        text = name.get(r["strategy"], f"Chosen again after a level on {calendar.date(sample)}")
        rows.append(
            {
                "name": text,
                "result": MISSING if np.isnan(sample) else calendar.date(r["result_day"]),
                "percent": percent(r["p_lasting"]),
                "words": k_of_20(r["p_lasting"]),
                "sessions": f"{r['sessions']:.1f}",
                "too_few": percent(r["too_few"]),
                "too_many": percent(r["too_many"]),
                "kind": r["strategy"],
            }
        )
    return rows


def best_update(plan: PlexPlan, calendar: Calendar) -> dict[str, str] | None:
    """Return the best strategy with a level; of those within a point, the shortest."""
    rows = plan.strategies
    if rows.empty or not rows["sample_day"].notna().any():
        return None
    rows = rows[rows["sample_day"].notna()]
    good = rows[rows["p_lasting"] >= rows["p_lasting"].max() - 0.01]
    best = int(good["sessions"].idxmin())
    return strategies(plan, calendar)[best] | {
        "sample": calendar.date(float(plan.strategies["sample_day"].iloc[best]))
    }


def course_row(plan: PlexPlan, r: dict[Any, Any]) -> dict[str, Any]:
    """Return one course of the plan's table as text."""
    cells = {
        name: {"middle": write(r[name]), "span": span(r[f"{name}_05"], r[f"{name}_95"], write)}
        for name, write in (
            ("lasting_day", day),
            ("c_1h_after", level),
            ("c_24_72h_after", level),
            ("c_refill", level),
        )
    }
    return {
        "chosen": r["sessions"] == plan.chosen.design.n,
        "course": "waiting" if r["sessions"] == 0 else r["course"],
        "p": percent(r["p_lasting_by"], plan.question.probability),
        "saved": _saved(r),
        **cells,
        "gate": day(r["half_open_day"]),
        "igg": f"{r['igg_lowest']:.1f}",
        "fibrinogen": f"{r['fibrinogen_lowest']:.1f}",
        "p_fibrinogen": percent(r["p_fibrinogen_below_1"]),
    }


def _saved(r: dict[Any, Any]) -> dict[str, str]:
    """Return the days saved; infinite where only one of the two courses is ever below."""
    names = ("days_saved", "days_saved_05", "days_saved_95")
    middle, low, high = (
        "open" if r[n] == np.inf else "none" if r[n] == -np.inf else day(r[n]) for n in names
    )
    return {"middle": MISSING if r["sessions"] == 0 else middle, "span": f"{low} to {high}"}


def thresholds(plan: PlexPlan) -> list[dict[str, str]]:
    """Return chosen course and waiting against every threshold."""
    return [
        {
            "threshold": r["threshold"],
            "kind": "waiting" if r["course"] == "no session" else "chosen",
            "p": percent(r["p_lasting_by"]),
            "day": day(r["lasting_day"]),
            "span": span(r["lasting_day_05"], r["lasting_day_95"]),
        }
        for r in plan.thresholds.to_dict("records")
    ]
