"""Registries of PML: laws that hold whatever the numbers, and two ways to one answer."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from diapedesis.models import pml
from diapedesis.models.pml import seeding
from diapedesis.observe.serology import YEAR
from diapedesis.population.crossing import at_day
from diapedesis.population.virus_antibodies import as_antibodies_change
from diapedesis.population.virus_cases import drawn_by_risk
from diapedesis.population.virus_onset import seeding_hazard
from diapedesis.simulate import Protocol, schedule, solve
from diapedesis.validation.behaviours import validate_behaviours
from diapedesis.validation.cox import hazard_ratio
from diapedesis.validation.pml_registry import GRID
from diapedesis.validation.pml_shared import Registries
from diapedesis.validation.pml_steady import SIX_YEARS
from diapedesis.validation.pml_world import (
    DROP_OUT,
    OPEN,
    World,
    dropped_out,
    every_four_weeks,
    followed,
    mixture,
    scans,
)
from diapedesis.validation.published import behaviours
from diapedesis.validation.studies_pml_scans import first_seen

M, N = 3, 120


@pytest.fixture(scope="module")
def shared() -> Registries:
    return Registries.of(pml(), M, N, seed=1)


@pytest.mark.slow
def test_every_row_is_found_and_no_thread_or_block_matters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = validate_behaviours(("pml", "nfl"), "reduced")
    wanted = [b.id for b in behaviours() if b.block in ("pml", "nfl")]
    assert both.frame["id"].tolist() == wanted
    assert np.isfinite(both.frame[["simulated", "sim_05", "sim_95"]]).all(axis=None)
    assert "drawn in proportion to their risk" in both.to_markdown()
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    alone = validate_behaviours(("nfl",), "reduced")
    row = both.frame[both.frame["id"] == "nfl.pml"].reset_index(drop=True)
    assert alone.frame.equals(row)


def test_patients_are_drawn_as_often_as_their_risk_says() -> None:
    chance = np.random.default_rng(1).lognormal(0, 2, (5, 400))
    at = drawn_by_risk(chance, np.random.default_rng(2))
    assert (at.reshape(5, -1) // 400 == np.arange(5)[:, None]).all()
    times = np.bincount(at, minlength=2000).reshape(5, 400)
    expected = 400 * chance / chance.sum(axis=1, keepdims=True)
    assert (np.abs(times - expected) < 1 + 1e-9).all()


def test_cases_stand_for_the_risk_of_everybody(shared: Registries) -> None:
    world, cases = shared.world, shared.world.cases
    p, end = world.starting, followed(world.starting)
    given = every_four_weeks(np.minimum(dropped_out(p), end))
    days = np.arange(0.0, OPEN + GRID, GRID)
    hazard = seeding_hazard(p, given, days)
    hazard = as_antibodies_change(p, shared.registry.antibodies, days, hazard)
    chance = -np.expm1(-at_day(days, hazard, end)).reshape(M, N)
    had = p.inputs["prior_immunosuppressant"].reshape(M, N) > 0
    among = cases.patients.inputs["prior_immunosuppressant"].reshape(M, N).mean(axis=1)
    # Drawn at even distances: a group has its share of cases, give or take its members' rounding.
    assert np.allclose(cases.risk, chance.mean(axis=1), rtol=1e-3)
    assert np.allclose(cases.risk * among, (chance * had).mean(axis=1), rtol=0.15)
    assert (cases.seeded <= cases.ends).all()
    assert (np.abs(cases.onset.seeded - cases.seeded) <= GRID).all()


def test_scaled_hazard_is_that_of_the_model_with_another_index(shared: Registries) -> None:
    p = shared.registry.patients.some(np.arange(6))
    days, given = np.arange(0.0, 3 * YEAR, GRID), Protocol.every(GRID, n=60)
    other = replace(p, inputs=p.inputs | {"jc_index": np.linspace(0.1, 3.5, 6)})
    antibodies = shared.registry.antibodies.some(np.arange(6))
    constant = replace(
        antibodies, index=np.repeat(other.inputs["jc_index"][:, None], antibodies.index.shape[1], 1)
    )
    scaled = as_antibodies_change(p, constant, days, seeding_hazard(p, given, days))
    # Relative tolerance: that of the solver, added over the steps.
    assert np.allclose(scaled[:, 1:], seeding_hazard(other, given, days)[:, 1:], rtol=1e-3)


def test_scaled_hazard_is_that_of_an_index_that_changes_from_year_to_year(
    shared: Registries,
) -> None:
    """The index as an input with steps; the registry takes a year's index for whole intervals."""
    days, given, n = np.arange(0.0, 4 * YEAR, GRID), Protocol.every(GRID, n=70), 4
    p, antibodies = shared.registry.patients.some(np.arange(n)), shared.registry.antibodies
    antibodies = antibodies.some(np.arange(n))
    rising = replace(antibodies, index=np.linspace([0.3] * n, [3.5] * n, 12, axis=1))
    p = replace(p, inputs=p.inputs | {"jc_index": rising.index[:, 0]})
    scaled = as_antibodies_change(p, rising, days, seeding_hazard(p, given, days))
    first = np.searchsorted(days, YEAR * np.arange(12))
    starts = [-np.inf, *days[first[(first > 0) & (first < days.size)]]]
    held = tuple(zip(starts, rising.index[0].tolist(), strict=False))
    plain = schedule(given, seeding())
    plan = replace(plain, steps={**(plain.steps or {}), "jc_index": held})
    solved = solve(
        seeding(),
        plan,
        days,
        ("cumulative_seeding_rate",),
        parameters={k: v for k, v in p.parameters.items() if k in seeding().parameters},
        inputs={k: v for k, v in p.inputs.items() if k in seeding().inputs and k != "jc_index"},
        t0=0.0,
    )["cumulative_seeding_rate"]
    # Relative tolerance: that of the solver, added over the steps; weight is that of the plan.
    assert np.allclose(scaled[:, 1:], solved[:, 1:], rtol=2e-3)


