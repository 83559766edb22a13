"""From YAML or JSON text to plain values, with the line of each and no surprises.

YAML is read with PyYAML's safe parser, but scalars are resolved here: only decimal numbers are
numbers (``010`` is not 8, ``1:30`` is not 90, ``1e3`` is 1000), dates stay text, keys are text.
Anchors, aliases and tags are refused, so nothing can be built or blown up by a file.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from diapedesis.exchange.faults import Faults, Where, clip, shown
from diapedesis.exchange.files import read_text

LARGEST_COUNT = 20_000
DEEPEST = 30
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NON_FINITE = re.compile(r"[-+]?\.(?:nan|inf)", re.IGNORECASE)
_TRUE = {"true", "yes", "on"}
_FALSE = {"false", "no", "off"}


def read_blocks(file: Path, faults: Faults) -> dict[str, Any]:
    """Return the plain values of a file, which are blocks of keys.

    Parameters
    ----------
    file : Path
        JSON when its name ends in ``.json``, YAML otherwise.
    faults : Faults

    Raises
    ------
    CaseError
        With code C001 to C007, or C010.
    """
    text = read_text(file, faults)
    return blocks_of(text, faults, as_json=file.suffix.lower() == ".json")


def blocks_of(text: str, faults: Faults, *, as_json: bool) -> dict[str, Any]:
    """Return the plain values of a text, which are blocks of keys; refuse as `read_blocks`."""
    raw = read_tree(text, faults, as_json=as_json)
    if raw is None:
        faults.refuse("C002", found="nothing but comments", expected=f"a {faults.noun}")
    if not isinstance(raw, dict):
        faults.refuse("C010", found=shown(raw), expected="a block of keys")
    return raw


def read_tree(text: str, faults: Faults, *, as_json: bool) -> Any:
    """Return the plain values of a YAML or JSON text; lines go to ``faults.lines`` (YAML only).

    Returns
    -------
    object
        Nested dict, list, str, int, float, bool or None.

    Raises
    ------
    CaseError
        With code C003 to C007. A duplicate key (C006) is noted, the first value kept; a key
        without a value (C010) is noted as well.
    """
    root = _json(text, faults) if as_json else _yaml(text, faults)
    _note_empty(root, faults)
    return root


def scalar(text: str) -> Any:
    """Resolve a plain YAML scalar.

    Examples
    --------
    >>> [scalar(t) for t in ("27", "1e3", "010", "no", "2024-03-01", "~")]
    [27, 1000.0, '010', False, '2024-03-01', None]
    """
    word = text.lower()
    if word in ("", "~", "null"):
        return None
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    if _NON_FINITE.fullmatch(text):
        return math.nan if word.endswith("nan") else math.inf
    if _DECIMAL.fullmatch(text):
        return _number(text)
    return text


def _number(text: str) -> float:
    value = float(text)
    return int(text) if _INTEGER.fullmatch(text) and abs(value) < 2**53 else value


@dataclass
class _Frame:
    """A mapping or list that is being filled; `key` waits for its value."""

    content: dict[str, Any] | list[Any]
    where: Where
    key: str | None = None


@dataclass
class _Builder:
    """Builds plain values from parser events, without recursion."""

    faults: Faults
    root: Any = None
    stack: list[_Frame] = field(default_factory=list)
    count: int = 0
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.syntax("a second document (---)", "one document", line)
        elif isinstance(event, yaml.NodeEvent):
            self.node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def node(self, event: yaml.NodeEvent, line: int) -> None:
        self.count += 1
        if self.count > LARGEST_COUNT or len(self.stack) > DEEPEST:
            found = f"more than {LARGEST_COUNT} values or {DEEPEST} nested blocks"
            self.faults.refuse("C003", found=found, expected="one patient", line=line)
        tag = getattr(event, "tag", None)
        if event.anchor is not None or tag is not None:
            self.refuse_reference(event, tag, line)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.content, dict) and top.key is None:
            self.key(top, event, line)
        elif isinstance(event, yaml.ScalarEvent):
            self.place(scalar(event.value) if event.implicit[0] else event.value, line)
        else:
            content: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.stack.append(_Frame(content, self.place(content, line)))

    def key(self, top: _Frame, event: yaml.NodeEvent, line: int) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self.syntax("a list or block used as a key", "a plain key", line)
        assert isinstance(top.content, dict)
        top.key = event.value
        if top.key in top.content:
            duplicate(self.faults, (*top.where, top.key), line)

    def place(self, value: Any, line: int) -> Where:
        """Put a value where it belongs and return that place; the first of two equal keys stays."""
        if not self.stack:
            self.root = value
            return ()
        top = self.stack[-1]
        if isinstance(top.content, list):
            where = (*top.where, len(top.content))
            top.content.append(value)
        else:
            assert top.key is not None
            where = (*top.where, top.key)
            top.content.setdefault(top.key, value)
            top.key = None
        self.faults.lines.setdefault(where, line)
        return where

    def refuse_reference(self, event: yaml.NodeEvent, tag: str | None, line: int) -> NoReturn:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        found = f"tag {clip(tag)}" if tag is not None else f"{sign}{clip(str(event.anchor))}"
        self.faults.refuse("C007", found=found, expected="a plain value", line=line)

    def syntax(self, found: str, expected: str, line: int) -> NoReturn:
        self.faults.refuse("C005", found=found, expected=expected, line=line)


def duplicate(faults: Faults, where: Where, line: int | None) -> None:
    """Note a key that stands twice in one block."""
    faults.add(
        "C006",
        where,
        found=f"{shown(where[-1])} again",
        expected="each key once",
        fix="keep one of the two; the first was read on",
        line=line,
    )


def _note_empty(root: Any, faults: Faults) -> None:
    """Note every key or list entry that stands without a value; the whole file may be empty."""
    waiting: list[tuple[Where, Any]] = [((), root)]
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*where, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*where, i), inner) for i, inner in enumerate(value)]
        elif value is None and where:
            fix = "give a value, or leave the key out"
            faults.add("C010", where, found="nothing", expected="a value", fix=fix)


def _yaml(text: str, faults: Faults) -> Any:
    builder = _Builder(faults)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        faults.refuse("C004", found=f"character {error.character:#x}", expected="text", line=line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = clip(error.problem or error.context or "a syntax error", 120)
        builder.syntax(found, "YAML", mark.line + 1 if mark else 1)
    except (ValueError, OverflowError) as error:  # PyYAML: an escape that is no character
        faults.refuse("C005", found=clip(str(error), 120), expected="YAML")
    return builder.root


def _json(text: str, faults: Faults) -> Any:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        block: dict[str, Any] = {}
        for key, value in items:
            if key in block:
                duplicate(faults, (key,), None)
            block.setdefault(key, value)
        return block

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_int=_number, parse_constant=_nan)
    except json.JSONDecodeError as error:
        faults.refuse("C005", found=clip(error.msg), expected="JSON", line=error.lineno)
    except RecursionError:
        faults.refuse("C003", found="blocks nested too deep", expected="one patient")


def _nan(_: str) -> float:
    return math.nan
