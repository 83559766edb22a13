"""Files that are no case at all, and files with many faults."""

import json
import os
from pathlib import Path

import pytest

from diapedesis.exchange import CaseError, read_case
from diapedesis.exchange.faults import CODES
from tests.exchange.cases import GOOD, edited, faults, good, read


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "C002", None),
        ("  \n\n", "C002", None),
        ("# only a comment\n", "C002", None),
        ("---\n", "C002", None),
        (b"\xff\xfe" + GOOD.encode("utf-16-le"), "C004", 1),
        (b"title: caf\xe9\n", "C004", 1),
        (b"\x89PNG\r\n\x1a\n\0\0", "C004", 1),
        ("title: a\n\0", "C004", None),
        ("title: a\nnote: \x07\n", "C004", 2),
        ("just text", "C010", None),
        ("- 1\n- 2\n", "C010", None),
        ("title: [1, 2\n", "C005", 2),
        ("title: a\n\tnote: b\n", "C005", 2),
        ("title: 'a\n", "C005", 2),
        ("title: a: b\n", "C005", 1),
        ("? [a, b]\n: 1\n", "C005", 1),
        ('title: "\\UFFFFFFFF"\n', "C005", None),
        ("title: a\n---\ntitle: b\n", "C005", 2),
        ("title: &x a\nnote: b\n", "C007", 1),
        ("title: a\nnote: *x\n", "C007", 2),
        ("title: !!python/object/apply:os.system ['true']\n", "C007", 1),
        ("title: !secret a\n", "C007", 1),
        ("a: " + "[" * 40 + "]" * 40, "C003", 1),
        ("a: [" + "1," * 20_001 + "]", "C003", 1),
        ("# " + "x" * 1_000_001, "C003", None),
    ],
)
def test_a_file_that_is_no_case(text: str | bytes, code: str, line: int | None) -> None:
    (fault,) = faults(text)
    assert (fault.code, fault.line) == (code, line), str(fault)


def test_an_alias_bomb_is_not_built() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for above, name in zip("abcdefg", "bcdefgh", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{above}'] * 9)}]\n"
    assert [f.code for f in faults(bomb)] == ["C007"]


def test_a_million_brackets_are_refused_at_once() -> None:
    assert [f.code for f in faults("[" * 999_999)] == ["C003"]
    assert [f.code for f in faults("[" * 999_999, "case.json")] == ["C003"]


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ('{"title": }', "C005", ""),
        ("title: a", "C005", ""),
        ('{"title": "a", "title": "b"}', "C006", "title"),
        ('{"now": NaN}', "C011", "now"),
        ('{"now": -Infinity}', "C011", "now"),
        ('{"now": 1e999}', "C011", "now"),
        ('{"now": ' + "9" * 5000 + "}", "C011", "now"),
        ('{"title": "\\ud800"}', "C004", "title"),
        ('{"title": null}', "C010", "title"),
        ("null", "C002", ""),
    ],
)
def test_json_is_held_to_the_same(text: str, code: str, path: str) -> None:
    assert (code, path) in [(f.code, f.path) for f in faults(text, "case.json")]


def test_good_json_reads_as_the_same_case() -> None:
    assert read(json.dumps(good()), "case.json") == read(GOOD)


@pytest.mark.parametrize("value", [".nan", ".inf", "-.INF", "1e999", "9" * 5000])
def test_numbers_that_are_not_finite(value: str) -> None:
    assert [(f.code, f.line) for f in faults(GOOD.replace("value: 27", f"value: {value}"))] == [
        ("C011", 27)
    ]


@pytest.mark.parametrize("value", ["yes", "No", "on", "OFF", "true"])
def test_norway_is_not_a_number(value: str) -> None:
    (fault,) = faults(GOOD.replace("amount: 300, duration", f"amount: {value}, duration"))
    assert (fault.code, fault.path) == ("C010", "doses[1].amount")
    assert "YAML reads" in fault.fix


