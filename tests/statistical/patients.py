"""Virtual patients drawn from the prior, and levels as the assay would read them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from diapedesis.infer.estimate import FitError
from diapedesis.infer.fit import Fit, covariates, fit
from diapedesis.infer.likelihood import OUTLIER_FOLD, OUTLIER_SHARE
from diapedesis.infer.prior import subject_prior
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Protocol, solve

Array = NDArray[np.float64]
HISTORY = 8
"""Infusions, one each 28 days; the last on day 196."""
NOW = 224.0
SAMPLES = {0: (), 1: (NOW,), 3: (196.0, 206.0, NOW)}
REFUSED = 0.02
"""Share of honest patients for whom a fit may find too few independent draws and say so."""
ONE_IN = 1e-4
"""Share of right programs that one check would refuse."""


def rng_of(name: str) -> np.random.Generator:
    """Return a stream that only the test's name decides."""
    return np.random.default_rng(
        np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], np.uint32)
    )


def draw(rng: np.random.Generator, n: int) -> list[tuple[Subject, dict[str, Array]]]:
    """Return subjects without levels, and the parameters each really has, shape (1,)."""
    prior = subject_prior(pkpd())
    values = prior.scale.natural(prior.sample(n, rng))
    out = []
    for i in range(n):
        weight = float(77 * np.exp(0.2 * rng.standard_normal()))
        given = Protocol.every(28, n=HISTORY, weight=weight)
        sex = "male" if rng.random() < 0.3 else "female"
        own = Subject(given, id=f"virtual {i}", sex=sex, height=1.7, haematocrit=0.41)
        out.append((own, {k: values[i : i + 1, j] for j, k in enumerate(prior.names)}))
    return out


def truth(subject: Subject, own: dict[str, Array], days: tuple[float, ...]) -> Array:
    """Return the levels [mg/L] that parameters of m patients mean, shape (m, n_days)."""
    inputs = covariates(subject)
    found = solve(pkpd(), subject.protocol, days, ("c", "c_free"), parameters=own, inputs=inputs)
    return found.raise_failures()["c"]


def read(level: float, day: float, assay: Assay, rng: np.random.Generator) -> Level:
    """Return a level as the likelihood says that laboratories report it, outliers included."""
    sd = np.hypot(assay.proportional_sd * level, assay.additive_sd)
    fold = OUTLIER_FOLD if rng.random() < OUTLIER_SHARE else 1.0
    value = level + fold * sd * rng.standard_normal()
    return Level(day, float(value) if value > assay.lloq else None, assay)


def measured(
    subject: Subject, own: dict[str, Array], n_levels: int, rng: np.random.Generator, assay: Assay
) -> Subject:
    """Return the subject with levels."""
    days = SAMPLES[n_levels]
    if not days:
        return subject
    c = truth(subject, own, days)[0]
    levels = [read(float(v), d, assay, rng) for d, v in zip(days, c, strict=True)]
    return replace(subject, levels=tuple(levels))


def fits(rng: np.random.Generator, n: int, n_levels: int) -> list[tuple[Fit, dict[str, Array]]]:
    """Return fitted virtual patients with their true parameters; few of `n` may be refused."""
    out = []
    for subject, own in draw(rng, n):
        known = measured(subject, own, n_levels, rng, Assay())
        with suppress(FitError):
            out.append((fit(known, n_draws=400), own))
    refused = n - len(out)
    print(f"{refused} of {n} fits refused")
    assert refused <= binom.ppf(1 - ONE_IN, n, REFUSED)
    return out


def within_binomial_band(hits: int, n: int, p: float) -> bool:
    """Return whether `hits` of `n` is as likely as all but one in 10 000 results."""
    low, high = binom.interval(1 - ONE_IN, n, p)
    return bool(low <= hits <= high)
