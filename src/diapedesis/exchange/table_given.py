"""Doses and sessions of one subject as the model takes them."""

from __future__ import annotations

from itertools import pairwise

from diapedesis.exchange.table_covariates import convert, probable_unit
from diapedesis.exchange.table_doses import doses, history_size
from diapedesis.exchange.table_events import Event, SubjectEvents
from diapedesis.exchange.table_faults import TableFaults
from diapedesis.exchange.table_options import COMPARTMENTS, Compartment, TableOptions
from diapedesis.exchange.table_values import Span
from diapedesis.simulate.protocol import (
    HOUR,
    Dose,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Session,
)
from diapedesis.simulate.schedule import SNAP

HISTORY = 1095.0
"""Days of earlier doses that stand for a steady state; what this leaves out is measured in
``tests/exchange/test_table_steady.py``."""
MOST_DOSES = 1000
AMOUNT = Span(0, 1200, "mg", above=True)
HOURS = Span(0.1, 24, "h", fix="RATE and DUR are in the time unit of the table; check it")


def given_doses(
    one: SubjectEvents, options: TableOptions, faults: TableFaults, whole: bool
) -> list[Dose] | None:
    """Return the doses, those by ADDL and SS included; ``None`` where some cannot be told."""
    rows = [e for e in one.events if e.doses]
    total = sum(e.addl + 1 + history_size(e, HISTORY) for e in rows)
    if total > MOST_DOSES:
        row = max(rows, key=lambda e: (bool(e.ss), e.addl)).row
        found = f"{total} doses" + " with those before steady state" * any(e.ss for e in rows)
        faults.add("T050", row, "II", found=found, expected=f"at most {MOST_DOSES} of a subject")
        return None
    forms = {id(e): _form(e, options, faults) for e in rows}
    if any(form is None for form in forms.values()):
        return None
    found_doses: list[tuple[Dose, Event]] = []
    for day, e in doses(one, HISTORY):
        form = forms[id(e)]
        assert form is not None
        found_doses.append((_dose(day, *form), e))
    if whole:
        _infusions_apart(found_doses, faults)
    return [d for d, _ in found_doses]


def _form(
    e: Event, options: TableOptions, faults: TableFaults
) -> tuple[Compartment, float, float] | None:
    """Return compartment, amount [mg] and duration [day] of a row's doses."""
    where = {**COMPARTMENTS, **options.compartments}
    site: Compartment | None = "central" if e.cmt is None else where.get(e.cmt)
    amount = convert(e.amount or 0.0, "dose", options.dose)
    sound = True
    if site is None:
        _unknown_compartment(e, options, faults)
        sound = False
    if not AMOUNT.holds(amount):
        fix = probable_unit("dose", e.amount or 0.0, AMOUNT)
        found = f"{e.amount:.6g} {options.dose}"
        faults.add("T045", e.row, "AMT", found=found, expected=str(AMOUNT), fix=fix)
        sound = False
    if site == "depot" and e.duration is not None:
        found = f"an infusion of {e.duration:.4g} days into the depot"
        faults.add("T049", e.row, "CMT", found=found, expected="no RATE, no DUR")
        sound = False
    duration = HOUR if e.duration is None else e.duration
    if site == "central" and not HOURS.holds(duration / HOUR):
        found = f"an infusion of {duration / HOUR:.4g} h"
        faults.add("T018", e.row, "DUR", found=found, expected=str(HOURS), fix=HOURS.fix)
        sound = False
    return (site, amount, duration) if sound and site is not None else None


def _unknown_compartment(e: Event, options: TableOptions, faults: TableFaults) -> None:
    known = ", ".join(map(str, {**COMPARTMENTS, **options.compartments}))
    faults.add("T042", e.row, "CMT", found=f"{e.cmt}", expected=f"one of {known}")


def _dose(day: float, site: Compartment, amount: float, duration: float) -> Dose:
    return Injection(day, amount) if site == "depot" else Infusion(day, amount, duration)


def _infusions_apart(given: list[tuple[Dose, Event]], faults: TableFaults) -> None:
    """Two infusions do not begin at one time; two injections may."""
    infusions = sorted(
        ((d.time, e) for d, e in given if isinstance(d, Infusion)), key=lambda p: p[0]
    )
    for (t, a), (u, b) in pairwise(infusions):
        if u - t <= SNAP and a is not b:
            found = f"infusions of rows {a.row} and {b.row} on day {t:g}"
            faults.add("T031", b.row, "TIME", found=found, expected="one infusion at that time")


def given_sessions(one: SubjectEvents) -> tuple[Session, ...]:
    """Return the sessions."""
    found: list[Session] = []
    for e in one.events:
        s = e.session
        if s is None:
            continue
        size = {"volume": s.litres, "plasma_volumes": s.plasma_volumes}
        duration = s.hours * HOUR
        if s.kind == "plex":
            kept = {"sieving": s.sieving, "replacement": s.replacement}
            found.append(Plex(e.time, duration=duration, **size, **kept))  # type: ignore[arg-type]
        else:
            found.append(Immunoadsorption(e.time, duration=duration, column=s.kind, **size))
    return tuple(found)
