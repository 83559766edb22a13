"""Sessions planned against sessions needed, and scores of forecasts, on cases made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from diapedesis.validation import fit_decisions
from diapedesis.validation.fit_decisions import (
    Asked,
    brier_scores,
    first_that,
    judge_sessions,
    reliability,
)
from diapedesis.validation.fit_patients import named_stream

ONE_IN = 1e-4


def made(rng: np.random.Generator, n: int, sharpen: float = 1.0) -> Asked:
    """Return forecasts whose outcomes follow them; sharpened, they claim to know more."""
    p = rng.uniform(0.02, 0.98, (n, 1))
    lasts = rng.random((n, 1)) < p
    odds = (p / (1 - p)) ** sharpen
    return Asked(1, odds / (1 + odds), lasts, np.zeros(n, np.int64))


def test_the_number_needed_is_the_first_that_lasts() -> None:
    lasts = np.array([[1, 1, 1], [0, 1, 1], [0, 1, 0], [0, 0, 0]], bool)
    assert first_that(lasts).tolist() == [0, 1, 1, 3]


def test_planned_and_needed_numbers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_decisions, "FIXED", (0, 3, 2))
    lasts = np.array([[0, 1, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1]], bool)
    p = np.array([[0, 0.6, 1, 1], [0, 0.5, 0.95, 1], [0, 0.1, 0.2, 0.3], [0.4, 0.8, 0.9, 1]])
    found = [Asked(3, p, lasts, np.zeros(4, np.int64))]
    half, nine, none, three, _ = judge_sessions(found).records()
    # planned 1, 1, none, 1; needed 1, 3, none, 0
    assert (half["right"], half["within_one"]) == (0.5, 0.75)
    assert (half["too_few"], half["too_many"], half["none"]) == (0.25, 0.25, 0.25)
    assert (half["lasts"], half["sessions"]) == (0.5, (1 + 1 + 3 + 1) / 4)
    # planned 2, 2, none, 2
    assert (nine["right"], nine["within_one"], nine["too_many"]) == (0.25, 0.75, 0.5)
    assert (none["rule"], none["right"], none["lasts"]) == ("always 0", 0.25, 0.25)
    assert (three["right"], three["too_few"], three["too_many"]) == (0.25, 0.25, 0.5)
    assert three["lasts"] == three["attainable"] == 0.75


def test_a_perfect_forecast_scores_nothing_and_a_base_rate_its_uncertainty() -> None:
    lasts = np.repeat([[True], [False]], 40, axis=0)
    zero = np.zeros(80, np.int64)
    perfect, base = brier_scores(
        [Asked(0, lasts.astype(float), lasts, zero), Asked(1, np.full((80, 1), 0.5), lasts, zero)]
    ).records()
    assert (perfect["brier"], perfect["skill"], perfect["reliability"]) == (0, 1, 0)
    assert (base["brier"], base["skill"], base["uncertainty"]) == (0.25, 0, 0.25)


def test_the_parts_of_a_score_add_up_and_a_right_forecast_scores_as_expected() -> None:
    a = made(named_stream("parts of a score"), 5000)
    (r,) = brier_scores([a]).records()
    total = r["reliability"] - r["resolution"] + r["uncertainty"] + r["within"]
    assert r["brier"] == pytest.approx(total)
    # SD of a square error is at most 0.5: 4 standard errors.
    assert abs(r["brier"] - r["expected"]) < 4 * 0.5 / np.sqrt(5000)


def test_honest_forecasts_stay_in_the_band_and_boastful_ones_do_not() -> None:
    rng = named_stream("honest and boastful")
    m = 200
    outside = sum(not all(reliability([made(rng, 150)]).column("inside")) for _ in range(m))
    assert outside <= binom.ppf(1 - ONE_IN, m, 0.01)
    assert all(
        not all(reliability([made(rng, 1500, sharpen=2.0)]).column("inside")) for _ in range(10)
    )
