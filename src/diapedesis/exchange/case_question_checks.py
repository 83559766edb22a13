"""What a question must satisfy: the past lies before the day of planning, the plan after it."""

from __future__ import annotations

from collections.abc import Iterator

from diapedesis.exchange.case_checks import dose_times, forward, instant
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.faults import Faults, Where
from diapedesis.simulate.protocol import HOUR


def check_plan(draft: Draft, faults: Faults) -> None:
    """Note what lies on the wrong side of today, and settings that leave nothing to plan."""
    now = draft.rest.get("now")
    if now is not None:
        for where, day in past(draft):
            if day > now:
                _side(where, day, f"not after now, {draft.clock.label(now)}", draft, faults)
    if now is None and "now" in draft.rest:
        now = last_event(draft)
    question = draft.rest.get("question")
    if question is None or now is None:
        return
    today = f"now, {draft.clock.label(now)}"
    for where, day, later in _future(draft):
        if day < now or (later and day == now):
            _side(where, day, f"{'after' if later else 'not before'} {today}", draft, faults)
    if question.by is not None and question.earliest is not None:
        _by_after_earliest(question.by, question.earliest, draft, faults)
    samples = [instant(("question", "samples", i), t) for i, t in enumerate(question.samples)]
    forward(samples, draft.clock, faults, ties=False)
    if question.minimum_gap > question.spacing.max:
        faults.add(
            "C022",
            ("question", "minimum_gap"),
            found=f"{question.minimum_gap:g} days",
            expected=f"at most spacing.max, {question.spacing.max:g} days",
            fix="lower minimum_gap or raise spacing.max",
        )


def past(draft: Draft) -> Iterator[tuple[Where, float]]:
    """Yield place and day of all that happened: what was given, measured, weighed, or changed."""
    for i, dose in draft.lists.get("doses", []):
        yield ("doses", i), dose_times(dose)[-1]
    for name in ("sessions", "levels", "saturations"):
        for i, row in draft.lists.get(name, []):
            yield (name, i, "time"), row.time
    for i, day in enumerate(draft.rest.get("occasions", [])):
        yield ("occasions", i), day
    patient, antibodies = draft.rest.get("patient"), draft.rest.get("antibodies")
    if patient is not None and isinstance(patient.weight, list):
        for i, row in enumerate(patient.weight):
            yield ("patient", "weight", i, "time"), row.time
    if antibodies is not None and antibodies.onset is not None:
        yield ("antibodies", "onset"), antibodies.onset


def last_event(draft: Draft) -> float | None:
    """Return the day of the last of :func:`past`, or the end of the last session."""
    days = [day for _, day in past(draft)]
    days += [s.time + s.duration * HOUR for _, s in draft.lists.get("sessions", [])]
    return max(days, default=None)


def _future(draft: Draft) -> Iterator[tuple[Where, float, bool]]:
    """Yield place, day, and whether it must lie after now rather than not before it."""
    question = draft.rest["question"]
    for key, later in (("earliest", False), ("by", True)):
        day = getattr(question, key)
        if day is not None:
            yield ("question", key), day, later
    for i, day in enumerate(question.samples):
        yield ("question", "samples", i), day, False
    if question.forecast is not None:
        yield ("question", "forecast", "until"), question.forecast.until, True


def _side(where: Where, day: float, expected: str, draft: Draft, faults: Faults) -> None:
    fix = "check the time, and now, the day of planning"
    faults.add("C024", where, found=draft.clock.label(day), expected=expected, fix=fix)


def _by_after_earliest(by: float, earliest: float, draft: Draft, faults: Faults) -> None:
    if by <= earliest:
        faults.add(
            "C018",
            ("question", "by"),
            found=draft.clock.label(by),
            expected=f"a time after earliest, {draft.clock.label(earliest)}",
            fix="check by and earliest",
        )
