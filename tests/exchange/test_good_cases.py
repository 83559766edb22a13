"""What a good file reads as: canonical units, days, defaults; dates and days the same subject."""

import dataclasses
import math
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.exchange import Case, Question
from diapedesis.exchange.case_units import CANONICAL, SPELLINGS, accepted, factor
from diapedesis.observe.assay import Assay, Level
from diapedesis.simulate.protocol import (
    HOUR,
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
)
from tests.exchange.cases import GONE, GOOD, edited, good, read

MINIMAL = """\
drug: natalizumab
units: {time: day, weight: kg, dose: mg}
patient: {weight: 70}
doses: [{time: 0, amount: 300}]
"""
TIMES = {"time", "first", "last", "onset", "end", "now", "by", "earliest", "until"}


def test_everything_in_a_file_reaches_the_case() -> None:
    case = read(GOOD)
    subject, protocol = case.subject, case.subject.protocol
    hospital = Assay("hospital", proportional_sd=0.1, lloq=0.5)
    reference = Assay("reference", additive_sd=0.05, lloq=0.25, factor=1.2, measures="total")
    assert (subject.id, subject.age, subject.sex, subject.pregnant) == ("P-1", 41, "female", False)
    assert (subject.height, subject.haematocrit) == (1.68, 0.40)
    assert protocol.weights == ((0, 70), (100, 72))
    assert protocol.doses == (
        *(Infusion(28.0 * i, 300) for i in range(5)),
        Infusion(140, 300, 2 * HOUR),
    )
    assert protocol.sessions == (
        Plex(152, plasma_volumes=1.5, sieving=0.9, replacement="plasma"),
        Immunoadsorption(154.5, volume=6, duration=3 * HOUR, column="tryptophan"),
    )
    assert protocol.antibodies == (Antibodies(30, 2, 90),)
    cytometry = Assay("cytometry", 0.1, 0.02, 0.1, 1.1, measures="saturation")
    assert subject.levels == (
        Level(0, None, hospital),
        Level(0, None, cytometry),
        Level(140, 27, hospital),
        Level(140, 0.9, cytometry),
        Level(153, 8.5, reference),
        Level(153, 1.05, cytometry),
    )
    assert subject.occasions == (28, 140)
    assert case.question == Question(
        threshold=2,
        by=200,
        probability=0.95,
        earliest=157,
        max_sessions=6,
        spacing=(2, 5),
        minimum_gap=1.5,
        sizes=(1.0, 1.5),
        duration=2 * HOUR,
        top_up=False,
        result_after_days=4,
        samples=(158, 165),
        target_trough=10,
        trough_probability=0.8,
        until=300,
    )
    assert (case.title, case.now, case.claims) == ("A good case", 156, ("pkpd 2.1",))
    assert (case.subject.antibody_test, case.start_date, case.simulated) == (
        "transient",
        None,
        False,
    )


def test_what_is_left_out() -> None:
    case = read(MINIMAL)
    assert case == Case(
        subject=dataclasses.replace(case.subject, levels=(), id="patient"),
        question=Question(),
    )
    assert case.subject.protocol.doses == (Infusion(0, 300, HOUR),)
    assert case.subject.protocol.antibodies == ()


@pytest.mark.parametrize(
    ("row", "dose"),
    [
        ("{time: 3, amount: 150, route: sc}", Injection(3, 150)),
        ("{time: -3, amount: 300, duration: 0.5}", Infusion(-3, 300, 0.5 * HOUR)),
        ("{every: 42, number: 1, last: 7, amount: 300}", Infusion(7, 300)),
        ("{time: 1e1, amount: 3.0e+2}", Infusion(10, 300)),
    ],
)
def test_one_dose(row: str, dose: Infusion | Injection) -> None:
    assert read(MINIMAL.replace("{time: 0, amount: 300}", row)).subject.protocol.doses == (dose,)


@pytest.mark.parametrize("status", ["none", "unknown"])
def test_no_antibodies_and_no_test_stay_apart(status: str) -> None:
    case = read(MINIMAL + f"antibodies: {{status: {status}}}\n")
    assert (case.subject.antibody_test, case.subject.protocol.antibodies) == (status, ())


def test_persistent_antibodies_do_not_end() -> None:
    case = read(MINIMAL + "antibodies: {status: persistent, onset: 90}\nnow: 100\n")
    assert case.subject.protocol.antibodies == (Antibodies(90, 1, math.inf),)


