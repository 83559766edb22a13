"""Patients on the drug without end, by whom risks of a year of treatment are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diapedesis.observe.serology import YEAR
from diapedesis.population.crossing import at_day
from diapedesis.population.virus_antibodies import as_antibodies_change
from diapedesis.population.virus_onset import Onset, Seeds, seeding_hazard, until_diagnosis
from diapedesis.simulate import Protocol
from diapedesis.validation.ms_estimate import STUDIES, Flags
from diapedesis.validation.pml_registry import GRID, Registry
from diapedesis.validation.pml_world import scans
from diapedesis.validation.studies import Array

SIX_YEARS = 6.0 * YEAR
SEED_DAY = 700.0
"""Day by which the drug is in its steady state."""
PER_1000 = 1000.0
UNSEEN = 1500.0
"""Days after which a seed that was not found is taken as gone."""


@dataclass(frozen=True)
class Steady:
    """Patients on infusions every four weeks for six years.

    Attributes
    ----------
    registry : Registry
    """

    registry: Registry

    @cached_property
    def days(self) -> Array:
        """Days of the hazard."""
        return np.arange(0.0, SIX_YEARS + GRID, GRID)

    @cached_property
    def hazard(self) -> Array:
        """Hazard of seeding added up, without an immunosuppressant, shape (m * n, n_days)."""
        p = self.registry.patients
        given = Protocol.every(GRID, n=len(self.days))
        found = seeding_hazard(p, given, self.days)
        return as_antibodies_change(p, self.registry.antibodies, self.days, found)

    @cached_property
    def onset(self) -> Onset:
        """Courses of a seed that each of them gets about the same day."""
        p = self.registry.patients
        until = SEED_DAY + GRID + UNSEEN
        given = Protocol.every(GRID, n=int(until // GRID) + 1)
        days = np.array([0.0, SEED_DAY, SEED_DAY + GRID])
        usual = seeding_hazard(p, given, days)
        day = SEED_DAY + GRID * p.uniform("seed")
        return until_diagnosis(p, given, Seeds(at_day(days, usual, day)), until, scans(p))

    @cached_property
    def unseen(self) -> Array:
        """Days from the seed to the diagnosis of each; ``inf`` for seeds that are never found."""
        delay = self.onset.diagnosis - self.onset.seeded
        return np.where(np.isfinite(delay), delay, np.inf)

    def risk(self, first: float, last: float, fold: Array | float = 1.0) -> Array:
        """Return the probability of a diagnosis between two days, shape (m * n,).

        Parameters
        ----------
        first, last : float
            Days since the first dose.
        fold : array_like
            Of the hazard.
        """
        left = [
            np.exp(-fold * at_day(self.days, self.hazard, np.maximum(day - self.unseen, 0.0)))
            for day in (first, last)
        ]
        return np.asarray(left[0] - left[1])

    def mean(self, risk: Array, who: Flags) -> Array:
        """Return the mean risk [per 1000] of some of the patients of each truth, shape (m,)."""
        shape = (self.registry.m, self.registry.n)
        inside = who.reshape(shape)
        with np.errstate(invalid="ignore"):
            share = (risk.reshape(shape) * inside).sum(axis=1) / inside.sum(axis=1)
        return np.asarray(PER_1000 * share)

    def counted(self, risk: Array, size: float, name: str) -> Array:
        """Return risks [per 1000] that studies of a size count, shape (m * STUDIES,)."""
        rng = self.registry.rng(f"studies of risk, {name}")
        cases = rng.poisson(np.repeat(risk, STUDIES) / PER_1000 * size)
        return np.asarray(PER_1000 * cases / size)


def joined(risks: Sequence[Array]) -> Array:
    """Return the risk [per 1000] of windows one after another.

    Examples
    --------
    >>> import numpy as np
    >>> joined([np.array([100.0]), np.array([200.0])]).round(6).tolist()
    [280.0]
    """
    return np.asarray(PER_1000 * (1 - np.prod([1 - r / PER_1000 for r in risks], axis=0)))
