"""Patients in whom PML comes, in every arm of a scenario: drawn by risk from those on the drug.

PML is rare, so it is not waited for among everybody. Patients of possible truths are drawn, and
cases among them in proportion to the chance of a seed in the arm where it is highest. A case has
the same added-up hazard to wait for in every arm: where an arm does not reach it, it has no seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.cohort import Adults
from diapedesis.infer.names import covariates
from diapedesis.infer.stability import stability
from diapedesis.observe.draws import Array, child, root
from diapedesis.population.crossing import at_day, crossing
from diapedesis.population.scenario import Scenario
from diapedesis.population.truths import stream, truths
from diapedesis.population.virus_antibodies import (
    YEARS,
    Antibodies,
    as_antibodies_change,
    sample_antibodies,
)
from diapedesis.population.virus_onset import Seeds, seeding_hazard
from diapedesis.population.virus_patients import Index, VirusPatients
from diapedesis.simulate import Protocol

GRID = 28.0
"""Days between which the index is taken as constant."""
MOST_EACH, FEWEST_TRUTHS = 20, 40
"""Cases of each possible truth, and possible truths below which there are fewer of each."""
CANDIDATES = 100
"""Patients on the drug of each possible truth, among whom its cases are drawn."""


@dataclass(frozen=True, eq=False)
class VirusCases:
    """Cases, and what makes them cases in each arm.

    Attributes
    ----------
    arms : dict of str to VirusPatients
        The same cases by arm; arms differ in parameters that they fix.
    protocols : dict of str to Protocol
        Given until the diagnosis; day 0 is the first dose.
    seeds : dict of str to Seeds
    truth : ndarray of int, shape (n,)
        Possible truth of each.
    risk : ndarray, shape (m,)
        Mean probability of a seed in the arm where it is highest, of the patients of each truth.
    chances : ndarray, shape (m, n_candidates)
        The same of each patient.
    """

    arms: dict[str, VirusPatients]
    protocols: dict[str, Protocol]
    seeds: dict[str, Seeds]
    truth: Index
    risk: Array
    chances: Array


def draw_cases(scenarios: Mapping[str, Scenario]) -> VirusCases:
    """Draw the cases of the arms of a scenario with JC virus.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Alike in patients, seed and last day.
    """
    first = next(iter(scenarios.values()))
    assert first.virus is not None
    each = max(1, min(MOST_EACH, first.n // FEWEST_TRUTHS))
    m = -(-first.n // each)
    rng = stream(first.seed, "cases of a scenario")
    drawn, antibodies = _candidates(first, m, rng)
    days = np.append(np.arange(0.0, first.until - first.first_dose, GRID), _length(first))
    protocols = {name: from_first_dose(s) for name, s in scenarios.items()}
    hazards = _hazards(drawn, antibodies, scenarios, protocols, days)
    most = np.max([own[:, -1] for _, own in hazards.values()], axis=0)
    chances = np.where(_steady(drawn, scenarios), -np.expm1(-most), 0.0).reshape(m, CANDIDATES)
    at = drawn_by_risk(chances, rng, each)[: first.n]
    seed = int(rng.integers(2**62))
    pick = lambda d: {key: v[at] for key, v in d.items()}  # noqa: E731
    cases = VirusPatients.of(first.model, pick(drawn.parameters), pick(drawn.inputs), at.size, seed)
    chance = chances.ravel()[at]
    target = np.where(chance > 0, -np.log1p(-cases.uniform("seed") * chance), np.inf)
    seeds = {}
    for name, (usual, own) in hazards.items():
        seeded = crossing(days, own[at], target)
        level = at_day(days, usual[at], np.nan_to_num(seeded))
        seeds[name] = Seeds(np.where(np.isfinite(seeded), level, np.inf))
    arms = {name: _fixed(cases, s) for name, s in scenarios.items()}
    truth = np.repeat(np.arange(m), each)[: first.n]
    return VirusCases(arms, protocols, seeds, truth, chances.mean(axis=1), chances)


def _hazards(
    drawn: VirusPatients,
    antibodies: Antibodies,
    scenarios: Mapping[str, Scenario],
    protocols: Mapping[str, Protocol],
    days: Array,
) -> dict[str, tuple[Array, Array]]:
    """Return the added-up hazard of each arm, at the first index and as antibodies change."""
    known: dict[object, tuple[Array, Array]] = {}
    found = {}
    for name, s in scenarios.items():
        alike = (protocols[name], tuple(sorted(s.fixed.items())))
        if alike not in known:
            people = _fixed(drawn, s)
            usual = seeding_hazard(people, protocols[name], days)
            known[alike] = usual, as_antibodies_change(people, antibodies, days, usual)
        found[name] = known[alike]
    return found


def _steady(drawn: VirusPatients, scenarios: Mapping[str, Scenario]) -> NDArray[np.bool_]:
    """Return whose untreated state stays as it is in every arm."""
    fixed = {tuple(sorted(s.fixed.items())): s for s in scenarios.values()}
    parts = [stability(drawn.model, _fixed(drawn, s).parameters).stable for s in fixed.values()]
    return np.asarray(np.all(parts, axis=0))


def from_first_dose(scenario: Scenario) -> Protocol:
    """Return what is given until the diagnosis, with the first dose on day 0."""
    given, by = scenario.subject.protocol, scenario.first_dose
    later = lambda many: tuple(replace(x, time=x.time - by) for x in many)  # noqa: E731
    antibodies = tuple(replace(a, onset=a.onset - by, end=a.end - by) for a in given.antibodies)
    weights = tuple((day - by, kg) for day, kg in given.weights)
    return replace(given, doses=later(given.doses), antibodies=antibodies, weights=weights)


def drawn_by_risk(chance: Array, rng: np.random.Generator, size: int | None = None) -> Index:
    """Draw as many patients of each truth as it has, or another number, by their chances.

    Drawn at even distances (systematic resampling), so that a patient of k times the mean chance
    is drawn k times, give or take one. Where nobody has a chance all are alike.

    Parameters
    ----------
    chance : ndarray, shape (m, n)
    rng : Generator
    size : int, optional

    Returns
    -------
    ndarray of int, shape (m * size,)
        Places, flat, truths outermost.
    """
    n = chance.shape[1]
    k = n if size is None else size
    found = []
    for j, row in enumerate(chance):
        weight = row if row.any() else np.ones(n)
        edges = np.cumsum(weight / weight.sum())
        points = (np.arange(k) + rng.random()) / k
        found.append(np.minimum(np.searchsorted(edges, points), n - 1) + j * n)
    return np.concatenate(found)


def _length(scenario: Scenario) -> float:
    return scenario.until - scenario.first_dose


def _candidates(
    scenario: Scenario, m: int, rng: np.random.Generator
) -> tuple[VirusPatients, Antibodies]:
    """Return those on the drug of each of `m` possible truths, and their antibodies."""
    k = CANDIDATES
    asked, model = scenario.virus, scenario.model
    assert asked is not None
    parameters = Adults.sample(model, m, k, rng).parameters(model, truths(model, m, rng))
    del parameters["edss_0"]  # that before PML is drawn with the case
    if asked.jcv_index is None:
        antibodies = sample_antibodies(m, k, rng, positive=asked.jcv_positive)
    else:
        constant = np.full((m * k, YEARS), asked.jcv_index)
        antibodies = Antibodies(constant, constant)
    known = covariates(scenario.subject) | {
        "prior_immunosuppressant": float(asked.prior_immunosuppressant)
    }
    inputs = {id: np.full(m * k, value) for id, value in known.items()}
    inputs["jc_index"] = antibodies.index[:, 0]
    return VirusPatients(model, parameters, inputs, child(root(0), range(m * k))), antibodies


def _fixed(patients: VirusPatients, scenario: Scenario) -> VirusPatients:
    """Return the patients with what a scenario fixes."""
    stated = {id: np.full(patients.n, value) for id, value in scenario.fixed.items()}
    return replace(patients, parameters=patients.parameters | stated)
