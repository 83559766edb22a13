"""Papers: CSL-JSON by its rules, stable ids, nothing invented."""

import json
import re
from importlib.resources import files

import jsonschema
import pytest

from diapedesis.evidence import UnknownPaper, load_papers, load_timecourses, resolve_paper
from diapedesis.evidence.courses import load_estimates
from diapedesis.evidence.papers import PAPER_FILES

DATA = files("diapedesis.evidence") / "data"
PAPERS = list(load_papers().values())
TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": {"family": TEXT, "given": TEXT, "literal": TEXT},
    "anyOf": [{"required": ["family"]}, {"required": ["literal"]}],
    "additionalProperties": False,
}
# The rules of CSL-JSON 1.0.2 for the fields that the store uses.
SCHEMA = {
    "type": "object",
    "required": ["id", "type", "custom"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
        "type": {
            "enum": [
                *(
                    "article",
                    "article-journal",
                    "book",
                    "chapter",
                    "document",
                    "entry-encyclopedia",
                ),
                *("interview", "paper-conference", "post", "post-weblog", "thesis", "webpage"),
            ]
        },
        "author": {"type": "array", "items": NAME, "minItems": 1},
        "issued": {
            "type": "object",
            "required": ["date-parts"],
            "properties": {
                "date-parts": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 1,
                    "items": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 3,
                        "items": {"type": "integer", "minimum": 1900, "maximum": 2100},
                    },
                }
            },
            "additionalProperties": False,
        },
        **{k: TEXT for k in ("title", "title-short", "container-title", "volume", "issue")},
        **{k: TEXT for k in ("page", "DOI", "PMID", "PMCID", "note")},
        "URL": {"type": "string", "pattern": "^https?://"},
        "custom": {
            "type": "object",
            "required": ["cited"],
            "additionalProperties": {"type": "array", "items": TEXT, "minItems": 1},
        },
    },
    "additionalProperties": False,
}
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("name", PAPER_FILES)
def test_a_file_is_one_csl_record_a_line_sorted_by_id(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [r["id"] for r in records] == sorted(r["id"] for r in records)
    for record in records:
        VALIDATOR.validate(record)


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "paper"},
        {"author": [{"given": "X"}]},
        {"issued": {"date-parts": [["2009"]]}},
        {"DOI": ""},
        {"year": 2009},
    ],
)
def test_the_schema_refuses(fault):
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(dict(resolve_paper("khatri-2009").csl) | fault)


def test_one_paper_cited_in_several_ways_is_one_record():
    khatri = resolve_paper("khatri-2009").csl
    assert len(khatri["custom"]["cited"]) == 3
    assert (khatri["DOI"], khatri["PMID"]) == ("10.1212/01.wnl.0000341766.59028.9d", "19188571")
    assert (khatri["volume"], khatri["page"]) == ("72", "402")
    assert khatri["custom"]["trials"] == ["NCT00424788"]


def test_two_papers_of_one_author_and_year_stay_two():
    assert {p.id for p in PAPERS if p.id.startswith("stuve-2006")} == {
        "stuve-2006-ann-neurol",
        "stuve-2006-arch-neurol",
    }


def test_a_year_and_a_first_author_stand_in_a_citation():
    by_hand = {"gonzalez-suarez-2017", "moghadasi-2019", "tubridy-1999"}  # from the row's heading
    for paper in PAPERS:
        cited = " ".join(paper.csl["custom"]["cited"])
        first = [a["family"].split()[-1] for a in paper.csl.get("author", [])[:1]]
        if paper.id not in by_hand:
            assert paper.year is None or str(paper.year) in cited, paper.id
            assert all(name in cited for name in first), paper.id
        assert paper.short and "None" not in paper.reference


def test_every_published_case_has_its_paper():
    cases = [c for p in PAPERS for c in p.csl["custom"].get("cases", [])]
    assert len(cases) == len(set(cases)) == 42
    assert resolve_paper("vennegoor-2015").csl["custom"]["cases"] == ["vennegoor-2015-series"]


def test_a_link_is_an_address():
    for paper in PAPERS:
        assert re.match(r"https?://\S+$", paper.link) or paper.link == ""
    assert resolve_paper("kivisakk-2009").link.endswith("/PMC2690969/")


def test_an_unknown_paper_is_answered_with_near_ids():
    with pytest.raises(UnknownPaper, match=r"'khatri'; near matches: khatri-2009"):
        resolve_paper("khatri")


def test_time_courses_and_estimates_lead_to_papers():
    points = load_timecourses()
    assert len(points) == 97
    assert all(p.papers and p.claims for p in (*points, *load_estimates()))
    wk24 = [p for p in points if p.measure == "pct_MRI_recurrence_cum" and p.arm == "placebo"]
    assert [(p.week, p.value, p.n) for p in wk24] == [(24.0, 46.3, 41)]
