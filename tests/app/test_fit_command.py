"""``diapedesis fit``: tables and report of every subject; bad tables and folders are refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app

ROWS = """ID,TIME,EVID,AMT,DV,WT,ADDL,II
7,0,1,300,.,70,5,28
7,140,0,.,21.5,.,.,.
7,150,0,.,58,.,.,.
8,0,1,300,.,82,5,28
8,140,0,.,27,.,.,.
"""


def run(*arguments: str, code: int = 0) -> str:
    found = CliRunner().invoke(app, ["fit", *arguments])
    assert found.exit_code == code, found.output
    return found.output


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "levels.csv"
    file.write_text("# SIMULATED: for a test\n" + ROWS)
    return file


def test_a_folder_of_tables_draws_and_a_report(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = run(str(table), "--draws", "400", "--workers", "1", "--out", str(out))
    assert "2 of 2 subjects fitted" in text
    assert "SIMULATED" in text
    with (out / "subjects.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [r["id"] for r in rows] == ["7", "8"]
    assert all(float(r["rhat"]) <= 1.01 and float(r["ess"]) >= 400 for r in rows)
    assert len(list((out / "fits").iterdir())) == 2
    page = (out / "report.html").read_text()
    assert "Research use only" in page and "SIMULATED: for a test" in page
    assert "npde" in page and "Shrinkage" in page
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    run(str(table), "--draws", "400", "--workers", "2", "--out", str(out))
    assert before == {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}


def test_json_holds_what_the_tables_hold(table: Path) -> None:
    found = json.loads(run(str(table), "--draws", "400", "--workers", "1", "--json"))
    assert [r["status"] for r in found["subjects"]] == ["fitted", "fitted"]
    assert {r["subject"] for r in found["parameters"]} == {"7", "8"}
    assert found["reproducibility"]["n_draws"] == 400


def test_every_fault_of_a_bad_table_and_code_2(table: Path) -> None:
    table.write_text(ROWS.replace("21.5", "21,5").replace("300,.,82", "-3,.,82"))
    said = CliRunner().invoke(app, ["fit", str(table)])
    assert said.exit_code == 2
    assert "faults" in said.output


def test_a_file_in_the_place_of_the_folder(table: Path) -> None:
    run(str(table), "--out", str(table), code=2)


def test_levels_that_are_all_below_the_limit(tmp_path: Path) -> None:
    file, out = tmp_path / "below.csv", tmp_path / "out"
    file.write_text(
        "ID,TIME,EVID,AMT,BLQ,LLOQ,WT\n"
        + "".join(f"{i},0,1,300,.,.,70\n{i},300,0,.,1,0.25,.\n" for i in (7, 8))
    )
    run(str(file), "--draws", "400", "--workers", "1", "--out", str(out))
    page = (out / "report.html").read_text()
    assert "2 levels, 2 below the limit" in page
    assert "No level is quantified" in page
    assert "Quantified levels" not in page


def test_residuals_of_an_earlier_table_do_not_stay(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    how = ("--draws", "400", "--workers", "1", "--out", str(out))
    run(str(table), *how)
    assert (out / "residuals-free.csv").exists()
    table.write_text(ROWS.replace("8,140,0,.,27,.,.,.\n", ""))
    run(str(table), *how)
    assert not (out / "residuals-free.csv").exists()
    assert "Cannot say" in (out / "report.html").read_text()


def test_a_folder_in_which_no_fit_can_be_kept(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    how = ("--draws", "400", "--workers", "1", "--out", str(out))
    run(str(table), *how)
    for kept in (out / "fits").iterdir():
        kept.unlink()
        kept.mkdir()
    assert "error: --out:" in run(str(table), *how, code=2)
