"""Virtual patients who start natalizumab: the years before it, and their activity since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.stability import stability
from diapedesis.observe import LesionProcess, Lesions, sample_lesions
from diapedesis.population.patients import YEAR, activity_after
from diapedesis.population.setting import Array, Setting

Flags = NDArray[np.bool_]
Index = NDArray[np.intp]
Counts = NDArray[np.signedinteger]
BEFORE = 2 * YEAR
"""Days before the drug whose relapses decide who enters."""
SETTLING = 5.0
"""Mean durations of enhancement after which scans no longer depend on the first day."""
GAP = 30.0
"""Assumption: a relapse counts when it begins at least 30 days after the one before."""
ROUNDS, OFFERED = 20, 2
"""At most so many rounds of candidates, each so many times the patients."""


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

    relapses_1y: Counts
    relapses_2y: Counts
    gd: Counts

    def at(self, some: Index) -> Before:
        """Return some of the patients."""
        return Before(self.relapses_1y[some], self.relapses_2y[some], self.gd[some])


Entry = Callable[[Before], Flags]


def relapsed(before: Before) -> Flags:
    """Assumption: who starts the drug had a relapse in the year before, or two in two years."""
    return (before.relapses_1y >= 1) | (before.relapses_2y >= 2)


@dataclass(frozen=True)
class Patients:
    """Patients of possible truths, flat, truths outermost.

    Attributes
    ----------
    model : Model
    parameters, inputs : dict of str to ndarray, shape (size,)
    before : Before
    drift : ndarray, shape (size,)
        Where a patient's activity drifts to, in SD.
    numbers : ndarray of int, shape (size,)
        By which a patient has the same chances in every arm and part.
    seed : int
        Of lesions and relapses.
    admitted, unstable : float
        Share of candidates who met the rules of entry, and who had no stable untreated state.
    """

    model: Model
    parameters: dict[str, Array]
    inputs: dict[str, Array]
    before: Before
    drift: Array
    numbers: Index
    seed: int
    admitted: float
    unstable: float

    def activity(self, days: Array) -> Array:
        """Return lesions born over those of the years before the drug, shape (size, n_days).

        Parameters
        ----------
        days : ndarray
            Days since the drug was started; nothing changes before.
        """
        each = (
            activity_after(max(float(day), 0.0), self.parameters, {}, self.drift) for day in days
        )
        return np.stack(list(each), axis=1)

    def some(self, at: Index) -> Patients:
        """Return some of the patients; they keep their chances."""
        return replace(
            self,
            parameters=_at(self.parameters, at),
            inputs=_at(self.inputs, at),
            before=self.before.at(at),
            drift=self.drift[at],
            numbers=self.numbers[at],
        )

    def untreated(self, days: Array) -> tuple[Array, Array]:
        """Return lesions born and other relapses [1/day] without any drug, (size, n_days) each."""
        births = self.parameters["lesion_rate"][:, None] * self.activity(days)
        other = self.parameters["relapse_other"][:, None]
        return births, np.broadcast_to(other, births.shape)

    def sample(self, days: Array, births: Array, other: Array) -> Lesions:
        """Sample lesions and relapses; patients have the same chances in every arm."""
        process = LesionProcess.of(self.parameters)
        return clinical(sample_lesions(days, births, other, process, self.seed, self.numbers))


@dataclass(frozen=True)
class _Round:
    """Patients admitted in one round of candidates, with the places of their truths."""

    parameters: dict[str, Array]
    inputs: dict[str, Array]
    before: Before
    truth: Index


def recruit(setting: Setting, n: int, entry: Entry = relapsed) -> Patients:
    """Recruit `n` patients for each truth among adults whose two years before meet the rule.

    Candidates whose untreated state is not stable are refused: the model means nothing for them.

    Raises
    ------
    ValueError
        When many times as many candidates do not give them.
    """
    rng = setting.rng
    rounds: list[_Round] = []
    lacking = np.full(setting.m, n)
    offered = admitted = unstable = 0
    while lacking.any():
        if len(rounds) == ROUNDS:
            raise ValueError(
                f"entry: found {n - lacking.max()} patients for a truth among"
                f" {ROUNDS * OFFERED * n} candidates, expected {n}"
            )
        adults = setting.adults(OFFERED * n)
        parameters = adults.parameters(setting.model, setting.truths)
        before = history(parameters, int(rng.integers(2**62)))
        steady = stability(setting.model, parameters).stable
        good = (entry(before) & steady).reshape(setting.m, -1)
        offered += good.size
        admitted += int(good.sum())
        unstable += int((~steady).sum())
        good &= np.cumsum(good, axis=1) <= lacking[:, None]
        lacking = lacking - good.sum(axis=1)
        at = np.flatnonzero(good)
        truth = at // (OFFERED * n)
        inputs = _at(adults.tiled(setting.m), at)
        rounds.append(_Round(_at(parameters, at), inputs, before.at(at), truth))
    size = setting.m * n
    return Patients(
        setting.model,
        *_joined(rounds),
        rng.standard_normal(size),
        np.arange(size),
        int(rng.integers(2**62)),
        admitted / offered,
        unstable / offered,
    )


def _joined(rounds: Sequence[_Round]) -> tuple[dict[str, Array], dict[str, Array], Before]:
    """Return the patients of all rounds, truths outermost."""
    order = np.argsort(np.concatenate([r.truth for r in rounds]), kind="stable")

    def join(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        return {k: np.concatenate([p[k] for p in parts])[order] for k in parts[0]}

    before = join([vars(r.before) for r in rounds])
    return join([r.parameters for r in rounds]), join([r.inputs for r in rounds]), Before(**before)


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
    """Return the record with the relapses that count, 30 days or more after the one before."""
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


def _at(values: dict[str, Array], some: Index) -> dict[str, Array]:
    return {k: v[some] for k, v in values.items()}
