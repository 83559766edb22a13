"""Published cases: who, what was given, what was known at a moment, and what came later.

Days count from the last infusion of natalizumab, which is day 0. ``None`` is unknown, everywhere.
A number is a :class:`Range`, of one point when it was published as one number. Nothing here says
what the model makes of a fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from diapedesis.cases.days import Range, Since
from diapedesis.cases.kinds import OUTCOMES, FactKind, MomentKind, TreatmentKind
from diapedesis.cases.sense import oddities


@dataclass(frozen=True)
class Fact:
    """One thing observed.

    Attributes
    ----------
    kind : str
        Key of :data:`~diapedesis.cases.kinds.KINDS`, which lists its units and words.
    day : Range or None
        [day] relative to the last infusion. An interval: it happened, or was seen, within it.
    since : Since or None
        The same relative to another event; it may stand beside `day` or alone.
    value : Range or None
        In `unit`.
    unit : str
        Empty without a value.
    words : tuple of str
        Words of the kind: ``("lesion", "enhancing")``.
    patients : int or None
        Of a series: in how many of its patients. ``None`` for a single patient.
    estimated : bool
        True when day or value was worked out or guessed here, from what was published.
    note : str
        In plain words.
    """

    kind: FactKind
    day: Range | None = None
    since: Since | None = None
    value: Range | None = None
    unit: str = ""
    words: tuple[str, ...] = ()
    patients: int | None = None
    estimated: bool = False
    note: str = ""

    @property
    def dated(self) -> bool:
        """Whether it is known when, on the clock of the last infusion or after another event."""
        return self.day is not None or self.since is not None


@dataclass(frozen=True)
class GivenTreatment:
    """A treatment, as far as its use was published.

    Attributes
    ----------
    what : str
    given : {"yes", "no", "unknown"}
        "no" where it is stated that it was not given; "unknown" where that is left open.
    day : Range or None
        [day] of its start, relative to the last infusion.
    since : Since or None
        Its start relative to an event. A treatment that answered an event (steroids for IRIS)
        has this alone, so that its day gives nothing away of the event's.
    end : Range or None
        [day] on which it stopped; ``None`` when unknown or never.
    number : Range or None
        Sessions, infusions or pulses.
    amount : Range or None
        Of each, or a day; in `unit`.
    unit : str
    estimated : bool
    note : str
    """

    what: TreatmentKind
    given: Literal["yes", "no", "unknown"] = "yes"
    day: Range | None = None
    since: Since | None = None
    end: Range | None = None
    number: Range | None = None
    amount: Range | None = None
    unit: str = ""
    estimated: bool = False
    note: str = ""

    @property
    def dated(self) -> bool:
        """Whether it is known when."""
        return self.day is not None or self.since is not None


@dataclass(frozen=True)
class Citation:
    """Where it was published, and how much of that could be read.

    `authors` are as printed; `paper` is the id in the evidence library, ``None`` when it has none.
    """

    authors: str
    year: int | None
    title: str
    journal: str
    how_sure: str
    doi: str | None = None
    pmid: int | None = None
    paper: str | None = None


@dataclass(frozen=True)
class CaseSubject:
    """Who: age [year], weight [kg], JC virus antibody and index; of a series, what all share."""

    age: float | None = None
    sex: Literal["female", "male"] | None = None
    weight: float | None = None
    jcv_positive: bool | None = None
    jcv_index: float | None = None
    prior_immunosuppressant: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Exposure:
    """Natalizumab up to day 0: number of infusions, months on it, days between infusions.

    `estimated` names the fields that were worked out here from others.
    """

    infusions: Range | None = None
    months: Range | None = None
    interval: Range | None = None
    estimated: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Moment:
    """What parts `given` from `observed_later`: an event and its day relative to day 0."""

    event: MomentKind
    day: Range | None = None
    estimated: bool = False
    note: str = ""


@dataclass(frozen=True)
class PublishedCase:
    """One published patient, or a series of them.

    Attributes
    ----------
    id, title : str
        The title says in a few words what happened.
    citation : Citation
    claim : str
        What it is said to show.
    group : {"A", "B", "comparator"}
        A: from the documents behind this project; B: further cases; comparator: another drug.
    usable_timeline : {"high", "medium", "low"}
        How far its dates can be used, as judged when the case was read.
    patients : int
        1, or the size of the series.
    given, observed_later : tuple of Fact
        Known at the moment; after it. No outcome is given.
    treatments : tuple of GivenTreatment
        Before and after the moment.
    """

    id: str
    title: str
    citation: Citation
    claim: str
    group: Literal["A", "B", "comparator"]
    usable_timeline: Literal["high", "medium", "low"]
    moment: Moment
    subject: CaseSubject = CaseSubject()
    exposure: Exposure = Exposure()
    patients: int = 1
    tags: tuple[str, ...] = ()
    treatments: tuple[GivenTreatment, ...] = ()
    given: tuple[Fact, ...] = ()
    observed_later: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        for i, fact in enumerate(self.given):
            if reason := why_not_given(fact, self.moment):
                raise ValueError(f"given[{i}]: {reason}")
        for i, fact in enumerate(self.observed_later):
            if reason := why_not_later(fact, self.moment):
                raise ValueError(f"observed_later[{i}]: {reason}")
        given, later = dict(enumerate(self.given)), dict(enumerate(self.observed_later))
        treatments = dict(enumerate(self.treatments))
        for odd in oddities(self.moment, self.exposure, given, later, treatments):
            raise ValueError(str(odd))

    @property
    def conditioning(self) -> Literal["dated", "near-unconditional"]:
        """Whether what the simulation starts from has dates.

        "dated" when the day of the moment is known and a given fact, or a treatment begun by
        then, is dated; else what comes out hardly depends on this patient.
        """
        moment = self.moment.day
        if moment is None:
            return "near-unconditional"
        begun = any(t.day is not None and t.day.low <= moment.high for t in self.treatments)
        return "dated" if begun or any(f.dated for f in self.given) else "near-unconditional"

    def events(self) -> Iterator[str]:
        """Yield the names to which a `since` of this case may refer."""
        yield "moment"
        yield from (f.kind for f in (*self.given, *self.observed_later))
        for treatment in self.treatments:
            yield from (treatment.what, f"{treatment.what}_end")


def why_not_given(fact: Fact, moment: Moment) -> str:
    """Say why a fact cannot stand in `given`; empty when it can."""
    if fact.kind in OUTCOMES:
        return f"{fact.kind} is an outcome, which is never given"
    if fact.day is not None and moment.day is not None and fact.day.high > moment.day.high:
        return f"day {fact.day} lies after the moment, day {moment.day}"
    after = fact.since
    if after is not None and after.event in ("moment", moment.event) and after.days.high > 0:
        return f"{after.days} days after the moment"
    return ""


def why_not_later(fact: Fact, moment: Moment) -> str:
    """Say why a fact cannot stand in `observed_later`; empty when it can."""
    if fact.day is not None and moment.day is not None and fact.day.high < moment.day.low:
        return f"day {fact.day} lies before the moment, day {moment.day}"
    before = fact.since
    if before is not None and before.event in ("moment", moment.event) and before.days.high < 0:
        return f"{-before.days.high:g} days before the moment, or more"
    return ""
