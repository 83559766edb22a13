"""From subjects to the events of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from diapedesis.exchange.table_covariates import antibodies
from diapedesis.exchange.table_events import (
    Event,
    EventTable,
    SessionSize,
    SubjectEvents,
    Value,
    in_order,
)
from diapedesis.observe.assay import Level
from diapedesis.observe.subject import Subject
from diapedesis.simulate.protocol import Dose, Infusion, Plex, Session

NAMES = ("WT", "HT", "AGE", "SEX", "HCT", "ADA", "PREG")


def table_of(subjects: Sequence[Subject]) -> EventTable:
    """Return the event table of natalizumab subjects.

    Errors and factors of the assays are not part of a table, only their limits of quantification.

    Raises
    ------
    ValueError
        For what a table cannot say: a dose of 0 mg, a treatment beside natalizumab, overlapping
        antibody episodes, an antibody test that its episodes contradict.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> table = table_of([Subject(Protocol.every(28, n=2, weight=64), id="7")])
    >>> [(e.time, e.amount, e.covariates[0]) for e in table.subjects[0].events]
    [(0.0, 300.0, 64.0), (28.0, 300.0, None)]
    """
    read = [_Rows(s) for s in subjects]
    used = [n for n in NAMES if any(n in given for r in read for given in r.given.values())]
    return EventTable(tuple(SubjectEvents(r.subject.id, r.events(used)) for r in read), tuple(used))


@dataclass
class _Rows:
    """The rows of one subject, and what is given on which day besides."""

    subject: Subject
    given: dict[float, dict[str, Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        s = self.subject
        if s.protocol.treatments:
            raise ValueError(
                f"treatments of {s.id!r}: found {s.protocol.treatments[0]}; a table holds"
                " natalizumab and its apheresis alone. Fix: leave treatments out"
            )
        for day, kg in s.protocol.weights:
            self._give(day, "WT", float(kg))
        for day, titre in _titres(s):
            self._give(day, "ADA", titre)
        first = min([*self.given, *(e.time for e in self._plain())])
        height = None if s.height is None else tidy(s.height * 100, s.height, 0.01)
        known = {"HT": height, "AGE": s.age, "SEX": s.sex, "HCT": s.haematocrit}
        for name, value in {**known, "PREG": 1.0 if s.pregnant else None}.items():
            if value is not None:
                self._give(first, name, value)
        if s.antibody_test != "unknown" and "ADA" not in self.given.get(first, {}):
            self._give(first, "ADA", 0.0)

    def events(self, names: Sequence[str]) -> tuple[Event, ...]:
        """Return the rows, with further ones on days on which nothing else happens."""
        rows = list(self._plain())
        there = {e.time for e in rows}
        days = [*self.given, *self.subject.occasions]
        rows += [Event(day, 2) for day in sorted(set(days) - there)]
        rows = [replace(e, covariates=(None,) * len(names)) for e in in_order(rows)]
        seen: set[float] = set()
        for i, e in enumerate(rows):
            if e.time not in seen and e.time in self.given:
                values = self.given[e.time]
                rows[i] = replace(e, covariates=tuple(values.get(n) for n in names))
            seen.add(e.time)
        return _in_sequence(self._with_occasions(rows))

    def _plain(self) -> list[Event]:
        p = self.subject.protocol
        return [
            *(_dose(d) for d in p.doses),
            *(Event(s.time, 2, session=_size(s)) for s in p.sessions),
            *(Event(day, 3) for day in p.resets),
            *(_observation(level) for level in self.subject.levels),
        ]

    def _give(self, day: float, name: str, value: Value) -> None:
        self.given.setdefault(day, {})[name] = value

    def _with_occasions(self, rows: list[Event]) -> list[Event]:
        starts = self.subject.occasions
        if not starts:
            return rows
        return [replace(e, occ=1 + sum(day <= e.time for day in starts)) for e in rows]


def _titres(subject: Subject) -> list[tuple[float, float]]:
    """Return (day, titre), each until the next."""
    episodes = sorted(subject.protocol.antibodies, key=lambda a: a.onset)
    steps: dict[float, float] = {}
    for a, b in pairwise(episodes):
        if b.onset < a.end:
            raise ValueError(
                f"antibodies of {subject.id!r}: the episode of day {b.onset:g} begins before that"
                f" of day {a.onset:g} ends; a table has one titre at a time"
            )
    for a in episodes:
        steps[a.onset] = a.titre
        if math.isfinite(a.end):
            steps[a.end] = 0.0
    found = sorted(steps.items())
    untested = "unknown" if subject.antibody_test == "unknown" else "none"
    says = antibodies(found)[1] if found else untested
    if subject.antibody_test != says:
        raise ValueError(
            f"antibody_test of {subject.id!r}: found {subject.antibody_test!r}, but its episodes"
            f" say {says!r}"
        )
    return found


def _dose(dose: Dose) -> Event:
    if dose.amount == 0:
        raise ValueError(f"dose on day {dose.time:g}: found 0 mg, expected an amount above 0")
    infused = isinstance(dose, Infusion)
    return Event(
        dose.time,
        1,
        amount=dose.amount,
        duration=dose.duration if isinstance(dose, Infusion) else None,
        cmt=2 if infused else 1,
    )


def _size(s: Session) -> SessionSize:
    hours = tidy(s.duration * 24, s.duration, 1 / 24)
    if isinstance(s, Plex):
        return SessionSize("plex", s.plasma_volumes, s.volume, hours, s.sieving, s.replacement)
    return SessionSize(s.column, s.plasma_volumes, s.volume, hours)


def _observation(level: Level) -> Event:
    return Event(
        level.time,
        0,
        dv=None if level.below else level.value,
        below=level.below,
        dvid=2 if level.assay.measures == "saturation" else 1,
        lloq=level.assay.lloq,
    )


def _in_sequence(rows: list[Event]) -> tuple[Event, ...]:
    """Number the rows of a time at which one kind was observed twice."""
    found: list[Event] = []
    for _, group in groupby(rows, key=lambda e: e.time):
        same = list(group)
        kinds = [e.dvid for e in same if e.observed]
        if len(set(kinds)) < len(kinds):
            same = [replace(e, seq=float(n)) for n, e in enumerate(same, 1)]
        found += same
    return tuple(found)


def tidy(value: float, exact: float, unit: float) -> float:
    """Return a value of a product without its noise, when that still gives `exact` back.

    Examples
    --------
    >>> tidy(1.7 * 100, 1.7, 0.01), tidy(2.5 / 24 * 24, 2.5 / 24, 1 / 24)
    (170.0, 2.5)
    """
    short = float(f"{value:.12g}")
    return short if math.isclose(short * unit, exact, rel_tol=1e-15, abs_tol=0.0) else value
