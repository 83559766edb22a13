"""Fit one subject: prior, levels, mode, draws, checks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.conflict import prior_conflict
from diapedesis.infer.estimate import Mode, Predict, find_mode
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.infer.resample import LogDensity, resample
from diapedesis.infer.scale import Scale
from diapedesis.infer.table import Table
from diapedesis.models import pkpd
from diapedesis.observe import Subject
from diapedesis.simulate import Immunoadsorption, Injection, Protocol
from diapedesis.simulate.lanes import LaneSolver

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
DISPOSITION = ("cl", "v_c", "v_p", "q", "v_max", "k_m")
OUTPUTS = ("c", "c_free")


@dataclass(frozen=True)
class Fit:
    """One subject's posterior.

    Attributes
    ----------
    subject : Subject
    model : Model
    names : tuple of str
        Fitted parameters.
    prior : Prior
        Of the fitted parameters.
    mode : Mode or None
        ``None`` without a level.
    draws : dict of str to ndarray, shape (n_draws,)
        Every uncertain parameter, on its own scale.
    ess : float
        Effective number of independent draws behind `draws`.
    conflict : float
        How unlikely the levels are under the prior, 0 to 1; small means that they disagree.
    level_table : Table
        One row per level: observed, predicted (median and 90 % interval), outlier probability.
    seed : int
    """

    subject: Subject
    model: Model
    names: tuple[str, ...]
    prior: Prior
    mode: Mode | None
    draws: dict[str, Array]
    ess: float
    conflict: float
    level_table: Table
    seed: int

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return int(next(iter(self.draws.values())).size)

    @property
    def inputs(self) -> dict[str, float]:
        """The subject's constant inputs."""
        return covariates(self.subject)

    def shrinkage(self) -> dict[str, float]:
        """Return, by parameter, the share of the prior SD that the levels left standing."""
        z = self.prior.scale.normal(np.column_stack([self.draws[n] for n in self.names]))
        left = z.std(axis=0, ddof=1) / self.prior.sd
        return dict(zip(self.names, left.tolist(), strict=True))

    @cached_property
    def levels(self) -> pd.DataFrame:
        """The table of levels as a frame."""
        return self.level_table.to_frame()

    def parameter_table(self) -> Table:
        """Return prior and posterior (median, 90 % interval) of each fitted parameter."""
        z = self.prior.mean[:, None] + np.outer(self.prior.sd, [-1.645, 0.0, 1.645])
        before = self.prior.scale.natural(z.T).T
        left = self.shrinkage()
        rows = []
        for i, n in enumerate(self.names):
            after = np.quantile(self.draws[n], [0.05, 0.5, 0.95])
            declared = self.model.parameters[n]
            rows.append((n, declared.label, declared.unit, *before[i], *after, left[n]))
        quantiles = [f"{when}_{q}" for when in ("prior", "post") for q in ("05", "50", "95")]
        return Table(("id", "label", "unit", *quantiles, "sd_left"), tuple(rows))

    def parameter_frame(self) -> pd.DataFrame:
        """Return ``parameter_table()`` as a frame."""
        return self.parameter_table().to_frame()


def covariates(subject: Subject) -> dict[str, float]:
    """Return the model inputs that a subject's covariates set.

    Unknown sex counts as half of each; an unknown haematocrit as the typical one of the sex.
    """
    male = {"male": 1.0, "female": 0.0, None: 0.5}[subject.sex]
    typical = 0.41 + 0.045 * male  # claims own haematocrit-female, own haematocrit-male
    return {
        "male": male,
        "height": subject.height or 1.70,
        "height_known": 1.0 if subject.height else 0.0,
        "haematocrit": subject.haematocrit if subject.haematocrit is not None else typical,
    }


def fitted_names(protocol: Protocol) -> tuple[str, ...]:
    """Return the parameters that levels under a protocol can inform."""
    names = list(DISPOSITION)
    usual = pkpd().parameters["weight_ref"].default
    if any(abs(np.log(kg / usual)) > 0.1 for _, kg in protocol.weights):
        names += ["cl_weight", "v_weight"]
    if any(s.plasma_volumes is not None for s in protocol.sessions):
        names.append("v_plasma_fold")
    columns = {s.column for s in protocol.sessions if isinstance(s, Immunoadsorption)}
    names += [f"e_{c}" for c in sorted(columns)]
    if "tryptophan" in columns:
        names.append("column_capacity")
    if protocol.antibodies:
        names += ["ada_titre", "ada_cl", "ada_binding", "k_ada"]
    if any(isinstance(d, Injection) for d in protocol.doses):
        names += ["k_a", "f_sc"]
    return tuple(names)


