"""The blocks of a published case: where published, who, what was given, what was observed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from diapedesis.cases.days import Range
from diapedesis.cases.kinds import FactKind, MomentKind, TreatmentKind
from diapedesis.exchange.case_block import Block, Line, Text
from diapedesis.exchange.case_values import Bounded
from diapedesis.exchange.published_values import Ranged

DAYS = Ranged(Bounded(-5000, 5000, "d"))
"""Days relative to the last infusion, or to another event."""
VALUE = Ranged(Bounded(0, 1e10))
"""Any value; its kind of fact says the range."""

Days = Annotated[Range | None, DAYS]
Estimated = Annotated[StrictBool, Field(description="true: worked out here, not as published")]


class CitationBlock(Block):
    """Where it was published, and how much of that could be read."""

    authors: Line = Field(description="as printed")
    year: Annotated[int | None, Bounded(1900, 2100, whole=True)] = Field(
        None, description="of publication"
    )
    title: Line | None = Field(None, description="of the publication")
    journal: Line = Field(description="journal, volume and pages, as far as known")
    doi: Line | None = Field(None, description="digital object identifier")
    pmid: Annotated[int | None, Bounded(1, 99_999_999, whole=True)] = Field(
        None, description="PubMed number"
    )
    paper: Line | None = Field(None, description="id in the evidence library")
    how_sure: Text = Field(description="what was read, and what is second-hand or inferred")


class SubjectBlock(Block):
    """Who; leave out what is unknown."""

    age: Annotated[float | None, Bounded(0, 110, "years")] = Field(None, description="age")
    sex: Literal["female", "male"] | None = Field(None, description="sex")
    weight: Annotated[float | None, Bounded(8, 300, "kg")] = Field(None, description="body weight")
    jcv_positive: StrictBool | None = Field(None, description="JC virus antibody in serum")
    jcv_index: Annotated[float | None, Bounded(0, 5, "index")] = Field(
        None, description="the last index before the stop"
    )
    prior_immunosuppressant: StrictBool | None = Field(
        None, description="before natalizumab; not interferon or glatiramer"
    )
    note: Text | None = Field(None, description="in plain words")


class ExposureBlock(Block):
    """Natalizumab up to the last infusion, day 0."""

    infusions: Annotated[Range | None, Ranged(Bounded(1, 400, "infusions", whole=True))] = Field(
        None, description="how many"
    )
    months: Annotated[Range | None, Ranged(Bounded(0, 400, "months"))] = Field(
        None, description="from the first to the last"
    )
    interval: Annotated[Range | None, Ranged(Bounded(7, 180, "d"))] = Field(
        None, description="days from one to the next"
    )
    estimated: list[Literal["infusions", "months", "interval"]] = Field(
        [], max_length=3, description="which of these were worked out here"
    )
    note: Text | None = Field(None, description="in plain words")


class MomentBlock(Block):
    """What parts `given` from `observed_later`."""

    event: MomentKind = Field(description="what happened then")
    day: Days = Field(None, description="relative to the last infusion")
    estimated: Estimated = False
    note: Text | None = Field(None, description="in plain words")


class SinceBlock(Block):
    """So many days after an event of the same case."""

    event: Line = Field(
        description="moment, a kind of fact or a treatment of this case; fingolimod_end: its end"
    )
    days: Annotated[Range, DAYS] = Field(description="days after it; negative before")


class TreatmentBlock(Block):
    """One treatment, as far as its use was published."""

    what: TreatmentKind = Field(description="what was given")
    given: Literal["yes", "no", "unknown"] = Field(
        "yes",
        description='quote "yes" and "no"; no: stated as not given; unknown: left open',
    )
    day: Days = Field(None, description="of its start, relative to the last infusion")
    since: SinceBlock | None = Field(
        None, description="its start after an event; alone where it answered that event"
    )
    end: Days = Field(None, description="day on which it stopped")
    number: Annotated[Range | None, Ranged(Bounded(1, 100, "times", whole=True))] = Field(
        None, description="sessions, infusions or pulses"
    )
    amount: Annotated[Range | None, Ranged(Bounded(0, 10_000))] = Field(
        None, description="of each, or a day"
    )
    unit: Literal["mg", "g", "g/kg", "mg/day", "mg/week", "plasma volumes"] | None = Field(
        None, description="of the amount"
    )
    estimated: Estimated = False
    note: Text | None = Field(None, description="in plain words")


class FactBlock(Block):
    """One thing observed; units and words of each kind stand in the table of kinds."""

    kind: FactKind = Field(description="what it is about")
    day: Days = Field(
        None, description="when, relative to the last infusion; a range is an interval"
    )
    since: SinceBlock | None = Field(None, description="when, after another event")
    value: Annotated[Range | None, VALUE] = Field(None, description="the number")
    unit: Line | None = Field(None, description="of the value")
    words: list[Line] = Field([], max_length=4, description="words of the kind")
    patients: Annotated[int | None, Bounded(0, 1000, "patients", whole=True)] = Field(
        None, description="of a series: in how many"
    )
    estimated: Estimated = False
    note: Text | None = Field(None, description="in plain words")


class PublishedFile(Block):
    """One published case: what was known at a moment, and what came later."""

    row_wise: ClassVar = ("treatments", "given", "observed_later")

    version: Literal["diapedesis/published-case/1"] = Field(
        alias="schema", description="kind and version of the file"
    )
    id: Line = Field(description="small letters, digits and hyphens")
    title: Line = Field(description="what happened, in a few words")
    claim: Text = Field(description="what it is said to show")
    group: Literal["A", "B", "comparator"] = Field(
        description="A: of the founding documents; B: a further case; comparator: another drug"
    )
    usable_timeline: Literal["high", "medium", "low"] = Field(
        description="how far its dates can be used"
    )
    patients: Annotated[int, Bounded(1, 1000, "patients", whole=True)] = Field(
        1, description="more than 1 for a series"
    )
    tags: list[Line] = Field([], max_length=20, description="words to find it by")
    citation: CitationBlock = Field(description="where it was published")
    subject: SubjectBlock = Field(SubjectBlock(), description="who")
    exposure: ExposureBlock = Field(ExposureBlock(), description="natalizumab up to day 0")
    moment: MomentBlock = Field(description="what parts given from observed_later")
    treatments: list[TreatmentBlock] = Field(
        [], max_length=40, description="before and after the moment, in any order"
    )
    given: list[FactBlock] = Field(
        [], max_length=100, description="known at the moment; never an outcome"
    )
    observed_later: list[FactBlock] = Field(
        min_length=1, max_length=100, description="observed after the moment"
    )
