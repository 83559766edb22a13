"""The blocks of a scenario file on JC virus: at what risk patients are, surveillance, care.

Days under care count from the diagnosis, which no file knows: they are numbers, never dates.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from diapedesis.exchange.case_block import MULTIPLES, Block
from diapedesis.exchange.case_values import Bounded, nearest, refusal
from diapedesis.exchange.scenario_treatments import InfusionBlock, OnceBlock, TreatmentBlock
from diapedesis.population.virus_asked import VirusAsked
from diapedesis.population.virus_care import Care, Steroids
from diapedesis.simulate import Boost, Course, Immunoglobulin
from diapedesis.simulate.given import HOUR, ProtocolError
from diapedesis.simulate.treatments import CourseDrug, ImmuneDrug, Treatment, check_treatments

DAY = Bounded(0, 720, "d", hint="days from the diagnosis, a number")
CARE_DRUGS = (*get_args(CourseDrug), *get_args(ImmuneDrug), "immunoglobulin")
BY_STEROIDS = "say when steroids begin by steroids, pulse_days and taper_days"
GRAM = 1000.0
"""[mg]"""


class _Given(TreatmentBlock):
    known: ClassVar = CARE_DRUGS
    elsewhere: ClassVar = dict.fromkeys(("methylprednisolone", "prednisolone"), BY_STEROIDS)


class CareCourseBlock(_Given):
    """A drug taken without a break at its usual dose, from the diagnosis on."""

    drug: CourseDrug = Field(description="what is taken")
    start: Annotated[float, DAY] = Field(description="first day, from the diagnosis")
    end: Annotated[float | None, DAY] = Field(
        None, description="day on which it stops; goes on when left out"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end <= self.start:
            found = f"start {self.start:g}, end {self.end:g}"
            raise refusal("C018", found=found, expected="end after start", fix="check the two days")
        return self


class CareDoseBlock(_Given, OnceBlock):
    """A dose of what strengthens the response to JC virus."""

    drug: ImmuneDrug = Field(description="what is given")
    time: Annotated[float | None, DAY] = Field(
        None, description="when, days from the diagnosis; or give first, every and number"
    )
    first: Annotated[float | None, DAY] = Field(None, description="the first of a series")
    doses: Annotated[float, Bounded(0, 10, "doses", above=True)] = Field(
        1.0, description="amount each time, in usual doses"
    )


class CareInfusionBlock(_Given, InfusionBlock):
    """Immunoglobulin into the vein, from the diagnosis on."""

    drug: Literal["immunoglobulin"] = Field(description="what is given")
    time: Annotated[float | None, DAY] = Field(
        None, description="when, days from the diagnosis; or give first, every and number"
    )
    first: Annotated[float | None, DAY] = Field(None, description="the first of a series")


def kind_of_care(value: Any) -> str:
    """Tell treatments apart by their drug, or the drug that it may have meant."""
    drug = str(value.get("drug")) if isinstance(value, dict) else ""
    for word in (drug, nearest(drug, CARE_DRUGS).removeprefix("write ")):
        if word in get_args(ImmuneDrug):
            return "#dose"
        if word == "immunoglobulin":
            return "#infusion"
    return "#course"


CareItem = Annotated[
    Annotated[CareCourseBlock, Tag("#course")]
    | Annotated[CareDoseBlock, Tag("#dose")]
    | Annotated[CareInfusionBlock, Tag("#infusion")],
    Discriminator(kind_of_care),
]


class ExchangeBlock(Block):
    """Sessions of plasma exchange or immunoadsorption after the diagnosis."""

    kind: Literal["plex", "ia"] = Field("plex", description="plasma exchange or immunoadsorption")
    number: Annotated[int, Bounded(0, 20, "sessions", whole=True)] = Field(
        5, description="how many; 0 for none"
    )
    first: Annotated[float, Bounded(0, 180, "d")] = Field(
        4.0, description="day of the first, from the diagnosis"
    )
    every: Annotated[float, Bounded(1, 30, "d")] = Field(2.0, description="interval, days")
    plasma_volumes: Annotated[float, MULTIPLES] = Field(
        1.5, description="of each, in multiples of the patient's plasma volume"
    )


class CareBlock(Block):
    """What is done once PML is found; natalizumab is stopped in any case."""

    exchange: ExchangeBlock = Field(ExchangeBlock(), description="sessions after the diagnosis")
    steroids: Steroids = Field(
        "symptoms",
        description="when methylprednisolone begins: never; after the last session, or at once;"
        " once the lesion enhances; once worse by IRIS",
    )
    pulse_days: Annotated[int, Bounded(1, 10, "d", whole=True)] = Field(
        5, description="days of 1 g of methylprednisolone"
    )
    taper_days: Annotated[float, Bounded(0, 365, "d")] = Field(
        30.0, description="days of prednisolone after it, from 60 mg falling by halves; 0 for none"
    )
    treatments: list[CareItem] = Field(
        [], max_length=50, description="other treatments after the diagnosis, in any order"
    )

    @model_validator(mode="after")
    def _one_course_at_a_time(self) -> Self:
        taken = [t for row in self.treatments for t in _treatments(row)]
        try:
            check_treatments(sorted(taken, key=lambda t: t.time))
        except ProtocolError as error:
            found = str(error).removeprefix("treatments: ").split(". Fix")[0]
            fix = "end the first, or join the two"
            expected = "one course after the other"
            raise refusal("C022", found=found, expected=expected, fix=fix) from error
        return self


Scans = Annotated[float | None, Bounded(28, 3650, "d")]


class VirusBlock(Block):
    """JC virus: at what risk patients are, how they are scanned, and what is done about PML."""

    jcv_index: Annotated[float | None, Bounded(0, 5, "index")] = Field(
        None, description="antibody index of every patient, all the time; drawn when left out"
    )
    jcv_positive: StrictBool | None = Field(
        None, description="instead: draw it from those who read positive (or negative) at first"
    )
    prior_immunosuppressant: StrictBool = Field(
        False, description="before natalizumab; not interferon or glatiramer"
    )
    scans: Scans = Field(None, description="days between routine scans; none when left out")
    care: CareBlock = Field(CareBlock(), description="what is done once PML is found")

    @model_validator(mode="after")
    def _one_index(self) -> Self:
        if self.jcv_index is not None and self.jcv_positive is not None:
            found = "jcv_index and jcv_positive"
            raise refusal("C022", found=found, expected="one of them", fix="keep one of them")
        return self


class ArmVirusBlock(Block):
    """Surveillance and care of one arm."""

    scans: Scans = Field(None, description="days between routine scans, instead of the shared")
    care: CareBlock | None = Field(None, description="the whole of it, instead of the shared")


def asked_of(block: VirusBlock) -> VirusAsked:
    """Return what a block asks."""
    return VirusAsked(
        block.jcv_index,
        block.jcv_positive,
        block.prior_immunosuppressant,
        math.inf if block.scans is None else block.scans,
        care_of(block.care),
    )


def with_arm(shared: VirusAsked | None, arm: ArmVirusBlock | None) -> VirusAsked | None:
    """Return what all arms share, with what one arm puts in its place."""
    if shared is None or arm is None:
        return shared
    return replace(
        shared,
        scans=shared.scans if arm.scans is None else arm.scans,
        care=shared.care if arm.care is None else care_of(arm.care),
    )


def care_of(block: CareBlock) -> Care:
    """Return the policy of a block."""
    return Care(
        sessions=block.exchange.number,
        first=block.exchange.first,
        apart=block.exchange.every,
        plasma_volumes=block.exchange.plasma_volumes,
        adsorption=block.exchange.kind == "ia",
        steroids=block.steroids,
        pulse_days=block.pulse_days,
        taper_days=block.taper_days,
        others=tuple(t for row in block.treatments for t in _treatments(row)),
    )


def _treatments(row: Any) -> list[Treatment]:
    match row:
        case CareCourseBlock():
            return [Course(row.drug, row.start, math.inf if row.end is None else row.end)]
        case CareDoseBlock():
            return [Boost(row.drug, day, row.doses) for day in row.times]
        case CareInfusionBlock():
            hours = row.duration or 6.0
            return [Immunoglobulin(day, row.amount / GRAM, hours * HOUR) for day in row.times]
    raise TypeError(f"treatment: found {type(row).__name__}")
