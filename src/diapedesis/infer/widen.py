"""Where a search for the mode begins, when one search is not enough, and where the next begins.

An outlier has two readings, each a mode: the level is wrong, or the subject is odd. From the prior
mean one of them is in sight. So a mode that calls a level wrong, lies far from the prior, or was
not found by every start is doubted, and the search goes on from points drawn widely, and from what
the levels would say with less of the prior, or without some of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from diapedesis.infer.descent import Ends, Objective, Trust, descend
from diapedesis.infer.prior import Prior

Array = NDArray[np.float64]
SAME = 0.01
"""Objectives closer than this belong to one mode."""
DOUBT = 0.1
"""Tail probability of prior distance or misfit, and outlier probability, that call for more."""
EASE = (1.0, 2.0, 4.0, 8.0)
"""Factors on the prior SDs in a wide search."""
DRAWN = 64
"""Points drawn for each factor."""
PICKED = 4
"""Points of these from which a descent begins."""
HALVES = 3
"""Random halves of the levels from which, and from whose other halves, a descent begins."""
RELAXED = 30
"""Iterations of a descent that only looks for a place to begin."""


def first_points(prior: Prior, n: int) -> Array:
    """Return the mean, then points at one SD along a fixed, well-spread set of directions."""
    k = len(prior.names)
    directions = np.random.default_rng(20260).standard_normal((n - 1, k))
    directions *= np.sqrt(k) / np.linalg.norm(directions, axis=1, keepdims=True)
    return np.vstack([prior.mean, prior.mean + directions @ np.linalg.cholesky(prior.cov).T])


def doubtful(objective: Objective, ends: Ends) -> bool:
    """Return whether the lowest end may not be the mode."""
    at = ends.best
    if not np.isfinite(ends.value[at]):
        return True
    if not (ends.arrived & (ends.value < ends.value[at] + SAME)).all():
        return True
    z = ends.z[at : at + 1]
    if chdtrc(z.shape[1], objective.distance2(z)[0]) < DOUBT:
        return True
    _, slope, information, outlier = objective.terms(objective.predict(z[:, None])[:, 0])
    seen = information > 0
    misfit = float(np.sum(slope[seen] ** 2 / information[seen]))
    return bool(outlier.max(initial=0.0) > DOUBT or chdtrc(seen.sum(), misfit) < DOUBT)


def wide_points(
    objective: Objective, prior: Prior, ends: Ends, n_levels: int, rng: np.random.Generator
) -> tuple[Array, int]:
    """Return points from which to search on, shape (n, k), and the iterations they cost.

    From points drawn from the prior, widened, the best of each width fall to the mode under that
    wider prior; from the lowest end they fall to the modes of random halves of the levels.
    """
    root = np.linalg.cholesky(prior.cov)
    begin, ease = [], []
    for factor in EASE:
        drawn = prior.mean + factor * rng.standard_normal((DRAWN, prior.mean.size)) @ root.T
        picked = _apart(drawn, objective.value(drawn, factor), factor * prior.sd)
        begin.append(picked)
        ease.append(np.full(len(picked), factor))
    n = sum(map(len, begin))
    halves = _halves(n_levels, rng)
    z = np.vstack([*begin, np.repeat(ends.z[ends.best][None], len(halves), axis=0)])
    if not len(z):
        return z, 0
    levels = np.vstack([np.ones((n, n_levels)), halves])
    trust = Trust(np.concatenate([*ease, np.ones(len(halves))]), levels)
    found = descend(objective, z, RELAXED, trust)
    return found.z, found.iterations


def _halves(n: int, rng: np.random.Generator) -> Array:
    """Return 0 or 1 for each of `n` levels, in rows; none where there are no two halves."""
    if n < 2:
        return np.empty((0, n))
    order = np.argsort(rng.random((HALVES, n)), axis=1)
    kept = (order < rng.integers(1, n, HALVES)[:, None]).astype(float)
    return np.vstack([kept, 1 - kept])


def _apart(z: Array, value: Array, sd: Array) -> Array:
    """Return the best points that lie one SD or more from each other, PICKED at most."""
    kept: list[int] = []
    for i in np.argsort(value):
        near = any(np.linalg.norm((z[i] - z[j]) / sd) < 1 for j in kept)
        if np.isfinite(value[i]) and not near:
            kept.append(int(i))
        if len(kept) == PICKED:
            break
    return z[kept]
