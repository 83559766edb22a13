"""Antibodies of patients over the years, and the hazard of PML as they change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diapedesis.mechanisms import jc_seeding
from diapedesis.observe import SerologyNumbers, sample_serology
from diapedesis.observe.draws import Array
from diapedesis.observe.serology import POSITIVE, YEAR
from diapedesis.population.virus_patients import Index, VirusPatients

YEARS = 12
"""Years for which antibodies are known."""
OFFERED = 6
"""Candidates for each place of a cohort all of whom read alike."""


@dataclass(frozen=True, eq=False)
class Antibodies:
    """Antibody index of patients at the start of each year since the first dose.

    Attributes
    ----------
    index : ndarray, shape (size, YEARS)
        Without the error of reading it.
    read : ndarray, shape (size, YEARS)
    """

    index: Array
    read: Array

    def some(self, at: Index) -> Antibodies:
        """Return some of the patients."""
        return Antibodies(self.index[at], self.read[at])


def sample_antibodies(
    m: int, n: int, rng: np.random.Generator, *, positive: bool | None = None
) -> Antibodies:
    """Sample antibodies of n patients of each of m truths, with numbers of its own each.

    Parameters
    ----------
    m, n : int
    rng : Generator
    positive : bool, optional
        Take those only who read positive at the start, or those only who do not.

    Raises
    ------
    ValueError
        When too few are such.
    """
    drawn = SerologyNumbers.draw(m, rng)
    days, offered = YEAR * np.arange(YEARS), n if positive is None else OFFERED * n
    found = []
    for j, seed in enumerate(rng.integers(2**62, size=m)):
        numbers = SerologyNumbers(**{k: v[j] for k, v in vars(drawn).items()})
        seen = sample_serology(days, offered, int(seed), numbers=numbers)
        both = Antibodies(seen.index, seen.read())
        if positive is not None:
            both = both.some(np.flatnonzero((both.read[:, 0] >= POSITIVE) == positive)[:n])
            if len(both.read) < n:
                raise ValueError(
                    f"antibodies: found {len(both.read)} of {offered} who read alike, expected {n}."
                    " Fix: ask for more patients, or another seed"
                )
        found.append(both)
    return Antibodies(
        np.concatenate([f.index for f in found]), np.concatenate([f.read for f in found])
    )


def as_antibodies_change(
    patients: VirusPatients, antibodies: Antibodies, days: Array, hazard: Array
) -> Array:
    """Return the hazard added up, with the index of each year in place of that of the first dose.

    The index scales the hazard and does nothing else, so that the hazard of a constant index says
    that of any other.

    Parameters
    ----------
    patients : VirusPatients
    antibodies : Antibodies
    days : ndarray, shape (n_days,)
    hazard : ndarray, shape (n, n_days)
        Added up, at the index that is among the inputs.
    """
    constant = risk_by_index(patients, patients.inputs["jc_index"][:, None])
    fold = risk_by_index(patients, antibodies.index) / constant
    year = np.minimum((days[:-1] / YEAR).astype(int), YEARS - 1)
    grown = np.cumsum(np.diff(hazard, axis=1) * fold[:, year], axis=1)
    return np.concatenate([np.zeros((patients.n, 1)), grown], axis=1)


def risk_by_index(patients: VirusPatients, index: Array) -> Array:
    """Return the hazard by antibody index, share of that of a very high one, shape (n, ...)."""
    names = ("index_half", "index_hill", "unseen_carrier")
    half, hill, unseen = (patients.value(name)[:, None] for name in names)
    return np.asarray(jc_seeding.index_risk.law(index, half, hill, unseen))
