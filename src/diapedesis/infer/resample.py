"""Posterior draws by adaptive importance sampling: two rounds, heavy tails, a defensive share.

Round one draws around every mode that was found and around the prior; its weighted mean and
covariance shape round two. Each round's density is the exact mixture it drew from, so the weights
are right whatever the shape; how good the shape was shows in the effective sample size.
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
"""Share of the second round drawn around the prior."""
MIN_ESS = 100
ROUNDS = (1.0, 2.0)
"""Proposals of each round, in multiples of the wanted draws, or of ``LEAST`` if these are fewer."""
LEAST = 1000


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
    first = [(0.6, _Bump.of(mode.z, mode.cov)), (0.4, spare)]
    z, w = _round(first, log_posterior, int(ROUNDS[0] * max(n, LEAST)), rng)
    centre = w @ z
    d = z - centre
    cov = (w[:, None] * d).T @ d
    share = 1.0 / (1.0 + np.exp(-(_ess(w) - 4 * centre.size)))
    cov = share * cov + (1 - share) * mode.cov + 1e-6 * prior.cov
    centre = share * centre + (1 - share) * mode.z
    second = [(1 - DEFENSIVE, _Bump.of(centre, cov)), (DEFENSIVE, spare)]
    z, w = _round(second, log_posterior, int(ROUNDS[1] * max(n, LEAST)), rng)
    ess, least = _ess(w), min(MIN_ESS, n / 4)
    if ess < least:
        raise FitError(
            f"only {ess:.0f} independent draws of {z.shape[0]}, expected {least:.0f} or more; the"
            " levels contradict each other or the dosing history: check them, or leave out the"
            " ones that cannot be right"
        )
    at = np.searchsorted(np.cumsum(w), (np.arange(n) + rng.random()) / n)
    return rng.permutation(z[np.minimum(at, len(z) - 1)]), ess


def _ess(w: Array) -> float:
    return float(1 / np.sum(w**2))


def _round(
    mixture: list[tuple[float, _Bump]], log_posterior: LogDensity, m: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw `m` points from a mixture (shares met exactly) and return them with their weights."""
    counts = [round(share * m) for share, _ in mixture]
    z = np.concatenate([b.draw(c, rng) for c, (_, b) in zip(counts, mixture, strict=True)])
    proposal = logsumexp(
        [
            np.log(c / sum(counts)) + b.log_density(z)
            for c, (_, b) in zip(counts, mixture, strict=True)
        ],
        axis=0,
    )
    log_w = log_posterior(z) - proposal
    w = np.exp(log_w - np.max(log_w))
    return z, w / w.sum()
