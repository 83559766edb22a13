"""A value published as a range, or as so much or more, is weighed by all that it says."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from diapedesis.cases import KINDS, Fact, PublishedCase, Range
from diapedesis.cases.draws import Drawn
from diapedesis.cases.facts import Known, log_likelihood
from diapedesis.cases.kinds import FactKind
from diapedesis.cases.rated import NAMED_SIGNS
from diapedesis.cases.run import run_case
from diapedesis.models.pml import pml
from diapedesis.observe import sign_probabilities
from diapedesis.observe.draws import Array
from diapedesis.population.virus_patients import VirusPatients
from tests.cases import made_up

LEVELS = np.array([1.0, 3.2, 6.0, 9.0])


def known() -> Known:
    patients = VirusPatients.of(pml(), {}, {}, LEVELS.size, 1)
    flat = LEVELS[:, None] * np.ones(2)
    names = ("edss", "c", "pml_volume", "gd", "iris_level", "jc_dying")
    values = {name: flat for name in names} | {"steroid_barrier": 0 * flat}
    drawn = SimpleNamespace(patients=patients, reading=made_up.reading(10.0))
    return Known(cast(Drawn, drawn), np.array([0.0, 10.0]), values)


def likelihood(kind: FactKind, unit: str, low: float, high: float) -> Array:
    fact = Fact(kind, Range.of(5), value=Range(low, high), unit=unit)
    return np.exp(np.asarray(log_likelihood(fact, known()), float))


@pytest.mark.parametrize(("kind", "unit"), [("edss", "EDSS"), ("level", "mg/L"), ("mri_pml", "mL")])
def test_a_wider_range_is_never_less_likely(kind: FactKind, unit: str) -> None:
    exact, wide, open_ = (likelihood(kind, unit, 3.0, high) for high in (3.0, 4.5, np.inf))
    assert (wide >= exact).all()
    assert (open_ >= wide).all()
    assert open_[0] < open_[-1]  # 1 is not "3 or more", 9 is


@pytest.mark.parametrize(("kind", "unit", "top"), [("edss", "EDSS", 10.0), ("kps", "KPS", 100.0)])
def test_a_rating_is_some_step(kind: FactKind, unit: str, top: float) -> None:
    np.testing.assert_allclose(likelihood(kind, unit, 0.0, top), 1.0)


def test_a_high_karnofsky_speaks_for_little_disability() -> None:
    high, low = (likelihood("kps", "KPS", k, k) for k in (100.0, 40.0))
    assert (np.diff(high) < 0).all() and low[-1] > low[0]


@pytest.mark.parametrize("sign", NAMED_SIGNS)
def test_a_sign_that_is_named_weighs_as_the_reader_says(sign: str) -> None:
    """And one that is not named weighs nothing."""
    plain = Fact("mri_pml", Range.of(5), words=("lesion",))
    bare, named = (
        np.exp(np.asarray(log_likelihood(f, known()), float))
        for f in (plain, replace(plain, words=("lesion", sign)))
    )
    share = sign_probabilities("pml", LEVELS, LEVELS)[sign]
    np.testing.assert_allclose(named, bare * share)
    assert set(NAMED_SIGNS) < set(KINDS["mri_pml"].words)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        *(("edss", "EDSS"), ("kps", "KPS"), ("csf_jcv", "copies/mL")),
        ("mri_ms", "enhancing lesions"),
    ],
)
@pytest.mark.parametrize("high", [4.0, 4.2, np.inf])
def test_any_range_has_a_likelihood(kind: FactKind, unit: str, high: float) -> None:
    found = likelihood(kind, unit, 3.3, high)
    assert ((found > 0) & np.isfinite(found)).all()


@pytest.mark.parametrize("draws", [-5, 0, 99])
def test_too_few_draws_are_refused_before_anything_is_run(draws: int) -> None:
    with pytest.raises(ValueError, match=f"draws: found {draws}, expected 100 or more"):
        run_case(cast(PublishedCase, None), draws=draws)
