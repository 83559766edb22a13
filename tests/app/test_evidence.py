"""`diapedesis evidence`: show, search, check; an unresolved id fails the check, and so CI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.evidence import claims as claims_module
from diapedesis.evidence import load_claims, load_papers
from diapedesis.report import evidence_uses

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(str(p) for p in (ROOT / "examples").glob("*.yaml") if "scenario" not in p.stem)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["evidence", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_every_id_used_in_the_package_and_the_examples_resolves() -> None:
    code, out, _ = run("check", *EXAMPLES)
    assert code == 0, out
    assert out.endswith(f"{len(EXAMPLES)} case files: no faults\n")


def test_check_tells_all_faults_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = (
        evidence_uses.Use("parameter", "k_m of disposition", ("pkpd 99.1",)),
        evidence_uses.Use("calibration figure", "cmax", ("R165",)),
    )
    monkeypatch.setattr(evidence_uses, "uses", lambda: bad)
    case = tmp_path / "case.yaml"
    text = Path(EXAMPLES[0]).read_text(encoding="utf-8")
    case.write_text(text.replace("claims: [", "claims: [pkpd 88.8, "), encoding="utf-8")
    assert "88.8" in case.read_text(encoding="utf-8")
    code, out, _ = run("check", str(case))
    assert code == 1
    for part in ("'pkpd 99.1'", "R165 is from memory", "pkpd 88.8", "3 faults"):
        assert part in out
    code, out, _ = run("check", "--json")
    assert code == 1 and len(json.loads(out)["faults"]) == 2


def test_check_reads_the_tables_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read = claims_module.read_table

    def with_a_bad_row(name: str) -> list[dict[str, str]]:
        rows = read(name)
        if name == "claims_own.csv":
            rows[0] = rows[0] | {"papers": "nobody-1900"}
        return rows

    monkeypatch.setattr("diapedesis.evidence.check.read_table", with_a_bad_row)
    code, out, _ = run("check")
    assert code == 1 and "papers names 'nobody-1900', which does not exist" in out


def test_show_a_claim() -> None:
    code, out, _ = run("show", "pkpd", "1.18")
    assert code == 0
    for part in (
        "claim pkpd 1.18",
        "value        23-29\n  unit         ug/mL",
        "L: label or product information read",
        "tysabri-label-ch-57273: Tysabri Swiss label",
        "disputed by  pkpd 3.4: trough",
        "calibration figure: trough",
        "behaviour to tune to: pk.trough_q4w",
    ):
        assert part in out
    assert "nothing is fitted to it" in run("show", "R165")[1]


def test_show_a_paper() -> None:
    code, out, _ = run("show", "khatri-2009")
    assert code == 0
    assert "PMID         19188571" in out and "NCT00424788" in out
    assert "pkpd 2.2  drop baseline" in out


def test_every_claim_and_paper_can_be_shown_as_json() -> None:
    for id in (*list(load_claims())[::40], *list(load_papers())[::40]):
        code, out, _ = run("show", id, "--json")
        assert code == 0
        data = json.loads(out)
        if data["kind"] == "claim":
            assert data["id"] == id and data["sure_meaning"]
        else:
            assert data["csl"]["id"] == id and isinstance(data["claims"], list)


def test_an_unknown_id_is_answered_with_near_ones() -> None:
    code, out, err = run("show", "khatri-2008")
    assert (code, out) == (1, "")
    assert "'khatri-2008'; near ids: khatri-2009" in err


def test_search() -> None:
    code, out, _ = run("search", "trough", "Q4W", "--limit", "3")
    assert code == 0 and len(out.splitlines()) <= 3 and "pkpd 1.18  Q4W steady-state" in out
    data = json.loads(run("search", "khatri", "2009", "--json")[1])
    assert data["hits"][0]["id"] == "khatri-2009" and data["near"] == []


def test_nothing_found_is_an_answer() -> None:
    code, out, _ = run("search", "trouhg")
    assert code == 1 and out.startswith("nothing found for 'trouhg'. Near words: trough")
    code, out, _ = run("search", "trouhg", "--json")
    assert code == 1 and json.loads(out)["hits"] == []


@pytest.mark.parametrize("text", ['"', "(", "AND", "a:b:c", "trough AND", "NEAR(", "^*", "'; --"])
def test_signs_of_the_search_language_do_no_harm(text: str) -> None:
    code, out, err = run("search", text)
    assert code in (0, 1, 2) and "Traceback" not in out + err
    assert code != 2 or "at least one word" in err


@pytest.mark.parametrize("id", ["PKPD 1.17", "Pkpd1.17"])
def test_an_id_in_capitals_has_near_ones(id: str) -> None:
    assert "near ids: pkpd 1.17" in run("show", id)[2]


@pytest.mark.parametrize("command", ["show", "search"])
def test_a_long_text_is_not_said_again_in_full(command: str) -> None:
    code, out, err = run(command, "x" * 5000)
    assert code == 1 and len(out + err) < 300
