"""The keys of a file as rows: for the field tables and for suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from diapedesis.exchange.case_block import Block
from diapedesis.exchange.case_units import SPELLINGS
from diapedesis.exchange.case_values import Bounded, Moment, UnitOf
from diapedesis.exchange.faults import Where
from diapedesis.exchange.published_values import Ranged


@dataclass(frozen=True)
class FieldRow:
    """One key: what it takes, its default (``"required"`` when there is none), what it means."""

    key: str
    takes: str
    default: str
    meaning: str


def keys_of(block: type[Block]) -> dict[str, FieldInfo]:
    """Return what each key of a block takes, in the order of the file."""
    return {info.alias or name: info for name, info in block.model_fields.items()}


@cache
def blocks(top: type[Block]) -> tuple[tuple[str, type[Block]], ...]:
    """Return every block of a file with its place, e.g. ``("levels[]", LevelRow)``.

    The top, which says what kind of file it is, has place ''.
    """
    return tuple(_walk("", top))


def rows(block: type[Block]) -> list[FieldRow]:
    """Return the keys of one block in the order of the file."""
    return [
        FieldRow(key, _takes(info), _default(info), info.description or "")
        for key, info in keys_of(block).items()
    ]


def keys_at(where: Where, top: type[Block]) -> list[str]:
    """Return the keys that may stand at a place of a file.

    Examples
    --------
    >>> from diapedesis.exchange.case_file import CaseFile
    >>> keys_at(("levels", 2), CaseFile)
    ['time', 'value', 'below', 'assay']
    """
    places = {path for path, _ in blocks(top)}
    place = ""
    for part in where:
        if isinstance(part, int):
            place += "[]"
        elif any(path.startswith(f"{place}.<name>") for path in places):
            place += ".<name>"
        else:
            place += f".{part}" if place else part
    found = (keys_of(block) for path, block in blocks(top) if path == place)
    return list(dict.fromkeys(key for fields in found for key in fields))


def _walk(place: str, block: type[Block]) -> Iterator[tuple[str, type[Block]]]:
    yield place, block
    for name, info in keys_of(block).items():
        inner = list(_leaves(info.annotation))
        path = f"{place}.{name}" if place else name
        path += "[]" if list in inner else ".<name>" if dict in inner else ""
        for leaf in inner:
            if isinstance(leaf, type) and issubclass(leaf, Block):
                yield from _walk(path, leaf)


def _leaves(annotation: Any) -> Iterator[Any]:
    """Yield what an annotation is made of: containers, types, words and metadata."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from annotation.__metadata__
        yield from _leaves(annotation.__origin__)
    elif origin is Literal:
        yield annotation
    else:
        yield origin or annotation
        for argument in get_args(annotation):
            yield from _leaves(argument)


def _takes(info: FieldInfo) -> str:
    leaves = [*info.metadata, *_leaves(info.annotation)]
    for leaf in leaves:
        if isinstance(leaf, Bounded):
            several = ", or a list" if list in leaves else ", by name" if dict in leaves else ""
            return f"{'whole number' if leaf.whole else 'number'}, {leaf.range}{several}"
        if isinstance(leaf, Ranged):
            return leaf.takes
        if isinstance(leaf, Moment):
            return "list of times" if list in leaves else "time"
        if isinstance(leaf, UnitOf):
            return " or ".join(SPELLINGS[leaf.kind])
        if get_origin(leaf) is Literal:
            words = ["true" if w is True else str(w) for w in get_args(leaf)]
            some = " or ".join([*words, *(["numbers by name"] if dict in leaves else [])])
            return f"list of {some}" if list in leaves else some
        if isinstance(leaf, type) and issubclass(leaf, Block):
            return "list of blocks" if list in leaves else "block"
    if bool in leaves:
        return "true or false"
    return "list of texts" if list in leaves else "text"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    value = info.default
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        return f"{value}" if isinstance(value, str) else f"{value:g}"
    return ""
