"""Reads the sections of a case file one by one, so that a fault in one hides none in another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from diapedesis.exchange.case_fields import keys_at
from diapedesis.exchange.case_file import CaseFile
from diapedesis.exchange.case_measured import LevelRow, SaturationRow
from diapedesis.exchange.case_schema import DoseItem, Session
from diapedesis.exchange.case_time import Clock, find_clock
from diapedesis.exchange.case_units import accepted
from diapedesis.exchange.case_values import Border, nearest
from diapedesis.exchange.faults import CODES, Faults, Where, clip, shown

_ROWS: dict[str, Any] = {
    "doses": DoseItem,
    "sessions": Session,
    "levels": LevelRow,
    "saturations": SaturationRow,
}
_KINDS = {
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a block of keys",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
}


@dataclass
class Draft:
    """What could be read of a file.

    Attributes
    ----------
    clock : Clock
        Days or dates.
    lists : dict
        For doses, sessions, levels and saturations: position in the file and block, of those that
        could be read.
    whole : set of str
        Those of the four lists in which everything could be read.
    rest : dict
        The other sections, by key; one that could not be read is missing.
    """

    clock: Clock
    lists: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    rest: dict[str, Any] = field(default_factory=dict)


def read_sections(raw: dict[str, Any], faults: Faults) -> Draft:
    """Read every section of a tree, noting what is wrong.

    Parameters
    ----------
    raw : dict
        The file as plain values.
    faults : Faults
        Receives codes C008 to C017, C021 and C022.
    """
    draft = Draft(find_clock(raw))
    border = Border(draft.clock, _stated_units(raw))
    for name in raw.keys() - CaseFile.model_fields.keys():
        _unknown_key((name,), raw[name], faults)
    for name, info in CaseFile.model_fields.items():
        if name not in raw and info.is_required():
            _missing((name,), faults)
        elif name in _ROWS and isinstance(raw.get(name), list):
            _read_rows(name, raw[name], border, draft, faults)
        elif name in raw:
            value = _read(_adapter(name), raw[name], (name,), border, faults)
            if value is not None:
                draft.rest[name] = value[0]
        elif name in _ROWS:
            draft.lists[name] = []
            draft.whole.add(name)
        else:
            draft.rest[name] = info.default
    for kind in border.needed:
        if _unit_is_missing(raw, kind):
            _missing(("units", kind), faults)
    return draft


def _stated_units(raw: dict[str, Any]) -> dict[str, str | None]:
    units = raw.get("units")
    given = units if isinstance(units, dict) else {}
    return {k: v for k, v in given.items() if k in keys_at(("units",)) and v in accepted(k)}


def _unit_is_missing(raw: dict[str, Any], kind: str) -> bool:
    """Return False when the unit is there but wrong, or the whole block is: noted already."""
    units = raw.get("units")
    return isinstance(units, dict) and kind not in units


def _read_rows(name: str, raw: list[Any], border: Border, draft: Draft, faults: Faults) -> None:
    metadata = CaseFile.model_fields[name].metadata
    longest = next(m.max_length for m in metadata if hasattr(m, "max_length"))
    fewest = 1 if CaseFile.model_fields[name].is_required() else 0
    if not fewest <= len(raw) <= longest:
        faults.add(
            "C003" if raw else "C009",
            (name,),
            found=f"{len(raw)} entries",
            expected=f"{fewest} to {longest}",
            fix=f"keep to {longest}" if raw else f"list at least one under {name}",
        )
        return
    rows = [_read(_row_adapter(name), r, (name, i), border, faults) for i, r in enumerate(raw)]
    draft.lists[name] = [(i, row[0]) for i, row in enumerate(rows) if row is not None]
    if None not in rows:
        draft.whole.add(name)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    info = CaseFile.model_fields[name]
    kind: Any = Annotated[info.annotation, info]
    return TypeAdapter(kind)


@cache
def _row_adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_ROWS[name])


def _read(
    adapter: TypeAdapter[Any], raw: Any, where: Where, border: Border, faults: Faults
) -> tuple[Any] | None:
    """Return the value in a tuple, or ``None`` with the faults noted."""
    try:
        return (adapter.validate_python(raw, strict=True, context=border),)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _note(details, where, faults)
        return None


def _note(details: ErrorDetails, prefix: Where, faults: Faults) -> None:
    """Turn one error of pydantic into a fault."""
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    where = prefix + tuple(p for p in details["loc"] if p != "[key]" and str(p)[:1] != "#")
    if kind in CODES:
        faults.add(
            kind, where, found=context["found"], expected=context["expected"], fix=context["fix"]
        )
    elif kind == "extra_forbidden":
        _unknown_key(where, value, faults)
    elif kind == "missing":
        _missing(where, faults)
    elif kind == "literal_error" and value is not None:
        _unknown_word(where, value, context["expected"], faults)
    elif kind.startswith("too_") or kind.startswith("string_too_"):
        _size(kind, where, value, context, faults)
    else:
        code = "C004" if kind == "string_unicode" else "C010"
        expected = _KINDS.get(kind, clip(details["msg"]))
        faults.add(code, where, found=shown(value), expected=expected, fix=_kind_fix(kind, value))


def _kind_fix(kind: str, value: Any) -> str:
    if value is None:
        return "give a value, or leave the key out"
    if kind == "string_type" and isinstance(value, bool):
        return "put it in quotes; YAML reads yes, no, on and off as true and false"
    if kind == "string_type":
        return "put it in quotes"
    return f"write {_KINDS.get(kind, 'what is expected')}"


def _size(kind: str, where: Where, value: Any, context: dict[str, Any], faults: Faults) -> None:
    if kind.endswith("short"):
        fix = "give at least one entry or sign, or leave the key out"
        faults.add("C009", where, found="nothing", expected="something", fix=fix)
    else:
        longest = context["max_length"]
        found = f"length {len(value)}"
        faults.add("C003", where, found=found, expected=f"at most {longest}", fix="shorten it")


def _unknown_word(where: Where, value: Any, expected: str, faults: Faults) -> None:
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    fix = nearest(value, words) or f"write {' or '.join(words)}"
    code = "C014" if where == ("drug",) else "C015"
    faults.add(code, where, found=shown(value), expected=" or ".join(words), fix=fix)


def _unknown_key(where: Where, value: Any, faults: Faults) -> None:
    keys = keys_at(where[:-1])
    key = str(where[-1])
    fix = "leave it out here" if key in keys else nearest(key, keys) or "leave it out"
    faults.add("C008", where, found=shown(key), expected=f"one of {', '.join(keys)}", fix=fix)


def _missing(where: Where, faults: Faults) -> None:
    name = str(where[-1])
    unit = where[0] == "units" and len(where) == 2
    fix = f"state the unit of every {name}, e.g. {accepted(name)[0]}" if unit else f"add {name}"
    faults.add("C009", where, found="nothing", expected=name, fix=fix)
