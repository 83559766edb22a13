"""Trials of a real size: patients drawn at random to each arm, and what such a trial would find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from diapedesis.population.truths import stream
from diapedesis.trials.run import Records

Array = NDArray[np.float64]
FEATURES = ("relapse", "rebound", "new_gd")
"""Endpoints that hypotheses are told apart by."""
ALPHA = 0.05
"""Of a two-sided test."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """Trials simulated under every hypothesis, in the same truths.

    Attributes
    ----------
    n : int
        Patients in each arm, none of them in two.
    truth : ndarray of int, shape (trials,)
        Which of the possible truths each trial was done in.
    means : dict of str to ndarray, shape (hypotheses, arms, trials)
        What is observed of each endpoint.
    features : ndarray, shape (hypotheses, arms, trials, 3)
        Log odds of relapse and of rebound, and the mean logarithm of 1 + new Gd lesions.
    tests : dict of str to ndarray, shape (hypotheses, arms, trials)
        Test statistic against control over its critical value: -1 and below is significantly less.
    """

    n: int
    truth: NDArray[np.intp]
    means: dict[str, Array]
    features: Array
    tests: dict[str, Array]


def enrol(records: Records, variant: int, n: int, trials: int, seed: int) -> Simulated:
    """Simulate trials with `n` patients in each arm.

    Each is done in one of the possible truths, in turn. Its patients are drawn from the records of
    that truth, with replacement, anew for each arm: as in a real trial, arms do not share chances.

    Parameters
    ----------
    records : Records
    variant : int
        Place of the variant.
    n, trials : int
    seed : int
    """
    name = f"{records.trial.id} enrol {variant} {n}"
    rng = stream(seed, name)
    _, h, a, m, size = next(iter(records.values.values())).shape
    truth = np.arange(trials) % m
    chosen = rng.integers(0, size, (a, trials, n))
    drawn = lambda id, i, j: records.values[id][variant, i, j][truth[:, None], chosen[j]]  # noqa: E731
    means = {id: np.empty((h, a, trials)) for id in records.values}
    log_gd = np.empty((2, h, a, trials))
    for i in range(h):
        for j in range(a):
            for id in records.values:
                means[id][i, j] = drawn(id, i, j).mean(axis=1)
            log = np.log1p(drawn("new_gd", i, j).astype(float))
            log_gd[:, i, j] = log.mean(axis=1), log.var(axis=1, ddof=1)
    odds = [log_odds(means[id], n) for id in FEATURES[:2]]
    tests = {id: of_shares(means[id], n) for id in ("rebound", "relapse")}
    return Simulated(
        n,
        truth,
        means,
        np.stack([*odds, log_gd[0]], axis=-1),
        tests | {"new_gd": of_means(log_gd[0], log_gd[1], n)},
    )


def log_odds(share: Array, n: int) -> Array:
    """Return the log odds of a share among `n`; half a patient is added to each side."""
    return np.asarray(np.log((n * share + 0.5) / (n * (1 - share) + 0.5)))


def of_shares(share: Array, n: int) -> Array:
    """Test shares against those of the first arm (axis 1): z, pooled, over its critical value."""
    base = share[:, :1]
    pooled = (share + base) / 2
    error = np.sqrt(2 * pooled * (1 - pooled) / n)
    apart = share - base
    z = np.divide(apart, error, out=np.zeros_like(apart), where=error > 0)
    return np.asarray(z / norm.ppf(1 - ALPHA / 2))


def of_means(mean: Array, variance: Array, n: int) -> Array:
    """Test means against those of the first arm (axis 1): Welch's t over its critical value."""
    own, base = variance / n, variance[:, :1] / n
    error = np.sqrt(own + base)
    spread = own**2 + base**2
    free = np.divide((own + base) ** 2 * (n - 1), spread, out=np.ones_like(own), where=spread > 0)
    apart = mean - mean[:, :1]
    t = np.divide(apart, error, out=np.zeros_like(apart), where=error > 0)
    return np.asarray(t / student.ppf(1 - ALPHA / 2, free))
