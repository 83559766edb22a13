"""Whether the levels disagree with what is believed about such a subject."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

from diapedesis.infer.estimate import Predict
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.prior import Prior

Array = NDArray[np.float64]
CONFLICT_DRAWS = 300
LEAST_SLOPE = 1e-6
"""Proportional error below which an assay's SD is the same everywhere."""


def prior_conflict(
    prior: Prior, predict: Predict, levels: Levels, rng: np.random.Generator
) -> float:
    """Return how unlikely the levels are under the prior, 0 to 1.

    The smaller of two tails, doubled when both exist: a chi-square one, of the quantifiable levels
    about their prior predictive mean and covariance, on the scale on which the assay's SD is 1
    everywhere (a logarithm well above its additive error, linear below it); and the prior
    predictive probability of the least likely level below the limit, times the number of these.
    Outliers have no part in it: one in thirty levels may say p < 0.01 for this alone.
    """
    mu = predict(prior.sample(CONFLICT_DRAWS, rng)[:, None, :])[:, 0]
    mu = mu[np.isfinite(mu).all(axis=1)]
    tails = []
    seen = ~levels.below
    if seen.any():
        expected = _in_sd(mu, levels)[:, seen]
        cov = np.atleast_2d(np.cov(expected, rowvar=False)) + np.eye(int(seen.sum()))
        d = _in_sd(levels.y, levels)[seen] - expected.mean(axis=0)
        tails.append(float(chdtrc(int(seen.sum()), float(d @ np.linalg.solve(cov, d)))))
    if levels.below.any():
        below = ndtr((levels.y - mu) / levels.sd(mu))[:, levels.below].mean(axis=0)
        tails.append(float(below.min() * levels.below.sum()))
    return min(1.0, len(tails) * min(tails))


def _in_sd(x: Array, levels: Levels) -> Array:
    """Return readings on the scale on which the assay's SD is 1, whatever the reading."""
    slope, floor = levels.proportional, levels.sd(np.zeros(levels.y.size))
    return np.where(
        slope > LEAST_SLOPE,
        np.arcsinh(slope * x / floor) / np.maximum(slope, LEAST_SLOPE),
        x / floor,
    )
