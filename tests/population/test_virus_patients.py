"""Patients whom the virus may enter: chances of their own, what is drawn, when they are seeded."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from diapedesis.models import pml
from diapedesis.observe import LOBES
from diapedesis.observe.mri_extent import N_LOBES
from diapedesis.population.virus_onset import NEVER, Seeds, seed_targets, seeding_hazard
from diapedesis.population.virus_patients import (
    BRAINSTEM_SHARE,
    CHANCES,
    EDSS_BEFORE,
    SYMPTOM_VOLUME,
    VirusPatients,
)
from tests.population.virus import ON_DRUG, at_risk, cohort, onset, seeds
from tests.streams import rng_of

MANY = 4000


def bare(n: int, seed: int = 1, **inputs: float) -> VirusPatients:
    return VirusPatients.of(pml(), {}, inputs, n, seed)


def test_a_patient_has_the_same_chances_in_every_number_of_patients() -> None:
    few, many = bare(5), bare(400)
    for name in CHANCES:
        assert np.array_equal(few.uniform(name), many.uniform(name)[:5]), name
        assert np.array_equal(few.waiting(name, 3), many.waiting(name, 3)[:5]), name
    for id in few.parameters:
        assert np.array_equal(few.parameters[id], many.parameters[id][:5]), id


def test_some_of_the_patients_keep_their_chances_and_numbers() -> None:
    whole, at = at_risk(), np.array([7, 2, 31])
    part = whole.some(at)
    assert part.n == 3
    for name in CHANCES:
        assert np.array_equal(part.normal(name, 1), whole.normal(name, 1)[at]), name
    assert np.array_equal(part.symptom_volume, whole.symptom_volume[at])
    masked = whole.some(np.isin(np.arange(whole.n), at))
    assert np.array_equal(masked.uniform("death"), whole.uniform("death")[np.sort(at)])


def test_chances_of_different_names_indices_and_seeds_have_nothing_in_common() -> None:
    people = bare(MANY)
    drawn = [people.uniform(name) for name in CHANCES]
    drawn += [people.uniform("scan", k) for k in range(4)] + [bare(MANY, seed=2).uniform("seed")]
    between = np.abs(np.corrcoef(drawn) - np.eye(len(drawn)))
    assert between.max() < 4.5 / np.sqrt(MANY)
    for u in drawn:
        assert kstest(u, "uniform").pvalue > 1e-4


def test_an_unknown_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="tuple"):
        at_risk().uniform("luck")


def test_what_is_drawn_is_distributed_as_said_and_what_is_given_stays() -> None:
    people = bare(MANY)
    assert np.median(people.parameters["edss_0"]) == pytest.approx(EDSS_BEFORE, rel=0.03)
    assert people.parameters["edss_0"].max() < pml().parameters["edss_max"].default
    share = people.inputs["brainstem"].mean()
    assert share == pytest.approx(BRAINSTEM_SHARE, abs=4 * np.sqrt(0.13 / MANY))
    assert np.median(people.symptom_volume) == pytest.approx(SYMPTOM_VOLUME, rel=0.1)
    stated = VirusPatients.of(pml(), {"edss_0": [2.0, 6.0]}, {"brainstem": [1.0, 0.0]}, 2, 1)
    assert stated.parameters["edss_0"].tolist() == [2.0, 6.0]
    assert stated.inputs["brainstem"].tolist() == [1.0, 0.0]


def test_a_place_that_matters_more_is_noticed_sooner() -> None:
    lobe, stem = bare(50, brainstem=0.0), bare(50, brainstem=1.0)
    fold = pml().parameters["brainstem_fold"].default
    np.testing.assert_allclose(lobe.symptom_volume / stem.symptom_volume, fold)


def test_lobes_and_brainstem_are_one_place_at_every_volume() -> None:
    people, stem = bare(MANY), LOBES.index("posterior fossa")
    before = np.zeros((MANY, len(LOBES)), bool)
    assert not people.lobes(0.0).any()
    for volume in (0.02, 2.0, 15.0, 60.0, 300.0):
        found = people.lobes(volume)
        np.testing.assert_array_equal(found[:, stem], people.inputs["brainstem"] > 0)
        assert set(found.sum(axis=1)) <= {1, 2, 4}
        assert found[before].all()  # none is left
        before = found
    assert people.lobes(2.0)[:, stem].mean() == people.inputs["brainstem"].mean()
    assert bare(50, brainstem=1.0).lobes(1.0)[:, stem].all()
    assert not bare(50, brainstem=0.0).lobes(200.0)[:, stem].any()


@pytest.mark.parametrize(
    ("median", "published", "n"), [(6.7, (68, 21, 11), 28), (22.9, (37, 24, 40), 340)]
)
def test_lobes_of_cohorts_are_as_many_as_published(median: float, published, n: int) -> None:
    """Shares of pml 2.33 with and without symptoms; volumes as in pml 2.6 and 2.7."""
    people = bare(MANY)
    volume = median * np.exp(1.33 * rng_of(f"volumes of patients, {median}").standard_normal(MANY))
    lobes = people.lobes(volume).sum(axis=1)
    expected = np.array(published) / sum(published)
    share = np.array([(lobes == k).mean() for k in N_LOBES])
    error = np.sqrt(expected * (1 - expected) * (1 / n + 1 / MANY))
    assert (np.abs(share - expected) < 2 * error).all()


def test_the_frontal_lobe_is_involved_most_often() -> None:
    """In 14 of 18 without symptoms (pml 6.7): the interval of those; also in all larger ones."""
    people = bare(MANY)
    found = people.lobes(6.7 * np.exp(1.33 * rng_of("frontal").standard_normal(MANY)))
    share = found.mean(axis=0)
    assert 0.55 < share[0] < 0.93
    assert (share[0] > share[1:]).all()


def test_some_of_the_patients_keep_their_lobes() -> None:
    people, at = bare(400), np.array([7, 2, 31])
    volume = np.linspace(1.0, 100.0, 400)
    assert np.array_equal(people.some(at).lobes(volume[at]), people.lobes(volume)[at])


def test_targets_are_those_of_a_seed_that_comes() -> None:
    """Exponential, cut at the hazard that there is: small hazards give it evenly."""
    people = bare(MANY)
    for total in (1e-6, 0.5, 5.0):
        hazard = np.column_stack([np.zeros(MANY), np.full(MANY, total)])
        targets = seed_targets(people, hazard)
        assert np.all((targets >= 0) & (targets <= total))
        cdf = lambda h, total=total: np.expm1(-h) / np.expm1(-total)  # noqa: E731
        assert kstest(targets, cdf).pvalue > 1e-3


def test_seeds_come_when_the_hazard_says_so() -> None:
    """The day is that on which the added-up hazard, solved for by itself, is at the target."""
    days = np.arange(0.0, 2190.0, 2.0)
    hazard = seeding_hazard(at_risk(), ON_DRUG, days)
    assert np.all(np.diff(hazard, axis=1) >= 0) and np.all(hazard[:, 0] == 0)
    seeded = onset().seeded
    assert np.all(np.isfinite(seeded))
    there = [np.interp(s, days, h) for s, h in zip(seeded, hazard, strict=True)]
    np.testing.assert_allclose(there, seeds().targets, rtol=1e-3, atol=1e-7)


def test_infinite_targets_are_no_seeds() -> None:
    never = Seeds(np.array([np.inf, 0.5]))
    assert never.parameters["seed_target"].tolist() == [NEVER, 0.5]


def test_risk_grows_with_index_immunosuppressant_and_time() -> None:
    days = np.array([0.0, 365.0, 730.0, 1460.0])
    people = cohort(8)
    base = seeding_hazard(people, ON_DRUG, days)
    changed = {"jc_index": 0.8}, {"prior_immunosuppressant": 1.0}
    low, high = (
        seeding_hazard(
            replace(people, inputs=people.inputs | {k: np.full(8, v) for k, v in one.items()}),
            ON_DRUG,
            days,
        )
        for one in changed
    )
    assert np.all(low[:, 1:] < base[:, 1:])
    assert np.all(high[:, 1:] > base[:, 1:])
    yearly = np.diff(base, axis=1) / np.diff(days)
    assert np.all(np.diff(yearly, axis=1) > 0)
