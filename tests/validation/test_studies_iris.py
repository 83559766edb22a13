"""Studies of IRIS: laws of cohorts and scans, hazard ratios against known ones, every row."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.models.pml import pml
from diapedesis.validation.behaviours import IRIS_STUDIES
from diapedesis.validation.cox import cox
from diapedesis.validation.iris_seen import LAST
from diapedesis.validation.iris_trials import IrisTrials
from diapedesis.validation.published import behaviours

M, N = 4, 24


@pytest.fixture(scope="module")
def trials() -> IrisTrials:
    return IrisTrials(pml(), M, N, 3)


def test_cox_finds_a_known_ratio_and_its_error() -> None:
    rng = np.random.default_rng(1)
    group = np.arange(400) % 2 == 0
    event = rng.exponential(np.where(group, 0.5, 1.0), (300, 400))
    end = rng.uniform(0.5, 2.0, (300, 400))
    ratio, error = cox(np.minimum(event, end), event < end, group)
    # 300 studies: the mean within 4 standard errors, the spread within 5 of its own (1 / sqrt 600)
    assert ratio.mean() == pytest.approx(np.log(2), abs=4 * error.mean() / np.sqrt(300))
    assert ratio.std() == pytest.approx(error.mean(), rel=5 / np.sqrt(600))


def test_cox_changes_its_sign_with_the_groups_and_heeds_order_alone() -> None:
    rng = np.random.default_rng(2)
    time, event, group = rng.integers(1, 20, 60), rng.random(60) < 0.7, rng.random(60) < 0.5
    log_ratio, _ = cox(time, event, group)
    assert cox(time, event, ~group)[0] == pytest.approx(-log_ratio, abs=1e-9)
    assert cox(time**3, event, group)[0] == pytest.approx(log_ratio, abs=1e-9)
    mixed = rng.permutation(60)
    assert cox(time[mixed], event[mixed], group[mixed])[0] == pytest.approx(log_ratio, abs=1e-9)
    assert cox(time, event & group, group)[0] != cox(time, event & group, group)[0]  # no ratio


@pytest.mark.slow
def test_every_patient_has_pml_and_comes_once(trials: IrisTrials) -> None:
    found = trials.found
    assert found.patients.n == M * N == np.unique(found.patients.keys).size
    assert np.isfinite(found.onset.diagnosis).all()
    assert (found.onset.seeded < found.onset.diagnosis).all()
    assert (found.patients.inputs["jc_index"] > 0.9).all()
    again = IrisTrials(pml(), M, N, 3).found
    assert again.onset.volume.tobytes() == found.onset.volume.tobytes()


def test_nobody_is_scanned_after_death_or_has_iris_before_the_diagnosis(
    trials: IrisTrials,
) -> None:
    for seen in (trials.exchanged, trials.not_exchanged, trials.scarpazza):
        made = np.isfinite(seen.scans)
        until = np.broadcast_to(seen.alive_until[:, None], made.shape)
        assert (seen.scans[made] <= until[made]).all() and not (seen.enhancing & ~made).any()
        there = np.isfinite(seen.first)
        assert (seen.first[there] >= 0).all() and (seen.first[there] <= LAST).all()
        dated = (seen.scans == seen.first[:, None]).any(axis=1)
        assert dated[there].all()  # by a scan, never by the day on which inflammation began
        assert (seen.duration[np.isfinite(seen.duration)] > 0).all()
        assert not (seen.definite & ~there).any()
        assert (np.diff(seen.courses["death_hazard"], axis=1) >= -1e-9).all()


def test_exchange_lowers_the_drug_and_changes_nothing_before_it(trials: IrisTrials) -> None:
    with_, without = trials.exchanged.courses, trials.not_exchanged.courses
    before = with_.days <= 0
    for output in ("c", "pml_volume", "edss"):
        np.testing.assert_allclose(
            with_[output][:, before], without[output][:, before], rtol=1e-3, atol=1e-3
        )
    assert (with_.on("c", 16.0) < without.on("c", 16.0)).all()
    assert (trials.exchanged.at_diagnosis == trials.not_exchanged.at_diagnosis).all()


def test_larger_lesions_are_rather_exchanged_and_the_share_is_near_the_one_asked_for() -> None:
    trials = IrisTrials(pml(), 2, 150, 5)
    got = trials.sicker(0.5, "test").astype(bool)
    onset = trials.found.onset
    size = np.log(onset.volume_on(onset.diagnosis))
    assert size[got].mean() > size[~got].mean()
    assert got.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(300))


def test_every_row_on_iris_is_simulated(trials: IrisTrials) -> None:
    found = {k: v for study in IRIS_STUDIES["iris"] for k, v in study(trials).items()}
    assert set(found) == {b.id for b in behaviours() if b.block == "iris"}
    for id, row in found.items():
        centre = row.values if row.centre is None else row.centre
        assert np.isfinite(np.nanmedian(centre)), id
        assert row.note.endswith(".")
    for id in ("iris.share", "iris.gd_dx", "iris.punctate"):
        assert ((found[id].values >= 0) & (found[id].values <= 100)).all()
