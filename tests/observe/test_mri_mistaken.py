"""New MS lesions that are taken for PML: more of the large ones, as many in all as published."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import kstest, lognorm

from diapedesis.mechanisms.lesions import LARGE_SHARE
from diapedesis.observe import (
    LesionProcess,
    PmlReader,
    SignNumbers,
    ms_volumes,
    pml_reported,
    sample_lesions,
    sign_log_likelihood,
    sign_probabilities,
    taken_for_pml,
)
from tests.streams import rng_of

PUBLISHED = 0.194  # specificity 80.6 % against new MS lesions (pml 8.8)
USUAL = SignNumbers()
SPREAD = float(USUAL.ms_spread)
SIZES = lognorm(s=SPREAD, scale=float(ms_volumes(0.5)))
FIVE = ("punctate", "cortical", "u_fibre", "diffusion_rim", "periventricular")


def test_the_mean_over_sizes_is_what_was_published() -> None:
    """Integrated over the density of volumes, apart from how the middle was found."""
    mean, _ = quad(lambda v: float(taken_for_pml(v, PUBLISHED)) * SIZES.pdf(v), 0, np.inf)
    assert mean == pytest.approx(PUBLISHED, abs=1e-6)
    reported, _ = quad(lambda v: float(pml_reported(0.0, 1, ms_volume=v)) * SIZES.pdf(v), 0, np.inf)
    assert reported == pytest.approx(float(pml_reported(0.0, 1)), abs=1e-6)


def test_the_mean_is_kept_whatever_the_numbers() -> None:
    """Middle sums over 4000 equal parts of the sizes, good to 1e-4 where the slope is steep."""
    signs = SignNumbers.draw(300, rng_of("signs of the mistaken"))
    mean = PmlReader.draw(300, rng_of("the mistaken")).mistaken
    parts = (np.arange(4000)[:, None] + 0.5) / 4000
    share = taken_for_pml(ms_volumes(parts, numbers=signs), mean, signs)
    np.testing.assert_allclose(share.mean(axis=0), mean, atol=1e-4)


@given(st.floats(0.01, 0.99), st.floats(0.05, 2.0), st.floats(0.1, 1.5))
def test_larger_lesions_are_mistaken_more_with_the_slope_of_the_signs(mean, slope, spread) -> None:
    numbers = SignNumbers(ms_slope=slope, ms_spread=spread)
    volume = np.geomspace(0.05, 5.0, 40)
    share = taken_for_pml(volume, mean, numbers)
    assert taken_for_pml(0.0, mean, numbers) == 0
    odds = np.log(share / (1 - share))
    np.testing.assert_allclose(np.diff(odds), slope * np.diff(np.log(volume)), rtol=1e-6)


def test_volumes_are_those_of_the_process_of_lesions() -> None:
    """Half below 0.3 mL, and the share above 0.8 that the process says, for each patient."""
    assert float(ms_volumes(0.5)) == pytest.approx(float(USUAL.ms_size), rel=0.02)
    drawn = ms_volumes(rng_of("volumes").random(4000))
    assert kstest(drawn, SIZES.cdf).pvalue > 1e-3
    assert SIZES.sf(0.8) == pytest.approx(LARGE_SHARE.default, abs=1e-6)
    share = np.array([0.0, 0.02, 0.05, 0.4, 1.0])
    process = LesionProcess(3.0, 8.0, 30.0, 0.6, share)
    lesions = sample_lesions([0, 2000], np.full((5, 2), 0.5), 0.0, process, seed=1)
    volume = lesions.volumes(share)
    assert np.isfinite(volume).all() and (volume > 0).all()
    np.testing.assert_array_equal(volume > 0.8, lesions.large)
    assert 0 < lesions.large.mean() < 1


def test_a_reader_who_weighs_signs_errs_by_size_about_as_much() -> None:
    """An outside reference: the verdict made of five signs, at thresholds around the published.

    Signs are told apart by the likelihood ratio; a verdict has few values, so that no threshold
    gives the published share itself. Slopes from half to all of that of one sign.
    """
    seen = [dict(zip(FIVE, v, strict=True)) for v in product((True, False), repeat=len(FIVE))]
    pml, ms = sign_probabilities("pml", 4.0), sign_probabilities("ms", USUAL.ms_size)
    ratio = np.array([sign_log_likelihood(s, pml) - sign_log_likelihood(s, ms) for s in seen])
    size = np.array([0.15, 0.3, 0.6])
    of_size = np.exp([sign_log_likelihood(s, sign_probabilities("ms", size)) for s in seen])
    shares = {t: of_size[ratio >= t].sum(axis=0) for t in ratio}
    near = [p for p in shares.values() if 0.1 < p[1] < 0.3]
    assert near and min(p[1] for p in near) < PUBLISHED < max(p[1] for p in near)
    for p in near:
        odds = np.log(p / (1 - p))
        slope = (odds[2] - odds[0]) / np.log(size[2] / size[0])
        assert 0.5 * USUAL.ms_slope < slope < 1.05 * USUAL.ms_slope


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: taken_for_pml(-1.0, 0.2), "volume: found -1"),
        (lambda: pml_reported(0.0, 1, ms_volume=np.nan), "volume: found nan"),
        (lambda: ms_volumes(1.0), "chance: found 1, expected draws"),
        (lambda: ms_volumes(0.5, 1.2), "large_share: found 1.2, expected shares"),
    ],
)
def test_bad_input_is_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