def test_the_only_assay_needs_no_name() -> None:
    text = MINIMAL.replace("units: {", "units: {level: mg/L, ")
    case = read(text + "assays: {x: {lloq: 0.1}}\nlevels: [{time: 1, value: 0.2}]\n")
    assert case.subject.levels == (Level(1, 0.2, Assay("x", lloq=0.1)),)


def saturation(text: str) -> Level:
    """Return the one saturation of the smallest case with more text."""
    smallest = MINIMAL.replace("units: {", "units: {level: ug/L, ")
    (level,) = (x for x in read(smallest + text).subject.levels if x.assay.unit == "")
    return level


def test_without_an_assay_saturation_is_read_as_by_flow_cytometry() -> None:
    row = "saturations: [{time: 1, value: 0.8}]\n"
    assert saturation(row) == Level(1, 0.8, Assay.of_saturation())
    serum = "assays: {x: {lloq: 0.1}}\n"
    assert saturation(row + serum) == Level(1, 0.8, Assay.of_saturation())


def test_each_kind_of_measurement_has_its_own_only_assay() -> None:
    text = MINIMAL.replace("units: {", "units: {level: mg/L, ")
    text += "assays: {x: {lloq: 0.1}, y: {measures: saturation, lloq: 0.02}}\n"
    text += "levels: [{time: 1, value: 0.2}]\nsaturations: [{time: 1, value: 0.03}]\n"
    flow = dataclasses.replace(Assay.of_saturation("y"), lloq=0.02)
    assert read(text).subject.levels == (Level(1, 0.2, Assay("x", lloq=0.1)), Level(1, 0.03, flow))


def test_shares_of_a_saturation_assay_have_no_unit() -> None:
    """With levels in ug/L, SD and limit of saturation stay what they are."""
    assay = "assays: {y: {measures: saturation, additive_sd: 0.04, lloq: 0.06}}\n"
    level = saturation(assay + "saturations: [{time: 1, value: 0.07}]\n")
    assert (level.value, level.assay.additive_sd, level.assay.lloq) == (0.07, 0.04, 0.06)


def test_saturations_and_occasions_need_no_unit_of_levels() -> None:
    text = MINIMAL + "saturations: [{time: 1, value: 0.8}]\noccasions: [1]\n"
    case = read(text)
    assert (case.now, case.subject.occasions) == (1, (1,))


def test_a_high_saturation_is_never_too_much_for_the_doses() -> None:
    """The bound on levels finds wrong units; a share has none."""
    small = MINIMAL.replace("amount: 300", "amount: 0.1")
    case = read(small + "saturations: [{time: 60, value: 0.95}]\n")
    assert case.subject.levels[0].value == 0.95


def test_now_is_the_last_event_and_sessions_start_then() -> None:
    case = read(edited({"now": GONE, "question": GONE}))
    assert case.now == 154.5 + 3 * HOUR
    assert case.question.earliest == case.now


@pytest.mark.parametrize(
    ("session", "sizes", "sizes_in"),
    [
        ("{volume: 3}", (3,), "L"),
        ("{volume: [2, 3]}", (2, 3), "L"),
        ("{plasma_volumes: 1}", (1,), "plasma_volumes"),
        ("{kind: ia, column: anti_igg}", (1.5,), "plasma_volumes"),
    ],
)
def test_sizes_of_planned_sessions(session: str, sizes: tuple[float, ...], sizes_in: str) -> None:
    text = MINIMAL.replace("dose: mg", "dose: mg, volume: L")
    question = read(text + f"question: {{session: {session}}}\n").question
    assert (question.sizes, question.sizes_in) == (sizes, sizes_in)


def test_a_saturation_replaces_the_threshold() -> None:
    question = read(MINIMAL + "question: {saturation: 0.5}\n").question
    assert (question.threshold, question.saturation) == (None, 0.5)


def dated(tree: Any, start: datetime) -> Any:
    """Return the values with every time as a date."""
    if isinstance(tree, list):
        return [dated(part, start) for part in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: (start + timedelta(days=value)).isoformat()
        if key in TIMES and isinstance(value, int | float)
        else [(start + timedelta(days=t)).isoformat() for t in value]
        if key in {"samples", "occasions"}
        else dated(value, start)
        for key, value in tree.items()
    }


