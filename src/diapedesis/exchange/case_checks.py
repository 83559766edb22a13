"""What a patient's history must satisfy as a whole: order, overlap, possible levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from diapedesis.evidence import UnknownClaim, resolve
from diapedesis.exchange.case_schema import AssayBlock, Dose, DoseSeries, LevelRow
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.case_time import Clock
from diapedesis.exchange.case_values import nearest
from diapedesis.exchange.faults import Faults, Where, shown
from diapedesis.observe.assay import Assay
from diapedesis.simulate.protocol import HOUR

SMALLEST_VOLUME = 0.028
"""No drug spreads in less than this [L/kg]: plasma volume less two SD (claim own plasma-volume)."""
LONGEST_HALF_LIFE = 46.2
"""Longest half-life [day] on the label (claim pkpd 1.16)."""
MOST_DOSES = 1000


def check_history(draft: Draft, faults: Faults) -> None:
    """Note what cannot have happened, among what could be read."""
    check_order(draft, faults)
    check_overlap(draft, faults)
    check_levels(draft, faults)
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
    """Lists run forward in time; only levels may share a time."""
    doses = [
        (("doses", i), t[0], t[-1])
        for i, d in draft.lists.get("doses", [])
        for t in [dose_times(d)]
    ]
    forward(doses, draft.clock, faults, ties=False)
    for name in ("sessions", "levels"):
        rows = draft.lists.get(name, [])
        spans = [instant((name, i, "time"), row.time) for i, row in rows]
        forward(spans, draft.clock, faults, ties=name == "levels")
    patient = draft.rest.get("patient")
    if patient is not None and isinstance(patient.weight, list):
        weights = enumerate(patient.weight)
        spans = [instant(("patient", "weight", i, "time"), w.time) for i, w in weights]
        forward(spans, draft.clock, faults, ties=False)
    if sum(len(dose_times(d)) for _, d in draft.lists.get("doses", [])) > MOST_DOSES:
        found = f"more than {MOST_DOSES} doses"
        fix = "check number"
        faults.add("C003", ("doses",), found=found, expected=f"at most {MOST_DOSES}", fix=fix)


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
                ("sessions", i, "time"),
                found=f"{draft.clock.label(b.time)}, while the session before runs",
                expected=f"a start after {draft.clock.label(end)}",
                fix="check the times and the duration (hours)",
            )


def check_levels(draft: Draft, faults: Faults) -> None:
    """Levels name their assay, are quantifiable, and can be reached with the doses given."""
    doses = [(t, d.amount) for _, d in draft.lists.get("doses", []) for t in dose_times(d)]
    known_doses = "doses" in draft.whole and bool(doses)
    for i, row in draft.lists.get("levels", []):
        where: Where = ("levels", i)
        assay = _assay_of(row, where, draft, faults)
        if row.value is None:
            continue
        if known_doses and row.time <= doses[0][0]:
            faults.add(
                "C019",
                (*where, "time"),
                found=f"a level on {draft.clock.label(row.time)}",
                expected=f"a time after the first dose, {draft.clock.label(doses[0][0])}",
                fix="check the date (a sample at the time of a dose counts as drawn before it;"
                " give the time of day); below: true is allowed there",
            )
        elif known_doses and assay is not None:
            _check_reachable(row, (*where, "value"), doses, assay, draft, faults)
        if assay is not None:
            _check_quantifiable(row, (*where, "value"), assay, faults)


def _assay_of(row: LevelRow, where: Where, draft: Draft, faults: Faults) -> AssayBlock | None:
    assays = draft.rest.get("assays")
    if assays is None:
        return None
    if row.assay is None and len(assays) <= 1:
        return next(iter(assays.values()), AssayBlock())
    if row.assay in assays:
        return assays[row.assay]
    known = ", ".join(assays) or "none defined"
    if row.assay is None:
        fix = "add assay"
        faults.add("C009", (*where, "assay"), found="nothing", expected=f"one of {known}", fix=fix)
    else:
        fix = nearest(row.assay, assays) or "define it under assays"
        found = shown(row.assay)
        faults.add("C023", (*where, "assay"), found=found, expected=f"one of {known}", fix=fix)
    return None


def highest_level(
    day: float, doses: Iterable[tuple[float, float]], weight: float, assay_factor: float
) -> float:
    """Return a bound that no level can exceed [mg/L].

    Every dose (day, mg) so far in a small plasma volume, eliminated with the longest half-life.

    Examples
    --------
    >>> highest_level(0.1, [(0.0, 300.0)], 75.0, 1.0) < 200
    True
    """
    left = sum(mg * 0.5 ** ((day - t) / LONGEST_HALF_LIFE) for t, mg in doses if t < day)
    return assay_factor * left / (SMALLEST_VOLUME * weight)


def _check_reachable(
    row: LevelRow,
    where: Where,
    doses: list[tuple[float, float]],
    assay: AssayBlock,
    draft: Draft,
    faults: Faults,
) -> None:
    patient = draft.rest.get("patient")
    if patient is None or row.value is None:
        return
    weights = patient.weight if isinstance(patient.weight, list) else None
    lightest = min(w.value for w in weights) if weights else patient.weight
    bound = highest_level(row.time, doses, lightest, max(1.0, assay.factor))
    if row.value > bound:
        faults.add(
            "C021",
            where,
            found=f"{row.value:.4g} mg/L",
            expected=f"at most {bound:.3g} mg/L, which is more than these doses can give",
            fix="check units.level, units.dose, units.weight and the dates of the doses",
        )


def _check_quantifiable(row: LevelRow, where: Where, assay: AssayBlock, faults: Faults) -> None:
    lloq = Assay.lloq if assay.lloq is None else assay.lloq
    if row.value is not None and row.value < lloq:
        faults.add(
            "C025",
            where,
            found=f"{row.value:.4g} mg/L",
            expected=f"at least the limit of quantification, {lloq:g} mg/L",
            fix="write below: true, or give the assay's lloq under assays; check units.level",
        )


def check_antibodies(draft: Draft, faults: Faults) -> None:
    """An episode ends after it began."""
    block = draft.rest.get("antibodies")
    if block is not None and block.end is not None and block.end <= block.onset:
        faults.add(
            "C018",
            ("antibodies", "end"),
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
