"""The blocks of a case file that say what was measured, and how: assays, levels, saturations."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from diapedesis.exchange.case_block import FRACTION, LEVEL, SATURATION, Block, Line, Time
from diapedesis.exchange.case_values import Bounded, nearest, refusal
from diapedesis.exchange.faults import shown
from diapedesis.observe.assay import Assay, Measures

FLOW = Assay.of_saturation()
"""The assay of a saturation when a file defines none."""
KINDS = {"levels": "free or total", "saturations": "saturation"}
"""List of measurements -> what an assay that it may name measures."""


class _AnyAssay(Block):
    proportional_sd: float
    additive_sd: float | None
    lloq: float | None
    factor: Annotated[float, Bounded(0.1, 10, "times")] = Field(
        1.0, description="reading of this laboratory / reading of those the model was fitted to"
    )
    measures: Measures

    @model_validator(mode="after")
    def _some_error(self) -> Self:
        if self.proportional_sd == 0 and self.additive_sd == 0:
            fix = "give proportional_sd or additive_sd above 0"
            raise refusal("C022", found="both SDs 0", expected="one above 0", fix=fix)
        return self

    def assay(self, name: str) -> Assay:
        """Return the assay, with the defaults of its kind for what is left out."""
        return Assay(name=name, **self.model_dump(exclude_none=True))


class AssayBlock(_AnyAssay):
    """How serum levels were measured; what is left out is taken from the default assay."""

    proportional_sd: Annotated[float, FRACTION] = Field(
        Assay.proportional_sd, description="SD as a share of the level"
    )
    additive_sd: Annotated[float | None, Bounded(0, 10, "mg/L", "level")] = Field(
        None, description=f"SD at low levels; {Assay.additive_sd:g} mg/L when left out"
    )
    lloq: Annotated[float | None, Bounded(0, 20, "mg/L", "level")] = Field(
        None, description=f"lower limit of quantification; {Assay.lloq:g} mg/L when left out"
    )
    measures: Literal["free", "total"] = Field(
        "free", description="whether drug bound to anti-drug antibodies is read"
    )

    @field_validator("measures", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        """Name all the words: this block is also read for a word that no assay has."""
        words = get_args(Measures)
        if isinstance(value, str) and value not in words:
            every = " or ".join(words)
            fix = nearest(value, words) or f"write {every}"
            raise refusal("C015", found=shown(value), expected=every, fix=fix)
        return value


class SaturationAssay(_AnyAssay):
    """How saturations were measured; all but the factor are shares, without a unit."""

    proportional_sd: Annotated[float, FRACTION] = Field(
        FLOW.proportional_sd, description="SD as a share of the saturation"
    )
    additive_sd: Annotated[float, FRACTION] = Field(
        FLOW.additive_sd, description="SD at low saturations, a fraction"
    )
    lloq: Annotated[float, FRACTION] = Field(
        FLOW.lloq, description="lower limit of quantification, a fraction"
    )
    measures: Literal["saturation"] = Field(description="alpha4-integrin saturation, on cells")


def serum_or_cells(value: Any) -> str:
    """Tell an assay of saturation from one of serum levels by what it measures."""
    of_cells = isinstance(value, dict) and value.get("measures") == "saturation"
    return "#saturation" if of_cells else "#serum"


AssayItem = Annotated[
    Annotated[AssayBlock, Tag("#serum")] | Annotated[SaturationAssay, Tag("#saturation")],
    Discriminator(serum_or_cells),
]


class Row(Block):
    """One measured value."""

    time: Time = Field(description="when the sample was drawn")
    value: float | None
    below: Literal[True] | None = Field(
        None, description="true: reported as below the limit of quantification"
    )
    assay: Line | None = Field(
        None, description="a name under assays; needed if several measure the same"
    )

    @model_validator(mode="after")
    def _value_or_below(self) -> Self:
        self.exactly_one("value", "below")
        return self


class LevelRow(Row):
    """One measured serum level."""

    value: Annotated[float | None, LEVEL] = Field(None, description="the level; or give below")


class SaturationRow(Row):
    """One measured saturation of alpha4-integrin on lymphocytes."""

    value: Annotated[float | None, SATURATION] = Field(
        None, description="the saturation, a fraction; or give below"
    )
