"""Random subjects: spread, design, assay, outliers; priors and starts that are far off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.robustness.shapes import Shape, shapes
from diapedesis.infer.estimate import Predict
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.prior import Prior
from diapedesis.infer.scale import Scale
from diapedesis.observe import Assay, Level
from diapedesis.simulate import solve
from diapedesis.simulate.lanes import LaneSolver

Array = NDArray[np.float64]
STARTS = 4
KINDS = ("prior", "starts", "both")
"""What is poor: the prior's mean, the starting points, or both."""
OFF = np.log(10.0)
"""Largest error of the prior's mean, either way."""
TAILS = (3.0, 6.0)
"""Distance of poor starts from the prior's mean [SD]."""
OMEGA = (0.1, 0.8326)
"""Between-subject SDs of the logarithm: 10 % to 100 % as coefficient of variation."""


@dataclass(frozen=True)
class Case:
    """One subject and how it is to be estimated.

    Attributes
    ----------
    id : str
    shape : str
    kind : str
        One of KINDS.
    prior : Prior
    predict : callable
    levels : Levels
    starts : ndarray, shape (STARTS, k)
    truth : ndarray, shape (k,)
    n_below, n_outliers : int
    """

    id: str
    shape: str
    kind: str
    prior: Prior
    predict: Predict
    levels: Levels
    starts: Array
    truth: Array
    n_below: int
    n_outliers: int

    def objective(self, z: Array) -> Array:
        """Return minus log posterior up to a constant, at points (n, k); inf where unsolvable."""
        mu = self.predict(z[:, None, :])[:, 0]
        d = z - self.prior.mean
        prior = 0.5 * np.einsum("ni,ij,nj->n", d, np.linalg.inv(self.prior.cov), d)
        u = np.full(len(z), np.inf)
        solved = np.isfinite(mu).all(axis=1)
        u[solved] = prior[solved] - self.levels.terms(mu[solved])[0].sum(axis=1)
        return u


def case(shape: Shape, number: int, seed: int) -> Case:
    """Draw one subject; its stream depends on the seed, the shape and the number alone."""
    rng = np.random.default_rng([seed, *shape.name.encode(), number])
    k = len(shape.names)
    omega = rng.uniform(*OMEGA, k)
    truth = shape.typical + omega * rng.standard_normal(k)
    given, window = shape.given(rng)
    times = np.sort(rng.uniform(*window, int(rng.integers(1, 7))))
    own = {n: np.exp(v) for n, v in zip(shape.names, truth, strict=True)}
    found = solve(shape.model, given, times, (shape.output,), parameters=own, method="tsit5")
    level = found.raise_failures()[shape.output][0]
    levels, n_outliers = _read(level, times, rng)
    kind = str(rng.choice(KINDS))
    mean = shape.typical + (rng.uniform(-OFF, OFF, k) if kind != "starts" else 0.0)
    prior = Prior(Scale(shape.names, np.zeros(k, bool)), mean, np.diag(omega**2))
    solver = LaneSolver(shape.model, given, times, (shape.output,), shape.names)

    def predict(z: Array) -> Array:
        return solver(np.exp(z))[..., 0]

    id = f"{shape.name} {number}"
    below = int(levels.below.sum())
    starts = _starts(prior, kind, rng)
    return Case(id, shape.name, kind, prior, predict, levels, starts, truth, below, n_outliers)


def _read(level: Array, times: Array, rng: np.random.Generator) -> tuple[Levels, int]:
    """Return readings with error; some below the limit, some wrong altogether."""
    sd = float(np.exp(rng.uniform(np.log(0.03), np.log(0.3))))
    lloq = float(np.clip(np.quantile(level, 0.4), 0, 20)) if rng.random() < 0.4 else 0.0
    y = level * np.exp(sd * rng.standard_normal(level.size))
    wrong = rng.random(level.size) < 0.08
    y[wrong] *= np.exp(rng.choice([-1, 1], wrong.sum()) * rng.uniform(1, 2.3, wrong.sum()))
    assay = Assay(proportional_sd=sd, additive_sd=0.05, lloq=lloq)
    read = [Level(float(t), float(max(v, 1e-6)), assay) for t, v in zip(times, y, strict=True)]
    return Levels.of(read), int(wrong.sum())


def _starts(prior: Prior, kind: str, rng: np.random.Generator) -> Array:
    """Return points far in the tails, or the mean and points one SD from it."""
    k = prior.mean.size
    way = rng.standard_normal((STARTS, k))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    if kind == "prior":
        far = np.sqrt(k) * (np.arange(STARTS) > 0)
    else:
        far = np.sqrt(k) * rng.uniform(*TAILS, STARTS)
    return prior.mean + far[:, None] * way * prior.sd


def cases(n: int, seed: int = 1) -> Iterator[Case]:
    """Yield `n` subjects, the shapes in turn."""
    kinds = list(shapes().values())
    for i in range(n):
        yield case(kinds[i % len(kinds)], i // len(kinds), seed)
