"""The import of the notes: same notes, same table; what cannot be read is refused."""

import csv
import importlib.util
import sys
from pathlib import Path

import pytest

from diapedesis.evidence import resolve

ROOT = Path(__file__).resolve().parents[2]
HEAD = "| id | quantity | value | unit | n | source | URL seen | sure |\n" + "|---" * 8 + "|\n"
PKPD = (
    HEAD
    + """\
| 1.1 | Cmax | 110 | mg/L | n=12 | Khatri 2009 Neurology 72:402 | label.example | L |
| 1.2 | trough | 23-29 | - | same | same | same; other.example | A/S |
| 1.3 | Vmax | not found | - | - | - | - | gap |
| 1.4 | rate | 0.016 | 1/day | derived | ln(1.6)/30 | - | D (crude) |
| 2.32 | IgG4 | 77 | % | 7 | handbook | a.example | S |
| 2.32 | IgG | 84 | % | 7 | series | b.example | A |
| 2.4 | saturation | **<50** | % | 12 | Khatri 2009 | as above | A; no values |
| 2.5 | late | 3 | months | - | Clifford 2010 | none | **M** |
"""
)
PML = (
    HEAD
    + "| 1.4 | incidence | 0.04 | /1000 | world | Sorensen 2012 | c.example | A (result **M**) |\n"
)
REBOUND = (
    HEAD
    + """\
| R001 | ARR | 0.7 | 1/y | 315 | [Sormani] 2011 | d.example | table seen |
| R002 | relapse | 43 | % | 315 | same | same | abstract/secondary |
| R003 | title | up | – | – | Angelini 2013 | – | title only |
"""
)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "import_evidence", ROOT / "scripts/import_evidence.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def notes(tmp_path):
    for name, text in (("pkpd.md", PKPD), ("pml_iris.md", PML), ("rebound.md", REBOUND)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "corrections.csv").write_text("id,column,found,text\n", encoding="utf-8")
    return tmp_path


def run(script, notes):
    out, corrections = notes / "claims.csv", notes / "corrections.csv"
    code = script.main([str(notes), "--out", str(out), "--corrections", str(corrections)])
    return code, out


def table(out):
    return {r["id"]: r for r in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}


def test_rows_come_in_order_without_gaps_and_the_second_of_two_ids_gets_b(script, notes, capsys):
    code, out = run(script, notes)
    assert code == 0
    assert list(table(out)) == [
        *("pkpd 1.1", "pkpd 1.2", "pkpd 1.4", "pkpd 2.32", "pkpd 2.32b", "pkpd 2.4", "pkpd 2.5"),
        *("pml 1.4", "R001", "R002", "R003"),
    ]
    assert "left out, nothing stated: pkpd 1.3" in capsys.readouterr().out


def test_same_becomes_the_text_of_the_row_above(script, notes):
    row = table(run(script, notes)[1])["pkpd 1.2"]
    assert row == {
        "id": "pkpd 1.2",
        "quantity": "trough",
        "value": "23-29",
        "unit": "",
        "n": "12",
        "paper": "Khatri 2009 Neurology 72:402",
        "locator": "label.example; other.example",
        "sure": "S",
        "note": "A/S",
    }


def test_a_short_citation_is_spelled_out_and_brings_its_own_place(script, notes):
    row = table(run(script, notes)[1])["pkpd 2.4"]
    assert row["paper"] == "Khatri 2009 Neurology 72:402"
    assert row["locator"] == "label.example; other.example"
    assert row["value"] == "<50"


def test_own_arithmetic_is_called_so(script, notes):
    row = table(run(script, notes)[1])["pkpd 1.4"]
    assert (row["paper"], row["n"], row["locator"]) == ("derived here: ln(1.6)/30", "", "")


def test_how_sure_becomes_one_letter_and_a_note(script, notes):
    found = {i: (r["sure"], r["note"]) for i, r in table(run(script, notes)[1]).items()}
    assert found["pkpd 1.4"] == ("D", "crude")
    assert found["pkpd 2.4"] == ("A", "no values")
    assert found["pkpd 2.5"] == ("M", "")
    assert found["pml 1.4"] == ("M", "result M")
    assert found["R001"] == ("T", "")
    assert found["R002"] == ("S", "abstract/secondary")
    assert found["R003"] == ("M", "title only")


def test_the_same_notes_give_the_same_bytes(script, notes):
    first = run(script, notes)[1].read_bytes()
    assert run(script, notes)[1].read_bytes() == first
    assert b"\r" not in first


def test_a_correction_replaces_the_cell_it_expects(script, notes):
    path = notes / "corrections.csv"
    path.write_text("id,column,found,text\nR001,paper,[Sormani] 2011,AFFIRM\n", encoding="utf-8")
    assert table(run(script, notes)[1])["R001"]["paper"] == "AFFIRM"


@pytest.mark.parametrize("line", ["R001,paper,other text,AFFIRM", "R999,paper,,AFFIRM"])
def test_a_stale_correction_writes_nothing(script, notes, capsys, line):
    (notes / "corrections.csv").write_text(f"id,column,found,text\n{line}\n", encoding="utf-8")
    code, out = run(script, notes)
    assert code == 1 and not out.exists()
    assert "bring the corrections up to date" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("| table seen |", "| rumour |", "no code for how sure 'rumour'"),
        ("| d.example | table seen |", "| table seen |", "7 cells instead of 8"),
    ],
)
def test_notes_that_cannot_be_read_are_refused(script, notes, capsys, old, new, message):
    (notes / "rebound.md").write_text(REBOUND.replace(old, new, 1), encoding="utf-8")
    code, out = run(script, notes)
    assert code == 1 and not out.exists()
    assert message in capsys.readouterr().err


def test_a_third_row_of_one_id_is_refused(script, notes, capsys):
    text = REBOUND.replace("| R002 |", "| R001 |").replace("| R003 |", "| R001 |")
    (notes / "rebound.md").write_text(text, encoding="utf-8")
    assert run(script, notes)[0] == 1
    assert "'R001b' occurs again" in capsys.readouterr().err


def test_an_absent_file_is_named(script, notes, capsys):
    (notes / "pml_iris.md").unlink()
    assert run(script, notes)[0] == 1
    assert "pml_iris.md is not in" in capsys.readouterr().err


def test_every_correction_stands_in_the_table_of_the_package():
    with (ROOT / "scripts/evidence_corrections.csv").open(encoding="utf-8", newline="") as stream:
        corrections = list(csv.DictReader(stream))
    assert corrections
    for c in corrections:
        assert getattr(resolve(c["id"]), c["column"]) == c["text"], c["id"]
