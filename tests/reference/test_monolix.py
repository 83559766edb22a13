"""Posterior means and SDs of every eta, beside those of Monolix's conditional distributions.

Monolix's own numbers rest on 10 000 correlated draws. In patient 17 of run 207 linear and
saturable elimination trade off along a ridge, and Monolix's means of CL and Vmax are 0.15 to 0.18
SD from where long chains of two kinds end: CL +0.41 against +0.34, Vmax +0.39 against +0.44.
``test_the_patient_that_is_off`` shows it. One patient of twenty may therefore be off.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.infer.sampler import sample
from tests.reference.monolix import ETAS, MODELS, Posterior, patients, published

Array = NDArray[np.float64]
MEAN_WITHIN = 0.15
"""Posterior SDs."""
SD_WITHIN = 0.15
"""Share of Monolix's SD."""
OFF = 1
"""Patients of 20 that may be off."""


def draws(posterior: Posterior, n: int, seed: int) -> Array:
    """Return draws of the etas, shape (n, k)."""
    rng = np.random.default_rng(seed)
    found = sample(posterior.prior, posterior.mode, posterior.log_density, n, rng)
    return found.z - posterior.prior.mean


def differences(run: str, some: slice, n: int) -> tuple[Array, Array]:
    """Return differences of means [our SD] and of SDs [share], shape (patients, k)."""
    mean, sd = (x[some] for x in published(run))
    etas = [draws(Posterior.of(run, p), n, seed=int(p.id)) for p in patients(run)[some]]
    ours = np.array([e.std(axis=0, ddof=1) for e in etas])
    return (np.array([e.mean(axis=0) for e in etas]) - mean) / ours, ours / sd - 1


def agreeing(run: str, some: slice, n: int) -> tuple[int, int]:
    """Return how many patients agree in every eta, and of how many; print what is off."""
    mean, sd = differences(run, some, n)
    fine = (np.abs(mean) <= MEAN_WITHIN).all(axis=1) & (np.abs(sd) <= SD_WITHIN).all(axis=1)
    print(f"run {run}: {fine.sum()} of {fine.size} patients agree")
    for j, id in enumerate(ETAS[run]):
        worst = np.abs(mean[:, j]).max(), np.abs(sd[:, j]).max()
        print(f"  {id}: means differ by at most {worst[0]:.3f} SD, SDs by {100 * worst[1]:.0f} %")
    for i in np.flatnonzero(~fine):
        print(f"  patient {np.arange(20)[some][i] + 1}: {mean[i].round(2)}, {sd[i].round(2)}")
    return int(fine.sum()), fine.size


def test_the_files_hold_20_patients_each() -> None:
    for run, model in MODELS.items():
        found = patients(run)
        assert [p.id for p in found] == [str(i + 1) for i in range(20)]
        assert all(p.levels.size in (1, 4) for p in found)
        assert all(np.all(np.diff(p.times) > 0) for p in found)
        assert all(x.shape == (20, len(ETAS[run])) for x in published(run))
        assert set(ETAS[run]) <= set(model.parameters)


@pytest.mark.slow
@pytest.mark.parametrize("run", MODELS)
def test_four_patients_one_of_each_design(run: str) -> None:
    agree, of = agreeing(run, slice(0, 4), 2000)  # whose own error is 0.022 SD
    assert agree == of


@pytest.mark.statistical
@pytest.mark.parametrize("run", MODELS)
def test_all_patients(run: str) -> None:
    agree, of = agreeing(run, slice(None), 4000)
    assert agree >= of - OFF


@pytest.mark.statistical
def test_the_patient_that_is_off() -> None:
    """Walkers of another kind, from the prior's best draws, agree with ours and not with Monolix.

    They know no mode and no covariance: each moves along differences of the others.
    """
    posterior = Posterior.of("207", patients("207")[16])
    ours = draws(posterior, 10_000, seed=17)
    rng = np.random.default_rng(17)
    walkers = posterior.prior.sample(20_000, rng)
    walkers = walkers[np.argsort(-posterior.log_density(walkers))[:WALKERS]]
    kept = [w for i, w in enumerate(walk(posterior, walkers, rng)) if i >= STEPS // 4]
    eta = np.concatenate(kept) - posterior.prior.mean
    mean, sd = eta.mean(axis=0), eta.std(axis=0)
    monolix = published("207")[0][16]
    print(f"walkers {mean.round(3)}, ours {ours.mean(axis=0).round(3)}, Monolix {monolix}")
    assert np.all(np.abs(ours.mean(axis=0) - mean) < CLOSE * sd)
    assert ours.std(axis=0) == pytest.approx(sd, rel=CLOSE)
    assert np.max(np.abs(monolix - mean) / sd) > MEAN_WITHIN


WALKERS, STEPS = 100, 16_000
CLOSE = 0.08
"""Chains as long as some 80 of their autocorrelation times, of 100 walkers: 0.03 SD at most."""


def walk(posterior: Posterior, z: Array, rng: np.random.Generator) -> Iterator[Array]:
    """Yield walkers after each step of differential evolution, half of them at a time."""
    n, k = z.shape
    density = posterior.log_density(z)
    halves = np.split(np.arange(n), 2)
    for step in range(STEPS):
        for mine, others in (halves, halves[::-1]):
            pairs = np.array([rng.choice(others, 2, replace=False) for _ in mine])
            jump = 1.0 if step % 10 == 9 else 2.38 / np.sqrt(2 * k)
            shift = jump * (z[pairs[:, 0]] - z[pairs[:, 1]])
            trial = z[mine] + shift + 1e-5 * rng.standard_normal((mine.size, k))
            new = posterior.log_density(trial)
            accepted = np.log(rng.random(mine.size)) < new - density[mine]
            z[mine[accepted]], density[mine[accepted]] = trial[accepted], new[accepted]
        yield z.copy()
