"""Scales are read in their own steps, and likelihoods are those of what is sampled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.observe import (
    edss_log_likelihood,
    icu_probability,
    karnofsky,
    karnofsky_log_likelihood,
    read_edss,
    read_karnofsky,
)
from diapedesis.observe.scales import EDSS_STEPS, KARNOFSKY_STEPS
from tests.streams import rng_of

READ = {
    "edss": (read_edss, edss_log_likelihood, EDSS_STEPS),
    "karnofsky": (read_karnofsky, karnofsky_log_likelihood, KARNOFSKY_STEPS),
}


@pytest.mark.parametrize(("sample", "likelihood", "steps"), READ.values(), ids=READ)
@given(edss=st.floats(0, 10))
def test_probabilities_of_all_steps_add_up(sample, likelihood, steps, edss: float) -> None:
    logs = np.array([likelihood(s, edss) for s in steps])
    assert np.isfinite(logs).all()
    assert np.exp(logs).sum() == pytest.approx(1)


@pytest.mark.parametrize(("sample", "likelihood", "steps"), READ.values(), ids=READ)
@pytest.mark.parametrize("edss", [0.0, 0.6, 3.8, 6.5, 9.5])
def test_samples_follow_the_likelihood(sample, likelihood, steps, edss: float) -> None:
    n = 20_000
    read = sample(edss, rng_of(f"scales {edss}").random(n))
    assert np.isin(read, steps).all()
    for step in steps:
        p = float(np.exp(likelihood(step, edss)))
        assert abs((read == step).mean() - p) < 4.5 * np.sqrt(p * (1 - p) / n) + 1e-4


def test_no_rater_gives_half_a_point() -> None:
    assert 0.5 not in EDSS_STEPS and 10 not in EDSS_STEPS
    for wrong in (0.5, 3.7, 10.0):
        with pytest.raises(ValueError, match="expected one of 0, 1, "):
            edss_log_likelihood(wrong, 3.0)


def test_readings_are_unbiased_inside_the_scale() -> None:
    u = rng_of("unbiased").random(40_000)
    for edss in (3.0, 4.3, 6.6):
        assert read_edss(edss, u).mean() == pytest.approx(edss, abs=0.02)


def test_karnofsky_of_the_published_pairs() -> None:
    """85.0 at EDSS 3.2 and 80.2 at 3.8 (pml 3.8)."""
    np.testing.assert_allclose(karnofsky([3.2, 3.8]), [85.0, 80.2], atol=0.05)
    scores = karnofsky(np.linspace(0, 10, 101))
    assert (np.diff(scores) <= 0).all() and scores[0] == 100 and 0 <= scores[-1] < 40


def test_intensive_care_is_needed_for_pressure_or_disability() -> None:
    icp, edss = np.linspace(5, 80, 40), np.linspace(0, 9.5, 40)
    p = icu_probability(icp[:, None], edss)
    assert (np.diff(p, axis=0) >= 0).all() and (np.diff(p, axis=1) >= 0).all()
    assert icu_probability(10.0, 3.0) < 0.01  # pressure at rest, walking
    assert icu_probability(60.0, 3.0) > 0.99 and icu_probability(10.0, 10.0) > 0.9


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: read_edss(11.0, 0.5), "edss: found 11, expected at most 10"),
        (lambda: read_edss(3.0, 1.0), "chance: found 1"),
        (lambda: icu_probability(-1.0, 3.0), "icp: found -1"),
        (lambda: karnofsky_log_likelihood(85.0, 3.0), "expected one of 10, 20"),
    ],
)
def test_bad_input_is_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
