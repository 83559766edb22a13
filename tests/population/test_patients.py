"""Virtual patients: keyed by index, consistent with what is known, stable untreated."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from diapedesis.infer.prior import subject_prior
from diapedesis.models.ms import ms
from diapedesis.observe import LesionProcess, Level, sample_lesions
from diapedesis.population import ScenarioError
from diapedesis.population.patients import YEAR, activity_after, draw_patients, fact_likelihood
from tests.population.scenarios import GIVEN, stop
from tests.streams import rng_of


def test_a_patient_is_the_same_in_every_number_of_patients() -> None:
    few, many = draw_patients(stop(n=5)), draw_patients(stop(n=400))
    for id, values in few.drawn.items():
        assert np.array_equal(values, many.drawn[id][:5]), id


def test_another_seed_gives_other_patients() -> None:
    a, b = draw_patients(stop(n=5)), draw_patients(stop(n=5, seed=2))
    assert not np.isin(a.drawn["cl"], b.drawn["cl"]).any()


def test_patients_are_those_of_the_prior_of_one_subject() -> None:
    prior = subject_prior(ms())
    drawn = draw_patients(stop(n=2000)).drawn
    z = prior.scale.normal(np.column_stack([drawn[id] for id in prior.names]))
    off = (z.mean(axis=0) - prior.mean) / prior.sd
    assert np.abs(off).max() < 4.5 / np.sqrt(2000)
    assert np.abs(z.std(axis=0) / prior.sd - 1).max() < 0.08


def test_what_is_fixed_is_not_drawn() -> None:
    found = draw_patients(stop(n=4, hypothesis="pool"))
    assert "h_pool" not in found.drawn
    assert found.parameters(4)["h_pool"].tolist() == [1.0] * 4


def _one(**changes: float) -> dict[str, np.ndarray]:
    values = {id: np.array([p.default]) for id, p in ms().parameters.items()}
    return values | {id: np.array([v]) for id, v in changes.items()}


def test_the_probability_of_facts_is_the_laws_own() -> None:
    values = _one(lesion_rate=0.1, gd_duration=30.0, burst_size=5.0)
    inputs: dict[str, float] = {}
    seen = [float(fact_likelihood(ms(), values, inputs, None, k)[0]) for k in range(200)]
    assert sum(seen) == pytest.approx(1.0, abs=1e-4)
    assert seen[:4] == pytest.approx(nbinom.pmf(range(4), 3 / 4, 1 / 5))
    both = float(fact_likelihood(ms(), values, inputs, 2, 3)[0])
    apart = float(fact_likelihood(ms(), values, inputs, 2, None)[0])
    assert both == pytest.approx(apart * seen[3])
    few = [float(fact_likelihood(ms(), values, inputs, k, None)[0]) for k in range(60)]
    kept = np.exp(-1 / values["relapse_lesions"][0])
    felt = (1 - kept) / (1 - (1 - 1 / 5) * kept)  # mean over geometric sizes
    mean = YEAR * (values["relapse_other"][0] + 0.1 / 5 * felt)
    assert few == pytest.approx(poisson.pmf(range(60), mean), abs=1e-12)


def test_scans_of_sampled_lesions_follow_that_probability() -> None:
    values = _one(lesion_rate=0.1, gd_duration=30.0, burst_size=5.0)
    process = LesionProcess(5.0, 7.0, 30.0, 0.2, 0.05)
    births = np.full((4000, 2), 0.1)
    scans = sample_lesions([0.0, 300.0], births, 0.0, process, seed=3).enhancing([300.0])[:, 0]
    for k in (0, 1, 3, 8):
        p = float(fact_likelihood(ms(), values, {}, None, k)[0])
        assert np.mean(scans == k) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 4000))


def test_facts_move_activity_their_way_and_little_else() -> None:
    free, quiet = draw_patients(stop(n=300)), draw_patients(stop(n=300, relapses=0, gd=0))
    wild = draw_patients(stop(n=300, relapses=4, gd=20))
    rate = lambda p: np.median(p.drawn["lesion_rate"])  # noqa: E731
    assert rate(quiet) < rate(free) < rate(wild)
    assert np.median(wild.drawn["cl"]) == pytest.approx(np.median(free.drawn["cl"]), rel=0.1)
    assert quiet.likely is not None and wild.likely is not None
    assert wild.likely < quiet.likely < 1
    assert free.likely is None


def test_the_drift_of_activity_leaves_the_mean_and_time_lowers_it() -> None:
    drift = rng_of("drift of activity").standard_normal(200_000)
    values = {"activity_drift": np.array([0.6]), "activity_decline": np.array([0.0004])}
    assert (activity_after(0.0, values, {}, drift) == 1).all()
    assert activity_after(365.25, values, {"activity_decline": 0.0}, drift).mean() == (
        pytest.approx(1.0, abs=0.01)
    )
    later = activity_after(1000.0, values, {}, drift).mean()
    assert later == pytest.approx(np.exp(-0.4), abs=0.01)
    assert activity_after(1000.0, values, {"activity_decline": 0.0}, drift).mean() > later


def test_measured_levels_decide_the_drug_s_course() -> None:
    low = replace(stop(n=100).subject, levels=(Level(0.0, 9.0), Level(14.0, 20.0)))
    told = draw_patients(replace(stop(n=100), subject=low))
    free = draw_patients(stop(n=100))
    assert np.median(told.drawn["cl"]) > 1.15 * np.median(free.drawn["cl"])
    assert np.log(told.drawn["cl"]).std() < np.log(free.drawn["cl"]).std()
    later = replace(low, protocol=GIVEN.with_doses(GIVEN.every(28, n=2, start=60.0).doses))
    again = draw_patients(replace(stop(n=100), subject=later))
    assert np.array_equal(told.drawn["cl"], again.drawn["cl"])  # what comes later tells nothing


@pytest.mark.slow
def test_values_that_let_the_untreated_state_run_away_are_refused() -> None:
    with pytest.raises(ScenarioError, match="runs away"):
        draw_patients(stop(n=20, parameters={"ignition_tone": 0.9}))
    assert draw_patients(stop(n=20, parameters={"edss_0": 4.0})).fixed == {"edss_0": 4.0}
