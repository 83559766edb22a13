"""Published cases: what is read, and what is refused, where and with which fix."""

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from diapedesis.cases import KINDS, PublishedCase, Range, Since, case_files
from diapedesis.exchange.case_fields import blocks, rows
from diapedesis.exchange.case_reference import PUBLISHED, json_schema, page
from diapedesis.exchange.published import parse_published, read_published
from diapedesis.exchange.published_schema import PublishedFile
from tests.exchange.cases import GONE, put
from tests.exchange.published import GOOD, edited, faults, good

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
RENEW = "run: python -m diapedesis.exchange.case_reference docs/reference"
SCHEMA = jsonschema.Draft202012Validator(json.loads(json_schema(PUBLISHED)))


def test_everything_written_is_read() -> None:
    case = parse_published(GOOD, "case.yaml")
    assert (case.id, case.group, case.patients, case.tags) == ("doe-2020-p1", "B", 3, ("pml",))
    assert (case.citation.doi, case.citation.pmid) == ("10.1/x", 7)
    assert (case.subject.age, case.subject.prior_immunosuppressant) == (44, False)
    assert case.exposure.infusions == Range(30, 36)
    assert case.exposure.months == Range(33, math.inf)
    assert case.exposure.interval == Range.of(28)
    assert case.exposure.estimated == ("infusions",)
    plex, mefloquine, steroid, filgrastim, maraviroc = case.treatments
    assert (plex.number, plex.end) == (Range.of(5), Range.of(40))
    assert (mefloquine.since, mefloquine.unit) == (Since("plex", Range.of(0)), "mg/week")
    assert (steroid.given, steroid.number) == ("yes", None)
    assert (filgrastim.given, maraviroc.given) == ("no", "unknown")
    assert case.given[0].words == ("lesion", "enhancing")
    assert case.given[1].patients == 2
    assert [f.kind for f in case.observed_later] == ["iris_onset", "edss", "alive"]
    assert case.observed_later[1].value == Range(5, 6)


def test_what_is_left_out_is_unknown() -> None:
    gone = ("subject", "exposure", "treatments", "given", "patients", "tags", "moment.day")
    bare = dict.fromkeys(gone, GONE) | {"observed_later": [{"kind": "death"}]}
    case = parse_published(edited(bare), "case.yaml")
    subject = vars(case.subject)
    assert all(value is None for key, value in subject.items() if key != "note")
    assert (case.exposure.infusions, case.moment.day, case.patients) == (None, None, 1)
    assert case.observed_later[0].day is case.observed_later[0].value is None


def test_the_schema_and_the_page_are_up_to_date() -> None:
    kept = (REFERENCE / PUBLISHED.schema).read_text(encoding="utf-8")
    assert kept == json_schema(PUBLISHED), RENEW
    text = (REFERENCE / PUBLISHED.page).read_text(encoding="utf-8")
    assert text == page(text, PUBLISHED), RENEW
    assert all(f"| `{kind}` |" in text for kind in KINDS)


def test_every_key_is_described() -> None:
    for place, block in blocks(PublishedFile):
        assert block.__doc__, place
        assert all(row.meaning and row.takes for row in rows(block)), place


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("titel", "x"),
        ("given[0].kid", 1),
        ("given[0].kind", "mri"),
        ("moment.day", [0]),
        ("moment.day", {"at_most": 3}),
        ("exposure.infusions", 1.5),
        ("observed_later", []),
        ("subject.age", None),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(place: str, value: Any) -> None:
    tree = good()
    assert SCHEMA.is_valid(tree)
    put(tree, place, value)
    assert not SCHEMA.is_valid(tree)
    assert faults(yaml.safe_dump(tree))


@pytest.mark.parametrize("id", case_files())
def test_a_packaged_case_fits_the_schema(id: str) -> None:
    assert SCHEMA.is_valid(yaml.safe_load(case_files()[id]))


def test_a_file_is_read_as_its_text_is(tmp_path: Path) -> None:
    as_yaml, as_json = tmp_path / "case.yaml", tmp_path / "case.json"
    as_yaml.write_text(GOOD, encoding="utf-8")
    as_json.write_text(json.dumps(good()), encoding="utf-8")
    case = parse_published(GOOD, "any name")
    assert read_published(as_yaml) == read_published(as_json) == case


def test_an_empty_text_is_refused() -> None:
    assert [f.code for f in faults("# nothing\n")] == ["C002"]


def test_the_yaml_of_the_page_is_read() -> None:
    text = (REFERENCE / PUBLISHED.page).read_text(encoding="utf-8")
    case: PublishedCase = parse_published(text.split("```yaml\n")[1].split("```")[0], "the page")
    assert case.conditioning == "dated"
    assert [t.given for t in case.treatments] == ["yes", "no", "yes"]