def stream(subject: Subject, seed: int, purpose: str) -> np.random.Generator:
    """Return the random stream of one subject and purpose; other subjects do not disturb it."""
    digest = hashlib.sha256(f"{subject.id}|{purpose}".encode()).digest()
    words = np.frombuffer(digest[:16], np.uint32)
    return np.random.default_rng(np.random.SeedSequence([seed, *words.tolist()]))


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
    model : Model, optional
        Default :func:`diapedesis.models.pkpd`.
    n_draws : int
    seed : int
    prior_weight : float
        Multiplies the precision of the prior.
    starts : int
        Starting points of the search for the mode.

    Returns
    -------
    Fit

    Raises
    ------
    FitError
        When the estimate fails its checks, or too few independent draws stand behind the result.

    Examples
    --------
    >>> from diapedesis.observe import Level, Subject
    >>> from diapedesis.simulate import Protocol
    >>> patient = Subject(Protocol.every(28, n=8), levels=(Level(224.0, 31.0),), height=1.7)
    >>> result = fit(patient, n_draws=200)
    >>> bool(result.ess > 100)
    True
    """
    model = model or pkpd()
    whole = subject_prior(model).widened(prior_weight)
    names = fitted_names(subject.protocol)
    prior = whole.only(names)
    rng = stream(subject, seed, "fit")
    if not subject.levels:
        z = prior.sample(n_draws, rng)
        mode, ess, conflict = None, float(n_draws), 1.0
        table = _level_table(subject, None, None)
    else:
        solver = _solver(subject, model, names)
        levels = Levels.of(subject.levels)
        predict = _predictor(solver, prior.scale, levels)
        mode = find_mode(prior, predict, levels.terms, starts=starts)
        z, ess = resample(prior, mode, _log_posterior(prior, predict, levels), n_draws, rng)
        conflict = prior_conflict(prior, predict, levels, rng)
        table = _level_table(subject, levels, predict(z[:, None, :])[:, 0])
    draws = _complete(whole, names, z, rng)
    return Fit(subject, model, names, prior, mode, draws, ess, conflict, table, seed)


def _solver(subject: Subject, model: Model, names: Sequence[str]) -> LaneSolver:
    times = [x.time for x in subject.levels]
    return LaneSolver(model, subject.protocol, times, OUTPUTS, names, inputs=covariates(subject))


def _predictor(solver: LaneSolver, scale: Scale, levels: Levels) -> Predict:
    def predict(z: Array) -> Array:
        threads = None if z.shape[0] >= 64 else 1
        out = solver(scale.natural(z), threads)
        return levels.reading(out[..., 0], out[..., 1])

    return predict


def _log_posterior(prior: Prior, predict: Predict, levels: Levels) -> LogDensity:
    """Return the log posterior density; points too extreme to be solved have none."""
    precision = np.linalg.inv(prior.cov)

    def density(z: Array) -> Array:
        mu = predict(z[:, None, :])[:, 0]
        solved = np.isfinite(mu).all(axis=1)
        d = z[solved] - prior.mean
        out = np.full(len(z), -np.inf)
        likelihood = levels.terms(mu[solved])[0].sum(axis=1)
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


def _level_table(subject: Subject, levels: Levels | None, mu: Array | None) -> Table:
    columns = ("time", "observed", "below_lloq", "pred_05", "pred_50", "pred_95", "p_outlier")
    if levels is None or mu is None:
        return Table(columns, ())
    quantiles = np.quantile(mu, [0.05, 0.5, 0.95], axis=0)
    outlier = levels.terms(mu)[3].mean(axis=0)
    rows = [
        (x.time, float(levels.y[i]), x.below, *quantiles[:, i].tolist(), float(outlier[i]))
        for i, x in enumerate(subject.levels)
    ]
    return Table(columns, tuple(rows))


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
