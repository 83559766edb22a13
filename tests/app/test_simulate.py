"""`diapedesis simulate`: the examples answer, files are written, bad input ends with code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app

EXAMPLES = Path(__file__).parents[2] / "examples"
STOP = EXAMPLES / "scenario-stop.yaml"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["simulate", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", ["stop", "bridges", "start-worsening"])
def test_an_example_answers_in_text_json_and_html(name: str, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    file = str(EXAMPLES / f"scenario-{name}.yaml")
    code, text, error = run(file, "--n", "8", "--out", str(out))
    assert code == 0, error
    for part in ("gate half", "ICP ever", "8 virtual patients", "Research use only", "Report:"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 120
    html = out.read_text("utf-8")
    assert "esearch use only" in html and "<svg" in html and "SIMULATED" in html
    code, text, _ = run(file, "--n", "8", "--json")
    data = json.loads(text)
    assert code == 0
    assert data["reproducibility"]["patients"] == 8
    for arm in data["arms"].values():
        assert {r["outcome"] for r in arm["outcomes"]} >= {"relapse_3", "gd_peak", "icp_high"}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("xarray")
    written = []
    for i, seed in enumerate(("3", "3", "4")):
        files = [tmp_path / f"{i}.{kind}" for kind in ("svg", "nc", "html")]
        pairs = zip(("--figure", "--data", "--out"), map(str, files), strict=True)
        options = [text for pair in pairs for text in pair]
        assert run(str(STOP), "--n", "4", "--seed", seed, *options)[0] == 0
        written.append([path.read_bytes() for path in files])
    assert written[0] == written[1]
    assert written[0] != written[2]


def test_data_can_be_read_again(tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    path = tmp_path / "courses.nc"
    assert run(str(EXAMPLES / "scenario-bridges.yaml"), "--n", "4", "--data", str(path))[0] == 0
    with xarray.open_dataset(path) as data:
        assert dict(data.sizes)["patient"] == 4 and data.sizes["arm"] == 6
        assert data["icp"].attrs["units"] == "mmHg"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["nowhere.yaml"], "C001"),
        ([str(EXAMPLES / "no-level.yaml")], "schema"),
        ([str(STOP), "--figure", "x.gif"], "expected a name ending in .png or .svg or .pdf"),
        ([str(STOP), "--data", "x.xlsx"], "expected a name ending in .nc or .csv"),
        ([str(STOP), "--figure", "nowhere/x.png"], "is not a folder"),
        ([str(STOP), "--n", "20000"], "n: found 20000 patients"),
    ],
)
def test_bad_input_ends_with_code_2_and_says_why(arguments: list[str], part: str) -> None:
    code, text, error = run(*arguments)
    assert (code, text) == (2, "")
    assert part in error
