"""Scenario files: what is read, and what is refused, where and with which fix."""

import json
import math
import tempfile
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from diapedesis.exchange import CaseError, Fault
from diapedesis.exchange.case_fields import blocks, keys_at, rows
from diapedesis.exchange.case_reference import SCENARIO, json_schema, page
from diapedesis.exchange.scenario import Scenarios, read_scenario
from diapedesis.exchange.scenario_file import ScenarioFile
from diapedesis.exchange.scenario_treatments import AGAINST_VIRUS, DRUGS
from diapedesis.models import ms
from diapedesis.simulate import Course, Depletion, Immunoglobulin, OralSteroid, Steroid
from diapedesis.simulate.treatments import DepletionDrug, ImmuneDrug
from tests.exchange.cases import GONE, put

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLES = sorted((ROOT / "examples").glob("scenario-*.yaml"))
RENEW = "run: python -m diapedesis.exchange.case_reference docs/reference"
GOOD = """\
schema: diapedesis/scenario/1
title: A good scenario
note: made up
drug: natalizumab
units: {time: day, level: mg/L, weight: kg, height: cm, dose: g}
patient: {id: S-1, age: 41, sex: female, height: 168, haematocrit: 0.4, weight: 70}
activity: {relapses: 2, gd: 0}
doses:
  - {every: 28, number: 6, last: 0, amount: 0.3}
sessions:
  - {time: 12, kind: plex, plasma_volumes: 1.5}
treatments:
  - {drug: fingolimod, start: 56, end: 100}
antibodies: {status: none}
levels: [{time: 10, value: 40}]
until: 300
before: 90
hypothesis: {pool: 2, virus: 1}
parameters: {edss_0: 4}
patients: 30
seed: 5
arms:
  nothing: {}
  much:
    doses: [{time: 200, amount: 0.3}]
    sessions: [{time: 14, kind: ia, plasma_volumes: 2}]
    treatments:
      - {drug: methylprednisolone, first: 120, every: 1, number: 3, amount: 1}
      - {drug: prednisolone, start: 123, end: 130, daily: 0.06}
      - {drug: immunoglobulin, time: 140, amount: 30}
      - {drug: anti_cd20, time: 150, courses: 0.5}
      - {drug: glatiramer, start: 160}
    antibodies: {status: persistent, onset: 30}
    hypothesis: virus
    parameters: {bypass: 0.2}
"""


def read(text: str) -> Scenarios:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        return read_scenario(path)


def edited(changes: dict[str, Any]) -> str:
    tree = yaml.safe_load(GOOD)
    for place, value in changes.items():
        put(tree, place, value)
    return yaml.safe_dump(tree, sort_keys=False)


def faults(changes: dict[str, Any]) -> list[Fault]:
    with pytest.raises(CaseError) as caught:
        read(edited(changes))
    assert str(caught.value).splitlines()[0].endswith("the scenario was not read.")
    return caught.value.faults


def test_what_arms_share_and_what_each_adds() -> None:
    found = read(GOOD)
    nothing, much = found.arms.values()
    assert list(found.arms) == ["nothing", "much"]
    assert (found.title, found.note) == ("A good scenario", "made up")
    assert (nothing.n, nothing.seed, nothing.before, nothing.until) == (30, 5, 90, 300)
    assert (nothing.relapses, nothing.gd, nothing.parameters) == (2, 0, {"edss_0": 4})
    assert nothing.subject.height == pytest.approx(1.68)
    assert nothing.subject.levels[0].value == 40
    assert [d.amount for d in nothing.subject.protocol.doses] == [300] * 6
    assert nothing.subject.protocol.treatments == (Course("fingolimod", 56, 100),)
    given = much.subject.protocol
    assert len(given.doses) == 7
    assert len(given.sessions) == 2
    assert given.antibodies[0].onset == 30
    assert nothing.subject.protocol.antibodies == ()
    assert much.hypothesis == "virus"
    assert nothing.hypothesis == {"pool": 2, "virus": 1}
    assert much.parameters == {"edss_0": 4, "bypass": 0.2}


