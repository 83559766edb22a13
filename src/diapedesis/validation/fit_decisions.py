"""How good decisions are: the number of sessions, and the probability that a course lasts.

The number needed is the smallest that lasts for the patient's true parameters, with the courses,
threshold and hold of the plan. Asked are patients without a session so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.table import Table
from diapedesis.validation.fit_bands import binomial_band
from diapedesis.validation.fit_replicate import DECIDED_WITH
from diapedesis.validation.fit_sbc import ALPHA
from diapedesis.validation.fit_study import FitStudy

Array = NDArray[np.float64]
TARGETS = (0.5, 0.9)
"""Probabilities of lasting that a plan has to reach."""
FIXED = (0, 3, 5)
"""Sessions of rules that look at no patient."""
BINS = 10
IN_A_BIN = 15
"""Patients in a bin, at least; fewer patients get fewer bins."""


@dataclass(frozen=True)
class Asked:
    """Forecasts and truths of the patients asked with a number of known levels.

    Attributes
    ----------
    n_levels : int
    p : ndarray, shape (n, n_courses)
        Forecast probability of lasting, by number of sessions.
    lasts : ndarray of bool, shape (n, n_courses)
        What happens.
    course : ndarray of int, shape (n,)
        The one course of each patient, drawn at random, whose forecast is judged.
    """

    n_levels: int
    p: Array
    lasts: NDArray[np.bool_]
    course: NDArray[np.int64]

    @classmethod
    def of(cls, study: FitStudy, n_levels: int) -> Asked:
        """Collect from a study."""
        found: list[dict[str, Any]] = [f for f in study.fits(n_levels) if "lasts" in f]
        lasts = np.array([f["lasts"] for f in found], bool)
        chance = np.array([f["chance"] for f in found])
        course = (chance * lasts.shape[-1]).astype(np.int64)
        return cls(n_levels, np.array([f["p_lasts"] for f in found]), lasts, course)

    @property
    def judged(self) -> tuple[Array, NDArray[np.bool_]]:
        """Forecast and outcome of each patient's one course."""
        rows = np.arange(len(self.p))
        return self.p[rows, self.course], self.lasts[rows, self.course]


def asked(study: FitStudy) -> list[Asked]:
    """Return the forecasts with 0, 1 and 3 levels."""
    return [Asked.of(study, k) for k in DECIDED_WITH]


def first_that(meets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the smallest number of sessions that meets, one more than the most when none does."""
    return np.where(meets.any(axis=1), np.argmax(meets, axis=1), meets.shape[1])


def judge_sessions(found: list[Asked]) -> Table:
    """Compare planned numbers of sessions with the numbers needed.

    "None of the courses" counts as one more than the longest. A plan that finds no course then
    gives the one that most probably lasts.

    Returns
    -------
    Table
        rule, levels, n, right, within_one, too_few, too_many, none (shares; the last: told that no
        course will do), lasts (share whose level is then lastingly below), attainable (share for
        whom any course would do), sessions (mean given).
    """
    rows = []
    for a in found:
        for target in TARGETS:
            planned = first_that(a.p >= target)
            given = np.where(planned < a.p.shape[1], planned, np.argmax(a.p, axis=1))
            rows.append(_compare(f"plan for {100 * target:g} %", a, planned, given))
    for n in FIXED:
        always = np.full(len(found[-1].p), n)
        rows.append(_compare(f"always {n}", found[-1], always, always) | {"levels": None})
    return Table.of(rows)


def _compare(
    rule: str, a: Asked, planned: NDArray[np.int64], given: NDArray[np.int64]
) -> dict[str, Any]:
    needed = first_that(a.lasts)
    off = planned - needed
    return {
        "rule": rule,
        "levels": a.n_levels,
        "n": len(off),
        "right": float(np.mean(off == 0)),
        "within_one": float(np.mean(np.abs(off) <= 1)),
        "too_few": float(np.mean(off < 0)),
        "too_many": float(np.mean(off > 0)),
        "none": float(np.mean(planned == a.p.shape[1])),
        "lasts": float(a.lasts[np.arange(len(off)), given].mean()),
        "attainable": float(a.lasts.any(axis=1).mean()),
        "sessions": float(given.mean()),
    }


def brier_scores(found: list[Asked]) -> Table:
    """Return the Brier score of P(lasting) with its parts (Murphy 1973).

    Returns
    -------
    Table
        levels, n, brier, reliability (0 is best), resolution (more is better), uncertainty (the
        score of the base rate), within (what the bins hide; brier = reliability - resolution +
        uncertainty + within), skill (1 - brier / uncertainty; NaN when all end
        alike), expected (the mean of p (1 - p),
        which a right forecast scores on average).
    """
    rows = []
    for a in found:
        p, happened = a.judged
        base = happened.mean()
        bins = _bins(p)
        weight = np.array([b.size for b in bins]) / p.size
        mean = np.array([p[b].mean() for b in bins])
        share = np.array([happened[b].mean() for b in bins])
        brier = float(np.mean((p - happened) ** 2))
        reliability = float(weight @ (mean - share) ** 2)
        resolution = float(weight @ (share - base) ** 2)
        uncertainty = float(base * (1 - base))
        rows.append(
            {
                "levels": a.n_levels,
                "n": p.size,
                "brier": brier,
                "reliability": reliability,
                "resolution": resolution,
                "uncertainty": uncertainty,
                "within": brier - reliability + resolution - uncertainty,
                "skill": 1 - brier / uncertainty if uncertainty > 0 else np.nan,
                "expected": float(np.mean(p * (1 - p))),
            }
        )
    return Table.of(rows)


def reliability(found: list[Asked], alpha: float = ALPHA) -> Table:
    """Return forecast and outcome in bins of equal number.

    The band of a bin is the binomial interval of its mean forecast, which is wider than that of its
    single forecasts; each bin gets ``alpha / n_bins`` (Bonferroni).

    Returns
    -------
    Table
        levels, n, forecast, happened, low, high, inside.
    """
    all_bins = [(a, b) for a in found for b in _bins(a.judged[0])]
    rows = []
    for a, b in all_bins:
        p, happened = (v[b] for v in a.judged)
        low, high = binomial_band(b.size, float(p.mean()), alpha / len(all_bins))
        hits = int(happened.sum())
        rows.append(
            {
                "levels": a.n_levels,
                "n": b.size,
                "forecast": float(p.mean()),
                "happened": hits / b.size,
                "low": low / b.size,
                "high": high / b.size,
                "inside": low <= hits <= high,
            }
        )
    return Table.of(rows)


def _bins(p: Array) -> list[NDArray[np.int64]]:
    """Return the patients in bins of equal number, by forecast."""
    n_bins = max(1, min(BINS, p.size // IN_A_BIN))
    return list(np.array_split(np.argsort(p, kind="stable"), n_bins))
