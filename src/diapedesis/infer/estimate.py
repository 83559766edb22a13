"""The mode of one subject's posterior, searched from several starts, checked, or refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.infer.descent import Ends, Objective, Predict, Terms, Trust, descend
from diapedesis.infer.prior import Prior
from diapedesis.infer.widen import SAME, doubtful, first_points, wide_points

__all__ = ["FitError", "Mode", "Predict", "Terms", "find_mode"]

Array = NDArray[np.float64]
ROUNDS = 8
"""Wide searches, at most."""
FRUITLESS = 2
"""Wide searches in a row that find nothing better, after which the search ends."""
NEAR = 0.1
"""Distance at which the estimate's surroundings are looked at [posterior SD]."""
SLOPE = 0.05
"""Largest slope at the estimate, and error of a slope [objective per posterior SD]."""


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
    objective : ndarray, shape (n,)
        Minus log posterior where each descent ended: from the starts, then from wide searches.
    iterations : int
        Of all descents.
    gradient_error : float
        Largest difference between the gradient and central differences of the objective, in
        units of the objective per posterior SD.
    wide_searches : int
        How often the search went on because the estimate could be doubted.
    """

    z: Array
    cov: Array
    objective: Array
    iterations: int
    gradient_error: float
    wide_searches: int = 0


def find_mode(
    prior: Prior,
    predict: Predict,
    terms: Terms,
    *,
    starts: int | ArrayLike = 4,
    max_iterations: int = 300,
) -> Mode:
    """Find the posterior mode.

    Levenberg-Marquardt runs from every start. When the starts disagree, or the estimate calls a
    level an outlier, lies far from the prior or misses the levels, the search goes on from points
    drawn widely, until that brings nothing better. The result is checked against values of the
    objective around it.

    Parameters
    ----------
    prior : Prior
    predict, terms : callables
        Readings by parameters; log density, slope, information and outlier probability by readings.
    starts : int or array_like, shape (n, k)
        So many starts: the prior mean, and points one prior SD from it in well-spread directions.
        Or the starts themselves, on the normal scale, for instance an earlier estimate.
    max_iterations : int
        Of each search.

    Raises
    ------
    FitError
        When no start converges, the objective is not finite, wide searches find better and better
        modes without end, or the estimate fails its check.
    """
    objective = Objective.of(prior, predict, terms)
    ends = _search(objective, _points(prior, starts), max_iterations)
    rounds = 0
    if doubtful(objective, ends):
        ends, rounds = _search_widely(objective, prior, ends, max_iterations)
    _refuse(ends, max_iterations)
    z = ends.z[ends.best]
    hessian, error = _check(objective, z)
    return Mode(z, np.linalg.inv(hessian), ends.value, ends.iterations, error, rounds)


def _search_widely(
    objective: Objective, prior: Prior, ends: Ends, limit: int
) -> tuple[Ends, int]:
    """Search on until FRUITLESS rounds bring nothing better; raise FitError when that never is."""
    n_levels = objective.predict(prior.mean[None, None]).shape[-1]
    rng, fruitless = np.random.default_rng(20260), 0
    for rounds in range(1, ROUNDS + 1):
        z, spent = wide_points(objective, prior, ends, n_levels, rng)
        more = _search(objective, z, limit)
        fruitless = 0 if more.value.min() < ends.value.min() - SAME else fruitless + 1
        ends += Ends(more.z, more.value, more.arrived, more.iterations + spent)
        if fruitless == FRUITLESS:
            return ends, rounds
    raise FitError(
        f"{ROUNDS} wide searches found better and better modes: levels and prior contradict each"
        " other in many ways. Check the times and values of the levels"
    )


def _points(prior: Prior, starts: int | ArrayLike) -> Array:
    given = np.asarray(starts, float)
    if given.ndim == 0:
        return first_points(prior, int(given))
    if given.ndim != 2 or given.shape[1] != prior.mean.size or not np.isfinite(given).all():
        raise ValueError(
            f"starts: found shape {given.shape}, expected a number of starts, or finite points of"
            f" shape (n, {prior.mean.size})"
        )
    return given


def _search(objective: Objective, z: Array, limit: int) -> Ends:
    """Descend; those that get stuck go on with derivatives that share no steps."""
    ends = descend(objective, z, limit)
    stuck = np.isfinite(ends.value) & ~ends.arrived
    if not stuck.any():
        return ends
    again = descend(objective.by_itself(), ends.z[stuck], limit)
    ends.z[stuck], ends.value[stuck], ends.arrived[stuck] = again.z, again.value, again.arrived
    return Ends(ends.z, ends.value, ends.arrived, ends.iterations + again.iterations)


def _refuse(ends: Ends, limit: int) -> None:
    """Raise FitError when what was found is no estimate."""
    n = ends.value.size
    if not np.isfinite(ends.value).any():
        raise FitError(
            f"the objective is not finite at any of {n} starts: the model cannot be solved there."
            " Check doses, weights and levels, and that the prior suits the subject"
        )
    if not ends.arrived[ends.best]:
        raise FitError(
            f"the best of {n} starts had not converged after {limit} iterations;"
            " check the times of doses and levels, or widen the assay error"
        )


def _check(objective: Objective, z: Array) -> tuple[Array, float]:
    """Return the Hessian and the error of the gradient, or raise FitError.

    Values of the objective one NEAR either way, along the axes of the local parabola, say what its
    slopes and curvatures really are.
    """
    hessian, slope, found, curvature = _around(objective, z)
    error = float(np.max(np.abs(found - slope)))
    if not (error < SLOPE and np.max(np.abs(slope)) < SLOPE):
        raise FitError(
            f"at the estimate the slope is {np.max(np.abs(slope)):.3g} and differs from finite"
            f" differences by {error:.3g} (both should be below {SLOPE:g} per posterior SD);"
            " check for contradictory levels, or widen the assay error"
        )
    if not curvature.min() > 0:
        raise FitError(
            "the estimate is not a minimum: the objective falls away from it. Levels and prior"
            " contradict each other; check the times and values of the levels"
        )
    return hessian, error


def _around(objective: Objective, z: Array) -> tuple[Array, Array, Array, Array]:
    """Return Hessian, slopes by derivatives and by differences, and curvatures, per axis."""
    value, gradient, hessian = objective.expand(z[None], Trust.whole(1))
    size, axes = np.linalg.eigh(hessian[0])
    axes = axes / np.sqrt(size)
    up, down = np.split(objective.value(np.vstack([z + NEAR * axes.T, z - NEAR * axes.T])), 2)
    curvature = (up + down - 2 * value[0]) / NEAR**2
    return hessian[0], gradient[0] @ axes, (up - down) / (2 * NEAR), curvature
