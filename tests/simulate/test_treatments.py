"""Treatments of a protocol: what is refused, and which inputs they raise."""

import math
from typing import get_args

import pytest

from diapedesis.models import ms, pkpd, pml
from diapedesis.simulate import (
    Boost,
    Course,
    Depletion,
    Immunoglobulin,
    Infusion,
    OralSteroid,
    Protocol,
    ProtocolError,
    Pulse,
    Steroid,
    schedule,
    solve,
)
from diapedesis.simulate.treatments import CourseDrug, DepletionDrug, ImmuneDrug
from tests.treated import course, treated

REFUSED = [
    ("time", lambda: Steroid(math.nan, 1.0)),
    ("grams", lambda: Steroid(0.0, 0.0)),
    ("duration", lambda: Steroid(0.0, 1.0, 0.0)),
    ("duration", lambda: Steroid(0.0, 1.0, 1e-9)),
    ("start", lambda: OralSteroid(-math.inf, 5.0, 60.0)),
    ("end", lambda: OralSteroid(0.0, math.inf, 60.0)),
    ("end", lambda: OralSteroid(5.0, 5.0, 60.0)),
    ("mg_per_day", lambda: OralSteroid(0.0, 5.0, -60.0)),
    ("grams", lambda: Immunoglobulin(0.0, math.inf)),
    ("duration", lambda: Immunoglobulin(0.0, 30.0, math.nan)),
    ("drug", lambda: Course("teriflunomide", 0.0)),
    ("start", lambda: Course("fingolimod", math.inf)),
    ("end", lambda: Course("fingolimod", 5.0, 4.0)),
    ("end", lambda: Course("fingolimod", 5.0, math.nan)),
    ("drug", lambda: Depletion("fingolimod", 0.0)),
    ("time", lambda: Depletion("anti_cd20", math.inf)),
    ("amount", lambda: Depletion("anti_cd20", 0.0, 0.0)),
    ("duration", lambda: Depletion("anti_cd20", 0.0, duration=-1.0)),
    ("drug", lambda: Boost("interleukin 2", 0.0)),
    ("time", lambda: Boost("il7", math.nan)),
    ("amount", lambda: Boost("checkpoint", 0.0, amount=-1.0)),
    ("duration", lambda: Boost("virus_cells", 0.0, duration=0.0)),
    (
        "treatments",
        lambda: Protocol(treatments=(Course("glatiramer", 0.0), Course("glatiramer", 9.0, 10.0))),
    ),
    (
        "treatments",
        lambda: Protocol(treatments=(OralSteroid(4.0, 9.0, 30.0), OralSteroid(0.0, 5.0, 60.0))),
    ),
]


@pytest.mark.parametrize(("field", "make"), REFUSED)
def test_refused_with_the_field_named(field, make) -> None:
    with pytest.raises(ProtocolError) as caught:
        make()
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


def test_courses_may_touch_and_different_drugs_overlap() -> None:
    taper = (OralSteroid(5.0, 10.0, 30.0), OralSteroid(0.0, 5.0, 60.0))
    both = (Course("fingolimod", 0.0, 30.0), Course("glatiramer", 10.0))
    given = Protocol(treatments=(*taper, *both))
    assert [t.time for t in given.treatments] == [0.0, 0.0, 5.0, 10.0]


def test_treatments_count_for_the_start_and_the_end() -> None:
    given = Protocol.every(28, n=2).with_treatments(
        [Steroid(-3.0, 1.0), Depletion("anti_cd20", 90.0, duration=1.0)]
    )
    assert (given.start, given.end) == (-3.0, 91.0)
    forever = given.with_treatments([Course("fingolimod", 100.0)])
    assert forever.end == 100.0
    assert len(forever.treatments) == 3


def test_a_treatment_starts_the_course_of_a_solve() -> None:
    """Without a first day given, nothing that a treatment does is missed."""
    given = Protocol(treatments=(Course("interferon_beta", -100.0),))
    late = solve(treated(), given, [0.0], ["platform_effect"])["platform_effect"]
    assert late[0, 0] == pytest.approx(0.3, abs=1e-3)


def test_each_treatment_raises_its_input() -> None:
    given = Protocol(
        treatments=(
            Steroid(0.0, grams=1.0, duration=0.1),
            OralSteroid(3.0, 10.0, mg_per_day=60.0),
            Immunoglobulin(20.0, grams=30.0, duration=0.5),
            Course("fingolimod", 30.0),
            Depletion("anti_cd4", 40.0, amount=2.0, duration=0.5),
        )
    )
    assert schedule(given, treated()).pulses == (
        Pulse("steroid_rate", 0.0, 0.1, 10.0),
        Pulse("prednisolone_rate", 3.0, 10.0, 0.06),
        Pulse("ivig_rate", 20.0, 20.5, 60.0),
        Pulse("fingolimod", 30.0, math.inf, 1.0),
        Pulse("anti_cd4_rate", 40.0, 40.5, 4.0),
    )


def test_every_drug_has_its_input() -> None:
    every = (
        *(Course(drug, 0.0) for drug in get_args(CourseDrug)),
        *(Depletion(drug, 0.0) for drug in get_args(DepletionDrug)),
        *(Boost(drug, 0.0) for drug in get_args(ImmuneDrug)),
    )
    assert len(schedule(Protocol(treatments=every), pml()).pulses) == len(every)


def test_a_boost_is_its_amount_over_its_duration() -> None:
    given = Protocol(treatments=(Boost("checkpoint", 3.0, amount=2.0, duration=0.5),))
    assert schedule(given, pml()).pulses == (Pulse("checkpoint_rate", 3.0, 3.5, 4.0),)
    assert (given.start, given.end) == (3.0, 3.5)


@pytest.mark.parametrize(
    "treatment",
    [
        *(Course(drug, 3.0) for drug in ("filgrastim", "maraviroc", "mefloquine", "mirtazapine")),
        *(Boost(drug, 3.0) for drug in get_args(ImmuneDrug)),
    ],
)
def test_a_model_without_the_virus_refuses_what_is_given_against_it(treatment) -> None:
    with pytest.raises(ProtocolError, match=f"'ms' has no input '{treatment.input}'"):
        schedule(Protocol(treatments=(treatment,)), ms())


@pytest.mark.parametrize(
    "treatment", [Steroid(3.0, 1.0), Course("fingolimod", 3.0), Depletion("anti_cd20", 3.0)]
)
def test_a_model_without_the_treatment_refuses_it(treatment) -> None:
    given = Protocol(treatments=(treatment,))
    with pytest.raises(ProtocolError) as caught:
        solve(pkpd(), given, [10.0])
    said = str(caught.value)
    assert str(treatment) in said
    assert "'pkpd'" in said
    assert repr(treatment.input) in said


def test_natalizumab_and_its_exchange_do_not_notice_other_treatments() -> None:
    """Immunoglobulin alone changes its level."""
    drug = Protocol((Infusion(0.0, 300.0),))
    others = drug.with_treatments([Steroid(1.0, 1.0), Course("siponimod", 2.0)])
    plain, beside = (course(p, [30.0])["c"][0, 0] for p in (drug, others))
    assert beside == pytest.approx(plain, rel=1e-5)
    assert solve(pkpd(), drug, [30.0])["c"][0, 0] == pytest.approx(plain, rel=1e-5)