@given(st.dates(date(1995, 1, 1), date(2060, 1, 1)), st.integers(0, 1439))
def test_dates_and_days_give_the_same_case(start: date, minute: int) -> None:
    tree = good()
    tree["levels"][2]["time"] = 153 + minute / 1440
    days = read(yaml.safe_dump(tree, sort_keys=False))
    midnight = datetime.combine(start, datetime.min.time())
    dates = read(yaml.safe_dump(dated(tree, midnight), sort_keys=False))
    assert dates.start_date == start
    assert dataclasses.replace(dates, start_date=None) == days
    label = dates.day_label(dates.subject.serum_levels[2].time)
    moment = midnight + timedelta(days=153, minutes=minute)
    assert datetime.fromisoformat(label) == moment


def test_day_0_is_midnight_of_the_date_of_the_first_dose() -> None:
    case = read(MINIMAL.replace("time: 0", "time: 2024-02-28T18:00"))
    assert case.subject.protocol.last_dose == 0.75
    assert [case.day_label(d) for d in (0, 0.75, 2, -59)] == [
        "2024-02-28",
        "2024-02-28 18:00",
        "2024-03-01",
        "2023-12-31",
    ]
    with pytest.raises(ValueError, match="finite"):
        case.day_label(math.inf)


def test_a_series_counted_back_from_a_date_starts_on_day_0() -> None:
    row = "{every: 28, number: 13, last: 2024-03-01, amount: 300}"
    case = read(MINIMAL.replace("{time: 0, amount: 300}", row))
    assert case.start_date == date(2023, 3, 31)
    assert [d.time for d in case.subject.protocol.doses] == [28.0 * i for i in range(13)]


@pytest.mark.parametrize("kind", [k for k in SPELLINGS if k != "time"])
def test_every_unit_reads_as_the_same_case(kind: str) -> None:
    places = {
        "level": ["levels[1].value", "levels[2].value", "question.threshold"],
        "weight": ["patient.weight[0].value", "patient.weight[1].value"],
        "height": ["patient.height"],
        "dose": ["doses[0].amount", "doses[1].amount"],
        "volume": ["sessions[1].volume"],
    }[kind]
    if kind == "level":
        places += ["assays.hospital.lloq", "assays.reference.lloq"]
        places += ["assays.reference.additive_sd", "question.interval.target_trough"]
    expected = read(GOOD)
    values = {place: _get(good(), place) for place in places}
    # additive_sd of the hospital is left out: its default must not depend on the unit
    for spelling in accepted(kind):
        size = factor(kind, spelling)
        changes = {place: value / size for place, value in values.items()}
        case = read(edited({f"units.{kind}": spelling} | changes))
        assert _numbers(case) == pytest.approx(_numbers(expected), rel=1e-14, abs=0), spelling


def test_conversion_agrees_with_arithmetic() -> None:
    sizes = {"mg/dL": 10, "ng/mL": 1e-3, "g/L": 1e3, "lb": 0.45359237, "inch": 0.0254, "mL": 1e-3}
    for kind in CANONICAL:
        for unit in SPELLINGS[kind]:
            if unit in sizes:
                assert factor(kind, unit) == pytest.approx(sizes[unit], rel=1e-12)


def _get(tree: Any, place: str) -> float:
    for part in place.replace("]", "").replace("[", ".").split("."):
        tree = tree[int(part) if part.isdigit() else part]
    return float(tree)


def _numbers(value: Any) -> list[float]:
    if dataclasses.is_dataclass(value):
        return [n for f in dataclasses.fields(value) for n in _numbers(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [n for part in value for n in _numbers(part)]
    return [float(value)] if isinstance(value, int | float) else []


@pytest.mark.parametrize(("kg", "peak"), [(70, 110 + 2 * 52), (150, 90), (45, 200)])
def test_a_high_but_published_peak_is_not_taken_for_a_wrong_unit(kg: float, peak: float) -> None:
    # 110 +- 52 mg/L at steady state: claim pkpd 1.17
    row = "{every: 28, number: 6, first: 0, amount: 300}"
    text = MINIMAL.replace("{time: 0, amount: 300}", row).replace("weight: 70", f"weight: {kg}")
    text = text.replace("units: {", "units: {level: mg/L, ")
    level = read(text + f"levels: [{{time: 140.05, value: {peak}}}]\n").subject.levels[0]
    assert level.value == peak
