"""Virtual patients who fit a description: population uncertainty, spread, and what is known.

Patient i is drawn from its own rows of one stream: it is the same in every arm, and whatever the
number of patients. Facts from before the drug (relapses in a year, lesions on a scan) choose among
candidates in proportion to the probability with which each would have shown them, untreated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from diapedesis.core import Model
from diapedesis.infer.fit import fit
from diapedesis.infer.names import covariates
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.models.ms import ms
from diapedesis.observe import Subject
from diapedesis.population.scenario import Scenario, ScenarioError
from diapedesis.simulate import Protocol, solve

Array = NDArray[np.float64]
CANDIDATES = 64
"""From which each patient is chosen when facts from before the drug are given."""
FIT_DRAWS = 1000
MOST_UNSTABLE = 0.02
BLOCK = 64
"""Patients drawn at a time."""
YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Patients:
    """Parameters and covariates of virtual patients.

    Attributes
    ----------
    drawn : dict of str to ndarray, shape (n,)
        Every uncertain parameter as it is for each patient; without those fixed by the scenario.
    fixed : dict of str to float
        Values that the scenario sets for all.
    inputs : dict of str to float
        What the subject's covariates set.
    likely : float or None
        Mean probability with which candidates would have shown the facts given; ``None`` without.
    """

    drawn: dict[str, Array]
    fixed: dict[str, float]
    inputs: dict[str, float]
    likely: float | None = None

    def parameters(self, n: int) -> dict[str, Array]:
        """Return every value that differs from the model's default, shape (n,)."""
        return self.drawn | {k: np.full(n, v) for k, v in self.fixed.items()}


def draw_patients(
    scenario: Scenario,
    stops: float | None = None,
    chosen_with: Mapping[str, float] | None = None,
) -> Patients:
    """Draw the patients of a scenario.

    Parameters
    ----------
    scenario : Scenario
    stops : float, optional
        Day until which the drug has changed activity; by default the last dose.
    chosen_with : mapping of str to float, optional
        Fixed values with which candidates are weighed by the facts; by default the scenario's own.
        Arms are given those of the reference, so that all have the same patients.

    Returns
    -------
    Patients
        The same for every arm with this subject, seed, facts, `stops` and `chosen_with`, apart from
        what its hypothesis and parameters fix.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> few = draw_patients(Scenario(Subject(Protocol.every(28, n=3)), until=90.0, n=5))
    >>> few.drawn["cl"].shape
    (5,)
    """
    rng = np.random.default_rng([scenario.seed, 0])
    treated = (scenario.last_dose if stops is None else stops) - scenario.first_dose
    weighed = scenario.fixed if chosen_with is None else chosen_with
    starts = range(0, scenario.n, BLOCK)
    parts = [_block(scenario, treated, weighed, first, rng) for first in starts]
    fixed = scenario.fixed
    drawn = {k: np.concatenate([p[0][k] for p in parts])[: scenario.n] for k in parts[0][0]}
    drawn = {k: v for k, v in drawn.items() if k not in fixed}
    likely = None
    if parts[0][1] is not None:
        likely = float(np.mean([p[1] for p in parts]))
    if scenario.parameters:
        _check_stable({**drawn, **fixed})
    return Patients(drawn, fixed, covariates(scenario.subject), likely)


def _check_stable(values: Mapping[str, Array | float]) -> None:
    """Raise ScenarioError where values that were set make the untreated state run away.

    Draws of the population do so in fewer than one of a thousand.
    """
    from diapedesis.infer.stability import stability  # symbolic, and slow to set up

    rejected = stability(ms(), values).rejected
    if rejected > MOST_UNSTABLE:
        raise ScenarioError(
            "parameters",
            f"found an untreated state that runs away by itself in {100 * rejected:.0f} % of the"
            " patients, expected one that stays. Fix: set values nearer to those of the model card",
        )


