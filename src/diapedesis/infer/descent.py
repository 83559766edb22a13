"""What is minimised, and damped Gauss-Newton from many points at once.

All points and all perturbed parameters go to the solver as one batch, so that an iteration costs
one call; scipy's minimisers would ask for one start, one point, at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.prior import Prior

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Predict = Callable[[Array], Array]
"""Maps parameters on the normal scale, shape (n, lanes, k), to readings (n, lanes, n_levels)."""
Terms = Callable[[Array], tuple[Array, Array, Array, Array]]
"""Maps readings to log density, slope, information, outlier probability."""
STEP = 1e-4
"""Perturbation [prior SD] of lanes; these share their steps, so it can be small."""
STEP_ALONE = 1e-3
"""Perturbation [prior SD] where each lane chooses its own steps."""
LONGEST = 2.0
"""Largest step of a parameter [prior SD]."""
ARRIVED = 1e-3
"""Distance to the foot of the local parabola at which a descent ends [posterior SD]."""
NOISE = 1e-4
"""What the solver's choice of steps may change in the objective between neighbours."""
ROUNDING = 1e-12
"""Least damping: what rounding leaves unsure of a Hessian."""
NEARLY = 0.02
"""Distance at which a descent that noise has stopped counts as arrived [posterior SD]."""
STUCK = 1e12
"""Damping at which a descent is given up."""


@dataclass(frozen=True)
class Objective:
    """Minus log posterior, up to a constant; infinite where the model cannot be solved.

    Attributes
    ----------
    predict, terms : callables
    mean, sd : ndarray, shape (k,)
        Of the prior.
    precision : ndarray, shape (k, k)
    alone : bool
        Whether each perturbed point chooses its own steps. That is slower, and right as well where
        the steps of a point are too long for its neighbour.
    """

    predict: Predict
    terms: Terms
    mean: Array
    precision: Array
    sd: Array
    alone: bool = False

    @classmethod
    def of(cls, prior: Prior, predict: Predict, terms: Terms) -> Objective:
        """Combine a prior and a likelihood."""
        precision = np.linalg.inv(prior.cov).astype(np.float64)
        return cls(predict, terms, prior.mean, precision, prior.sd)

    def by_itself(self) -> Objective:
        """Return the objective with perturbed points that choose their own steps."""
        return replace(self, alone=True)

    def value(self, z: Array, ease: float = 1.0) -> Array:
        """Return the objective at points (n, k), with the prior SDs multiplied by `ease`."""
        mu = self.predict(z[:, None, :])[:, 0]
        solved = np.isfinite(mu).all(axis=1)
        out = np.full(len(z), np.inf)
        likelihood = self.terms(mu[solved])[0].sum(axis=-1)
        out[solved] = self.distance2(z[solved]) / (2 * ease**2) - likelihood
        return np.where(np.isfinite(out), out, np.inf)

    def distance2(self, z: Array) -> Array:
        """Return squared distances of points (n, k) from the prior's mean."""
        d = z - self.mean
        return np.asarray(np.einsum("ni,ij,nj->n", d, self.precision, d))

    def expand(self, z: Array, trust: Trust) -> tuple[Array, Array, Array]:
        """Return value (n,), gradient (n, k) and Gauss-Newton Hessian (n, k, k).

        Where a point or one of its neighbours cannot be solved the value is infinite, the gradient
        0 and the Hessian that of the prior.
        """
        n, k = z.shape
        step = (STEP_ALONE if self.alone else STEP) * self.sd
        lanes = np.repeat(z[:, None, :], k + 1, axis=1)
        lanes[:, np.arange(1, k + 1), np.arange(k)] += step
        mu = self._solve(lanes)
        ok = np.isfinite(mu).all(axis=(1, 2))
        share = 1 / trust.ease[ok] ** 2
        density, slope, information, _ = (trust.levels[ok] * x for x in self.terms(mu[ok, 0]))
        jacobian = (mu[ok, 1:] - mu[ok, :1]) / step[:, None]
        value, gradient = np.full(n, np.inf), np.zeros((n, k))
        hessian = self.precision / trust.ease[:, None, None] ** 2
        value[ok] = share * self.distance2(z[ok]) / 2 - density.sum(axis=-1)
        pull = share[:, None] * ((z[ok] - self.mean) @ self.precision)
        gradient[ok] = pull - np.einsum("nkj,nj->nk", jacobian, slope)
        hessian[ok] += np.einsum("naj,nj,nbj->nab", jacobian, information, jacobian)
        wild = ~np.isfinite(value + gradient.sum(axis=1) + hessian.sum(axis=(1, 2)))
        value[wild], gradient[wild], hessian[wild] = np.inf, 0.0, self.precision
        return value, gradient, hessian

    def _solve(self, lanes: Array) -> Array:
        if not self.alone:
            return self.predict(lanes)
        n, m, k = lanes.shape
        return self.predict(lanes.reshape(n * m, 1, k)).reshape(n, m, -1)


