"""Reads the sections of a file one by one, so that a fault in one hides none in another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from diapedesis.exchange.case_block import Block
from diapedesis.exchange.case_fields import keys_at, keys_of
from diapedesis.exchange.case_time import Clock, find_clock
from diapedesis.exchange.case_units import accepted
from diapedesis.exchange.case_values import Border, nearest
from diapedesis.exchange.faults import CODES, Faults, Where, clip, shown

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
    """What could be read of a file, or of a part of it.

    Attributes
    ----------
    clock : Clock
        Days or dates.
    where : tuple
        Place of the part; empty for the file.
    lists : dict
        For the lists that are read row by row (doses, sessions, ...): position in the file and
        block, of those that could be read.
    whole : set of str
        Those of the lists in which everything could be read.
    rest : dict
        The other sections, by key; one that could not be read is missing. Named parts are drafts.
    """

    clock: Clock
    where: Where = ()
    lists: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    rest: dict[str, Any] = field(default_factory=dict)


def read_sections(raw: dict[str, Any], top: type[Block], faults: Faults) -> Draft:
    """Read every section of a tree, noting what is wrong.

    Parameters
    ----------
    raw : dict
        The file as plain values.
    top : type of Block
        What the file may hold.
    faults : Faults
        Receives codes C008 to C017, C021 and C022.
    """
    clock = find_clock(raw)
    reader = _Reader(top, Border(clock, _stated_units(raw, top)), faults)
    draft = reader.part(raw, top, ())
    for kind in reader.border.needed:
        if _unit_is_missing(raw, kind):
            reader.missing(("units", kind))
    return draft


def _stated_units(raw: dict[str, Any], top: type[Block]) -> dict[str, str | None]:
    units = raw.get("units")
    given = units if isinstance(units, dict) else {}
    return {k: v for k, v in given.items() if k in keys_at(("units",), top) and v in accepted(k)}


def _unit_is_missing(raw: dict[str, Any], kind: str) -> bool:
    """Return False when the unit is there but wrong, or the whole block is: noted already."""
    units = raw.get("units")
    return isinstance(units, dict) and kind not in units


@cache
def _adapter(block: type[Block], key: str) -> TypeAdapter[Any]:
    info = keys_of(block)[key]
    kind: Any = info.annotation if info.alias else Annotated[info.annotation, info]
    return TypeAdapter(kind)


@cache
def _row_adapter(block: type[Block], key: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_args(keys_of(block)[key].annotation)[0])


@dataclass(frozen=True)
class _Reader:
    """Reads one kind of file; what is wrong goes to its faults."""

    top: type[Block]
    border: Border
    faults: Faults

    def part(self, raw: dict[str, Any], block: type[Block], where: Where) -> Draft:
        """Read a block section by section."""
        draft = Draft(self.border.clock, where)
        fields = keys_of(block)
        for key in raw.keys() - fields.keys():
            self.unknown_key((*where, key), raw[key])
        for key, info in fields.items():
            if key not in raw and info.is_required():
                self.missing((*where, key))
            elif key in block.row_wise and isinstance(raw.get(key), list):
                self.rows(key, raw[key], block, draft)
            elif key in block.parts and isinstance(raw.get(key), dict):
                draft.rest[key] = self.named(raw[key], info, (*where, key))
            elif key in raw:
                value = self.value(_adapter(block, key), raw[key], (*where, key))
                if value is not None:
                    draft.rest[key] = value[0]
            elif key in block.row_wise:
                draft.lists[key] = []
                draft.whole.add(key)
            else:
                draft.rest[key] = info.default
        return draft

    def named(self, raw: dict[str, Any], info: FieldInfo, where: Where) -> dict[str, Draft]:
        """Read blocks that stand under names of the file's own."""
        inner = get_args(info.annotation)[1]
        found: dict[str, Draft] = {}
        if not self.fits(raw, info, where):
            return found
        for name, one in raw.items():
            if isinstance(one, dict):
                found[name] = self.part(one, inner, (*where, name))
            elif one is not None:  # noted already
                expected = "a block of keys, {} for none"
                fix = "write a block of keys"
                self.faults.add(
                    "C010", (*where, name), found=shown(one), expected=expected, fix=fix
                )
        return found

    def rows(self, key: str, raw: list[Any], block: type[Block], draft: Draft) -> None:
        """Read a list row by row."""
        where = (*draft.where, key)
        if not self.fits(raw, keys_of(block)[key], where):
            return
        adapter = _row_adapter(block, key)
        rows = [self.value(adapter, r, (*where, i)) for i, r in enumerate(raw)]
        draft.lists[key] = [(i, row[0]) for i, row in enumerate(rows) if row is not None]
        if None not in rows:
            draft.whole.add(key)

    def fits(self, raw: list[Any] | dict[str, Any], info: FieldInfo, where: Where) -> bool:
        """Return whether there are neither too many entries nor too few."""
        longest = next(m.max_length for m in info.metadata if hasattr(m, "max_length"))
        fewest = 1 if info.is_required() else 0
        if fewest <= len(raw) <= longest:
            return True
        self.faults.add(
            "C003" if raw else "C009",
            where,
            found=f"{len(raw)} entries",
            expected=f"{fewest} to {longest}",
            fix=f"keep to {longest}" if raw else f"list at least one under {where[-1]}",
        )
        return False

    def value(self, adapter: TypeAdapter[Any], raw: Any, where: Where) -> tuple[Any] | None:
        """Return the value in a tuple, or ``None`` with the faults noted."""
        try:
            return (adapter.validate_python(raw, strict=True, context=self.border),)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                self.note(details, where)
            return None

    def note(self, details: ErrorDetails, prefix: Where) -> None:
        """Turn one error of pydantic into a fault."""
        kind, context, value = details["type"], details.get("ctx", {}), details["input"]
        where = prefix + tuple(p for p in details["loc"] if p != "[key]" and str(p)[:1] != "#")
        if kind in CODES:
            said = {k: context[k] for k in ("found", "expected", "fix")}
            self.faults.add(kind, where, **said)
        elif kind == "extra_forbidden":
            self.unknown_key(where, value)
        elif kind == "missing":
            self.missing(where)
        elif kind == "literal_error" and value is not None:
            _unknown_word(where, value, context["expected"], self.faults)
        elif kind.startswith("too_") or kind.startswith("string_too_"):
            _size(kind, where, value, context, self.faults)
        else:
            code = "C004" if kind == "string_unicode" else "C010"
            expected = _KINDS.get(kind, clip(details["msg"]))
            fix = _kind_fix(kind, value)
            self.faults.add(code, where, found=shown(value), expected=expected, fix=fix)

    def unknown_key(self, where: Where, value: Any) -> None:
        """Note a key that may not stand where it does."""
        keys = keys_at(where[:-1], self.top)
        key = str(where[-1])
        fix = "leave it out here" if key in keys else nearest(key, keys) or "leave it out"
        expected = f"one of {', '.join(keys)}"
        self.faults.add("C008", where, found=shown(key), expected=expected, fix=fix)

    def missing(self, where: Where) -> None:
        """Note a key that has to be there."""
        name = str(where[-1])
        unit = where[0] == "units" and len(where) == 2
        fix = f"state the unit of every {name}, e.g. {accepted(name)[0]}" if unit else f"add {name}"
        self.faults.add("C009", where, found="nothing", expected=name, fix=fix)


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
