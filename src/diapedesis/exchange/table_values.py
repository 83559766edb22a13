"""The cells of one row: what each must be, and what to say of one that is not."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from diapedesis.exchange.case_units import SPELLINGS, accepted
from diapedesis.exchange.case_values import nearest
from diapedesis.exchange.faults import clip
from diapedesis.exchange.table_events import Code, Value
from diapedesis.exchange.table_faults import TableFaults

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
LARGE, SMALL = 1e12, 1e-12
"""Numbers are 0, or of a size between these."""
_MISSING = frozenset(("", ".", "na", "n/a"))
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_BOUND = re.compile(r"\s*(?:[<>≤≥]|BLQ|BLOQ|BQL|LLOQ|LOQ|below|nd$)", re.I)
_WILD = re.compile(r"[+-]?(?:nan|inf|infinity)|#[A-Z/0!?]+", re.I)
_UNITS = {spelling.lower() for kind in SPELLINGS for spelling in accepted(kind)} | {"h", "%"}
_STATED = re.compile(r"(\S*[0-9.])\s*([a-zµμ%/]+)", re.I)


def is_missing(cell: str) -> bool:
    """Return whether a cell says that nothing is known.

    Examples
    --------
    >>> is_missing("."), is_missing("NA"), is_missing("0")
    (True, True, False)
    """
    return cell.strip().lower() in _MISSING


@dataclass(frozen=True)
class Span:
    """What a number may be: from `low` to `high`, `low` itself not when `above`."""

    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    above: bool = False
    fix: str = ""

    def holds(self, value: float) -> bool:
        """Return whether a value lies inside."""
        return (self.low < value if self.above else self.low <= value) and value <= self.high

    def __str__(self) -> str:
        low = f"above {self.low:g}" if self.above else f"{self.low:g}"
        if self.high == math.inf:
            return f"{low}{'' if self.above else ' or more'} {self.unit}".strip()
        return f"{low} to {self.high:g} {self.unit}".strip()


ANY = Span()


@dataclass(frozen=True)
class Row:
    """One row: its line and its cells by column name."""

    line: int
    cells: dict[str, str]
    faults: TableFaults

    def fault(self, code: str, column: str, *, found: str, expected: str, fix: str = "") -> None:
        """Note a fault of a cell."""
        self.faults.add(code, self.line, column, found=found, expected=expected, fix=fix)

    def text(self, column: str) -> str | None:
        """Return a cell, ``None`` when it or its column is missing."""
        cell = self.cells.get(column, "")
        return None if is_missing(cell) else cell

    def number(self, column: str, span: Span = ANY) -> float | None:
        """Return a cell as a number; ``None``, and a fault, when it is none or outside."""
        cell = self.text(column)
        if cell is None:
            return None
        if not NUMBER.fullmatch(cell):
            self._not_a_number(column, cell)
            return None
        value = float(cell)
        size = abs(value)
        if value and not SMALL <= size <= LARGE:
            expected = f"0, or a size from {SMALL:g} to {LARGE:g}"
            self.fault("T015", column, found=clip(cell), expected=expected)
            return None
        if not span.holds(value):
            fix = span.fix or (_NOT_MISSING if value in (-9.0, -99.0, -999.0, -9999.0) else "")
            self.fault("T018", column, found=clip(cell), expected=str(span), fix=fix)
            return None
        return value

    def whole(self, column: str, span: Span = ANY) -> int | None:
        """Return a cell as a whole number."""
        value = self.number(column, span)
        if value is None or value == int(value):
            return None if value is None else int(value)
        found = clip(self.cells[column])
        self.fault("T016", column, found=found, expected="a whole number")
        return None

    def code(self, column: str, codes: Sequence[int], fix: str = "") -> int | None:
        """Return a cell that must be one of some numbers."""
        value = self.whole(column)
        if value is None or value in codes:
            return value
        expected = f"one of {', '.join(map(str, codes))}"
        self.fault("T019", column, found=str(value), expected=expected, fix=fix)
        return None

    def word(self, column: str, words: Sequence[str], numbered: bool = True) -> str | None:
        """Return a cell that must be one of some words, or the place of one."""
        cell = self.text(column)
        if cell is None:
            return None
        plain = cell.lower().replace(" ", "_").replace("-", "_")
        if plain in words:
            return plain
        if numbered and NUMBER.fullmatch(cell) and float(cell) in range(len(words)):
            return words[int(float(cell))]
        expected = f"one of {', '.join(words)}" + (f", or 0 to {len(words) - 1}" * numbered)
        near = nearest(plain, words)
        self.fault("T020", column, found=f"'{clip(cell)}'", expected=expected, fix=near)
        return None

    def label(self, column: str) -> Code | None:
        """Return a cell that is a whole number, 0 or more, or a word (in lower case)."""
        cell = self.text(column)
        if cell is None:
            return None
        if not NUMBER.fullmatch(cell):
            return cell.lower()
        return self.whole(column, Span(0.0))

    def covariate(self, column: str) -> Value:
        """Return a cell that is a number where it looks like one, else a word."""
        cell = self.text(column)
        looks = cell is not None and (NUMBER.fullmatch(cell) or _WILD.fullmatch(cell))
        comma = cell is not None and _COMMA.fullmatch(cell)
        return self.number(column) if looks or comma else cell

    def _not_a_number(self, column: str, cell: str) -> None:
        code, fix = "T012", ""
        if _COMMA.fullmatch(cell):
            code, fix = "T013", f"write {cell.replace(',', '.')}"
        elif _WILD.fullmatch(cell):
            code = "T015"
        elif column == "DV" and _BOUND.match(cell):
            code = "T014"
        elif (match := _STATED.fullmatch(cell)) and match[2].lower() in _UNITS:
            fix = f"write {clip(match[1])}; say the unit when the table is read"
        self.fault(code, column, found=f"'{clip(cell)}'", expected="a number", fix=fix)


_NOT_MISSING: Literal["write . for what is not known"] = "write . for what is not known"
