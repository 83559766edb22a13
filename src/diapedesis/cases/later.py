"""Courses of draws after the moment, and the days on which things happen in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from diapedesis.cases.facts import Known
from diapedesis.observe import LesionProcess, Lesions, sample_lesions
from diapedesis.observe.draws import Array
from diapedesis.population.crossing import crossing
from diapedesis.population.virus_care import IRIS_ONSET
from diapedesis.population.virus_patients import Index

Flags = NDArray[np.bool_]
LATER_STEP = 3.0
"""Days between two of a course."""
IRIS_BEFORE = 28.0
"""Days before the moment from which IRIS is looked for; one that is there already begins then."""
FIRST_RELAPSE = 14.0
"""Days from the last infusion from which a relapse counts as a return of the disease."""


@dataclass(frozen=True, eq=False)
class Later:
    """Courses of draws from before the moment to the end of follow-up.

    Attributes
    ----------
    known : Known
        Days from the last infusion, until the end.
    seed : int
    numbers : ndarray of int, shape (n,)
        Of the draws, each of its own among all that are followed: by them lesions are sampled.
    """

    known: Known
    seed: int
    numbers: Index

    @property
    def n(self) -> int:
        """Number of draws."""
        return self.known.drawn.patients.n

    @property
    def days(self) -> Array:
        """Days from the last infusion, shape (n_days,)."""
        return self.known.days

    @property
    def moment(self) -> float:
        """Day of the moment."""
        return self.known.drawn.reading.moment

    def __getitem__(self, output: str) -> Array:
        return self.known.values[output]

    def since(self, day: Array | float) -> Flags:
        """Return the days from a day of each draw on, shape (n, n_days)."""
        start = np.broadcast_to(np.asarray(day, float), self.n)
        return np.asarray(self.days[None, :] >= np.nan_to_num(start, nan=np.inf)[:, None])

    @cached_property
    def death(self) -> Array:
        """Day of death, after the moment; ``inf`` for none."""
        hazard = self["death_hazard"] - self.known.on("death_hazard", self.moment)[:, None]
        day = crossing(self.days, hazard, self.known.drawn.patients.waiting("death"))
        return np.nan_to_num(day, nan=np.inf)

    @cached_property
    def iris(self) -> Array:
        """Day of onset of IRIS; ``inf`` for none, or none before death."""
        level = np.where(self.since(self.moment - IRIS_BEFORE), self["iris_level"], 0.0)
        day = np.nan_to_num(crossing(self.days, level, IRIS_ONSET), nan=np.inf)
        return np.where(day > self.death, np.inf, day)

    @cached_property
    def iris_end(self) -> Array:
        """Last day of IRIS; ``inf`` for none."""
        there = self["iris_level"] > IRIS_ONSET
        last = self.days[self.days.size - 1 - there[:, ::-1].argmax(axis=1)]
        return np.where(np.isfinite(self.iris) & (last < self.days[-1]), last, np.inf)

    @cached_property
    def lesions(self) -> Lesions:
        """Lesions and relapses of MS, sampled."""
        own = self.known.drawn.patients
        process = LesionProcess.of({k: own.value(k) for k in _PROCESS})
        births, background = self["lesion_births"], self["relapse_background"]
        return sample_lesions(self.days, births, background, process, self.seed, self.numbers)

    @property
    def returns_from(self) -> float:
        """Day from which lesions and relapses are predicted: after the moment and the drug."""
        return max(self.moment, FIRST_RELAPSE)

    @cached_property
    def relapse(self) -> Array:
        """Day of the first relapse of MS from `returns_from` on; ``inf`` for none."""
        first = self.lesions.first_relapse(self.returns_from, self.days[-1])
        return np.where(np.isfinite(first), first, np.inf)

    def rise(self, day: Array, until: float = np.inf) -> Array:
        """Return the largest rise of EDSS from a day of each draw on, until a day, shape (n,)."""
        after = self.since(day) & (self.days <= until)
        start = first_of(self["edss"], after)
        top = np.where(after, self["edss"], -np.inf).max(axis=1)
        return np.where(np.isfinite(start), top - start, 0.0)

    def highest(self, output: str, day: Array | float, until: float = np.inf) -> Array:
        """Return the highest value of an output from a day on, until a day, shape (n,)."""
        asked = self.since(day) & (self.days <= until)
        return np.asarray(np.where(asked, self[output], -np.inf).max(axis=1))


_PROCESS = (
    "burst_size", "relapse_lesions", "gd_duration", "t2_share", "large_share", "t2_duration",
)  # fmt: skip


def first_of(values: Array, after: Flags) -> Array:
    """Return the first value of each course among some days; ``nan`` without any."""
    k = after.argmax(axis=1)
    return np.where(after.any(axis=1), values[np.arange(len(values)), k], np.nan)
