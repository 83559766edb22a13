"""Other searches for the same mode: scipy's, from the same starts, from the truth, and globally."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution, least_squares, minimize

from benchmarks.robustness.subjects import Case

Array = NDArray[np.float64]
UNSOLVABLE = 1e10
"""Objective told to scipy where the model cannot be solved."""
HEIGHT = 4.0
"""Above any log density of a level: the smallest SD of an assay here is 0.05."""
STEP = 1e-3
"""Differences for scipy's gradients [prior SD]; each point chooses its own steps."""
BOX = 10.0
"""Half the width of the global search [prior SD]."""


def quasi_newton(case: Case, starts: Array) -> float:
    """Return the lowest end of scipy's L-BFGS-B, given central differences in one batch."""
    k = case.prior.mean.size
    step = STEP * case.prior.sd

    def value(z: Array) -> tuple[float, Array]:
        points = np.vstack([z, z + np.diag(step), z - np.diag(step)])
        u = np.minimum(case.objective(points), UNSOLVABLE)
        return float(u[0]), (u[1 : k + 1] - u[k + 1 :]) / (2 * step)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = [minimize(value, z, jac=True, method="L-BFGS-B") for z in starts]
    return min(float(e.fun) for e in ends)


def trust_region(case: Case, starts: Array) -> float:
    """Return the lowest end of scipy's least_squares.

    Residuals are the whitened deviations and the roots of what each level's log density lacks to
    HEIGHT, so that half their sum of squares is the objective.
    """
    root = np.linalg.cholesky(np.linalg.inv(case.prior.cov)).T
    n = case.levels.y.size

    def residuals(z: Array) -> Array:
        mu = case.predict(z[None, None])[0, 0]
        lacking = np.full(n, UNSOLVABLE)
        if np.isfinite(mu).all():
            lacking = np.minimum(HEIGHT - case.levels.terms(mu)[0], UNSOLVABLE)
        return np.append(root @ (z - case.prior.mean), np.sqrt(2 * np.maximum(lacking, 0.0)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = [least_squares(residuals, z, diff_step=STEP, max_nfev=200) for z in starts]
    return min(float(case.objective(e.x[None])[0]) for e in ends)


def differential(case: Case, seed: int = 1) -> float:
    """Return the lowest point of scipy's differential evolution, polished by L-BFGS-B."""
    half = BOX * case.prior.sd
    bounds = list(zip(case.prior.mean - half, case.prior.mean + half, strict=True))

    def value(z: Array) -> Array:
        return np.minimum(case.objective(z.T), UNSOLVABLE)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = differential_evolution(
            value, bounds, rng=seed, maxiter=100, popsize=10, polish=False,
            vectorized=True, updating="deferred", init="sobol",
        )  # fmt: skip
    return min(float(found.fun), quasi_newton(case, found.x[None]))


def independent(case: Case, n: int = 3) -> float:
    """Return the lowest end of L-BFGS-B from the truth, and from the best of many drawn points."""
    rng = np.random.default_rng(len(case.id))
    root = np.linalg.cholesky(case.prior.cov)
    drawn = np.concatenate(
        [
            case.prior.mean + wide * rng.standard_normal((50, case.prior.mean.size)) @ root.T
            for wide in (1.0, 3.0)
        ]
    )
    best = drawn[np.argsort(case.objective(drawn))[:n]]
    return quasi_newton(case, np.vstack([case.truth, best]))
