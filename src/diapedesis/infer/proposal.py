"""Where to propose: a distribution near one subject's posterior, by adaptive importance sampling.

The first round draws around the mode and around the prior. Each later one draws from a mixture
fitted to all points so far, which count by their weight against the exact mixture of all rounds,
and so on until enough of a round's points count. What comes out is only a proposal: chains accept
or refuse its points, and their agreement says whether the posterior was found.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from diapedesis.infer.estimate import FitError, Mode
from diapedesis.infer.mixture import Mixture, fit_mixture
from diapedesis.infer.prior import Prior

Array = NDArray[np.float64]
LogDensity = Callable[[Array], Array]
DEFENSIVE = 0.1
"""Share drawn around the prior, so that a peak far from the mode can be met."""
ROUND = 1000
"""Points of a round."""
COMPONENTS = (1, 1, 4, 8, 16, 16, 16, 16)
"""Most components of the mixture of each later round; the rounds end when ``WANTED`` of all points
so far count."""
POINTS = 4.0
"""Points that count behind each component, for each dimension; fewer make it too narrow."""
WANTED = 0.45
NARROW = 1e-8
"""Smallest variance of a component, as a share of the prior's."""


def around(prior: Prior) -> Mixture:
    """Return a distribution as wide as the prior."""
    return Mixture.of((1.0, prior.mean, prior.cov))


def shaped(
    z: Array,
    weights: Array,
    most: int,
    prior: Prior,
    rng: np.random.Generator,
    independent: float = 1.0,
) -> Mixture:
    """Return a proposal like weighted points, with the defensive share.

    As many components as the points can tell apart, `most` of them at most; `independent` is the
    share of the points that count as independent.
    """
    count = independent * effective_number(weights)
    components = int(np.clip(count / (POINTS * z.shape[1]), 1, most))
    near = fit_mixture(z, weights, components, NARROW * prior.cov, rng, independent)
    return near.joined(DEFENSIVE, around(prior))


def adapt(prior: Prior, mode: Mode, log_posterior: LogDensity, rng: np.random.Generator) -> Mixture:
    """Shape a proposal.

    Parameters
    ----------
    prior : Prior
    mode : Mode
        Where the posterior is highest, and its covariance there.
    log_posterior : callable
        Log density up to a constant, of points (m, k); ``-inf`` where there is none.
    rng : Generator

    Raises
    ------
    FitError
        When no point has any density.
    """
    pool = _Pool(log_posterior)
    pool.add(Mixture.of((0.6, mode.z, mode.cov), (0.4, prior.mean, prior.cov)), rng)
    if not np.isfinite(pool.log_w).any():
        raise FitError(
            "the posterior has no density at any plausible parameters; check doses, levels and"
            " their times"
        )
    found = around(prior)
    for most in COMPONENTS:
        found = shaped(pool.z, pool.tempered(), most, prior, rng)
        pool.add(found, rng)
        if effective_number(weights_of(pool.log_w)) >= WANTED * len(pool.z):
            break
    return found


class _Pool:
    """Points of all rounds, weighted against the mixture of everything they were drawn from."""

    def __init__(self, log_posterior: LogDensity) -> None:
        self._log_posterior = log_posterior
        self._rounds: list[Mixture] = []
        self._target = np.empty(0)
        self.z: Array = np.empty((0, 0))
        self.log_w: Array = np.empty(0)

    def add(self, mixture: Mixture, rng: np.random.Generator) -> None:
        """Draw a round of points and weigh all anew."""
        fresh = mixture.draw(ROUND, rng)
        self.z = np.vstack([self.z, fresh]) if self.z.size else fresh
        self._target = np.append(self._target, self._log_posterior(fresh))
        self._rounds.append(mixture)
        self.log_w = self._target - logsumexp([m.log_density(self.z) for m in self._rounds], axis=0)

    def tempered(self) -> Array:
        """Return weights, flattened until points enough to fit a shape to count."""
        power = 1.0
        while power > 1e-3:
            w = weights_of(power * self.log_w)
            if effective_number(w) >= 4.0 * self.z.shape[1]:
                break
            power *= 0.8
        return w


def weights_of(log_w: Array) -> Array:
    """Return weights that sum to 1."""
    w = np.exp(log_w - np.max(log_w))
    return np.asarray(w / w.sum())


def effective_number(w: Array) -> float:
    """Return the effective number of points behind weights that sum to 1."""
    return float(1 / np.sum(w**2))
