"""What a trial found, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from diapedesis.trials.allocation import Simulated, enrol
from diapedesis.trials.design import Trial
from diapedesis.trials.expected import expected_table
from diapedesis.trials.outcomes import depth_table, outcome_table
from diapedesis.trials.power import Told, power_table, tell
from diapedesis.trials.reasons import reason_table
from diapedesis.trials.run import REPLICATES, Progress, Records, run_arms

SIZES = (20, 50, 100)
"""Patients in each arm of the real trials that are asked about."""


@dataclass(frozen=True)
class Settings:
    """Size of a simulation.

    Parameters
    ----------
    patients : int
        Virtual patients in each arm under each hypothesis, all truths together.
    truths : int
        Possible truths among which they are shared; at least 10.
    seed : int
    trials : int
        Simulated trials of each size.
    sizes : sequence of int
        Patients in each arm of them.
    replicates : int
        How often the chances of each patient are drawn.
    """

    patients: int = 1000
    truths: int = 50
    seed: int = 1
    trials: int = 1000
    sizes: tuple[int, ...] = SIZES
    replicates: int = REPLICATES

    def __post_init__(self) -> None:
        if not 10 <= self.truths <= 1000:
            raise ValueError(f"truths: found {self.truths}, expected 10 to 1000")
        if self.patients < 2 * self.truths:
            raise ValueError(
                f"patients: found {self.patients}, expected two or more for each of"
                f" {self.truths} truths"
            )
        if self.trials < self.truths:
            raise ValueError(f"trials: found {self.trials}, expected at least {self.truths}")

    @property
    def each(self) -> int:
        """Patients of each truth."""
        return -(-self.patients // self.truths)


@dataclass(frozen=True, eq=False)
class Found:
    """What a trial found; every table is computed when it is first asked for.

    Attributes
    ----------
    trial : Trial
    settings : Settings
    records : Records
    """

    trial: Trial
    settings: Settings
    records: Records

    @cached_property
    def simulated(self) -> dict[tuple[int, int], Simulated]:
        """Trials of a real size, by variant and patients in each arm."""
        s = self.settings
        return {
            (v, n): enrol(self.records, v, n, s.trials, s.seed)
            for v in range(len(self.trial.variants))
            for n in s.sizes
        }

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Every endpoint of every arm; see :func:`diapedesis.trials.outcomes.outcome_table`."""
        largest = max(self.settings.sizes)
        return outcome_table(
            self.records, {v: x for (v, n), x in self.simulated.items() if n == largest}
        )

    @cached_property
    def depth(self) -> pd.DataFrame:
        """How far each antibody depleted its cells."""
        return depth_table(self.records)

    @cached_property
    def power(self) -> pd.DataFrame:
        """How often a real trial would find a significant effect."""
        return power_table(self.trial, self.simulated)

    @cached_property
    def told(self) -> Told:
        """How well real trials would tell the hypotheses apart."""
        return tell(self.trial, self.simulated)

    @cached_property
    def expected(self) -> pd.DataFrame:
        """How probable the proposer's result is, and what it would say."""
        return expected_table(self.records, self.simulated)

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """What is built in and what is not."""
        return reason_table(self.records, self.depth)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by name."""
        return {
            "outcomes": self.outcomes,
            "depth": self.depth,
            "power": self.power,
            "information": self.told.information,
            "pairs": self.told.pairs,
            "posterior": self.told.posterior,
            "expected": self.expected,
            "reasons": self.reasons,
        }


def run(trial: Trial, settings: Settings | None = None, progress: Progress | None = None) -> Found:
    """Run a trial in virtual patients.

    Parameters
    ----------
    trial : Trial
    settings : Settings, optional
    progress : callable, optional
        See :data:`diapedesis.trials.run.Progress`.

    Returns
    -------
    Found

    Examples
    --------
    >>> from diapedesis.trials import depletion_trial
    >>> found = run(depletion_trial(), Settings(patients=20, truths=10, trials=20, sizes=(20,)))
    >>> list(found.outcomes["hypothesis"].unique())[:3]
    ['null', 'cd4', 'pool']
    """
    s = settings or Settings()
    records = run_arms(trial, s.each, s.truths, s.seed, progress, s.replicates)
    return Found(trial, s, records)
