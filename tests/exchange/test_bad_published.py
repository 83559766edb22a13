"""Published cases that are refused: where, with which code and fix."""

import math
from typing import Any

import pytest

from diapedesis.exchange.published import parse_published
from tests.exchange.cases import GONE
from tests.exchange.published import edited, faults

BROKEN = [
    ("schema", "diapedesis/published-case/2", "schema", "C015"),
    ("id", "Doe 2020", "id", "C015"),
    ("id", GONE, "id", "C009"),
    ("title", 3, "title", "C010"),
    ("group", "C", "group", "C015"),
    ("patients", 0, "patients", "C013"),
    ("citation.paper", "calvi-2015", "citation.paper", "C023"),
    ("citation.how_sure", GONE, "citation.how_sure", "C009"),
    ("citation.pmid", "7", "citation.pmid", "C010"),
    ("subject.age", 440, "subject.age", "C013"),
    ("subject.sex", "M", "subject.sex", "C015"),
    ("subject.jcv_index", None, "subject.jcv_index", "C010"),
    ("subject.heigth", 3, "subject.heigth", "C008"),
    ("exposure.infusions", 30.5, "exposure.infusions", "C010"),
    ("exposure.infusions", 0, "exposure.infusions", "C013"),
    ("exposure.infusions", [36, 30], "exposure.infusions", "C018"),
    ("exposure.infusions", [30, 36, 40], "exposure.infusions", "C010"),
    ("exposure.months", {"at_most": 3}, "exposure.months", "C022"),
    ("exposure.months", {}, "exposure.months", "C022"),
    ("exposure.months", {"at_least": "3"}, "exposure.months", "C010"),
    ("exposure.estimated", ["dose"], "exposure.estimated[0]", "C015"),
    ("moment", GONE, "moment", "C009"),
    ("moment.event", "pml", "moment.event", "C015"),
    ("moment.day", [28, 0], "moment.day", "C018"),
    ("treatments[0].what", "plexx", "treatments[0].what", "C015"),
    ("treatments[0].number", 0, "treatments[0].number", "C013"),
    ("treatments[0].end", 5, "treatments[0].end", "C018"),
    ("treatments[1].unit", GONE, "treatments[1]", "C022"),
    ("treatments[1].unit", "mg/d", "treatments[1].unit", "C015"),
    ("treatments[1].since.event", "plxe", "treatments[1].since.event", "C023"),
    ("treatments[2].since.days", GONE, "treatments[2].since.days", "C009"),
    ("treatments[3].given", False, "treatments[3].given", "C015"),
    ("treatments[3].number", 5, "treatments[3]", "C022"),
    ("given[0].kind", "mri", "given[0].kind", "C015"),
    ("given[0].day", "soon", "given[0].day", "C010"),
    ("given[0].day", 29, "given[0]", "C026"),
    ("given[0].day", [20, 40], "given[0]", "C026"),
    ("given[0].words", ["leson"], "given[0].words[0]", "C015"),
    ("given[0].unit", GONE, "given[0]", "C022"),
    ("given[0].unit", "cm", "given[0].unit", "C012"),
    ("given[0].value", 4000, "given[0].value", "C013"),
    ("given[0].value", {"at_least": 4000}, "given[0].value", "C013"),
    ("given[1].patients", 4, "given[1].patients", "C013"),
    ("given[1].since.days", [-3, 1], "given[1]", "C026"),
    ("given[1]", {"kind": "death"}, "given[1]", "C026"),
    ("given[1]", {"kind": "death", "day": -5}, "given[1]", "C026"),
    ("given[1]", {"kind": "alive"}, "given[1]", "C026"),
    ("given[1]", {"kind": "iris_onset", "day": 5}, "given[1]", "C026"),
    ("given[1]", {"kind": "icu"}, "given[1]", "C026"),
    ("given[1]", {"kind": "recovery", "words": ["good"]}, "given[1]", "C026"),
    ("observed_later", [], "observed_later", "C009"),
    ("observed_later[1].day", -1, "observed_later[1]", "C026"),
    ("observed_later[1].unit", "KPS", "observed_later[1].unit", "C012"),
    ("observed_later[1].value", 12, "observed_later[1].value", "C013"),
    ("observed_later[1].value", "six", "observed_later[1].value", "C010"),
    ("observed_later[2].value", 1, "observed_later[2].value", "C022"),
    ("observed_later[2].day", {"at_least": math.inf}, "observed_later[2].day", "C011"),
]


@pytest.mark.parametrize(("place", "value", "at", "code"), BROKEN)
def test_one_fault_at_its_place(place: str, value: Any, at: str, code: str) -> None:
    text = edited({place: value})
    found = faults(text)
    assert (at, code) in [(f.path, f.code) for f in found], [str(f) for f in found]
    assert len(found) == 1 or at == "observed_later[2].value"  # there the unit is missing too
    assert all(f.fix and f.expected and f.found for f in found)
    assert place == at or found[0].line is not None


def test_all_faults_at_once_each_with_its_line() -> None:
    text = edited(
        {
            "subject.sex": "m",
            "moment.estimated": "yes",
            "treatments[0].number": -1,
            "given[0].value": "much",
            "given[1]": {"kind": "coma"},
            "observed_later[0].since.event": "plexend",
            "observed_later[1].unit": "edss",
        }
    )
    found = faults(text)
    assert {f.path for f in found} >= {
        "subject.sex",
        "moment.estimated",
        "treatments[0].number",
        "given[0].value",
        "observed_later[1].unit",
    }
    lines = [f.line or 0 for f in found]
    assert all(lines) and lines == sorted(lines)
    for fault in found:
        key = fault.path.split(".")[-1].split("[")[0]
        assert key in text.splitlines()[(fault.line or 1) - 1], fault


