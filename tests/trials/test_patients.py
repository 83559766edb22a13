"""Who enters: rules of entry, what the plan holds, what variants leave free."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from diapedesis.models import weights
from diapedesis.observe import Lesions, sample_lesions
from diapedesis.trials import Arm, Hypothesis, Variant
from diapedesis.trials.depletion import depletion_trial
from diapedesis.trials.patients import MOST_EDSS, Patients, recruit
from tests.trials.made import trial


@pytest.fixture(scope="module")
def people() -> Patients:
    return recruit(trial(Arm("a", "a"), held=("k_blood",)), 20, 10, seed=5)


def test_every_truth_has_its_patients_with_an_edss_that_enters(people: Patients) -> None:
    assert (people.m, people.n) == (10, 20)
    assert people.parameters["edss_0"].shape == (200,)
    assert people.parameters["edss_0"].max() <= MOST_EDSS
    assert people.gd_before.min() >= 0


def test_who_enters_is_more_active_than_all_adults(people: Patients) -> None:
    rate = np.log(people.parameters["lesion_rate"]).mean()
    typical = np.log(people.truths["lesion_rate"]).mean()
    assert rate > typical + 0.1


def test_what_the_plan_holds_is_the_same_in_every_truth(people: Patients) -> None:
    assert np.ptp(people.truths["k_blood"]) == 0
    assert np.ptp(people.truths["k_cns"]) > 0


def test_a_free_share_is_spread_evenly_over_the_truths(people: Patients) -> None:
    free = people.set("made", Variant("free", "free", ("b_help",)))
    cells = np.floor(np.sort(free.truths["b_help"]) * 10).astype(int)
    assert cells.tolist() == list(range(10))
    assert np.array_equal(free.parameters["b_help"], np.repeat(free.truths["b_help"], 20))
    kept = {k: v for k, v in free.parameters.items() if k != "b_help"}
    assert all(np.array_equal(v, people.parameters[k]) for k, v in kept.items())
    with pytest.raises(ValueError, match="differs between patients"):
        people.set("made", Variant("no", "no", ("regulation",)))


def test_a_pure_hypothesis_has_all_the_weight_and_the_mixture_its_own(people: Patients) -> None:
    pure = people.under(Hypothesis("virus"))
    own = weights("virus")
    assert {name: float(pure[name].mean()) for name in own} == own
    mixed = people.under(Hypothesis("mixture"))
    assert np.array_equal(mixed["h_pool"], people.parameters["h_pool"])


def test_the_years_before_have_chances_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def seen(*given: Any) -> Lesions:
        seeds.append(given[4])
        return sample_lesions(*given)

    monkeypatch.setattr("diapedesis.trials.patients.sample_lesions", seen)
    people = recruit(trial(Arm("a", "a")), 2, 10, seed=5)
    assert seeds and people.seed not in seeds


def test_too_few_patients_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diapedesis.trials.patients.MOST_EDSS", 0.0)
    with pytest.raises(ValueError, match="patients: found 0 of a truth, expected 2"):
        recruit(replace(depletion_trial(), id="nobody"), 2, 10, seed=1)