def test_treatments_in_their_own_units() -> None:
    given = read(GOOD).arms["much"].subject.protocol.treatments[1:]
    assert [t.time for t in given[:3]] == [120, 121, 122]
    assert all(isinstance(t, Steroid) and t.grams == 1 for t in given[:3])
    assert given[3:] == (
        OralSteroid(123, 130, 60),
        Immunoglobulin(140, 30),
        Depletion("anti_cd20", 150, 0.5),
        Course("glatiramer", 160, math.inf),
    )


def test_a_file_without_arms_has_one() -> None:
    assert list(read(edited({"arms": GONE})).arms) == ["scenario"]


def test_dates_make_the_first_dose_day_0() -> None:
    text = """\
schema: diapedesis/scenario/1
drug: natalizumab
units: {time: day, weight: kg, dose: mg}
patient: {weight: 70}
doses: [{every: 28, number: 2, last: 2024-03-01, amount: 300}]
until: 2025-03-01
arms: {fingolimod: {treatments: [{drug: fingolimod, start: 2024-04-26}]}}
"""
    found = read(text)
    (arm,) = found.arms.values()
    assert arm.last_dose == 28
    assert found.day_label(arm.subject.protocol.treatments[0].time) == "2024-04-26"


@pytest.mark.parametrize(
    ("place", "value", "at", "code"),
    [
        ("schema", "diapedesis/scenario/2", "schema", "C015"),
        ("schema", GONE, "schema", "C009"),
        ("drug", "ocrelizumab", "drug", "C014"),
        ("until", 150, "arms.much.treatments[3]", "C018"),
        ("until", GONE, "until", "C009"),
        ("units.dose", GONE, "units.dose", "C009"),
        ("activity.relapses", 1.5, "activity.relapses", "C010"),
        ("patients", 1, "patients", "C013"),
        ("patients", 20_000, "patients", "C003"),
        ("patients", 6_500, "patients", "C003"),
        ("hypothesis", "viru", "hypothesis", "C015"),
        ("hypothesis", {"pol": 1}, "hypothesis.pol", "C015"),
        ("hypothesis", {"pool": 0}, "hypothesis", "C022"),
        ("parameters", {"edss": 4}, "parameters.edss", "C023"),
        ("parameters", {"bypass": 4}, "parameters.bypass", "C013"),
        ("parameters", {"anti_cd4_treg": -50}, "parameters.anti_cd4_treg", "C013"),
        ("parameters", {"humoral_share": 3}, "parameters.humoral_share", "C013"),
        ("parameters", {"activity_now": -0.5}, "parameters.activity_now", "C013"),
        ("parameters", {"burst_size": 0.5}, "parameters.burst_size", "C013"),
        ("parameters", {"edss_0": 30}, "parameters.edss_0", "C013"),
        ("parameters", {"edss_max": 2}, "parameters.edss_max", "C013"),
        ("parameters", {"h_null": 0}, "parameters.h_null", "C013"),
        ("arms.much.parameters", {"edss_max": 3}, "arms.much.parameters.edss_max", "C013"),
        ("treatments[0].drug", "fingolimot", "treatments[0].drug", "C015"),
        ("treatments[0].end", 50, "treatments[0].end", "C018"),
        ("treatments[0].time", 50, "treatments[0].time", "C008"),
        ("arms.much.dose", 3, "arms.much.dose", "C008"),
        ("arms.much", 3, "arms.much", "C010"),
        ("arms.much.doses[0].amount", 300, "arms.much.doses[0].amount", "C021"),
        ("arms.much.sessions[0].time", 12.05, "arms.much.sessions[0].time", "C020"),
        ("arms.much.treatments[0].number", GONE, "arms.much.treatments[0]", "C022"),
        ("arms.much.treatments[0].amount", 30, "arms.much.treatments[0]", "C013"),
        ("arms.much.treatments[4].drug", "fingolimod", None, None),
        ("arms.much.antibodies.onset", GONE, "arms.much.antibodies", "C022"),
        ("arms.much.parameters", {"cl": -1}, "arms.much.parameters.cl", "C013"),
        ("levels[0].value", 4000, "levels[0].value", "C021"),
    ],
)
def test_one_fault_at_its_place(place: str, value: Any, at: str | None, code: str | None) -> None:
    if at is None:
        read(edited({place: value}))
        return
    found = faults({place: value})
    assert (at, code) in [(f.path, f.code) for f in found], [str(f) for f in found]
    assert len(found) == 1 or place in ("until", "units.dose")
    assert all(f.fix and f.expected for f in found)


