"""Whether chains agree and how many independent draws they are worth.

Rank-normalised split R-hat, bulk and tail effective sample sizes (Vehtari, Gelman, Simpson,
Carpenter and Bürkner 2021, Bayesian Analysis 16:667), for all quantities at once. The tests compare
them with arviz-stats, which takes a second to import and is why they stand here
(docs/decisions/0030).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import ndtri

Array = NDArray[np.float64]
TAILS = (0.05, 0.95)


@dataclass(frozen=True)
class Convergence:
    """Diagnostics of each quantity, shape (n_quantities,) each.

    Attributes
    ----------
    rhat : ndarray
        1 when the chains agree; the larger of location and spread.
    ess_bulk, ess_tail : ndarray
        Independent draws behind the middle, and behind the 5 % and 95 % quantiles.
    """

    rhat: Array
    ess_bulk: Array
    ess_tail: Array

    @property
    def worst(self) -> tuple[float, float, float]:
        """Largest R-hat, smallest bulk and smallest tail effective sample size."""
        return float(self.rhat.max()), float(self.ess_bulk.min()), float(self.ess_tail.min())


def convergence(chains: Array) -> Convergence:
    """Diagnose chains.

    Parameters
    ----------
    chains : ndarray, shape (n_chains, n_steps, n_quantities)
        Two chains or more of eight steps or more.

    Returns
    -------
    Convergence

    Examples
    --------
    >>> chains = np.random.default_rng(1).standard_normal((4, 500, 2))
    >>> found = convergence(chains)
    >>> bool(np.all(found.rhat < 1.01)), bool(np.all(found.ess_bulk > 1500))
    (True, True)
    """
    half = _halves(chains)
    scores = _normal_scores(half)
    folded = _normal_scores(np.abs(half - np.median(half, axis=(0, 1))))
    tails = [half <= np.quantile(half, q, axis=(0, 1)) for q in TAILS]
    return Convergence(
        np.maximum(_rhat(scores), _rhat(folded)),
        effective(scores),
        np.minimum(*(effective(t.astype(float)) for t in tails)),
    )


def _halves(chains: Array) -> Array:
    n = chains.shape[1] // 2
    return np.concatenate([chains[:, :n], chains[:, -n:]])


def _normal_scores(x: Array) -> Array:
    """Replace values by normal quantiles of their ranks; ties share the mean rank."""
    flat = x.reshape(-1, x.shape[-1])
    out = np.empty_like(flat, dtype=float)
    for j, column in enumerate(flat.T):
        _, place, count = np.unique(column, return_inverse=True, return_counts=True)
        rank = np.cumsum(count) - 0.5 * (count - 1)
        out[:, j] = ndtri((rank[place] - 0.375) / (len(column) + 0.25))
    return out.reshape(x.shape)


def _rhat(x: Array) -> Array:
    n = x.shape[1]
    within = x.var(axis=1, ddof=1).mean(axis=0)
    between = x.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt((n - 1) / n + between / within)


def effective(x: Array) -> Array:
    """Return the effective number of draws for the mean of each quantity.

    Parameters
    ----------
    x : ndarray, shape (n_chains, n_steps, n_quantities)

    Returns
    -------
    ndarray, shape (n_quantities,)
        By Geyer's initial monotone positive sequence; 0 for a quantity that does not move.
    """
    m, n, _ = x.shape
    lags = _autocovariance(x).mean(axis=0)
    within = lags[0] * n / (n - 1)
    total = lags[0] + x.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        rho = 1 - (within - lags) / total
    rho[0] = 1.0
    pairs = rho[: 2 * (n // 2)].reshape(n // 2, 2, -1).sum(axis=1)
    positive = np.logical_and.accumulate(pairs > 0, axis=0)
    sums = np.where(positive, np.minimum.accumulate(pairs, axis=0), 0.0).sum(axis=0)
    size = m * n
    tau = np.maximum(2 * sums - 1, 1 / np.log10(size))
    return np.where(total > 0, size / tau, 0.0)


def _autocovariance(x: Array) -> Array:
    """Return autocovariances by lag along axis 1, shape (n_chains, n_steps, n_quantities)."""
    n = x.shape[1]
    size = next_fast_len(2 * n, real=True)
    spectrum = rfft(x - x.mean(axis=1, keepdims=True), size, axis=1)
    found = irfft(spectrum * np.conj(spectrum), size, axis=1)[:, :n] / n
    return np.asarray(found)
