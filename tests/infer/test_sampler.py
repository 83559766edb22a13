"""Chains: on densities whose answer is known, against emcee, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import emcee
import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.infer.convergence import convergence
from diapedesis.infer.estimate import FitError, Mode, find_mode
from diapedesis.infer.fit import log_posterior
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.mixture import Mixture, fit_mixture
from diapedesis.infer.names import fitted_names
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.infer.proposal import around
from diapedesis.infer.readings import Readings
from diapedesis.infer.sampler import BLOCK, CHAINS, LEAST_ESS, RHAT, _Chains, sample
from diapedesis.infer.scale import Scale
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Plex, Protocol
from tests.streams import rng_of

Array = NDArray[np.float64]


def wide(k: int) -> Prior:
    names = tuple(f"x{i}" for i in range(k))
    return Prior(Scale(names, np.zeros(k, bool)), np.zeros(k), 9.0 * np.eye(k))


def at(z: Array, cov: Array) -> Mode:
    return Mode(z, cov, np.zeros(1), 1, 0.0)


def normal(mean: Array, cov: Array) -> Callable[[Array], Array]:
    precision = np.linalg.inv(cov)
    return lambda z: -0.5 * np.einsum("ni,ij,nj->n", z - mean, precision, z - mean)


def test_a_correlated_normal_distribution() -> None:
    rng = rng_of("normal")
    root = np.tril(rng.standard_normal((5, 5))) + 2 * np.eye(5)
    cov, mean = 0.1 * root @ root.T, np.arange(5.0) - 2
    n = 4000
    found = sample(wide(5), at(mean, 0.3 * cov), normal(mean, cov), n, rng)
    z = np.linalg.solve(np.linalg.cholesky(cov), (found.z - mean).T).T
    # `n` or more independent draws stand behind them, so that these are standard normal scores.
    assert np.all(np.abs(z.mean(axis=0)) * np.sqrt(n) < 4.5)
    assert np.all(np.abs(z.var(axis=0) - 1) * np.sqrt(n / 2) < 4.5)
    assert found.convergence.worst[0] <= RHAT
    assert min(found.convergence.worst[1:]) >= n


def test_two_peaks_are_met_in_their_proportion() -> None:
    """One peak in three at the mode; the other a prior SD away, found by the defensive share."""
    far = np.array([3.0, 0.0, 0.0])
    near = np.array([-1.0, 0.0, 0.0])
    part = [normal(m, 0.09 * np.eye(3)) for m in (near, far)]

    def density(z: Array) -> Array:
        return np.logaddexp(np.log(1 / 3) + part[0](z), np.log(2 / 3) + part[1](z))

    found = sample(wide(3), at(near, 0.09 * np.eye(3)), density, 1000, rng_of("peaks"))
    share = float(np.mean(found.z[:, 0] > 1.0))
    assert share == pytest.approx(2 / 3, abs=4.5 * np.sqrt(2 / 9 / 1000))


@pytest.mark.slow
def test_chains_that_cannot_get_round_are_an_error_not_an_answer() -> None:
    """A thin curve that winds through all dimensions: no step of any size goes along it."""
    turns = np.arange(1.0, 8.0)

    def density(z: Array) -> Array:
        off = z[:, 1:] - 3 * np.sin(4 * z[:, :1] + turns)
        return -0.5 * z[:, 0] ** 2 - 0.5 * (off**2).sum(axis=1) / 0.003**2

    mode = at(np.append(0.0, 3 * np.sin(turns)), np.diag(np.append(1e-4, np.full(7, 1e-5))))
    with pytest.raises(FitError, match=r"R-hat .* effective draws .*leave out a level"):
        sample(wide(8), mode, density, 400, rng_of("winding"))


def test_a_density_that_is_nowhere_is_an_error() -> None:
    nowhere = lambda z: np.full(len(z), -np.inf)  # noqa: E731
    with pytest.raises(FitError, match="no density"):
        sample(wide(3), at(np.zeros(3), np.eye(3)), nowhere, 400, rng_of("nowhere"))


def problem() -> tuple[Prior, Mode, Callable[[Array], Array]]:
    """Return a patient between exchanges: curved, with a level that may be an outlier."""
    given = Protocol.every(28, n=8).with_sessions(
        Plex(208.0 + d, plasma_volumes=1.5) for d in (0, 2)
    )
    assay = Assay(proportional_sd=0.15)
    levels = tuple(Level(*x, assay) for x in ((196.0, 24.0), (207.9, 61.0), (210.2, 9.0)))
    subject = Subject(given, levels, sex="female", height=1.68, haematocrit=0.4)
    prior = subject_prior(pkpd()).only(fitted_names(given))
    read = Levels.of(levels)
    predict = Readings(subject, pkpd(), prior, read)
    mode = find_mode(prior, predict, read.terms)
    return prior, mode, log_posterior(prior, predict, read.terms)


@pytest.mark.slow
def test_the_draws_are_those_of_emcee() -> None:
    prior, mode, density = problem()
    n = 4000
    ours = sample(prior, mode, density, n, rng_of("ours")).z
    walkers, steps = 64, 1500
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    peer = emcee.EnsembleSampler(walkers, len(prior.names), density, vectorize=True, moves=moves)
    peer.random_state = np.random.RandomState(20).get_state()
    peer.run_mcmc(prior.sample(walkers, rng_of("walkers")), steps)
    kept = peer.get_chain(discard=300)
    tau = emcee.autocorr.integrated_time(kept, tol=0)
    theirs = kept.reshape(-1, len(prior.names))
    error = np.sqrt(1 / n + tau / len(theirs))
    sd = theirs.std(axis=0)
    # 4.5 standard errors for each of seven parameters; an SD's error is that of a mean over 1.4,
    # twice that where tails are heavy.
    assert np.all(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 4.5 * error * sd)
    assert np.all(np.abs(ours.std(axis=0) / sd - 1) < 4.5 * 1.4 * error)
    for q in (0.05, 0.5, 0.95):
        height = np.mean(theirs < np.quantile(ours, q, axis=0), axis=0)
        assert height == pytest.approx(q, abs=4.5 * float(error.max()) * 0.7)


def test_every_chain_and_all_of_its_course_is_among_the_draws() -> None:
    """With 1000 draws the spacing once met the same chains again and again."""
    prior = wide(2)
    chains = _Chains(normal(np.zeros(2), np.eye(2)), around(prior), prior, rng_of("chains"))
    chains._tried = 1
    for blocks in (1, 2, 3, 4, 8):
        of_chain = np.broadcast_to(np.arange(CHAINS)[None, :], (blocks * BLOCK, CHAINS))
        step = np.broadcast_to(np.arange(blocks * BLOCK)[:, None], of_chain.shape)
        chains._kept = [np.stack([of_chain, step, step], axis=2).astype(float)]
        z = chains.posterior(1000, convergence(chains.history())).z
        assert np.bincount(z[:, 0].astype(int)).tolist() == [1000 // CHAINS] * CHAINS
        half = z[:, 1] < blocks * BLOCK / 2
        assert half.mean() == pytest.approx(0.5, abs=CHAINS / 1000)


def test_same_stream_same_draws() -> None:
    prior, mode, density = problem()
    a, b = (sample(prior, mode, density, LEAST_ESS, rng_of("same")) for _ in range(2))
    assert np.array_equal(a.z, b.z)
    assert a.ess == LEAST_ESS


def test_a_mixture_has_the_moments_and_the_density_of_its_draws() -> None:
    rng = rng_of("mixture")
    made = Mixture.of((0.3, np.array([-2.0, 0.0]), np.eye(2)), (0.7, np.ones(2), 0.2 * np.eye(2)))
    z = made.draw(200_000, rng)
    assert z.mean(axis=0) == pytest.approx([0.1, 0.7], abs=0.02)
    # Importance weights towards a normal density of known size average to one ratio of constants.
    grid = np.linspace(-12, 12, 601)
    x, y = np.meshgrid(grid, grid)
    points = np.column_stack([x.ravel(), y.ravel()])
    total = np.exp(made.log_density(points)).sum() * (grid[1] - grid[0]) ** 2
    assert total == pytest.approx(2 * np.pi, rel=0.01)  # constant of a t in two dimensions


def test_a_mixture_fits_two_clouds() -> None:
    rng = rng_of("clouds")
    z = np.concatenate([rng.normal(-3, 1, (3000, 2)), rng.normal(3, 0.5, (1000, 2))])
    found = fit_mixture(z, np.full(4000, 1 / 4000), 2, 1e-9 * np.eye(2), rng)
    order = np.argsort(found.centres[:, 0])
    assert found.shares[order] == pytest.approx([0.75, 0.25], abs=0.02)
    assert found.centres[order] == pytest.approx(np.array([[-3, -3], [3, 3]]), abs=0.1)
