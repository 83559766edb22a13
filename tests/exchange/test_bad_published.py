"""Published cases that are refused: where, with which code and fix."""

import math
from typing import Any

import pytest

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
