"""Numbers of a published case: one, a range of two, or no less than one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from diapedesis.cases.days import Range
from diapedesis.exchange.case_values import Border, Bounded, refusal
from diapedesis.exchange.faults import shown

AT_LEAST = "at_least"


@dataclass(frozen=True)
class Ranged:
    """A number, ``[low, high]`` or ``{at_least: low}``, for ``Annotated[Range, Ranged(...)]``.

    Attributes
    ----------
    bounds : Bounded
        What each number must satisfy.
    """

    bounds: Bounded

    @property
    def takes(self) -> str:
        """What may be written, in words."""
        return f"number, [low, high] or {{{AT_LEAST}: low}}; {self.bounds.range}"

    def read(self, value: Any, info: ValidationInfo[Border]) -> Range:
        """Return the range, or say what is wrong with it."""
        if isinstance(value, dict):
            return self._open(value, info)
        if not isinstance(value, list):
            return Range.of(self.bounds.read(value, info))
        if len(value) != 2:
            fix = "write [low, high]"
            raise refusal("C010", found=shown(value), expected="a list of 2", fix=fix)
        low, high = (self.bounds.read(end, info) for end in value)
        if low > high:
            found, fix = f"{low:g} before {high:g}", "exchange the two numbers"
            raise refusal("C018", found=found, expected="[low, high]", fix=fix)
        return Range(low, high)

    def _open(self, value: dict[str, Any], info: ValidationInfo[Border]) -> Range:
        if value.keys() != {AT_LEAST}:
            found, expected = ", ".join(map(str, value)) or "no key", f"the key {AT_LEAST} alone"
            fix = f"write {{{AT_LEAST}: low}}, or [low, high]"
            raise refusal("C022", found=found, expected=expected, fix=fix)
        return Range(self.bounds.read(value[AT_LEAST], info), math.inf)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        number: dict[str, Any] = {
            "type": "integer" if self.bounds.whole else "number",
            "minimum": self.bounds.low,
            "maximum": self.bounds.high,
        }
        pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
        below = {
            "type": "object",
            "properties": {AT_LEAST: number},
            "required": [AT_LEAST],
            "additionalProperties": False,
        }
        return {"anyOf": [number, pair, below]}
