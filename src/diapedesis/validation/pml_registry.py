"""Registries of PML: adults on the drug, their antibodies, the hazard, and those who are seeded.

PML is rare, so cases are not counted among everybody: each registry follows as many patients to
their diagnosis as it has patients, drawn in proportion to risk, and every one of them stands for
the mean risk of the truth that they belong to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diapedesis.core import Model
from diapedesis.infer.cohort import Adults
from diapedesis.observe.serology import YEAR
from diapedesis.population.crossing import at_day, crossing
from diapedesis.population.virus_antibodies import (
    Antibodies,
    as_antibodies_change,
    sample_antibodies,
)
from diapedesis.population.virus_cases import drawn_by_risk
from diapedesis.population.virus_onset import Onset, Seeds, seeding_hazard, until_diagnosis
from diapedesis.population.virus_patients import Index, VirusPatients
from diapedesis.simulate import Protocol
from diapedesis.validation.ms_estimate import Estimate, Flags
from diapedesis.validation.studies import Array, stream, truths

MONTH = YEAR / 12
GRID = 28.0
"""Days between which the hazard is taken as constant."""
PRIOR_SHARE = 0.15
"""Assumption: share who had an immunosuppressant before."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Patients drawn in proportion to their risk and followed until PML is found.

    Attributes
    ----------
    patients : VirusPatients
        Shape (m * n,), truths outermost.
    protocols : list of Protocol
    origin : ndarray of int
        Place of each among the patients of the registry.
    ends : ndarray
        Last day on which a diagnosis is heard of.
    seeds : Seeds
    seeded : ndarray
        Day of the seed.
    onset : Onset
    risk : ndarray, shape (m,)
        Mean probability of a seed until the end, over the patients of each truth.
    """

    patients: VirusPatients
    protocols: list[Protocol]
    origin: Index
    ends: Array
    seeds: Seeds
    seeded: Array
    onset: Onset
    risk: Array

    @property
    def known(self) -> Flags:
        """Whether each was diagnosed until the end."""
        return np.asarray(self.onset.diagnosis <= self.ends)

    @property
    def stopped(self) -> Array:
        """Day on which the last dose has lasted four weeks."""
        return np.array([p.last_dose for p in self.protocols]) + GRID

    @property
    def exposure(self) -> Array:
        """Months on the drug at diagnosis."""
        return np.minimum(self.onset.diagnosis, self.stopped) / MONTH


@dataclass(frozen=True)
class Registry:
    """What registries of PML share: possible truths, and the patients of each.

    Attributes
    ----------
    model : Model
    truths : dict of str to ndarray, shape (m,)
    n : int
        Patients of each truth.
    seed : int
    """

    model: Model
    truths: Mapping[str, Array]
    n: int
    seed: int

    @classmethod
    def of(cls, model: Model, m: int, n: int, seed: int) -> Registry:
        """Draw `m` possible truths.

        Examples
        --------
        >>> from diapedesis.models import pml
        >>> registry = Registry.of(pml(), m=2, n=10, seed=1)
        >>> registry.patients.n, registry.antibodies.read.shape
        (20, (20, 12))
        """
        return cls(model, truths(model, m, stream(seed, "truths of pml")), n, seed)

    @property
    def m(self) -> int:
        """Number of possible truths."""
        return int(next(iter(self.truths.values())).size)

    def rng(self, name: str) -> np.random.Generator:
        """Return a stream of its own."""
        return stream(self.seed, name)

    def estimate(self, name: str) -> Estimate:
        """Return what turns patients into rows of a study."""
        return Estimate(self.m, self.n, self.rng(f"studies of {name}"))

    def each(self, values: Array) -> Array:
        """Repeat a value of each truth for its patients, shape (m * n,)."""
        return np.repeat(values, self.n)

    @cached_property
    def patients(self) -> VirusPatients:
        """Those who start the drug; none had an immunosuppressant."""
        rng = self.rng("patients of pml")
        adults = Adults.sample(self.model, self.m, self.n, rng)
        own = adults.parameters(self.model, self.truths)
        del own["edss_0"]
        inputs = adults.tiled(self.m) | {"jc_index": self.antibodies.index[:, 0]}
        seed = int(rng.integers(2**62))
        return VirusPatients.of(self.model, own, inputs, self.m * self.n, seed)

    @cached_property
    def antibodies(self) -> Antibodies:
        """Antibodies of those who start."""
        return sample_antibodies(self.m, self.n, self.rng("antibodies of pml"))

    @cached_property
    def positive(self) -> Antibodies:
        """As many patients, all of whom read positive when they start."""
        return sample_antibodies(self.m, self.n, self.rng("positive for pml"), positive=True)

    def prior_immunosuppressant(self, patients: VirusPatients) -> VirusPatients:
        """Return the patients, some of whom had an immunosuppressant."""
        had = patients.uniform("treated", 2) < PRIOR_SHARE
        inputs = patients.inputs | {"prior_immunosuppressant": had.astype(float)}
        return VirusPatients(patients.model, patients.parameters, inputs, patients.keys)

    def cases(
        self,
        patients: VirusPatients,
        antibodies: Antibodies,
        protocols: Sequence[Protocol],
        ends: Array,
        interval: Array,
        name: str,
    ) -> Cases:
        """Draw patients in proportion to risk and follow them until PML is found.

        Parameters
        ----------
        patients : VirusPatients
            Shape (m * n,), truths outermost.
        antibodies : Antibodies
        protocols : sequence of Protocol, length m * n
        ends : ndarray, shape (m * n,)
            Last day on which a diagnosis is heard of.
        interval : ndarray, shape (m * n,)
            Days between routine scans of those who are drawn.
        name : str
            Of the stream that draws them.
        """
        until = float(ends.max())
        days = np.arange(0.0, until + GRID, GRID)
        usual = seeding_hazard(patients, protocols, days)
        own = as_antibodies_change(patients, antibodies, days, usual)
        chance = -np.expm1(-at_day(days, own, ends)).reshape(self.m, -1)
        at = drawn_by_risk(chance, self.rng(name))
        some = VirusPatients(patients.model, *_at(patients, at), patients.keys)
        target = -np.log1p(-some.uniform("seed") * chance.ravel()[at])
        seeded = crossing(days, own[at], target)
        seeds = Seeds(at_day(days, usual[at], seeded))
        given = [protocols[i] for i in at]
        onset = until_diagnosis(some, given, seeds, until, interval)
        return Cases(some, given, at, ends[at], seeds, seeded, onset, chance.mean(axis=1))


def _at(patients: VirusPatients, at: Index) -> tuple[dict[str, Array], dict[str, Array]]:
    some = patients.some(at)
    return some.parameters, some.inputs
