"""Posterior draws by adaptive importance sampling: rounds, heavy tails, a defensive share.

The first round draws around the mode and around the prior; the weighted mean and covariance of all
points so far shape the next, and so on until enough draws count. Points are weighted against the
exact mixture of all rounds, so the weights are right whatever the shapes; how good these were shows
in the effective sample size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from diapedesis.infer.estimate import FitError, Mode
from diapedesis.infer.prior import Prior

Array = NDArray[np.float64]
LogDensity = Callable[[Array], Array]
DF = 6.0
DEFENSIVE = 0.15
"""Share of each later round drawn around the prior."""
MIN_ESS = 100
LEAST = 1000
"""Proposals of the first round, at least; each later round has ``ROUND`` times as many."""
ROUND = 2
ROUNDS = 8
"""Later rounds, at most; they end when ``WANTED`` of the wanted draws are independent."""
WANTED = 0.7


@dataclass(frozen=True)
class _Bump:
    """A multivariate t distribution."""

    centre: Array
    root: Array

    @classmethod
    def of(cls, centre: Array, cov: Array) -> _Bump:
        return cls(centre, np.linalg.cholesky(cov).astype(np.float64))

    def draw(self, n: int, rng: np.random.Generator) -> Array:
        unit = rng.standard_normal((n, self.centre.size))
        unit /= np.sqrt(rng.chisquare(DF, n) / DF)[:, None]
        return self.centre + unit @ self.root.T

    def log_density(self, z: Array) -> Array:
        """Return the log density up to a constant that all bumps of one dimension share."""
        unit = np.linalg.solve(self.root, (z - self.centre).T)
        size = np.log(np.diag(self.root)).sum()
        k = self.centre.size
        return np.asarray(-0.5 * (DF + k) * np.log1p((unit**2).sum(axis=0) / DF) - size)


def resample(
    prior: Prior, mode: Mode, log_posterior: LogDensity, n: int, rng: np.random.Generator
) -> tuple[Array, float]:
    """Draw from a posterior.

    Parameters
    ----------
    prior : Prior
    mode : Mode
        Where the posterior is highest, and its covariance there.
    log_posterior : callable
        Log density up to a constant, of points (m, k); ``-inf`` where there is none.
    n : int
        Draws to return.
    rng : Generator

    Returns
    -------
    z : ndarray, shape (n, k)
    ess : float
        Effective number of independent draws behind them.

    Raises
    ------
    FitError
        When that number is too small.
    """
    spare = _Bump.of(prior.mean, prior.cov)
    pool = _Pool(log_posterior)
    pool.add([(0.6, _Bump.of(mode.z, mode.cov)), (0.4, spare)], max(n, LEAST), rng)
    for _ in range(ROUNDS):
        shape = _shape(pool.z, pool.log_w, prior)
        pool.add([(1 - DEFENSIVE, shape), (DEFENSIVE, spare)], ROUND * max(n, LEAST), rng)
        w = _weights(pool.log_w)
        if _ess(w) >= WANTED * n:
            break
    ess, least = _ess(w), min(MIN_ESS, n / 4)
    if ess < least:
        raise FitError(
            f"only {ess:.0f} independent draws of {w.size} after {ROUNDS} rounds, expected"
            f" {least:.0f} or more: the posterior is too narrow or has too many peaks to be sampled"
            " like this. Check the levels, their times and the assay's error for a contradiction"
        )
    at = np.searchsorted(np.cumsum(w), (np.arange(n) + rng.random()) / n)
    return rng.permutation(pool.z[np.minimum(at, w.size - 1)]), ess


class _Pool:
    """Points of all rounds, weighted against the mixture of everything they were drawn from."""

    def __init__(self, log_posterior: LogDensity) -> None:
        self._log_posterior = log_posterior
        self._bumps: list[tuple[int, _Bump]] = []
        self._target = np.empty(0)
        self.z: Array = np.empty((0, 0))
        self.log_w: Array = np.empty(0)

    def add(self, mixture: list[tuple[float, _Bump]], m: int, rng: np.random.Generator) -> None:
        """Draw `m` more points from a mixture, shares met exactly, and weigh all anew."""
        drawn = [(round(share * m), bump) for share, bump in mixture]
        fresh = np.concatenate([bump.draw(count, rng) for count, bump in drawn])
        self.z = np.vstack([self.z, fresh]) if self.z.size else fresh
        self._target = np.append(self._target, self._log_posterior(fresh))
        self._bumps += drawn
        density = [np.log(count / len(self.z)) + b.log_density(self.z) for count, b in self._bumps]
        self.log_w = self._target - logsumexp(density, axis=0)


def _shape(z: Array, log_w: Array, prior: Prior) -> _Bump:
    """Return a bump with the weighted moments, the weights tempered until enough points count."""
    power = 1.0
    enough = 4.0 * z.shape[1]
    while _ess(_weights(power * log_w)) < enough and power > 1e-3:
        power *= 0.8
    w = _weights(power * log_w)
    centre = w @ z
    d = z - centre
    return _Bump.of(centre, (w[:, None] * d).T @ d + 1e-8 * prior.cov)


def _weights(log_w: Array) -> Array:
    w = np.exp(log_w - np.max(log_w))
    return np.asarray(w / w.sum())


def _ess(w: Array) -> float:
    return float(1 / np.sum(w**2))