def test_risk_adds_up_over_windows_and_never_falls(shared: Registries) -> None:
    steady = shared.steady
    parts = sum(steady.risk(k * YEAR, (k + 1) * YEAR) for k in range(6))
    assert np.allclose(parts, steady.risk(0.0, SIX_YEARS), rtol=0, atol=1e-12)
    assert (steady.risk(0.0, YEAR) >= 0).all()
    assert (steady.risk(0.0, SIX_YEARS, 2.0) >= steady.risk(0.0, SIX_YEARS)).all()
    assert (steady.risk(0.0, 90.0) == 0).mean() > 0.95  # nobody is found so soon


@pytest.mark.slow
def test_cases_drawn_by_risk_and_expected_risk_agree(shared: Registries) -> None:
    registry, p = shared.registry, shared.registry.patients
    given = [Protocol.every(GRID, n=90)] * p.n
    ends = np.full(p.n, SIX_YEARS)
    cases = registry.cases(p, registry.antibodies, given, ends, scans(p), "cross-check")
    found = cases.known.reshape(M, N)
    drawn = cases.risk * found.mean(axis=1)
    expected = shared.steady.risk(0.0, SIX_YEARS).reshape(M, N).mean(axis=1)
    # Standard error of a share of N draws, and as much again for the unseen phase of the others.
    error = cases.risk * np.sqrt(0.25 / N) * np.sqrt(2)
    assert (np.abs(drawn - expected) < 4 * error).all()


def test_a_later_cut_finds_longer_exposure(shared: Registries) -> None:
    early, late = shared.world, World(shared.registry, later=3 * YEAR)
    months = [np.median(w.cases.exposure[w.known].reshape(-1)) for w in (early, late)]
    assert months[1] > months[0]
    assert late.known.mean() > early.known.mean()


