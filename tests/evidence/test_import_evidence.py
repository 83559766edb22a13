"""The import of the notes: same notes, same bytes; what cannot be read is refused."""

import csv
import importlib.util
import json
import sys
from pathlib import Path

import pytest

from diapedesis.evidence import resolve

ROOT = Path(__file__).resolve().parents[2]
HEAD = "| id | quantity | value | unit | n | source | URL seen | sure |\n" + "|---" * 8 + "|\n"
PKPD = (
    "### 1. Drug\n"
    + HEAD
    + """\
| 1.1 | Cmax | 110 | mg/L | n=12 | Khatri 2009 Neurology 72:402 | label.example | L |
| 1.2 | trough | 23-29 | - | same | same | same; other.example | A/S |
| 1.3 | Vmax | not found | - | - | - | - | gap |
| 1.4 | rate | 0.016 | 1/day | derived | ln(1.6)/30 | - | D (crude) |
| 2.32 | IgG4 | 77 (70-84) | % | 7 | handbook | a.example | S |
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
| R001 | ARR | 0.7 | 1/y | 315 | [Sormani] 2011 Neurology | d.example | table seen |
| R002 | relapse | 43 | % | 315 | same | same | abstract/secondary |
| R003 | title | up | – | – | Angelini 2013 | – | title only |
| R004 | level | 92 | % | 12 | Khatri 2009 Neurology, PMID 19188571 | e.example | abstract |
"""
)
PAPERS = """\
cited,id,type,author,year,title,container-title,volume,issue,page,DOI,PMID,PMCID,NCT,URL,note
handbook,handbook,chapter,,,handbook,,,,,,,,,,edition not seen
series,series,,,,series,,,,,,,,,,
"""
CASE = """\
id: khatri-2009-p1
citation: {authors: "Khatri B, et al.", year: 2009, title: MS and exchange,
  journal: Neurology 72(5):402-9, doi: null, pmid: 19188571}
url_seen: [https://pubmed.ncbi.nlm.nih.gov/19188571/]
how_sure: Read in an abstract. Pages from memory.
"""
COURSES = """\
study,arm,week,measure,value,n,ci_low,ci_high,note
Khatri2009,all,1,pct_fall,92,12,,,
"""
OTHERS = {"sormani-2011", "sorensen-2012", "angelini-2013", "clifford-2010"}
ESTIMATES = "parameter,estimate,unit,bootstrap_median,boot_lo95,boot_hi95,note\n"


