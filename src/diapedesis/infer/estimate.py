"""The mode of one subject's posterior: damped Gauss-Newton from several starts at once.

All starts and all perturbed parameters go to the solver as one batch, so that an iteration costs
one call; scipy's minimisers would ask for one start, one point, at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.prior import Prior

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]
"""Maps parameters on the normal scale, shape (n, lanes, k), to readings (n, lanes, n_levels)."""
Terms = Callable[[Array], tuple[Array, Array, Array, Array]]
STEP = 1e-4
"""Relative perturbation on the normal scale; lanes share steps, so it can be small."""


FLAT = 1e-3
"""Gradient per prior SD at which a start has arrived."""


class FitError(RuntimeError):
    """An estimate that failed its checks, with what failed and what to try."""


@dataclass(frozen=True)
class Mode:
    """The mode and how it was found.

    Attributes
    ----------
    z : ndarray, shape (k,)
        On the normal scale.
    cov : ndarray, shape (k, k)
        Inverse of the expected information plus the prior's precision.
    objective : ndarray, shape (n_starts,)
        Minus log posterior where each start ended.
    iterations : int
    gradient_error : float
        Largest difference between the gradient and central differences of the objective, in
        units of the objective per prior SD.
    """

    z: Array
    cov: Array
    objective: Array
    iterations: int
    gradient_error: float


@dataclass(frozen=True)
class _Problem:
    predict: Predict
    terms: Terms
    mean: Array
    precision: Array
    sd: Array

    def objective(self, z: Array, log_density: Array) -> Array:
        d = z - self.mean
        return 0.5 * np.einsum("ni,ij,nj->n", d, self.precision, d) - log_density.sum(axis=-1)

    def __call__(self, z: Array) -> tuple[Array, Array, Array]:
        """Return objective (n,), gradient (n, k) and Gauss-Newton Hessian (n, k, k)."""
        k = z.shape[1]
        lanes = np.repeat(z[:, None, :], k + 1, axis=1)
        lanes[:, np.arange(1, k + 1), np.arange(k)] += STEP * self.sd
        mu = self.predict(lanes)
        jacobian = (mu[:, 1:] - mu[:, :1]) / (STEP * self.sd)[:, None]
        density, slope, information, _ = self.terms(mu[:, 0])
        prior = (z - self.mean) @ self.precision
        gradient = prior - np.einsum("nkj,nj->nk", jacobian, slope)
        hessian = self.precision + np.einsum("naj,nj,nbj->nab", jacobian, information, jacobian)
        return self.objective(z, density), gradient, hessian

    def value(self, z: Array) -> Array:
        """Return the objective alone, at points of shape (n, k)."""
        mu = self.predict(z[:, None, :])
        return self.objective(z, self.terms(mu[:, 0])[0])


def find_mode(
    prior: Prior, predict: Predict, terms: Terms, *, starts: int = 4, max_iterations: int = 300
) -> Mode:
    """Find the posterior mode.

    Parameters
    ----------
    prior : Prior
    predict, terms : callables
        Readings by parameters; log density, slope and information by readings.
    starts : int
        The prior mean, and points one prior SD from it in well-spread directions.

    Raises
    ------
    FitError
        When no start converges, the objective is not finite, or the gradient fails its check.
    """
    precision = np.linalg.inv(prior.cov).astype(np.float64)
    problem = _Problem(predict, terms, prior.mean, precision, prior.sd)
    z, u, done, iterations = _descend(problem, _starts(prior, starts), max_iterations)
    if not np.isfinite(u).any():
        raise FitError("the objective is not finite from any start; check doses and levels")
    best = int(np.nanargmin(u))
    if not done[best]:
        raise FitError(
            f"the best of {starts} starts had not converged after {iterations} iterations;"
            " check the times of doses and levels, or widen the assay error"
        )
    _, gradient, hessian = problem(z[best : best + 1])
    error = _gradient_error(problem, z[best], gradient[0])
    if not np.linalg.eigvalsh(hessian[0])[0] > 0:
        raise FitError("the estimate is not a minimum (its Hessian is not positive definite)")
    return Mode(z[best], np.linalg.inv(hessian[0]), u, iterations, error)


def _starts(prior: Prior, n: int) -> Array:
    """Return the mean, then points at one SD along a fixed, well-spread set of directions."""
    k = len(prior.names)
    directions = np.random.default_rng(20260).standard_normal((n - 1, k))
    directions *= np.sqrt(k) / np.linalg.norm(directions, axis=1, keepdims=True)
    return np.vstack([prior.mean, prior.mean + directions @ np.linalg.cholesky(prior.cov).T])


def _descend(problem: _Problem, z: Array, limit: int) -> tuple[Array, Array, Array, int]:
    """Run Levenberg-Marquardt on all starts; return points, objectives, converged, iterations."""
    u, g, h = problem(z)
    damping = np.full(len(z), 1e-3)
    done = np.zeros(len(z), bool)
    for iteration in range(1, limit + 1):
        diagonal = np.einsum("nii->ni", h)
        damped = h + np.einsum("n,ni,ij->nij", damping, diagonal, np.eye(z.shape[1]))
        step = -np.linalg.solve(damped, g[..., None])[..., 0]
        step = np.clip(step, -2 * problem.sd, 2 * problem.sd)
        active = np.flatnonzero(~done)
        trial = z[active] + step[active]
        u_new, g_new, h_new = problem(trial)
        better = u_new <= u[active] + 1e-12
        small = np.max(np.abs(step[active]) / problem.sd, axis=1) < 1e-4
        small |= better & (np.max(np.abs(g_new) * problem.sd, axis=1) < FLAT)
        took = active[better]
        z[took], u[took] = trial[better], u_new[better]
        g[took], h[took] = g_new[better], h_new[better]
        damping[active] = np.where(
            better, np.maximum(damping[active] / 10, 1e-9), damping[active] * 10
        )
        done[active] = small | (damping[active] > 1e12)
        if done.all():
            return z, u, done, iteration
    return z, u, done, limit


def _gradient_error(problem: _Problem, z: Array, gradient: Array) -> float:
    """Compare with central differences of the objective; raise when they disagree."""
    h = 1e-2 * problem.sd
    points = np.concatenate([z + np.diag(h), z - np.diag(h)])
    up, down = np.split(problem.value(points), 2)
    error = float(np.max(np.abs((up - down) / (2 * h) - gradient) * problem.sd))
    size = float(np.max(np.abs(gradient) * problem.sd))
    if not (error < 0.05 and size < 0.05):
        raise FitError(
            f"at the estimate the gradient is {size:.3g} and differs from finite differences by"
            f" {error:.3g} (both should be below 0.05 per prior SD); check for contradictory levels"
        )
    return error
