"""Bands within which counts of a right program lie: ECDFs of ranks, and single shares.

The band of an ECDF is simultaneous: binomial intervals of one pointwise level at every rank, the
level chosen so that a uniform sample leaves the band anywhere with the stated probability
(Säilynoja, Bürkner and Vehtari 2022, doi 10.1007/s11222-022-10090-6). That probability is not
simulated but summed over the Markov chain of counts, so it is exact far into the tail.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import bdtr, bdtrc, gammaln
from scipy.stats import binom

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
TINY = 1e-6
"""Probability below which its exact value interests nobody."""


@dataclass(frozen=True, eq=False)
class RankBands:
    """Bands for the ECDF of `n` ranks, each uniform on 0 to ``n_ranks - 1``.

    Examples
    --------
    >>> bands = RankBands.of(100, 200)
    >>> bool(bands.p_value(np.arange(100) * 2) > 0.99)
    True
    >>> bool(bands.p_value(np.zeros(100, int)) < 1e-9)
    True
    """

    n: int
    n_ranks: int
    tails: Array
    """Two-sided tail of each count (columns) of ranks below each rank 1, 2 ... (rows)."""

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, n: int, n_ranks: int) -> RankBands:
        """Prepare the bands; they are kept for each size."""
        z = np.arange(1, n_ranks)[:, None] / n_ranks
        counts = np.arange(n + 1)[None, :]
        upper = np.where(counts == 0, 1.0, bdtrc(np.maximum(counts - 1, 0), n, z))
        return cls(n, n_ranks, 2 * np.minimum(bdtr(counts, n, z), upper))

    def counts(self, ranks: Counts) -> Counts:
        """Return how many ranks lie below 1, 2 ... ``n_ranks - 1``."""
        return np.searchsorted(np.sort(ranks), np.arange(1, self.n_ranks), side="left")

    def statistic(self, ranks: Counts) -> float:
        """Return the least two-sided tail over all points of the ECDF."""
        return float(self.tails[np.arange(self.n_ranks - 1), self.counts(ranks)].min())

    def p_value(self, ranks: Counts) -> float:
        """Return the probability that a uniform sample strays as far, anywhere.

        Below ``TINY`` it is the sum over the points, which is never too small.
        """
        statistic = self.statistic(ranks)
        bound = statistic * (self.n_ranks - 1)
        return bound if bound < TINY else max(0.0, 1 - self._stays(statistic))

    def band(self, alpha: float) -> tuple[Counts, Counts]:
        """Return the lowest and highest counts of a band left with probability `alpha`."""
        return self._limits(self._level(alpha))

    def _limits(self, level: float) -> tuple[Counts, Counts]:
        inside = self.tails > level
        low = np.argmax(inside, axis=1)
        return low, self.n - np.argmax(inside[:, ::-1], axis=1)

    @lru_cache(maxsize=8)  # noqa: B019 - instances are few and kept anyway
    def _level(self, alpha: float) -> float:
        def excess(log_level: float) -> float:
            return self._stays(np.exp(log_level)) - (1 - alpha)

        top, step = np.log(alpha), 1e-3
        if excess(top) >= 0:
            return alpha
        return float(np.exp(brentq(excess, top - 12, top, xtol=step) - step))

    def _stays(self, level: float) -> float:
        """Return the probability that the counts of a uniform sample stay within their limits."""
        low, high = self._limits(level)
        if np.any(low > high):
            return 0.0
        log_factorial = gammaln(np.arange(self.n + 1) + 1.0)
        at, p = np.array([0]), np.ones(1)
        for j in range(self.n_ranks - 1):
            to = np.arange(low[j], high[j] + 1)
            p = p @ _steps(self.n, log_factorial, at, to, 1 / (self.n_ranks - j))
            at = to
        return float(p.sum())


def _steps(n: int, log_factorial: Array, at: Counts, to: Counts, share: float) -> Array:
    """Return the probability of a count `to` at the next rank from a count `at`."""
    added = to[None, :] - at[:, None]
    rest, left = (n - at)[:, None], (n - to)[None, :]
    possible = (added >= 0) & (left >= 0)
    k = np.where(possible, added, 0)
    log_p = log_factorial[rest] - log_factorial[k] - log_factorial[np.where(possible, rest - k, 0)]
    log_p = log_p + k * np.log(share) + (rest - k) * np.log1p(-share)
    return np.asarray(np.exp(np.where(possible, log_p, -np.inf)))


def binomial_band(n: int, p: float, alpha: float) -> tuple[int, int]:
    """Return the counts outside of which a binomial one falls with at most `alpha`.

    Examples
    --------
    >>> binomial_band(100, 0.5, 0.01)
    (37, 63)
    """
    low, high = binom.interval(1 - alpha, n, p)
    return int(low), int(high)
