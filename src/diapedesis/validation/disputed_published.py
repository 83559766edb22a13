"""What published studies of exchange and steroids say of a possible truth, bias included.

Each study is simulated in each truth with the patients it had, who are given treatments as doctors
would have: by drug level, size of the lesion, disability and country, and the sicker rather. How
strongly is not known and drawn anew for each study. A figure that was printed has the likelihood of
a normal approximation to the simulated studies; "no effect" and "better" without a number have the
share of simulated studies that would have said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from diapedesis.population.ms_cohort import Flags
from diapedesis.population.ms_stopped import MONTH
from diapedesis.validation.cox import cox
from diapedesis.validation.iris_seen import LEVELLED, IrisSeen
from diapedesis.validation.iris_trials import (
    SCARPAZZA_EARLY,
    SCARPAZZA_PLEX,
    STEFOSKI_PLEX,
    TAN_STEROIDS,
    IrisTrials,
)
from diapedesis.validation.ms_estimate import Index
from diapedesis.validation.studies import Array

STUDIES = 60
"""Simulated studies of each cohort in each truth."""
LANDI, LANDI_PLEX, COUNTRIES = 219, 184 / 219, 8
TAN, SCARPAZZA, STEFOSKI = 42, 42, 17
BIAS, BIAS_SPREAD = 0.7, 0.5
"""Assumption: one SD more of level or volume (logarithms) or of EDSS at the diagnosis doubles the
odds of a treatment; how much it does differs between studies by this SD."""
COUNTRY_CARE, COUNTRY_DEATH = 1.0, 0.4
"""Assumption: spread between countries of the log odds of exchange and of the logarithm of the
hazard of death; which way they go together is drawn for each study (country predicts both, claim
pml 4.17)."""
SIGNIFICANT = 1.96
AS_PRINTED = {
    "log HR of onset, exchanged": float(np.log(1.05)),
    "log ratio of durations, exchanged": float(np.log(101 / 54)),
    "log HR of onset, early steroids": float(np.log(0.67)),
    "log ratio of durations, early steroids": 0.0,
    "EDSS a month, early steroids": 0.09,
}
"""Scarpazza 2017 (pml 4.32 to 4.34). "No difference (p = .95)" of durations is read as 0."""
FIGURES = {
    "Landi 2017": (
        "219 patients, 84 % exchanged: no effect on death (pml 4.17)",
        "read as p > .05 in either direction",
    ),
    "Scarpazza 2017": (
        "42 patients. Exchange: HR of onset 1.05 (p = .92), durations 101 and 54 days (p = .028)."
        " Steroids before IRIS: +0.09 EDSS a month (p = .04), HR of onset 0.67 (p = .39), no"
        " difference of durations (p = .95) (pml 4.32, 4.33, 4.34)",
        "the five figures together",
    ),
    "Tan 2011": (
        "42 patients, steroids in IRIS: better EDSS (p < .05; size not printed) (pml 4.8)",
        "read as p < .05 and better",
    ),
    "Stefoski 2019": (
        "17 patients, 8 exchanged: no effect on outcome (pml 4.18)",
        "read as p > .05 on EDSS",
    ),
}
"""What was printed, and how it is read."""


@dataclass(frozen=True)
class _Sick:
    """What doctors see at the diagnosis, in SDs within each truth, shape (m, n) each."""

    level: Array
    size: Array
    edss: Array


@dataclass(frozen=True, eq=False)
class Reading:
    """What published studies, simulated with their bias, find in each truth.

    Attributes
    ----------
    log_likelihoods : dict of str to ndarray, shape (m,)
        Of what was printed, by the cohorts of `FIGURES`.
    expected : dict of str to ndarray, shape (m,)
        Mean of the simulated studies, by the names of `AS_PRINTED`; for the other cohorts the
        share of studies that say what was printed.
    scatter : dict of str to float
        SD of simulated studies of one truth, by the names of `AS_PRINTED`.
    """

    log_likelihoods: Mapping[str, Array]
    expected: Mapping[str, Array]
    scatter: Mapping[str, float]


def read(trials: IrisTrials, seen: Mapping[str, IrisSeen]) -> Reading:
    """Simulate the published studies in each truth.

    Parameters
    ----------
    trials : IrisTrials
    seen : mapping of str to IrisSeen
        The same patients in every arm, by the names of ``disputed.ARMS``.
    """
    sick = _sick(seen["usual"], trials.m)
    said = {
        "Landi 2017": _landi(trials, seen, sick),
        "Tan 2011": _tan(trials, seen, sick),
        "Stefoski 2019": _stefoski(trials, seen, sick),
    }
    simulated = _scarpazza(trials, seen, sick)
    middle, scatter, density = _normal(simulated, np.array(list(AS_PRINTED.values())))
    found = {k: _log_share(v) for k, v in said.items()} | {"Scarpazza 2017": density}
    return Reading(
        {cohort: found[cohort] for cohort in FIGURES},
        dict(zip(AS_PRINTED, middle.T, strict=True)) | {k: v.mean(axis=1) for k, v in said.items()},
        dict(zip(AS_PRINTED, scatter.tolist(), strict=True)),
    )


def _sick(seen: IrisSeen, m: int) -> _Sick:
    def scaled(value: Array) -> Array:
        x = value.reshape(m, -1)
        return np.asarray((x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True))

    c = seen.courses
    size, level = np.maximum(c.on("pml_volume", 0.0), 1e-3), np.maximum(c.on("c", 0.0), 1e-3)
    return _Sick(scaled(np.log(level)), scaled(np.log(size)), scaled(c.on("edss", 0.0)))


def _landi(trials: IrisTrials, seen: Mapping[str, IrisSeen], sick: _Sick) -> Flags:
    m, rng = trials.m, trials.rng("bias of landi")
    at = rng.integers(0, trials.n, (m, STUDIES, LANDI))
    country = rng.integers(0, COUNTRIES, at.shape)
    habit, care = rng.standard_normal((2, m, STUDIES, COUNTRIES))
    along = rng.uniform(-1, 1, (m, STUDIES, 1))
    fate = along * habit + np.sqrt(1 - along**2) * care
    by = lambda x: np.take_along_axis(x, country, axis=2)  # noqa: E731
    got = _given(rng, LANDI_PLEX, at, (sick.level, sick.size, sick.edss), COUNTRY_CARE * by(habit))
    hazard = np.where(got, _of(seen["usual"].hazard, at), _of(seen["no_plex"].hazard, at))
    dead = rng.random(at.shape) < -np.expm1(-hazard * np.exp(COUNTRY_DEATH * by(fate)))
    return np.asarray(np.abs(_log_odds_z(dead, got)) < SIGNIFICANT)


def _scarpazza(trials: IrisTrials, seen: Mapping[str, IrisSeen], sick: _Sick) -> Array:
    m, rng = trials.m, trials.rng("bias of scarpazza")
    at = rng.integers(0, trials.n, (m, STUDIES, SCARPAZZA))
    plex = _given(rng, SCARPAZZA_PLEX, at, (sick.level, sick.size, sick.edss))
    early = _given(rng, SCARPAZZA_EARLY, at, (sick.size, sick.edss))

    def out(value: Mapping[str, Array]) -> Array:
        with_ = np.where(early, _of(value["early"], at), _of(value["usual"], at))
        without = np.where(early, _of(value["no_plex_early"], at), _of(value["no_plex"], at))
        return np.where(plex, with_, without)

    first = out({k: s.first for k, s in seen.items()})
    event = np.isfinite(first)
    last = out({k: s.courses.last_dose for k, s in seen.items()})
    until = out({k: s.alive_until for k, s in seen.items()})
    time = np.where(event, first, until) - last
    length = out({k: s.duration for k, s in seen.items()})
    change = out({k: _change(s) for k, s in seen.items()})
    return np.stack(
        [
            cox(time, event, plex)[0],
            np.log(_mean(length, plex) / _mean(length, ~plex)),
            cox(time, event, early)[0],
            np.log(_mean(length, early) / _mean(length, ~early)),
            _mean(change, early) - _mean(change, ~early),
        ],
        axis=-1,
    )


def _tan(trials: IrisTrials, seen: Mapping[str, IrisSeen], sick: _Sick) -> Flags:
    rng = trials.rng("bias of tan")
    at = rng.integers(0, trials.n, (trials.m, STUDIES, TAN))
    got = _given(rng, TAN_STEROIDS, at, (sick.size, sick.edss))
    last = {k: seen[k].courses.on("edss", LEVELLED) for k in ("usual", "no_steroids")}
    final = np.where(got, _of(last["usual"], at), _of(last["no_steroids"], at))
    return np.asarray(_mean_z(final, got) < -SIGNIFICANT)


def _stefoski(trials: IrisTrials, seen: Mapping[str, IrisSeen], sick: _Sick) -> Flags:
    rng = trials.rng("bias of stefoski")
    at = rng.integers(0, trials.n, (trials.m, STUDIES, STEFOSKI))
    got = _given(rng, STEFOSKI_PLEX, at, (sick.level, sick.size, sick.edss))
    change = np.where(got, _of(_change(seen["usual"]), at), _of(_change(seen["no_plex"]), at))
    return np.asarray(np.abs(_mean_z(change, got)) < SIGNIFICANT)


def _given(
    rng: np.random.Generator,
    share: float,
    at: Index,
    reasons: tuple[Array, ...],
    more: Array | float = 0.0,
) -> Flags:
    """Return who gets a treatment, for reasons that weigh differently in each study."""
    odds = logit(share) + more
    for reason in reasons:
        strength = BIAS + BIAS_SPREAD * rng.standard_normal((*at.shape[:2], 1))
        odds = odds + strength * _of(reason, at)
    return np.asarray(rng.random(at.shape) < expit(odds))


def _of(value: Array, at: Index) -> Array:
    """Return values of patients of each truth by their places, shape of `at`."""
    rows = value.reshape(len(at), -1)
    return np.asarray(rows[np.arange(len(at))[:, None, None], at])


def _change(seen: IrisSeen) -> Array:
    """Return the change of EDSS [1/month] until half a year; ``nan`` of those dead by then."""
    c = seen.courses
    rate = (c.on("edss", LEVELLED) - c.on("edss", 0.0)) * MONTH / LEVELLED
    return np.where(c.alive(LEVELLED), rate, np.nan)


def _mean(value: Array, who: Flags) -> Array:
    """Return the mean of the known values of a group; ``nan`` without any."""
    there = who & np.isfinite(value)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(there, value, 0.0).sum(axis=-1) / there.sum(axis=-1))


def _mean_z(value: Array, who: Flags) -> Array:
    """Return the difference of two means in standard errors; 0 where a group has fewer than two."""
    parts = []
    for group in (who, ~who):
        there = group & np.isfinite(value)
        n = np.maximum(there.sum(axis=-1), 2)
        mean = np.where(there, value, 0.0).sum(axis=-1) / n
        spread = np.where(there, value - mean[..., None], 0.0)
        parts.append((mean, (spread**2).sum(axis=-1) / (n - 1) / n, there.sum(axis=-1)))
    (a, va, na), (b, vb, nb) = parts
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((na > 1) & (nb > 1), (a - b) / np.sqrt(va + vb), 0.0)


def _log_odds_z(event: Flags, who: Flags) -> Array:
    """Return the log odds ratio in standard errors; half an event is added to each cell."""
    cells = [(event & who), (~event & who), (event & ~who), (~event & ~who)]
    a, b, c, d = (x.sum(axis=-1) + 0.5 for x in cells)
    return np.asarray(np.log(a * d / (b * c)) / np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def _log_share(said: Flags) -> Array:
    """Return the log share of studies that said so; half a study is added to each side."""
    return np.asarray(np.log((said.sum(axis=1) + 0.5) / (said.shape[1] + 1)))


def _normal(simulated: Array, printed: Array) -> tuple[Array, Array, Array]:
    """Return means (m, k), SDs (k,) and the log density of printed figures (m,).

    The scatter of studies is shared by all truths.
    """
    middle = np.nanmean(simulated, axis=1)
    apart = (simulated - middle[:, None]).reshape(-1, printed.size)
    scatter = np.cov(apart[np.isfinite(apart).all(axis=1)], rowvar=False)
    off = printed - middle
    density = -0.5 * np.einsum("mi,ij,mj->m", off, np.linalg.inv(scatter), off)
    return middle, np.sqrt(np.diag(scatter)), np.asarray(density)
