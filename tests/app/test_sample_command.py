from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app

CASE = """
drug: natalizumab
units: {time: day, level: mg/L, weight: kg, height: m, dose: mg}
patient: {id: small, sex: female, weight: 70, height: 1.68, haematocrit: 0.4}
doses: [{every: 28, number: 6, first: 0, amount: 300}]
levels: [{time: 140, value: 25}, {time: 150, value: 50}]
question:
  by: 190
  max_sessions: 3
  spacing: {min: 2, max: 3}
  top_up: false
  result_after_days: 2
"""


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["plan", "sample", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.yaml"
    file.write_text(CASE)
    return file


def test_the_answer_in_text_json_and_html(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.html"
    code, text, error = run(str(case), "--draws", "200", "--out", str(out))
    assert code == 0, error
    words = " ".join(text.replace("│", " ").split())
    assert "Measure " in words and "By habit: " in words and "Research use only" in words
    assert "alpha4 saturation" in words
    page = out.read_text("utf-8")
    assert "<svg" in page and "Which measurement next" in page and "pkpd-3.15" in page
    code, printed, _ = run(str(case), "--draws", "200", "--json")
    data = json.loads(printed)
    assert code == 0 and data["command"] == "plan sample"
    assert data["headline"].startswith("Measure ") and data["notes"]
    ranked = [r for r in data["samples"] if r["rank"] is not None]
    assert [r["rank"] for r in ranked] == list(range(1, len(ranked) + 1))
    assert {r["habit"] for r in data["samples"]} > {"before the course", "after refill"}
    assert all(r["result_day"] == r["sample_day"] + 2 for r in data["samples"])
    again = tmp_path / "again.html"
    run(str(case), "--draws", "200", "--out", str(again))
    assert again.read_bytes() == out.read_bytes()


def test_bad_input_is_refused(case: Path) -> None:
    case.write_text(CASE.replace("by: 190", "by: 100"))
    code, text, error = run(str(case), "--draws", "200")
    assert code == 2 and "by" in error and not text