@pytest.mark.parametrize("value", ["0300", "5:00", "0x12C", "3_00", "300.000,0", "1.2.3"])
def test_yaml_does_not_reinterpret_a_number(value: str) -> None:
    (fault,) = faults(GOOD.replace("amount: 300, duration", f"amount: '{value}', duration"))
    (plain,) = faults(
        GOOD.replace("amount: 300, duration: 2", f"amount: {value}".replace(",", "."))
    )
    assert fault.code == plain.code == "C010"


def test_a_key_given_twice() -> None:
    (fault,) = faults(GOOD.replace("  age: 41", "  age: 41\n  age: 14"))
    assert (fault.code, fault.path, fault.line) == ("C006", "patient.age", 7)


def test_an_unknown_path_a_directory_and_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, says in (
        (tmp_path / "none.yaml", "no such file"),
        (tmp_path, "a directory"),
        (pipe, "a device or pipe"),
        (Path("a\0b"), "null"),
        (tmp_path / ("x" * 300), "too long"),
    ):
        with pytest.raises(CaseError) as caught:
            read_case(path)
        assert caught.value.faults[0].code == "C001"
        assert says in str(caught.value)


def test_every_fault_is_said_at_once_in_order_of_line() -> None:
    text = edited(
        {
            "drug": "natalizumap",
            "units.level": "mg/l.",
            "patient.haematocrit": 42,
            "patient.wieght": 3,
            "doses[0].amount": -1,
            "sessions[1].time": 152.01,
            "levels[1].value": "27 mg/L",
            "levels[2].time": 99,
            "question.by": 12,
        }
    )
    found = faults(text)
    assert {(f.code, f.path) for f in found} == {
        ("C014", "drug"),
        ("C012", "units.level"),
        ("C013", "patient.haematocrit"),
        ("C008", "patient.wieght"),
        ("C013", "doses[0].amount"),
        ("C020", "sessions[1].time"),
        ("C010", "levels[1].value"),
        ("C018", "levels[2].time"),
        ("C018", "question.by"),
        ("C024", "question.by"),
    } - {("C018", "levels[2].time")}
    lines = [f.line or 0 for f in found]
    assert lines == sorted(lines)


def test_a_fault_in_one_level_does_not_hide_the_order_of_the_others() -> None:
    found = faults(edited({"levels[1].value": "x", "levels[0].time": 154}))
    assert [(f.code, f.path) for f in found] == [
        ("C010", "levels[1].value"),
        ("C018", "levels[2].time"),
    ]


def test_a_faulty_dose_raises_no_fault_about_levels() -> None:
    found = faults(edited({"doses[0].first": "x"}))
    assert [(f.code, f.path) for f in found] == [("C016", "doses[0].first")]


def test_reading_stops_at_200_faults() -> None:
    text = "".join(f"key{i}: {i}\n" for i in range(9_000))
    assert len(faults(text)) == 200


def test_the_message_reads_well() -> None:
    with pytest.raises(CaseError) as caught:
        read(GOOD.replace("value: 27", "value: -27").replace("age: 41", "age: old"), "case.yaml")
    lines = str(caught.value).splitlines()
    assert lines[0].endswith("case.yaml: 2 faults; the case was not read.")
    assert lines[1:] == [
        "  patient.age (line 6): wrong kind of value [C010]",
        "    found 'old'; expected a number",
        "    fix: write the number alone; its unit stands in the units block",
        "  levels[1].value (line 27): outside the plausible range [C013]",
        "    found -27 mg/L; expected above 0 to 400 mg/L",
        "    fix: if below quantification: below: true",
    ]


def test_messages_stay_short_and_printable_whatever_the_file_holds() -> None:
    text = edited({"patient.sex": "\u202e" + "x" * 5000, "k" * 5000: 1, "a\u0000b": 2})
    text = text.replace("\\0", "\\e")
    for fault in faults(text):
        assert all(line.isprintable() for line in str(fault).splitlines())
        assert len(str(fault)) < 600


def test_every_code_is_tested() -> None:
    source = "".join(p.read_text() for p in Path(__file__).parent.glob("test_bad_*.py"))
    assert [code for code in CODES if f'"{code}"' not in source] == []