def test_starts_lie_between_the_opening_and_the_cut_and_grow(shared: Registries) -> None:
    days = followed(shared.registry.patients)
    assert ((days >= 0) & (days <= OPEN)).all()
    first, second = ((days > OPEN - k * YEAR) & (days <= OPEN - (k - 1) * YEAR) for k in (1, 4))
    assert first.mean() < second.mean()


def test_patients_leave_the_drug_as_often_as_said(shared: Registries) -> None:
    stop = dropped_out(shared.registry.patients)
    # A share of M * N patients: within 4 standard errors.
    assert (stop < YEAR).mean() == pytest.approx(DROP_OUT, abs=4 * 0.39 / np.sqrt(M * N))
    last = np.array([p.last_dose for p in shared.world.cases.protocols])
    assert (last <= stop[shared.world.cases.origin]).all()


def test_a_case_needs_virus_in_csf_which_leaves_out_small_lesions(shared: Registries) -> None:
    world = shared.world
    without = world.known & ~world.registered
    assert (world.known | ~world.registered).all() and without.any()
    assert (world.load(0)[world.detected(0)] > 0).all()
    volume = world.on("pml_volume", 0.0)
    assert np.median(volume[world.registered]) > np.median(volume[without])


def test_who_is_found_after_the_cut_is_not_heard_of(shared: Registries) -> None:
    world, cases = shared.world, shared.world.cases
    late = np.isfinite(cases.onset.diagnosis) & (cases.onset.diagnosis > cases.ends)
    assert late.any() and not world.known[late].any() and not world.registered[late].any()
    assert np.isnan(world.on("edss", 0.0)[late]).all() and np.isnan(world.death[late]).all()


def test_scans_never_delay_the_diagnosis(shared: Registries) -> None:
    onset, p = shared.world.cases.onset, shared.world.cases.patients
    none, often = (onset.rescanned(p, k) for k in (np.inf, 91.0))
    told = np.isfinite(none.diagnosis)
    assert not none.by_scan.any()
    assert (often.diagnosis[told] <= none.diagnosis[told]).all()
    assert often.by_scan.mean() > 0.3


def test_denser_scans_show_a_lesion_for_longer(shared: Registries) -> None:
    cases = shared.world.cases
    known = cases.known
    phases = []
    for apart in (60.0, 365.0):
        first = first_seen(cases.patients, cases.onset, np.full(known.size, apart))
        phase = (cases.onset.diagnosis - first)[known]
        assert (phase[np.isfinite(phase)] > 0).all()
        phases.append(np.nan_to_num(phase).mean())
    assert phases[0] > phases[1]


def test_history_makes_an_interval_without_effect_look_protective(shared: Registries) -> None:
    trial = shared.interval
    nothing = trial.ratio(effect=False)
    assert (nothing < 1).all()
    cases, at_risk = trial.counts()
    assert (cases >= 0).all() and (np.diff(at_risk, axis=-1) <= 1e-9).all()
    assert (trial.infusions(np.arange(5), trial.end[:5], longer=False) >= 1).all()


def test_groups_fixed_at_the_start_have_the_ratio_of_their_hazards() -> None:
    left = 1000 * np.exp(-0.01 * np.arange(50))
    assert hazard_ratio(0.02 * left, 0.05 * left, left, left) == pytest.approx(0.4)
    assert hazard_ratio(0.02 * left, 0.05 * left, 3 * left, left) == pytest.approx(0.4 / 3)
    assert np.isnan(hazard_ratio(np.zeros(50), left, left, left))


def test_shares_of_a_mixture_are_kept() -> None:
    values = mixture((np.arange(1000) + 0.5) / 1000, ((91.0, 0.08), (183.0, 0.07)))
    shares = [np.mean(values == v) for v in (91.0, 183.0, np.inf)]
    assert shares == pytest.approx([0.08, 0.07, 0.85], abs=1e-9)
