"""Faults in a case file: each has a code, a place, what was found, what was expected, the fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

# Keys and list positions that lead from the top of a file to a value.
Where = tuple[str | int, ...]
MOST = 200
"""With so many faults the reading stops; the file is something else than a case."""

CODES: Mapping[str, tuple[str, str]] = {
    "C001": ("file cannot be read", "name an existing YAML or JSON file that you may read"),
    "C002": ("file is empty", "start from one of the examples"),
    "C003": (
        "too large",
        "keep one patient to a file: at most 1 MB, 20 000 values, 30 levels deep",
    ),
    "C004": ("not plain text", "save the file as UTF-8 text, without control characters"),
    "C005": ("not valid YAML or JSON", "mend the syntax at the line named"),
    "C006": ("key given twice", "keep one of the two"),
    "C007": ("YAML anchor, alias or tag", "write the value out; tags are not needed"),
    "C008": ("unknown key", "use the key suggested, or a key of the field table"),
    "C009": ("something is missing", "add what is named"),
    "C010": ("wrong kind of value", "write the kind expected: number, text, true/false or list"),
    "C011": ("not a finite number", "write a number; leave the key out if it is not known"),
    "C012": ("unknown unit", "write one of the accepted spellings"),
    "C013": ("outside the plausible range", "check the value; the range is in the field table"),
    "C014": ("unknown drug", "write natalizumab, the only drug so far"),
    "C015": ("unknown word", "write one of the words listed"),
    "C016": ("not a time", "write days as a number, or a date as 2024-03-01 or 2024-03-01T10:30"),
    "C017": ("days and dates mixed", "write all the times as days, or all as dates"),
    "C018": ("out of order", "list by time, earliest first; check for a mistyped date"),
    "C019": ("measured before the first dose", "check the date; below: true is allowed there"),
    "C020": ("sessions overlap", "check the times and the duration (hours)"),
    "C021": ("probably a wrong unit", "name the unit the value is in, or mend the value"),
    "C022": ("fields do not fit together", "keep the combination that the message names"),
    "C023": ("unknown name", "use a name that is defined, or define it"),
    "C024": (
        "on the wrong side of today",
        "check `now` and the time; `now` is the day of planning",
    ),
    "C025": ("below the limit of quantification", "write below: true, or give the assay's lloq"),
    "C026": (
        "on the wrong side of the moment",
        "what was known at the moment stands under given; outcomes and what came after, under"
        " observed_later",
    ),
}
"""Code -> (what it means, how to mend it in general); a fault says it for the value at hand."""


@dataclass(frozen=True)
class Fault:
    """One fault of a case or scenario file.

    Attributes
    ----------
    code : str
        Key of ``CODES``, e.g. ``"C013"``.
    file : str
        The file, as it was named.
    path : str
        Place in the file, e.g. ``"levels[2].value"`` (counted from 0); empty for the whole file.
    line : int or None
        Line in the file, counted from 1; ``None`` where it is not known (JSON).
    found, expected, fix : str
        What stands there, what should, and how to mend it.
    """

    code: str
    file: str
    path: str
    line: int | None
    found: str
    expected: str
    fix: str

    def __str__(self) -> str:
        place = self.path or "the file"
        if self.line is not None:
            place += f" (line {self.line})"
        return (
            f"{place}: {CODES[self.code][0]} [{self.code}]\n"
            f"    found {self.found}; expected {self.expected}\n"
            f"    fix: {self.fix}"
        )


class CaseError(Exception):
    """A case or scenario file that is refused; ``str()`` lists every fault over several lines.

    Attributes
    ----------
    faults : list of Fault
        All the faults found, in order of line; reading stops at 200.
    """

    def __init__(self, faults: list[Fault], noun: str = "case") -> None:
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        head = f"{faults[0].file}: {count}; the {noun} was not read."
        super().__init__("\n".join([head, *(f"  {f}" for f in faults)]))


@dataclass
class Faults:
    """Collects the faults of one file, a case or another `noun`, while it is read."""

    file: str
    noun: str = "case"
    lines: dict[Where, int] = field(default_factory=dict)
    items: list[Fault] = field(default_factory=list)
    _noted: set[tuple[str, Where]] = field(default_factory=set)

    def add(
        self,
        code: str,
        where: Where,
        *,
        found: str,
        expected: str,
        fix: str,
        line: int | None = None,
    ) -> None:
        """Note one fault, once; its line is that of the value, else of what holds it."""
        if (code, where) in self._noted:
            return
        self._noted.add((code, where))
        if line is None:
            known = (self.lines.get(where[:n]) for n in range(len(where), 0, -1))
            line = next((number for number in known if number is not None), None)
        self.items.append(Fault(code, self.file, dotted(where), line, found, expected, fix))
        if len(self.items) == MOST:
            self.stop()

    def stop(self) -> NoReturn:
        """Raise what was noted, in order of line."""
        items = sorted(self.items, key=lambda f: (f.line or 0, f.path, f.code))
        raise CaseError(items, self.noun)

    def refuse(self, code: str, *, found: str, expected: str, line: int | None = None) -> NoReturn:
        """Note a fault of the whole file, with the general fix of its code, and stop."""
        self.add(code, (), found=found, expected=expected, fix=CODES[code][1], line=line)
        self.stop()


def dotted(where: Where) -> str:
    """Write a place as a path.

    Examples
    --------
    >>> dotted(("levels", 2, "value"))
    'levels[2].value'
    """
    text = ""
    for part in where:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + clip(part)
    return text


def clip(text: str, size: int = 60) -> str:
    """Shorten a text for a message and write unprintable signs as escapes."""
    plain = text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
    return plain if len(plain) <= size else plain[: size - 1] + "…"


def shown(value: Any) -> str:
    """Write a value of a file for a message, short and on one line.

    Examples
    --------
    >>> shown(True), shown("x"), shown([1, 2]), shown(27.0)
    ('true', "'x'", 'a list of 2', '27')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{clip(value)}'"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a block of keys"
    return f"{value:.6g}"
