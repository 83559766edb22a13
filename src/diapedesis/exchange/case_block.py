"""What every block of a case file is made of: kinds of number and text, and the block itself."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from diapedesis.exchange.case_values import Bounded, Moment, checked_text, refusal
from diapedesis.observe.assay import MOST_SATURATION

HOURS = Bounded(0.25, 24, "h", hint="durations are in hours; an hour is 1, not 60")
LITRES = Bounded(0.2, 15, "L", "volume")
MULTIPLES = Bounded(0.1, 5, "plasma volumes", hint="for litres use the key volume")
LEVEL = Bounded(0, 400, "mg/L", "level", above=True, hint="if below quantification: below: true")
SHARE = Bounded(0, 1, above=True)
FRACTION = Bounded(0, 1)
SATURATION = Bounded(
    0, MOST_SATURATION, above=True, hint="if below quantification: below: true; else a fraction"
)

Line = Annotated[
    str, Field(strict=True, min_length=1, max_length=200), AfterValidator(checked_text)
]
Text = Annotated[
    str, Field(strict=True, min_length=1, max_length=5000), AfterValidator(checked_text)
]
Time = Annotated[float, Moment()]
Kilograms = Annotated[float, Bounded(8, 300, "kg", "weight")]
Amount = Annotated[float, Bounded(0, 1200, "mg", "dose", above=True)]
Column = Literal["protein_a", "anti_igg", "tryptophan"]
Replacement = Literal["albumin", "plasma"]


class Block(BaseModel):
    """A block of keys; an unknown one is refused, and so is a value of another type.

    Attributes
    ----------
    row_wise : tuple of str
        Keys of lists that are read row by row, so that a fault in one row hides none in another.
    parts : tuple of str
        Keys under which blocks stand by name, each read section by section as the file is.
    """

    row_wise: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[tuple[str, ...]] = ()
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def exactly_one(self, *keys: str) -> None:
        """Refuse none or several of the keys."""
        given = [key for key in keys if getattr(self, key) is not None]
        if len(given) != 1:
            one = " or ".join(keys)
            found = " and ".join(given) or f"neither {' nor '.join(keys)}"
            raise refusal("C022", found=found, expected=f"exactly one: {one}", fix=f"give {one}")


def refuse_foreign(kind: str, given: dict[str, Any], owner: str) -> None:
    """Refuse keys that belong to the other kind of session."""
    for key, value in given.items():
        if value is not None and kind != owner:
            raise refusal(
                "C022",
                found=f"{key} with kind: {kind}",
                expected=f"{key} with kind: {owner} only",
                fix=f"leave {key} out, or write kind: {owner}",
            )


def one_or_many(value: Any) -> str:
    """Tell a list from a single value."""
    return "#many" if isinstance(value, list) else "#one"
