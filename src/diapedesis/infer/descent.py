"""Damped Gauss-Newton from many points at once, with what is minimised.

All points and all perturbed parameters go to the solver as one batch, so that an iteration costs
one call; scipy's minimisers would ask for one start, one point, at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Predict = Callable[[Array], Array]
"""Maps parameters on the normal scale, shape (n, lanes, k), to readings (n, lanes, n_levels)."""
Terms = Callable[[Array], tuple[Array, Array, Array, Array]]
STEP = 1e-4
"""Relative perturbation on the normal scale; lanes share steps, so it can be small."""
LONGEST = 2.0
"""Largest step of a parameter [prior SD]."""
ARRIVED = 1e-3
"""Distance to the foot of the local parabola at which a descent ends [posterior SD]."""
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
    """

    predict: Predict
    terms: Terms
    mean: Array
    precision: Array
    sd: Array

    def _prior(self, z: Array) -> Array:
        d = z - self.mean
        return np.asarray(0.5 * np.einsum("ni,ij,nj->n", d, self.precision, d))

    def value(self, z: Array) -> Array:
        """Return the objective at points of shape (n, k)."""
        return self._prior(z) + self.misfit(z)

    def misfit(self, z: Array) -> Array:
        """Return minus the log likelihood at points of shape (n, k)."""
        mu = self.predict(z[:, None, :])[:, 0]
        solved = np.isfinite(mu).all(axis=1)
        out = np.full(len(z), np.inf)
        out[solved] = -self.terms(mu[solved])[0].sum(axis=-1)
        return out

    def expand(self, z: Array) -> tuple[Array, Array, Array]:
        """Return value (n,), gradient (n, k) and Gauss-Newton Hessian (n, k, k).

        Where a point or one of its neighbours cannot be solved the value is infinite, the gradient
        0 and the Hessian that of the prior.
        """
        n, k = z.shape
        lanes = np.repeat(z[:, None, :], k + 1, axis=1)
        lanes[:, np.arange(1, k + 1), np.arange(k)] += STEP * self.sd
        mu = self.predict(lanes)
        ok = np.isfinite(mu).all(axis=(1, 2))
        value = np.full(n, np.inf)
        gradient = np.zeros((n, k))
        hessian = np.repeat(self.precision[None], n, axis=0)
        density, slope, information, _ = self.terms(mu[ok, 0])
        jacobian = (mu[ok, 1:] - mu[ok, :1]) / (STEP * self.sd)[:, None]
        value[ok] = self._prior(z[ok]) - density.sum(axis=-1)
        prior = (z[ok] - self.mean) @ self.precision
        gradient[ok] = prior - np.einsum("nkj,nj->nk", jacobian, slope)
        hessian[ok] += np.einsum("naj,nj,nbj->nab", jacobian, information, jacobian)
        ok = np.isfinite(value) & np.isfinite(gradient).all(axis=1)
        value[~ok], gradient[~ok] = np.inf, 0.0
        return value, gradient, hessian


@dataclass(frozen=True)
class Ends:
    """Where descents ended: points (n, k), values (n,), whether they arrived (n,), iterations."""

    z: Array
    value: Array
    arrived: Bools
    iterations: int


def descend(objective: Objective, z: Array, limit: int) -> Ends:
    """Run Levenberg-Marquardt from all points at once.

    Parameters
    ----------
    objective : Objective
    z : ndarray, shape (n, k)
    limit : int
        Iterations, at most.
    """
    z = z.copy()
    u, g, h = objective.expand(z)
    damping = np.full(len(z), 1e-3)
    arrived = _distance(g, h) < ARRIVED
    arrived &= np.isfinite(u)
    over = arrived | ~np.isfinite(u)
    iteration = 0
    while iteration < limit and not over.all():
        iteration += 1
        at = np.flatnonzero(~over)
        trial = z[at] + _step(g[at], h[at], damping[at], objective.sd)
        u_new, g_new, h_new = objective.expand(trial)
        better = u_new <= u[at] + 1e-12
        took = at[better]
        z[took], u[took] = trial[better], u_new[better]
        g[took], h[took] = g_new[better], h_new[better]
        damping[at] = np.where(better, np.maximum(damping[at] / 10, 1e-9), damping[at] * 10)
        arrived[at] = _distance(g[at], h[at]) < ARRIVED
        over[at] = arrived[at] | (damping[at] > STUCK)
    return Ends(z, u, arrived, iteration)


def _step(g: Array, h: Array, damping: Array, sd: Array) -> Array:
    diagonal = np.einsum("nii->ni", h)
    damped = h + (damping[:, None] * diagonal)[:, :, None] * np.eye(sd.size)
    step = -np.linalg.solve(damped, g[..., None])[..., 0]
    return np.clip(step, -LONGEST * sd, LONGEST * sd)


def _distance(g: Array, h: Array) -> Array:
    """Return how far the foot of the local parabola is, in its own SDs."""
    return np.sqrt(np.einsum("ni,ni->n", g, np.linalg.solve(h, g[..., None])[..., 0]))
