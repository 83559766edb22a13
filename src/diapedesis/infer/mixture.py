"""Mixtures of multivariate t distributions: density, draws, and a fit to points.

No kept package fits t mixtures to weighted points without a machine-learning library behind it;
the fit is the expectation-maximisation of Peel and McLachlan (2000) with the degrees of freedom
held, as Cappé and others (2008, Stat Comput 18:447) use it to adapt proposals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Array = NDArray[np.float64]
LEAST_DF = 6.0
ITERATIONS = 15
LEAST_SHARE = 0.01
"""A component that explains less is dropped."""
LIGHT = 1e-4
"""Points of less weight, as a share of the largest, change no shape and are left out."""


@dataclass(frozen=True)
class Mixture:
    """Components of multivariate t.

    As many degrees of freedom as dimensions, at least ``LEAST_DF``.

    Attributes
    ----------
    shares : ndarray, shape (m,)
        They sum to 1.
    centres : ndarray, shape (m, k)
    roots : ndarray, shape (m, k, k)
        Lower Cholesky factors of the scale matrices.
    """

    shares: Array
    centres: Array
    roots: Array

    @classmethod
    def of(cls, *parts: tuple[float, Array, Array]) -> Mixture:
        """Build from (share, centre, scale matrix); shares need not sum to 1."""
        shares = np.array([p[0] for p in parts])
        return cls(
            shares / shares.sum(),
            np.stack([p[1] for p in parts]),
            np.linalg.cholesky(np.stack([p[2] for p in parts])).astype(np.float64),
        )

    @property
    def df(self) -> float:
        """Degrees of freedom: with many dimensions, tails as heavy everywhere would be too much."""
        return max(LEAST_DF, float(self.k))

    @property
    def k(self) -> int:
        """Dimension."""
        return int(self.centres.shape[1])

    @cached_property
    def _whitening(self) -> tuple[Array, Array, Array]:
        """Return inverse roots side by side (k, m k), whitened centres (m, k), log sizes (m,)."""
        inverse = np.asarray(np.linalg.inv(self.roots), np.float64)
        log_size = np.log(np.einsum("mii->mi", self.roots)).sum(axis=1)
        stacked = inverse.reshape(-1, self.k).T
        return stacked, np.einsum("mij,mj->mi", inverse, self.centres), log_size

    def distances(self, z: Array) -> Array:
        """Return squared Mahalanobis distances of points (n, k) from each centre, (n, m)."""
        stacked, centres, _ = self._whitening
        unit = (z @ stacked).reshape(len(z), -1, self.k) - centres
        return np.asarray((unit**2).sum(axis=2))

    def log_parts(self, distances: Array) -> Array:
        """Return each component's log share of the density, up to one constant; shape (n, m)."""
        size = np.log(self.shares) - self._whitening[2]
        return np.asarray(size - 0.5 * (self.df + self.k) * np.log1p(distances / self.df))

    def log_density(self, z: Array) -> Array:
        """Return the log density of points (n, k), up to a constant of the dimension."""
        return np.asarray(logsumexp(self.log_parts(self.distances(z)), axis=1))

    def draw(self, n: int, rng: np.random.Generator) -> Array:
        """Draw `n` points, shape (n, k)."""
        which = rng.choice(len(self.shares), n, p=self.shares)
        step = self.steps(which, rng)
        return self.centres[which] + step / np.sqrt(rng.chisquare(self.df, n) / self.df)[:, None]

    def steps(self, which: NDArray[np.int64], rng: np.random.Generator) -> Array:
        """Return normal steps with the scale matrices of components `which`, shape (n, k)."""
        unit = rng.standard_normal((len(which), self.k))
        return np.einsum("nij,nj->ni", self.roots[which], unit)

    def joined(self, share: float, other: Mixture) -> Mixture:
        """Return this mixture with a share of another beside it."""
        return Mixture(
            np.concatenate([(1 - share) * self.shares, share * other.shares]),
            np.concatenate([self.centres, other.centres]),
            np.concatenate([self.roots, other.roots]),
        )


def fit_mixture(
    z: Array,
    weights: Array,
    components: int,
    floor: Array,
    rng: np.random.Generator,
    independent: float = 1.0,
) -> Mixture:
    """Fit a mixture to weighted points.

    Parameters
    ----------
    z : ndarray, shape (n, k)
    weights : ndarray, shape (n,)
        Not negative; they sum to 1.
    components : int
        At most; those that explain too little are dropped.
    floor : ndarray, shape (k, k)
        Added to every scale matrix.
    rng : Generator
        Chooses the first centres.
    independent : float
        Share of the points that count as independent: the fewer, the more a component's shape
        leans on the shape of all.
    """
    k = z.shape[1]
    heavy = weights > LIGHT * weights.max()
    z, weights = z[heavy], weights[heavy] / weights[heavy].sum()
    centre = weights @ z
    pooled = _moment(z - centre, weights) + floor
    if components == 1:
        return Mixture.of((1.0, centre, pooled))
    first = z[rng.choice(len(z), components, p=weights)]
    found = Mixture.of(*((1.0, c, pooled / 2) for c in first))
    for _ in range(ITERATIONS):
        distances = found.distances(z)
        parts = found.log_parts(distances)
        belongs = np.exp(parts - logsumexp(parts, axis=1, keepdims=True)) * weights[:, None]
        pulls = belongs * (found.df + k) / (found.df + distances)
        share = belongs.sum(axis=0)
        new = []
        for j in np.flatnonzero(share > LEAST_SHARE):
            at = pulls[:, j] @ z / pulls[:, j].sum()
            cov = _moment(z - at, pulls[:, j]) / share[j]
            known = independent * share[j] ** 2 / (belongs[:, j] ** 2).sum()
            lean = k / (k + known)
            new.append((float(share[j]), at, (1 - lean) * cov + lean * pooled + floor))
        found = Mixture.of(*new)
    return found


def _moment(d: Array, weights: Array) -> Array:
    return np.asarray((weights[:, None] * d).T @ d)
