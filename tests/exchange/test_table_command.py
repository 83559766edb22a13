"""``diapedesis table``: what it says and writes, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.exchange import read_case, read_subjects, read_table

EXAMPLES = Path(__file__).parents[2] / "examples"
THREE = str(EXAMPLES / "three-patients.csv")
OTHER = "ID,TIME,EVID,AMT,CMT,DV,SITE\n1,0,1,10000,1,.,A\n1,24,0,.,2,91.3,A\n"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["table", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def other(tmp_path: Path) -> str:
    file = tmp_path / "other.csv"
    file.write_text(OTHER)
    return str(file)


def test_a_good_table_is_summed_up() -> None:
    code, text, _ = run("check", THREE)
    words = " ".join(text.replace("│", " ").split())
    assert code == 0
    assert "no fault" in words and "SIMULATED" in words
    assert "3 subjects 23 3 0 21 1" in words
    assert "C 0 to 126 3 + SS 0 0 5 0" in words
    assert "Covariates: WT, HT, AGE, SEX, HCT, ADA." in words


def test_json_holds_the_summary_or_the_faults(other: str) -> None:
    code, text, _ = run("check", THREE, "--json")
    found = json.loads(text)
    assert code == 0
    assert [s["doses"] for s in found["subjects"]] == [12, 8, 3]
    assert found["faults"] == [] and found["not_used"] == []
    code, text, _ = run("check", other, "--json")
    assert code == 2
    assert {f["code"] for f in json.loads(text)["faults"]} == {"T006", "T045"}


def test_every_fault_is_printed(other: str) -> None:
    code, out, error = run("check", other)
    assert code == 2
    assert out == ""
    assert "2 faults; the table was not read" in error
    assert "row 2, AMT: probably a wrong unit [T045]" in error


def test_another_drug_passes_by_its_format(other: str) -> None:
    code, text, _ = run("check", other, "--any-drug", "--time-unit", "h")
    assert code == 0
    assert "0 to 1" in text
    assert "not used" not in text


def test_options_say_what_the_table_means(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "ID,TIME,EVID,AMT,RATE,CMT,DV,DVID,WT,HT,SEX,SITE\n"
        "1,0,1,0.3,0.3,1,.,.,154,65,1,3\n1,672,0,.,.,.,21500,5,.,.,.,.\n1,673,0,.,.,.,80,6,.,.,.,.\n"
    )
    units = "--time-unit h --level ng/mL --dose g --weight lb --height inch --saturation %"
    codes = "--cmt 1=central --dvid 5=level --dvid 6=saturation --sex 1=male --sex 0=female"
    code, text, error = run("check", str(file), *units.split(), *codes.split())
    assert (code, error) == (0, "")
    assert "Carried along, not used for natalizumab: SITE" in text
    code, _, error = run("check", str(file), *units.split())
    assert code == 2
    assert {word for word in ("T020", "T043", "T049") if word in error} == {"T020", "T043", "T049"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cmt", "1=middle"], "--cmt: found '1=middle', expected CODE=depot or CODE=central"),
        (["--sex", "male"], "--sex: found 'male'"),
        (["--level", "mmol/L"], "level: found unit 'mmol/L'"),
    ],
)
def test_options_that_cannot_be(arguments: list[str], said: str) -> None:
    code, _, error = run("check", THREE, *arguments)
    assert code == 2
    assert said in error


def test_many_subjects_are_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("ID,TIME,EVID,AMT,WT\n" + "".join(f"{i},0,1,300,70\n" for i in range(40)))
    code, text, _ = run("check", str(file))
    assert code == 0
    assert "... 10 more" in text and "40 subjects" in text


def test_a_case_becomes_a_table(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    code, text, _ = run("convert", str(EXAMPLES / "khatri-like.yaml"), str(out))
    assert code == 0
    assert "Its day 0 is day 0" in text and "not part of a table" in text
    assert read_table(out).comments[0].startswith("SIMULATED. ")
    (again,) = read_subjects(out)
    case = read_case(EXAMPLES / "khatri-like.yaml")
    assert again.protocol.doses == case.subject.protocol.doses


def test_a_table_becomes_a_table_in_days(other: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    code, text, _ = run("convert", other, str(out), "--time-unit", "h")
    assert code == 0
    assert "1 subject, 2 rows" in text
    assert read_table(out) == read_table(other, time_unit="h")


@pytest.mark.parametrize(
    ("source", "out", "said"),
    [
        (THREE, "out.txt", "ending in .csv"),
        (THREE, "none/out.csv", "not a directory"),
        ("none.csv", "out.csv", "T001"),
        ("none.yaml", "out.csv", "C001"),
    ],
)
def test_what_cannot_be_converted(source: str, out: str, said: str, tmp_path: Path) -> None:
    code, _, error = run("convert", source, str(tmp_path / out))
    assert code == 2
    assert said in error
    assert list(tmp_path.iterdir()) == []
