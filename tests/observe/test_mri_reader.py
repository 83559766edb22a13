"""Readers see more of what is larger and more inflamed, miss what is small, and err."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.observe import (
    EXTENTS,
    LOBES,
    ExtentNumbers,
    PmlReader,
    enhancement_seen,
    lesion_seen,
    pml_extent,
    pml_reported,
    sample_extents,
    sample_lobes,
)
from tests.streams import rng_of

VOLUMES = np.concatenate([[0.0], np.geomspace(1e-6, 500.0, 200)])
deviates = st.floats(-4, 4)


@given(deviates)
def test_detection_rises_with_volume_from_0_to_1(reader: float) -> None:
    p = lesion_seen(VOLUMES, reader)
    assert p[0] == 0 and p[1] < 1e-6 and p[-1] > 0.999
    assert (np.diff(p) > 0)[p[1:] < 1].all()
    assert (lesion_seen(VOLUMES, reader + 0.1) >= p).all()


def test_detection_over_readers_is_what_was_published() -> None:
    """78 % before symptoms (pml 2.4, 8.7), which lesions first seen at 2.0 mL stand for."""
    z = rng_of("readers").standard_normal((20_000, 1))
    p = dict(zip((0.9, 2.0, 5.0), lesion_seen([0.9, 2.0, 5.0], z).mean(axis=0), strict=True))
    assert p[0.9] == pytest.approx(0.5, abs=0.01)  # sampling error of the mean: 0.001
    assert 0.62 < p[2.0] < 0.89  # the interval of 32 of 41
    assert p[5.0] == pytest.approx(0.95, abs=0.02)


def test_a_clean_scan_is_suspected_rarely_and_a_new_ms_lesion_as_published() -> None:
    assert pml_reported(0.0) == pytest.approx(0.005)
    assert pml_reported(0.0, 1) == pytest.approx(0.194, abs=0.01)  # specificity 80.6 % (pml 8.8)
    assert (np.diff(pml_reported(0.0, np.arange(5))) > 0).all()
    assert (pml_reported(VOLUMES) >= lesion_seen(VOLUMES)).all()


@given(deviates, st.floats(0.01, 300.0))
def test_enhancement_rises_with_inflammation_and_falls_under_steroid(z: float, v: float) -> None:
    iris = np.linspace(0, 5, 50)
    p = enhancement_seen(iris, v, reader=z)
    assert p[0] == pytest.approx(0.02)
    assert (np.diff(p) > 0).all() and (p <= 1).all()
    hidden = enhancement_seen(iris, v, np.linspace(0, 1, 11)[:, None], z)
    assert (np.diff(hidden, axis=0) <= 1e-12).all()
    np.testing.assert_allclose(hidden[-1], 0.02)


def test_enhancement_at_a_usual_iris() -> None:
    """92.3 % of 26 (pml 4.19), at the volume of diagnosis; the interval is of 24 of 26."""
    assert 0.75 < enhancement_seen(1.0, 22.9) < 0.99
    assert enhancement_seen(1.0, 0.0) == 0


def test_extents_add_up_and_grow_with_volume() -> None:
    p = pml_extent(VOLUMES)
    assert p.shape == (len(VOLUMES), len(EXTENTS)) and (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (np.diff(p[:, 0]) <= 0).all() and (np.diff(p[:, 2]) >= 0).all()


@pytest.mark.parametrize(
    ("median", "published", "n"), [(6.7, (68, 21, 11), 28), (22.9, (37, 24, 40), 340)]
)
def test_extents_of_cohorts(median: float, published, n: int) -> None:
    """Shares of pml 2.33; volumes log-normal as in pml 2.6 and 2.7, their pooled SD 1.33."""
    volume = median * np.exp(1.33 * rng_of(f"volumes {median}").standard_normal(20_000))
    expected = np.array(published) / sum(published)
    error = np.sqrt(expected * (1 - expected) / n)
    assert (np.abs(pml_extent(volume).mean(axis=0) - expected) < 2 * error).all()


@given(st.floats(0, 0.999), st.floats(-1, 1))
def test_lesions_reach_further_as_they_grow(chance: float, shift: float) -> None:
    reached = sample_extents(VOLUMES, chance, ExtentNumbers(lobe_half=13.5 * np.exp(shift)))
    assert (np.diff(reached) >= 0).all() and reached[0] == 0
    assert reached.max() <= 2


def test_sampled_extents_have_their_probabilities() -> None:
    n = 20_000
    found = sample_extents(20.0, rng_of("extents").random(n))
    share = np.bincount(found, minlength=3) / n
    p = pml_extent(20.0)
    assert (np.abs(share - p) < 4.5 * np.sqrt(p * (1 - p) / n)).all()


def asymptomatic_kinds(n: int) -> np.ndarray:
    """Extents of pml 6.7 and 2.33: two thirds in one lobe, a third of the others widespread."""
    return np.repeat([0, 1, 2], [n - n // 3, n // 3 - n // 9, n // 9])


def test_lobes_are_as_many_as_the_extent_says_and_agree_with_the_brainstem() -> None:
    rng = rng_of("lobes")
    kinds = asymptomatic_kinds(10_000)
    stem = rng.random(kinds.size) < 0.15
    found = sample_lobes(kinds, stem, rng.random((kinds.size, len(LOBES) - 1)))
    np.testing.assert_array_equal(found.sum(axis=1), np.array([1, 2, 4])[kinds])
    np.testing.assert_array_equal(found[:, LOBES.index("posterior fossa")], stem)


def test_frontal_lobe_of_the_asymptomatic() -> None:
    """Frontal in 77.8 % of 18 (pml 6.7), where two thirds have one lobe; 73 % here."""
    rng = rng_of("frontal lobe")
    kinds = asymptomatic_kinds(20_000)
    stem = rng.random(kinds.size) < 0.15
    found = sample_lobes(kinds, stem, rng.random((kinds.size, len(LOBES) - 1)))
    assert 0.55 < found[:, 0].mean() < 0.93  # the interval of 14 of 18
    assert found[:, 0].mean() == pytest.approx(0.73, abs=0.015)
    assert (found[:, 0].mean() > found[:, 1:].mean(axis=0)).all()


def test_a_wider_lesion_keeps_its_lobes() -> None:
    chance = rng_of("nested lobes").random((500, len(LOBES) - 1))
    stem = np.arange(500) % 2
    one, two, four = (sample_lobes(np.full(500, k), stem, chance) for k in range(3))
    assert (two[one]).all() and (four[two]).all()


def test_numbers_may_differ_by_draw() -> None:
    drawn = PmlReader.draw(500, rng_of("draws of the reader"))
    p = lesion_seen(2.0, numbers=drawn)
    assert p.shape == (500,) and 0.05 < p.std() < 0.3
    assert pml_extent(10.0).shape == (3,)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lesion_seen(-1.0), "volume: found -1, expected finite numbers of at least 0"),
        (lambda: lesion_seen(np.nan), "volume: found nan"),
        (lambda: enhancement_seen(1.0, 1.0, 1.5), "steroid_barrier: found 1.5, expected shares"),
        (lambda: sample_lobes([3], 0, np.zeros((1, 4))), "expected places in"),
        (lambda: sample_lobes([0], 0, np.zeros((1, 5))), r"expected \(1, 4\)"),
        (lambda: sample_lobes([0], 0.5, np.zeros((1, 4))), "brainstem: found 0.5, expected 1"),
        (lambda: sample_extents(-1.0, 0.5), "volume: found -1"),
        (lambda: sample_extents(1.0, 1.0), "chance: found 1, expected draws"),
        (lambda: PmlReader(mistaken=1.0), "mistaken: found 1, expected a share between 0 and 1"),
        (lambda: PmlReader(seen_half=0.0), "seen_half: found 0, expected a finite number above 0"),
    ],
)
def test_bad_input_is_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
