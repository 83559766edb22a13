"""Numbers and texts of a case file: kind, range, and what to say of one that is refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from diapedesis.exchange.case_time import Clock
from diapedesis.exchange.case_units import CANONICAL, SPELLINGS, accepted, better_units, factor
from diapedesis.exchange.faults import shown


@dataclass
class Border:
    """What the reading of one value needs to know of its file.

    Attributes
    ----------
    clock : Clock
    units : Mapping
        Kind -> spelling stated; a kind whose unit was refused maps to ``None``.
    needed : dict
        Kinds without a stated unit that a value asked for, in order; filled while reading.
    """

    clock: Clock
    units: Mapping[str, str | None] = field(default_factory=dict)
    needed: dict[str, None] = field(default_factory=dict)


def refusal(code: str, *, found: str, expected: str, fix: str) -> PydanticCustomError:
    """Return the error that a validator raises; the reader turns it into a fault."""
    context = {"found": found, "expected": expected, "fix": fix}
    return PydanticCustomError(code, "refused", context)


@dataclass(frozen=True)
class Bounded:
    """A number with its plausible range, for use in ``Annotated[float, Bounded(...)]``.

    Attributes
    ----------
    low, high : float
        Range in the canonical unit; both ends belong to it unless `above`.
    unit : str
        Canonical unit, for messages; empty for a bare number.
    kind : str or None
        Key of the units block; the value is converted and comes out canonical.
    above : bool
        True when `low` itself is refused.
    whole : bool
        True for counts.
    hint : str
        The likeliest reason for a value outside, and what to write.
    """

    low: float
    high: float
    unit: str = ""
    kind: str | None = None
    above: bool = False
    whole: bool = False
    hint: str = ""

    @property
    def range(self) -> str:
        """The range in words, e.g. ``above 0 to 400 mg/L``."""
        return f"{'above ' if self.above else ''}{self.low:g} to {self.high:g} {self.unit}".strip()

    def inside(self, value: float) -> bool:
        """Return True when a canonical value is plausible."""
        return (self.low < value if self.above else self.low <= value) and value <= self.high

    def read(self, value: Any, info: ValidationInfo[Border]) -> float | int:
        """Return the value in the canonical unit, or say what is wrong with it."""
        number = _number(value, self.whole)
        if self.kind is None:
            if not self.inside(number):
                raise self._outside(number, shown(value))
            return int(number) if self.whole else number
        border = info.context
        if border.units.get(self.kind) is None:
            border.needed.setdefault(self.kind)
            return number
        return self._convert(number, self.kind, str(border.units[self.kind]))

    def _convert(self, number: float, kind: str, unit: str) -> float:
        value = float(f"{number * factor(kind, unit):.15g}")
        if self.inside(value):
            return value
        found = f"{shown(number)} {unit}"
        if factor(kind, unit) != 1:
            found += f", which is {value:g} {CANONICAL[kind]}"
        better = better_units(kind, number, self.low, self.high) if number > 0 else []
        if not better:
            raise self._outside(number, found)
        fix = f"if the value is in {' or '.join(better)}, write units.{kind}: {better[0]}"
        raise refusal("C021", found=found, expected=self.range, fix=f"{fix}; else mend the value")

    def _outside(self, number: float, found: str) -> PydanticCustomError:
        fix = self.hint or "check the value"
        if not self.unit and not self.whole and 1 < number <= 100:
            fix = f"write a fraction, not per cent: {number / 100:g}"
        return refusal("C013", found=found, expected=self.range, fix=fix)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        if self.kind is None:
            described |= {"exclusiveMinimum" if self.above else "minimum": self.low}
            described |= {"maximum": self.high}
        elif self.low >= 0:
            described |= {"exclusiveMinimum" if self.above or self.low > 0 else "minimum": 0}
        return described


@dataclass(frozen=True)
class Moment:
    """A time, for use in ``Annotated[float, Moment()]``: comes out as a day of the model."""

    def read(self, value: Any, info: ValidationInfo[Border]) -> float:
        """Return the day."""
        border = info.context
        return border.clock.day(value)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        pattern = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$"
        return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": pattern}]}


def _number(value: Any, whole: bool) -> float:
    kind = "a whole number" if whole else "a number"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusal("C010", found=shown(value), expected=kind, fix=_number_fix(value))
    if not math.isfinite(value):
        fix = "write a number; leave the key out if it is not known"
        raise refusal("C011", found="a number that is not finite", expected=kind, fix=fix)
    if whole and value != int(value):
        raise refusal("C010", found=shown(value), expected=kind, fix="write a whole number")
    return float(value)


def _number_fix(value: Any) -> str:
    if isinstance(value, bool):
        return "write a number; YAML reads yes, no, on and off as true and false"
    if isinstance(value, str) and "<" in value:
        return "write below: true instead of value"
    if isinstance(value, str) and "," in value:
        return "write a decimal point, not a comma"
    if isinstance(value, str):
        return "write the number alone; its unit stands in the units block"
    return "write one number, or leave the key out if it is not known"


def checked_text(value: str) -> str:
    """Refuse control characters and half surrogates in a text; line ends and tabs may stand."""
    odd = next((c for c in value if ord(c) in range(0xD800, 0xE000) or _control(c)), None)
    if odd is not None:
        found = f"character {ord(odd):#x}"
        raise refusal("C004", found=found, expected="plain text", fix="take the character out")
    return value


def _control(character: str) -> bool:
    code = ord(character)
    return (code < 32 and character not in "\n\r\t") or 127 <= code < 160


@dataclass(frozen=True)
class UnitOf:
    """The spelling of a unit, for use in ``Annotated[str, UnitOf("level")]``."""

    kind: str

    def read(self, value: Any) -> str:
        """Return the spelling as it is."""
        words = accepted(self.kind)
        if not isinstance(value, str):
            fix = "write the unit as text"
            raise refusal("C010", found=shown(value), expected="a unit", fix=fix)
        if value in words:
            return value
        raise refusal(
            "C012",
            found=shown(value),
            expected=f"{', '.join(SPELLINGS.get(self.kind, words))}",
            fix=_respelled(value, words) or f"write the unit of every {self.kind} in the file",
        )

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"enum": list(accepted(self.kind))}


def _respelled(value: str, words: tuple[str, ...]) -> str:
    """Suggest a unit where only case, blanks or dots differ: a unit that looks alike is another."""
    plain = value.replace(" ", "").replace(".", "").lower()
    return next((f"write {word}" for word in words if word.lower() == plain), "")


def nearest(value: Any, words: Iterable[str]) -> str:
    """Return ``write ...`` with the word most like `value`, or an empty text.

    Examples
    --------
    >>> nearest("heigth", ["height", "weight"]), nearest("zzz", ["height"])
    ('write height', '')
    """
    lowered = {word.lower(): word for word in words}
    near = get_close_matches(str(value)[:60].lower(), lowered, n=1, cutoff=0.6)
    return f"write {lowered[near[0]]}" if near else ""
