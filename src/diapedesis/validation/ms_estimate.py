"""From virtual patients to a row: the statistic over all of them, and in studies as published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.validation.studies import Array, Found

Index = NDArray[np.intp]
Statistic = Callable[..., Array]
"""Takes places of patients, (..., size) for each group, and returns (...)."""
STUDIES_EACH = 25
"""Studies of the published size in each possible truth."""


@dataclass(frozen=True)
class Estimate:
    """Patients of each truth among whom studies are drawn.

    Attributes
    ----------
    m, n : int
        Truths, and patients of each; flat, truths outermost.
    rng : Generator
    """

    m: int
    n: int
    rng: np.random.Generator

    def found(
        self,
        statistic: Statistic,
        who: NDArray[np.bool_],
        sizes: Sequence[int],
        note: str,
        variants: Mapping[str, Array] | None = None,
    ) -> Found:
        """Return the statistic of those who are in, in all and in studies of groups of `sizes`."""
        members = self.members(who)
        studies = [self._studies(statistic, at, sizes) for at in members]
        share = f" {who.mean():.0%} of the virtual patients."
        return Found(
            np.concatenate(studies),
            note + share,
            dict(variants or {}),
            self.centre(statistic, who, len(sizes)),
        )

    def centre(self, statistic: Statistic, who: NDArray[np.bool_], groups: int = 1) -> Array:
        """Return the statistic over all patients who are in, for each truth."""
        found = [
            float(statistic(*(at,) * groups)) if at.size else np.nan for at in self.members(who)
        ]
        return np.array(found)

    def members(self, who: NDArray[np.bool_]) -> list[Index]:
        """Return the places of those who are in, for each truth."""
        return [np.flatnonzero(row) + j * self.n for j, row in enumerate(who.reshape(self.m, -1))]

    def _studies(self, statistic: Statistic, at: Index, sizes: Sequence[int]) -> Array:
        if not at.size:
            return np.full(STUDIES_EACH, np.nan)
        groups = [self.rng.choice(at, (STUDIES_EACH, size)) for size in sizes]
        return np.asarray(statistic(*groups), float)


def share(event: NDArray[np.bool_]) -> Statistic:
    """Return a statistic: per cent of patients with an event."""
    return lambda at: 100 * event[at].mean(axis=-1)


def mean(value: Array) -> Statistic:
    """Return a statistic: the mean over patients."""
    return lambda at: value[at].mean(axis=-1)


def ratio(above: Array, below: Array) -> Statistic:
    """Return a statistic: a ratio of two means, of one group or of two."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return lambda *at: above[at[0]].mean(axis=-1) / below[at[-1]].mean(axis=-1)


def hazard_ratio(above: NDArray[np.bool_], below: NDArray[np.bool_]) -> Statistic:
    """Return a statistic: the ratio of cumulative hazards of two groups."""

    def statistic(*at: Index) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(
                np.log1p(-above[at[0]].mean(axis=-1)) / np.log1p(-below[at[-1]].mean(axis=-1))
            )

    return statistic
