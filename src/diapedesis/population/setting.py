"""What virtual patients of many possible truths are made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.cohort import Adults

Array = NDArray[np.float64]
AT_ONCE = 20_000
"""Subjects solved in one call; bounds the memory."""


@dataclass(frozen=True)
class Setting:
    """What a study is run with.

    Attributes
    ----------
    model : Model
    truths : dict of str to ndarray, shape (m,)
        Typical values, one possible truth each.
    cohort : int
        Adults where a study asks for a thousand or more.
    rng : Generator
        The study's own stream.
    """

    model: Model
    truths: Mapping[str, Array]
    cohort: int
    rng: np.random.Generator

    @property
    def m(self) -> int:
        """Number of possible truths."""
        return int(next(iter(self.truths.values())).size)

    def adults(self, n: int) -> Adults:
        """Recruit `n` adults for each possible truth."""
        return Adults.sample(self.model, self.m, n, self.rng)

    def thinned(self, m: int) -> Setting:
        """Return the setting with the first `m` truths."""
        truths = {k: v[:m] for k, v in self.truths.items()}
        return Setting(self.model, truths, self.cohort, self.rng)
