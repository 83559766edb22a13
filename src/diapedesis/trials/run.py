"""Run a trial: every arm under every explanation, the same patients with the same chances."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from diapedesis.simulate import Solution
from diapedesis.trials.courses import COUNTS, followed, stopped, weeks
from diapedesis.trials.design import Trial
from diapedesis.trials.endpoints import EXPECTED_GD, SHOWN, observe
from diapedesis.trials.patients import Patients, recruit

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]
"""Called before each arm with the number done, the number of all, and what is next."""
REPLICATES = 8
"""How often the lesions and relapses of a patient are sampled."""
AXES = ("variant", "hypothesis", "arm", "truth", "record")


@dataclass(frozen=True, eq=False)
class Records:
    """What happened to the patients of every arm.

    Attributes
    ----------
    trial : Trial
    patients : Patients
    replicates : int
    values : dict of str to ndarray, shape (variants, hypotheses, arms, truths, records)
        Each endpoint. A record is a patient with one course of chance; the same place is the same
        patient with the same chances everywhere.
    counts : dict of str to ndarray, shape (arms, patients, weeks)
        Cells in blood [1/uL]; they depend on neither hypothesis nor variant.
    """

    trial: Trial
    patients: Patients
    replicates: int
    values: dict[str, NDArray[np.float32]]
    counts: dict[str, Array]

    @property
    def days(self) -> Array:
        """Days of the counts, after the last dose."""
        return weeks(0.0)

    def to_xarray(self) -> xr.Dataset:
        """Return the endpoints as a dataset with named axes."""
        import xarray as xr

        t = self.trial
        return xr.Dataset(
            {id: (AXES, x) for id, x in self.values.items()},
            {
                "variant": [v.id for v in t.variants],
                "hypothesis": [h.id for h in t.hypotheses],
                "arm": [a.id for a in t.arms],
            },
            {"title": t.title, "seed": self.patients.seed},
        )


def run_arms(
    trial: Trial,
    patients: int,
    truths: int,
    seed: int,
    progress: Progress | None = None,
    replicates: int = REPLICATES,
) -> Records:
    """Follow the patients of every arm under every hypothesis and variant.

    Parameters
    ----------
    trial : Trial
    patients : int
        For each truth.
    truths : int
    seed : int
    progress : callable, optional
    replicates : int
    """
    everybody = recruit(trial, patients, truths, seed)
    sizes = (len(trial.variants), len(trial.hypotheses), len(trial.arms))
    shape = (*sizes, truths, patients * replicates)
    values = {id: np.empty(shape, np.float32) for id in (*SHOWN, EXPECTED_GD)}
    counts: dict[str, list[Array]] = {id: [] for id in COUNTS}
    last, n = trial.history.last_dose, int(np.prod(sizes))

    def look(at: tuple[int, ...], found: Solution, who: Patients) -> None:
        for id, x in observe(found, who, last, replicates).items():
            values[id][at] = x

    with ThreadPoolExecutor(1) as pool:  # what happened is drawn while the next arm is solved
        looking: Future[None] | None = None
        for done, at in enumerate(np.ndindex(*sizes)):
            v, h, a = at
            hypothesis, arm = trial.hypotheses[h], trial.arms[a]
            if progress is not None:
                progress(done, n, f"{hypothesis.label}: {arm.label}")
            if a == 0:
                since = stopped(trial, everybody.set(trial.id, trial.variants[v]), hypothesis)
            found = followed(trial, since, arm)
            if v == h == 0:
                for id in COUNTS:
                    counts[id].append(found[id])
            if looking is not None:
                looking.result()
            looking = pool.submit(look, at, found, since.patients)
        if looking is not None:
            looking.result()
    if progress is not None:
        progress(n, n, "analysis")
    return Records(
        trial, everybody, replicates, values, {id: np.array(x) for id, x in counts.items()}
    )
