"""Fit one subject: prior, levels, mode, draws, checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model
from diapedesis.infer.conflict import prior_conflict
from diapedesis.infer.convergence import Convergence
from diapedesis.infer.estimate import Mode, Predict, find_mode
from diapedesis.infer.level_table import level_table
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.names import covariates, fitted_names, stream, varying_names
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.infer.proposal import LogDensity
from diapedesis.infer.readings import Readings
from diapedesis.infer.sampler import sample
from diapedesis.infer.table import Table
from diapedesis.models import pkpd
from diapedesis.observe import Level, Subject
from diapedesis.simulate import Protocol, Solution, solve
from diapedesis.simulate.occasions import solve_occasions

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

PARAMETER_COLUMNS = (
    *("id", "label", "unit"),
    *("prior_05", "prior_50", "prior_95", "post_05", "post_50", "post_95", "sd_left"),
)


@dataclass(frozen=True)
class Fit:
    """One subject's posterior.

    Attributes
    ----------
    subject : Subject
    model : Model
    names : tuple of str
        Fitted parameters, then deviations ``"<parameter>@<occasion>"`` of those that differ
        between occasions.
    prior : Prior
        Of `names`.
    mode : Mode or None
        ``None`` without a level.
    draws : dict of str to ndarray, shape (n_draws,)
        Every uncertain parameter, on its own scale.
    deviations : dict of str to ndarray, shape (n_draws, n_occasions)
        What an occasion adds to a parameter, on the scale on which it is normal; empty for a
        subject whose occasions are not told apart.
    ess : float
        Effective number of independent draws behind `draws`, at most as many as there are.
    convergence : Convergence or None
        R-hat and effective sample sizes of `names` and, last, of the log posterior; ``None``
        without a level, when draws are independent.
    conflict : float
        How unlikely the levels are under the prior, 0 to 1; small means that they disagree.
    level_table : Table
        One row per level: observed, predicted (median and 90 % interval), outlier probability.
    seed : int
    prior_weight : float
        Factor on the precision of the prior.
    """

    subject: Subject
    model: Model
    names: tuple[str, ...]
    prior: Prior
    mode: Mode | None
    draws: dict[str, Array]
    deviations: dict[str, Array]
    ess: float
    convergence: Convergence | None
    conflict: float
    level_table: Table
    seed: int
    prior_weight: float = 1.0

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return int(next(iter(self.draws.values())).size)

    @property
    def rhat(self) -> float:
        """Largest R-hat; 1 without a level."""
        return 1.0 if self.convergence is None else self.convergence.worst[0]

    @property
    def inputs(self) -> dict[str, float]:
        """The subject's constant inputs."""
        return covariates(self.subject)

    def thinned(self, n: int) -> Fit:
        """Return the fit with its first `n` draws; they are in random order."""
        cut = lambda d: {k: v[:n] for k, v in d.items()}  # noqa: E731
        return replace(self, draws=cut(self.draws), deviations=cut(self.deviations))

    def on_occasion(self, j: int) -> dict[str, Array]:
        """Return draws of every uncertain parameter as they are on occasion `j`."""
        own = dict(self.draws)
        for name, deviation in self.deviations.items():
            scale = self.prior.only([name]).scale
            z = scale.normal(self.draws[name][:, None]) + deviation[:, j : j + 1]
            own[name] = scale.natural(z)[:, 0]
        return own

    def solve(
        self,
        protocol: Protocol,
        times: ArrayLike,
        outputs: Sequence[str],
        *,
        t0: float,
        initial: Mapping[str, ArrayLike] | None = None,
        **options: Any,
    ) -> Solution:
        """Solve a course for every draw, occasion by occasion; raise when one cannot be solved.

        Parameters
        ----------
        protocol, times, outputs, t0, initial
            As for :func:`diapedesis.simulate.solve`. After the last occasion has begun it goes on.
        **options
            Further options of ``solve``.
        """
        options |= {"inputs": self.inputs, "initial": initial, "t0": t0}
        if not self.deviations:
            found = solve(self.model, protocol, times, outputs, parameters=self.draws, **options)
            return found.raise_failures()
        starts = self.subject.occasions
        each = [self.on_occasion(j) for j in range(len(starts) + 1)]
        found = solve_occasions(self.model, protocol, times, outputs, each, starts, **options)
        return found.raise_failures()

    def update(self, level: Level) -> Fit:
        """Return the fit with one more level, from scratch, so that no error adds up."""
        return fit(
            self.subject.with_level(level),
            model=self.model,
            n_draws=self.n_draws,
            seed=self.seed,
            prior_weight=self.prior_weight,
        )

    def shrinkage(self) -> dict[str, float]:
        """Return, by parameter, the share of the prior SD that the levels left standing."""
        left = self._drawn().std(axis=0, ddof=1) / self.prior.sd
        return dict(zip(self.names, left.tolist(), strict=True))

    def _drawn(self) -> Array:
        """Return draws of `names` on the normal scale, shape (n_draws, k)."""
        typical = self.prior.typical()
        z = typical.scale.normal(np.column_stack([self.draws[n] for n in typical.names]))
        rest = [n.partition("@") for n in self.names[len(typical.names) :]]
        return np.column_stack([z, *(self.deviations[n][:, int(j)] for n, _, j in rest)])

    @cached_property
    def levels(self) -> pd.DataFrame:
        """The table of levels as a frame."""
        return self.level_table.to_frame()

    def parameter_table(self) -> Table:
        """Return prior and posterior (median, 90 % interval) of each fitted parameter.

        A deviation of an occasion is shown as a factor.
        """
        z = self.prior.mean[:, None] + np.outer(self.prior.sd, [-1.645, 0.0, 1.645])
        before = self.prior.scale.natural(z.T).T
        after = self.prior.scale.natural(np.quantile(self._drawn(), [0.05, 0.5, 0.95], axis=0)).T
        left = self.shrinkage()
        rows = []
        for i, name in enumerate(self.names):
            id, _, occasion = name.partition("@")
            declared = self.model.parameters[id]
            label = (
                f"{declared.label}, factor on occasion {occasion}" if occasion else declared.label
            )
            unit = "" if occasion else declared.unit
            rows.append((name, label, unit, *before[i], *after[i], left[name]))
        return Table(PARAMETER_COLUMNS, tuple(rows))

    def parameter_frame(self) -> pd.DataFrame:
        """Return ``parameter_table()`` as a frame."""
        return self.parameter_table().to_frame()


