"""Treatments beside natalizumab: steroids, immunoglobulin, courses of a drug, depletion.

Each has a start (`time`), an `end`, the model's `input` that it raises, and the `rate` by which it
does so. What a treatment does is the model's matter; a model without that input refuses it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from diapedesis.simulate.given import HOUR, ProtocolError, finite, lasting, positive

MsDrug = Literal["fingolimod", "siponimod", "interferon_beta", "glatiramer", "dimethyl_fumarate"]
VirusDrug = Literal["filgrastim", "maraviroc", "mefloquine", "mirtazapine"]
CourseDrug = Literal[MsDrug, VirusDrug]
ImmuneDrug = Literal["checkpoint", "il7", "virus_cells"]
DepletionDrug = Literal["anti_cd20", "anti_cd52", "anti_cd4", "anti_cd8", "cladribine"]


@dataclass(frozen=True)
class Steroid:
    """Intravenous methylprednisolone: start [day], amount [g], duration [day, default 1 h].

    Examples
    --------
    >>> [Steroid(day, grams=1.0).end for day in (0, 1, 2)]
    [0.041666666666666664, 1.0416666666666667, 2.0416666666666665]
    """

    time: float
    grams: float
    duration: float = HOUR

    def __post_init__(self) -> None:
        finite("time", self.time)
        positive("grams", self.grams)
        lasting(self.duration)

    @property
    def end(self) -> float:
        """End of the infusion [day]."""
        return self.time + self.duration

    @property
    def input(self) -> str:
        """Input it raises."""
        return "steroid_rate"

    @property
    def rate(self) -> float:
        """By how much [g/day]."""
        return self.grams / self.duration


@dataclass(frozen=True)
class OralSteroid:
    """Prednisolone by mouth: first day, end [day], daily amount [mg]; a taper is one per step."""

    start: float
    end: float
    mg_per_day: float

    def __post_init__(self) -> None:
        finite("start", self.start)
        finite("end", self.end)
        _after(self.start, self.end)
        positive("mg_per_day", self.mg_per_day)

    @property
    def time(self) -> float:
        """Day of the first tablet."""
        return self.start

    @property
    def input(self) -> str:
        """Input it raises."""
        return "prednisolone_rate"

    @property
    def rate(self) -> float:
        """By how much [g/day]."""
        return self.mg_per_day / 1000


@dataclass(frozen=True)
class Immunoglobulin:
    """Intravenous immunoglobulin: start [day], amount [g], duration [day, default 6 h]."""

    time: float
    grams: float
    duration: float = 6 * HOUR

    def __post_init__(self) -> None:
        finite("time", self.time)
        positive("grams", self.grams)
        lasting(self.duration)

    @property
    def end(self) -> float:
        """End of the infusion [day]."""
        return self.time + self.duration

    @property
    def input(self) -> str:
        """Input it raises."""
        return "ivig_rate"

    @property
    def rate(self) -> float:
        """By how much [g/day]."""
        return self.grams / self.duration


@dataclass(frozen=True)
class Course:
    """A drug taken from one day to another, at its usual dose.

    Parameters
    ----------
    drug : str
        One of ``CourseDrug``.
    start, end : float
        Days; without an end it goes on for ever.
    """

    drug: CourseDrug
    start: float
    end: float = math.inf

    def __post_init__(self) -> None:
        _among(self.drug, get_args(CourseDrug))
        finite("start", self.start)
        _after(self.start, self.end)

    @property
    def time(self) -> float:
        """First day."""
        return self.start

    @property
    def input(self) -> str:
        """Input it raises."""
        return self.drug

    @property
    def rate(self) -> float:
        """By how much: 1, the usual dose."""
        return 1.0


@dataclass(frozen=True)
class Depletion:
    """A drug that depletes blood cells.

    Parameters
    ----------
    drug : {"anti_cd20", "anti_cd52", "anti_cd4", "anti_cd8", "cladribine"}
    time : float
        Day of its start.
    amount : float
        In usual courses.
    duration : float
        Days; by default 4 h.
    """

    drug: DepletionDrug
    time: float
    amount: float = 1.0
    duration: float = 4 * HOUR

    def __post_init__(self) -> None:
        _among(self.drug, get_args(DepletionDrug))
        finite("time", self.time)
        positive("amount", self.amount)
        lasting(self.duration)

    @property
    def end(self) -> float:
        """End of the infusion [day]."""
        return self.time + self.duration

    @property
    def input(self) -> str:
        """Input it raises."""
        return f"{self.drug}_rate"

    @property
    def rate(self) -> float:
        """By how much [courses/day]."""
        return self.amount / self.duration


@dataclass(frozen=True)
class Boost:
    """A dose of what strengthens the response to JC virus.

    Parameters
    ----------
    drug : {"checkpoint", "il7", "virus_cells"}
        A checkpoint inhibitor, interleukin 7, or virus-specific T cells.
    time : float
        Day of its start.
    amount : float
        In usual doses.
    duration : float
        Days; by default 1 h.
    """

    drug: ImmuneDrug
    time: float
    amount: float = 1.0
    duration: float = HOUR

    def __post_init__(self) -> None:
        _among(self.drug, get_args(ImmuneDrug))
        finite("time", self.time)
        positive("amount", self.amount)
        lasting(self.duration)

    @property
    def end(self) -> float:
        """End of the infusion [day]."""
        return self.time + self.duration

    @property
    def input(self) -> str:
        """Input it raises."""
        return f"{self.drug}_rate"

    @property
    def rate(self) -> float:
        """By how much [doses/day]."""
        return self.amount / self.duration


Treatment = Steroid | OralSteroid | Immunoglobulin | Course | Depletion | Boost


def check_treatments(treatments: Iterable[Treatment]) -> None:
    """Raise ProtocolError where one drug is taken twice at a time; `treatments` are in order."""
    taken: dict[str, list[Course | OralSteroid]] = {}
    for t in treatments:
        if isinstance(t, Course | OralSteroid):
            taken.setdefault(t.input, []).append(t)
    for courses in taken.values():
        for a, b in pairwise(courses):
            if b.start < a.end:
                drug = a.drug if isinstance(a, Course) else "prednisolone"
                raise ProtocolError(
                    "treatments",
                    f"the course of {drug} from day {b.start:g} starts before the one from day"
                    f" {a.start:g} ends (day {a.end:g}). Fix: end the first, or join them",
                )


def _after(start: float, end: float) -> None:
    if not end > start:
        raise ProtocolError("end", f"found {end!r}, expected a day after {start!r}")


def _among(drug: str, known: tuple[str, ...]) -> None:
    if drug not in known:
        raise ProtocolError("drug", f"found {drug!r}, expected one of {', '.join(known)}")
