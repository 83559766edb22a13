"""What is believed about one subject before any level: population uncertainty plus spread.

Typical values that published data inform together come as joint draws (``data/``, made by
``infer.calibrate``), so that their correlation is kept; the others have the prior declared with
them.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.scale import Scale, prior_sd, uncertain

Array = NDArray[np.float64]
DRAW_FILES = ("population_pk.csv", "population_pd.csv")
MS_FILE = "population_ms.csv"
"""Made by ``validation.calibrate_ms``; for models that have all of its parameters."""
PML_FILE = "population_pml.csv"
"""Made by ``validation.calibrate_pml``; likewise."""


@dataclass(frozen=True)
class Prior:
    """Normal prior of one subject's parameters.

    Attributes
    ----------
    scale : Scale
    mean : ndarray, shape (k,)
        On the normal scale.
    cov : ndarray, shape (k, k)
        Uncertainty of the typical values plus between-subject spread.
    """

    scale: Scale
    mean: Array
    cov: Array

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the parameters."""
        return self.scale.names

    @property
    def sd(self) -> NDArray[np.float64]:
        """Marginal SD on the normal scale."""
        return np.sqrt(np.diag(self.cov)).astype(np.float64)

    def only(self, names: Sequence[str]) -> Prior:
        """Return the marginal prior of some of the parameters."""
        at = [self.names.index(n) for n in names]
        scale = Scale(tuple(names), self.scale.is_share[at])
        return Prior(scale, self.mean[at], self.cov[np.ix_(at, at)])

    def with_occasions(
        self, model: Model, varying: Sequence[str], n_occasions: int, weight: float = 1.0
    ) -> Prior:
        """Return the prior with a deviation ``"<parameter>@<occasion>"`` for each occasion.

        Deviations add up on the normal scale: their natural value is the factor on a parameter
        that is normal as a logarithm. `weight` is what the precision has been multiplied by.
        """
        names = [f"{name}@{j}" for j in range(n_occasions) for name in varying]
        sd = np.array([model.parameters[name].iov for _ in range(n_occasions) for name in varying])
        cov = np.zeros((len(self.names) + len(names),) * 2)
        cov[: len(self.names), : len(self.names)] = self.cov
        cov[range(len(self.names), len(cov)), range(len(self.names), len(cov))] = sd**2 / weight
        scale = Scale(
            (*self.names, *names), np.append(self.scale.is_share, np.zeros(len(names), bool))
        )
        return Prior(scale, np.append(self.mean, np.zeros(len(names))), cov)

    def typical(self) -> Prior:
        """Return the prior without deviations of occasions."""
        return self.only([n for n in self.names if "@" not in n])

    @property
    def shifts(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each occasion, (parameter, deviation) as places among the names; may be empty."""
        found: dict[int, list[tuple[int, int]]] = {}
        for at, (name, _, occasion) in enumerate(n.partition("@") for n in self.names):
            if occasion:
                found.setdefault(int(occasion), []).append((self.names.index(name), at))
        return tuple(tuple(found[j]) for j in sorted(found))

    def widened(self, weight: float) -> Prior:
        """Return the prior with its precision multiplied by `weight`; below 1 trusts data more."""
        return Prior(self.scale, self.mean, self.cov / weight)

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """Draw on the normal scale; shape (n, k)."""
        return rng.multivariate_normal(self.mean, self.cov, n, method="cholesky")

    def conditional(self, known: Sequence[str], z: Array) -> tuple[tuple[str, ...], Array, Array]:
        """Return names, means (n, m) and covariance (m, m) of the rest, given known values.

        Parameters
        ----------
        known : sequence of str
        z : ndarray, shape (n, len(known))
            Their values on the normal scale.
        """
        a = [self.names.index(n) for n in known]
        b = [i for i in range(len(self.names)) if i not in a]
        gain = np.linalg.solve(self.cov[np.ix_(a, a)], self.cov[np.ix_(a, b)])
        mean = self.mean[b] + (z - self.mean[a]) @ gain
        cov = self.cov[np.ix_(b, b)] - self.cov[np.ix_(b, a)] @ gain
        return tuple(self.names[i] for i in b), mean, cov


@lru_cache(maxsize=8)
def population_draws(file: str) -> dict[str, Array]:
    """Return joint draws of typical values, one array per parameter id."""
    source = resources.files("diapedesis.infer").joinpath("data", file)
    rows = list(
        csv.reader(line for line in source.read_text("utf-8").splitlines() if line[0] != "#")
    )
    values = np.array(rows[1:], float)
    return {name: values[:, j] for j, name in enumerate(rows[0])}


def draw_files(model: Model) -> tuple[str, ...]:
    """Return the files of joint draws that speak of a model.

    Examples
    --------
    >>> from diapedesis.models import ms, pkpd, pml
    >>> len(draw_files(pkpd())), len(draw_files(ms())), len(draw_files(pml()))
    (2, 3, 4)
    """
    more = (
        file
        for file in (MS_FILE, PML_FILE)
        if all(id in model.parameters for id in population_draws(file))
    )
    return (*DRAW_FILES, *more)


def subject_prior(model: Model) -> Prior:
    """Return the prior of one subject's uncertain parameters.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> "q" in subject_prior(pkpd()).names
    True
    """
    names = uncertain(model)
    scale = Scale.of(model, names)
    mean = scale.normal([model.parameters[n].default for n in names])
    cov = np.diag([prior_sd(model.parameters[n]) ** 2 for n in names])
    for file in draw_files(model):
        draws = {n: v for n, v in population_draws(file).items() if n in names}
        at = [names.index(n) for n in draws]
        sub = Scale(tuple(draws), scale.is_share[at])
        z = sub.normal(np.column_stack(list(draws.values())))
        mean[at] = z.mean(axis=0)
        cov[np.ix_(at, at)] = np.cov(z, rowvar=False)
    spread = np.array([model.parameters[n].iiv for n in names])
    return Prior(scale, mean, cov + np.diag(spread**2))
