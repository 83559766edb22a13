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
from scipy.stats import nbinom, poisson

from diapedesis.core import Model
from diapedesis.infer.fit import fit
from diapedesis.infer.names import covariates
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.models.ms import ms
from diapedesis.observe import Subject
from diapedesis.population.scenario import Scenario

Array = NDArray[np.float64]
CANDIDATES = 64
"""From which each patient is chosen when facts from before the drug are given."""
FIT_DRAWS = 1000
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


def draw_patients(scenario: Scenario) -> Patients:
    """Draw the patients of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Patients
        The same for every arm with this subject, seed, hypothesis, parameters and facts.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> few = draw_patients(Scenario(Subject(Protocol.every(28, n=3)), until=90.0, n=5))
    >>> few.drawn["cl"].shape
    (5,)
    """
    model = ms()
    prior, facts = _prior(model), (scenario.relapses, scenario.gd) != (None, None)
    each = CANDIDATES if facts else 1
    rng = np.random.default_rng([scenario.seed, 0])
    drawn = _natural(prior, prior.sample(scenario.n * each, rng))
    if scenario.subject.levels:
        kinetic = _fitted(_until_last_level(scenario.subject), scenario.seed)
        at = np.arange(scenario.n) % FIT_DRAWS
        drawn |= {k: np.repeat(v[at], each) for k, v in kinetic.items()}
    fixed = scenario.fixed
    likely = None
    if facts:
        values = {**{k: p.default for k, p in model.parameters.items()}, **drawn, **fixed}
        weight = fact_likelihood(model, values, scenario.relapses, scenario.gd)
        weight = np.broadcast_to(weight, (scenario.n * each,)).reshape(scenario.n, each)
        chance = np.random.default_rng([scenario.seed, 1]).random(scenario.n)
        drawn = {k: v[_chosen(weight, chance)] for k, v in drawn.items()}
        likely = float(weight.mean())
    drawn = {k: v for k, v in drawn.items() if k not in fixed}
    return Patients(drawn, fixed, covariates(scenario.subject), likely)


@lru_cache(maxsize=2)
def _prior(model: Model) -> Prior:
    return subject_prior(model)


def _natural(prior: Prior, z: Array) -> dict[str, Array]:
    values = prior.scale.natural(z)
    return {name: np.ascontiguousarray(values[:, j]) for j, name in enumerate(prior.names)}


def fact_likelihood(
    model: Model, values: Mapping[str, Array | float], relapses: int | None, gd: int | None
) -> Array:
    """Return the probability of facts from before the drug, for each set of parameter values.

    Relapses of a year are Poisson with the model's untreated rate. Lesions that enhance on a scan
    come in bursts of geometric size and fade exponentially: their number is negative binomial with
    mean ``lesion_rate * gd_duration`` and size that mean over ``burst_size - 1``. The two are taken
    as independent given the patient.
    """
    found = np.ones(np.shape(values["lesion_rate"]))
    if relapses is not None:
        found = found * poisson.pmf(relapses, YEAR * untreated_relapse_rate(model, values))
    if gd is not None:
        burst = np.maximum(values["burst_size"], 1 + 1e-6)
        size = values["lesion_rate"] * np.asarray(values["gd_duration"]) / (burst - 1)
        found = found * nbinom.pmf(gd, size, 1 / burst)
    return np.asarray(found)


def untreated_relapse_rate(model: Model, values: Mapping[str, Array | float]) -> Array:
    """Return relapses per day at the untreated tone, by the model's own laws."""
    rest = {"b_cell_help": 1.0, "platform_effect": 0.0, "tone_fold": 1.0, "attack": 1.0}
    known: dict[str, Array | float] = {**values, **rest}
    for id in ("lesion_births", "relapse_background", "relapse_rate"):
        law = model.outputs[id]
        known[id] = law.law(**{a: known[a] for a in law.arguments})
    return np.asarray(known["relapse_rate"], float)


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
