"""A later fact is compared over its own days, from the moment it is dated by, on its own scale."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from diapedesis.cases import Fact, Moment, PublishedCase, Range, Since
from diapedesis.cases.asked import Predicted
from diapedesis.cases.draws import Drawn
from diapedesis.cases.facts import Known
from diapedesis.cases.later import Later
from diapedesis.cases.predictions import predict
from diapedesis.cases.result import prediction_of
from diapedesis.models.pml import pml
from diapedesis.observe.draws import Array
from diapedesis.population.virus_patients import VirusPatients
from tests.cases import made_up
from tests.cases.made_up import case

N = 300
DAYS = np.arange(-84.0, 603.0, 3.0)


def later(moment: float = 0.0, **changed: Array) -> Later:
    """Patients whose EDSS rises by 1 from day 100 to 200 and is back on day 300."""
    patients = VirusPatients.of(pml(), {}, {}, N, 1)
    flat = np.ones((N, DAYS.size))
    values: dict[str, Array] = {
        "lesion_births": flat / 30,
        "relapse_background": 0.002 * flat,
        "death_hazard": 0.002 * (DAYS - DAYS[0]) * flat,
        "pml_volume": 0 * flat,
        "iris_level": 0 * flat,
        "icp": 10 * flat,
        "edss": (2 + np.interp(DAYS, [100, 200, 300], [0, 1, 0])) * flat,
        "c": np.exp(-DAYS / 20) * flat,
    }
    reading = made_up.reading(moment)
    drawn = SimpleNamespace(
        patients=patients, reading=reading, symptom_volume=patients.symptom_volume
    )
    return Later(Known(cast(Drawn, drawn), DAYS, values | changed), 1, np.arange(N))


def said(fact: Fact, courses: Later) -> Predicted:
    found = predict(fact, courses)
    assert isinstance(found, Predicted), found
    return found


def since(low: float, high: float | None = None) -> Since:
    return Since("moment", Range(low, low if high is None else high))


@pytest.mark.parametrize(
    ("day", "after"),
    [(Range.of(200), None), (None, since(200)), (None, since(200, math.inf))],
)
def test_alive_is_asked_for_the_day_of_the_report(day: Range | None, after: Since | None) -> None:
    courses, fact = later(), Fact("alive", day, after)
    np.testing.assert_array_equal(said(fact, courses).values, courses.death > 200)
    assert said(Fact("alive"), courses).values.mean() < said(fact, courses).values.mean()


def test_recovery_is_asked_for_the_day_of_the_report() -> None:
    courses = later(death_hazard=np.zeros((N, DAYS.size)))
    partial = Fact("recovery", words=("partial",))
    better = Fact("recovery", words=("improved",))
    high = later(
        death_hazard=np.zeros((N, DAYS.size)),
        edss=(2 + np.interp(DAYS, [100, 200, 300], [0, 4, 2])) * np.ones((N, 1)),
    )
    for day, expected in ((150, 0.0), (300, 1.0)):
        assert said(replace(partial, day=Range.of(day)), high).values.mean() == expected
    assert said(replace(better, day=Range.of(200)), high).values.mean() == 0.0
    assert said(better, courses).values.mean() == 1.0


def test_worsening_is_asked_for_until_its_day_and_as_much_as_it_says() -> None:
    courses = later()
    for day, words, expected in (
        (90, (), 0.0),
        (200, (), 1.0),
        (200, ("severe",), 0.0),
    ):
        fact = Fact("worsening", Range(60, day), words=words)
        assert said(fact, courses).values.mean() == expected
    pressed = later(icp=np.where(DAYS > 150, 25.0, 10.0) * np.ones((N, 1)))
    tumefactive = Fact("worsening", words=("tumefactive",))
    assert said(replace(tumefactive, day=Range(60, 120)), pressed).values.mean() < 0.1
    assert said(replace(tumefactive, day=Range(60, 180)), pressed).values.mean() == 1.0


def test_tumefactive_ms_is_more_than_an_active_scan() -> None:
    courses = later(lesion_births=np.full((N, DAYS.size), 0.3), gd=np.full((N, DAYS.size), 9.0))
    active, tumefactive = (
        said(Fact("mri_ms", Range.of(60), words=(w,)), courses).values.mean()
        for w in ("active", "tumefactive")
    )
    assert tumefactive < active / 2
    many = later(lesion_births=np.full((N, DAYS.size), 5.0))
    assert said(Fact("mri_ms", Range.of(60), words=("tumefactive",)), many).values.mean() > 0.9


def test_pml_by_a_day_is_no_later_than_it() -> None:
    grown = later(pml_volume=np.where(DAYS > 150, 3.0, 0.0) * np.ones((N, 1)))
    day = Fact("pml_diagnosis", since=since(11, 17))
    assert said(day, grown).values.mean() == 0.0
    assert said(Fact("pml_diagnosis"), grown).values.mean() == 1.0


def test_a_level_is_predicted_where_it_has_a_number() -> None:
    fact = Fact("level", Range.of(20), value=Range.of(3), unit="mg/L")
    np.testing.assert_allclose(said(fact, later()).values, math.exp(-1), rtol=0.01)
    assert predict(Fact("level", words=("measured",)), later()) == "stated without a number"


def whole(fact: Fact, moment: Moment, readings: list[Later]) -> tuple[float, Range | None]:
    published: PublishedCase = case(moment=moment, given=(), observed_later=(fact,))
    found = prediction_of(fact, published, [(readings, readings)])
    return found.tail, found.observed


def test_a_day_published_from_the_moment_is_compared_from_the_moment() -> None:
    """Two readings differ in the day of the moment alone: so long after it, all die in both."""
    fact = Fact("death", since=since(7, 14))
    steps = [
        later(m, death_hazard=np.where(m + 9 < DAYS, 50.0, 0.0) * np.ones((N, 1)))
        for m in (0.0, 21.0)
    ]
    for moment in (Moment("pml_diagnosis"), Moment("pml_diagnosis", Range(0, 28))):
        tail, observed = whole(fact, moment, steps)
        assert observed == Range(7, 42)
        assert tail == 1.0
        for other in (since(3), since(25)):
            assert whole(replace(fact, since=other), moment, steps)[0] == 0.0


def test_karnofsky_is_predicted_from_disability_and_falls_with_it() -> None:
    score = Fact("kps", value=Range.of(80), unit="KPS")
    calm, worst = (said(replace(score, day=Range.of(d)), later()) for d in (50, 200))
    assert calm.form == "value" and (worst.values < calm.values).all()
    assert isinstance(predict(score, later()), str)


def test_what_the_model_has_no_word_for_is_said_with_the_reason() -> None:
    fact = Fact("mri_pml", Range.of(100), words=("new_lesion",))
    assert predict(fact, later()) == "one lesion stands for all foci in it"
    nfl = Fact("nfl", Range.of(100), value=Range.of(40), unit="pg/mL")
    assert "fold of healthy" in str(predict(nfl, later()))
