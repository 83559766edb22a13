"""Virtual patients who start the drug: entry, history, activity, and what counts as a relapse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.models import ms
from diapedesis.observe import LesionProcess, sample_lesions
from diapedesis.population.ms_cohort import GAP, YEAR, Patients, clinical, history, recruit
from diapedesis.population.ms_stopped import with_past
from diapedesis.validation.studies import Setting, stream, truths

M, N = 3, 80
PROCESS = LesionProcess(3.0, 8.0, 30.0, 0.6, 0.1)


def setting() -> Setting:
    return Setting(ms(), truths(ms(), M, stream(5, "truths")), N, stream(5, "cohort"))


@pytest.fixture(scope="module")
def patients() -> Patients:
    return recruit(setting(), N)


def test_who_enters_had_the_relapses_that_the_rule_asks_for(patients: Patients) -> None:
    before = patients.before
    assert ((before.relapses_1y >= 1) | (before.relapses_2y >= 2)).all()
    assert (before.relapses_2y >= before.relapses_1y).all()
    strict = recruit(setting(), 20, lambda b: b.relapses_2y >= 3)
    assert strict.before.relapses_2y.min() >= 3
    assert strict.admitted < patients.admitted < 1


def test_patients_stand_by_truth_each_with_its_own_typical_values(patients: Patients) -> None:
    assert patients.drift.size == M * N
    own = patients.parameters["gd_duration"].reshape(M, N)  # has no spread between patients
    assert (own == own[:, :1]).all()
    np.testing.assert_allclose(own[:, 0], setting().truths["gd_duration"])
    spread = np.log(patients.parameters["lesion_rate"]).reshape(M, N).std(axis=1)
    assert (spread > 0.3).all()


def test_a_cohort_is_the_same_again_and_a_part_of_it_is_what_it_was(patients: Patients) -> None:
    again = recruit(setting(), N)
    for k, v in patients.parameters.items():
        assert v.tobytes() == again.parameters[k].tobytes()
    days = np.array([0.0, 700.0])
    whole = patients.sample(days, *patients.untreated(days))
    at = np.array([3, 100, 200])
    some = patients.some(at)
    part = some.sample(days, *some.untreated(days))
    assert part.relapses(0, 700).tolist() == whole.relapses(0, 700)[at].tolist()


def test_too_few_candidates_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="entry: found 0 patients for a truth among"):
        recruit(setting(), 2, lambda b: b.relapses_2y > 1000)


def test_an_unstable_candidate_is_refused_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Half:
        def __init__(self, model: object, parameters: dict[str, np.ndarray]) -> None:
            self.stable = np.arange(parameters["cl"].size) % 2 == 0

    monkeypatch.setattr("diapedesis.population.ms_cohort.stability", Half)
    assert recruit(setting(), 20).unstable == 0.5


def test_activity_begins_at_that_of_the_years_before(patients: Patients) -> None:
    activity = patients.activity(np.array([-100.0, 0.0, 200.0, 800.0]))
    assert (activity[:, :2] == 1).all()
    still = replace(patients, drift=np.zeros_like(patients.drift))
    still.parameters["activity_drift"] = np.zeros_like(patients.drift)
    fall = np.diff(still.activity(np.arange(0.0, 800.0, 50.0)), axis=1)
    assert (fall < 0).all()


def test_the_drift_of_activity_has_a_mean_of_one(patients: Patients) -> None:
    n = 200_000
    same = {"activity_decline": np.zeros(n), "activity_drift": np.full(n, 0.6)}
    many = replace(patients, parameters=same, drift=stream(1, "drift").standard_normal(n))
    year, two = many.activity(np.array([YEAR, 2 * YEAR])).T
    assert abs(year.mean() - 1) < 4 * year.std() / np.sqrt(n)
    assert (year == two).all()
    assert np.log(year).std() == pytest.approx(0.6, rel=0.01)


def test_untreated_scans_show_what_the_rates_foresee(patients: Patients) -> None:
    days = with_past(patients, np.array([0.0, 10.0]))
    births, other = patients.untreated(days)
    seen = patients.sample(days, births, other).enhancing([0.0])[:, 0]
    expected = patients.parameters["lesion_rate"] * patients.parameters["gd_duration"]
    # a scan counts bursts: the variance is the mean times 2 b - 1 at most
    variance = (expected * (2 * patients.parameters["burst_size"] - 1)).sum()
    assert abs(seen.sum() - expected.sum()) < 4.5 * np.sqrt(variance)


def test_history_counts_the_year_within_the_two() -> None:
    n = 4000
    values = {
        "lesion_rate": np.full(n, 1e-12),
        "relapse_other": np.full(n, 0.5 / YEAR),
        "gd_duration": np.full(n, 30.0),
        "burst_size": np.full(n, 2.0),
        "relapse_lesions": np.full(n, 8.0),
        "t2_share": np.full(n, 0.5),
        "large_share": np.full(n, 0.1),
        "t2_duration": np.full(n, 180.0),
    }
    before = history(values, seed=3)
    # a renewal process: no relapse for 30 days after one
    rate = 1 / (1 / 0.5 + GAP / YEAR)
    assert before.relapses_1y.mean() == pytest.approx(rate, abs=4.5 * np.sqrt(rate / n))
    assert before.relapses_2y.mean() == pytest.approx(2 * rate, abs=4.5 * np.sqrt(2 * rate / n))
    assert not before.gd.any()


def test_a_relapse_counts_thirty_days_after_the_last_that_counted() -> None:
    seen = sample_lesions([0, 400], np.zeros((3, 2)), 0.0, PROCESS, seed=1)
    record = replace(
        seen,
        relapse_subject=np.array([0, 0, 0, 0, 2, 2]),
        relapse_day=np.array([10.0, 35.0, 41.0, 60.0, 100.0, 130.0]),
    )
    counted = clinical(record)
    assert counted.relapse_days(0).tolist() == [10.0, 41.0]
    assert counted.relapse_days(1).tolist() == []
    assert counted.relapse_days(2).tolist() == [100.0, 130.0]
