from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(p for p in (ROOT / "examples").glob("*.yaml") if "scenario" not in p.stem)
SMALL = """
drug: natalizumab
units: {time: day, level: mg/L, weight: kg, height: m, dose: mg}
patient: {id: small, sex: female, weight: 70, height: 1.68, haematocrit: 0.4}
doses: [{every: 28, number: 6, first: 0, amount: 300}]
levels: [{time: 140, value: 25}, {time: 150, value: 50}]
question: {by: 190, max_sessions: 3, spacing: {min: 2, max: 3}, top_up: false}
"""


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.yaml"
    file.write_text(SMALL)
    return file


@pytest.mark.parametrize(
    "command", [["plan", "plex"], ["plan", "washout"], ["plan", "interval"], ["forecast"]]
)
def test_every_command_answers_in_text_json_and_html(
    command: list[str], case: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    code, text, _ = run(*command, str(case), "--draws", "120", "--out", str(out))
    assert code == 0
    assert "Research use only" in text
    html = out.read_text("utf-8")
    assert "esearch use only" in html and "<svg" in html
    code, text, _ = run(*command, str(case), "--draws", "120", "--json")
    data = json.loads(text)
    assert code == 0
    assert data["headline"] and data["reproducibility"]["seed"] == 1
    assert data["parameters"][0]["id"] == "cl"


@pytest.mark.parametrize("command", ["plex", "washout", "interval"])
def test_every_plan_shows_the_gate_and_free_alpha4(command: str, case: Path) -> None:
    _, text, _ = run("plan", command, str(case), "--draws", "120")
    words = " ".join(text.replace("│", " ").split())
    assert re.search(r"expected half open (already )?on day \d+", words)
    assert re.search(r"ree alpha4 .*?\d+% of untreated", words)
    assert "Cells return, and IRIS may start, while serum is still above the threshold" in words


def test_json_holds_neither_nan_nor_infinity(case: Path) -> None:
    _, text, _ = run("plan", "plex", str(case), "--draws", "120", "--json")

    def walk(x: object) -> None:
        if isinstance(x, dict):
            for v in x.values():
                walk(v)
        elif isinstance(x, list):
            for v in x:
                walk(v)
        elif isinstance(x, float):
            assert math.isfinite(x)

    walk(json.loads(text))


def test_same_seed_same_bytes_other_seed_other_numbers(case: Path, tmp_path: Path) -> None:
    texts = []
    for i, seed in enumerate(("3", "3", "4")):
        out = tmp_path / f"{i}.html"
        _, text, _ = run(
            "plan", "plex", str(case), "--draws", "120", "--seed", seed, "--json", "--out", str(out)
        )
        texts.append((text, out.read_bytes()))
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("value: 50", "value: -3"), "levels[1].value"),
        (("level: mg/L", "level: parsec"), "parsec"),
        (("by: 190", "by: 100"), "by"),
        (("drug: natalizumab", "drug: rituximab"), "rituximab"),
        (("weight: 70", "weigth: 70"), "weigth"),
    ],
)
def test_bad_input_says_where_exits_2_and_writes_nothing(
    case: Path, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    case.write_text(SMALL.replace(*change))
    out = tmp_path / "report.html"
    code, text, error = run("plan", "plex", str(case), "--out", str(out))
    assert code == 2
    assert message in error
    assert not text and not out.exists()


def test_contradictory_levels_exit_1_without_a_plan(case: Path, tmp_path: Path) -> None:
    levels = ", ".join(
        f"{{time: {150 + 0.01 * i:.2f}, value: {v}, assay: exact}}"
        for i, v in enumerate((20, 60, 20.1, 60, 35, 35.1, 50))
    )
    text = SMALL.replace(
        "levels: [{time: 140, value: 25}, {time: 150, value: 50}]", f"levels: [{levels}]"
    )
    text += "assays: {exact: {proportional_sd: 0.0005, additive_sd: 0.0001}}\n"
    case.write_text(text)
    out = tmp_path / "report.html"
    code, printed, error = run("plan", "plex", str(case), "--draws", "120", "--out", str(out))
    assert code == 1
    assert "no answer" in error and "contradict" in error
    assert not printed and not out.exists()


def test_a_missing_file_and_a_wrong_report_name(case: Path) -> None:
    assert run("forecast", "nowhere.yaml")[0] == 2
    code, _, error = run("forecast", str(case), "--out", "report.docx")
    assert code == 2 and ".html or .pdf" in error


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_answers(example: Path) -> None:
    code, text, error = run("plan", "washout", str(example), "--draws", "100")
    assert code == 0, error
    if "simulated: true" in example.read_text("utf-8"):
        assert "SIMULATED" in text


def test_saturations_and_occasions_reach_answer_and_report(tmp_path: Path) -> None:
    example, out = ROOT / "examples" / "saturation-and-occasions.yaml", tmp_path / "report.html"
    asked = ("plan", "washout", str(example), "--draws", "100", "--json", "--out", str(out))
    code, text, error = run(*asked)
    assert code == 0, error
    data = json.loads(text)
    kinds = [(x["measures"], x["unit"]) for x in data["levels"]]
    assert kinds.count(("free", "mg/L")) == 5 and kinds.count(("saturation", "")) == 3
    assert {"cl@0", "cl@1", "ec50"} <= {p["id"] for p in data["parameters"]}
    html = out.read_text("utf-8")
    assert "3 measured saturations" in html and "occasion 0 until 2023-12-11" in html


def test_a_simulated_case_says_so_on_the_face_of_its_report(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    example = ROOT / "examples" / "vennegoor-like.yaml"
    assert run("plan", "washout", str(example), "--draws", "100", "--out", str(out))[0] == 0
    html = out.read_text("utf-8")
    assert html.index("SIMULATED") < html.index("<h1")


def test_a_report_into_no_folder_is_refused_before_any_work(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "report.html"
    code, _, error = run("forecast", str(case), "--out", str(out))
    assert code == 2 and "make it first" in error
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("by: 190", "by: 36000"), "by: found"),
        (("min: 2, max: 3", "min: 1.5, max: 1.9"), "whole number of days"),
    ],
)
def test_questions_that_cannot_be_asked(case: Path, change: tuple[str, str], message: str) -> None:
    case.write_text(SMALL.replace(*change))
    code, _, error = run("plan", "plex", str(case))
    assert code == 2 and message in error


