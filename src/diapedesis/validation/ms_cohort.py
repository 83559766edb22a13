"""Virtual patients who start natalizumab: the years before it, and their activity since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.observe import LesionProcess, Lesions, sample_lesions
from diapedesis.validation.studies import Array, Setting

Flags = NDArray[np.bool_]
YEAR = 365.25
BEFORE = 2 * YEAR
"""Days before the drug whose relapses decide who enters."""
SETTLING = 5.0
"""Mean durations of enhancement after which scans no longer depend on the first day."""
GAP = 30.0
"""Assumption: a relapse counts when it begins at least 30 days after the one before."""
ROUNDS = 20


@dataclass(frozen=True)
class Before:
    """The two years before the drug, one value for each patient.

    Attributes
    ----------
    relapses_1y, relapses_2y : ndarray
        Relapses in the last year and in both.
    gd : ndarray
        Enhancing lesions on the last scan before the drug.
    """

    relapses_1y: Array
    relapses_2y: Array
    gd: Array

    def at(self, some: NDArray[np.intp]) -> Before:
        """Return some of the patients."""
        return Before(self.relapses_1y[some], self.relapses_2y[some], self.gd[some])


Entry = Callable[[Before], Flags]


def relapsed(before: Before) -> Flags:
    """Assumption: who starts the drug had a relapse in the year before, or two in two years."""
    return (before.relapses_1y >= 1) | (before.relapses_2y >= 2)


@dataclass(frozen=True)
class Patients:
    """`n` patients of each of `m` possible truths, flat, truths outermost.

    Attributes
    ----------
    model : Model
    m, n : int
    parameters, inputs : dict of str to ndarray, shape (m * n,)
    before : Before
    drift : ndarray, shape (m * n,)
        Where a patient's activity drifts to, in SD.
    seed : int
        Of lesions and relapses.
    admitted, unstable : float
        Share of candidates who met the rules of entry, and who had no stable untreated state.
    """

    model: Model
    m: int
    n: int
    parameters: dict[str, Array]
    inputs: dict[str, Array]
    before: Before
    drift: Array
    numbers: NDArray[np.intp]
    seed: int
    admitted: float
    unstable: float

    def activity(self, days: Array) -> Array:
        """Return lesions born over those of the years before the drug, shape (m * n, n_days).

        Parameters
        ----------
        days : ndarray
            Days since the drug was started; nothing changes before.
        """
        since = np.maximum(days, 0.0)[None, :]
        decline = self.parameters["activity_decline"][:, None]
        spread = self.parameters["activity_drift"][:, None] * np.minimum(since / YEAR, 1.0)
        return np.exp(-decline * since + spread * self.drift[:, None] - spread**2 / 2)

    def some(self, at: NDArray[np.intp]) -> Patients:
        """Return some of the patients, as one group; they keep their chances."""
        return replace(
            self,
            m=1,
            n=at.size,
            parameters={k: v[at] for k, v in self.parameters.items()},
            inputs={k: v[at] for k, v in self.inputs.items()},
            before=self.before.at(at),
            drift=self.drift[at],
            numbers=self.numbers[at],
        )

    def untreated(self, days: Array) -> tuple[Array, Array]:
        """Return lesions born and other relapses [1/day] without any drug."""
        births = self.parameters["lesion_rate"][:, None] * self.activity(days)
        return births, self.parameters["relapse_other"][:, None]

    def sample(self, days: Array, births: Array, background: Array) -> Lesions:
        """Sample lesions and relapses; patients have the same chances in every arm."""
        process = LesionProcess.of(self.parameters)
        return clinical(sample_lesions(days, births, background, process, self.seed, self.numbers))


def stable(model: Model, parameters: dict[str, Array]) -> Flags:
    """Return whose untreated state is stable."""
    return np.ones(next(iter(parameters.values())).shape, bool)


def recruit(setting: Setting, n: int, entry: Entry = relapsed) -> Patients:
    """Recruit `n` patients for each truth among adults whose two years before meet the rule.

    Raises
    ------
    ValueError
        When candidates enough for ten times the patients do not give them.
    """
    rng, m = setting.rng, setting.m
    drawn: list[tuple[dict[str, Array], dict[str, Array], Before, NDArray[np.intp]]] = []
    lacking = np.full(m, n)
    seen = met = unsteady = 0
    for _ in range(ROUNDS):
        adults = setting.adults(2 * n)
        parameters = adults.parameters(setting.model, setting.truths)
        before = history(parameters, int(rng.integers(2**62)))
        steady = stable(setting.model, parameters)
        good = (entry(before) & steady).reshape(m, -1)
        seen, met, unsteady = (
            seen + good.size,
            met + int(good.sum()),
            unsteady + int((~steady).sum()),
        )
        good &= np.cumsum(good, axis=1) <= lacking[:, None]
        lacking = lacking - good.sum(axis=1)
        at = np.flatnonzero(good)
        parts = {k: v[at] for k, v in parameters.items()}
        inputs = {k: v[at] for k, v in adults.tiled(m).items()}
        drawn.append((parts, inputs, before.at(at), at // (2 * n)))
        if not lacking.any():
            break
    else:
        raise ValueError(f"entry: found {n - lacking.max()} patients of a truth, expected {n}")
    order = np.argsort(np.concatenate([d[3] for d in drawn]), kind="stable")
    join = lambda pick: {  # noqa: E731
        k: np.concatenate([pick(d)[k] for d in drawn])[order] for k in pick(drawn[0])
    }
    past = Before(
        *(
            np.concatenate([getattr(d[2], f) for d in drawn])[order]
            for f in ("relapses_1y", "relapses_2y", "gd")
        )
    )
    return Patients(
        setting.model, m, n, join(lambda d: d[0]), join(lambda d: d[1]), past,
        rng.standard_normal(m * n), np.arange(m * n), int(rng.integers(2**62)), met / seen, unsteady / seen,
    )  # fmt: skip


def history(parameters: dict[str, Array], seed: int) -> Before:
    """Sample the two years before the drug, at a constant rate."""
    first = -BEFORE - SETTLING * float(parameters["gd_duration"].max())
    births = np.repeat(parameters["lesion_rate"][:, None], 2, axis=1)
    other = parameters["relapse_other"][:, None]
    process = LesionProcess.of(parameters)
    seen = clinical(sample_lesions([first, 0.0], births, other, process, seed))
    return Before(
        seen.relapses(-YEAR, 0.0), seen.relapses(-BEFORE, 0.0), seen.enhancing([0.0])[:, 0]
    )


def clinical(lesions: Lesions) -> Lesions:
    """Return the record with the relapses that count: 30 days or more after the one before."""
    subject, day = lesions.relapse_subject, lesions.relapse_day
    rank = np.arange(subject.size) - np.searchsorted(subject, subject)
    kept = np.zeros(subject.size, bool)
    last = np.full(lesions.n, -np.inf)
    for r in range(int(rank.max(initial=-1)) + 1):
        at = np.flatnonzero(rank == r)
        at = at[day[at] - last[subject[at]] >= GAP]
        last[subject[at]] = day[at]
        kept[at] = True
    return replace(lesions, relapse_subject=subject[kept], relapse_day=day[kept])
