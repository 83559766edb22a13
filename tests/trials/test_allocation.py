"""Trials of a real size: tests hold their level, power rises with patients."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from diapedesis.trials import Arm
from diapedesis.trials.allocation import enrol, of_means, of_shares
from diapedesis.trials.power import power_table
from diapedesis.trials.run import Records
from tests.streams import rng_of
from tests.trials.made import records, trial

TRUTHS, PATIENTS = 10, 200
ARMS = (Arm("weak", "weak"), Arm("strong", "strong"))


@pytest.fixture(scope="module")
def half_prevented() -> Records:
    """Return records of two arms, one like placebo and one that halves every outcome."""
    rng = rng_of("half prevented")
    shape = (1, 1, 3, TRUTHS, PATIENTS)
    p = np.array([0.5, 0.5, 0.25])[:, None, None]
    event = rng.random(shape) < p
    gd = rng.poisson(8 * p, shape)
    for x in (event, gd):
        x[:, :, 1] = x[:, :, 0]  # the same patients with the same chances
    return records(trial(*ARMS), PATIENTS, rebound=event, relapse=event, new_gd=gd)


def test_power_rises_with_patients(half_prevented: Records) -> None:
    made = half_prevented.trial
    sizes = {(0, n): enrol(half_prevented, 0, n, 500, 1) for n in (20, 50, 100, 200)}
    frame = power_table(made, sizes)
    for endpoint in ("rebound", "relapse", "new_gd"):
        own = frame[(frame["endpoint"] == endpoint) & (frame["arm"] == "strong")]
        less = own.sort_values("patients")["less"].to_numpy()
        assert np.all(np.diff(less) > 0) or less[-1] == 1
        assert less[-1] > 0.9 and np.all(own["more"] < 0.01)


def test_an_arm_like_placebo_is_significant_as_often_as_the_level_says(
    half_prevented: Records,
) -> None:
    found = enrol(half_prevented, 0, 100, 4000, 2)
    for test in found.tests.values():
        assert np.mean(np.abs(test[0, 1]) >= 1) == pytest.approx(0.05, abs=0.02)
        assert np.all(test[0, 0] == 0)


def test_means_are_tested_as_by_welch() -> None:
    rng = rng_of("welch")
    x = rng.normal([[0.0], [0.6]], [[1.0], [2.0]], (2, 30))
    mean, variance = x.mean(axis=1), x.var(axis=1, ddof=1)
    ours = of_means(mean[None, :, None], variance[None, :, None], 30)[0, 1, 0]
    theirs = ttest_ind(x[1], x[0], equal_var=False)
    assert (abs(ours) >= 1) == (theirs.pvalue < 0.05)
    critical = theirs.confidence_interval(0.95)
    half = (critical.high - critical.low) / 2
    assert ours == pytest.approx((mean[1] - mean[0]) / half)


def test_shares_without_any_event_are_no_difference() -> None:
    assert np.all(of_shares(np.zeros((1, 2, 3)), 50) == 0)


def test_patients_of_a_trial_come_from_its_truth() -> None:
    shape = (1, 1, 2, TRUTHS, PATIENTS)
    gd = np.broadcast_to(np.arange(TRUTHS)[:, None], shape)
    found = enrol(records(trial(ARMS[0]), PATIENTS, new_gd=gd), 0, 20, 40, 1)
    assert np.array_equal(found.means["new_gd"][0, 1], found.truth)
    assert np.bincount(found.truth).tolist() == [4] * TRUTHS