def test_a_case_with_dates_is_answered_in_dates() -> None:
    example = str(ROOT / "examples" / "vennegoor-like.yaml")
    for command in (["forecast"], ["plan", "washout"]):
        _, text, _ = run(*command, example, "--draws", "100", "--json")
        data = json.loads(text)
        assert "2024-" in data["headline"] and data["day_0"] == "2022-04-11"


def test_help_of_every_command() -> None:
    for command in ([], ["plan"], ["plan", "plex"], ["forecast"], ["validate", "behaviours"]):
        code, text, _ = run(*command, "--help")
        assert code == 0 and "Usage" in text


def test_help_imports_no_solver() -> None:
    code = (
        "import sys; from diapedesis.app.cli.main import app\n"
        "print([m for m in ('llvmlite', 'numpy', 'pandas', 'sympy', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_progress_and_no_colour_when_piped(case: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "diapedesis.app.cli",
        "plan",
        "washout",
        str(case),
        "--draws",
        "100",
    ]
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


def test_brackets_in_a_title_and_a_name_are_shown_as_they_are(case: Path, tmp_path: Path) -> None:
    case.write_text(f'title: "a [bold]b[/bold] [/c]"\n{SMALL}')
    out = tmp_path / "[d].html"
    code, text, error = run("plan", "washout", str(case), "--draws", "100", "--out", str(out))
    assert code == 0, error
    assert "a [bold]b[/bold] [/c]" in text
    assert "[d].html" in text.replace("\n", "")
