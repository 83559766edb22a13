"""Steroid acts for days, immunoglobulin for weeks."""

import numpy as np
import pytest

from diapedesis.simulate import Immunoglobulin, Infusion, OralSteroid, Plex, Protocol, Steroid
from tests.treated import course, given, treated

PULSE = given(*(Steroid(day, grams=1.0) for day in (0, 1, 2)))
IVIG = given(*(Immunoglobulin(day, grams=30.0) for day in range(5)))


def test_three_days_of_a_gram_stop_nearly_all_enhancement_and_it_returns_within_days() -> None:
    """Claims R094 and R095: 96 % of lesions, most after 8 hours; many enhance again within days."""
    barrier = course(PULSE, [8 / 24, 3.0, 7.0, 12.0])["steroid_barrier"][0]
    assert barrier[0] > 0.8
    assert barrier[1] == pytest.approx(0.96, abs=0.02)
    assert 0.3 < barrier[2] < 0.8
    assert barrier[3] < 0.1


def test_steroid_fades_in_closed_form_and_its_effect_is_half_at_its_half() -> None:
    k = treated().parameters["k_steroid"].default
    start, later = 1 / 24, 1 / 24 + 5.0
    effect = course(given(Steroid(0.0, grams=1.0)), [start, later])["steroid_effect"][0]
    at_work = 0.3 * effect / (1 - effect)
    assert at_work[0] == pytest.approx((1 - np.exp(-k / 24)) / (k / 24), rel=1e-4)
    assert at_work[1] / at_work[0] == pytest.approx(np.exp(-5 * k), rel=1e-4)


def test_prednisolone_by_weight_settles_at_four_fifths_of_methylprednisolone() -> None:
    """Claim R107."""
    found = course(given(OralSteroid(0.0, 60.0, mg_per_day=1250.0)), [60.0])["steroid_effect"]
    held = course(given(Steroid(0.0, grams=60.0, duration=60.0)), [60.0])["steroid_effect"]
    assert found[0, 0] == pytest.approx(held[0, 0], rel=1e-6)


def test_immunoglobulin_raises_igg_at_once_and_is_gone_in_two_months() -> None:
    fold = course(IVIG, [0.0, 5.0, 30.0, 60.0])["igg_fold"][0]
    assert fold[0] == pytest.approx(1.0)
    assert 2.5 < fold[1] < 4.0
    assert 1.2 < fold[2] < 1.8
    assert fold[3] < 1.2


def test_breakdown_is_usual_up_to_the_usual_igg_and_bounded_above() -> None:
    usual = course(given(sessions=(Plex(0.0, plasma_volumes=1.5),)), [0.0, 0.2, 5.0])["fcrn_fold"]
    assert np.all(usual == 1.0)
    flood = course(given(Immunoglobulin(0.0, grams=3000.0)), [0.25])["fcrn_fold"][0, 0]
    assert 2.3 < flood < treated().parameters["fcrn_max"].default


def test_three_times_the_usual_igg_nearly_halves_its_half_life() -> None:
    fold = course(IVIG, [6.0])
    assert fold["igg_fold"][0, 0] == pytest.approx(3.0, abs=0.3)
    assert 1.5 < fold["fcrn_fold"][0, 0] < 2.0


def test_natalizumab_leaves_faster_under_immunoglobulin_and_not_without_the_receptor() -> None:
    drug = Protocol((Infusion(0.0, 300.0),))
    both = drug.with_treatments(Immunoglobulin(7.0 + day, grams=30.0) for day in range(5))
    plain, faster = (course(p, [42.0])["c"][0, 0] for p in (drug, both))
    assert 0.4 * plain < faster < 0.9 * plain
    still = course(both, [42.0], parameters={"fcrn_max": 1.0})["c"][0, 0]
    assert still == pytest.approx(plain, rel=1e-4)
