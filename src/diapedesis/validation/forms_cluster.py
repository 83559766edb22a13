"""Clusters of patients, how stable they are, and whether there is a gap between them.

Ward's tree begins and k-means refines: nothing is drawn, the same points give the same clusters.
One correlated cloud can be cut in two as stably as two clouds can. So a number of clusters counts
only when it divides the patients better than it divides a single cloud with the same spread of
every feature and the same correlations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.cluster.vq import kmeans2, vq
from scipy.stats import gaussian_kde, norm, rankdata

from diapedesis.validation.ms_estimate import Index
from diapedesis.validation.studies import Array

NUMBERS = (2, 3, 4, 5, 6)
"""Numbers of clusters that are tried."""
STABLE = 0.8
"""Assumption: median agreement of clusters of resampled truths, from which they are stable."""
KEPT = 0.75
"""Median overlap of each cluster with its like in resampled truths, from which it is one (Hennig
2007): agreement alone is high, too, when one of several good clusters is cut at random."""
APART = 0.75
"""Assumption: least density between two clusters, over the lower of that at their middles, below
which there is a gap."""
TREE = 1500
"""Points of which a tree is made; more are taken at even distances."""
SPAN = 41
ROUNDS = 100

Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Tried:
    """One number of clusters.

    Attributes
    ----------
    k : int
    agreement : ndarray, shape (n_resamples,)
        Adjusted Rand index between these clusters and those of resampled truths.
    kept : float
        Median overlap (Jaccard) with its like in resampled truths of the cluster that is kept
        least.
    gain : float
        By how much the logarithm of the squared distances within clusters is smaller than in
        single clouds, in standard deviations of these.
    """

    k: int
    agreement: Array
    kept: float
    gain: float

    @property
    def stable(self) -> bool:
        """Whether resampled truths give the same clusters."""
        return bool(np.median(self.agreement) >= STABLE and self.kept >= KEPT)

    @property
    def beyond(self) -> bool:
        """Whether they divide patients better than a single cloud."""
        return self.gain > 2.0


@dataclass(frozen=True)
class Clustering:
    """Clusters by the criterion.

    Attributes
    ----------
    labels : ndarray of int, shape (n,)
        The largest cluster is 0.
    centres : ndarray, shape (k, n_features)
    tried : tuple of Tried
    valleys : tuple of float
        For each, the least density between it and its nearest, over the lower of their own: 1
        without a gap, 0 when nobody is between.
    """

    labels: Labels
    centres: Array
    tried: tuple[Tried, ...]
    valleys: tuple[float, ...]

    @property
    def k(self) -> int:
        """Number of clusters."""
        return len(self.centres)

    @property
    def chosen(self) -> Tried:
        """What was found for that number."""
        return next(t for t in self.tried if t.k == self.k)

    @property
    def verdict(self) -> str:
        """``distinct``, ``regions`` of one continuum, or ``continuum``."""
        if not (self.chosen.stable and self.chosen.beyond):
            return "continuum"
        return "distinct" if max(self.valleys) < APART else "regions"


def cluster(points: Array, k: int) -> tuple[Labels, Array]:
    """Return `k` clusters and their centres, the largest first.

    Parameters
    ----------
    points : ndarray, shape (n, n_features)
    k : int
    """
    step = -(-len(points) // TREE)
    some = points[::step]
    first = fcluster(linkage(some, "ward"), k, "maxclust")
    start = np.stack([some[first == j].mean(axis=0) for j in np.unique(first)])
    centres, labels = kmeans2(points, start, iter=ROUNDS, minit="matrix", missing="raise")
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    place = np.empty(k, np.intp)
    place[order] = np.arange(k)
    return place[labels], centres[order]


def clustering(
    points: Array, truth: Index, rng: np.random.Generator, resamples: int, clouds: int
) -> Clustering:
    """Cluster, and choose the largest number that is stable and beyond a single cloud.

    When there is none, the number with the highest agreement is shown and the verdict is
    ``continuum``.

    Parameters
    ----------
    points : ndarray, shape (n, n_features)
        On common scales.
    truth : ndarray of int, shape (n,)
        Which are resampled together.
    rng : Generator
    resamples, clouds : int
        Resamples of the truths, and single clouds.
    """
    whole = {k: cluster(points, k) for k in NUMBERS}
    places = [_resampled(truth, rng) for _ in range(resamples)]
    shapes = [_log_within(single_cloud(points, rng)) for _ in range(clouds)]
    own = _log_within(points)
    tried = []
    for i, k in enumerate(NUMBERS):
        labels = whole[k][0]
        others = [vq(points, cluster(points[at], k)[1])[0] for at in places]
        agreement = [adjusted_rand(labels, other) for other in others]
        kept = np.median([overlaps(labels, other) for other in others], axis=0).min()
        null = np.array([s[i] for s in shapes])
        gain = float((null.mean() - own[i]) / max(null.std(ddof=1), 1e-12))
        tried.append(Tried(k, np.array(agreement), float(kept), gain))
    good = [t.k for t in tried if t.stable and t.beyond]
    k = max(good) if good else max(tried, key=lambda t: float(np.median(t.agreement))).k
    labels, centres = whole[k]
    return Clustering(labels, centres, tuple(tried), valleys(points, labels, centres))


def adjusted_rand(a: ArrayLike, b: ArrayLike) -> float:
    """Return the adjusted Rand index of two partitions: 1 for the same, 0 as by chance.

    Hubert and Arabie 1985.

    Examples
    --------
    >>> adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0])
    1.0
    >>> round(adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]), 2)
    -0.5
    """
    _, x = np.unique(np.asarray(a), return_inverse=True)
    _, y = np.unique(np.asarray(b), return_inverse=True)
    table = np.zeros((x.max() + 1, y.max() + 1))
    np.add.at(table, (x, y), 1)
    pairs = lambda n: (n * (n - 1) / 2).sum()  # noqa: E731
    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / pairs(np.array([x.size]))
    most = (rows + columns) / 2
    return float((both - chance) / (most - chance)) if most != chance else 1.0


def overlaps(labels: ArrayLike, other: ArrayLike) -> Array:
    """Return the overlap of each cluster with its like in another partition (Jaccard), shape (k,).

    Examples
    --------
    >>> overlaps([0, 0, 1, 1], [1, 1, 0, 2]).tolist()
    [1.0, 0.5]
    """
    a, b = (x == np.unique(x)[:, None] for x in (np.asarray(labels), np.asarray(other)))
    both = a.astype(float) @ b.T.astype(float)
    either = a.sum(axis=1)[:, None] + b.sum(axis=1)[None] - both
    return np.asarray((both / either).max(axis=1))


def single_cloud(points: Array, rng: np.random.Generator) -> Array:
    """Return points of one cloud with the same values of every feature and their correlations.

    A Gaussian copula: normal scores have the correlations of those of `points`; each column is then
    the same numbers in another order.
    """
    ranks = rankdata(points, axis=0, method="ordinal")
    scores = norm.ppf(ranks / (len(points) + 1))
    shared = np.linalg.cholesky(np.corrcoef(scores.T) + 1e-9 * np.eye(points.shape[1]))
    drawn = rng.standard_normal(points.shape) @ shared.T
    order = rankdata(drawn, axis=0, method="ordinal").astype(np.intp) - 1
    return np.asarray(np.take_along_axis(np.sort(points, axis=0), order, axis=0))


def valleys(points: Array, labels: Labels, centres: Array) -> tuple[float, ...]:
    """Return the least density between each cluster and its nearest, over the lower of their own.

    Along the line that tells the two apart best (Fisher's). 1 without a gap, 0 when nobody is
    between.
    """
    found = []
    for j, centre in enumerate(centres):
        away = ((centres - centre) ** 2).sum(axis=1)
        away[j] = np.inf
        found.append(_dip(points[labels == j], points[labels == int(away.argmin())]))
    return tuple(found)


def _dip(a: Array, b: Array) -> float:
    """Return the least density between two groups, over the lower of that at their medians."""
    within = np.atleast_2d(np.cov(a.T)) * len(a) + np.atleast_2d(np.cov(b.T)) * len(b)
    away = b.mean(axis=0) - a.mean(axis=0)
    line = np.linalg.lstsq(within / (len(a) + len(b)), away, rcond=None)[0]
    x, y = a @ line, b @ line
    span = np.linspace(np.median(x), np.median(y), SPAN)
    density = gaussian_kde(np.concatenate([x, y]))(span)
    return float(density.min() / min(density[0], density[-1]))


def _log_within(points: Array) -> list[float]:
    """Return the logarithm of squared distances within clusters, for each number of them."""
    out = []
    for k in NUMBERS:
        labels, centres = cluster(points, k)
        out.append(float(np.log(((points - centres[labels]) ** 2).sum())))
    return out


def _resampled(truth: Index, rng: np.random.Generator) -> Index:
    """Return places of the patients of as many truths, drawn with repeats."""
    known = np.unique(truth)
    by = {int(t): np.flatnonzero(truth == t) for t in known}
    return np.concatenate([by[int(t)] for t in rng.choice(known, known.size)])