@pytest.fixture(scope="module")
def script():
    folder = ROOT / "scripts"
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("import_evidence", folder / "import_evidence.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(folder))
    for name in set(sys.modules) - before:
        if name == spec.name or name.startswith("evidence_"):
            del sys.modules[name]


@pytest.fixture
def notes(tmp_path, script, monkeypatch):
    for name, text in (("pkpd.md", PKPD), ("pml_iris.md", PML), ("rebound.md", REBOUND)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/khatri.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "rebound_timecourse.csv").write_text(COURSES, encoding="utf-8")
    rows = "".join(f"{name},1,L,,,,\n" for name in script.MODEL)
    (tmp_path / "pkpd_popPK_vandenberg2025.csv").write_text("# x\n" + ESTIMATES + rows)
    (tmp_path / "evidence_corrections.csv").write_text("id,column,found,text\n", encoding="utf-8")
    (tmp_path / "evidence_papers.csv").write_text(PAPERS, encoding="utf-8")
    studies = "study,papers,claims\nKhatri2009,khatri-2009,R004\n"
    (tmp_path / "evidence_studies.csv").write_text(studies, encoding="utf-8")
    (tmp_path / "out").mkdir()
    return tmp_path


def run(script, notes):
    out = notes / "out"
    code = script.main([str(notes), "--out", str(out), "--tables", str(notes)])
    return code, out / "claims.csv"


def papers(out):
    lines = (out.parent / "papers.jsonl").read_text(encoding="utf-8").splitlines()
    return {p["id"]: p for p in map(json.loads, lines)}


def table(out, key="id"):
    return {r[key]: r for r in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}


def test_rows_come_in_order_without_gaps_and_the_second_of_two_ids_gets_b(script, notes, capsys):
    code, out = run(script, notes)
    assert code == 0
    assert list(table(out)) == [
        *("pkpd 1.1", "pkpd 1.2", "pkpd 1.4", "pkpd 2.32", "pkpd 2.32b", "pkpd 2.4", "pkpd 2.5"),
        *("pml 1.4", "R001", "R002", "R003", "R004"),
    ]
    assert "left out, nothing stated: pkpd 1.3" in capsys.readouterr().out


def test_same_becomes_the_text_of_the_row_above(script, notes):
    row = table(run(script, notes)[1])["pkpd 1.2"]
    assert row == {
        "id": "pkpd 1.2",
        "topic": "Drug",
        "quantity": "trough",
        "value": "23-29",
        "number": "",
        "low": "23",
        "high": "29",
        "spread": "",
        "interval": "",
        "unit": "",
        "n": "12",
        "population": "12",
        "papers": "khatri-2009",
        "cited": "Khatri 2009 Neurology 72:402",
        "locator": "label.example; other.example",
        "sure": "S",
        "note": "A/S",
    }


def test_a_short_citation_is_spelled_out_and_brings_its_own_place(script, notes):
    row = table(run(script, notes)[1])["pkpd 2.4"]
    assert row["cited"] == "Khatri 2009 Neurology 72:402"
    assert row["locator"] == "label.example; other.example"
    assert row["value"] == "<50"


def test_own_arithmetic_is_called_so(script, notes):
    row = table(run(script, notes)[1])["pkpd 1.4"]
    assert (row["cited"], row["population"], row["locator"]) == ("derived here: ln(1.6)/30", "", "")


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
    folder = run(script, notes)[1].parent
    first = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert set(first) == {"claims.csv", "papers.jsonl", "timecourses.csv", "estimates.csv"}
    run(script, notes)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == first
    assert not any(b"\r" in data for data in first.values())


def test_a_correction_replaces_the_cell_it_expects(script, notes):
    path = notes / "evidence_corrections.csv"
    path.write_text(
        "id,column,found,text\nR001,cited,[Sormani] 2011 Neurology,Sormani 2011 Neurology\n",
        encoding="utf-8",
    )
    assert table(run(script, notes)[1])["R001"]["cited"] == "Sormani 2011 Neurology"


@pytest.mark.parametrize(
    "line", ["R001,cited,other text,AFFIRM", "R999,cited,,AFFIRM", "R001,number,1,2"]
)
def test_a_stale_correction_writes_nothing(script, notes, capsys, line):
    (notes / "evidence_corrections.csv").write_text(
        f"id,column,found,text\n{line}\n", encoding="utf-8"
    )
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


def test_citations_that_share_an_identifier_or_a_journal_become_one_paper(script, notes):
    found = papers(run(script, notes)[1])
    assert set(found) == {"khatri-2009", "handbook", "series", *OTHERS}
    khatri = found["khatri-2009"]
    assert khatri["author"] == [{"family": "Khatri", "given": "B"}]
    assert khatri["issued"] == {"date-parts": [[2009]]}
    assert (khatri["volume"], khatri["issue"], khatri["page"]) == ("72", "5", "402-9")
    assert (khatri["PMID"], khatri["title-short"]) == ("19188571", "MS and exchange")
    assert khatri["note"] == "Pages from memory"
    assert khatri["custom"]["cases"] == ["khatri-2009-p1"]
    assert len(khatri["custom"]["cited"]) == 3


def test_a_number_and_its_interval_are_read(script, notes):
    row = table(run(script, notes)[1])["pkpd 2.32"]
    assert [row[k] for k in ("number", "low", "high", "n")] == ["77", "70", "84", "7"]


def test_time_points_carry_papers_and_claims(script, notes):
    row = table(run(script, notes)[1].parent / "timecourses.csv", key="study")["Khatri2009"]
    assert (row["papers"], row["claims"], row["value"]) == ("khatri-2009", "R004", "92")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Khatri 2009 Neurology, PMID 19188571", "Khatri 2009 Blood 1:1", "alike, but no shared"),
        ("Khatri 2009 Neurology, PMID 19188571", "Khatri 2009 Neurology 71:402", "volume '7"),
        ("Khatri 2009 Neurology, PMID 19188571", "Kahtri 2009, PMID 19188571", "first author"),
        ("[Sormani] 2011 Neurology", "a talk somewhere", "give these citations a row"),
    ],
)
def test_papers_that_look_alike_are_told_not_joined(script, notes, capsys, old, new, message):
    (notes / "rebound.md").write_text(REBOUND.replace(old, new), encoding="utf-8")
    code, out = run(script, notes)
    assert code == 1 and not out.exists()
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("gone,gone,,,,,,,,,,,,,,", "no claim cites what these rows"),
        (
            "[Sormani] 2011 Neurology,sormani-2011,,Sormani,2012,,,,,,,,,,,",
            "year '2012' stands nowhere",
        ),
        ("Angelini 2013,khatri-2009,,Angelini,2013,,,,,,,,,,,", "first author"),
    ],
)
def test_a_row_of_the_table_of_papers_must_fit_the_notes(script, notes, capsys, line, message):
    (notes / "evidence_papers.csv").write_text(PAPERS + line + "\n", encoding="utf-8")
    code, out = run(script, notes)
    assert code == 1 and not out.exists()
    assert message in capsys.readouterr().err


def test_a_study_without_a_row_is_told(script, notes, capsys):
    (notes / "evidence_studies.csv").write_text("study,papers,claims\n", encoding="utf-8")
    assert run(script, notes)[0] == 1
    assert "Khatri2009" in capsys.readouterr().err


def test_every_correction_stands_in_the_table_of_the_package():
    with (ROOT / "scripts/evidence_corrections.csv").open(encoding="utf-8", newline="") as stream:
        corrections = list(csv.DictReader(stream))
    assert corrections
    for c in corrections:
        stored = getattr(resolve(c["id"]), c["column"])
        assert str(stored) == c["text"], c["id"]
