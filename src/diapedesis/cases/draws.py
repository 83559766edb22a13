"""Prior draws of a case: patients, their seeds, and the course until the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from diapedesis.cases.assumed import PRIOR_IMMUNOSUPPRESSANT
from diapedesis.cases.case import PublishedCase
from diapedesis.cases.reading import Reading, of_pml
from diapedesis.infer.cohort import WEIGHT_MEDIAN, WEIGHT_SD
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.models.pml import pml
from diapedesis.observe import sample_serology
from diapedesis.observe.draws import Array
from diapedesis.population.patients import activity_after
from diapedesis.population.virus_onset import Seeds, seeding_hazard
from diapedesis.population.virus_patients import EDSS_MOST, Index, VirusPatients
from diapedesis.simulate import Protocol, solve

OUTPUTS = (
    *("pml_volume", "jc_dying", "iris_level", "iris_share", "steroid_barrier"),
    *("gd", "edss", "icp", "c", "lymphocytes", "nfl"),
    *("lesion_births", "relapse_background", "death_hazard"),
)
LONGEST_UNSEEN = 900.0
"""Days before the moment from which a seed may come; older ones are found long before."""
STEP = 7.0
RTOL = 1e-4
"""Of the courses: 95 of 100 lesions are within 0.02 % of those at 1e-7."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Patients of one reading, and their chance of a seed before the moment.

    Attributes
    ----------
    reading : Reading
    patients : VirusPatients
    targets : ndarray, shape (n,)
        Added-up hazard at which each is seeded; ``inf`` without a seed.
    log_weight : ndarray, shape (n,)
        Logarithm of the weight of each draw before any fact; once it is followed to the moment,
        with the chance that it comes there.
    symptom_chance : ndarray, shape (n,)
        By which each notices a lesion, at least 0 and below 1.
    """

    reading: Reading
    patients: VirusPatients
    targets: Array
    log_weight: Array
    symptom_chance: Array

    def some(self, at: Index) -> Drawn:
        """Return some of the draws."""
        return Drawn(
            self.reading,
            self.patients.some(at),
            self.targets[at],
            self.log_weight[at],
            self.symptom_chance[at],
        )

    def weighed(self, more: Array) -> Drawn:
        """Return the draws with more on the logarithm of their weights, shape (n,)."""
        return replace(self, log_weight=self.log_weight + more)

    @property
    def symptom_volume(self) -> Array:
        """Volume that each notices [mL], shape (n,)."""
        return self.patients.noticed_volume(self.symptom_chance)

    @property
    def seeded(self) -> Array:
        """Whether each has a seed, shape (n,)."""
        return np.isfinite(self.targets)


@lru_cache(maxsize=1)
def _prior() -> tuple[Prior, Array]:
    """Return the prior and the root of its covariance."""
    prior = subject_prior(pml())
    return prior, _root(prior.cov)


def _root(cov: Array) -> Array:
    """Return the Cholesky root, row by row: the same bits whatever the threads of the library."""
    root = np.zeros_like(cov)
    for j in range(len(cov)):
        rest = cov[j:, j] - np.einsum("ij,j->i", root[j:, :j], root[j, :j])
        root[j:, j] = rest / np.sqrt(rest[0])
    return root


def draw(
    case: PublishedCase, reading: Reading, n: int, seed: int, rng: np.random.Generator, seeds: float
) -> Drawn:
    """Draw `n` patients who fit what is stated of a subject, a share `seeds` of them seeded.

    Draws with a seed carry the hazard of one as weight, the others that of none: together they are
    the prior, in which PML is rare.
    """
    prior, root = _prior()
    z = prior.mean + np.einsum("ij,kj->ik", rng.standard_normal((n, prior.mean.size)), root)
    values = prior.scale.natural(z)
    own = {name: np.ascontiguousarray(values[:, j]) for j, name in enumerate(prior.names)}
    if of_pml(case):
        own.pop("edss_0")  # that of patients with PML is drawn with them
    else:
        own["edss_0"] = np.minimum(own["edss_0"], EDSS_MOST)
    treated = max(-reading.first_dose, 0.0)
    own["activity_now"] = activity_after(treated, own, {}, rng.standard_normal(n))
    patients = VirusPatients.of(pml(), own, _inputs(case, n, rng), n, seed)
    days = np.append(np.arange(reading.first_dose, reading.moment, STEP), reading.moment)
    hazard = seeding_hazard(patients, reading.protocol, days, rtol=RTOL)
    earliest = int(np.searchsorted(days, reading.moment - LONGEST_UNSEEN))
    has = np.arange(n) < round(seeds * n)
    chance = patients.uniform("seed")
    target, log_weight = weigh_seeds(hazard[:, earliest], hazard[:, -1], has, seeds, chance)
    return Drawn(reading, patients, target, log_weight, patients.uniform("symptom"))


def weigh_seeds(
    before: Array, total: Array, has: NDArray[np.bool_], share: float, chance: Array
) -> tuple[Array, Array]:
    """Return the added-up hazard at the seed of each draw, and the logarithm of its weight.

    The weights make the draws those of a first seed that comes at hazard 1 per unit of added-up
    hazard, of people who had none `before`.

    Parameters
    ----------
    before, total : ndarray, shape (n,)
        Added-up hazard when the first seed may come, and at the moment.
    has : ndarray of bool, shape (n,)
        Which draws have a seed.
    share : float
        Their share.
    chance : ndarray, shape (n,)
        At least 0 and below 1.

    Examples
    --------
    >>> import numpy as np
    >>> has = np.array([True, False])
    >>> target, log_weight = weigh_seeds(np.zeros(2), np.ones(2), has, 0.5, np.full(2, 0.3))
    >>> target.tolist(), np.round(np.exp(log_weight) / 2, 2).tolist()
    ([0.3, inf], [0.74, 0.37])
    """
    risk = total - before
    log_seeded = np.log(np.maximum(risk, 1e-300) / max(share, 1e-12)) - chance * risk
    log_other = -risk - np.log(max(1 - share, 1e-12))
    target = np.where(has, before + chance * risk, np.inf)
    return target, np.where(has, log_seeded, log_other)


def _inputs(case: PublishedCase, n: int, rng: np.random.Generator) -> dict[str, Array]:
    s = case.subject
    weight = s.weight or WEIGHT_MEDIAN * np.exp(WEIGHT_SD * rng.standard_normal(n))
    male = {"male": 1.0, "female": 0.0}.get(s.sex or "")
    is_male = rng.random(n) < 0.3 if male is None else np.full(n, male)
    immune = s.prior_immunosuppressant
    had = rng.random(n) < PRIOR_IMMUNOSUPPRESSANT if immune is None else np.full(n, float(immune))
    return {
        "weight": np.broadcast_to(np.asarray(weight, float), n).copy(),
        "male": is_male.astype(float),
        "prior_immunosuppressant": had.astype(float),
        "jc_index": _index(case, n, rng),
        **_place(case, n),
    }


def _place(case: PublishedCase, n: int) -> dict[str, Array]:
    """Return where the lesion is, if a scan that was given showed it in the brainstem."""
    shown = any("brainstem" in f.words for f in case.given)
    return {"brainstem": np.ones(n)} if shown else {}


def _index(case: PublishedCase, n: int, rng: np.random.Generator) -> Array:
    """Return the antibody index: as stated, else drawn among those of the stated serostatus."""
    s = case.subject
    if s.jcv_index is not None:
        return np.full(n, s.jcv_index)
    found = sample_serology([0.0], 4 * n, int(rng.integers(2**31)))
    fits = np.ones(4 * n, bool)
    if s.jcv_positive is not None:
        fits = found.carrier[:, 0] == s.jcv_positive
    at = np.flatnonzero(fits)[:n]
    return np.asarray(found.index[at, 0])


def course(
    drawn: Drawn,
    days: Array,
    outputs: tuple[str, ...] = OUTPUTS,
    given: Protocol | Sequence[Protocol] | None = None,
) -> dict[str, Array]:
    """Return outputs of the draws on days from the last infusion, each shape (n, n_days).

    Each is given the protocol of the reading, or one of its own.
    """
    patients, reading = drawn.patients, drawn.reading
    seeds = Seeds(drawn.targets)
    return (
        solve(
            patients.model,
            reading.protocol if given is None else given,
            days,
            outputs,
            parameters=patients.parameters | seeds.parameters,
            inputs=patients.inputs,
            triggers=[seeds.trigger],
            t0=min(reading.first_dose, float(days[0])),
            rtol=RTOL,
            method="tsit5",
        )
        .raise_failures()
        .values
    )
