"""A treatment is given when the case says, and never for an event that it did not answer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from diapedesis.cases import (
    Citation,
    Exposure,
    Fact,
    GivenTreatment,
    Moment,
    PublishedCase,
    Range,
    Since,
)
from diapedesis.cases.reading import Reading, draw_reading, of_pml
from diapedesis.cases.regimen import regimen
from diapedesis.cases.sense import LONGEST_USE
from diapedesis.simulate import Course, Steroid
from tests.cases.made_up import stopped

CASE = PublishedCase(
    "doe",
    "",
    Citation("Doe J", 2020, "", "", "made up"),
    "",
    "B",
    "low",
    Moment("mri_pml", Range(25, 31)),
    exposure=Exposure(infusions=Range.of(12)),
    given=(Fact("mri_pml", Range(25, 31), words=("lesion",)),),
)


def since(event: str, low: float = 0.0, high: float = 7.0) -> Since:
    return Since(event, Range(low, high))


def readings(case: PublishedCase) -> list[Reading]:
    return [draw_reading(case, np.random.default_rng(i)) for i in range(20)]


def test_symptoms_that_were_absent_date_nothing() -> None:
    """Steroids that answer symptoms wait for them, though a scan without symptoms has a day."""
    absent = Fact("pml_symptoms", Range(25, 31), words=("none",))
    steroid = GivenTreatment("steroid", since=since("pml_symptoms"))
    for r in readings(replace(CASE, given=(*CASE.given, absent), treatments=(steroid,))):
        assert not r.protocol.treatments
        assert r.answers["pml_symptoms"]


@pytest.mark.parametrize("event", ["rebound", "worsening", "relapse"])
@pytest.mark.parametrize("what", ["fingolimod", "plex", "steroid"])
def test_what_answers_a_return_of_ms_is_not_given_for_iris(event: str, what: str) -> None:
    """Where PML was known, whose worsening it is stays open, and what answers it is left out."""
    later = Fact(event, Range(60, 90))  # type: ignore[arg-type]
    treatment = GivenTreatment(what, since=since(event))  # type: ignore[arg-type]
    for case in (CASE, stopped()):
        for r in readings(replace(case, observed_later=(later,), treatments=(treatment,))):
            unclear = event == "worsening" and case is CASE
            assert r.left_out == ((what,) if unclear else ())
            assert bool(r.answers.pop("relapse")) is not unclear
            assert not any(r.answers.values())


@pytest.mark.parametrize(
    ("told", "each", "number"),
    [
        (GivenTreatment("plex", number=Range.of(2)), 1.5, 2),
        (
            GivenTreatment("plex", number=Range.of(2), amount=Range.of(1), unit="plasma volumes"),
            1,
            2,
        ),
        (GivenTreatment("steroid", number=Range.of(3)), 1.0, 3),
        (GivenTreatment("steroid", number=Range.of(3), amount=Range.of(500), unit="mg"), 0.5, 3),
        (GivenTreatment("immunoglobulin"), 30.0, 5),
        (
            GivenTreatment("immunoglobulin", number=Range.of(2), amount=Range.of(1), unit="g/kg"),
            75,
            2,
        ),
    ],
)
def test_as_much_is_given_as_was_published(told: GivenTreatment, each: float, number: int) -> None:
    found = regimen(told, 10.0, np.random.default_rng(1))
    assert found is not None
    given = [getattr(g, "plasma_volumes", getattr(g, "grams", None)) for g in found]
    assert [g for g in given if g is not None] == pytest.approx([each] * number)


def test_what_follows_a_later_diagnosis_follows_symptoms() -> None:
    later = Fact("pml_diagnosis", Range(60, 90))
    plex = GivenTreatment("plex", since=since("pml_diagnosis"))
    for r in readings(replace(CASE, observed_later=(later,), treatments=(plex,))):
        assert r.answers["pml_symptoms"]
        assert not r.answers["iris_onset"]


def test_a_drug_begun_at_the_moment_is_begun_on_its_day() -> None:
    days = Range(90, 120)
    drug = GivenTreatment("fingolimod", day=days)
    case = replace(CASE, given=(), moment=Moment("fingolimod", days), treatments=(drug,))
    for r in readings(case):
        assert [t.time for t in r.protocol.treatments] == [r.moment]


def test_a_drug_stopped_at_the_moment_is_stopped_on_its_day() -> None:
    end = Range(300, 330)
    drug = GivenTreatment("fingolimod", day=Range(60, 90), end=end)
    case = replace(CASE, given=(), moment=Moment("fingolimod_end", end), treatments=(drug,))
    for r in readings(case):
        (course,) = r.protocol.treatments
        assert isinstance(course, Course)
        assert course.end == r.moment


def test_what_follows_the_end_of_exchange_follows_the_last_session() -> None:
    plex = GivenTreatment("plex", day=Range.of(40), number=Range.of(5))
    steroid = GivenTreatment("steroid", since=since("plex_end", 1, 2))
    for r in readings(replace(CASE, treatments=(plex, steroid))):
        first = min(t.time for t in r.protocol.treatments if isinstance(t, Steroid))
        assert 1 <= first - r.protocol.sessions[-1].end <= 2


def test_natalizumab_is_given_again_as_often_as_published() -> None:
    again = GivenTreatment("natalizumab", day=Range(90, 100), number=Range.of(1))
    for r in readings(replace(CASE, treatments=(again,))):
        assert sum(d.time > 0 for d in r.protocol.doses) == 1


@pytest.mark.parametrize("what", ["steroid", "immunoglobulin"])
def test_a_treatment_without_a_day_answers_iris_only_where_it_is_open(what: str) -> None:
    """Steroids of years before, or before IRIS, have nothing to do with it."""
    known = GivenTreatment(what)  # type: ignore[arg-type]
    for r in readings(replace(CASE, treatments=(known,))):
        assert r.left_out == (what,)
        assert not any(r.answers.values())
    open_ = replace(known, given="unknown")
    found = [bool(r.answers["iris_onset"]) for r in readings(replace(CASE, treatments=(open_,)))]
    assert any(found) == (what == "steroid")


def test_a_switch_without_a_day_comes_weeks_after_the_last_infusion() -> None:
    drug = GivenTreatment("fingolimod", since=since("moment", 0, math.inf))
    stopped = replace(CASE, given=(), moment=Moment("last_infusion", Range.of(0)))
    begun = replace(CASE, given=(), moment=Moment("fingolimod"))
    for case in (replace(stopped, treatments=(drug,)), replace(begun, treatments=(drug,))):
        days = [t.time for r in readings(case) for t in r.protocol.treatments]
        assert len(days) == 20
        assert min(days) >= 28 and max(days) <= 120 and max(days) - min(days) > 40


def test_treatments_may_stand_in_any_order() -> None:
    """What is dated by another treatment waits for it, however many stand in between."""
    plex = GivenTreatment("plex", day=Range.of(40), number=Range.of(1))
    second = GivenTreatment("mefloquine", since=since("plex", 3, 3))
    third = GivenTreatment("mirtazapine", since=since("mefloquine", 4, 4))
    for order in ((third, second, plex), (second, third, plex), (plex, second, third)):
        for r in readings(replace(CASE, treatments=order)):
            assert r.left_out == ()
            assert [(t.drug, t.time) for t in r.protocol.treatments] == [
                ("mefloquine", 43.0),
                ("mirtazapine", 47.0),
            ]


@pytest.mark.parametrize("event", ["plex", "mefloquine"])
def test_what_is_dated_by_itself_or_in_a_ring_is_left_out(event: str) -> None:
    plex = GivenTreatment("plex", since=since(event))
    other = GivenTreatment("mefloquine", since=since("plex"))
    for r in readings(replace(CASE, treatments=(plex, other))):
        assert set(r.left_out) == {"plex", "mefloquine"}
        assert not r.protocol.sessions and not r.protocol.treatments


def test_what_follows_the_end_of_a_course_without_one_is_left_out() -> None:
    drug = GivenTreatment("fingolimod", day=Range.of(60))
    after = GivenTreatment("anti_cd20", since=since("fingolimod_end"))
    for r in readings(replace(CASE, treatments=(drug, after))):
        assert r.left_out == ("anti_cd20",)
        assert [t.time for t in r.protocol.treatments] == [60.0]


def test_natalizumab_given_again_is_given_once_at_least() -> None:
    """Where its start may lie after its end, the start counts."""
    again = GivenTreatment("natalizumab", day=Range(90, 200), end=Range.of(100))
    for r in readings(replace(CASE, treatments=(again,))):
        assert sum(d.time >= 90 for d in r.protocol.doses) == 1


def test_every_infusion_published_is_given() -> None:
    for r in readings(replace(CASE, exposure=Exposure(infusions=Range.of(200)))):
        assert len(r.protocol.doses) == 200


def test_the_first_infusion_comes_no_later_than_the_moment() -> None:
    """Whether their number is unknown or a range; a moment years before the last asks for many."""
    moment = Moment("mri_pml", Range(-1500, -1000))
    for exposure in (Exposure(), Exposure(infusions=Range(2, 80))):
        for r in readings(replace(CASE, moment=moment, given=(), exposure=exposure)):
            assert r.first_dose <= r.moment


@pytest.mark.parametrize(
    ("fact", "there"),
    [
        (Fact("csf_jcv", value=Range.of(40), unit="copies/mL"), True),
        (Fact("csf_jcv", words=("undetected",)), False),
        (Fact("mri_pml", value=Range.of(4), unit="mL"), True),
        (Fact("mri_pml", words=("punctate",)), True),
        (Fact("mri_pml", words=("no_lesion",)), False),
        (Fact("pml_symptoms", words=("none",)), False),
    ],
)
def test_virus_that_was_measured_is_virus_that_was_known(fact: Fact, there: bool) -> None:
    assert of_pml(replace(CASE, given=(fact,))) is there


def test_of_so_much_or_more_the_least_is_given() -> None:
    pulse = GivenTreatment(
        "steroid", day=Range.of(30), number=Range.of(1), amount=Range(500, math.inf), unit="mg"
    )
    for r in readings(replace(CASE, treatments=(pulse,))):
        (given,) = (t for t in r.protocol.treatments if isinstance(t, Steroid))
        assert given.grams == 0.5


@pytest.mark.parametrize(
    "exposure",
    [
        Exposure(infusions=Range.of(260), interval=Range(28, 180)),
        Exposure(infusions=Range(59, 260), interval=Range(178, 180)),
    ],
)
def test_what_is_drawn_of_ranges_is_no_longer_than_the_drug_has_been_there(
    exposure: Exposure,
) -> None:
    for r in readings(replace(CASE, exposure=exposure)):
        assert -r.first_dose <= LONGEST_USE
        told = exposure.infusions
        assert told is not None and told.low <= len(r.protocol.doses) <= told.high
