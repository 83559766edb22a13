"""A fact is looked at on its own day, or not at all; never on the nearest day that is at hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from diapedesis.cases import Exposure, Fact, GivenTreatment, Moment, Range, Since
from diapedesis.cases.asked import BEYOND, NO_DAY, Predicted
from diapedesis.cases.later import Later
from diapedesis.cases.predictions import predict
from diapedesis.cases.reading import draw_reading
from diapedesis.cases.result import prediction_of
from diapedesis.cases.when import day_in
from tests.cases import made_up
from tests.cases.made_up import stopped
from tests.cases.test_later import DAYS, N, known

EDSS: dict[str, Any] = {"value": Range.of(3), "unit": "EDSS"}


def since(event: str, low: float, high: float) -> Since:
    return Since(event, Range(low, high))


def test_a_fact_without_a_day_is_of_the_moment() -> None:
    assert day_in(Fact("edss"), made_up.reading(100.0)) == Range.of(100)


def test_a_fact_may_be_dated_by_any_event_whose_day_is_known() -> None:
    r = made_up.reading(100.0, relapse=40.0)
    assert day_in(Fact("edss", since=since("relapse", 5, 9)), r) == Range(45, 49)
    for event, high in (("plex", 9.0), ("relapse", math.inf)):
        found = day_in(Fact("edss", since=since(event, 5, high)), r)
        assert found == f"its day hangs on {event}, whose day is not known"


def test_the_event_of_the_moment_and_treatments_that_were_given_have_days() -> None:
    case = stopped(
        moment=Moment("relapse", Range.of(60)),
        treatments=(
            GivenTreatment("fingolimod", day=Range.of(30)),
            GivenTreatment("plex", "unknown", day=Range.of(40)),
        ),
    )
    for seed in range(5):
        events = draw_reading(case, np.random.default_rng(seed)).events
        assert events == {"moment": 60.0, "relapse": 60.0, "fingolimod": 30.0}


@pytest.mark.parametrize("exposure", [Exposure(), Exposure(Range.of(90))])
def test_what_is_older_than_draws_are_followed_is_not_used(exposure: Exposure) -> None:
    case = stopped(exposure=exposure)
    for seed in range(5):
        reading = draw_reading(case, np.random.default_rng(seed))
        told = day_in(Fact("edss", Range.of(-841)), reading)
        assert "more than 900 days before the moment" in str(told)
        for fact in (Fact("edss", Range(-841, -840)), Fact("pml_symptoms", Range.of(-5000))):
            assert day_in(fact, reading) == fact.day


def test_what_was_before_the_drug_is_used_however_old_it_is() -> None:
    """Nobody was treated then, whatever the day; draws begin untreated, on the first infusion."""
    case = stopped(exposure=Exposure(Range.of(3)))
    reading = draw_reading(case, np.random.default_rng(1))
    assert day_in(Fact("relapse", Range.of(-5000)), reading) == Range.of(-5000)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (Fact("edss", Range.of(600), **EDSS), BEYOND),
        (Fact("edss", since=since("moment", 600, 600), **EDSS), BEYOND),
        (Fact("edss", Range(300, math.inf), **EDSS), NO_DAY),
        (Fact("mri_ms", Range(300, math.inf), words=("active",)), NO_DAY),
        (Fact("mri_pml", since=since("moment", 5, math.inf), words=("grown",)), NO_DAY),
        (Fact("alive", Range.of(2000)), BEYOND),
        (Fact("alive", since=since("moment", 2000, math.inf)), BEYOND),
        (Fact("iris_onset", since=since("moment", 400, 800)), BEYOND),
        (Fact("pml_symptoms", Range(90, 2000), words=("none",)), BEYOND),
        (Fact("relapse", Range(90, 2000), words=("none",)), BEYOND),
    ],
)
def test_nothing_is_said_of_days_that_nobody_is_followed_to(fact: Fact, reason: str) -> None:
    assert predict(fact, Later(known(0.0, 0.004), 1, np.arange(N))) == reason


def chance(fact: Fact) -> float:
    found = predict(fact, Later(known(0.0, 0.004), 1, np.arange(N)))
    assert isinstance(found, Predicted) and found.form == "chance"
    return float(found.values.mean())


def test_who_was_seen_alive_on_a_day_is_compared_with_that_day() -> None:
    """Seen on day 100 or later, or a hundred days after the moment: alive on day 100."""
    on = chance(Fact("alive", Range.of(100)))
    # 400 draws: three standard errors are 0.07
    assert on == pytest.approx(math.exp(-0.4), abs=0.07)
    assert chance(Fact("alive", Range(100, math.inf))) == on
    assert chance(Fact("alive", since=since("moment", 100, math.inf))) == on
    assert chance(Fact("alive", Range.of(300))) < on


def test_what_did_not_come_by_a_day_is_compared_with_that_day() -> None:
    absent = [Fact("relapse", Range(20, d), words=("none",)) for d in (60, 200, math.inf)]
    soon, late, open_ = (chance(f) for f in absent)
    assert open_ == chance(Fact("relapse", Range.of(20), words=("none",))) > soon > late > 0


def test_where_one_reading_cannot_say_none_does() -> None:
    """Else only readings that end late would speak, and the posterior would not be theirs."""
    usual = replace(known(0.0), values={"edss": np.ones((N, DAYS.size))})
    whole, short = (Later(replace(usual, days=DAYS - by), 1, np.arange(N)) for by in (0.0, 200.0))
    fact = Fact("edss", Range.of(480), **EDSS)
    found = prediction_of(fact, stopped(), [([whole, short], [whole, short])])
    assert found.reason == BEYOND and found.predicted is None
