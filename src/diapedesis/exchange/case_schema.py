"""The blocks of a case file that say who the patient is and what was given."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from diapedesis.exchange.case_block import (
    HOURS,
    LITRES,
    MULTIPLES,
    SHARE,
    Amount,
    Block,
    Column,
    Kilograms,
    Line,
    Replacement,
    Time,
    one_or_many,
    refuse_foreign,
)
from diapedesis.exchange.case_values import Bounded, Moment, UnitOf, refusal


class Units(Block):
    """The unit of every kind of number; a kind that no value uses may be left out."""

    time: Annotated[str, UnitOf("time")] = Field(description="times and intervals")
    level: Annotated[str | None, UnitOf("level")] = Field(
        None, description="serum levels, thresholds; lloq, additive_sd of serum assays"
    )
    weight: Annotated[str | None, UnitOf("weight")] = Field(None, description="body weight")
    height: Annotated[str | None, UnitOf("height")] = Field(None, description="height")
    dose: Annotated[str | None, UnitOf("dose")] = Field(None, description="doses")
    volume: Annotated[str | None, UnitOf("volume")] = Field(None, description="session volumes")


class WeightRow(Block):
    """One body weight."""

    time: Time = Field(description="when weighed")
    value: Kilograms = Field(description="body weight, carried forward")


Weight = Annotated[
    Annotated[Kilograms, Tag("#one")]
    | Annotated[list[WeightRow], Field(min_length=1, max_length=200), Tag("#many")],
    Discriminator(one_or_many),
]


class Patient(Block):
    """The patient, as a code."""

    id: Line = Field("patient", description="a code, never a name; quote a number")
    age: Annotated[float | None, Bounded(0, 110, "years")] = Field(None, description="age")
    sex: Literal["female", "male"] | None = Field(None, description="for the plasma volume")
    weight: Weight = Field(description="body weight: a number, or a list of time and value")
    height: Annotated[float | None, Bounded(0.5, 2.3, "m", "height")] = Field(
        None, description="without it the plasma volume is 40 mL/kg, flagged"
    )
    haematocrit: Annotated[float | None, Bounded(0.15, 0.65)] = Field(
        None, description="a fraction; without it a sex-typical value, flagged"
    )
    pregnant: StrictBool = Field(False, description="marks the forecast as extrapolation")


class _Dosing(Block):
    amount: Amount = Field(description="amount of each dose")
    route: Literal["iv", "sc"] = Field("iv", description="infusion or injection under the skin")
    duration: Annotated[float | None, HOURS] = Field(
        None, description="of the infusion, hours; 1 when left out; not with sc"
    )

    @model_validator(mode="after")
    def _duration_of_an_infusion(self) -> Self:
        if self.route == "sc" and self.duration is not None:
            fix = "leave duration out"
            raise refusal("C022", found="duration with sc", expected="duration with iv", fix=fix)
        return self


class Dose(_Dosing):
    """One dose."""

    time: Time = Field(description="start of the dose")


class DoseSeries(_Dosing):
    """Equal doses at equal intervals."""

    every: Annotated[float, Bounded(1, 366, "d")] = Field(description="interval, days")
    number: Annotated[int, Bounded(1, 500, "doses", whole=True)] = Field(description="how many")
    first: Annotated[float | None, Moment()] = Field(None, description="first dose; or give last")
    last: Annotated[float | None, Moment()] = Field(None, description="last dose; or give first")

    @model_validator(mode="after")
    def _anchored_once(self) -> Self:
        self.exactly_one("first", "last")
        return self


def dose_or_series(value: Any) -> str:
    """Tell a series of doses from one dose by its keys."""
    series = {"every", "number", "first", "last"}
    is_series = isinstance(value, dict) and "time" not in value and series & value.keys()
    return "#series" if is_series else "#dose"


DoseItem = Annotated[
    Annotated[Dose, Tag("#dose")] | Annotated[DoseSeries, Tag("#series")],
    Discriminator(dose_or_series),
]


class Session(Block):
    """One apheresis session."""

    time: Time = Field(description="start of the session")
    kind: Literal["plex", "ia"] = Field(description="plasma exchange or immunoadsorption")
    volume: Annotated[float | None, LITRES] = Field(
        None, description="plasma exchanged or processed; or give plasma_volumes"
    )
    plasma_volumes: Annotated[float | None, MULTIPLES] = Field(
        None, description="the same in multiples of the patient's plasma volume"
    )
    duration: Annotated[float, HOURS] = Field(2.5, description="hours")
    sieving: Annotated[float | None, SHARE] = Field(
        None,
        description="plex only: share of the plasma level in the removed fluid; 1 when left out",
    )
    replacement: Replacement | None = Field(
        None, description="plex only: replacement fluid; albumin when left out"
    )
    column: Column | None = Field(None, description="ia only: adsorber; protein_a when left out")

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Self:
        self.exactly_one("volume", "plasma_volumes")
        refuse_foreign(
            self.kind, {"sieving": self.sieving, "replacement": self.replacement}, "plex"
        )
        refuse_foreign(self.kind, {"column": self.column}, "ia")
        return self


class AntiDrug(Block):
    """Antibodies against the drug."""

    status: Literal["none", "transient", "persistent", "unknown"] = Field(
        description="result of the antibody test"
    )
    titre: Annotated[float | None, Bounded(0, 100, "medians", above=True)] = Field(
        None,
        description="relative to the median of persistently positive patients; 1 when left out",
    )
    onset: Annotated[float | None, Moment()] = Field(None, description="when they appeared")
    end: Annotated[float | None, Moment()] = Field(None, description="transient: when they left")

    @model_validator(mode="after")
    def _times_of_its_status(self) -> Self:
        asked = {"none": (), "unknown": (), "persistent": ("onset",), "transient": ("onset", "end")}
        keys: tuple[str, ...] = asked[self.status]
        given = tuple(key for key in ("onset", "end") if getattr(self, key) is not None)
        if given != keys or (self.titre is not None and not keys):
            found = (
                ", ".join((*given, *(["titre"] if self.titre is not None else []))) or "no times"
            )
            expected = f"status {self.status} with {' and '.join(keys) or 'nothing else'}"
            raise refusal("C022", found=found, expected=expected, fix=f"write {expected}")
        return self
