"""What an event table holds once it is read: subjects, and their events in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

SessionKind = Literal["plex", "protein_a", "anti_igg", "tryptophan"]
Code = int | str
Value = float | str | None


@dataclass(frozen=True)
class SessionSize:
    """A plasma exchange or an immunoadsorption on one row.

    Attributes
    ----------
    kind : {"plex", "protein_a", "anti_igg", "tryptophan"}
    plasma_volumes, litres : float or None
        Its size; exactly one.
    hours : float
    sieving : float
        Of a plasma exchange.
    replacement : {"albumin", "plasma"}
        Of a plasma exchange.
    """

    kind: SessionKind
    plasma_volumes: float | None = None
    litres: float | None = None
    hours: float = 2.5
    sieving: float = 1.0
    replacement: Literal["albumin", "plasma"] = "albumin"


@dataclass(frozen=True)
class Event:
    """One row of an event table, in days; amounts and observations as the table has them.

    Attributes
    ----------
    time : float
        [day]
    evid : int
        0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose.
    amount : float or None
        Of a dose.
    duration : float or None
        Of an infusion [day]; ``None`` when neither RATE nor DUR is given.
    cmt, dvid : int or str or None
        Compartment and kind of observation as written, words in lower case.
    addl : int
        Further doses, each `ii` later.
    ii : float or None
        [day]
    ss : int
        0, 1 or 2.
    dv : float or None
        What was observed; ``None`` below the limit, and where nothing was observed.
    below : bool
        True when the observation is only known to lie below `lloq`.
    lloq : float or None
    occ : int or str or None
        Occasion, where the row gives it.
    seq : float or None
        Order within one time.
    session : SessionSize or None
    covariates : tuple of float or str or None
        As the row gives them, in the order of ``EventTable.covariates``; else ``None``.
    row : int or None
        Line of the file; not compared.
    """

    time: float
    evid: int = 0
    amount: float | None = None
    duration: float | None = None
    cmt: Code | None = None
    addl: int = 0
    ii: float | None = None
    ss: int = 0
    dv: float | None = None
    below: bool = False
    dvid: Code | None = None
    lloq: float | None = None
    occ: Code | None = None
    seq: float | None = None
    session: SessionSize | None = None
    covariates: tuple[Value, ...] = ()
    row: int | None = field(default=None, compare=False)

    @property
    def observed(self) -> bool:
        """True when the row holds an observation."""
        return self.below or self.dv is not None

    @property
    def doses(self) -> bool:
        """True when the row gives a dose."""
        return self.evid in (1, 4)

    @property
    def resets(self) -> bool:
        """True when the row resets the system."""
        return self.evid in (3, 4)

    @property
    def rank(self) -> int:
        """Order within one time where SEQ does not say otherwise."""
        if self.observed:
            return 0
        return {0: 1, 3: 2, 2: 3, 4: 4, 1: 5}[self.evid]


@dataclass(frozen=True)
class SubjectEvents:
    """The events of one subject, in order of time; see ``Event.rank`` for ties.

    Attributes
    ----------
    id : str
    events : tuple of Event
    origin : date or None
        The date of day 0 when the table has dates; not compared.
    """

    id: str
    events: tuple[Event, ...]
    origin: date | None = field(default=None, compare=False)

    def values(self, column: int) -> list[tuple[float, float | str]]:
        """Return a covariate where it is given, as (day, value), repeats left out.

        A value holds until the next one is given; the first also holds before its day.
        """
        found: list[tuple[float, float | str]] = []
        for e in self.events:
            value = e.covariates[column]
            if value is not None and (not found or found[-1][1] != value):
                found.append((e.time, value))
        return found


@dataclass(frozen=True)
class EventTable:
    """A whole event table.

    Attributes
    ----------
    subjects : tuple of SubjectEvents
        In the order of the file.
    covariates : tuple of str
        Names of the covariate columns: those of the format, or in capitals.
    comments : tuple of str
        Text of the rows that begin with ``#``; not compared.
    source : str
        The file; not compared.
    """

    subjects: tuple[SubjectEvents, ...]
    covariates: tuple[str, ...] = ()
    comments: tuple[str, ...] = field(default=(), compare=False)
    source: str = field(default="table", compare=False)

    def carried(self, name: str) -> list[list[Value]]:
        """Return a covariate at every event of every subject, carried forward.

        The last value given holds until the next; the first also holds before. ``None`` only where
        a subject has no value at all.

        Raises
        ------
        ValueError
            For a covariate that the table does not have.
        """
        if name not in self.covariates:
            known = ", ".join(self.covariates) or "none"
            raise ValueError(f"covariate: found {name!r}, expected one of {known}")
        column = self.covariates.index(name)
        return [_carried([e.covariates[column] for e in s.events]) for s in self.subjects]


def _carried(given: Sequence[Value]) -> list[Value]:
    now = next((v for v in given if v is not None), None)
    filled: list[Value] = []
    for value in given:
        now = now if value is None else value
        filled.append(now)
    return filled


def in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    """Sort by time; within one time by SEQ, else observation, reset, session, dose."""
    return tuple(sorted(events, key=lambda e: (e.time, e.rank if e.seq is None else e.seq)))
