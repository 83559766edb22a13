"""From virtual patients to a row: the statistic over all of them, and in studies as published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.validation.studies import Array, Found

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Statistic = Callable[..., ArrayLike]
"""Takes places of patients, shape (..., size), one argument for each group; returns (...)."""
STUDIES = 25
"""Studies of the published size in each possible truth."""


@dataclass(frozen=True)
class Estimate:
    """Virtual patients of each truth, among whom studies are drawn.

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
        who: Flags,
        sizes: Sequence[int],
        note: str,
        variants: Mapping[str, Array] | None = None,
    ) -> Found:
        """Return the statistic of who enters: over all, and in studies of groups of `sizes`."""
        studies = [self._studies(statistic, at, sizes) for at in self.members(who)]
        return Found(
            np.concatenate(studies),
            f"{note} {who.mean():.0%} of the virtual patients enter.",
            dict(variants or {}),
            self.centre(statistic, who, len(sizes)),
        )

    def centre(self, statistic: Statistic, who: Flags, groups: int = 1) -> Array:
        """Return the statistic over all who enter, for each truth; every group is all of them."""
        found = [
            float(statistic(*(at,) * groups)) if at.size else np.nan  # type: ignore[arg-type]
            for at in self.members(who)
        ]
        return _finite(found)

    def members(self, who: Flags) -> list[Index]:
        """Return the places of those who enter, for each truth."""
        return [np.flatnonzero(row) + j * self.n for j, row in enumerate(who.reshape(self.m, -1))]

    def _studies(self, statistic: Statistic, at: Index, sizes: Sequence[int]) -> Array:
        if not at.size:
            return np.full(STUDIES, np.nan)
        return _finite(statistic(*(self.rng.choice(at, (STUDIES, size)) for size in sizes)))


def _finite(values: ArrayLike) -> Array:
    found = np.asarray(values, float)
    return np.where(np.isfinite(found), found, np.nan)


def share(event: Flags) -> Statistic:
    """Return a statistic: per cent of patients with an event."""
    return lambda at: 100 * np.mean(event[at], axis=-1)


def mean(value: NDArray[Any]) -> Statistic:
    """Return a statistic: the mean over patients."""
    return lambda at: np.mean(value[at], axis=-1)


def median(value: NDArray[Any]) -> Statistic:
    """Return a statistic: the median over patients."""
    return lambda at: np.median(value[at], axis=-1)


def spread(value: NDArray[Any]) -> Statistic:
    """Return a statistic: the standard deviation over patients."""
    return lambda at: np.std(value[at], axis=-1)


def ratio(above: NDArray[Any], below: NDArray[Any]) -> Statistic:
    """Return a statistic: a ratio of two means, of one group or of two."""

    def statistic(*at: Index) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.mean(above[at[0]], axis=-1) / np.mean(below[at[-1]], axis=-1))

    return statistic


def hazard_ratio(above: Flags, below: Flags) -> Statistic:
    """Return a statistic: the ratio of cumulative hazards; half an event is added to each group."""

    def hazard(event: Flags, at: Index) -> Array:
        n = at.shape[-1]
        return np.asarray(-np.log1p(-(event[at].sum(axis=-1) + 0.5) / (n + 1)))

    return lambda *at: hazard(above, at[0]) / hazard(below, at[-1])


def pooled(events: Sequence[Flags], sizes: Sequence[int]) -> Statistic:
    """Return a statistic: per cent with an event in several arms, weighed by their sizes."""
    weights = np.array(sizes, float) / sum(sizes)

    def statistic(*at: Index) -> Array:
        means = [event[i].mean(axis=-1) for event, i in zip(events, at, strict=True)]
        return np.asarray(100 * np.tensordot(weights, np.array(means), 1))

    return statistic