def test_an_outcome_among_what_is_given_says_where_it_belongs() -> None:
    (found,) = faults(edited({"given[1]": {"kind": "death", "day": 20}}))
    assert found.found == "death is an outcome, which is never given"
    assert "observed_later" in found.fix


DIAGNOSED = {"kind": "pml_diagnosis", "day": [0, 28]}
STEROID = {"what": "steroid", "day": 30}
AT_ONCE = DIAGNOSED | {"day": 0}
SCAN = {"kind": "mri_ms", "unit": "enhancing lesions"}
LEVEL = {"kind": "level", "day": 0, "unit": "mg/L"}
SENSELESS: list[tuple[dict[str, Any], str]] = [
    ({"exposure.months": 3}, "exposure"),
    ({"exposure.months": 300, "exposure.interval": GONE}, "exposure"),
    ({"exposure": {"infusions": 400, "interval": 180}}, "exposure"),
    ({"exposure": {"months": 400}}, "exposure"),
    ({"moment.day": {"at_least": 0}}, "moment.day"),
    ({"moment.day": -5000, "given": []}, "moment.day"),
    ({"exposure": {"infusions": 1}, "moment.day": 0, "given": [AT_ONCE]}, "moment.day"),
    ({"moment.day": GONE, "given": [LEVEL | {"day": {"at_least": 0}, "value": 3}]}, "given[0].day"),
    ({"moment.day": GONE, "given": [LEVEL | {"day": 500, "value": 3}]}, "given[0].day"),
    ({"given": [LEVEL | {"since": {"event": "moment", "days": -300}, "value": 3}]}, "given[0]"),
    ({"given": [{"kind": "mri_pml", "since": {"event": "iris_onset", "days": -9}}]},
     "given[0].since.event"),
    ({"given": [LEVEL | {"value": 0}]}, "given[0].value"),
    ({"given": [LEVEL | {"value": 3, "words": ["undetected"]}]}, "given[0]"),
    ({"given": [{"kind": "mri_pml", "words": ["no_lesion", "enhancing"]}]}, "given[0].words"),
    ({"given[0].words": ["no_lesion"]}, "given[0]"),
    ({"given[0].value": 0}, "given[0].value"),
    ({"given[1].value": 0}, "given[1].value"),
    ({"given[1].value": [0, 50]}, "given[1].value"),
    ({"given[1].words": ["undetected"]}, "given[1]"),
    ({"given": [DIAGNOSED | {"words": ["asymptomatic", "symptomatic"]}]}, "given[0].words"),
    ({"given": [SCAN | {"value": 2, "words": ["inactive"]}]}, "given[0]"),
    ({"given": [SCAN | {"value": 0, "words": ["active"]}]}, "given[0].value"),
    ({"given": [{"kind": "relapse", "day": 3, "words": ["none", "mild"]}]}, "given[0].words"),
    ({"given": [DIAGNOSED, DIAGNOSED]}, "given[1]"),
    ({"observed_later[1].since": {"event": "moment", "days": 30}}, "observed_later[1]"),
    ({"observed_later[0].words": ["mild", "severe"]}, "observed_later[0].words"),
    ({"treatments[2]": {"what": "natalizumab", "day": -300}}, "treatments[2].day"),
    ({"treatments[2]": {"what": "natalizumab"}}, "treatments[2]"),
    ({"treatments[2]": STEROID | {"amount": 1000, "unit": "g"}}, "treatments[2].amount"),
    ({"treatments[2]": STEROID | {"amount": 0, "unit": "g"}}, "treatments[2].amount"),
    ({"treatments[2]": STEROID | {"amount": {"at_least": 0}, "unit": "g"}}, "treatments[2].amount"),
    ({"treatments[2]": STEROID | {"amount": 1, "unit": "g/kg"}}, "treatments[2].unit"),
    ({"treatments[0].amount": 3000, "treatments[0].unit": "mg"}, "treatments[0].unit"),
    ({"treatments[0].since": {"event": "moment", "days": 400}}, "treatments[0]"),
    ({"subject.jcv_positive": False}, "subject"),
    ({"subject": {}, "given": [{"kind": "jcv_antibody", "words": ["positive"]}]}, "given[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "at"), SENSELESS)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], at: str) -> None:
    (found,) = faults(edited(changes))
    assert (found.path, found.code) == (at, "C022"), str(found)
    assert found.line is not None and found.fix and found.expected and found.found


def test_what_only_looks_like_a_contradiction_is_read() -> None:
    for changes in (
        {"given": [LEVEL | {"value": [0, 3]}, {"kind": "level", "words": ["undetected"]}]},
        {"given": [SCAN | {"value": 0}]},
        {"given": [DIAGNOSED, DIAGNOSED | {"day": [0, 14]}]},
        {"given[0].since": {"event": "moment", "days": [-37, -9]}},
        {"exposure": {"infusions": 260}, "subject": {"jcv_positive": False, "jcv_index": 0.3}},
        {"moment.day": [-60, -30], "given": [], "treatments": [], "observed_later[0].since": GONE},
        {"treatments[2]": {"what": "natalizumab", "day": 30}},
        {"treatments[2]": STEROID | {"amount": {"at_least": 500}, "unit": "mg"}},
        {"treatments[2]": {"what": "immunoglobulin", "day": 30, "amount": 0.4, "unit": "g/kg"}},
        {"observed_later[0].words": ["radiological", "mild"]},
    ):  # fmt: skip
        parse_published(edited(changes), "case.yaml")
