"""A negative PCR never excludes PML; without virus there is none to find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.models.pml import pml
from diapedesis.observe import (
    JcAssay,
    JcReading,
    csf_load,
    csf_median,
    pcr_detects,
    pcr_negative,
    pcr_negative_over_patients,
    readings_log_likelihood,
)
from tests.streams import rng_of

NONE = JcReading(False)
PARAMETERS = {k: p.default for k, p in pml().parameters.items()}
SPREAD = PARAMETERS["csf_jc_spread"]
loads = st.floats(1e-300, 1e300)


@given(loads)
def test_a_negative_never_excludes_virus(load: float) -> None:
    assert 0 < pcr_negative(load) <= 1
    assert 0 < pcr_negative_over_patients(load, SPREAD) <= 1


@given(loads, st.integers(1, 20))
def test_odds_of_pml_stay_above_0_after_any_number_of_negatives(load: float, n: int) -> None:
    """The ratio of likelihoods, PML to none, is finite on the log scale and below 0."""
    ratio = readings_log_likelihood([NONE] * n, np.full(n, load), SPREAD)
    healthy = readings_log_likelihood([NONE] * n, np.zeros(n), SPREAD)
    assert healthy == pytest.approx(0, abs=1e-12)
    assert np.isfinite(ratio) and ratio <= 1e-12


def test_each_further_negative_says_less_than_the_first() -> None:
    """Samples of one patient share what is the patient's."""
    found = [readings_log_likelihood([NONE] * n, [510.0] * n, SPREAD) for n in range(1, 8)]
    steps = np.diff([0.0, *found])
    assert (steps < 0).all() and (np.diff(steps) > 0).all()


def test_no_virus_no_load_no_positive() -> None:
    assert csf_median(0.0, 3.0, PARAMETERS) == 0
    z = rng_of("no virus").standard_normal((2, 1000))
    load = csf_load(0.0, SPREAD, *z)
    assert (load == 0).all()
    assert not pcr_detects(load, np.linspace(0, 1, 1000, endpoint=False)).any()
    assert pcr_negative(0.0) == 1
    for positive in (JcReading(True), JcReading(True, 80.0)):
        assert readings_log_likelihood([positive], [0.0], SPREAD) == -np.inf


def test_the_median_is_the_models_formula() -> None:
    dying, iris = np.array([0.1, 2.0]), np.array([0.0, 1.5])
    p = PARAMETERS
    expected = p["csf_jc_scale"] * dying ** p["csf_jc_exponent"] * (1 + p["csf_jc_leak"] * iris)
    np.testing.assert_allclose(csf_median(dying, iris, p), expected)
    assert csf_median(-1e-12, 0.0, p) == 0  # a solver's zero


def test_the_spread_is_shared_out() -> None:
    rng = rng_of("spread")
    patient, sample = rng.standard_normal((20_000, 1)), rng.standard_normal((20_000, 2))
    logs = np.log10(csf_load(100.0, 1.3, patient, sample))
    assert logs.std() == pytest.approx(1.3, rel=0.02)  # 4 errors of 20,000
    assert np.corrcoef(logs.T)[0, 1] == pytest.approx(0.8, abs=0.012)
    assert np.median(logs) == pytest.approx(2, abs=0.04)


def test_limits_of_assays() -> None:
    for limit in (10.0, 50.0):
        assay = JcAssay(limit=limit)
        found = 1 - pcr_negative(limit, assay)
        assert found == pytest.approx(0.95 * 0.99)
        assert (np.diff(pcr_negative(np.geomspace(0.1, 1e5, 40), assay)) <= 0).all()
    assert (pcr_negative([10.0, 100.0], JcAssay(limit=50.0)) > pcr_negative([10.0, 100.0])).all()


def test_probabilities_are_those_of_simulated_samples() -> None:
    rng = rng_of("simulated PCR")
    n = 200_000
    z, y, u = rng.standard_normal(n), rng.standard_normal((n, 2)), rng.random((n, 2))
    found = pcr_detects(csf_load(200.0, 1.3, z[:, None], y), u)
    for seen, p in (
        ((~found[:, 0]).mean(), pcr_negative_over_patients(200.0, 1.3)),
        (
            (~found).all(axis=1).mean(),
            np.exp(readings_log_likelihood([NONE] * 2, [200.0] * 2, 1.3)),
        ),
        (
            (found[:, 0] & ~found[:, 1]).mean(),
            np.exp(readings_log_likelihood([JcReading(True), NONE], [200.0] * 2, 1.3)),
        ),
    ):
        assert abs(seen - p) < 4.5 * np.sqrt(p * (1 - p) / n)


def test_readings_have_a_density() -> None:
    """Over all readings, and none, it is 1."""
    logs = np.linspace(-6, 14, 101)
    found = [readings_log_likelihood([JcReading(True, 10**y)], [510.0], 1.3) for y in logs]
    positive = np.trapezoid(np.exp(found), logs)
    assert positive == pytest.approx(
        float(np.exp(readings_log_likelihood([JcReading(True)], [510.0], 1.3))), abs=1e-6
    )
    assert positive + pcr_negative_over_patients(510.0, 1.3) == pytest.approx(1, abs=1e-6)


def test_many_exact_readings_agree_with_a_normal() -> None:
    """High loads are always found: the joint density is that of correlated normals."""
    from scipy.stats import multivariate_normal

    y = np.array([5.2, 6.1, 5.9, 6.4, 5.0])
    cover = 1.3**2 * (0.8 * np.ones((5, 5)) + 0.2 * np.eye(5))
    expected = multivariate_normal(np.full(5, 6.0), cover).logpdf(y) + 5 * np.log(0.99)
    readings = [JcReading(True, 10**v) for v in y]
    assert readings_log_likelihood(readings, [1e6] * 5, 1.3) == pytest.approx(expected, abs=1e-6)


def test_draws_are_worked_on_together() -> None:
    medians = np.array([[1.0, 2.0], [100.0, 50.0], [0.0, 0.0]])
    together = readings_log_likelihood([NONE, NONE], medians, np.array([1.2, 1.3, 1.4]))
    alone = [
        float(readings_log_likelihood([NONE, NONE], m, s))
        for m, s in zip(medians, (1.2, 1.3, 1.4), strict=True)
    ]
    np.testing.assert_allclose(together, alone)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: JcReading(False, 3.0), "of an undetected load, expected None"),
        (lambda: JcReading(True, 0.0), "expected a finite number above 0"),
        (lambda: csf_median(1.0, 0.0, {}), "found no csf_jc_scale"),
        (lambda: csf_load(1.0, 0.0, 0, 0), "spread: found 0.0"),
        (lambda: readings_log_likelihood([NONE], 3.0, 1.3), "expected a last axis of 1"),
        (lambda: pcr_detects(1.0, 1.0), "chance: found 1"),
        (lambda: JcAssay(failure=0.0), "failure: found 0, expected a share between 0 and 1"),
    ],
)
def test_bad_input_is_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
