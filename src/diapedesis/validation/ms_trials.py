"""Trials with virtual patients: on the drug, without it, and after the last infusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.observe import Lesions
from diapedesis.population.ms_cohort import Patients, recruit
from diapedesis.population.ms_stopped import TWO_YEARS, Stopped, stop, with_past
from diapedesis.validation.ms_estimate import Estimate
from diapedesis.validation.studies import Array, Found, Setting, stream, truths

HYPOTHESES = ("h_cd4", "h_pool", "h_virus", "h_damage", "h_imbalance")
NEARLY_NONE = 1e-9


@dataclass(frozen=True)
class Trials:
    """What studies of MS share: possible truths, and cohorts that are made once.

    Attributes
    ----------
    model : Model
    truths : dict of str to ndarray, shape (m,)
    n : int
        Virtual patients of each truth.
    seed : int
    """

    model: Model
    truths: Mapping[str, Array]
    n: int
    seed: int

    @classmethod
    def of(cls, model: Model, m: int, n: int, seed: int) -> Trials:
        """Draw `m` possible truths."""
        return cls(model, truths(model, m, stream(seed, "truths of ms")), n, seed)

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

    @cached_property
    def null(self) -> Trials:
        """The same truths and patients where all return to their own level, and nothing more."""
        none = {id: np.full(self.m, NEARLY_NONE) for id in HYPOTHESES}
        return replace(self, truths={**self.truths, **none})

    @cached_property
    def starting(self) -> Patients:
        """Patients who start the drug."""
        return recruit(Setting(self.model, self.truths, self.n, self.rng("starting")), self.n)

    @property
    def recruited(self) -> dict[str, float]:
        """Shares of the candidates, once there are any."""
        if "starting" not in vars(self):
            return {}
        return {"admitted": self.starting.admitted, "unstable": self.starting.unstable}

    @property
    def everyone(self) -> NDArray[np.bool_]:
        """A rule of entry that all who start meet."""
        return np.ones(self.m * self.n, bool)

    @cached_property
    def placebo(self) -> Lesions:
        """Two years of the same patients without the drug."""
        p = self.starting
        days = with_past(p, TWO_YEARS)
        births, other = p.untreated(days)
        return p.sample(days, births, other)

    @cached_property
    def stopped(self) -> Stopped:
        """The same patients after two years on the drug."""
        return stop(self.starting)


MsStudy = Callable[[Trials], dict[str, Found]]
