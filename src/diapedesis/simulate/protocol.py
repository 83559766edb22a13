"""What is given to a subject and when: doses, sessions, treatments, weights, antibodies, resets.

Times are days, volumes litres, amounts milligrams, weights kilograms. Day 0 is whatever the caller
chose; only differences matter. A :class:`Protocol` refuses what cannot have happened (two sessions
at once, a negative dose); it knows no biology and no calendar.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from diapedesis.simulate.given import HOUR, ProtocolError, finite, lasting, positive
from diapedesis.simulate.treatments import Treatment, check_treatments

Column = Literal["protein_a", "anti_igg", "tryptophan"]
Replacement = Literal["albumin", "plasma"]


@dataclass(frozen=True)
class Infusion:
    """Intravenous infusion: start [day], amount [mg], duration [day, default 1 h]."""

    time: float
    amount: float
    duration: float = HOUR

    def __post_init__(self) -> None:
        finite("time", self.time)
        positive("amount", self.amount, zero=True)
        lasting(self.duration)

    @property
    def end(self) -> float:
        """End of the infusion [day]."""
        return self.time + self.duration


@dataclass(frozen=True)
class Injection:
    """Subcutaneous injection: time [day], amount [mg]."""

    time: float
    amount: float

    def __post_init__(self) -> None:
        finite("time", self.time)
        positive("amount", self.amount, zero=True)


Dose = Infusion | Injection


@dataclass(frozen=True)
class _Session:
    time: float
    volume: float | None = None
    plasma_volumes: float | None = None
    duration: float = 2.5 * HOUR

    def __post_init__(self) -> None:
        finite("time", self.time)
        positive("duration", self.duration)
        if (self.volume is None) == (self.plasma_volumes is None):
            raise ProtocolError(
                "volume", "give either volume (litres) or plasma_volumes (multiples), exactly one"
            )
        for field in ("volume", "plasma_volumes"):
            value = getattr(self, field)
            if value is not None:
                positive(field, value)

    @property
    def end(self) -> float:
        """End of the session [day]."""
        return self.time + self.duration


@dataclass(frozen=True)
class Plex(_Session):
    """Plasma exchange.

    Parameters
    ----------
    time : float
        Start [day].
    volume, plasma_volumes : float, optional
        Plasma exchanged, in litres or in multiples of the subject's plasma volume; exactly one.
    duration : float
        [day], default 2.5 h.
    sieving : float
        Share of the plasma concentration found in the removed fluid, 0 to 1.
    replacement : {"albumin", "plasma"}
        Replacement fluid; donor plasma brings IgG and fibrinogen back, albumin does not.
    """

    sieving: float = 1.0
    replacement: Replacement = "albumin"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.sieving <= 1:
            raise ProtocolError("sieving", f"found {self.sieving!r}, expected 0 < sieving <= 1")
        if self.replacement not in ("albumin", "plasma"):
            raise ProtocolError(
                "replacement", f"found {self.replacement!r}, expected 'albumin' or 'plasma'"
            )


@dataclass(frozen=True)
class Immunoadsorption(_Session):
    """Immunoadsorption: plasma passed over a column and returned.

    Parameters
    ----------
    time, volume, plasma_volumes, duration
        As for :class:`Plex`; the volume is the plasma processed.
    column : {"protein_a", "anti_igg", "tryptophan"}
        Tryptophan columns are single-use and lose capacity with the plasma processed.
    """

    column: Column = "protein_a"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.column not in ("protein_a", "anti_igg", "tryptophan"):
            raise ProtocolError(
                "column",
                f"found {self.column!r}, expected 'protein_a', 'anti_igg' or 'tryptophan'",
            )


Session = Plex | Immunoadsorption


@dataclass(frozen=True)
class Antibodies:
    """An episode of anti-drug antibodies: onset [day], end [day], plateau titre.

    Titre is relative to the median of persistently positive patients (1 = that median).
    """

    onset: float
    titre: float = 1.0
    end: float = math.inf

    def __post_init__(self) -> None:
        finite("onset", self.onset)
        positive("titre", self.titre, zero=True)
        if not self.end > self.onset:
            raise ProtocolError("end", f"found {self.end!r}, expected a day after {self.onset!r}")


@dataclass(frozen=True)
class Protocol:
    """Everything given to one subject, in order of time.

    Parameters
    ----------
    doses : sequence of Infusion or Injection
    sessions : sequence of Plex or Immunoadsorption
        Must not overlap each other. A dose may overlap a session.
    weights : sequence of (day, kg)
        Carried forward; the first value also holds before its day.
    antibodies : sequence of Antibodies
    resets : sequence of float
        Days from which no drug is left of what was given before: its amounts are 0 and a running
        infusion is off. A dose at the time of a reset is given after it. All else goes on:
        sessions, antibodies, treatments, and what the drug did to its target.
    treatments : sequence of Steroid, OralSteroid, Immunoglobulin, Course or Depletion
        Two courses of one drug must not overlap.

    Examples
    --------
    >>> p = Protocol.every(28, n=6)
    >>> p.last_dose
    140.0
    >>> p.with_sessions([Plex(152, plasma_volumes=1.5)]).sessions[0].end
    152.10416666666666
    """

    doses: tuple[Dose, ...] = ()
    sessions: tuple[Session, ...] = ()
    weights: tuple[tuple[float, float], ...] = ((0.0, 75.0),)
    antibodies: tuple[Antibodies, ...] = ()
    resets: tuple[float, ...] = ()
    treatments: tuple[Treatment, ...] = ()

    def __post_init__(self) -> None:
        order = lambda events: tuple(sorted(events, key=lambda e: e.time))  # noqa: E731
        object.__setattr__(self, "doses", order(self.doses))
        object.__setattr__(self, "sessions", order(self.sessions))
        object.__setattr__(self, "treatments", order(self.treatments))
        object.__setattr__(self, "weights", tuple(sorted(self.weights)))
        object.__setattr__(self, "resets", tuple(sorted(self.resets)))
        if not self.weights:
            raise ProtocolError("weights", "found none, expected at least one (day, kg)")
        for day, kg in self.weights:
            finite("weights", day)
            positive("weights", kg)
        for day in self.resets:
            finite("resets", day)
        for a, b in pairwise(self.sessions):
            if b.time < a.end:
                raise ProtocolError(
                    "sessions",
                    f"the session at day {b.time:g} starts before the one at day {a.time:g} ends"
                    f" (day {a.end:g})",
                )
        check_treatments(self.treatments)

    @classmethod
    def every(
        cls,
        interval: float,
        n: int,
        *,
        amount: float = 300.0,
        start: float = 0.0,
        weight: float = 75.0,
        duration: float = HOUR,
    ) -> Protocol:
        """Build `n` infusions of `amount` mg, one each `interval` days."""
        doses = tuple(Infusion(start + i * interval, amount, duration) for i in range(n))
        return cls(doses=doses, weights=((start, weight),))

    def with_sessions(self, sessions: Iterable[Session]) -> Protocol:
        """Return a copy with further apheresis sessions."""
        return replace(self, sessions=(*self.sessions, *sessions))

    def with_doses(self, doses: Iterable[Dose]) -> Protocol:
        """Return a copy with further doses."""
        return replace(self, doses=(*self.doses, *doses))

    def with_treatments(self, treatments: Iterable[Treatment]) -> Protocol:
        """Return a copy with further treatments."""
        return replace(self, treatments=(*self.treatments, *treatments))

    @property
    def last_dose(self) -> float:
        """Day of the last dose; ``nan`` without one."""
        return float(self.doses[-1].time) if self.doses else math.nan

    @property
    def end(self) -> float:
        """Day on which the last dose, session or treatment ends, or of a later reset.

        Of a course without an end, its start counts; ``-inf`` when nothing was given.
        """
        ends = [getattr(e, "end", e.time) for e in (*self.doses, *self.sessions)]
        ends += [t.end if math.isfinite(t.end) else t.time for t in self.treatments]
        return float(max([*ends, *self.resets], default=-math.inf))

    @property
    def start(self) -> float:
        """Day of the first dose, session, treatment or antibody; 0 when there is none."""
        first = [e.time for e in (*self.doses[:1], *self.sessions[:1], *self.treatments[:1])]
        first += [a.onset for a in self.antibodies]
        return float(min(first, default=0.0))
