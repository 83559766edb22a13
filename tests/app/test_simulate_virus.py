"""`diapedesis simulate` with JC virus: the example answers, and says what is disputed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.report.virus_words import patients_cell, virus_cell

EXAMPLE = Path(__file__).parents[2] / "examples" / "scenario-pml.yaml"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["simulate", str(EXAMPLE), *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_example_answers_in_text_html_and_figure(tmp_path: Path) -> None:
    files = {k: tmp_path / f"pml.{k}" for k in ("html", "png", "csv")}
    options = [("--out", "html"), ("--figure", "png"), ("--data", "csv")]
    code, text, error = run("--n", "40", *[x for o, k in options for x in (o, str(files[k]))])
    assert code == 0, error
    for part in ("40 virtual patients", "disputed", "not distinguished", "Research use only"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 120
    html = files["html"].read_text("utf-8")
    for part in ("esearch use only", "SIMULATED", "<svg", "disputed", "decision 0043", "the same"):
        assert part in html
    head = files["csv"].read_text().splitlines()[0]
    assert head.startswith("arm,day,output,unit,mean")
    assert files["png"].read_bytes()[:4] == b"\x89PNG"


def test_the_example_answers_as_data() -> None:
    code, text, _ = run("--n", "40", "--json")
    data = json.loads(text)
    assert code == 0
    assert data["reproducibility"]["patients"] == data["reproducibility"]["truths"] == 40
    assert "disputed" in data["disputed"]
    asked = {"risk", "by_scan", "volume", "iris", "iris_day", "iris_lasts", "edss_6", "edss_12"}
    asked |= {"karnofsky_6", "karnofsky_12", "icu", "death_12", "virus_share"}
    for name, arm in data["arms"].items():
        assert {r["outcome"] for r in arm["outcomes"]} > asked
        if name != data["reference"]:
            assert all(r["verdict"] for r in arm["less_the_reference"])


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("xarray")
    written = []
    for i, seed in enumerate(("3", "3", "4")):
        files = [tmp_path / f"{i}.{kind}" for kind in ("svg", "nc", "html")]
        pairs = zip(("--figure", "--data", "--out"), map(str, files), strict=True)
        options = [text for pair in pairs for text in pair]
        assert run("--n", "8", "--seed", seed, *options)[0] == 0
        written.append([path.read_bytes() for path in files])
    assert written[0] == written[1]
    assert written[0] != written[2]


def test_numbers_are_written_as_people_read_them() -> None:
    row = {"outcome": "death_12", "unit": "", "value": -0.0001, "low": -0.0004, "high": 0.0}
    assert virus_cell(row, signed=True) == ("0 points", "-0.04 to 0")
    same = row | {"value": 0.0, "low": 0.0, "high": 0.0, "verdict": "the same"}
    assert virus_cell(same, signed=True) == ("0", "")
    row |= {"outcome": "edss_6", "value": 4.04, "low": 3.0, "high": 5.0, "patients_low": 2.0}
    assert virus_cell(row) == ("4.0", "3.0 to 5.0")
    assert patients_cell(row | {"patients_high": 6.5}) == "2.0 to 6.5"
    assert patients_cell(row | {"patients_low": float("nan")}) == ""
