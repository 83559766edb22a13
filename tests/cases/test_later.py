"""What is predicted lies after the moment, and draws have chances of their own."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from diapedesis.cases import Fact, Range, Since
from diapedesis.cases.asked import HANGS, NO_DAY, Predicted
from diapedesis.cases.draws import Drawn
from diapedesis.cases.facts import Known, log_likelihood
from diapedesis.cases.later import Later
from diapedesis.cases.predictions import NO_NUMBER, predict
from diapedesis.models.pml import pml
from diapedesis.observe.draws import Array
from diapedesis.population.virus_patients import VirusPatients
from tests.cases import made_up

N = 400
DAYS = np.arange(-84.0, 500.0, 3.0)


def known(moment: float, hazard: float = 0.0) -> Known:
    """Patients with a lesion a month, and a hazard of death."""
    patients = VirusPatients.of(pml(), {}, {}, N, 1)
    flat = np.ones((N, DAYS.size))
    values: dict[str, Array] = {
        "lesion_births": flat / 30,
        "relapse_background": flat * 0.002,
        "death_hazard": hazard * (DAYS - DAYS[0]) * flat,
        "pml_volume": 0 * flat,
        "iris_level": 0 * flat,
    }
    drawn = SimpleNamespace(patients=patients, reading=made_up.reading(moment))
    return Known(cast(Drawn, drawn), DAYS, values)


@pytest.mark.parametrize("moment", [-20.0, 0.0, 14.0, 150.0])
def test_nothing_later_comes_before_the_moment(moment: float) -> None:
    later = Later(known(moment, 0.004), 1, np.arange(N))
    assert np.isfinite(later.relapse).sum() > N / 4
    assert later.relapse.min() >= max(moment, 14.0)
    assert later.death.min() >= moment
    # 400 draws: three standard errors of the share that dies within a hundred days are 0.07
    within = (later.death < moment + 100).mean()
    assert within == pytest.approx(-np.expm1(-0.4), abs=0.07)


def test_draws_of_other_readings_have_other_relapses() -> None:
    """Draws alike in all but their number have different chances; with one number, the same."""
    one, same, other = (Later(known(0.0), 1, np.arange(N) + first).relapse for first in (0, 0, N))
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.5


def test_a_given_fact_may_be_dated_by_the_moment() -> None:
    dated = log_likelihood(Fact("relapse", Range(70, 90)), known(100.0))
    since = log_likelihood(Fact("relapse", since=Since("moment", Range(-30, -10))), known(100.0))
    np.testing.assert_allclose(np.asarray(since, float), np.asarray(dated, float))


def test_no_relapse_and_a_relapse_are_all_there_is() -> None:
    found = [
        log_likelihood(Fact("relapse", Range(70, 90), words=w), known(100.0))
        for w in ((), ("none",))
    ]
    np.testing.assert_allclose(sum(np.exp(np.asarray(x, float)) for x in found), 1.0)


def test_a_later_number_is_read_off_the_course_where_it_has_a_day() -> None:
    held = known(0.0)
    values = {**held.values, "c": np.linspace(80.0, 0.0, DAYS.size) * np.ones((N, DAYS.size))}
    later = Later(Known(held.drawn, DAYS, values), 1, np.arange(N))
    found = predict(Fact("level", Range(99, 99), value=Range.of(40), unit="mg/L"), later)
    assert isinstance(found, Predicted) and found.form == "value"
    np.testing.assert_allclose(found.values, np.interp(99.0, DAYS, values["c"][0]))
    assert predict(Fact("level", Range(99, 99), words=("measured",)), later) == NO_NUMBER
    told = Fact("level", value=Range.of(40), unit="mg/L")
    assert predict(told, later) == NO_DAY
    assert predict(replace(told, since=Since("iris_onset", Range(0, 7))), later) == HANGS
