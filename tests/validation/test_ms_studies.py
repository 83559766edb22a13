"""Studies of MS: laws that any set of parameters obeys, and cases worked by hand."""

from __future__ import annotations

import os

import numpy as np
import pytest

from diapedesis.models import ms
from diapedesis.population.ms_stopped import AFTER, WEEK
from diapedesis.simulate import Course, Depletion
from diapedesis.validation import studies_affirm, studies_restore, studies_rinaldi, studies_stop
from diapedesis.validation.behaviours import validate_behaviours
from diapedesis.validation.ms_estimate import (
    STUDIES,
    Estimate,
    hazard_ratio,
    mean,
    pooled,
    ratio,
    share,
)
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.realised import edss_rise
from diapedesis.validation.rebound_definitions import DEFINITIONS, rebound_definitions

EARLY = AFTER <= 6 * WEEK


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials.of(ms(), 4, 100, 3)


def test_stopping_brings_no_more_lesions_than_placebo_in_six_weeks(trials: Trials) -> None:
    p, natural = trials.starting, trials.stopped.natural
    births = natural["lesion_births"][:, EARLY].mean(axis=1)
    assert births.mean() < 0.5 * p.parameters["lesion_rate"].mean()
    assert (births < p.parameters["lesion_rate"]).mean() > 0.9


def test_the_null_returns_to_ones_own_level_and_the_mixture_may_pass_it(trials: Trials) -> None:
    null, mixture = (t.stopped.natural["tone"] for t in (trials.null, trials))
    assert null[:, -1].mean() == pytest.approx(1, abs=0.1)
    assert null.max(axis=1).mean() < 1.5
    assert mixture.max(axis=1).mean() > null.max(axis=1).mean()
    same = trials.null.starting
    assert same.drift.tobytes() == trials.starting.drift.tobytes()


def test_definitions_find_more_where_there_is_something_to_find(trials: Trials) -> None:
    frame = rebound_definitions(trials)
    assert frame["definition"].tolist() == [d.name for d in DEFINITIONS.values()]
    assert (frame[["mixture", "null"]] >= 0).all(axis=None)
    assert frame.set_index("source").loc["R029", "excess"] > 0
    assert frame.set_index("source").loc["R035", "null"] > 3  # counting alone


def test_arms_differ_from_the_day_on_which_their_drug_begins(trials: Trials) -> None:
    stopped = trials.stopped
    for drug in (Course("fingolimod", 56.0), Depletion("anti_cd20", 56.0)):
        arm = stopped.arm(drug)["lesion_births"]
        natural = stopped.natural["lesion_births"]
        np.testing.assert_allclose(arm[:, AFTER <= 56], natural[:, AFTER <= 56], rtol=1e-3)
        assert arm[:, AFTER > 112].mean() < natural[:, AFTER > 112].mean()


def test_restore_counts_until_the_mri_recurs(trials: Trials) -> None:
    who = studies_restore.Arm(trials.stopped, ())
    assert not (who.mri(12) & ~who.mri(24)).any()
    assert not (who.mri(24) & ~who.more_than(0)).any()  # two new lesions are lesions
    assert not (who.more_than(5) & ~who.more_than(0)).any()
    day = who.seen.first_relapse(0.0, 24 * WEEK)
    assert (day[who.relapsed()] <= who.recurred[who.relapsed()]).all()
    assert set(np.unique(who.recurred)) <= {*(4 * WEEK * np.arange(1, 7)), np.inf}


def test_steroid_hides_few_lesions_on_scans_made_before_it_is_given(trials: Trials) -> None:
    stopped = trials.stopped
    given = studies_restore.GIVEN["methylprednisolone"]
    barrier = stopped.arm(*given, keep=("steroid_barrier",))["steroid_barrier"]
    at = np.searchsorted(AFTER, studies_restore.SCANS)
    assert barrier[:, at].max() < 0.01
    assert barrier.max() > 0.5


def test_persistent_antibodies_bring_lesions_back(trials: Trials) -> None:
    found = studies_affirm.affirm(trials)
    on, off = found["ms.gd_on"].centre, found["ms.gd_untreated"].centre
    assert on is not None and off is not None
    assert (on < off).all()
    lost = found["ms.ada_loss"].centre
    assert lost is not None and (lost > on / off).all()
    few, many = found["ms.arr_on"].centre, found["ms.arr_untreated"].centre
    assert few is not None and many is not None and (few < many).all()


