"""What becomes of virtual patients: courses, lesions, relapses; as arrays, tables and a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from diapedesis.models.ms import ms
from diapedesis.observe import Lesions
from diapedesis.population.outcomes import summary_table
from diapedesis.population.patients import Patients
from diapedesis.population.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Courses:
    """Courses of the virtual patients of one scenario.

    Attributes
    ----------
    scenario : Scenario
    patients : Patients
    days : ndarray, shape (n_days,)
    values : dict of str to ndarray, shape (n, n_days)
        Every output by id.
    lesions : Lesions
        Lesions and relapses as they happened to each patient, sampled.
    origin : float
        Day 0 of figures and summaries: the last dose.
    """

    scenario: Scenario
    patients: Patients
    days: Array
    values: dict[str, Array]
    lesions: Lesions
    origin: float

    @property
    def n(self) -> int:
        """Number of patients."""
        return self.scenario.n

    def __getitem__(self, output: str) -> Array:
        return self.values[output]

    @property
    def lymphocytes_untreated(self) -> Array:
        """Count of each patient without any treatment [cell/uL], shape (n,)."""
        own = self.patients.parameters(self.n)
        known = {id: p.default for id, p in ms().parameters.items() if id.startswith("count_")}
        return np.sum([np.broadcast_to(own.get(k, v), self.n) for k, v in known.items()], axis=0)

    def scans(self, days: Array) -> NDArray[np.intp]:
        """Return the lesions that scans would count, shape (n, n_scans); steroids hide some."""
        barrier = self.values["steroid_barrier"]
        hidden = np.array([np.interp(days, self.days, own) for own in barrier])
        return self.lesions.enhancing(days, 1 - np.clip(hidden, 0.0, 1.0))

    def since(self, origin: float) -> Courses:
        """Return the same courses with another day 0."""
        return replace(self, origin=origin)

    @cached_property
    def relapse_probability(self) -> Array:
        """Probability of a relapse between day 0 and each day, shape (n, n_days); 0 before."""
        rate = self.values["relapse_rate"]
        step = 0.5 * (rate[:, 1:] + rate[:, :-1]) * np.diff(self.days)
        step[:, self.days[:-1] < self.origin] = 0.0
        expected = np.concatenate([np.zeros((self.n, 1)), np.cumsum(step, axis=1)], axis=1)
        return -np.expm1(-expected)

    @property
    def events(self) -> pd.DataFrame:
        """Relapses that happened: patient, day, kind; in order of patient and day."""
        import pandas as pd

        return pd.DataFrame(
            {
                "patient": self.lesions.relapse_subject,
                "day": self.lesions.relapse_day,
                "kind": "relapse",
            }
        )

    def to_xarray(self) -> xr.Dataset:
        """Return every output and what scans would count, with dims patient and day.

        Variables carry ``units`` and ``long_name``; the dataset says what it is made from.
        """
        import xarray as xr

        from diapedesis import __version__

        model, dims = ms(), ("patient", "day")
        data: dict[str, tuple[tuple[str, str], np.ndarray, dict[str, str]]] = {}
        for id, x in self.values.items():
            known = model.outputs[id]
            data[id] = (dims, x, {"units": known.unit or "1", "long_name": known.label})
        seen = self.scans(self.days).astype(np.int32)
        data["gd_seen"] = (dims, seen, {"units": "1", "long_name": "Enhancing lesions, sampled"})
        risk = {"units": "1", "long_name": "Probability of a relapse since day 0"}
        data["relapse_probability"] = (dims, self.relapse_probability, risk)
        when = {"units": "day", "long_name": "Day of the scenario"}
        coords = {
            "patient": ("patient", np.arange(self.n, dtype=np.int32)),
            "day": ("day", self.days, when),
            "since_day_0": ("day", self.days - self.origin, {"units": "day"}),
        }
        attributes = {
            "title": "Virtual patients: simulated, research use only",
            "day_0": self.origin,
            "seed": self.scenario.seed,
            "hypothesis": str(self.scenario.hypothesis),
            "program": f"Diapedesis {__version__}, model ms {model.fingerprint[:12]}",
        }
        return xr.Dataset(data, coords, attributes)

    def to_frame(self) -> pd.DataFrame:
        """Return mean and quantiles over patients for each day and output, one row each."""
        import pandas as pd

        parts = []
        courses = {**self.values, "relapse_probability": self.relapse_probability}
        for id, x in courses.items():
            q = np.quantile(x, QUANTILES, axis=0)
            unit = ms().outputs[id].unit if id in self.values else ""
            columns = {f"q{100 * p:02.0f}": q[i] for i, p in enumerate(QUANTILES)}
            frame = pd.DataFrame({"day": self.days, "output": id, "unit": unit, **columns})
            frame.insert(3, "mean", x.mean(axis=0))
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> pd.DataFrame:
        """Return the outcomes: mean or median, 5 and 95 % quantiles over patients."""
        return summary_table(self).to_frame()

    def plot(self, *, day_label: Callable[[float], str] | None = None) -> Figure:
        """Draw what was given and what became of the patients, on one axis of time.

        Parameters
        ----------
        day_label : callable, optional
            Calendar label of a day.
        """
        from diapedesis.population.figure import courses_figure

        return courses_figure({"": self}, day_label=day_label)
