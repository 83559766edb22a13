"""Weights of draws: logarithms in, places and effective numbers out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diapedesis.cases.draws import Drawn
from diapedesis.observe.draws import Array
from diapedesis.population.virus_patients import Index


def seeded_only(log_weight: Array, blocks: Sequence[Drawn]) -> Array:
    """Return the weights with nothing for draws without a seed."""
    has = np.concatenate([b.seeded for b in blocks])
    return np.where(has, log_weight, -np.inf)


def normalised(log_weight: Array) -> Array:
    """Return weights that add up to 1; all 0 when no draw has any."""
    top = log_weight.max()
    w = np.exp(log_weight - top) if np.isfinite(top) else np.zeros_like(log_weight)
    return np.asarray(w / max(w.sum(), 1e-300))


def effective(log_weight: Array) -> float:
    """Return the effective number of draws, Kish's."""
    w = normalised(log_weight)
    return float(1 / np.sum(w**2)) if w.any() else 0.0


def resampled(log_weight: Array, n: int, seed: Sequence[int]) -> Index:
    """Return places of draws in proportion to their weight, by systematic resampling."""
    edges = np.cumsum(normalised(log_weight))
    u = (np.arange(n) + np.random.default_rng(seed).random()) / n
    return np.minimum(np.searchsorted(edges, u), log_weight.size - 1)
