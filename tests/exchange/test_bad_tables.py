"""Each way in which a table goes wrong is said, alone, and as the published page shows it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from diapedesis.exchange import TableError, read_table
from diapedesis.exchange.table_bad import BAD, Bad
from diapedesis.exchange.table_columns import COLUMNS, COVARIATES, NAMES
from diapedesis.exchange.table_faults import CODES
from diapedesis.exchange.table_reference import PAGE, main, page
from diapedesis.exchange.table_text import LARGEST, MOST_ROWS
from tests.exchange.tables import GOOD, faults, subjects, table

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
RENEW = "run: python -m diapedesis.exchange.table_reference docs/reference"


@pytest.mark.parametrize("bad", BAD, ids=lambda b: f"{b.code} {b.title}")
def test_a_fault_is_found_and_nothing_else_is(bad: Bad) -> None:
    (found,) = bad.faults()
    assert found.code == bad.code
    assert found.found and found.expected and found.fix
    if isinstance(bad.content, str) and bad.code not in ("T002", "T006"):
        assert found.row is not None


def test_every_code_has_an_example() -> None:
    assert {b.code for b in BAD} == set(CODES)
    assert len({b.title for b in BAD}) == len(BAD)
    assert len(BAD) > 80


def test_the_page_is_up_to_date() -> None:
    text = (REFERENCE / PAGE).read_text(encoding="utf-8")
    assert text == page(text), RENEW


def test_renewing_writes_the_page(tmp_path: Path) -> None:
    marks = ("columns", "covariates", "codes", "faults")
    stale = "".join(f"<!-- {m}:begin -->\nstale<!-- {m}:end -->\n" for m in marks)
    (tmp_path / PAGE).write_text(stale)
    main(str(tmp_path))
    renewed = (tmp_path / PAGE).read_text()
    assert "stale" not in renewed
    assert all(f"`{c.name}`" in renewed for c in (*COLUMNS, *COVARIATES))


def test_no_name_means_two_columns() -> None:
    spellings = [s for c in (*COLUMNS, *COVARIATES) for s in (c.name, *c.also)]
    assert len(spellings) == len(set(spellings)) == len(NAMES)


def test_the_first_table_of_the_page_reads() -> None:
    text = (REFERENCE / PAGE).read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(ID,.*?)^```", text, re.DOTALL | re.MULTILINE)[0]
    (woman,) = subjects(shown)
    assert len(woman.protocol.doses) == 12
    assert woman.levels[-1].below


def test_the_python_of_the_page_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(REFERENCE.parents[1] / "examples")
    monkeypatch.chdir(tmp_path)
    text = (REFERENCE / PAGE).read_text(encoding="utf-8")
    found = re.search(
        r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE
    )
    assert found is not None
    exec(found[1], {})
    assert capsys.readouterr().out == found[2]


def test_a_good_table_is_good() -> None:
    assert [s.id for s in subjects(GOOD)] == ["7", "8"]


@pytest.mark.parametrize(
    ("old", "new", "code", "row", "column"),
    [
        ("64,f", "64,x", "T020", 3, "SEX"),
        ("64,f", "154,f", None, 3, "WT"),
        (",7200,", ",-1,", "T028", 3, "RATE"),
        ("1,0,0.25,1", "1,0,22,1", "T036", 4, "DV"),
        ("1,1,0.25", "1,1,.", "T035", 7, "LLOQ"),
        ("7,70.5,2", "7,55.5,2", "T023", 6, "TIME"),
        ("7,70.5,2", "7,70.5,0", "T038", 6, "APH"),
        ("1,.,28,1,1", "1,.,28,1,0", "T027", 9, "MDV"),
        ("1,.,28,1,1", "1,.,1,1,1", "T050", 9, "II"),
        ("7,28,0,.", "7,28,0,12", "T026", 4, "AMT"),
        ("8,3,3", "7,3,3", "T022", 10, "ID"),
        ("80,m", "180,m", None, 8, "WT"),
        ("0.25,2,.,.,.,.,.,.,1.5", "0.25,1,.,.,.,.,.,.,1.5", "T041", 7, "OCC"),
        ("Wien", "12", "T040", 3, "SITE"),
    ],
)
def test_a_good_table_spoiled(old: str, new: str, code: str | None, row: int, column: str) -> None:
    assert GOOD.count(old) == 1
    spoiled = GOOD.replace(old, new)
    if code is None:
        assert subjects(spoiled)  # heavy, and possible
        return
    found = faults(spoiled)
    assert [(f.code, f.row, f.column) for f in found] == [(code, row, column)]


def test_a_broken_row_brings_no_further_faults() -> None:
    text = "ID,TIME,EVID,AMT,DV,WT\n1,0,1,300 mg,.,70\n1,28,0,.,21.5,.\n"
    assert [f.code for f in faults(text)] == ["T012"]
    text = "ID,TIME,EVID,AMT,DV,WT\n1,0,1,300,.,70 kg\n1,28,0,.,21.5,.\n"
    assert [f.code for f in faults(text)] == ["T012"]


def test_large_files_are_refused_before_they_are_read(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    for content, said in (
        (b"ID,TIME,DV\n" + b"1,0,3\n" * (MOST_ROWS + 1), "200001 rows"),
        (b"#" * (LARGEST + 1), "more than 10 MB"),
    ):
        file.write_bytes(content)
        with pytest.raises(TableError, match=said):
            read_table(file)


def test_a_directory_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="a directory"):
        read_table(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TableError, match="a device or pipe"):
        read_table(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1,5", "T013"),
        ("<0.5", "T014"),
        ("> 400", "T014"),
        ("BLQ", "T014"),
        ("below LLOQ", "T014"),
        ("inf", "T015"),
        ("-Infinity", "T015"),
        ("#N/A", "T015"),
        ("#DIV/0!", "T015"),
        ("1e-300", "T015"),
        ("0x1F", "T012"),
        ("1_000", "T012"),
        ("١٢", "T012"),
        ("12 mg/L", "T012"),
        ("--3", "T012"),
    ],
)
def test_a_result_that_is_no_number(cell: str, code: str) -> None:
    with pytest.raises(TableError) as caught:
        table(f'ID;TIME;DV\n1;0;"{cell}"\n')
    assert [f.code for f in caught.value.faults] == [code]
