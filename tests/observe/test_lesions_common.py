"""Common random numbers: what a subject meets depends on its course alone."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.observe import LesionProcess, Lesions, lesions, sample_lesions
from tests.streams import rng_of

PROCESS = LesionProcess(3.0, 6.0, 30.0, 0.6, 0.15)
TIMES = np.arange(0.0, 401.0, 10.0)
LESION = ("subject", "born", "gone", "t2", "large", "key")
BURST = ("burst_subject", "burst_day", "burst_size", "burst_relapse")
RELAPSE = ("relapse_subject", "relapse_day")


def births_of(n: int) -> np.ndarray:
    """Row i is the same whatever n."""
    return np.array([rng_of(f"births {i}").gamma(2.0, 0.03, len(TIMES)) for i in range(n)])


def assert_same(one: Lesions, other: Lesions, where=None, shift: int = 0) -> None:
    """Events of subjects, all or from `where` on in `other`, are the same to the last bit."""
    for names in (LESION, BURST, RELAPSE):
        keep = slice(None) if where is None else np.isin(getattr(other, names[0]), where)
        for name in names:
            expected = getattr(other, name)[keep]
            if name == names[0]:
                expected = expected - shift
            np.testing.assert_array_equal(getattr(one, name), expected)


def test_same_seed_same_events_other_seed_others() -> None:
    births = births_of(50)
    one = sample_lesions(TIMES, births, 0.001, PROCESS, 7)
    assert_same(sample_lesions(TIMES, births, 0.001, PROCESS, 7), one)
    other = sample_lesions(TIMES, births, 0.001, PROCESS, 8)
    assert not set(one.burst_day) & set(other.burst_day)
    assert not set(one.relapse_day) & set(other.relapse_day)


@pytest.mark.parametrize("n", [1, 2, 127, 128, 129, 200])
def test_a_subject_does_not_know_how_many_there_are(n: int) -> None:
    births = births_of(300)
    whole = sample_lesions(TIMES, births, 0.001, PROCESS, 7)
    assert_same(sample_lesions(TIMES, births[:n], 0.001, PROCESS, 7), whole, range(n))


def test_a_part_keeps_its_numbers() -> None:
    births = births_of(300)
    whole = sample_lesions(TIMES, births, 0.001, PROCESS, 7)
    part = sample_lesions(TIMES, births[250:], 0.001, PROCESS, 7, subjects=range(250, 300))
    assert_same(part, whole, range(250, 300), shift=250)


def test_size_of_a_block_is_of_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    births, background = births_of(60), np.tile(np.linspace(0.001, 0.002, 41), (60, 1))
    usual = sample_lesions(TIMES, births, background, PROCESS, 7)
    monkeypatch.setattr(lesions, "BLOCK", 7)
    assert_same(sample_lesions(TIMES, births, background, PROCESS, 7), usual)


def test_arms_part_on_the_day_on_which_they_differ() -> None:
    births = births_of(100)
    treated = births.copy()
    treated[:, TIMES > 200] *= 0.1
    one = sample_lesions(TIMES, births, 0.001, PROCESS, 7)
    other = sample_lesions(TIMES, treated, 0.001, PROCESS, 7)
    for names, day in ((LESION, "born"), (BURST, "burst_day"), (RELAPSE, "relapse_day")):
        for name in names:
            np.testing.assert_array_equal(
                getattr(one, name)[getattr(one, day) <= 200],
                getattr(other, name)[getattr(other, day) <= 200],
            )
    assert (other.born > 200).sum() < 0.3 * (one.born > 200).sum()
    scans = np.arange(20.0, 201.0, 20.0)
    np.testing.assert_array_equal(one.enhancing(scans, 0.4), other.enhancing(scans, 0.4))


def test_twice_the_births_are_the_same_bursts_earlier_and_more() -> None:
    births = births_of(100)
    one = sample_lesions(TIMES, births, 0.0, PROCESS, 7)
    double = sample_lesions(TIMES, 2 * births, 0.0, PROCESS, 7)
    assert len(double.burst_day) > 1.8 * len(one.burst_day)
    assert set(one.key) < set(double.key)
    for subject in range(100):
        mine, twin = one.burst_subject == subject, double.burst_subject == subject
        k = mine.sum()
        for name in ("burst_size", "burst_relapse"):
            np.testing.assert_array_equal(getattr(one, name)[mine], getattr(double, name)[twin][:k])
        assert (double.burst_day[twin][:k] < one.burst_day[mine]).all()
    at = {key: i for i, key in enumerate(double.key)}
    twins = [at[key] for key in one.key]
    np.testing.assert_array_equal(one.t2, double.t2[twins])
    np.testing.assert_array_equal(one.large, double.large[twins])
    np.testing.assert_allclose(one.gone - one.born, (double.gone - double.born)[twins])


def test_background_relapses_do_not_know_the_births() -> None:
    births = births_of(100)
    none = sample_lesions(TIMES, 0 * births, 0.002, PROCESS, 7)
    some = sample_lesions(TIMES, births, 0.002, PROCESS, 7)
    pairs = set(zip(some.relapse_subject, some.relapse_day, strict=True))
    assert len(none.relapse_day) > 50
    assert set(zip(none.relapse_subject, none.relapse_day, strict=True)) < pairs
    assert len(some.relapse_day) == len(none.relapse_day) + some.burst_relapse.sum()


def test_subjects_and_bursts_are_independent() -> None:
    """Neighbours of one course have unrelated numbers of bursts, relapses and lesions."""
    n = 10_000
    seen = sample_lesions([0, 400], np.full((n, 2), 0.1), 0.01, PROCESS, 9)
    bursts, counts = np.bincount(seen.burst_subject, minlength=n), seen.relapses(0, 400)
    alone = counts - np.bincount(seen.burst_subject[seen.burst_relapse], minlength=n)
    size = seen.burst_size
    for a, b in (
        (bursts[1:], bursts[:-1]),
        (counts[1:], counts[:-1]),
        (bursts, alone),
        (size[1:], size[:-1]),
        (np.log(seen.gone - seen.born)[1:], np.log(seen.gone - seen.born)[:-1]),
        (seen.t2[1:], seen.t2[:-1]),
        (seen.t2, seen.large),
        (np.log(seen.gone - seen.born), seen.t2),
    ):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4.5 / np.sqrt(len(a))
