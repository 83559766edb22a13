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
WIDE_ITERATIONS = 100
"""Iterations of a descent that begins in a wide search, or goes on from where one got stuck."""
FRUITLESS = 2
"""Wide searches in a row that find nothing better, after which the search ends."""
NEAR = 0.1
"""Distance at which the estimate's surroundings are looked at [posterior SD]."""
ABSURD = 50.0
"""Distance of a level from what the estimate means, in SDs of an outlier, that explains nothing."""
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

    Levenberg-Marquardt runs from every start. When starts are given or disagree, or the estimate
    calls a level an outlier, lies far from the prior or misses the levels, the search goes on from
    points drawn widely, until that brings nothing better. The result is checked against values of
    the objective around it. See the guide, *Finding the estimate*.

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
        modes without end, the estimate fails its check, or no reading of a level explains it.
    ValueError
        For starts of a wrong shape.

    Examples
    --------
    One clearance-like parameter, three readings with an SD of 0.1:

    >>> import numpy as np
    >>> from diapedesis.infer.scale import Scale
    >>> prior = Prior(Scale(("x",), np.array([False])), np.zeros(1), np.eye(1))
    >>> y = np.array([0.9, 1.0, 1.1])
    >>> def terms(mu):
    ...     r = (y - mu) / 0.1
    ...     return -0.5 * r**2 - np.log(0.1), r / 0.1, np.full_like(mu, 100.0), 0 * mu
    >>> mode = find_mode(prior, lambda z: np.repeat(z, 3, axis=-1), terms)
    >>> mode.z.round(3), mode.wide_searches
    (array([0.997]), 0)
    """
    objective = Objective.of(prior, predict, terms)
    ends = _search(objective, _points(prior, starts), max_iterations)
    rounds = 0
    if np.ndim(starts) or doubtful(objective, ends):
        ends, rounds = _search_widely(objective, prior, ends, max_iterations)
    _refuse(ends, max_iterations)
    z = ends.z[ends.best]
    hessian, error, fault = _check(objective, z)
    if fault:  # neighbours that share steps may mislead
        objective = objective.by_itself()
        z = descend(objective, z[None], max_iterations).z[0]
        hessian, error, fault = _check(objective, z)
    if fault:
        raise FitError(fault)
    _refuse_absurd(objective, z)
    return Mode(
        z, np.linalg.inv(hessian).astype(np.float64), ends.value, ends.iterations, error, rounds
    )


def _search_widely(objective: Objective, prior: Prior, ends: Ends, limit: int) -> tuple[Ends, int]:
    """Search on until FRUITLESS rounds bring nothing better; raise FitError when that never is."""
    n_levels = objective.predict(prior.mean[None, None]).shape[-1]
    rng, fruitless = np.random.default_rng(20260), 0
    for rounds in range(1, ROUNDS + 1):
        z, spent = wide_points(objective, prior, ends, n_levels, rng)
        better = False
        if len(z):
            more = _search(objective, z, min(limit, WIDE_ITERATIONS))
            better = bool(more.value.min() < ends.value.min() - SAME)
            ends += Ends(more.z, more.value, more.arrived, more.iterations + spent)
        fruitless = 0 if better else fruitless + 1
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
    again = descend(objective.by_itself(), ends.z[stuck], min(limit, WIDE_ITERATIONS))
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


def _check(objective: Objective, z: Array) -> tuple[Array, float, str]:
    """Return the Hessian, the error of the gradient, and what is wrong with the estimate, or "".

    Values of the objective one NEAR either way, along the axes of the local parabola, say what its
    slopes and curvatures really are.
    """
    hessian, slope, found, curvature = _around(objective, z)
    error, size = float(np.max(np.abs(found - slope))), float(np.max(np.abs(slope)))
    fault = ""
    if not (error < SLOPE and size < SLOPE):
        fault = (
            f"at the estimate the slope is {size:.3g} and differs from finite differences by"
            f" {error:.3g} (both should be below {SLOPE:g} per posterior SD);"
            " check for contradictory levels, or widen the assay error"
        )
    elif not curvature.min() > 0:
        fault = (
            "the estimate is not a minimum: the objective falls away from it. Levels and prior"
            " contradict each other; check the times and values of the levels"
        )
    return hessian, error, fault


def _refuse_absurd(objective: Objective, z: Array) -> None:
    """Raise FitError for levels that cannot be what the estimate means, not even as outliers.

    A normal density at its peak is as high as the root of its information allows; what a level
    lacks to that height says how many SDs it is away.
    """
    density, _, information, _ = objective.terms(objective.predict(z[None, None])[0, 0])
    height = 0.5 * np.log(np.maximum(information, 1e-300) / (2 * np.pi))
    away = np.sqrt(2 * np.maximum(height - density, 0.0))
    worst = int(np.argmax(away))
    if away.size and information[worst] > 0 and away[worst] > ABSURD:
        raise FitError(
            f"level {worst + 1} of {away.size} contradicts the others or the population: it lies"
            f" {away[worst]:.0f} SDs from what the estimate means, expected fewer than"
            f" {ABSURD:g} even of an outlier. Correct its value, unit or"
            " time, or leave it out; or widen the assay error"
        )


def _around(objective: Objective, z: Array) -> tuple[Array, Array, Array, Array]:
    """Return Hessian, slopes by derivatives and by differences, and curvatures, per axis."""
    value, gradient, hessian = objective.expand(z[None], Trust.whole(1))
    size, axes = np.linalg.eigh(hessian[0])
    axes = axes / np.sqrt(size)
    up, down = np.split(objective.value(np.vstack([z + NEAR * axes.T, z - NEAR * axes.T])), 2)
    curvature = (up + down - 2 * value[0]) / NEAR**2
    return hessian[0], gradient[0] @ axes, (up - down) / (2 * NEAR), curvature
