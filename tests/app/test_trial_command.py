"""``diapedesis trial``: answers in every form; bad input is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app

SMALL = ("run", "depletion", "--patients", "20", "--truths", "10", "--trials", "20")


def run(*arguments: str, code: int = 0) -> str:
    found = CliRunner().invoke(app, ["trial", *arguments])
    assert found.exit_code == code, found.output
    return found.output if code else found.stdout


def test_the_trials_are_listed() -> None:
    assert "depletion: The experiment nobody could run" in run("list")


def test_json_report_and_page(tmp_path: Path) -> None:
    out, page = tmp_path / "trial.html", tmp_path / "trial.md"
    found = json.loads(run(*SMALL, "--json", "--out", str(out), "--page", str(page)))
    assert {r["arm"] for r in found["tables"]["outcomes"]} >= {"placebo", "anti_cd8_90"}
    assert found["reproducibility"]["truths"] == 10
    assert "Infections, PML" in found["not_modelled"]
    assert "SIMULATED" in out.read_text("utf-8")
    assert page.read_text("utf-8").startswith("# The experiment nobody could run")


def test_text_and_progress() -> None:
    found = CliRunner().invoke(app, ["trial", *SMALL])
    assert "SIMULATED" in found.stdout and "bit" in found.stdout
    assert "0 of 98 arms" in found.stderr and "98 of 98 arms" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "other"), "trial: found 'other', expected one of depletion"),
        (("run", "depletion", "--patients", "20"), "patients: found 20, expected two or more"),
        (("run", "depletion", "--out", "x.txt"), "--out: found 'x.txt'"),
        (("run", "depletion", "--page", "/none/x.md"), "--page: /none is not a folder"),
    ],
)
def test_bad_input_is_refused(arguments: tuple[str, ...], message: str) -> None:
    assert message in run(*arguments, code=2)
