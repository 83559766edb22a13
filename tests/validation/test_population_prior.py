"""The population draws: wide where the evidence conflicts, from fittable claims, repeatable."""

from __future__ import annotations

import re
from importlib import resources

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from diapedesis.evidence import load_claims
from diapedesis.infer.calibrate import PD_FIGURES, PK_FIGURES, calibrate
from diapedesis.infer.prior import DRAW_FILES, population_draws, subject_prior
from diapedesis.infer.scale import Scale
from diapedesis.models import pkpd

PK, PD = (population_draws(f) for f in DRAW_FILES)


def test_both_readings_of_the_disposition_lie_inside() -> None:
    for id, published, compromise in (("q", 0.4, 0.13), ("v_p", 3.48, 2.3)):
        low, high = np.quantile(PK[id], [0.025, 0.975])
        assert low < compromise < high
        # The published volume is the edge of the declared range, 1.5 to 3.5 L.
        assert low < published < (high if id == "q" else 3.5)
    assert np.quantile(PK["q"], 0.975) / np.quantile(PK["q"], 0.025) > 5


def test_fitting_both_data_sets_correlates_the_disposition() -> None:
    # The declared priors are independent: |rho| of 1000 such draws is below 0.1 in 998 of 1000.
    for a, b in (("q", "v_p"), ("q", "cl"), ("cl", "v_max")):
        assert abs(spearmanr(PK[a], PK[b]).statistic) > 0.1, (a, b)


def test_no_figure_rests_on_memory_or_on_our_arithmetic() -> None:
    claims = {c.id: c for c in load_claims().values()}
    for figure in PK_FIGURES + PD_FIGURES:
        assert all(claims[c].sure not in {"D", "M"} for c in figure.claims), figure.statistic


@pytest.mark.parametrize("file", DRAW_FILES)
def test_enough_prior_draws_stand_behind_the_stored_ones(file: str) -> None:
    header = resources.files("diapedesis.infer").joinpath("data", file).read_text().splitlines()[0]
    found = re.search(r"effective (\d+)", header)
    assert found and int(found.group(1)) > 1000


def assert_same_distribution(block: str, stored: dict[str, np.ndarray], proposals: int) -> None:
    again = calibrate(block, proposals=proposals, n=1000, seed=5)
    for id, draws in again.draws.items():
        a, b = np.log(draws), np.log(stored[id])
        # Standard error of a difference of means, from effective and from stored draws; 4.5 of
        # them are passed by one right table in 10 000.
        error = b.std() * np.sqrt(1 / again.ess + 1 / 1000)
        assert abs(a.mean() - b.mean()) < 4.5 * error, id
        assert 0.75 < a.std() / b.std() < 1.33, id


def test_a_new_calibration_agrees_with_the_stored_saturation_draws() -> None:
    assert_same_distribution("pd", PD, 4000)


@pytest.mark.slow
def test_a_small_calibration_agrees_with_the_stored_disposition_draws() -> None:
    assert_same_distribution("pk", PK, 400)


@pytest.mark.statistical
def test_a_large_calibration_agrees_with_the_stored_disposition_draws() -> None:
    assert_same_distribution("pk", PK, 4000)


def test_the_normal_prior_keeps_the_quantiles_of_the_draws() -> None:
    model = pkpd()
    prior = subject_prior(model)
    p = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    for file in DRAW_FILES:
        for id, draws in population_draws(file).items():
            at = prior.names.index(id)
            sd = np.sqrt(prior.cov[at, at] - model.parameters[id].iiv ** 2)
            z = Scale.of(model, [id]).normal(draws[:, None])[:, 0]
            gap = (np.quantile(z, p) - prior.mean[at] - sd * norm.ppf(p)) / sd
            # The distribution clearance is skewed: its corners are cut by half an SD.
            assert np.abs(gap).max() < (0.6 if id == "q" else 0.3), id
