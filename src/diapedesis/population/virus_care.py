"""What is done when PML is found: the drug stopped, exchange, steroids and when, other drugs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from diapedesis.simulate import (
    Course,
    Immunoadsorption,
    OralSteroid,
    Plex,
    Protocol,
    Steroid,
)
from diapedesis.simulate.treatments import Treatment

Steroids = Literal["none", "preemptive", "enhancement", "symptoms"]
IRIS_ONSET = 0.25
"""Assumption: inflammation, of a usual IRIS, at which the patient is worse by it."""
ENHANCES = 0.10
"""Assumption: inflammation, of a usual IRIS, at which the lesion is seen to enhance."""
RECOGNISED = 3.0
"""Assumption: days from there to the first dose of steroid."""


@dataclass(frozen=True)
class Care:
    """A policy, its days counted from the diagnosis.

    Parameters
    ----------
    sessions : int
        Of plasma exchange or immunoadsorption; 0 for none.
    first, apart : float
        Day of the first session, and days between them.
    plasma_volumes : float
        Of each session.
    adsorption : bool
        Immunoadsorption (protein A) in place of plasma exchange.
    steroids : {"none", "preemptive", "enhancement", "symptoms"}
        When methylprednisolone is given: not at all; after the last session (or on day 0 without
        one); once the lesion enhances; once the patient is worse by IRIS.
    pulse_days : int
        Days of 1 g.
    taper_days : float
        Days of oral prednisolone after it, falling from 60 mg by halves; 0 for none.
    others : tuple of treatments
        Days counted from the diagnosis.

    Examples
    --------
    >>> Care(sessions=5).plex_days
    (4.0, 6.0, 8.0, 10.0, 12.0)
    """

    sessions: int = 5
    first: float = 4.0
    apart: float = 2.0
    plasma_volumes: float = 1.5
    adsorption: bool = False
    steroids: Steroids = "symptoms"
    pulse_days: int = 5
    taper_days: float = 30.0
    others: tuple[Treatment, ...] = ()

    def __post_init__(self) -> None:
        if self.steroids not in ("none", "preemptive", "enhancement", "symptoms"):
            raise ValueError(
                f"steroids: found {self.steroids!r}, expected none, preemptive, enhancement or"
                " symptoms"
            )
        for name in ("sessions", "pulse_days"):
            found = getattr(self, name)
            if not (found >= 0 and found == int(found)):
                raise ValueError(f"{name}: found {found}, expected a whole number, 0 or more")
        least = {"apart": "above 0", "plasma_volumes": "above 0", "taper_days": "0 or more"}
        for name, expected in least.items():
            found = getattr(self, name)
            enough = found > 0 or (found == 0 and expected == "0 or more")
            if not (math.isfinite(found) and enough):
                raise ValueError(f"{name}: found {found}, expected a finite number, {expected}")
        if not math.isfinite(self.first):
            raise ValueError(f"first: found {self.first}, expected a finite day")

    @property
    def plex_days(self) -> tuple[float, ...]:
        """Days of the sessions, from the diagnosis."""
        return tuple(self.first + self.apart * i for i in range(self.sessions))

    def given(
        self, protocol: Protocol, diagnosis: float, steroids_on: float = math.nan
    ) -> Protocol:
        """Return what is given: the doses before the diagnosis, then this policy.

        Parameters
        ----------
        protocol : Protocol
            What would be given, were PML not found.
        diagnosis : float
        steroids_on : float
            Day, from the diagnosis, on which steroids begin that wait for IRIS; ``nan`` for never.
        """
        doses = tuple(d for d in protocol.doses if d.time < diagnosis)
        kind = Immunoadsorption if self.adsorption else Plex
        sessions = [kind(diagnosis + d, plasma_volumes=self.plasma_volumes) for d in self.plex_days]
        others = [_moved(t, diagnosis) for t in self.others]
        if self.steroids == "preemptive":
            others += self.course(diagnosis + (self.plex_days[-1] + 1 if self.sessions else 0.0))
        elif math.isfinite(steroids_on):
            others += self.course(diagnosis + steroids_on)
        plain = replace(protocol, doses=doses)
        return plain.with_sessions(sessions).with_treatments(others)

    def course(self, day: float) -> list[Treatment]:
        """Return the pulse and the taper that begin on a day."""
        found: list[Treatment] = [Steroid(day + i, grams=1.0) for i in range(self.pulse_days)]
        start, step = day + self.pulse_days, self.taper_days / 4
        if step:
            found += [
                OralSteroid(start + i * step, start + (i + 1) * step, mg_per_day=60.0 / 2**i)
                for i in range(4)
            ]
        return found

    @property
    def waits_for(self) -> float:
        """Inflammation at which steroids begin; ``inf`` when they do not wait for it."""
        return {"enhancement": ENHANCES, "symptoms": IRIS_ONSET}.get(self.steroids, math.inf)


def _moved(t: Treatment, by: float) -> Treatment:
    """Return a treatment some days later."""
    if isinstance(t, Course | OralSteroid):
        return replace(t, start=t.start + by, end=t.end + by)
    return replace(t, time=t.time + by)
