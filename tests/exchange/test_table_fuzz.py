"""Whatever stands in a table, it is read into finite numbers or refused with a TableError."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diapedesis.exchange import TableError, subjects_of
from diapedesis.exchange.table_values import LARGE, is_missing
from tests.exchange.tables import GOOD, table

LINES = GOOD.splitlines()
HEAD = LINES[1].split(",")
CELLS = [(i, j) for i in range(2, len(LINES)) for j in range(len(HEAD))]
NUMERIC = (
    "TIME",
    "EVID",
    "AMT",
    "RATE",
    "ADDL",
    "II",
    "SS",
    "MDV",
    "DV",
    "BLQ",
    "LLOQ",
    "SEQ",
    "WT",
)
ODD = [
    *("", ".", "NA", "nan", "NaN", "inf", "-Infinity", "1e999", "-1e308", "1e-320", "0x10", "1_0"),
    *("1,5", "<0.5", "300 mg", "--1", "+", "e5", "1e", "٣", "²", "½", "−1", "1 2", '"', '""', "'"),
    *("#N/A", "=1+1", "2024-03-01", "10:30", "\t", "\u202e1", "\x00", "\ufeff", "ID", "mg", "plex"),
    *(
        "0",
        "-0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "-1",
        "-2",
        "-99",
        "1e12",
        "1e-12",
        "0.1",
        "1e5",
        "36525",
    ),
]
WORDS = st.sampled_from(ODD) | st.text(max_size=8) | st.floats().map(repr) | st.integers().map(str)


def numbers(value: Any) -> list[float]:
    if dataclasses.is_dataclass(value):
        return [n for f in dataclasses.fields(value) for n in numbers(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [n for part in value for n in numbers(part)]
    return [value] if isinstance(value, int | float) else []


def check(text: str | bytes, **options: Any) -> bool:
    """Read a text, and as natalizumab subjects; return whether it was a table."""
    try:
        read = table(text, **options)
    except TableError as refused:
        assert refused.faults
        str(refused).encode("utf-8")
        return False
    assert all(math.isfinite(n) and abs(n) <= LARGE for n in numbers(read))
    try:
        subjects = subjects_of(read)
    except TableError as refused:
        str(refused).encode("utf-8")
        return True
    for s in subjects:
        ends = {a.end for a in s.protocol.antibodies}
        assert all(math.isfinite(n) and abs(n) < 1e6 for n in numbers(s) if n not in ends)
    return True


def with_cells(changes: list[tuple[tuple[int, int], str]]) -> str:
    rows = [line.split(",") for line in LINES]
    for (i, j), text in changes:
        rows[i][j] = text
    return "\n".join(",".join(row) for row in rows)


@given(st.text(max_size=200))
@example("ID,TIME\n\n")
@example("sep=;")
@example("ID,TIME,DV\n1,0,3\x85")
@example("C\nC\n")
@example('ID,TIME,DV\n"1\n",0,3')
def test_any_text(text: str) -> None:
    check(text)
    check(text, ignore="@", time_unit="h")


@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    check(data)


@given(st.lists(st.lists(WORDS, min_size=5, max_size=5), max_size=4))
def test_any_cells_under_a_heading(rows: list[list[str]]) -> None:
    check("\n".join(["ID,TIME,EVID,AMT,DV", *(",".join(row) for row in rows)]))
    check("\n".join(["ID;DATE;TIME;DV;WT", *(";".join(row) for row in rows)]), ignore="C")


@given(st.lists(st.tuples(st.sampled_from(CELLS), WORDS), min_size=1, max_size=3))
def test_a_good_table_with_cells_exchanged(changes: list[tuple[tuple[int, int], str]]) -> None:
    check(with_cells(changes))


@given(st.integers(0, len(GOOD)), st.integers(0, 6), st.text(max_size=6))
def test_a_good_table_with_signs_exchanged(start: int, length: int, text: str) -> None:
    check(GOOD[:start] + text + GOOD[start + length :])


@given(st.permutations(LINES[1:]), st.integers(0, len(LINES)))
def test_a_good_table_with_rows_moved_or_lost(lines: list[str], kept: int) -> None:
    check("\n".join(lines[:kept]))
    check("\n".join([LINES[1], *lines[:kept]]))


@given(
    st.integers(2, len(LINES) - 1),
    st.sampled_from(NUMERIC),
    st.sampled_from(ODD) | st.text(max_size=6),
)
def test_no_number_is_made_of_what_is_none(row: int, column: str, text: str) -> None:
    """A table is read only if the cell is a plain number, or missing."""
    cell = text.replace(",", "").replace('"', "")
    if check(with_cells([((row, HEAD.index(column)), cell)])) and not is_missing(cell):
        assert cell.isascii()
        assert math.isfinite(float(cell))
        assert "_" not in cell


@given(st.sampled_from([c for c in CELLS if LINES[c[0]].split(",")[c[1]] != "."]), st.floats())
def test_a_good_table_with_another_number(cell: tuple[int, int], number: float) -> None:
    if check(with_cells([(cell, repr(number))])) and HEAD[cell[1]] not in ("ID", "SITE", "SEX"):
        assert math.isfinite(number)


@pytest.mark.parametrize("value", ODD, ids=ascii)
def test_an_odd_value_in_every_column(value: str) -> None:
    """On a row with a dose, one with an observation, and one with a session."""
    for i, j in CELLS:
        if i in (2, 3, 5):
            check(with_cells([((i, j), value)]))


def test_a_steady_state_of_countless_doses_is_refused_without_counting_them() -> None:
    text = "ID,TIME,EVID,AMT,II,SS,WT\n1,0,1,300,1e-12,1,70\n"
    with pytest.raises(TableError, match="T050"):
        subjects_of(table(text))


def test_the_good_table_is_good() -> None:
    assert check(GOOD)
    assert len(subjects_of(table(GOOD))) == 2