@dataclass(frozen=True)
class Trust:
    """How far each of n descents trusts the prior and the levels.

    Attributes
    ----------
    ease : ndarray, shape (n,)
        Factor on the prior SDs.
    levels : ndarray, shape (n, n_levels) or (n, 1)
        Factor on each level's log density: 1, or 0 where the level is left out.
    """

    ease: Array
    levels: Array

    @classmethod
    def whole(cls, n: int) -> Trust:
        """Trust prior and levels as they are."""
        return cls(np.ones(n), np.ones((n, 1)))

    def of(self, at: NDArray[np.int64]) -> Trust:
        """Return the part of some descents."""
        return Trust(self.ease[at], self.levels[at])


@dataclass(frozen=True)
class Ends:
    """Where descents ended: points (n, k), values (n,), whether they arrived (n,); iterations."""

    z: Array
    value: Array
    arrived: Bools
    iterations: int

    def __add__(self, other: Ends) -> Ends:
        return Ends(
            np.vstack([self.z, other.z]),
            np.append(self.value, other.value),
            np.append(self.arrived, other.arrived),
            self.iterations + other.iterations,
        )

    @property
    def best(self) -> int:
        """Index of the lowest end; of those that noise alone tells apart, one that arrived."""
        lowest = self.value.min()
        level = self.arrived & (self.value < lowest + NOISE)
        return int(np.argmin(np.where(level, self.value, np.inf) if level.any() else self.value))


def descend(objective: Objective, z: Array, limit: int, trust: Trust | None = None) -> Ends:
    """Run Levenberg-Marquardt from all points at once.

    Parameters
    ----------
    objective : Objective
    z : ndarray, shape (n, k)
    limit : int
        Iterations, at most.
    trust : Trust, optional
        Default: in prior and levels as they are.
    """
    z, trust = z.copy(), trust or Trust.whole(len(z))
    u, g, h = objective.expand(z, trust)
    far = _distance(g, h)
    damping, growth = np.full(len(z), 1e-3), np.full(len(z), 2.0)
    over = (far < ARRIVED) | ~np.isfinite(u)
    iteration = 0
    while iteration < limit and not over.all():
        iteration += 1
        at = np.flatnonzero(~over)
        step = _step(g[at], h[at], damping[at], objective.sd)
        u_new, g_new, h_new = objective.expand(z[at] + step, trust.of(at))
        far_new = _distance(g_new, h_new)
        fall = u[at] - u_new
        better = (fall > 0) | ((fall > -NOISE) & (far_new < 0.9 * far[at]))
        eased = _eased(fall / _promise(step, g[at], h[at]))
        took = at[better]
        z[took] += step[better]
        u[took], g[took], h[took] = u_new[better], g_new[better], h_new[better]
        far[took] = far_new[better]
        damping[at] = np.maximum(damping[at] * np.where(better, eased, growth[at]), ROUNDING)
        growth[at] = np.where(better, 2.0, 2 * growth[at])
        over[at] = (far[at] < ARRIVED) | (damping[at] > STUCK)
    arrived = (far < ARRIVED) | ((far < NEARLY) & (damping > STUCK))
    return Ends(z, u, arrived & np.isfinite(u), iteration)


def _step(g: Array, h: Array, damping: Array, sd: Array) -> Array:
    return np.clip(-_solved(h, g, damping), -LONGEST * sd, LONGEST * sd)


def _solved(h: Array, g: Array, damping: Array) -> Array:
    """Solve for g with damping times the diagonal added, which keeps a sharp Hessian regular."""
    size = np.sqrt(np.einsum("nii->ni", h))
    scaled = h / (size[:, :, None] * size[:, None, :])
    scaled += np.maximum(damping, ROUNDING)[:, None, None] * np.eye(g.shape[1])
    return np.asarray(np.linalg.solve(scaled, (g / size)[..., None])[..., 0] / size)


def _promise(step: Array, g: Array, h: Array) -> Array:
    """Return by how much the local parabola falls over a step; never 0."""
    fall = -np.einsum("ni,ni->n", g, step) - 0.5 * np.einsum("ni,nij,nj->n", step, h, step)
    return np.maximum(fall, ROUNDING)


def _eased(gain: Array) -> Array:
    """Return the factor on the damping after a step, by the share of its promise that it kept.

    Nielsen's rule: a third when the parabola was right, twice when it was wrong.
    """
    return np.maximum(1 / 3, 1 - (2 * np.clip(gain, 0, 1) - 1) ** 3)


def _distance(g: Array, h: Array) -> Array:
    """Return how far the foot of the local parabola is, in its own SDs."""
    square = np.einsum("ni,ni->n", g, _solved(h, g, np.zeros(len(g))))
    return np.sqrt(np.maximum(square, 0.0))
