"""``diapedesis export nonmem``, ``nlmixr2`` and ``mrgsolve``: what they write, and exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.models import pkpd
from diapedesis.observe import Assay
from tests.exchange.foreign_run import rows
from tests.exchange.test_text_agreement import TEXTS

EXAMPLES = Path(__file__).parents[2] / "examples"
CASE = str(EXAMPLES / "khatri-like.yaml")
NAMES = {"nonmem": "run1.ctl", "nlmixr2": "model.R", "mrgsolve": "model.cpp"}


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["export", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("program", NAMES)
def test_a_model_is_written_and_the_case_beside_it(program: str, tmp_path: Path) -> None:
    out = tmp_path / NAMES[program]
    code, said, _ = run(program, str(out), "--case", CASE)
    assert code == 0
    assert "time 0 is day 0" in said and "Research use only" in said
    written = out.read_text("utf-8")
    assay = Assay(proportional_sd=0.10)
    more = {"data": "run1.csv"} if program == "nonmem" else {}
    assert written == TEXTS[program][0](pkpd(), assay=assay, **more)
    found = rows(out.with_suffix(".csv").read_text("utf-8"))
    assert [(r["TIME"], r["DV"]) for r in found if r["MDV"] == 0] == [
        (0, 0.25), (140, 39.6), (151, 60.5),
    ]  # fmt: skip
    assert sum(r["EVID"] == 1 for r in found) == 6
    assert {(r["WEIGHT"], r["HEIGHT"], r["MALE"]) for r in found} == {(72, 1.68, 0)}


def test_without_a_case_there_is_no_data_set(tmp_path: Path) -> None:
    code, said, _ = run("nonmem", str(tmp_path / "pk.mod"), "--whole")
    assert code == 0 and "Data set" not in said
    text = (tmp_path / "pk.mod").read_text("utf-8")
    assert "$DATA pk.csv IGNORE=@" in text and "COMP=(SURFACE)" in text
    assert [p.name for p in tmp_path.iterdir()] == ["pk.mod"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonmem", "model.txt"), "expected a name ending in .ctl or .mod"),
        (("nonmem", "my model.ctl"), "expected a name without spaces"),
        (("nlmixr2", "none/model.R"), "directory"),
        (("mrgsolve", "model.cpp", "--case", "nobody.yaml"), "nobody.yaml"),
    ],
)
def test_bad_input_writes_nothing(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    program, out, *rest = arguments
    code, _, error = run(program, str(tmp_path / out), *rest)
    assert code == 2 and said in error
    assert list(tmp_path.iterdir()) == []


def parts(*left_out: str) -> str:
    """Return the example of levels, saturations and occasions without some of its sections."""
    text = (EXAMPLES / "saturation-and-occasions.yaml").read_text("utf-8")
    for key in left_out:
        text = re.sub(rf"^{key}:.*\n(?:  .*\n)*", "", text, flags=re.M)
    return text


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ((), "Fix: take occasions out of a copy of the case"),
        (("occasions",), "saturation of day 336: found assay 'flow cytometry'"),
        (("occasions",), "Fix: export one assay at a time, each from a copy of the case"),
    ],
)
def test_what_one_text_cannot_hold_is_refused(
    left_out: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(parts(*left_out), "utf-8")
    code, _, error = run("nonmem", str(tmp_path / "m.ctl"), "--case", str(tmp_path / "case.yaml"))
    assert code == 2 and said in error
    assert [p.name for p in tmp_path.iterdir()] == ["case.yaml"]


@pytest.mark.parametrize(
    ("kind", "other", "values"),
    [
        ("levels", "saturations", [41.3, 42.3, 14.2, 11.8, 55.2]),
        ("saturations", "levels", [0.701, 0.746, 0.964]),
    ],
)
def test_a_copy_with_one_assay_is_written(
    kind: str, other: str, values: list[float], tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(parts(other, "occasions"), "utf-8")
    out = tmp_path / "m.ctl"
    assert run("nonmem", str(out), "--case", str(tmp_path / "case.yaml"))[0] == 0
    found = rows(out.with_suffix(".csv").read_text("utf-8"))
    assert [r["DV"] for r in found if r["MDV"] == 0] == values
    assert ("SATURATION" in out.read_text("utf-8")) == (kind == "saturations")


def test_two_assays_of_one_case_are_refused(tmp_path: Path) -> None:
    """One text has one error model."""
    text = Path(CASE).read_text("utf-8")
    text = text.replace("\nlevels:", "  other: {measures: total}\n\nlevels:")
    text = text.replace("{time: 0, below: true}", "{time: 0, below: true, assay: other}")
    for value in ("39.6", "60.5"):
        text = text.replace(f"value: {value}", f"value: {value}, assay: simulated laboratory")
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    code, _, error = run("nlmixr2", str(tmp_path / "m.R"), "--case", str(tmp_path / "case.yaml"))
    assert code == 2 and "export one assay at a time" in error
    assert not (tmp_path / "m.R").exists()