def test_a_course_of_an_arm_that_overlaps_a_shared_one() -> None:
    row = {"drug": "fingolimod", "start": 90}
    (found,) = faults({"arms.much.treatments[4]": row})
    assert (found.path, found.code) == ("arms.much.treatments[4].start", "C022")


@pytest.mark.parametrize("drug", AGAINST_VIRUS)
def test_a_drug_against_the_virus_is_refused_with_the_reason(drug: str) -> None:
    """At reading, not when a model without a virus is asked to give it."""
    when = "time" if drug in get_args(ImmuneDrug) else "start"
    row = {"drug": drug, when: 160}
    (found,) = faults({"arms.much.treatments[4]": row})
    assert (found.path, found.code) == ("arms.much.treatments[4].drug", "C015")
    assert "virus.care.treatments" in found.fix


@pytest.mark.parametrize("drug", DRUGS)
def test_the_model_of_a_scenario_takes_every_drug_that_a_file_may_name(drug: str) -> None:
    at = {"first": 160, "every": 7, "number": 2}
    rows = {
        "methylprednisolone": at | {"amount": 1},
        "immunoglobulin": at | {"amount": 30},
        "prednisolone": {"start": 160, "end": 170, "daily": 0.06},
    }
    courses = dict.fromkeys(get_args(DepletionDrug), at)
    row = {"drug": drug} | (rows | courses).get(drug, {"start": 160})
    arms = read(edited({"arms.much.treatments[4]": row})).arms
    for t in arms["much"].subject.protocol.treatments:
        assert t.input in ms().inputs


def test_all_faults_at_once_each_with_its_line() -> None:
    found = faults(
        {
            "doses[0].amount": 0,
            "patient.sex": "f",
            "arms.much.treatments[1].daily": "60",
            "arms.nothing": {"treatments": [{"drug": "placebo", "time": 1, "amount": 1}]},
            "parameters": {"nonsense": 1},
        }
    )
    assert {f.path for f in found} == {
        "doses[0].amount",
        "patient.sex",
        "arms.much.treatments[1].daily",
        "arms.nothing.treatments[0].drug",
        "parameters.nonsense",
    }
    assert all(f.line for f in found)
    assert [f.line for f in found] == sorted(f.line or 0 for f in found)


def test_an_unknown_key_of_an_arm_is_told_from_the_keys_of_arms() -> None:
    (found,) = faults({"arms.much.treatment": []})
    assert found.fix == "write treatments"
    assert "amount" in keys_at(("arms", "any name", "doses", 0), ScenarioFile)


def test_the_schema_and_the_page_are_up_to_date() -> None:
    kept = (REFERENCE / SCENARIO.schema).read_text(encoding="utf-8")
    assert kept == json_schema(SCENARIO), RENEW
    text = (REFERENCE / SCENARIO.page).read_text(encoding="utf-8")
    assert text == page(text, SCENARIO), RENEW


def test_every_key_is_described() -> None:
    for place, block in blocks(ScenarioFile):
        assert block.__doc__, place
        assert all(row.meaning and row.takes for row in rows(block)), place


def valid(tree: Any) -> bool:
    schema = json.loads(json_schema(SCENARIO))
    return bool(jsonschema.Draft202012Validator(schema).is_valid(tree))


@pytest.mark.parametrize("place", ["untl", "arms.much.dose", "treatments[0].dug"])
def test_the_schema_refuses_unknown_keys(place: str) -> None:
    tree = yaml.safe_load(GOOD)
    assert valid(tree)
    put(tree, place, 1)
    assert not valid(tree)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_reads_and_fits_the_schema(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert text.startswith("# SIMULATED")
    assert valid(yaml.safe_load(text))
    assert read_scenario(example).arms


def test_the_yaml_of_the_page_is_read() -> None:
    text = (REFERENCE / SCENARIO.page).read_text(encoding="utf-8")
    block = text.split("```yaml\n")[1].split("```")[0]
    assert list(read(block).arms) == ["nothing", "fingolimod, week 8"]
