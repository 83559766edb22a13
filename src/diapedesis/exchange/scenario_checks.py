"""What a scenario must satisfy as a whole, arm by arm: order, overlap, names, an end after all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from diapedesis.exchange.case_checks import (
    check_antibodies,
    check_order,
    check_overlap,
    dose_times,
)
from diapedesis.exchange.case_measured_checks import check_measured
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.case_values import nearest
from diapedesis.exchange.faults import Faults, Where, shown
from diapedesis.exchange.scenario_treatments import CourseBlock, OralBlock
from diapedesis.exchange.scenario_virus_checks import check_virus
from diapedesis.models.ms import ms
from diapedesis.models.pml import pml
from diapedesis.population.scenario import MOST_VALUES, OUTPUTS, expected_edss, expected_value
from diapedesis.population.virus_asked import COURSE_VALUES
from diapedesis.simulate.protocol import HOUR

EDSS = ("edss_0", "edss_max")


def check_scenario(draft: Draft, faults: Faults) -> None:
    """Note what cannot be, among what could be read, in what is shared and in each arm."""
    arms: Mapping[str, Draft] = draft.rest.get("arms") or {}
    for part in (draft, *arms.values()):
        check_order(part, faults)
        check_overlap(part, faults)
        check_antibodies(part, faults)
        _check_ends(part, faults)
        _check_parameters(draft, part, faults)
        _check_edss(draft, part, faults)
        _check_weights(part, faults)
    check_measured(draft, faults)
    for arm in arms.values():
        _check_merged(draft, arm, faults)
    _check_courses([draft], faults)
    for arm in arms.values():
        _check_courses([draft, arm], faults)
    check_virus(draft, arms.values(), faults)
    if "until" in draft.rest:
        _check_until(draft, [draft, *arms.values()], faults)


def _begun(part: Draft) -> Iterator[tuple[Where, float]]:
    """Yield place and day of all that is begun."""
    for i, dose in part.lists.get("doses", []):
        yield (*part.where, "doses", i), dose_times(dose)[-1]
    for name in ("sessions", "levels", "saturations"):
        for i, row in part.lists.get(name, []):
            yield (*part.where, name, i, "time"), row.time
    for i, row in part.lists.get("treatments", []):
        start = row.start if isinstance(row, CourseBlock | OralBlock) else row.times[-1]
        yield (*part.where, "treatments", i), start
    block = part.rest.get("antibodies")
    if block is not None and block.onset is not None:
        yield (*part.where, "antibodies", "onset"), block.onset


def _check_until(draft: Draft, parts: list[Draft], faults: Faults) -> None:
    until, clock = draft.rest["until"], draft.clock
    for part in parts:
        for where, day in _begun(part):
            if day >= until:
                faults.add(
                    "C018",
                    where,
                    found=clock.label(day),
                    expected=f"a time before until, {clock.label(until)}",
                    fix="check the time and until",
                )
    if "doses" not in draft.whole or "before" not in draft.rest or "patients" not in draft.rest:
        return
    first = dose_times(draft.lists["doses"][0][1])[0]
    days = until - first + draft.rest["before"] + 2
    arms = max(1, len(parts) - 1)
    virus = draft.rest.get("virus") is not None
    most = int(MOST_VALUES / (arms * (COURSE_VALUES + days if virus else days * len(OUTPUTS))))
    if draft.rest["patients"] > most:
        faults.add(
            "C003",
            ("patients",),
            found=f"{draft.rest['patients']} patients over {days:.0f} days, {arms} arm(s)",
            expected=f"at most {most} patients for so much",
            fix="lower patients",
        )


def _check_ends(part: Draft, faults: Faults) -> None:
    """What is taken for a time ends after it began."""
    for i, row in part.lists.get("treatments", []):
        end = getattr(row, "end", None)
        if end is not None and end <= row.start:
            faults.add(
                "C018",
                (*part.where, "treatments", i, "end"),
                found=part.clock.label(end),
                expected=f"a time after start, {part.clock.label(row.start)}",
                fix="check the two times",
            )


def _check_merged(draft: Draft, arm: Draft, faults: Faults) -> None:
    """A session of an arm lies beside those that all arms share."""
    rows: list[tuple[Where, Any]] = [((), s) for _, s in draft.lists.get("sessions", [])]
    rows += [((*arm.where, "sessions", i, "time"), s) for i, s in arm.lists.get("sessions", [])]
    rows.sort(key=lambda row: row[1].time)
    for (where_a, a), (where_b, b) in pairwise(rows):
        if b.time < a.time + a.duration * HOUR and bool(where_a) != bool(where_b):
            faults.add(
                "C020",
                where_a or where_b,
                found=f"sessions from {arm.clock.label(a.time)} and {arm.clock.label(b.time)}",
                expected="one after the other, shared ones included",
                fix="check the times and the duration (hours)",
            )


def _check_courses(parts: list[Draft], faults: Faults) -> None:
    """One drug is not taken twice at a time; the later course of the last part is at fault."""
    taken: dict[str, list[tuple[Where, Any]]] = {}
    for part in parts:
        for i, row in part.lists.get("treatments", []):
            if isinstance(row, CourseBlock | OralBlock):
                taken.setdefault(row.drug, []).append(((*part.where, "treatments", i), row))
    for rows in taken.values():
        rows.sort(key=lambda row: row[1].start)
        for (where_a, a), (where_b, b) in pairwise(rows):
            if a.end is None or b.start < a.end:
                last = parts[-1].where
                where = where_b if where_b[: len(last)] == last else where_a
                faults.add(
                    "C022",
                    (*where, "start"),
                    found=f"{b.drug} from {parts[0].clock.label(b.start)} while it is taken",
                    expected="one course after the other",
                    fix="end the first, or join the two",
                )


def _check_parameters(draft: Draft, part: Draft, faults: Faults) -> None:
    model = ms() if draft.rest.get("virus", "faulty") is None else pml()
    known = model.parameters
    for id, value in part.rest.get("parameters", {}).items():
        where = (*part.where, "parameters", id)
        if id not in known:
            fix = nearest(id, known) or "take an id of the model card"
            expected = "the id of a parameter"
            faults.add("C023", where, found=shown(id), expected=expected, fix=fix)
        elif expected := expected_value(id, value, model):
            fix = "check the value and the unit on the model card"
            if id.startswith("h_"):
                fix = "give the weights under hypothesis"
            faults.add("C013", where, found=shown(value), expected=expected, fix=fix)


def _check_edss(draft: Draft, part: Draft, faults: Faults) -> None:
    """EDSS before the drug lies below its maximum, with what an arm shares included."""
    own = part.rest.get("parameters", {})
    stated = {**draft.rest.get("parameters", {}), **own}
    at_fault = next((id for id in EDSS if id in own), None)
    if at_fault is None or any(expected_value(id, own[id]) for id in own if id in EDSS):
        return
    if expected := expected_edss(stated):
        where = (*part.where, "parameters", at_fault)
        fix = "check the two values"
        faults.add("C013", where, found=shown(own[at_fault]), expected=expected, fix=fix)


def _check_weights(part: Draft, faults: Faults) -> None:
    weights = part.rest.get("hypothesis")
    if isinstance(weights, dict) and sum(weights.values()) == 0:
        fix = "give at least one weight above 0"
        where = (*part.where, "hypothesis")
        faults.add("C022", where, found="no weight above 0", expected="one above 0", fix=fix)
