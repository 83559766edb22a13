"""What the rows of one subject must satisfy together: order, overlap, repeats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from diapedesis.exchange.case_time import FARTHEST
from diapedesis.exchange.faults import clip, shown
from diapedesis.exchange.table_doses import train
from diapedesis.exchange.table_events import Event, SubjectEvents, Value
from diapedesis.exchange.table_faults import TableFaults
from diapedesis.simulate.protocol import HOUR
from diapedesis.simulate.schedule import SNAP

MOST_DOSES = 10_000
"""Most doses of one subject, further ones by ADDL included."""


def check_subject(subject: SubjectEvents, faults: TableFaults) -> None:
    """Note what cannot have happened to one subject."""
    events = subject.events
    _ties(events, faults)
    _twice(events, faults)
    _sessions(events, faults)
    _steady(events, faults)
    _doses(events, faults)
    _occasions(events, faults)


def _ties(events: Sequence[Event], faults: TableFaults) -> None:
    """SEQ orders all rows of one time or none, and a reset never follows a dose."""
    for time, group in groupby(events, key=lambda e: e.time):
        rows = list(group)
        without = [e for e in rows if e.seq is None]
        if without and len(without) < len(rows):
            found = f"SEQ on some of the rows of day {time:g} only"
            faults.add("T034", without[0].row, "SEQ", found=found, expected="SEQ on all of them")
        for a, b in pairwise(rows):
            if a.doses and b.resets and a.seq is not None and b.seq is not None:
                found = "a reset after a dose at the same time"
                faults.add("T034", b.row, "SEQ", found=found, expected="the reset first")


def _twice(events: Sequence[Event], faults: TableFaults) -> None:
    seen: dict[object, int | None] = {}
    for e in events:
        if not e.observed:
            continue
        key = (e.time, e.dvid, e.cmt, e.seq)
        if key in seen:
            found = f"an observation on day {e.time:g} as on row {seen[key]}"
            faults.add("T024", e.row, "DV", found=found, expected="one observation of a kind")
        seen.setdefault(key, e.row)


def _sessions(events: Sequence[Event], faults: TableFaults) -> None:
    given = [(e, e.session) for e in events if e.session is not None]
    for (a, session), (b, _) in pairwise(given):
        end = a.time + session.hours * HOUR
        if b.time < end:
            found = f"a session on day {b.time:g}, while that of row {a.row} runs"
            faults.add("T039", b.row, "TIME", found=found, expected=f"a start after day {end:.4f}")


def _steady(events: Sequence[Event], faults: TableFaults) -> None:
    """A dose at steady state begins a subject: nothing but other such doses lies before it."""
    for i, e in enumerate(events):
        if not e.ss:
            continue
        if e.ss == 2 and not any(b.ss for b in events[:i]):
            found, fix = "SS 2 without a dose with SS 1 before", "write SS 1"
            faults.add("T033", e.row, "SS", found=found, expected="SS 1 first", fix=fix)
        for b in events[:i]:
            plain = (b.doses and not b.ss) or b.session is not None or b.resets
            again = b.ss and (e.ss == 1 or e.resets)
            if plain or again or (b.observed and b.time < e.time):
                found = f"SS {e.ss} after row {b.row}, which it would change"
                expected = "SS on the first dose of a subject"
                faults.add("T033", e.row, "SS", found=found, expected=expected)
                break


def _doses(events: Sequence[Event], faults: TableFaults) -> None:
    """Further doses by ADDL are not too many, and do not meet another dose."""
    given = [e for e in events if e.doses]
    total = sum(e.addl + 1 for e in given)
    if total > MOST_DOSES:
        found = f"{total} doses"
        row = max(given, key=lambda e: e.addl).row
        faults.add("T050", row, "ADDL", found=found, expected=f"at most {MOST_DOSES} of a subject")
        return
    if not any(e.addl for e in given):
        return
    placed = sorted(
        ((t, k, e) for e in given for k, t in enumerate(train(e, events))), key=lambda p: p[:2]
    )
    for e in given:
        if e.time + e.addl * (e.ii or 0.0) > FARTHEST:
            found = f"a last dose on day {e.time + e.addl * (e.ii or 0.0):.4g}"
            faults.add("T018", e.row, "ADDL", found=found, expected="within 100 years of day 0")
    for (t, i, a), (u, j, b) in pairwise(placed):
        if u - t <= SNAP and a is not b and (i or j) and a.cmt == b.cmt:
            by, met = (a, b) if i else (b, a)
            found = f"ADDL of row {by.row} gives a dose on day {t:g}, and row {met.row} too"
            faults.add("T031", met.row, "TIME", found=found, expected="one dose at that time")


def _occasions(events: Sequence[Event], faults: TableFaults) -> None:
    given = [e for e in events if e.occ is not None]
    left: set[object] = set()
    for a, b in pairwise(given):
        if b.occ != a.occ:
            left.add(a.occ)
        if b.occ in left:
            found = f"occasion {shown(b.occ)} again, after {shown(a.occ)}"
            faults.add("T041", b.row, "OCC", found=found, expected="an occasion of its own")


def check_covariates(
    subjects: Sequence[SubjectEvents], names: Sequence[str], faults: TableFaults
) -> None:
    """A covariate is numbers throughout, or words throughout."""
    for j, name in enumerate(names):
        given = [(e.row, e.covariates[j]) for s in subjects for e in s.events]
        numbers = [(r, v) for r, v in given if isinstance(v, float)]
        words = [(r, v) for r, v in given if isinstance(v, str)]
        if not (numbers and words):
            continue
        few: list[tuple[int | None, Value]] = [*words] if len(words) <= len(numbers) else [*numbers]
        row, value = few[0]
        kind = "number" if len(words) <= len(numbers) else "word"
        found = clip(str(value)) if isinstance(value, str) else shown(value)
        faults.add("T040", row, name, found=found, expected=f"a {kind}, as on most rows")
