"""The top of a case file, and the question it asks."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from diapedesis.exchange.case_block import (
    HOURS,
    LITRES,
    MULTIPLES,
    SHARE,
    Block,
    Column,
    Line,
    Replacement,
    Text,
    Time,
    one_or_many,
    refuse_foreign,
)
from diapedesis.exchange.case_measured import AssayItem, LevelRow, SaturationRow
from diapedesis.exchange.case_schema import (
    AntiDrug,
    DoseItem,
    Patient,
    Session,
    Units,
)
from diapedesis.exchange.case_values import Bounded, Moment, refusal

TARGET = Bounded(0, 100, "mg/L", "level", above=True)
PROBABILITY = Bounded(0.5, 0.999)

Litres = Annotated[float, LITRES]
Multiples = Annotated[float, MULTIPLES]
VolumeOptions = Annotated[
    Annotated[Litres, Tag("#one")]
    | Annotated[list[Litres], Field(min_length=1, max_length=10), Tag("#many")],
    Discriminator(one_or_many),
]
MultipleOptions = Annotated[
    Annotated[Multiples, Tag("#one")]
    | Annotated[list[Multiples], Field(min_length=1, max_length=10), Tag("#many")],
    Discriminator(one_or_many),
]


class SessionOptions(Block):
    """What a planned session may be."""

    kind: Literal["plex", "ia"] = Field("plex", description="plasma exchange or immunoadsorption")
    plasma_volumes: MultipleOptions | None = Field(
        None, description="one size or a list to choose from; 1.5 when left out"
    )
    volume: VolumeOptions | None = Field(None, description="instead: one size or a list")
    duration: Annotated[float, HOURS] = Field(2.5, description="hours")
    sieving: Annotated[float | None, SHARE] = Field(None, description="plex only; 1 when left out")
    replacement: Replacement | None = Field(None, description="plex only; albumin when left out")
    column: Column | None = Field(None, description="ia only; protein_a when left out")

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Self:
        if self.plasma_volumes is not None or self.volume is not None:
            self.exactly_one("plasma_volumes", "volume")
        refuse_foreign(
            self.kind, {"sieving": self.sieving, "replacement": self.replacement}, "plex"
        )
        refuse_foreign(self.kind, {"column": self.column}, "ia")
        return self


class Spacing(Block):
    """Days from one planned session to the next."""

    min: Annotated[float, Bounded(1, 7, "d")] = Field(1.0, description="shortest spacing tried")
    max: Annotated[float, Bounded(1, 7, "d")] = Field(7.0, description="longest spacing tried")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            fix = "exchange min and max"
            found = f"min {self.min:g} above max {self.max:g}"
            raise refusal("C022", found=found, expected="min <= max", fix=fix)
        return self


class IntervalQuestion(Block):
    """When to give the next dose."""

    target_trough: Annotated[float, TARGET] = Field(description="level to keep before each dose")
    probability: Annotated[float, PROBABILITY] = Field(0.9, description="of keeping it")


class ForecastQuestion(Block):
    """How far to look ahead."""

    until: Time = Field(description="last day of the forecast")


class QuestionBlock(Block):
    """What is asked."""

    threshold: Annotated[float | None, TARGET] = Field(
        None, description="level to get below; 1 mg/L when left out, a convention"
    )
    saturation: Annotated[float | None, Bounded(0.05, 0.99)] = Field(
        None, description="instead: alpha4-integrin saturation to get below, a fraction"
    )
    by: Annotated[float | None, Moment()] = Field(
        None, description="when the level is to be below for good"
    )
    probability: Annotated[float, PROBABILITY] = Field(0.9, description="wanted, of that")
    earliest: Annotated[float | None, Moment()] = Field(
        None, description="first day a session can take place; now when left out"
    )
    max_sessions: Annotated[int, Bounded(0, 10, "sessions", whole=True)] = Field(
        10, description="most sessions to plan"
    )
    spacing: Spacing = Field(Spacing(), description="days from session to session")
    minimum_gap: Annotated[float, Bounded(0.25, 60, "d")] = Field(
        1.0, description="least days between any two sessions, past ones included"
    )
    session: SessionOptions = Field(SessionOptions(), description="what a session may be")
    top_up: StrictBool = Field(True, description="whether a late session after refill may be tried")
    result_after_days: Annotated[float, Bounded(0, 60, "d")] = Field(
        7.0, description="days from a sample to its result"
    )
    samples: list[Time] = Field(
        [], max_length=200, description="planned sample times, earliest first"
    )
    interval: IntervalQuestion | None = Field(None, description="for plan interval")
    forecast: ForecastQuestion | None = Field(None, description="for forecast")

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if self.threshold is not None or self.saturation is not None:
            self.exactly_one("threshold", "saturation")
        return self


class CaseFile(Block):
    """One patient: what was given, what was measured, what is asked."""

    row_wise: ClassVar = ("doses", "sessions", "levels", "saturations")

    title: Line | None = Field(None, description="one line for the report")
    note: Text | None = Field(None, description="free text for the report")
    simulated: StrictBool = Field(
        False, description="true when any number was made up or simulated"
    )
    provenance: Text | None = Field(
        None, description="what is published and what is not; needed when simulated"
    )
    claims: list[Line] = Field([], max_length=50, description="ids of the claims behind the case")
    drug: Literal["natalizumab"] = Field(description="the drug")
    units: Units = Field(description="the unit of every kind of number")
    now: Annotated[float | None, Moment()] = Field(
        None, description="the day of planning; the last event when left out"
    )
    patient: Patient = Field(description="who")
    doses: list[DoseItem] = Field(
        min_length=1, max_length=500, description="doses and series of doses, earliest first"
    )
    sessions: list[Session] = Field([], max_length=200, description="past sessions, earliest first")
    antibodies: AntiDrug = Field(AntiDrug(status="unknown"), description="antibodies to the drug")
    assays: dict[Line, AssayItem] = Field({}, max_length=20, description="laboratories by name")
    levels: list[LevelRow] = Field([], max_length=200, description="serum levels, earliest first")
    saturations: list[SaturationRow] = Field(
        [], max_length=200, description="alpha4-integrin saturations, earliest first"
    )
    occasions: list[Time] = Field(
        [],
        max_length=12,
        description="when a further occasion begins and clearance may be another, earliest first",
    )
    question: QuestionBlock = Field(QuestionBlock(), description="what is asked")
