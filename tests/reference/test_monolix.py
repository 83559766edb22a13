"""Posterior means and SDs of every eta, beside those of Monolix's conditional distributions.

Monolix's own numbers rest on 10 000 correlated draws: where linear and saturable elimination trade
off along a ridge, as in patient 17 of run 207, it moved too slowly for the tolerance, which is why
one patient of twenty may be off. ``test_the_patient_that_is_off`` shows that ours is right there.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.infer.resample import resample
from tests.reference.monolix import ETAS, MODELS, OMEGA, Posterior, patients, published

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
    z, _ = resample(posterior.prior, posterior.mode, posterior.log_density, n, rng)
    return z - posterior.prior.mean


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


@pytest.mark.parametrize("run", MODELS)
def test_four_patients_one_of_each_design(run: str) -> None:
    agree, of = agreeing(run, slice(0, 4), 2000)
    assert agree == of


@pytest.mark.statistical
@pytest.mark.parametrize("run", MODELS)
def test_all_patients(run: str) -> None:
    agree, of = agreeing(run, slice(None), 20_000)
    assert agree >= of - OFF


@pytest.mark.statistical
def test_the_patient_that_is_off() -> None:
    """The prior's own draws, weighted by the likelihood, know no mode and no shape."""
    posterior = Posterior.of("207", patients("207")[16])
    ours = draws(posterior, 50_000, seed=17)
    rng = np.random.default_rng(17)
    total, first, second, squares = 0.0, np.zeros(5), np.zeros(5), 0.0
    for _ in range(60):
        z = posterior.prior.sample(100_000, rng)
        eta = z - posterior.prior.mean
        log_w = posterior.log_density(z) + 0.5 * (eta**2).sum(axis=1) / OMEGA
        w = np.exp(log_w + posterior.mode.objective.min())
        total, squares = total + w.sum(), squares + (w**2).sum()
        first, second = first + w @ eta, second + w @ eta**2
    mean = first / total
    sd = np.sqrt(second / total - mean**2)
    print(f"effective draws {total**2 / squares:.0f}; means {mean.round(3)}; SDs {sd.round(3)}")
    assert total**2 / squares > 1000
    assert np.all(np.abs(ours.mean(axis=0) - mean) < MEAN_WITHIN * sd)
    assert ours.std(axis=0) == pytest.approx(sd, rel=SD_WITHIN)
    assert np.abs(published("207")[0][16] - mean).max() > MEAN_WITHIN * sd[0]