def fit(
    subject: Subject,
    *,
    model: Model | None = None,
    n_draws: int = 1000,
    seed: int = 1,
    prior_weight: float = 1.0,
    starts: int = 4,
) -> Fit:
    """Fit one subject's parameters to zero or more levels.

    Parameters
    ----------
    subject : Subject
        Serum levels and saturations are fitted together.
    model : Model, optional
        Default :func:`diapedesis.models.pkpd`.
    n_draws : int
        As many independent draws stand behind the result, at least.
    seed : int
    prior_weight : float
        Multiplies the precision of the prior: 1 as declared, below 1 to trust the levels more.
    starts : int
        Starting points of the search for the mode.

    Returns
    -------
    Fit

    Raises
    ------
    FitError
        When the estimate fails its checks, or the chains do not converge.

    Examples
    --------
    >>> from diapedesis.observe import Level, Subject
    >>> from diapedesis.simulate import Protocol
    >>> patient = Subject(Protocol.every(28, n=8), levels=(Level(224.0, 31.0),), height=1.7)
    >>> result = fit(patient, n_draws=200)
    >>> result.ess >= 200, result.rhat < 1.01
    (True, True)
    """
    model = model or pkpd()
    prior, whole = prior_of(subject, model, prior_weight)
    names = prior.typical().names
    varying = varying_names(model, names, subject)
    occasions = len(subject.occasions) + 1
    rng = stream(subject, seed, "fit")
    mode, convergence, ess, conflict = None, None, float(n_draws), 1.0
    table = level_table(subject, None, None)
    if not subject.levels:
        z = prior.sample(n_draws, rng)
    else:
        levels = Levels.of(subject.levels)
        predict = Readings(subject, model, prior, levels)
        mode = find_mode(prior, predict, levels.terms, starts=starts)
        found = sample(prior, mode, log_posterior(prior, predict, levels.terms), n_draws, rng)
        z, convergence, ess = found.z, found.convergence, found.ess
        conflict = prior_conflict(prior, predict, levels, rng)
        table = level_table(subject, levels, predict(z[:, None, :])[:, 0])
    draws = _complete(whole, names, z[:, : len(names)], rng)
    deviations = z[:, len(names) :].reshape(n_draws, occasions, len(varying))
    return Fit(
        subject,
        model,
        prior.names,
        prior,
        mode,
        draws,
        {name: deviations[..., i] for i, name in enumerate(varying)},
        ess,
        convergence,
        conflict,
        table,
        seed,
        prior_weight,
    )


def prior_of(subject: Subject, model: Model, prior_weight: float = 1.0) -> tuple[Prior, Prior]:
    """Return the prior of what a subject's levels can inform, and of every uncertain parameter.

    Raises
    ------
    ValueError
        For a weight that is not above 0.
    """
    if not 0 < prior_weight < np.inf:
        raise ValueError(f"prior_weight: found {prior_weight!r}, expected a number above 0")
    whole = subject_prior(model).widened(prior_weight)
    names = fitted_names(subject.protocol, subject.levels)
    varying = varying_names(model, names, subject)
    prior = whole.only(names)
    if varying:
        occasions = len(subject.occasions) + 1
        prior = prior.with_occasions(model, varying, occasions, prior_weight)
    return prior, whole


def log_posterior(prior: Prior, predict: Predict, terms: Any) -> LogDensity:
    """Return the log posterior density; points too extreme to be solved have none.

    Parameters
    ----------
    prior : Prior
    predict, terms : callables
        As for :func:`diapedesis.infer.estimate.find_mode`.
    """
    precision = np.linalg.inv(prior.cov)

    def density(z: Array) -> Array:
        mu = predict(z[:, None, :])[:, 0]
        solved = np.isfinite(mu).all(axis=1)
        d = z[solved] - prior.mean
        out = np.full(len(z), -np.inf)
        likelihood = terms(mu[solved])[0].sum(axis=1)
        out[solved] = likelihood - 0.5 * np.einsum("ni,ij,nj->n", d, precision, d)
        return out

    return density


def _complete(
    whole: Prior, names: Sequence[str], z: Array, rng: np.random.Generator
) -> dict[str, Array]:
    """Add draws of the parameters that the levels do not inform, given those they do."""
    rest, mean, cov = whole.conditional(names, z)
    other = mean + rng.multivariate_normal(np.zeros(len(rest)), cov, len(z), method="eigh")
    fitted = whole.only(names).scale.natural(z)
    added = whole.only(rest).scale.natural(other)
    draws = {n: fitted[:, i] for i, n in enumerate(names)}
    return draws | {n: added[:, i] for i, n in enumerate(rest)}


def without_outliers(fit_: Fit, *, above: float = 0.5) -> Subject | None:
    """Return the subject without its probable outliers; ``None`` if there are none."""
    keep = [
        x
        for x, p in zip(fit_.subject.levels, fit_.level_table.column("p_outlier"), strict=True)
        if p <= above
    ]
    if len(keep) == len(fit_.subject.levels):
        return None
    return replace(fit_.subject, levels=tuple(keep))
