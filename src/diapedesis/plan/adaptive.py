"""What a level during the course is worth: fixed plan, updated plan, plan with no level.

All three are played against the same truths, the subject's posterior draws. For each truth a level
is drawn, its result weighs the draws, and the number of sessions is chosen again; sessions that ran
before the result came cannot be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.likelihood import Levels
from diapedesis.infer.table import Table
from diapedesis.observe import Assay, Level

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ladder:
    """Courses of 0, 1, 2 ... sessions for the same draws; one of them is the fixed plan.

    Attributes
    ----------
    fixed : int
        Number of sessions of the fixed plan.
    days : tuple of float
        Day of each session of the fixed plan.
    next_day : float
        Day on which one more session would follow it; ``inf`` when none may.
    lasts : ndarray of bool, shape (n_draws, n_courses)
        Whether the course with that many sessions lasts by the asked day.
    samples : tuple of float
        Days of possible samples.
    c, c_free : ndarray, shape (n_draws, n_samples)
        Levels on these days under the fixed plan [mg/L].
    point : ndarray of int, shape (n_draws,)
        Draws with the same number are copies of one point.
    """

    fixed: int
    days: tuple[float, ...]
    next_day: float
    lasts: NDArray[np.bool_]
    samples: tuple[float, ...]
    c: Array
    c_free: Array
    point: NDArray[np.int64]

    def done(self, ready: float) -> int:
        """Return how many sessions of the fixed plan have begun when a result comes."""
        return sum(d < ready for d in self.days)

    def in_time(self, ready: float) -> bool:
        """Return whether a result can still shorten the fixed plan, or prolong it without a gap."""
        return self.done(ready) < self.fixed or ready <= self.next_day < np.inf


def choose(p: Array, target: float, at_least: int = 0) -> NDArray[np.int64]:
    """Return the smallest number of sessions that meets the target, else the most probable one.

    Parameters
    ----------
    p : ndarray, shape (n, n_courses)
        Probability of lasting by number of sessions.
    target : float
    at_least : int
        Sessions already done.
    """
    rest = p[:, at_least:]
    meets = rest >= target
    best = np.argmax(rest >= rest.max(axis=1, keepdims=True) - 0.005, axis=1)
    return at_least + np.where(meets.any(axis=1), np.argmax(meets, axis=1), best)


def updated_choice(
    ladder: Ladder,
    sample: int,
    assay: Assay,
    target: float,
    result_after: float,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return, for each draw taken as the truth, the number of sessions chosen after its result."""
    one = Levels.of([Level(0.0, 1.0, assay)])
    mu = one.reading(ladder.c[:, [sample]], ladder.c_free[:, [sample]])[:, 0]
    y = mu + one.sd(mu) * rng.standard_normal(mu.size)
    below = y < assay.lloq
    results = replace(one, y=np.where(below, assay.lloq, y)[:, None], below=below[:, None])
    log_w = results.terms(mu[None, :])[0]
    # neither the truth nor a copy of it is one of the patients that it is compared with
    log_w[ladder.point[:, None] == ladder.point[None, :]] = -np.inf
    w = np.exp(log_w - log_w.max(axis=1, keepdims=True))
    w /= w.sum(axis=1, keepdims=True)
    return choose(w @ ladder.lasts, target, ladder.done(ladder.samples[sample] + result_after))


def compare_strategies(
    ladder: Ladder,
    blind: Array,
    *,
    target: float,
    assay: Assay,
    result_after: float,
    rng: np.random.Generator,
) -> Table:
    """Compare a fixed plan, updated plans and a plan made without any level.

    Until a result is there the fixed plan is followed. Samples whose result comes too late to
    shorten it, or to prolong it without a gap, are left out.

    Parameters
    ----------
    ladder : Ladder
        On the subject's posterior draws.
    blind : ndarray, shape (n_courses,)
        Probability of lasting by number of sessions for a subject with no level at all.
    target : float
    assay : Assay
    result_after : float
        [day]
    rng : Generator

    Returns
    -------
    Table
        strategy, sample_day, result_day, p_lasting, sessions (mean), too_few, too_many; the last
        two against the fewest sessions that last for that truth, where any do.
    """
    n = len(ladder.lasts)
    none = np.zeros(n, np.int64)
    rows = [
        _row(ladder, "fixed plan", none + ladder.fixed),
        _row(ladder, "no level", none + choose(blind[None, :], target)[0]),
    ]
    for s, day in enumerate(ladder.samples):
        if not ladder.in_time(day + result_after):
            continue
        chosen = updated_choice(ladder, s, assay, target, result_after, rng)
        row = _row(ladder, "updated by a level", chosen)
        rows.append(row | {"sample_day": day, "result_day": day + result_after})
    return Table.of(rows)


def _row(ladder: Ladder, name: str, chosen: NDArray[np.int64]) -> dict[str, object]:
    possible = ladder.lasts.any(axis=1)
    needed = np.argmax(ladder.lasts, axis=1)
    got = ladder.lasts[np.arange(len(chosen)), chosen]
    return {
        "strategy": name,
        "sample_day": np.nan,
        "result_day": np.nan,
        "p_lasting": float(got.mean()),
        "sessions": float(chosen.mean()),
        "too_few": float(np.mean(possible & ~got)),
        "too_many": float(np.mean(possible & (chosen > needed) & got)),
    }