def test_the_peak_is_found_where_a_curve_has_it() -> None:
    day = 150.5
    curve = np.exp(-((AFTER - day) ** 2) / 800.0)
    month, height = studies_stop._peak(AFTER, [curve, 3 * curve])
    assert month * 30.4375 == pytest.approx([day, day])
    assert height == pytest.approx([1.0, 3.0])


def test_disability_rises_with_lesions_and_steroid_leaves_less(trials: Trials) -> None:
    p = trials.starting.some(np.arange(4))
    days = np.arange(0.0, 210.0, 7.0)
    some = np.zeros((4, days.size), int)
    some[:, 4:10] = [[0], [5], [20], [20]]
    steroid = np.array([np.inf, np.inf, np.inf, 28.0])
    alike = p.some(np.zeros(4, int))
    rise = edss_rise(alike, days, some, 1.0 + some / 5.0, steroid)
    assert rise[0] == pytest.approx(np.zeros(days.size), abs=1e-6)
    assert 0 < rise[1].max() < rise[2].max() < 7
    assert 0 < rise[3, -1] < rise[2, -1]


def test_the_centre_is_over_all_who_enter_and_studies_have_the_published_size() -> None:
    rng = np.random.default_rng(0)
    e = Estimate(2, 500, rng)
    value = np.concatenate([rng.normal(0, 1, 500), rng.normal(5, 1, 500)])
    who = np.tile([True, True, False, False], 250)
    found = e.found(mean(value), who, [25], "Note.")
    assert found.centre is not None
    expected = [value[:500][who[:500]].mean(), value[500:][who[500:]].mean()]
    assert found.centre == pytest.approx(expected)
    assert found.values.shape == (2 * STUDIES,)
    assert found.values[:STUDIES].std() == pytest.approx(1 / 5, rel=0.5)
    assert "50% of the virtual patients enter" in found.note


def test_a_truth_in_which_nobody_enters_has_no_value() -> None:
    e = Estimate(2, 3, np.random.default_rng(0))
    found = e.found(mean(np.ones(6)), np.array([True] * 3 + [False] * 3), [2], "")
    assert found.centre is not None
    assert np.isnan(found.centre).tolist() == [False, True]
    assert np.isnan(found.values).mean() == 0.5


def test_statistics_by_hand() -> None:
    at = np.arange(4)
    event = np.array([True, True, False, False])
    none = np.zeros(4, bool)
    assert share(event)(at) == 50
    assert ratio(np.array([1, 1, 3, 3]), np.array([4, 4, 4, 4]))(at) == 0.5
    assert hazard_ratio(event, event)(at, at) == 1
    # half an event is added: 2.5 of 5 against 0.5 of 5
    assert hazard_ratio(event, none)(at, at) == pytest.approx(np.log(0.5) / np.log(0.9))
    assert pooled([event, none], [30, 10])(at, at) == pytest.approx(37.5)


def test_neither_threads_nor_other_blocks_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    both = validate_behaviours(("tofingo", "switch"), "reduced")
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    alone = validate_behaviours(("tofingo",), "reduced")
    block = both.frame[both.frame["id"].str.startswith("tofingo.")].reset_index(drop=True)
    assert alone.frame.equals(block)
    assert alone.definitions.empty
    assert both.not_modelled == {}
    assert 0 < both.recruited["admitted"] < 1


def test_the_series_of_switchers_has_numbers_that_fit_together(trials: Trials) -> None:
    found = studies_rinaldi.rinaldi(trials)["switch.rinaldi"]
    assert found.centre is not None and found.centre.shape == (1,)
    assert found.values.shape == (trials.m,)
    series = {k: v for k, v in found.variants.items() if k.endswith("patients")}
    numbers = {k.split(" (")[0]: v for k, v in series.items()}
    assert (numbers["relapsed"] + numbers["mri only"] == numbers["reactivated"]).all()
    assert (numbers["first month"] <= numbers["reactivated"]).all()
    again = studies_rinaldi.rinaldi(trials)["switch.rinaldi"]
    assert again.centre is not None and again.centre.tobytes() == found.centre.tobytes()
