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


def prior_conflict(
    prior: Prior, predict: Predict, levels: Levels, rng: np.random.Generator
) -> float:
    """Return how unlikely the levels are under the prior, 0 to 1.

    The smaller of two tails, doubled when both exist: a chi-square one, of the logarithms of the
    quantifiable levels about their prior predictive mean and covariance; and the prior predictive
    probability of the least likely level below the limit, times the number of these.
    """
    mu = predict(prior.sample(CONFLICT_DRAWS, rng)[:, None, :])[:, 0]
    mu = mu[np.isfinite(mu).all(axis=1)]
    tails = []
    seen = ~levels.below
    if seen.any():
        log_mu = np.log(np.maximum(mu[:, seen], 1e-3))
        error = (levels.sd(mu) / np.maximum(mu, 1e-3)).mean(axis=0)[seen]
        cov = np.atleast_2d(np.cov(log_mu, rowvar=False)) + np.diag(error**2)
        d = np.log(levels.y[seen]) - log_mu.mean(axis=0)
        tails.append(float(chdtrc(int(seen.sum()), float(d @ np.linalg.solve(cov, d)))))
    if levels.below.any():
        below = ndtr((levels.y - mu) / levels.sd(mu))[:, levels.below].mean(axis=0)
        tails.append(float(below.min() * levels.below.sum()))
    return min(1.0, len(tails) * min(tails))
