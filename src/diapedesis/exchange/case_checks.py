"""What a patient's history must satisfy as a whole: order, overlap, origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from diapedesis.evidence import UnknownClaim, resolve
from diapedesis.exchange.case_schema import Dose, DoseSeries
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.case_time import Clock
from diapedesis.exchange.faults import Faults, Where, shown
from diapedesis.simulate.protocol import HOUR

MOST_DOSES = 1000


def check_history(draft: Draft, faults: Faults) -> None:
    """Note what cannot have happened, among what could be read."""
    check_order(draft, faults)
    check_overlap(draft, faults)
    check_occasions(draft, faults)
    check_antibodies(draft, faults)
    check_origin(draft, faults)


def dose_times(dose: Dose | DoseSeries) -> list[float]:
    """Return the days of one entry under doses."""
    if isinstance(dose, Dose):
        return [dose.time]
    steps = range(dose.number)
    if dose.first is not None:
        return [dose.first + i * dose.every for i in steps]
    assert dose.last is not None
    return [dose.last - (dose.number - 1 - i) * dose.every for i in steps]


def check_order(draft: Draft, faults: Faults) -> None:
    """Lists run forward in time; only levels and saturations may share a time."""
    doses = [
        ((*draft.where, "doses", i), t[0], t[-1])
        for i, d in draft.lists.get("doses", [])
        for t in [dose_times(d)]
    ]
    forward(doses, draft.clock, faults, ties=False)
    for name in ("sessions", "levels", "saturations"):
        rows = draft.lists.get(name, [])
        spans = [instant((*draft.where, name, i, "time"), row.time) for i, row in rows]
        forward(spans, draft.clock, faults, ties=name != "sessions")
    occasions = [
        instant(("occasions", i), t) for i, t in enumerate(draft.rest.get("occasions", []))
    ]
    forward(occasions, draft.clock, faults, ties=False)
    patient = draft.rest.get("patient")
    if patient is not None and isinstance(patient.weight, list):
        weights = enumerate(patient.weight)
        spans = [instant(("patient", "weight", i, "time"), w.time) for i, w in weights]
        forward(spans, draft.clock, faults, ties=False)
    if sum(len(dose_times(d)) for _, d in draft.lists.get("doses", [])) > MOST_DOSES:
        found = f"more than {MOST_DOSES} doses"
        fix = "check number"
        faults.add(
            "C003", (*draft.where, "doses"), found=found, expected=f"at most {MOST_DOSES}", fix=fix
        )


def instant(where: Where, day: float) -> tuple[Where, float, float]:
    """Return a span that begins and ends at one time."""
    return where, day, day


def forward(
    spans: Iterable[tuple[Where, float, float]], clock: Clock, faults: Faults, *, ties: bool
) -> None:
    """Note every span (place, begin, end) that begins before the end of the one listed before."""
    for (_, _, before), (where, start, _) in pairwise(spans):
        if start < before or (start == before and not ties):
            same = start == before
            faults.add(
                "C018",
                where,
                found=f"{clock.label(start)} {'twice' if same else 'after ' + clock.label(before)}",
                expected=f"a time {'not before' if ties else 'after'} {clock.label(before)}",
                fix="remove one of the two"
                if same
                else "list by time, earliest first; check for a mistyped date",
            )


def check_overlap(draft: Draft, faults: Faults) -> None:
    """A session starts when the one before it has ended."""
    for (_, a), (i, b) in pairwise(draft.lists.get("sessions", [])):
        end = a.time + a.duration * HOUR
        if a.time < b.time < end:
            faults.add(
                "C020",
                (*draft.where, "sessions", i, "time"),
                found=f"{draft.clock.label(b.time)}, while the session before runs",
                expected=f"a start after {draft.clock.label(end)}",
                fix="check the times and the duration (hours)",
            )


def check_occasions(draft: Draft, faults: Faults) -> None:
    """The first occasion begins with the first dose, so that those listed come later."""
    if "doses" not in draft.whole:
        return
    first = dose_times(draft.lists["doses"][0][1])[0]
    for i, day in enumerate(draft.rest.get("occasions", [])):
        if day <= first:
            faults.add(
                "C018",
                ("occasions", i),
                found=draft.clock.label(day),
                expected=f"a time after the first dose, {draft.clock.label(first)}",
                fix="list further occasions only; the first one begins with the first dose",
            )


def check_antibodies(draft: Draft, faults: Faults) -> None:
    """An episode ends after it began."""
    block = draft.rest.get("antibodies")
    if block is not None and block.end is not None and block.end <= block.onset:
        faults.add(
            "C018",
            (*draft.where, "antibodies", "end"),
            found=draft.clock.label(block.end),
            expected=f"a time after onset, {draft.clock.label(block.onset)}",
            fix="check the two times",
        )


def check_origin(draft: Draft, faults: Faults) -> None:
    """A simulated case says what is published; its claims exist."""
    if draft.rest.get("simulated") and "provenance" in draft.rest and not draft.rest["provenance"]:
        fix = "say what is published and what was made up or simulated"
        found, expected = "nothing", "provenance, because simulated is true"
        faults.add("C009", ("provenance",), found=found, expected=expected, fix=fix)
    for where, claim in _claims(draft):
        try:
            resolve(claim)
        except UnknownClaim as error:
            fix = f"write {error.near[0]}" if error.near else "take an id of the claims table"
            found = shown(claim)
            faults.add("C023", where, found=found, expected="the id of a claim", fix=fix)


def _claims(draft: Draft) -> Iterator[tuple[Where, str]]:
    for i, claim in enumerate(draft.rest.get("claims", [])):
        yield ("claims", i), claim
