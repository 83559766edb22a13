"""Draws that are moved to where a lesion was noticed say the same as those that are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.cases import Fact, Moment, Range
from diapedesis.cases.draws import Drawn, draw
from diapedesis.cases.facts import Known, log_likelihood
from diapedesis.cases.noticed import ANYWHERE, between, noticed, toward
from diapedesis.cases.reading import draw_reading
from diapedesis.cases.weights import effective, normalised
from diapedesis.observe.draws import Array
from tests.cases import made_up

FELT = Fact("pml_symptoms", Range(0, 6))
N = 40_000


def courses(fact: Fact) -> Known:
    """Lesions of a made-up case that grow from a day of their own on."""
    case = made_up.case(moment=Moment("pml_symptoms", Range.of(6)), given=(fact,))
    rng = np.random.default_rng(7)
    drawn = draw(case, draw_reading(case, rng), 8, 7, rng, 1.0)
    drawn = many(drawn, rng)
    days = np.append(np.arange(-350.0, 6.0, 7.0), 6.0)
    grown = (days - rng.uniform(-350.0, 0.0, (N, 1))) / 30.0
    volume = 0.1 * np.expm1(np.clip(grown, 0.0, 10.0))
    return Known(drawn, days, {"pml_volume": volume, "iris_level": np.zeros_like(volume)})


def many(drawn: Drawn, rng: np.random.Generator) -> Drawn:
    """Repeat the same few patients with chances of their own."""
    at = np.arange(N) % drawn.patients.n
    return replace(drawn.some(at), symptom_chance=rng.random(N), log_weight=np.zeros(N))


@pytest.fixture(scope="module")
def known() -> Known:
    return courses(FELT)


@pytest.fixture(scope="module")
def moved(known: Known) -> Known:
    return toward(known, Range(0, 6))


def mean(values: Array, log_weight: Array) -> tuple[float, float]:
    """Return a weighted mean and its standard error."""
    w = normalised(log_weight)
    found = float(w @ values)
    return found, float(np.sqrt(np.sum((w * (values - found)) ** 2)))


def test_the_weights_have_mean_one(moved: Known) -> None:
    weight = np.exp(moved.drawn.log_weight)
    assert abs(weight.mean() - 1) < 5 * weight.std() / np.sqrt(N)
    assert weight.max() <= 1 / ANYWHERE * (1 + 1e-9)


def test_prior_and_posterior_are_the_same_as_without(known: Known, moved: Known) -> None:
    for likely in (np.zeros(N), None):
        said = []
        for k in (known, moved):
            log_weight = k.drawn.log_weight + (log_likelihood(FELT, k) if likely is None else 0.0)
            for values in (k.drawn.symptom_chance, k.felt[:, -1], np.nan_to_num(k.symptoms, nan=9)):
                said.append(mean(values, np.asarray(log_weight)))
        for (a, a_error), (b, b_error) in zip(said[:3], said[3:], strict=True):
            assert abs(a - b) < 5 * np.hypot(a_error, b_error)


def test_a_reported_day_leaves_more_effective_draws(known: Known, moved: Known) -> None:
    """Few lesions are noticed near the days by chance, four of five when moved."""
    without, with_it = (
        effective(k.drawn.log_weight + np.asarray(log_likelihood(FELT, k))) for k in (known, moved)
    )
    assert with_it > 2 * without


def test_without_a_reported_day_nothing_changes(known: Known) -> None:
    for facts in ((), (Fact("pml_symptoms", Range(0, 6), words=("none",)),)):
        assert noticed(made_up.case(given=facts), known) is known


@given(
    st.floats(0, 1), st.floats(0, 1), st.integers(1, 200).map(lambda n: (np.arange(n) + 0.5) / n)
)
def test_chances_stay_chances(a: float, b: float, chance: Array) -> None:
    low, high = (np.full(chance.size, x) for x in sorted((a, b)))
    at, log_weight = between(low, high, chance)
    assert (at >= 0).all() and (at <= 1).all()
    assert np.isfinite(log_weight).all() and log_weight.max() <= -np.log(ANYWHERE) + 1e-9
    if b == a:
        np.testing.assert_array_equal(at, chance)
