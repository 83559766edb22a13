"""From the bytes of a table to its rows of cells: encoding, separators, comments, heading."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from diapedesis.exchange.faults import clip
from diapedesis.exchange.table_columns import UNIT_WORDS, column_of, nearly, without_unit
from diapedesis.exchange.table_faults import TableFaults
from diapedesis.exchange.table_values import NUMBER, is_missing

LARGEST = 10_000_000
"""Largest table that is read [byte]."""
MOST_ROWS = 200_000
MOST_COLUMNS = 200
Ignore = Literal["#", "C", "@"]


@dataclass(frozen=True)
class Grid:
    """Rows of cells as they stand in the file.

    Attributes
    ----------
    columns : list of str
        Name of each column.
    rows : list of (int, list of str)
        Line of the file, and one cell for each column.
    comments : tuple of str
        Text of the rows that begin with ``#``.
    """

    columns: list[str]
    rows: list[tuple[int, list[str]]]
    comments: tuple[str, ...]


def grid_of(text: str, faults: TableFaults, ignore: Ignore) -> Grid:
    """Return the cells of a text.

    Raises
    ------
    TableError
        For a text from which no rows can be told (T002, T003, T005 to T008, T011).
    """
    lines = re.split(r"\r\n|\r|\n", text)
    comments = tuple(s.lstrip()[1:].strip() for s in lines if s.lstrip().startswith("#"))
    kept = [(n, s) for n, s in enumerate(lines, 1) if s.strip() and not s.lstrip().startswith("#")]
    separator = None
    if kept and (match := re.fullmatch(r"sep=([,;\t])", kept[0][1].strip(), re.I)):
        separator = match[1]
        del kept[0]
    if not kept:
        faults.refuse("T002", found="no row", expected="a heading and rows")
    (at, first), *body = kept
    if len(body) > MOST_ROWS:
        faults.refuse("T003", found=f"{len(body)} rows", expected=f"at most {MOST_ROWS}")
    separator = separator or _separator(first)
    columns = _heading(_split(first, separator, at, faults), at, faults)
    if faults.items:
        faults.stop()
    rows = _rows(body, columns, separator, faults, ignore)
    if columns[0] == "C":
        columns, rows = columns[1:], [(n, cells[1:]) for n, cells in rows if not _flagged(cells)]
    if not rows and not faults.items:
        faults.refuse("T002", found="a heading and no row", expected="rows under the heading")
    return Grid(columns, rows, comments)


def read_text(path: Path, faults: TableFaults) -> str:
    """Return the text of a file.

    Raises
    ------
    TableError
        For one that cannot be read, or holds no plain text (T001 to T004).
    """
    data = _bytes(path, faults)
    if len(data) > LARGEST:
        faults.refuse("T003", found="more than 10 MB", expected="at most 10 MB")
    if data.startswith(b"PK\x03\x04"):
        fix = "in Excel choose Save As, CSV UTF-8"
        faults.refuse("T004", found="an Excel workbook or archive", expected="CSV text", fix=fix)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.refuse("T004", found="UTF-16 text", expected="UTF-8 text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"byte 0x{data[error.start]:02x}"
        faults.refuse("T004", line, found=found, expected="UTF-8 text")
    odd = re.search(r"[^\t\r\n\x20-\x7e\xa0-\U0010ffff]|[\u2028\u2029\u202a-\u202e]", text)
    if odd is not None:
        line = text.count("\n", 0, odd.start()) + 1
        found = f"character {ord(odd[0]):#x}"
        faults.refuse("T004", line, found=found, expected="plain text")
    if not text.strip():
        faults.refuse("T002", found="an empty file", expected="a heading and rows")
    return text


def _bytes(path: Path, faults: TableFaults) -> bytes:
    try:
        if path.exists() and not path.is_file():
            kind = "a directory" if path.is_dir() else "a device or pipe"
            faults.refuse("T001", found=kind, expected="a regular file")
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError:
        faults.refuse("T001", found="no such file", expected="an existing file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.refuse("T001", found=reason, expected="a file that can be read")


def _separator(heading: str) -> str | None:
    """Return comma, semicolon or tab, whichever the heading has most of; None for blanks.

    Examples
    --------
    >>> _separator("ID;TIME;DV"), _separator("ID TIME DV")
    (';', None)
    """
    best = max(",;\t", key=heading.count)
    return best if best in heading else None


def _split(line: str, separator: str | None, at: int, faults: TableFaults) -> list[str]:
    if separator is None:
        return line.split()
    try:
        (cells,) = csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True)
    except csv.Error as error:
        reason = str(error)
        faults.refuse("T011", at, found=reason, expected="each quoted cell to end on its line")
    return [c.strip() for c in cells]


def _heading(cells: list[str], at: int, faults: TableFaults) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    numbers = sum(bool(NUMBER.fullmatch(c)) or is_missing(c) for c in cells)
    if not cells or numbers > len(cells) / 2:
        found = f"'{clip(','.join(cells))}'"
        faults.refuse("T005", at, found=found, expected="names of columns, ID, TIME, ...")
    if len(cells) > MOST_COLUMNS:
        faults.refuse("T003", at, found=f"{len(cells)} columns", expected=f"at most {MOST_COLUMNS}")
    columns = [column_of(c) for c in cells]
    for cell, name in zip(cells, columns, strict=True):
        faults.headings.setdefault(name, clip(cell))
    for i, (cell, name) in enumerate(zip(cells, columns, strict=True)):
        if not cell:
            faults.add("T008", at, f"column {i + 1}", found="no heading", expected="a name")
        elif name in columns[:i]:
            other = clip(cells[columns.index(name)])
            found = f"'{clip(cell)}' and '{other}'"
            faults.add("T007", at, name, found=found, expected=f"one column for {name}")
        elif (meant := without_unit(cell)) and meant not in columns:
            fix = f"write {meant}; say the unit when the table is read"
            faults.add("T008", at, name, found=f"'{clip(cell)}'", expected=meant, fix=fix)
        elif (meant := nearly(cell)) and meant not in columns:
            fix = f"write {meant}, or give the covariate another name"
            faults.add("T008", at, name, found=f"'{clip(cell)}'", expected=meant, fix=fix)
    return columns


def _rows(
    body: list[tuple[int, str]],
    columns: list[str],
    separator: str | None,
    faults: TableFaults,
    ignore: Ignore,
) -> list[tuple[int, list[str]]]:
    rows = []
    for n, line in body:
        if ignore == "@" and re.match(r"[A-Za-z@]", line.lstrip()):
            continue
        cells = _split(line, separator, n, faults)
        if (ignore == "C" and cells[0].upper() == "C") or not any(cells):
            continue
        if len(cells) > len(columns) and not any(cells[len(columns) :]):
            del cells[len(columns) :]
        if len(cells) != len(columns):
            _ragged(n, cells, columns, separator, faults)
        elif not _no_data(n, cells, columns, faults):
            rows.append((n, cells))
    return rows


def _ragged(
    n: int, cells: list[str], columns: list[str], separator: str | None, faults: TableFaults
) -> None:
    comma = separator == "," and len(cells) > len(columns)
    faults.add(
        "T009",
        n,
        found=f"{len(cells)} cells",
        expected=f"{len(columns)}, as in the heading",
        fix="write decimal points; a decimal comma splits a number in two" if comma else "",
    )


def _no_data(n: int, cells: list[str], columns: list[str], faults: TableFaults) -> bool:
    """Note a repeated heading or a row of units; return whether it was one."""
    said = [c for c in cells if not is_missing(c)]
    again = sum(column_of(c) == name for c, name in zip(cells, columns, strict=True))
    if said and again > len(said) / 2:
        faults.add("T010", n, found="the heading again", expected="a row of values")
        return True
    if len(said) > 1 and all(c.strip("()[]").lower() in UNIT_WORDS for c in said):
        faults.add("T010", n, found=f"units: {clip(', '.join(said))}", expected="a row of values")
        return True
    return False


def _flagged(cells: list[str]) -> bool:
    return cells[0].upper() == "C"
