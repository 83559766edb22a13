"""From seed to diagnosis: order of what happens, scans, and what shorter intervals buy."""

import numpy as np
import pytest

from diapedesis.population.virus_onset import (
    MOST_VOLUME,
    SEED_VOLUME,
    VISIBLE_VOLUME,
    Seeds,
    until_diagnosis,
)
from tests.population.virus import ON_DRUG, UNTIL, N, at_risk, onset, seeds

INTERVALS = (np.inf, 365.0, 182.0, 91.0, 30.0)


@pytest.mark.parametrize("interval", [np.inf, 91.0])
def test_first_the_seed_then_what_is_seen_then_what_is_found(interval: float) -> None:
    found = onset(interval)
    known = np.isfinite(found.diagnosis)
    assert known.mean() > 0.7
    assert np.all(found.seeded[known] < found.visible[known])
    by_symptoms = known & ~found.by_scan
    assert np.all(found.diagnosis[by_symptoms] > found.symptoms[by_symptoms])
    ahead = found.diagnosis[found.by_scan] <= found.symptoms[found.by_scan]
    assert np.all(ahead | np.isnan(found.symptoms[found.by_scan]))
    assert np.all(found.diagnosis[known] <= UNTIL)
    assert not np.any(found.by_scan & ~known)


def test_volume_is_nothing_before_the_seed_and_then_grows_from_its_size() -> None:
    found = onset()
    before = found.days < found.seeded[:, None]
    assert np.all(found.volume[before] == 0)
    assert np.all(found.volume[~before] > 0)
    day = found.days[before.sum(axis=1)]  # the first known one after the seed, within a week
    assert np.all(found.volume_on(day) < 2.0 * SEED_VOLUME)
    assert np.all(found.volume <= MOST_VOLUME * 1.2)
    seen = np.isfinite(found.visible)
    np.testing.assert_allclose(found.volume_on(found.visible)[seen], VISIBLE_VOLUME, rtol=1e-6)


def test_without_scans_nothing_is_found_by_a_scan() -> None:
    assert not onset().by_scan.any()


def test_shorter_intervals_find_more_before_symptoms_and_smaller_lesions() -> None:
    whole = [onset(interval) for interval in INTERVALS]
    known = np.all([np.isfinite(o.diagnosis) for o in whole], axis=0)
    share = [o.by_scan[known].mean() for o in whole]
    size = [np.median(o.volume_on(o.diagnosis)[known]) for o in whole]
    day = [np.mean(o.diagnosis[known]) for o in whole]
    assert share == sorted(share) and share[-1] > share[0] + 0.5
    assert size == sorted(size, reverse=True) and size[-1] < 0.6 * size[0]
    assert day == sorted(day, reverse=True)


def test_scans_never_delay_the_diagnosis_nor_change_what_grows() -> None:
    plain, scanned = onset(), onset(91.0)
    assert np.array_equal(plain.volume, scanned.volume)
    for what in ("seeded", "visible", "symptoms"):
        assert np.array_equal(getattr(plain, what), getattr(scanned, what), equal_nan=True), what
    both = np.isfinite(plain.diagnosis)
    assert np.all(scanned.diagnosis[both] <= plain.diagnosis[both])


def test_each_patient_may_have_an_interval_of_its_own() -> None:
    apart = np.where(np.arange(N) % 2, 91.0, np.inf)
    mixed = until_diagnosis(at_risk(), ON_DRUG, seeds(), UNTIL, apart)
    for odd, whole in ((1, onset(91.0)), (0, onset())):
        of = np.arange(N) % 2 == odd
        assert np.array_equal(mixed.diagnosis[of], whole.diagnosis[of], equal_nan=True)


def test_without_a_seed_nothing_is_found() -> None:
    at = np.arange(4)
    found = until_diagnosis(at_risk().some(at), ON_DRUG, Seeds(np.full(4, np.inf)), 1000.0, 91.0)
    assert np.all(found.volume == 0)
    for what in (found.seeded, found.visible, found.symptoms, found.diagnosis):
        assert np.all(np.isnan(what))
    assert not found.by_scan.any()


def test_a_part_of_the_patients_has_the_same_onset_to_the_last_bit() -> None:
    at = np.array([3, 50, 11])
    part = until_diagnosis(at_risk().some(at), ON_DRUG, Seeds(seeds().targets[at]), UNTIL, 91.0)
    whole = onset(91.0)
    assert part.volume.tobytes() == whole.volume[at].tobytes()
    for what in ("seeded", "visible", "symptoms", "diagnosis", "by_scan"):
        assert np.array_equal(getattr(part, what), getattr(whole, what)[at], equal_nan=True), what
