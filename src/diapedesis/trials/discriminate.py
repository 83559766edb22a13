"""Which explanation is it? A likelihood made by simulation, and how well it tells them apart.

Under each hypothesis the outcome of a trial has a mean and a covariance that simulated trials give,
uncertainty about the truth and the chances of a trial of that size together; its tails are those of
a t distribution, since there are few truths to learn from. What is learned from four fifths of the
possible truths is tried on trials in the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Array = NDArray[np.float64]
FOLDS = 5
FREE = 6.0
"""Degrees of freedom of the t distribution (assumption)."""
SHRINK = 0.1
"""Share by which correlations are drawn towards 0, for want of truths to learn them from."""
SURE = 0.95
"""Posterior probability, of two, from which on a trial is said to tell."""


@dataclass(frozen=True, eq=False)
class Likelihood:
    """How probable outcomes are under a hypothesis: a multivariate t.

    Attributes
    ----------
    mean : ndarray, shape (d,)
    root : ndarray, shape (d, d)
        Cholesky factor of the scale matrix.
    """

    mean: Array
    root: Array

    @classmethod
    def of(cls, x: Array) -> Likelihood:
        """Learn from outcomes, shape (trials, d)."""
        cov = np.atleast_2d(np.cov(x, rowvar=False))
        own = np.diag(np.diag(cov) + 1e-6)
        scale = ((1 - SHRINK) * cov + SHRINK * own) * (FREE - 2) / FREE
        return cls(x.mean(axis=0), np.asarray(np.linalg.cholesky(scale), float))

    def log_density(self, x: Array) -> Array:
        """Return the log density of outcomes, shape (trials,)."""
        d = len(self.mean)
        z = np.linalg.solve(self.root, (x - self.mean).T)
        fixed = gammaln((FREE + d) / 2) - gammaln(FREE / 2) - d / 2 * np.log(FREE * np.pi)
        fixed -= np.log(np.diag(self.root)).sum()
        return np.asarray(fixed - (FREE + d) / 2 * np.log1p((z**2).sum(axis=0) / FREE))


def held_out(x: Array, truth: NDArray[np.intp]) -> Array:
    """Return the log likelihood of each outcome under each hypothesis.

    Parameters
    ----------
    x : ndarray, shape (hypotheses, trials, d)
        Outcomes of trials under each hypothesis.
    truth : ndarray of int, shape (trials,)
        The truth of each trial.

    Returns
    -------
    ndarray, shape (hypotheses, trials, hypotheses)
        The last axis is the hypothesis that is tried.
    """
    h = len(x)
    out = np.empty((h, x.shape[1], h))
    for fold in range(FOLDS):
        test = truth % FOLDS == fold
        for j in range(h):
            learned = Likelihood.of(x[j, ~test])
            for i in range(h):
                out[i, test, j] = learned.log_density(x[i, test])
    return out


def posterior(log_likelihood: Array) -> Array:
    """Return probabilities over the last axis when all were alike before."""
    shifted = np.exp(log_likelihood - log_likelihood.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def information(log_likelihood: Array, truth: NDArray[np.intp]) -> tuple[float, float, float]:
    """Return what a trial tells of the hypothesis [bit], its standard error, and the share right.

    The information is the mutual one between hypothesis and outcome, as far as this likelihood can
    use it: the mean of log2(posterior of the right hypothesis x number of hypotheses). It may come
    out slightly below 0 where there is nothing to learn. The error is that of the drawn truths.

    Parameters
    ----------
    log_likelihood : ndarray, shape (hypotheses, trials, hypotheses)
    truth : ndarray of int, shape (trials,)
    """
    h = len(log_likelihood)
    own = np.arange(h)
    after = posterior(log_likelihood)[own, :, own]
    told = np.log2(np.maximum(after, 1e-12) * h).mean(axis=0)
    found = np.array([told[truth == t].mean() for t in np.unique(truth)])
    right = (log_likelihood.argmax(axis=-1) == own[:, None]).mean()
    return float(told.mean()), float(found.std(ddof=1) / np.sqrt(found.size)), float(right)


def told_apart(log_likelihood: Array, i: int, j: int) -> tuple[float, float]:
    """Return how often a trial tells two hypotheses apart, and how often it misleads.

    It tells when the posterior probability of one of them, both alike before, is at least 0.95.

    Parameters
    ----------
    log_likelihood : ndarray, shape (hypotheses, trials, hypotheses)
    i, j : int
    """
    for_i = np.concatenate(
        [
            log_likelihood[i, :, i] - log_likelihood[i, :, j],
            log_likelihood[j, :, j] - log_likelihood[j, :, i],
        ]
    )
    enough = np.log(SURE / (1 - SURE))
    return float((for_i >= enough).mean()), float((for_i <= -enough).mean())
