"""The cases of PML that were known to the world in 2013.

Patients start from 2006 on, ever more of them at first, and drop out; who is not diagnosed by the
cut is unknown. That makes exposure at diagnosis shorter than it will turn out to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diapedesis.observe import JcAssay, csf_load, csf_median, pcr_detects, read_edss
from diapedesis.observe.serology import YEAR
from diapedesis.population.virus_care import Care
from diapedesis.population.virus_courses import VirusCourses, after_diagnosis
from diapedesis.population.virus_onset import Seeds
from diapedesis.population.virus_patients import VirusPatients
from diapedesis.simulate import Protocol
from diapedesis.validation.ms_estimate import Flags
from diapedesis.validation.pml_registry import GRID, Cases, Registry
from diapedesis.validation.studies import Array

OPEN = 7.0 * YEAR
"""From the middle of 2006, when the drug came back, to the cut in the middle of 2013 (the counts
of claim pml 1.32)."""
GROWING = 2.0 * YEAR
"""Assumption: the number who start rises evenly for two years, and stays."""
DROP_OUT = 0.18
"""Assumption: share of patients on the drug who stop within a year, for reasons of their own."""
SCANS = ((91.0, 0.08), (183.0, 0.07))
"""Assumption: before 2013 few patients had scans made to find PML: these intervals, these shares;
the others are scanned when they have symptoms."""
EXCHANGED = 0.84
"""Share with plasma exchange or immunoadsorption (claim pml 4.17)."""
STEROIDS = (("symptoms", 0.60), ("preemptive", 0.25), ("none", 0.15))
"""Assumption: when steroids are given, and how often."""
CARE = tuple(
    Care(sessions=k, steroids=s) for k in (5, 0) for s in ("symptoms", "preemptive", "none")
)
BEFORE = -540.0
"""Day, from the diagnosis, of a sample from before PML."""
DAYS = np.concatenate([
    [BEFORE],
    np.arange(-28.0, 240.0, 2.0),
    np.arange(240.0, 720.0, 7.0),
    np.arange(720.0, 2200.0, 30.0),
])  # fmt: skip
OUTPUTS = ("pml_volume", "infected", "jc_dying", "iris_level", "edss", "nfl", "death_hazard")


def dropped_out(patients: VirusPatients) -> Array:
    """Return the day on which each stops the drug, by chance of their own."""
    return np.asarray(patients.waiting("drop_out") * YEAR / -np.log1p(-DROP_OUT))


def followed(patients: VirusPatients) -> Array:
    """Return how long before the cut each started [day]."""
    half = GROWING / 2
    u = patients.uniform("start") * (OPEN - half)
    return np.asarray(OPEN - np.where(u < half, np.sqrt(2 * GROWING * u), half + u))


def every_four_weeks(until: Array) -> list[Protocol]:
    """Return infusions every four weeks up to a day of each patient."""
    doses = (until // GRID).astype(int) + 1
    known = {k: Protocol.every(GRID, n=k) for k in set(doses.tolist())}
    return [known[k] for k in doses.tolist()]


def scans(patients: VirusPatients) -> Array:
    """Return days between routine scans of each patient; ``inf`` for none."""
    return mixture(patients.uniform("scan", 99), SCANS)


def mixture(chance: Array, shares: tuple[tuple[float, float], ...]) -> Array:
    """Return a value of each patient, by shares; ``inf`` for the rest."""
    out = np.full(chance.size, np.inf)
    edge = 1.0
    for value, share in shares:
        edge -= share
        out = np.where((chance >= edge) & np.isinf(out), value, out)
    return out


@dataclass(frozen=True)
class World:
    """Cases of a registry from the start of the drug to the cut, and what came of them.

    Attributes
    ----------
    registry : Registry
    later : float
        Days by which the cut comes later than it did.
    """

    registry: Registry
    later: float = 0.0

    @cached_property
    def starting(self) -> VirusPatients:
        """Those who start, some after an immunosuppressant."""
        return self.registry.prior_immunosuppressant(self.registry.patients)

    @cached_property
    def cases(self) -> Cases:
        """Cases, drawn in proportion to risk."""
        p = self.starting
        stop, end = dropped_out(p), followed(p) + self.later
        given = every_four_weeks(np.minimum(stop, end))
        antibodies = self.registry.antibodies
        return self.registry.cases(p, antibodies, given, end, scans(p), "cases of the world")

    @cached_property
    def known(self) -> Flags:
        """Whether each was diagnosed until the cut."""
        return self.cases.known

    @cached_property
    def courses(self) -> VirusCourses:
        """Courses of those who are known, from the diagnosis."""
        c, at = self.cases, np.flatnonzero(self.known)
        some = c.patients.some(at)
        plasma = some.uniform("treated") >= EXCHANGED
        steroids = some.uniform("treated", 1)
        edges = np.cumsum([share for _, share in STEROIDS])[:-1]
        chosen = 3 * plasma + np.searchsorted(edges, steroids, side="right")
        return after_diagnosis(
            some,
            [c.protocols[i] for i in at],
            Seeds(c.seeds.targets[at]),
            c.onset.some(at),
            CARE,
            chosen,
            days=DAYS,
            outputs=OUTPUTS,
        )

    def all(self, values: Array, fill: float = np.nan) -> Array:
        """Return values of those who are known in their places among all cases."""
        out = np.full(self.known.size, fill)
        out[self.known] = values
        return out

    def on(self, output: str, day: float) -> Array:
        """Return an output on a day from the diagnosis, ``nan`` for those who are not known."""
        return self.all(self.courses.on(output, day))

    @cached_property
    def assay(self) -> JcAssay:
        """The laboratory of each truth, for each patient."""
        drawn = JcAssay.draw(self.registry.m, self.registry.rng("assay of pml"))
        return JcAssay(**{k: self.registry.each(v) for k, v in vars(drawn).items()})

    def load(self, sample: int) -> Array:
        """Return the load in CSF at diagnosis [1/mL], of a first sample, 0, or another one."""
        p = self.cases.patients
        names = ("csf_jc_scale", "csf_jc_exponent", "csf_jc_leak")
        dying, iris = (np.nan_to_num(self.on(k, 0.0)) for k in ("jc_dying", "iris_level"))
        median = csf_median(dying, iris, {k: p.value(k) for k in names})
        z = p.normal("csf"), p.normal("csf", 1, sample)
        return csf_load(median, p.value("csf_jc_spread"), *z, self.assay)

    def detected(self, sample: int) -> Flags:
        """Return whether PCR finds virus in a sample."""
        chance = self.cases.patients.uniform("csf", 2, sample)
        return pcr_detects(self.load(sample), chance, self.assay) & self.known

    @cached_property
    def registered(self) -> Flags:
        """Whether each meets the definition of a case: found, with virus in one of two samples."""
        return self.detected(0) | self.detected(1)

    @cached_property
    def symptomatic(self) -> Flags:
        """Whether each had symptoms at diagnosis."""
        return ~self.cases.onset.by_scan

    @cached_property
    def follow_up(self) -> Array:
        """Days from the diagnosis to the cut."""
        return np.maximum(self.cases.ends - self.cases.onset.diagnosis, 0.0)

    @cached_property
    def death(self) -> Array:
        """Day of death from the diagnosis; ``inf`` for none."""
        return self.all(np.nan_to_num(self.courses.death, nan=np.inf))

    def flags(self, values: Flags) -> Flags:
        """Return flags of those who are known in their places; the others have none."""
        return self.all(values.astype(float), 0.0) > 0

    def edss(self, course: Array, reading: int) -> Array:
        """Return EDSS of those who are known as a rater gives it."""
        some = self.cases.patients.some(self.known)
        return self.all(read_edss(course, some.uniform("recognition", 1, reading)))
