"""Posterior draws by Markov chains that must agree before anything is said.

Several chains start far apart. Most steps propose independently of where a chain is, from a
distribution shaped beforehand (:mod:`diapedesis.infer.proposal`); these proposals do not wait for
the chain, so that a block of them goes to the solver as one batch. Every few steps a random walk,
or a step along the difference of two earlier states (ter Braak and Vrugt 2008, Stat Comput 18:435),
lets a chain move where no proposal comes. All are Metropolis-Hastings steps, so the draws follow
the posterior whatever the proposal's quality; how good it was shows in the effective sample size.
Why no sampler of another package, with timings: docs/decisions/0030.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.convergence import Convergence, convergence
from diapedesis.infer.estimate import FitError, Mode
from diapedesis.infer.mixture import Mixture
from diapedesis.infer.prior import Prior
from diapedesis.infer.proposal import LogDensity, adapt, around, shaped

Array = NDArray[np.float64]
CHAINS = 8
BLOCK = 250
"""Steps between two looks at convergence."""
LEAST_BLOCKS = 2
MOST_BLOCKS = 160
RENEWALS = (3, 8, 20, 45)
"""Blocks after which chains far from their aim get a new proposal, and what they did before is
forgotten."""
HOPELESS = 0.4
"""Share of the effective draws wanted, below which chains are far from their aim."""
KEPT = 0.3
"""Share of a new proposal that is the one before: chains may not have been everywhere."""
RHAT = 1.01
LEAST_ESS = 400
"""Below, R-hat and quantiles cannot be trusted (Vehtari and others 2021)."""
WALK_EVERY = {"seldom": 10, "often": 2}
GOOD_ACCEPTANCE = 0.25
SMALL_STEPS, WHOLE_STEPS = 0.3, 0.2
"""Shares of walks a tenth as long, and of those along the archive that take all of a difference."""
JITTER = 1e-3
MOST_COMPONENTS = 16


@dataclass(frozen=True)
class Posterior:
    """Draws that passed the gates.

    Attributes
    ----------
    z : ndarray, shape (n, k)
        On the normal scale, spread evenly over chains and steps, in random order.
    convergence : Convergence
        Of the k parameters and, last, of the log posterior.
    acceptance : float
        Share of independent proposals that were accepted.
    steps : int
        Kept steps of each chain.
    """

    z: Array
    convergence: Convergence
    acceptance: float
    steps: int

    @property
    def ess(self) -> float:
        """Effective number of independent draws behind `z`, at most as many as there are."""
        return min(float(len(self.z)), *self.convergence.worst[1:])


def sample(
    prior: Prior, mode: Mode, log_posterior: LogDensity, n: int, rng: np.random.Generator
) -> Posterior:
    """Draw from a posterior.

    Parameters
    ----------
    prior : Prior
    mode : Mode
        Where the posterior is highest, and its covariance there.
    log_posterior : callable
        Log density up to a constant, of points (m, k); ``-inf`` where there is none.
    n : int
        Draws to return. The chains go on until R-hat is at most ``RHAT`` and the bulk and tail
        effective sample sizes of every parameter are at least `n`, and at least ``LEAST_ESS``.
    rng : Generator

    Returns
    -------
    Posterior

    Raises
    ------
    FitError
        When that is not so within ``MOST_BLOCKS`` blocks, and as many for each 1000 draws.
    """
    chains = _Chains(log_posterior, adapt(prior, mode, log_posterior, rng), prior, rng)
    wanted = max(n, LEAST_ESS)
    chains.advance()
    chains.forget()  # from scattered starts
    looks, renewals = LEAST_BLOCKS, list(RENEWALS)
    most = MOST_BLOCKS * max(1, round(n / 1000))
    for block in range(1, most + 1):
        chains.advance()
        if block < looks:
            continue
        looks = min(block + max(1, block // 4), most)
        found = convergence(chains.history())
        rhat, bulk, tail = found.worst
        if rhat <= RHAT and min(bulk, tail) >= wanted:
            return chains.posterior(n, found)
        if renewals and block >= renewals[0]:
            renewals.pop(0)
            if min(bulk, tail) < HOPELESS * wanted:
                chains.renew(bulk)
    raise FitError(
        f"the chains had not converged after {most * BLOCK} steps: R-hat {rhat:.3f},"
        f" expected at most {RHAT:g}; effective draws {bulk:.0f} (bulk) and {tail:.0f} (tail),"
        f" expected {wanted} or more. Two different explanations may fit the levels: check their"
        " times, the doses and the assay's error for a contradiction, leave out a level that may"
        " be wrong, or ask for fewer draws"
    )


class _Chains:
    """The chains' state and history."""

    def __init__(
        self, log_posterior: LogDensity, proposal: Mixture, prior: Prior, rng: np.random.Generator
    ) -> None:
        self._log_posterior, self._proposal, self._rng = log_posterior, proposal, rng
        self._prior = prior
        self._walk_every = WALK_EVERY["seldom"]
        self._kept: list[Array] = []
        self._tried, self._accepted = 0, 0
        self._archive = np.empty((0, 0))
        self.z = self._scattered()
        self.log_p = log_posterior(self.z)
        self.log_q = proposal.log_density(self.z)

    def _scattered(self) -> Array:
        """Return starting points, half around the prior and half around the proposal."""
        many = 20 * CHAINS
        z = np.stack([m.draw(many, self._rng) for m in (around(self._prior), self._proposal)])
        possible = np.isfinite(self._log_posterior(z.reshape(2 * many, -1))).reshape(2, many)
        found = np.concatenate([z[i, possible[i]][: CHAINS // 2] for i in (0, 1)])
        if len(found) < CHAINS:
            raise FitError(
                "the posterior has no density at nearly all plausible parameters; check doses,"
                " levels and their times"
            )
        return found

    def advance(self) -> None:
        """Add one block of steps."""
        m = BLOCK * CHAINS
        proposed = self._proposal.draw(m, self._rng)
        log_p = self._log_posterior(proposed).reshape(BLOCK, CHAINS)
        log_q = self._proposal.log_density(proposed).reshape(BLOCK, CHAINS)
        proposed = proposed.reshape(BLOCK, CHAINS, -1)
        chance = np.log(self._rng.random((BLOCK, CHAINS)))
        out = np.empty((BLOCK, CHAINS, proposed.shape[2] + 1))
        for t in range(BLOCK):
            ratio = log_p[t] - self.log_p + self.log_q - log_q[t]
            accepted = self._move(chance[t] < ratio, proposed[t], log_p[t], log_q[t])
            self._tried += CHAINS
            self._accepted += accepted
            if t % self._walk_every == 0:
                self._walk()
            out[t, :, :-1], out[t, :, -1] = self.z, self.log_p
        self._kept.append(out)

    def _walk(self) -> None:
        """Take a step of each chain from where it is, of the usual size or a tenth of it.

        Half of the steps have the shape of a component of the proposal; the others go along the
        difference of two points of the archive, or all of it, from one peak to another.
        """
        size = 2.38 / np.sqrt(self.z.shape[1])
        size *= np.where(self._rng.random((CHAINS, 1)) < SMALL_STEPS, 0.1, 1.0)
        which = self._rng.choice(len(self._proposal.shares), CHAINS, p=self._proposal.shares)
        step = size * self._proposal.steps(which, self._rng)
        if len(self._archive):
            a, b = self._archive[self._rng.integers(len(self._archive), size=(2, CHAINS))]
            whole = self._rng.random((CHAINS, 1)) < WHOLE_STEPS
            along = np.where(whole, 1.0, size / np.sqrt(2)) * (a - b) + JITTER * step
            step = np.where(self._rng.random((CHAINS, 1)) < 0.5, along, step)
        there = self.z + step
        log_p, log_q = self._log_posterior(there), self._proposal.log_density(there)
        chance = np.log(self._rng.random(CHAINS))
        self._move(chance < log_p - self.log_p, there, log_p, log_q)

    def _move(self, go: NDArray[np.bool_], z: Array, log_p: Array, log_q: Array) -> int:
        self.z[go], self.log_p[go], self.log_q[go] = z[go], log_p[go], log_q[go]
        return int(go.sum())

    def forget(self) -> None:
        """Make an archive of the history, and walk more often if proposals are seldom accepted."""
        rare = self._accepted < GOOD_ACCEPTANCE * self._tried
        self._walk_every = WALK_EVERY["often" if rare else "seldom"]
        self._archive = self.history()[:, :, :-1].reshape(-1, self.z.shape[1])
        self._kept, self._tried, self._accepted = [], 0, 0

    def renew(self, effective: float) -> None:
        """Shape the proposal by where the chains have been, and begin the history anew."""
        z = self.history()[:, :, :-1].reshape(-1, self.z.shape[1])
        even = np.full(len(z), 1 / len(z))
        count = min(1.0, effective / len(z))
        fresh = shaped(z, even, MOST_COMPONENTS, self._prior, self._rng, count)
        self._proposal = fresh.joined(KEPT, self._proposal)
        self.log_q = self._proposal.log_density(self.z)
        self.forget()

    def history(self) -> Array:
        """Return kept steps, shape (n_chains, n_steps, k + 1), the log posterior last."""
        return np.concatenate(self._kept).swapaxes(0, 1)

    def posterior(self, n: int, found: Convergence) -> Posterior:
        """Return `n` draws spread evenly over the history."""
        chains = self.history()[:, :, :-1]
        flat = chains.reshape(-1, chains.shape[-1])  # chain after chain
        at = ((np.arange(n) + self._rng.random()) * len(flat) / n).astype(int)
        z = self._rng.permutation(flat[np.minimum(at, len(flat) - 1)])
        return Posterior(z, found, self._accepted / self._tried, chains.shape[1])
