"""The virtual patients of a trial: possible truths, adults around them, rules of entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.cohort import Adults
from diapedesis.models.ms import ms
from diapedesis.observe import LesionProcess, Lesions, sample_lesions
from diapedesis.population.patients import activity_after
from diapedesis.population.truths import stream, truths
from diapedesis.simulate import Protocol, solve
from diapedesis.trials.design import Trial, Variant
from diapedesis.trials.hypotheses import Hypothesis

Array = NDArray[np.float64]
Index = NDArray[np.intp]
YEAR = 365.0
SETTLING = 150.0
"""Days after which scans no longer depend on the day on which the first lesion could be born."""
MOST_EDSS = 6.5
EACH = (3, 6, 12, 24, 48)
"""Candidates for each place, tried in turn until every truth has its patients."""


@dataclass(frozen=True, eq=False)
class Patients:
    """Patients of `m` possible truths, `n` of each; flat, truths outermost, then by activity.

    Attributes
    ----------
    model : Model
    m, n : int
    truths : dict of str to ndarray, shape (m,)
    parameters, inputs : dict of str to ndarray, shape (m * n,)
    gd_before : ndarray of int, shape (m * n,)
        Enhancing lesions on the scan before the drug.
    seed : int
    """

    model: Model
    m: int
    n: int
    truths: dict[str, Array]
    parameters: dict[str, Array]
    inputs: dict[str, Array]
    gd_before: NDArray[np.signedinteger]
    seed: int

    @property
    def process(self) -> LesionProcess:
        """How their lesions come, last and are felt."""
        return LesionProcess.of(self.parameters)

    def set(self, name: str, variant: Variant) -> Patients:
        """Return the same patients with what a variant leaves free; `name` is the trial's."""
        free = {id: _even(self.m, stream(self.seed, f"{name} free {id}")) for id in variant.free}
        for id in free:
            if self.model.parameters[id].iiv:
                raise ValueError(f"free: found {id!r}, which differs between patients")
        own = {id: np.repeat(values, self.n) for id, values in free.items()}
        return replace(self, truths=self.truths | free, parameters=self.parameters | own)

    def under(self, hypothesis: Hypothesis) -> dict[str, Array]:
        """Return their parameters under a hypothesis."""
        return self.parameters | hypothesis.weights(self.parameters)


def recruit(trial: Trial, patients: int, truths_wanted: int, seed: int) -> Patients:
    """Recruit patients for each of the possible truths, as the rules of entry want them.

    Assumption: who stops the drug had, before it, a relapse within a year or two within two years,
    and an EDSS of at most 6.5. Activity has declined and drifted since, as the model says.

    Parameters
    ----------
    trial : Trial
    patients : int
        Of each truth.
    truths_wanted : int
    seed : int

    Raises
    ------
    ValueError
        When a truth does not give enough patients.
    """
    model, m, n = ms(), truths_wanted, patients
    rng = stream(seed, f"{trial.id} truths")
    typical = truths(model, m, rng)
    typical |= {id: np.full(m, model.parameters[id].default) for id in trial.held if id in typical}
    for each in EACH:
        found = _candidates(trial, typical, each * n, seed)
        if (found.good.sum(axis=1) >= n).all():
            break
    else:
        raise ValueError(f"patients: found {found.good.sum(axis=1).min()} of a truth, expected {n}")
    at = _every_kind(found, n, stream(seed, f"{trial.id} places"))
    return Patients(
        model,
        m,
        n,
        typical,
        {id: v[at] for id, v in found.parameters.items()},
        {id: v[at] for id, v in found.inputs.items()},
        found.gd_before[at],
        seed,
    )


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Adults of each truth: flat, but for `good`, who meets the rules of entry."""

    parameters: dict[str, Array]
    inputs: dict[str, Array]
    births: Array
    gd_before: NDArray[np.signedinteger]
    good: NDArray[np.bool_]


def _candidates(trial: Trial, typical: Mapping[str, Array], n: int, seed: int) -> _Candidates:
    model = ms()
    m = next(iter(typical.values())).size
    adults = Adults.sample(model, m, n, stream(seed, f"{trial.id} adults {n}"))
    parameters, inputs = adults.parameters(model, typical), adults.tiled(m)
    births, other = _before(model, parameters, inputs)
    chances = int(stream(seed, f"{trial.id} two years").integers(2**31))  # not those of the trial
    past = _two_years(parameters, births, other, chances)
    z = stream(seed, f"{trial.id} drift {n}").standard_normal(m * n)
    treated = trial.history.last_dose - trial.history.start
    parameters["activity_now"] = activity_after(treated, parameters, {}, z)
    good = entering(past, parameters["edss_0"]).reshape(m, -1)
    return _Candidates(parameters, inputs, births, past.enhancing([0.0])[:, 0], good)


def _every_kind(found: _Candidates, n: int, rng: np.random.Generator) -> Index:
    """Return `n` of those who may enter, of each truth: evenly spread from least to most active."""
    active = (found.births * found.parameters["activity_now"]).reshape(found.good.shape)
    chosen = []
    for row, (good, activity) in enumerate(zip(found.good, active, strict=True)):
        who = np.flatnonzero(good)
        who = who[np.argsort(activity[who], kind="stable")]
        places = (np.arange(n) + rng.random(n)) * who.size / n
        chosen.append(row * good.size + who[places.astype(int)])
    return np.concatenate(chosen)


def entering(past: Lesions, edss: Array) -> NDArray[np.bool_]:
    """Return who meets the rules of entry, of subjects whose two years up to day 0 are known."""
    one, two = past.relapses(-YEAR, 0.0), past.relapses(-2 * YEAR, 0.0)
    return ((one >= 1) | (two >= 2)) & (edss <= MOST_EDSS)


def _before(
    model: Model, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
) -> tuple[Array, Array]:
    """Return lesions born, and relapses that belong to no lesion, per day without any drug."""
    found = solve(
        model,
        Protocol(),
        [0.0],
        ("lesion_births", "relapse_background"),
        parameters=parameters,
        inputs=inputs,
    ).raise_failures()
    return found["lesion_births"][:, 0], found["relapse_background"][:, 0]


def _two_years(parameters: Mapping[str, Array], births: Array, other: Array, seed: int) -> Lesions:
    """Sample the two years before day 0 at constant rates."""
    days = [-2 * YEAR - SETTLING, 0.0]
    process = LesionProcess.of(parameters)
    return sample_lesions(
        days, np.repeat(births[:, None], 2, axis=1), other[:, None], process, seed
    )


def _even(m: int, rng: np.random.Generator) -> Array:
    """Return `m` numbers spread evenly between 0 and 1, in random order."""
    return np.asarray((rng.permutation(m) + rng.random(m)) / m)
