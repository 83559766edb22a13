"""What tests of patients with PML share: a cohort at high risk, followed beyond diagnosis."""

from dataclasses import fields
from functools import cache

import numpy as np

from diapedesis.infer.cohort import Adults
from diapedesis.models import pml
from diapedesis.population.virus_care import Care
from diapedesis.population.virus_courses import VirusCourses, after_diagnosis
from diapedesis.population.virus_onset import (
    Onset,
    Seeds,
    seed_targets,
    seeding_hazard,
    until_diagnosis,
)
from diapedesis.population.virus_patients import VirusPatients
from diapedesis.simulate import Protocol
from tests.streams import rng_of

UNTIL = 2800.0
ON_DRUG = Protocol.every(28, n=100)
N = 80


def cohort(n: int = N, seed: int = 1) -> VirusPatients:
    """Return adults of typical values who differ as adults do, all of them at high risk."""
    model = pml()
    adults = Adults.sample(model, 1, n, rng_of("patients at risk"))
    typical = {id: np.array([p.default]) for id, p in model.parameters.items() if p.default}
    own = adults.parameters(model, typical)
    own.pop("edss_0")
    inputs = adults.tiled(1) | {"jc_index": np.full(n, 3.0)}
    return VirusPatients.of(model, own, inputs, n, seed)


@cache
def at_risk() -> VirusPatients:
    return cohort()


@cache
def seeds() -> Seeds:
    """Return seeds of all, each on a day of its own within six years."""
    days = np.arange(0.0, 2190.0, 14.0)
    return Seeds(seed_targets(at_risk(), seeding_hazard(at_risk(), ON_DRUG, days)))


@cache
def onset(interval: float = np.inf) -> Onset:
    return until_diagnosis(at_risk(), ON_DRUG, seeds(), UNTIL, interval)


def chosen(whole: Onset, at: np.ndarray) -> Onset:
    """Return some of the patients of an onset."""
    kept = {f.name: getattr(whole, f.name) for f in fields(whole)}
    return Onset(**{k: v if k == "days" else v[at] for k, v in kept.items()})


@cache
def diagnosed() -> np.ndarray:
    return np.flatnonzero(np.isfinite(onset().diagnosis))


def followed(care: Care, at: np.ndarray | None = None) -> VirusCourses:
    """Return the courses of those who are diagnosed, or of some of them, under a policy."""
    who = diagnosed() if at is None else at
    return after_diagnosis(
        at_risk().some(who),
        [ON_DRUG] * who.size,
        Seeds(seeds().targets[who]),
        chosen(onset(), who),
        [care],
    )
