"""The blocks of a scenario file that say what else is given than natalizumab and apheresis."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from diapedesis.exchange.case_block import HOURS, Block, Time
from diapedesis.exchange.case_values import Bounded, Moment, nearest, refusal
from diapedesis.exchange.faults import shown
from diapedesis.simulate.treatments import DepletionDrug, ImmuneDrug, MsDrug, VirusDrug

Pulsed = Literal["methylprednisolone", "immunoglobulin"]
Oral = Literal["prednisolone"]
DRUGS = tuple(word for group in (Pulsed, Oral, MsDrug, DepletionDrug) for word in get_args(group))
AGAINST_VIRUS = (*get_args(VirusDrug), *get_args(ImmuneDrug))
UNDER_CARE = "give it under virus.care.treatments, on days from the diagnosis of PML"


class TreatmentBlock(Block):
    """Anything given or taken; told apart by its drug."""

    known: ClassVar[tuple[str, ...]] = DRUGS
    elsewhere: ClassVar[dict[str, str]] = dict.fromkeys(AGAINST_VIRUS, UNDER_CARE)

    drug: Any

    @field_validator("drug", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        """Name all the drugs: a block is also read for a word that is none of them."""
        if value in cls.known:
            return value
        expected = "one of " + ", ".join(cls.known)
        fix = ""
        if isinstance(value, str):
            fix = cls.elsewhere.get(value) or nearest(value, cls.known)
        raise refusal("C015", found=shown(value), expected=expected, fix=fix or f"write {expected}")


class OnceBlock(TreatmentBlock):
    """Given at a time, or several times at equal intervals."""

    time: Annotated[float | None, Moment()] = Field(
        None, description="when; or give first, every and number"
    )
    first: Annotated[float | None, Moment()] = Field(None, description="the first of a series")
    every: Annotated[float | None, Bounded(1, 366, "d")] = Field(
        None, description="interval of a series, days"
    )
    number: Annotated[int | None, Bounded(1, 500, "times", whole=True)] = Field(
        None, description="how many a series has"
    )

    @model_validator(mode="after")
    def _time_or_series(self) -> Self:
        series = [self.first is not None, self.every is not None, self.number is not None]
        if (self.time is None) != all(series) or (self.time is not None and any(series)):
            given = [
                k for k in ("time", "first", "every", "number") if getattr(self, k) is not None
            ]
            expected = "time, or first, every and number"
            found = ", ".join(given) or "none of them"
            raise refusal("C022", found=found, expected=expected, fix=f"give {expected}")
        return self

    @property
    def times(self) -> tuple[float, ...]:
        """Every day on which it is given."""
        if self.first is None:
            assert self.time is not None
            return (self.time,)
        assert self.every is not None and self.number is not None
        return tuple(self.first + i * self.every for i in range(self.number))


class InfusionBlock(OnceBlock):
    """A corticosteroid or immunoglobulin into the vein."""

    drug: Pulsed = Field(description="what is given")
    amount: Annotated[float, Bounded(0, 200_000, "mg", "dose", above=True)] = Field(
        description="amount each time"
    )
    duration: Annotated[float | None, HOURS] = Field(
        None, description="of the infusion, hours; 1 for methylprednisolone, else 6, when left out"
    )

    @model_validator(mode="after")
    def _dose_of_a_steroid(self) -> Self:
        if self.drug == "methylprednisolone" and self.amount > 5000:
            raise refusal(
                "C013",
                found=f"{self.amount:g} mg of methylprednisolone",
                expected="at most 5000 mg each time",
                fix="check amount and units.dose; a pulse is 500 to 2000 mg",
            )
        return self


class OralBlock(TreatmentBlock):
    """A corticosteroid by mouth, every day."""

    drug: Oral = Field(description="what is taken")
    start: Time = Field(description="first day")
    end: Time = Field(description="day on which it stops")
    daily: Annotated[float, Bounded(0, 500, "mg", "dose", above=True)] = Field(
        description="amount a day"
    )


class CourseBlock(TreatmentBlock):
    """A drug taken without a break at its usual dose."""

    drug: MsDrug = Field(description="what is taken")
    start: Time = Field(description="first day")
    end: Annotated[float | None, Moment()] = Field(
        None, description="day on which it stops; goes on when left out"
    )


class DepletionBlock(OnceBlock):
    """A drug that depletes cells, as a course at its usual dose."""

    drug: DepletionDrug = Field(description="what is given")
    courses: Annotated[float, Bounded(0, 10, "courses", above=True)] = Field(
        1.0, description="amount each time, in usual courses"
    )


KINDS = {"#infusion": Pulsed, "#oral": Oral, "#course": MsDrug, "#depletion": DepletionDrug}
OWN_KEYS = {"daily": "#oral", "start": "#course", "courses": "#depletion"}


def kind_of_treatment(value: Any) -> str:
    """Tell treatments apart by their drug, or the drug that it may have meant, or by their keys."""
    if not isinstance(value, dict):
        return "#infusion"
    drug = str(value.get("drug"))
    if drug in get_args(ImmuneDrug):
        return "#depletion"
    meant = nearest(drug, DRUGS).removeprefix("write ")
    for word in (drug, meant):
        for tag, words in KINDS.items():
            if word in get_args(words):
                return tag
    return next((tag for key, tag in OWN_KEYS.items() if key in value), "#infusion")


TreatmentItem = Annotated[
    Annotated[InfusionBlock, Tag("#infusion")]
    | Annotated[OralBlock, Tag("#oral")]
    | Annotated[CourseBlock, Tag("#course")]
    | Annotated[DepletionBlock, Tag("#depletion")],
    Discriminator(kind_of_treatment),
]