def _block(
    scenario: Scenario,
    treated: float,
    weighed: Mapping[str, float],
    first: int,
    rng: np.random.Generator,
) -> tuple[dict[str, Array], float | None]:
    """Draw a whole block of patients, so that no number of patients changes a bit of one."""
    model, subject = ms(), scenario.subject
    facts = scenario.relapses is not None or scenario.gd is not None
    each = CANDIDATES if facts else 1
    prior = _prior(model)
    drawn = _natural(prior, prior.sample(BLOCK * each, rng))
    if subject.levels:
        kinetic = _fitted(_until_last_level(subject), scenario.seed)
        at = np.arange(first, first + BLOCK) % FIT_DRAWS
        drawn |= {k: np.repeat(v[at], each) for k, v in kinetic.items()}
    chance, drift = rng.random(BLOCK), rng.standard_normal(BLOCK)
    likely = None
    if facts:
        known = drawn | {k: np.full(BLOCK * each, v) for k, v in weighed.items()}
        weight = fact_likelihood(model, known, covariates(subject), scenario.relapses, scenario.gd)
        weight = weight.reshape(BLOCK, each)
        drawn = {k: v[_chosen(weight, chance)] for k, v in drawn.items()}
        likely = float(weight.mean())
    drawn["activity_now"] = activity_after(treated, drawn, scenario.fixed, drift)
    return drawn, likely


def activity_after(
    treated: float, drawn: Mapping[str, Array], fixed: Mapping[str, float], drift: Array
) -> Array:
    """Return activity at the end of treatment, fold of what it was before.

    It declines with the days `treated`, and drifts to a spread of its own within a year: what was
    measured before the drug was perhaps a bad year. The drift leaves the mean where it was.
    """
    values: dict[str, Array | float] = {**drawn, **fixed}
    decline = np.asarray(values["activity_decline"])
    sd = np.asarray(values["activity_drift"]) * min(treated / YEAR, 1.0)
    return np.asarray(np.exp(-decline * treated + sd * drift - 0.5 * sd**2))


@lru_cache(maxsize=2)
def _prior(model: Model) -> Prior:
    return subject_prior(model)


def _natural(prior: Prior, z: Array) -> dict[str, Array]:
    values = prior.scale.natural(z)
    return {name: np.ascontiguousarray(values[:, j]) for j, name in enumerate(prior.names)}


def fact_likelihood(
    model: Model,
    values: Mapping[str, Array],
    inputs: Mapping[str, float],
    relapses: int | None,
    gd: int | None,
) -> Array:
    """Return the probability of facts from before the drug, for each set of parameter values.

    Relapses of a year are Poisson with the model's untreated rate. Lesions that enhance on a scan
    come in bursts of geometric size and fade exponentially: their number is negative binomial, with
    the model's untreated mean, and that mean over ``burst_size - 1`` as size. The two are taken as
    independent given the patient.
    """
    asked = ("relapse_rate", "gd")
    before = dict(values) | {"activity_now": np.ones_like(values["burst_size"])}
    untreated = solve(
        model, Protocol(), [0.0], asked, parameters=before, inputs=inputs, t0=0.0
    ).raise_failures()
    log = np.zeros_like(values["burst_size"])
    if relapses is not None:
        mean = YEAR * untreated["relapse_rate"][:, 0]
        log += xlogy(relapses, mean) - mean - gammaln(relapses + 1)
    if gd is not None:
        burst = np.maximum(values["burst_size"], 1 + 1e-6)
        size = untreated["gd"][:, 0] / (burst - 1)
        log += gammaln(size + gd) - gammaln(size) - gammaln(gd + 1)
        log += xlog1py(gd, -1 / burst) - size * np.log(burst)
    return np.asarray(np.exp(log))


def _chosen(weight: Array, chance: Array) -> NDArray[np.intp]:
    """Return the row of the candidate of each patient, chosen in proportion to its weight."""
    n, each = weight.shape
    reached = np.cumsum(weight, axis=1)
    reached /= np.where(reached[:, -1:] > 0, reached[:, -1:], 1.0)
    place = np.minimum((reached <= chance[:, None]).sum(axis=1), each - 1)
    return np.arange(n) * each + place


def _until_last_level(subject: Subject) -> Subject:
    """Return what had happened when the last level was drawn: the same in every arm."""
    last, given = subject.levels[-1].time, subject.protocol
    past = replace(
        given,
        doses=tuple(d for d in given.doses if d.time <= last),
        sessions=tuple(s for s in given.sessions if s.time <= last),
        antibodies=tuple(a for a in given.antibodies if a.onset <= last),
        treatments=(),
    )
    return replace(subject, protocol=past)


@lru_cache(maxsize=4)
def _fitted(subject: Subject, seed: int) -> dict[str, Array]:
    """Return draws of the drug's parameters given the subject's levels, on the last occasion."""
    found = fit(subject, n_draws=FIT_DRAWS, seed=seed)
    return found.on_occasion(len(subject.occasions))
