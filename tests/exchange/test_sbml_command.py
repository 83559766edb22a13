"""``diapedesis export sbml``: what it writes, and its exit codes."""

import sys
from pathlib import Path

import libsbml
import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.exchange.sbml_library import library

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["export", "sbml", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_case_becomes_its_protocol_and_covariates(tmp_path: Path) -> None:
    out = tmp_path / "model.xml"
    code, text, _ = run(str(EXAMPLES / "khatri-like.yaml"), "--out", str(out))
    assert code == 0
    assert "time 0 is day 0" in text and "Parameters: typical" in text
    assert "Research use only" in text
    document = libsbml.readSBMLFromFile(str(out))
    model = document.getModel()
    assert model.getNumEvents() == 11  # six infusions begin and end; the first begins at time 0
    assert model.getParameter("weight").getValue() == 72
    assert model.getParameter("haematocrit").getValue() == 0.40
    assert model.getParameter("male").getValue() == 0
    assert model.getParameter("cl").getValue() == 0.156


def test_fitted_parameters_are_those_of_the_levels(tmp_path: Path) -> None:
    out = tmp_path / "model.sbml"
    code, text, _ = run(str(EXAMPLES / "khatri-like.yaml"), "--out", str(out), "--fitted")
    assert code == 0
    assert "fitted to the levels: cl, v_c" in text
    document = libsbml.readSBMLFromFile(str(out))
    found = document.getModel().getParameter("cl")
    assert found.getValue() != 0.156
    assert "typical value 0.156" in found.getNotesString()


def test_a_case_without_levels_cannot_be_fitted(tmp_path: Path) -> None:
    out = tmp_path / "model.xml"
    code, _, error = run(str(EXAMPLES / "no-level.yaml"), "--out", str(out), "--fitted")
    assert code == 2
    assert "found no level" in error
    assert not out.exists()


def test_saturations_and_occasions_change_no_typical_model(tmp_path: Path) -> None:
    case, out = str(EXAMPLES / "saturation-and-occasions.yaml"), tmp_path / "model.xml"
    code, text, _ = run(case, "--out", str(out))
    assert code == 0
    assert "time 0 is 2023-01-09" in text


def test_a_fit_of_several_occasions_has_no_one_value(tmp_path: Path) -> None:
    case, out = str(EXAMPLES / "saturation-and-occasions.yaml"), tmp_path / "model.xml"
    code, _, error = run(case, "--out", str(out), "--fitted")
    assert code == 2
    assert "Fix: leave --fitted out" in error
    assert not out.exists()


@pytest.mark.parametrize(
    ("out", "said"), [("model.txt", "ending in .xml or .sbml"), ("none/model.xml", "directory")]
)
def test_a_bad_name_is_bad_input(out: str, said: str, tmp_path: Path) -> None:
    code, _, error = run(str(EXAMPLES / "no-level.yaml"), "--out", str(tmp_path / out))
    assert code == 2
    assert said in error


def test_without_the_extra_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.cache_clear()
    monkeypatch.setitem(sys.modules, "libsbml", None)
    code, _, error = run(str(EXAMPLES / "no-level.yaml"), "--out", str(tmp_path / "model.xml"))
    library.cache_clear()
    assert code == 1
    assert "pip install 'diapedesis[sbml]'" in error
