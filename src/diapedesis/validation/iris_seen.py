"""What scans and visits of a cohort see of IRIS, and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diapedesis.observe.jc_assay import csf_load, csf_median
from diapedesis.observe.jc_reading import JcAssay
from diapedesis.observe.mri_reader import enhancement_seen
from diapedesis.observe.mri_signs import PATTERNS, sign_probabilities
from diapedesis.population.crossing import at_day
from diapedesis.population.ms_cohort import Flags
from diapedesis.population.ms_stopped import MONTH
from diapedesis.population.virus_care import RECOGNISED
from diapedesis.population.virus_courses import VirusCourses
from diapedesis.validation.studies import Array

DAYS = np.arange(-28.0, 548.0, 4.0)
"""Days from the diagnosis on which courses are kept."""
LEVELLED = 6 * MONTH
"""Disability is compared half a year after the diagnosis, when function has levelled off (claim pml
3.10); the abstract on steroids (pml 4.34) does not say when."""
OUTPUTS = ("c", "pml_volume", "jc_dying", "iris_level", "steroid_barrier", "edss", "death_hazard")
APART = 28.0
"""Assumption: after the diagnosis a scan every four weeks, and one when the patient is worse."""
LAST = 520.0
WORSE = 1.0
"""Assumption: rise of EDSS since the diagnosis that makes an enhancing lesion a definite IRIS."""
WORSE_WITHIN = 60.0
"""Assumption: days after the first enhancing scan within which that is."""


@dataclass(frozen=True, eq=False)
class IrisSeen:
    """Scans and visits of patients after the diagnosis of PML.

    Attributes
    ----------
    courses : VirusCourses
    """

    courses: VirusCourses

    @cached_property
    def scans(self) -> Array:
        """Days of the scans of each from the diagnosis, in order; ``inf`` after death."""
        p, k = self.courses.patients, np.arange(int(LAST / APART))
        regular = APART * (p.uniform("recognition", 0)[:, None] + k)
        worse = np.nan_to_num(self.courses.iris_onset, nan=np.inf) + RECOGNISED
        prompted = np.where(worse > 0, worse, np.inf)[:, None]
        days = np.sort(np.concatenate([np.zeros((p.n, 1)), regular, prompted], axis=1), axis=1)
        return np.where(days > self.alive_until[:, None], np.inf, days)

    @cached_property
    def alive_until(self) -> Array:
        """Day of death or of the last scan."""
        return np.minimum(np.nan_to_num(self.courses.death, nan=np.inf), LAST)

    def on(self, output: str, days: Array) -> Array:
        """Return an output on days of each patient, shape (n, n_days); that of the end for inf."""
        at = np.where(np.isfinite(days), days, DAYS[-1])
        course = self.courses.values[output]
        return np.stack([at_day(self.courses.days, course, day) for day in at.T], axis=1)

    @cached_property
    def enhancing(self) -> Flags:
        """Whether each scan is read as enhancing, shape (n, n_scans)."""
        p, days = self.courses.patients, self.scans
        looks = range(days.shape[1])
        reader = np.stack([p.normal("recognition", 1, k) for k in looks], axis=1)
        chance = np.stack([p.uniform("recognition", 2, k) for k in looks], axis=1)
        seen = enhancement_seen(
            self.on("iris_level", days),
            self.on("pml_volume", days),
            self.on("steroid_barrier", days),
            reader,
        )
        return np.asarray((chance < seen) & np.isfinite(days))

    @property
    def at_diagnosis(self) -> Flags:
        """Who enhances at the diagnosis."""
        return self.enhancing[:, 0]

    @cached_property
    def first(self) -> Array:
        """Day of the first enhancing scan from the diagnosis on; ``nan`` without."""
        any_ = self.enhancing.any(axis=1)
        at = self.enhancing.argmax(axis=1)
        return np.where(any_, self.scans[np.arange(at.size), at], np.nan)

    @cached_property
    def definite(self) -> Flags:
        """Who has an enhancing scan and gets worse about it."""
        within = np.nan_to_num(self.first, nan=np.inf)[:, None] + np.array([0.0, WORSE_WITHIN])
        days = self.courses.days
        lived = days <= np.minimum(within[:, 1:], self.alive_until[:, None])
        about = (days >= np.maximum(within[:, :1], 0.0)) & lived
        rise = self.courses["edss"] - self.edss[:, None]
        return np.asarray(((rise >= WORSE) & about).any(axis=1))

    @cached_property
    def end(self) -> Array:
        """Day of the first scan after which none enhances; ``nan`` without, or not within reach."""
        made = np.isfinite(self.scans)
        last = self.enhancing.shape[1] - 1 - self.enhancing[:, ::-1].argmax(axis=1)
        after = np.minimum(last + 1, self.enhancing.shape[1] - 1)
        row = np.arange(after.size)
        there = np.isfinite(self.first) & (after > last) & made[row, after]
        return np.where(there, self.scans[row, after], np.nan)

    @property
    def latency(self) -> Array:
        """Days from the last infusion to the first enhancing scan; ``nan`` without."""
        return self.first - self.courses.last_dose

    @property
    def duration(self) -> Array:
        """Days from the first enhancing scan to the first after the last; ``nan`` without."""
        return self.end - self.first

    @property
    def dead(self) -> Flags:
        """Who died until the last scan."""
        return self.courses.death <= LAST

    @property
    def edss(self) -> Array:
        """EDSS at the diagnosis."""
        return self.courses.on("edss", 0.0)

    @property
    def hazard(self) -> Array:
        """Hazard of death of each, added up from the diagnosis to the last scan."""
        return self.courses.on("death_hazard", LAST) - self.courses.on("death_hazard", 0.0)

    def load(self, day: float, sample: int) -> Array:
        """Return the load read in CSF [1/mL]; one that is not found counts as the limit."""
        p, assay = self.courses.patients, JcAssay()
        own = {k: p.value(k) for k in ("csf_jc_scale", "csf_jc_exponent", "csf_jc_leak")}
        median = csf_median(
            self.courses.on("jc_dying", day), self.courses.on("iris_level", day), own
        )
        load = csf_load(
            median, p.value("csf_jc_spread"), p.normal("csf", 0), p.normal("csf", 10 + sample)
        )
        return np.maximum(load, assay.limit)

    def pattern(self, name: str) -> Flags:
        """Return in whom the first enhancing scan has a pattern of enhancement."""
        p, day = self.courses.patients, self.first[:, None]
        at = np.nan_to_num(day, nan=np.inf)
        found = sign_probabilities(
            "pml",
            np.maximum(self.on("pml_volume", at), 1e-6),
            self.on("iris_level", at),
            self.on("steroid_barrier", at),
        )[name][:, 0]
        return (p.uniform("recognition", 3, PATTERNS.index(name)) < found) & np.isfinite(self.first)
