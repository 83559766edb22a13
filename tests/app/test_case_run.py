"""``diapedesis case run``: one case in words and as data, all of them as pages, and exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis import cases
from diapedesis.app.cli.main import app
from diapedesis.cases import case_files
from diapedesis.exchange import published
from tests.cases import made_up

THREE = ("centonze-2012-p1", "ikazabo-2016-p4", "havla-2014")


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        yield


def run(*arguments: str, code: int = 0) -> str:
    found = CliRunner().invoke(app, ["case", "run", *arguments])
    assert found.exit_code == code, found.output
    return found.output if code else found.stdout


def test_a_case_in_words_and_as_a_page(tmp_path: Path) -> None:
    page = tmp_path / "rigau.html"
    said = " ".join(run("rigau-2012", "--draws", "1000", "--out", str(page)).split())
    for part in (
        "case rigau-2012: Fulminating relapse",
        "Near-unconditional",
        "effective draws of 1,000",
        "nothing but the treatments",
        "asked 20 enhancing lesions at once, or raised pressure",
        "under the model",
        "cannot say tissue is not modelled cell by cell",
        "immunosuppressant: not in the model",
        "Assumed",
        "Research use only",
        f"Report: {page}",
    ):
        assert part in said, part
    assert "Near-unconditional" in page.read_text(encoding="utf-8")


def test_a_case_as_data_is_repeatable() -> None:
    first = run("centonze-2012-p1", "--draws", "1000", "--json")
    assert run("centonze-2012-p1", "--draws", "1000", "--json") == first
    found = json.loads(first)
    assert found["reproducibility"]["draws"] == 1000 and found["reproducibility"]["seed"] == 1
    (later,) = found["later"]
    assert 0 <= later["tail"] <= 1 and later["draws_behind"] > 0
    assert found["ess_seeded"] is None
    other = json.loads(run("centonze-2012-p1", "--draws", "1000", "--seed", "2", "--json"))
    assert other["ess"] != found["ess"]


def test_a_case_from_a_file(tmp_path: Path) -> None:
    text = case_files()["centonze-2012-p1"].replace("id: centonze-2012-p1", "id: my-own")
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    assert json.loads(run(str(path), "--draws", "1000", "--json"))["id"] == "my-own"
    path.write_text(text + "colour: red\n", encoding="utf-8")
    assert "colour" in run(str(path), code=2)


def test_the_packaged_series_is_answered_from_its_own_file_alone(tmp_path: Path) -> None:
    """Its answer is that of the published numbers, whatever a file of that id says."""
    text = case_files()["rinaldi-2012-series"]
    path = tmp_path / "own.yaml"
    path.write_text(text.replace("patients: 6", "patients: 1"), encoding="utf-8")
    said = run(str(path), "--draws", "1000", code=2)
    assert "id: found 'rinaldi-2012-series'" in said and "choose another id" in said


def test_too_few_draws_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases.run, "LEAST_ESS", 999.0)
    said = run("centonze-2012-p1", "--draws", "1000", code=1)
    assert "no answer: case 'centonze-2012-p1': found" in said and "more draws" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "found no case; name an ID or a file"),
        (["calvi-2013"], "near ids: calvi-2014"),
        (["nowhere.yaml"], "nowhere.yaml"),
        (["--all"], "--all needs --out-dir"),
        (["calvi-2014", "--all", "--out-dir", "x"], "--all takes no ID"),
        (["calvi-2014", "--out-dir", "x"], "--out-dir goes with --all"),
        (["calvi-2014", "--out", "x.txt"], "ending in .html or .pdf"),
    ],
)
def test_bad_input_is_refused(arguments: list[str], said: str) -> None:
    assert said in run(*arguments, code=2)


@pytest.mark.slow
def test_a_reduced_gallery_and_that_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = {id: case_files()[id] for id in THREE}
    some["havla-2014"] = some["havla-2014"].replace("day: 0, value: 3.5,", "day: 0, value: 9.5,")
    for module in (cases, published):
        monkeypatch.setattr(module, "case_files", lambda: some)
    folder = tmp_path / "new" / "gallery"
    # whom the third describes is bedridden on the drug, as nobody of the model is
    monkeypatch.setattr(cases.run, "LEAST_ESS", 20.0)
    arguments = ("--all", "--out-dir", str(folder), "--draws", "1000")
    said = run(*arguments, code=1)
    assert "case 1 of 3: centonze-2012-p1" in said and "Cases without an answer: 1 of 3." in said
    pages = sorted(f.name for f in folder.iterdir() if f.is_file())
    assert pages == [*(f"{id}.html" for id in sorted(THREE)), "index.html"]
    before = {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()}
    (folder / "index.html").unlink()
    again = run(*arguments, code=1)
    assert "case 3 of 3: havla-2014, as kept" in again
    assert {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()} == before
    assert "havla-2014" in before["index.html"].decode()


@pytest.mark.parametrize("taken", ["taken", "taken/results"])
def test_a_folder_that_is_a_file_is_refused(tmp_path: Path, taken: str) -> None:
    path = tmp_path / taken
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    said = run("--all", "--out-dir", str(tmp_path / "taken"), code=2)
    assert f"{path} is a file; name a folder" in said


def test_a_folder_that_cannot_be_made_is_refused_with_a_fix(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    said = run("--all", "--out-dir", str(tmp_path / "taken" / "inside"), code=2)
    assert "Fix: name a folder that can be made" in said


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases.gallery, "run_case", None)
    (tmp_path / "a.html").mkdir()
    said = run("calvi-2014", "--draws", "1000", "--out", str(tmp_path / "a.html"), code=2)
    assert "a.html is not a regular file; choose another name" in said


@pytest.mark.parametrize("name", ["case.txt", "case"])
def test_a_file_of_another_name_is_told_from_an_id(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("x", encoding="utf-8")
    assert "a file whose name ends in .yaml, .yml or .json" in run(str(path), code=2)


def test_a_name_that_no_file_can_have_is_no_id() -> None:
    assert "no id is near" in run("x" * 5000, code=2)
