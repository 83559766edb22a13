"""Patients of many possible truths from the diagnosis of PML on, each with a care of their own.

Care is dealt out by chance, whatever the patient is like: what goes with a treatment here is its
effect in the model, without the bias that a choice at the bedside brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diapedesis.core import Model
from diapedesis.observe import JcAssay, csf_load, csf_median, enhancement_seen, icu_probability
from diapedesis.population.crossing import at_day
from diapedesis.population.truths import stream
from diapedesis.population.virus_care import Care
from diapedesis.population.virus_courses import VirusCourses
from diapedesis.validation.iris_cohort import diagnosed, occurring
from diapedesis.validation.ms_estimate import Index
from diapedesis.validation.studies import Array

DAYS = np.arange(-28.0, 541.0, 4.0)
"""Days from the diagnosis on which courses are kept."""
OUTPUTS = (
    *("pml_volume", "jc_dying", "jc_response", "iris_level", "iris_share", "steroid_barrier"),
    *("gd", "oedema", "icp", "edss", "nfl", "death_hazard"),
)
EXCHANGED = 0.84
"""Share with plasma exchange (claim pml 4.17)."""
STEROIDS = ("symptoms", "enhancement", "preemptive", "none")
STEROID_SHARES = (0.45, 0.20, 0.20, 0.15)
"""Assumption: when steroids are given, and how often; no series has all four."""
POLICIES = tuple(Care(sessions=k, steroids=s) for k in (0, 5) for s in STEROIDS)  # type: ignore[arg-type]
DIED_BY, LATER = 16 * 365.25 / 12, 365.25
"""Days at which death and residual disability are looked at: mean follow-up of claim pml 3.1, and
twice the time to the plateau of claim pml 3.10."""


@dataclass(frozen=True, eq=False)
class FormsCohort:
    """Patients with PML, flat, truths outermost.

    Attributes
    ----------
    m, n : int
        Possible truths, and patients of each.
    courses : VirusCourses
    """

    m: int
    n: int
    courses: VirusCourses

    @cached_property
    def lived(self) -> Array:
        """1 on the days that each lives to see, ``nan`` after death, shape (m * n, n_days)."""
        death = np.nan_to_num(self.courses.death, nan=np.inf)
        return np.where(self.courses.days <= death[:, None], 1.0, np.nan)

    def seen(self, output: str) -> Array:
        """Return a course until death, ``nan`` after it."""
        return self.courses[output] * self.lived

    def after(self, output: str) -> Array:
        """Return a course from the diagnosis to death, ``nan`` outside."""
        return np.where(self.courses.days >= 0, self.seen(output), np.nan)

    @property
    def truth(self) -> Index:
        """Place of the truth of each."""
        return np.repeat(np.arange(self.m), self.n)

    @cached_property
    def exchanged(self) -> Array:
        """1 for those with plasma exchange."""
        return (self.courses.chosen >= len(STEROIDS)).astype(float)

    def steroids(self, *kinds: str) -> Array:
        """Return 1 for those whose steroids are given at one of some moments."""
        known = [STEROIDS.index(k) for k in kinds]
        return np.isin(self.courses.chosen % len(STEROIDS), known).astype(float)

    @property
    def volume(self) -> Array:
        """Volume of the lesion at the diagnosis [mL]."""
        return self.courses.on("pml_volume", 0.0)

    @cached_property
    def enhancing(self) -> Array:
        """1 for those whose scan at the diagnosis is read as enhancing."""
        c, p = self.courses, self.courses.patients
        chance = enhancement_seen(
            c.on("iris_level", 0.0),
            self.volume,
            c.on("steroid_barrier", 0.0),
            p.normal("recognition", 1, 0),
        )
        return (p.uniform("recognition", 2, 0) < chance).astype(float)

    @cached_property
    def iris(self) -> Array:
        """1 for those with IRIS."""
        return np.isfinite(self.courses.iris_onset).astype(float)

    def load(self, day: Array | float, sample: int) -> Array:
        """Return the logarithm to base 10 of the load read in CSF; at least that of the limit."""
        c, p, assay = self.courses, self.courses.patients, JcAssay()
        dying, iris = (at_day(c.days, c[k], day) for k in ("jc_dying", "iris_level"))
        own = {k: p.value(k) for k in ("csf_jc_scale", "csf_jc_exponent", "csf_jc_leak")}
        noise = p.normal("csf", 0), p.normal("csf", 10 + sample)
        load = csf_load(csf_median(dying, iris, own), p.value("csf_jc_spread"), *noise)
        return np.asarray(np.log10(np.maximum(load, assay.limit)))

    @property
    def edss_before(self) -> Array:
        """EDSS before PML."""
        return self.courses.patients.value("edss_0")

    @cached_property
    def icu(self) -> Array:
        """Probability of needing intensive care while alive, by peaks of pressure and EDSS."""
        high = [np.nanmax(self.after(k), axis=1) for k in ("icp", "edss")]
        return icu_probability(*high)

    @cached_property
    def died(self) -> Array:
        """Probability of death within 16 months."""
        return self.chance_of_death(DIED_BY)

    @property
    def residual(self) -> Array:
        """EDSS a year after the diagnosis, less that before PML, as if alive."""
        return self.courses.on("edss", LATER) - self.edss_before

    def chance_of_death(self, day: float) -> Array:
        """Return the probability of death between the diagnosis and a day."""
        hazard = self.courses.on("death_hazard", day) - self.courses.on("death_hazard", 0.0)
        return np.asarray(-np.expm1(-np.maximum(hazard, 0.0)))


def forms_cohort(model: Model, m: int, n: int, seed: int) -> FormsCohort:
    """Follow `n` patients of each of `m` possible truths for 540 days after the diagnosis.

    Parameters
    ----------
    model : Model
        That of JC virus.
    m, n : int
    seed : int
    """
    typical, _ = occurring(model, m, stream(seed, "truths of forms"))
    found = diagnosed(model, typical, n, stream(seed, "patients of forms"))
    p = found.patients
    steroids = np.searchsorted(np.cumsum(STEROID_SHARES)[:-1], p.uniform("treated", 1), "right")
    plasma = p.uniform("treated") < EXCHANGED
    chosen = (len(STEROIDS) * plasma + steroids).astype(np.intp)
    return FormsCohort(m, n, found.followed(POLICIES, chosen, DAYS, OUTPUTS))
