"""Cohorts of PML that were followed for IRIS, each with its own care."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

from diapedesis.core import Model
from diapedesis.population.ms_cohort import Flags
from diapedesis.population.virus_care import Care
from diapedesis.simulate import Course
from diapedesis.validation.iris_cohort import Diagnosed, diagnosed, occurring
from diapedesis.validation.iris_seen import DAYS, OUTPUTS, IrisSeen
from diapedesis.validation.ms_estimate import Estimate, Index
from diapedesis.validation.studies import Array, Found, stream

FILGRASTIM = Course("filgrastim", 4.0, 32.0)
"""Assumption: four weeks of it, from the day on which exchange would begin."""
TAN_PLEX, TAN_STEROIDS = 40 / 42, 0.75
"""Exchanged (claim pml 4.1). Assumption: three of four get steroids when IRIS makes them worse, the
others none."""
STEFOSKI_PLEX = 8 / 17
SCARPAZZA_PLEX, SCARPAZZA_EARLY = 0.6, 0.5
"""Assumption: shares exchanged, and given steroids before IRIS; the abstract has neither."""
SICKER = 0.7
"""Assumption: one SD more of the logarithm of volume at the diagnosis doubles the odds of being
exchanged, or given early steroids; no series gives a number."""


@dataclass(frozen=True)
class IrisTrials:
    """What studies of IRIS share: possible truths, and patients who are found once.

    Attributes
    ----------
    model : Model
    m, n : int
        Possible truths, and virtual patients of each.
    seed : int
    given : mapping of str to ndarray, shape (m,), optional
        The truths; by default they are drawn.
    """

    model: Model
    m: int
    n: int
    seed: int
    given: Mapping[str, Array] | None = None

    @cached_property
    def drawn(self) -> tuple[Mapping[str, Array], float]:
        """The possible truths, and the share refused as PML hardly occurs in them."""
        if self.given is not None:
            return self.given, 0.0
        return occurring(self.model, self.m, self.rng("truths of iris"))

    def rng(self, name: str) -> np.random.Generator:
        """Return a stream of its own."""
        return stream(self.seed, name)

    def estimate(self, name: str) -> Estimate:
        """Return what turns patients into rows of a study."""
        return Estimate(self.m, self.n, self.rng(f"studies of {name}"))

    @cached_property
    def found(self) -> Diagnosed:
        """Patients at the diagnosis."""
        return diagnosed(self.model, self.drawn[0], self.n, self.rng("patients with PML"))

    @property
    def everyone(self) -> Flags:
        """A rule of entry that all meet."""
        return np.ones(self.m * self.n, bool)

    def sicker(self, share: float, name: str) -> Index:
        """Return who gets something that a share gets, those with large lesions rather, 0 or 1."""
        onset = self.found.onset
        size = np.log(onset.volume_on(onset.diagnosis)).reshape(self.m, -1)
        z = (size - size.mean(axis=1, keepdims=True)) / size.std(axis=1, keepdims=True)
        chance = self.rng(f"who gets {name}").random(size.size)
        return (chance < expit(logit(share) + SICKER * z.ravel())).astype(np.intp)

    def seen(self, *care: Care, chosen: Index | None = None) -> IrisSeen:
        """Follow all under a policy each."""
        return IrisSeen(self.found.followed(care, chosen, DAYS, OUTPUTS))

    @cached_property
    def tan(self) -> IrisSeen:
        """Nearly all exchanged; steroids in IRIS, or none."""
        rng = self.rng("care of tan")
        size = self.m * self.n
        none = (rng.random(size) < TAN_PLEX).astype(np.intp)
        given = (rng.random(size) < TAN_STEROIDS).astype(np.intp)
        policies = [Care(sessions=s, steroids=t) for s in (0, 5) for t in ("none", "symptoms")]
        return self.seen(*policies, chosen=2 * none + given)

    @cached_property
    def stefoski(self) -> IrisSeen:
        """Filgrastim in all, half exchanged."""
        rng = self.rng("care of stefoski")
        chosen = (rng.random(self.m * self.n) < STEFOSKI_PLEX).astype(np.intp)
        policies = [Care(sessions=s, others=(FILGRASTIM,)) for s in (0, 5)]
        return self.seen(*policies, chosen=chosen)

    @cached_property
    def scarpazza_care(self) -> tuple[Index, Index]:
        """Who of that cohort is exchanged, and who gets early steroids, 0 or 1."""
        return (
            self.sicker(SCARPAZZA_PLEX, "exchange"),
            self.sicker(SCARPAZZA_EARLY, "early steroids"),
        )

    @cached_property
    def scarpazza(self) -> IrisSeen:
        """Some exchanged, some given steroids before IRIS; the sicker rather."""
        plex, early = self.scarpazza_care
        policies = [
            Care(sessions=s, steroids=t) for s in (0, 5) for t in ("symptoms", "preemptive")
        ]
        return self.seen(*policies, chosen=2 * plex + early)

    @cached_property
    def exchanged(self) -> IrisSeen:
        """All exchanged."""
        return self.seen(Care())

    @cached_property
    def not_exchanged(self) -> IrisSeen:
        """The same patients, none exchanged."""
        return self.seen(Care(sessions=0))


IrisStudy = Callable[[IrisTrials], dict[str, Found]]
