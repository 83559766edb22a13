"""The published schema, tables and examples say what the reader does."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from diapedesis.evidence import resolve
from diapedesis.exchange import CaseError, read_case
from diapedesis.exchange.case_fields import blocks, keys_at, rows
from diapedesis.exchange.case_file import CaseFile
from diapedesis.exchange.case_reference import CASE, json_schema, main, page
from diapedesis.exchange.tree import scalar
from diapedesis.observe import Assay
from tests.exchange.cases import good, put, read

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLES = sorted(p for p in (ROOT / "examples").glob("*.yaml") if "scenario" not in p.stem)
SCHEMA = json.loads(json_schema(CASE))
RENEW = "run: python -m diapedesis.exchange.case_reference docs/reference"


class Plain(yaml.SafeLoader):
    """YAML as the reader takes it: dates stay text."""


Plain.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in rules if "timestamp" not in tag]
    for sign, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def valid(tree: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(tree))


def test_the_schema_is_up_to_date() -> None:
    assert (REFERENCE / "case.schema.json").read_text(encoding="utf-8") == json_schema(CASE), RENEW


def test_the_page_is_up_to_date() -> None:
    text = (REFERENCE / "case-file.md").read_text(encoding="utf-8")
    assert text == page(text, CASE), RENEW


def test_renewing_writes_both(tmp_path: Path) -> None:
    text = (
        "<!-- fields:begin -->\n<!-- fields:end --> <!-- units:begin -->\nstale<!-- units:end -->"
    )
    for name in ("case-file.md", "scenario-file.md", "published-case.md"):
        (tmp_path / name).write_text(f"{text} <!-- codes:begin -->\n<!-- codes:end --> z")
    main(str(tmp_path))
    renewed = (tmp_path / "case-file.md").read_text()
    assert "haematocrit" in renewed
    assert "stale" not in renewed
    assert renewed.endswith(" z")
    assert json.loads((tmp_path / "case.schema.json").read_text()) == SCHEMA


def test_the_schema_is_a_schema_and_takes_the_good_case() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert valid(good())


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("drug", "ocrelizumab"),
        ("units.level", "mmol/L"),
        ("patient.heigth", 1.7),
        ("patient.age", None),
        ("patient.sex", None),
        ("patient.age", "41"),
        ("patient.haematocrit", 42),
        ("patient.weight", [{"time": 0}]),
        ("doses", []),
        ("doses[1].amount", 0),
        ("doses[1].time", "01.03.2024"),
        ("levels[0].below", False),
        ("saturations[1].value", 90),
        ("assays.cytometry.lloq", 5),
        ("assays.hospital.measures", "cells"),
        ("occasions", [True]),
        ("question.max_sessions", 2.5),
        ("question.session.plasma_volumes", []),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(place: str, value: Any) -> None:
    tree = good()
    put(tree, place, value)
    assert not valid(tree)
    with pytest.raises(CaseError):
        read(json.dumps(tree), "case.json")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_reads_and_fits_the_schema(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert valid(yaml.load(text, Loader=Plain))
    case = read_case(example)
    assert case.subject.protocol.doses
    assert case.question.by is not None


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_after_a_publication_says_what_is_made_up(example: Path) -> None:
    case = read_case(example)
    head = example.read_text(encoding="utf-8").split("\ndrug:")[0]
    if case.claims:
        assert case.simulated
        assert re.match(r"# (SIMULATED|A published protocol with no published level)", head)
        assert re.search(r"made up|ASSUMED", head)
        assert re.search(r"not published|not readable|[Nn]o level is published", case.provenance)
        assert all(resolve(c).cited.split()[0] in case.provenance for c in case.claims)
    else:
        assert not case.subject.levels


def test_the_five_examples_are_there() -> None:
    names = {p.stem for p in EXAMPLES}
    assert {"khatri-like", "three-exchanges-54f", "vennegoor-like", "no-level"} <= names
    assert "saturation-and-occasions" in names


def test_the_54_year_old_exchanged_1_4_plasma_volumes_of_3_litres() -> None:
    subject = read_case(ROOT / "examples" / "three-exchanges-54f.yaml").subject
    assert subject.height is not None
    assert subject.haematocrit is not None
    # Nadler for women, litres; 0.05 because the paper prints one decimal
    blood = 0.3561 * subject.height**3 + 0.03308 * subject.weight + 0.1833
    assert 3 / (blood * (1 - subject.haematocrit)) == pytest.approx(1.4, abs=0.05)
    assert len(subject.protocol.doses) == 57
    assert [s.time - subject.protocol.last_dose for s in subject.protocol.sessions] == [14, 16, 18]


def test_the_example_of_saturations_holds_both_kinds_and_two_occasions() -> None:
    case = read_case(ROOT / "examples" / "saturation-and-occasions.yaml")
    subject = case.subject
    assert len(subject.serum_levels) == 5
    assert len(subject.levels) == 8
    assert subject.levels[1].time == subject.levels[2].time == subject.occasions[0]
    assert [case.day_label(d) for d in subject.occasions] == ["2023-12-11"]


def fences(kind: str) -> list[str]:
    text = (REFERENCE / "case-file.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_examples_of_the_page() -> None:
    smallest, faulty, cells = fences("yaml")
    assert read(smallest) == read_case(ROOT / "examples" / "no-level.yaml")
    with pytest.raises(CaseError) as caught:
        read(faulty)
    (printed,) = fences("text")
    assert str(caught.value).split("/")[-1] == printed.rstrip("\n").split("/")[-1]
    mended = read(faulty.replace("dose: mg}", "dose: mg, volume: L}"))
    assert len(mended.subject.levels) == 3
    subject = read(cells).subject
    assert [x.assay.measures for x in subject.levels] == ["free", "saturation"] * 2
    assert subject.occasions == (336,)
    flow = dataclasses.replace(Assay.of_saturation(), name="flow cytometry")
    assert subject.levels[1].assay == flow  # as the page says of the default


def test_the_python_of_the_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for block in fences("python"):
        exec(block, {})
    assert capsys.readouterr().out == "140.0 day 151 True\n"


def test_every_key_of_every_block_is_described() -> None:
    for place, block in blocks(CaseFile):
        assert block.__doc__, place
        for row in rows(block):
            assert row.meaning, (place, row.key)
            assert row.takes, (place, row.key)


def test_keys_are_known_below_a_named_assay() -> None:
    assert "lloq" in keys_at(("assays", "any name"), CaseFile)
    assert keys_at(("nowhere",), CaseFile) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-0.5", -0.5), ("+3", 3), ("1.", 1.0), (".5", 0.5), ("off", False), ("N", "N")],
)
def test_plain_scalars(text: str, value: Any) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)
