"""From what a case file asks to what the plans take."""

from __future__ import annotations

import math
from typing import Any

from diapedesis.exchange import Case
from diapedesis.plan import PlexQuestion, Threshold
from diapedesis.simulate import Immunoadsorption, Plex, Session

WEEKS_TO_LAST = 6
"""The asked day when a case names none: six weeks after the first possible session."""


def plex_question(case: Case) -> PlexQuestion:
    """Return the question about apheresis that a case asks."""
    q, past = case.question, case.subject.protocol.sessions
    first = max([q.earliest, case.now, *(s.end + q.minimum_gap for s in past)])
    if q.saturation is not None:
        threshold = Threshold(q.saturation, "saturation")
    else:
        threshold = Threshold(1.0 if q.threshold is None else q.threshold)
    low, high = math.ceil(max(q.spacing[0], q.minimum_gap)), math.floor(q.spacing[1])
    if low > high:
        raise ValueError(
            f"question.spacing: found {q.spacing[0]:g} to {q.spacing[1]:g} days with minimum_gap"
            f" {q.minimum_gap:g}; expected a whole number of days within it. Fix: widen the spacing"
        )
    by = first + 7 * WEEKS_TO_LAST if q.by is None else q.by
    if by <= first:
        raise ValueError(
            f"question.by: found {case.day_label(by)}, but no session can be before"
            f" {case.day_label(first)}. Fix: ask for a later day"
        )
    return PlexQuestion(
        first=first,
        by=by,
        threshold=threshold,
        probability=q.probability,
        sizes=tuple(_session(case, s) for s in q.sizes),
        samples=q.samples,
        max_sessions=q.max_sessions,
        spacing=(low, high),
        top_up=q.top_up,
        result_after_days=q.result_after_days,
    )


def _session(case: Case, size: float) -> Session:
    q = case.question
    amount = {"volume": size} if q.sizes_in == "L" else {"plasma_volumes": size}
    if q.kind == "ia":
        return Immunoadsorption(0.0, duration=q.duration, column=q.column, **amount)
    return Plex(0.0, duration=q.duration, sieving=q.sieving, replacement=q.replacement, **amount)


def interval_question(case: Case) -> dict[str, Any]:
    """Return target and probability for a dosing interval; 10 mg/L unless the case says."""
    target = case.question.target_trough
    return {
        "target": 10.0 if target is None else target,
        "probability": case.question.trough_probability,
    }


def forecast_until(case: Case) -> float:
    """Return the last day of a forecast; twelve weeks from now unless the case says."""
    until = case.question.until
    return case.now + 84.0 if until is None else until
