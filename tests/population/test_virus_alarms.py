"""False alarms of surveillance: on which scans, how many, and that they disturb nothing else."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from diapedesis.observe import PmlReader, pml_reported
from diapedesis.population.virus_alarms import Alarms, false_alarms
from diapedesis.population.virus_onset import (
    DELAY_SCAN,
    DELAY_SCAN_SPREAD,
    LONGEST_SCAN_DELAY,
    RTOL,
)
from diapedesis.population.virus_patients import VirusPatients
from diapedesis.simulate import solve
from tests.population.virus import ON_DRUG, UNTIL, at_risk, cohort, onset, seeds

YEARS = 6 * 365.25


@cache
def many() -> VirusPatients:
    return cohort(400)


@cache
def alarms(interval: float) -> Alarms:
    return false_alarms(many(), ON_DRUG, YEARS, interval)


def changed(patients: VirusPatients, **values: float) -> VirusPatients:
    own = {k: np.full(patients.n, v) for k, v in values.items()}
    return replace(patients, parameters=patients.parameters | own)


@pytest.mark.parametrize("interval", [91.0, 365.25])
def test_alarms_are_as_many_as_the_reader_makes_of_what_the_scans_show(interval: float) -> None:
    found = alarms(interval)
    there = np.isfinite(found.days)
    np.testing.assert_array_equal(found.new > 0, found.largest > 0)
    assert not (found.raised & ~there).any() and not (found.new > 0)[~there].any()
    for shown in (found.new > 0, found.new == 0):
        p = pml_reported(0.0, shown, ms_volume=found.largest)[shown & there]
        error = np.sqrt((p * (1 - p)).sum())
        assert abs(found.raised[shown].sum() - p.sum()) < 4.5 * error
    assert found.counts.sum() == found.raised.sum()
    assert found.per_1000_years == pytest.approx(found.raised.sum() / (many().n * 6) * 1000)


def test_more_scans_raise_more_alarms_and_none_raise_none() -> None:
    rate = [alarms(interval).per_1000_years for interval in (np.inf, 365.25, 182.6, 91.0, 30.0)]
    assert rate[0] == 0 and rate == sorted(rate)
    assert alarms(np.inf).days.shape == (many().n, 0)
    assert (alarms(np.inf).counts == 0).all()


def test_alarms_are_raised_on_the_scans_that_find_pml() -> None:
    """A scan that led to the diagnosis is one of the days of surveillance."""
    patients, found = at_risk(), onset(91.0)
    looked = false_alarms(patients, ON_DRUG, UNTIL, 91.0)
    slow = DELAY_SCAN * np.exp(DELAY_SCAN_SPREAD * patients.normal("delay", 1))
    suspect = found.diagnosis - np.minimum(slow, LONGEST_SCAN_DELAY)
    gap = np.abs(looked.days - suspect[:, None])[found.by_scan]
    assert found.by_scan.sum() > 20
    assert np.nanmin(gap, axis=1).max() < 1e-6


def test_nobody_is_watched_after_the_end() -> None:
    ends = np.where(np.arange(many().n) % 2, np.nan, 500.0)
    found = false_alarms(many(), ON_DRUG, YEARS, 91.0, ends)
    assert np.nanmax(found.days[::2]) < 500.0 and np.nanmax(found.days[1::2]) > 2000.0
    assert found.watched.tolist() == [500.0, YEARS] * (many().n // 2)
    before = alarms(91.0).days < 500.0
    n_scans = found.days.shape[1]
    np.testing.assert_array_equal(found.raised[::2], (alarms(91.0).raised & before)[::2, :n_scans])
    np.testing.assert_array_equal(found.raised[1::2], alarms(91.0).raised[1::2, :n_scans])


def test_every_lesion_is_new_on_one_scan_when_all_can_be_told() -> None:
    plain = changed(many(), t2_share=1.0, t2_duration=np.inf)
    weekly, yearly = (false_alarms(plain, ON_DRUG, YEARS, i) for i in (7.0, 365.25))
    last = np.nanmax(yearly.days, axis=1)  # lesions born later are on no yearly scan
    until = (weekly.new * (weekly.days <= last[:, None])).sum(axis=1)
    late = (weekly.new * (weekly.days <= last[:, None] + 7.0)).sum(axis=1)
    seen = yearly.new.sum(axis=1)
    assert seen.sum() > 500
    assert ((until <= seen) & (seen <= late)).all()
    np.testing.assert_array_equal(yearly.largest.max(axis=1) > 0, seen > 0)


def test_without_ms_lesions_only_nothing_is_mistaken() -> None:
    reader = PmlReader(false_report=0.02)
    found = false_alarms(changed(many(), lesion_rate=1e-12), ON_DRUG, YEARS, 91.0, reader=reader)
    scans = np.isfinite(found.days).sum()
    assert found.new.sum() == 0
    assert abs(found.raised.sum() - 0.02 * scans) < 4.5 * np.sqrt(0.02 * scans)


def test_lesions_get_fewer_with_the_years_on_the_drug() -> None:
    """By the decline of activity, of lesions in all; the first half-year still has the start."""
    plain = changed(many(), t2_share=1.0, t2_duration=np.inf, activity_drift=0.0)
    slow, fast = (
        false_alarms(changed(plain, activity_decline=k), ON_DRUG, YEARS, 91.0).new.sum()
        for k in (1e-9, 2e-3)
    )
    assert fast < 0.5 * slow


def test_the_virus_makes_no_ms_lesions() -> None:
    patients, days = at_risk(), np.arange(0.0, 1500.0, 50.0)
    run = {"parameters": patients.parameters, "inputs": patients.inputs, "rtol": RTOL}
    free = solve(patients.model, ON_DRUG, days, ("lesion_births",), method="tsit5", **run)
    run["parameters"] = patients.parameters | seeds().parameters
    trigger = [seeds().trigger]
    infected = solve(
        patients.model,
        ON_DRUG,
        days,
        ("lesion_births", "pml_volume"),
        triggers=trigger,
        method="tsit5",
        **run,
    )
    assert infected["pml_volume"].max() > 10.0
    np.testing.assert_allclose(infected["lesion_births"], free["lesion_births"], rtol=1e-3)


def test_some_of_the_patients_have_the_same_alarms_to_the_last_bit() -> None:
    at = np.array([3, 250, 11])
    part, whole = false_alarms(many().some(at), ON_DRUG, YEARS, 91.0), alarms(91.0)
    n_scans = part.days.shape[1]
    for what in ("days", "new", "largest", "raised"):
        mine, theirs = getattr(part, what), getattr(whole, what)[at]
        assert np.array_equal(mine, theirs[:, :n_scans], equal_nan=True), what


@pytest.mark.parametrize("interval", [0.0, -1.0, np.nan])
def test_an_interval_that_is_none_is_refused(interval: float) -> None:
    with pytest.raises(ValueError, match=r"interval: found .*, expected days above 0"):
        false_alarms(at_risk(), ON_DRUG, 100.0, interval)
