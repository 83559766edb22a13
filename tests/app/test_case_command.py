"""``diapedesis case``: every case is listed and shown, and what is unknown is said to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.cases import case_files
from diapedesis.exchange.published import packaged_case


def run(*arguments: str, code: int = 0) -> str:
    found = CliRunner().invoke(app, ["case", *arguments])
    assert found.exit_code == code, found.output
    return found.output if code else found.stdout


def test_every_case_is_listed_with_what_can_be_started_from() -> None:
    said = run("list")
    for id in case_files():
        (line,) = [x for x in said.splitlines() if f" {id} " in x]
        assert packaged_case(id).conditioning in line
    assert "Research use only" in said


def test_the_list_as_json() -> None:
    rows = {row["id"]: row for row in json.loads(run("list", "--json"))}
    assert list(rows) == list(case_files())
    assert rows["rinaldi-2012-series"]["later"] == 7
    assert rows["ikazabo-2016-p1"]["day"] == "unknown"


@pytest.mark.parametrize("id", case_files())
def test_a_case_is_shown_whole(id: str) -> None:
    case, said = packaged_case(id), " ".join(run("show", id).split())
    for part in (case.title, case.claim, case.citation.how_sure, case.conditioning):
        assert " ".join(part.split()) in said
    notes = [x.note for x in (*case.treatments, *case.given, *case.observed_later) if x.note]
    assert all(note in said for note in notes)
    assert said.count(" - ") >= len(case.treatments) + len(case.given) + len(case.observed_later)


def test_unknown_is_said() -> None:
    said = " ".join(run("show", "ikazabo-2016-p2").split())
    for part in (
        "near-unconditional",
        "unknown: sex, age, weight",
        "unknown: number of infusions, months on it",
        "diagnosis of PML, day unknown",
        "plasma exchange: unknown whether given",
    ):
        assert part in said


def test_one_case_as_json_has_null_for_unknown_and_for_an_open_end() -> None:
    found = json.loads(run("show", "schippling-2013", "--json"))
    assert found["subject"]["age"] is None
    assert found["exposure"]["months"] == {"low": 48, "high": None}
    assert found["conditioning"] == "dated"


def test_a_file_is_shown_before_it_is_run(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    text = case_files()["calvi-2014"]
    path.write_text(text.replace("id: calvi-2014", "id: my-own"), encoding="utf-8")
    assert run("show", str(path)) == run("show", "calvi-2014").replace("calvi-2014", "my-own", 1)
    path.write_text(text + "colour: red\n", encoding="utf-8")
    assert "colour" in run("show", str(path), code=2)


def test_an_unknown_id_is_refused_with_those_near() -> None:
    said = run("show", "calvi-2013", code=2)
    assert "case: found 'calvi-2013'; near ids: calvi-2014" in said
    assert "no id is near" in run("show", "%%%", code=2)
