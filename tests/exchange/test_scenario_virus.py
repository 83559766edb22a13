"""The block on JC virus of a scenario file: what is read, what is refused, and where."""

import math
from typing import Any

import pytest
import yaml

from diapedesis.exchange import CaseError, Fault
from diapedesis.exchange.case_reference import SCENARIO
from diapedesis.population.virus_asked import VirusAsked
from diapedesis.population.virus_care import Care
from diapedesis.simulate import Boost, Course, Immunoglobulin
from tests.exchange.cases import GONE, put
from tests.exchange.test_scenarios import REFERENCE, read, valid

GOOD = """\
schema: diapedesis/scenario/1
drug: natalizumab
units: {time: day, weight: kg, dose: g}
patient: {weight: 70}
doses:
  - {every: 28, number: 60, first: 2018-01-01, amount: 0.3}
until: 2025-06-01
virus:
  jcv_index: 2.5
  prior_immunosuppressant: true
  scans: 182
  care:
    exchange: {kind: ia, number: 3, first: 2, every: 3, plasma_volumes: 2}
    steroids: preemptive
    pulse_days: 3
    taper_days: 0
    treatments:
      - {drug: maraviroc, start: 1, end: 90}
      - {drug: il7, first: 3, every: 7, number: 2, doses: 2}
      - {drug: immunoglobulin, time: 4, amount: 30}
      - {drug: glatiramer, start: 60}
parameters: {plex_death: 1}
arms:
  usual: {}
  often: {virus: {scans: 91}}
  nothing: {virus: {care: {exchange: {number: 0}, steroids: none}}}
"""
CARE = "virus.care."
ARM = "arms.often.virus"


def edited(changes: dict[str, Any]) -> str:
    tree = yaml.safe_load(GOOD)
    tree["doses"][0]["first"], tree["until"] = "2018-01-01", "2025-06-01"
    for place, value in changes.items():
        put(tree, place, value)
    return yaml.safe_dump(tree, sort_keys=False)


def faults(changes: dict[str, Any]) -> list[Fault]:
    with pytest.raises(CaseError) as caught:
        read(edited(changes))
    return caught.value.faults


def test_what_is_asked_of_each_arm() -> None:
    arms = {name: s.virus for name, s in read(GOOD).arms.items()}
    usual, often, nothing = arms.values()
    care = Care(
        sessions=3,
        first=2.0,
        apart=3.0,
        plasma_volumes=2.0,
        adsorption=True,
        steroids="preemptive",
        pulse_days=3,
        taper_days=0.0,
        others=(
            Course("maraviroc", 1.0, 90.0),
            Boost("il7", 3.0, 2.0),
            Boost("il7", 10.0, 2.0),
            Immunoglobulin(4.0, 30.0),
            Course("glatiramer", 60.0),
        ),
    )
    assert usual == VirusAsked(2.5, None, True, 182.0, care)
    assert often == VirusAsked(2.5, None, True, 91.0, care)
    assert nothing == VirusAsked(2.5, None, True, 182.0, Care(sessions=0, steroids="none"))


def test_an_empty_block_is_the_usual_and_none_is_no_virus() -> None:
    (arm, *_) = read(edited({"virus": {}})).arms.values()
    assert arm.virus == VirusAsked() and math.isinf(VirusAsked().scans)
    plain = {"virus": GONE, "parameters": GONE, "arms": GONE}
    assert read(edited(plain)).arms["scenario"].virus is None


def test_the_schema_takes_the_block() -> None:
    tree = yaml.safe_load(edited({}))
    assert valid(tree)
    put(tree, "virus.scan", 3)
    assert not valid(tree)


@pytest.mark.parametrize(
    ("place", "value", "at", "code"),
    [
        ("virus", 3, "virus", "C010"),
        ("virus.jcv_index", 7, "virus.jcv_index", "C013"),
        ("virus.jcv_index", "high", "virus.jcv_index", "C010"),
        ("virus.jcv_positive", True, "virus", "C022"),
        ("virus.jcv_positive", "yes", "virus.jcv_positive", "C010"),
        ("virus.prior_immunosuppressant", 1, "virus.prior_immunosuppressant", "C010"),
        ("virus.scans", 7, "virus.scans", "C013"),
        ("virus.scan", 91, "virus.scan", "C008"),
        (CARE + "steroids", "early", CARE + "steroids", "C015"),
        (CARE + "exchange.kind", "dialysis", CARE + "exchange.kind", "C015"),
        (CARE + "exchange.number", 2.5, CARE + "exchange.number", "C010"),
        (CARE + "exchange.number", -1, CARE + "exchange.number", "C013"),
        (CARE + "exchange.time", 3, CARE + "exchange.time", "C008"),
        (CARE + "pulse_days", 0, CARE + "pulse_days", "C013"),
        (CARE + "treatments[0].drug", "maravirok", CARE + "treatments[0].drug", "C015"),
        (CARE + "treatments[0].drug", "anti_cd20", CARE + "treatments[0].drug", "C015"),
        (CARE + "treatments[0].start", "2024-01-01", CARE + "treatments[0].start", "C010"),
        (CARE + "treatments[0].start", -3, CARE + "treatments[0].start", "C013"),
        (CARE + "treatments[0].end", 1, CARE + "treatments[0]", "C018"),
        (CARE + "treatments[1].number", GONE, CARE + "treatments[1]", "C022"),
        (CARE + "treatments[2].amount", 30_000, CARE + "treatments[2].amount", "C021"),
        (CARE + "treatments[3].drug", "maraviroc", "virus.care", "C022"),
        (ARM, {"jcv_index": 3}, ARM + ".jcv_index", "C008"),
        (ARM, {"scans": 9000}, ARM + ".scans", "C013"),
        ("parameters", {"plex_deaths": 1}, "parameters.plex_deaths", "C023"),
        ("parameters", {"plex_death": -1}, "parameters.plex_death", "C013"),
        ("activity", {"gd": 2}, "activity", "C022"),
        ("treatments", [{"drug": "glatiramer", "start": "2023-01-01"}], "treatments", "C022"),
        ("patients", 20_000, "patients", "C003"),
    ],
)
def test_one_fault_at_its_place(place: str, value: Any, at: str, code: str) -> None:
    found = faults({place: value})
    assert (at, code) in [(f.path, f.code) for f in found], [str(f) for f in found]
    assert all(f.line and f.found and f.expected and f.fix for f in found)


def test_steroids_are_said_by_their_own_keys() -> None:
    (found,) = faults({CARE + "treatments[0]": {"drug": "prednisolone", "start": 3}})
    assert found.path == CARE + "treatments[0].drug"
    assert "steroids" in found.fix


def test_an_arm_alone_cannot_have_the_virus() -> None:
    found = faults({"virus": GONE, "parameters": GONE})
    assert {(f.path, f.code) for f in found} == {
        ("arms.often.virus", "C022"),
        ("arms.nothing.virus", "C022"),
    }


def test_a_parameter_of_the_virus_needs_it() -> None:
    (found,) = faults({"virus": GONE, "arms": GONE})
    assert (found.path, found.code) == ("parameters.plex_death", "C023")


def test_the_yaml_of_the_page_is_read() -> None:
    page = (REFERENCE / SCENARIO.page).read_text(encoding="utf-8")
    whole, block = (part.split("```")[0] for part in page.split("```yaml\n")[1:3])
    tree = yaml.safe_load(whole) | yaml.safe_load(block)
    del tree["activity"]
    arms = read(yaml.safe_dump(tree, sort_keys=False)).arms
    assert [s.virus is not None and s.virus.scans for s in arms.values()] == [365, 91, 365]
