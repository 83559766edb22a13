"""The same patients with PML under the surveillance and care of several arms, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from diapedesis.infer.table import Table
from diapedesis.observe.draws import Array
from diapedesis.population.arms import stacked
from diapedesis.population.courses import QUANTILES
from diapedesis.population.scenario import Scenario
from diapedesis.population.virus_asked import DAYS, OUTPUTS
from diapedesis.population.virus_cases import VirusCases
from diapedesis.population.virus_courses import VirusCourses
from diapedesis.population.virus_onset import Onset
from diapedesis.population.virus_outcomes import (
    YEAR,
    difference_table,
    summary_table,
    virus_outcomes,
)

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class VirusArm:
    """Cases of PML in one arm.

    Attributes
    ----------
    scenario : Scenario
    cases : VirusCases
    onset : Onset
        Until the diagnosis, of every case; days count from the first dose.
    courses : VirusCourses or None
        From shortly before the diagnosis on, of those who are diagnosed; ``None`` if nobody is.
    """

    scenario: Scenario
    cases: VirusCases
    onset: Onset
    courses: VirusCourses | None

    @property
    def n(self) -> int:
        """Number of cases that were followed, found or not."""
        return self.scenario.n

    @property
    def truths(self) -> int:
        """Number of possible truths."""
        return int(self.cases.risk.size)

    @property
    def patient_risk(self) -> Array:
        """Risk of PML found by the last day, of each patient on the drug [per 1000]."""
        found = np.isfinite(self.onset.diagnosis)
        shares = np.bincount(self.cases.truth, found) / np.bincount(self.cases.truth)
        return np.asarray(1000 * (self.cases.chances * shares[:, None]).ravel())

    def course(self, output: str) -> Array:
        """Return an output of every case, shape (n, n_days); ``nan`` for those never found."""
        out = np.full((self.n, DAYS.size), np.nan)
        if self.courses is not None:
            out[np.isfinite(self.onset.diagnosis)] = self.courses[output]
        return out

    def all(self, values: Array) -> Array:
        """Return values of those who are diagnosed in their places among all cases."""
        out = np.full(self.n, np.nan)
        out[np.isfinite(self.onset.diagnosis)] = values
        return out


class VirusArms(Mapping[str, VirusArm]):
    """Cases by arm; the first arm is the reference.

    Parameters
    ----------
    arms : mapping of str to VirusArm
        One or more.
    """

    def __init__(self, arms: Mapping[str, VirusArm]) -> None:
        self._arms = dict(arms)
        self.reference = next(iter(arms))

    def __getitem__(self, name: str) -> VirusArm:
        return self._arms[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arms)

    def __len__(self) -> int:
        return len(self._arms)

    @cached_property
    def outcomes(self) -> dict[str, dict[str, Array]]:
        """Every outcome of every case by arm."""
        if len(self) == 1:
            return {name: virus_outcomes(arm, None) for name, arm in self.items()}
        diagnoses = [a.onset.diagnosis for a in self.values()]
        latest = np.max([np.nan_to_num(d, nan=-np.inf) for d in diagnoses], axis=0)
        clock = np.where(np.isfinite(latest), latest + YEAR, np.nan)
        return {name: virus_outcomes(arm, clock) for name, arm in self.items()}

    def summary_of(self, name: str) -> Table:
        """Return the outcomes of one arm."""
        return summary_table(self.outcomes[name], self[name])

    def difference_of(self, name: str) -> Table:
        """Return each outcome of one arm less that of the reference, patient by patient."""
        base = self.outcomes[self.reference]
        return difference_table(self.outcomes[name], base, self[name].cases.truth)

    def summary(self) -> pd.DataFrame:
        """Return the outcomes of every arm under each other."""
        return stacked({name: self.summary_of(name).to_frame() for name in self})

    def differences(self) -> pd.DataFrame:
        """Return each outcome less that of the reference, for the other arms."""
        others = [name for name in self if name != self.reference]
        return stacked({name: self.difference_of(name).to_frame() for name in others})

    def to_frame(self) -> pd.DataFrame:
        """Return mean and quantiles over those diagnosed by arm, output and day from diagnosis."""
        return stacked({name: _frame(arm) for name, arm in self.items()})

    def to_xarray(self) -> xr.Dataset:
        """Return every case's courses from the diagnosis, and its days, by arm."""
        import xarray as xr

        parts = [_dataset(arm).assign_coords(arm=name) for name, arm in self.items()]
        return xr.concat(parts, "arm", combine_attrs="drop_conflicts")

    def plot(self, *, day_label: Callable[[float], str] | None = None) -> Figure:
        """Draw risk, IRIS, disability and survival, arms in different colours."""
        from diapedesis.population.virus_figure import virus_figure

        return virus_figure(self)


def _frame(arm: VirusArm) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for id in OUTPUTS:
        x = arm.courses[id] if arm.courses is not None else np.full((1, DAYS.size), np.nan)
        q = np.quantile(x, QUANTILES, axis=0)
        columns = {f"q{100 * p:02.0f}": q[i] for i, p in enumerate(QUANTILES)}
        unit = arm.scenario.model.outputs[id].unit
        frame = pd.DataFrame({"day": DAYS, "output": id, "unit": unit, **columns})
        frame.insert(3, "mean", x.mean(axis=0))
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def _dataset(arm: VirusArm) -> xr.Dataset:
    import xarray as xr

    from diapedesis import __version__

    model, c = arm.scenario.model, arm.courses
    nothing = np.empty(0)
    data: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]] = {}
    for id in OUTPUTS:
        known = model.outputs[id]
        label = {"units": known.unit or "1", "long_name": known.label}
        data[id] = (("patient", "day"), arm.course(id), label)
    days = {
        "seeded": (arm.onset.seeded, "Day of the seed, from the first dose"),
        "symptoms": (
            arm.onset.symptoms,
            "Day of symptoms, were PML not found, from the first dose",
        ),
        "diagnosis": (arm.onset.diagnosis, "Day of the diagnosis, from the first dose"),
        "death": (arm.all(nothing if c is None else c.death), "Day of death, from the diagnosis"),
        "iris_onset": (arm.all(nothing if c is None else c.iris_onset), "IRIS, from the diagnosis"),
    }
    for id, (x, what) in days.items():
        data[id] = (("patient",), x, {"units": "day", "long_name": what})
    found = {"units": "1", "long_name": "Found by a scan before symptoms"}
    data["by_scan"] = (("patient",), arm.onset.by_scan.astype(np.int32), found)
    coords = {
        "patient": ("patient", np.arange(arm.n, dtype=np.int32)),
        "truth": ("patient", arm.cases.truth.astype(np.int32)),
        "day": ("day", DAYS, {"units": "day", "long_name": "Day from the diagnosis"}),
    }
    attributes = {
        "title": "Virtual patients with PML: simulated, research use only",
        "seed": arm.scenario.seed,
        "program": f"Diapedesis {__version__}, model pml {model.fingerprint[:12]}",
    }
    return xr.Dataset(data, coords, attributes)
