"""The same virtual patients under several protocols, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from diapedesis.population.courses import Courses
from diapedesis.population.outcomes import difference_table
from diapedesis.population.scenario import Scenario, ScenarioError, check_values

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

SHARED = ("n", "seed", "before", "until", "relapses", "gd")


class Arms(Mapping[str, Courses]):
    """Courses of the same patients by arm; the first arm is the reference.

    Day 0 of every arm is the last dose that all the arms share.

    Parameters
    ----------
    courses : mapping of str to Courses
        One or more.
    """

    def __init__(self, courses: Mapping[str, Courses]) -> None:
        origin = shared_last_dose({k: c.scenario for k, c in courses.items()})
        self._courses = {name: c.since(origin) for name, c in courses.items()}
        self.reference = next(iter(courses))

    def __getitem__(self, name: str) -> Courses:
        return self._courses[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._courses)

    def __len__(self) -> int:
        return len(self._courses)

    def summary(self) -> pd.DataFrame:
        """Return the outcomes of every arm under each other."""
        return stacked({name: c.summary() for name, c in self.items()})

    def differences(self) -> pd.DataFrame:
        """Return each outcome less that of the reference, patient by patient, for the other arms.

        ``lower`` is the share of patients in whom it is below the reference's; ``nan`` where the
        outcome was not reached.
        """
        base = self[self.reference]
        rest = {k: difference_table(c, base) for k, c in self.items() if k != self.reference}
        return stacked({name: table.to_frame() for name, table in rest.items()})

    def to_frame(self) -> pd.DataFrame:
        """Return mean and quantiles by arm, day and output."""
        return stacked({name: c.to_frame() for name, c in self.items()})

    def to_xarray(self) -> xr.Dataset:
        """Return every arm's courses, with dims arm, patient and day."""
        import xarray as xr

        parts = [c.to_xarray().assign_coords(arm=name) for name, c in self.items()]
        return xr.concat(parts, "arm", combine_attrs="drop_conflicts")

    @property
    def events(self) -> pd.DataFrame:
        """Relapses that happened: arm, patient, day, kind."""
        return stacked({name: c.events for name, c in self.items()})

    def plot(self, *, day_label: Callable[[float], str] | None = None) -> Figure:
        """Draw what was given and what became of the patients, arms in different colours.

        Parameters
        ----------
        day_label : callable, optional
            Calendar label of a day.
        """
        from diapedesis.population.figure import courses_figure

        return courses_figure(self, day_label=day_label)


def check_arms(scenarios: Mapping[str, Scenario]) -> None:
    """Raise ScenarioError for arms that do not have the same patients and days, or none."""
    if not scenarios:
        raise ScenarioError("arms", "found none, expected one or more")
    check_values(scenarios.values())
    first = next(iter(scenarios.values()))
    for name, s in scenarios.items():
        for field in SHARED:
            found, expected = getattr(s, field), getattr(first, field)
            if found != expected:
                message = f"found {found!r} in {name!r}, expected {expected!r} as in the first arm"
                raise ScenarioError(field, message)
        if s.first_dose != first.first_dose:
            message = f"found the first dose of {name!r} on day {s.first_dose:g}, expected"
            raise ScenarioError("subject", f"{message} {first.first_dose:g} as in the first arm")


def shared_last_dose(scenarios: Mapping[str, Scenario]) -> float:
    """Return the day of the last dose that is the same in all arms."""
    doses = [set(s.subject.protocol.doses) for s in scenarios.values()]
    shared = set.intersection(*doses)
    if shared:
        return max(d.time for d in shared)
    return min(s.last_dose for s in scenarios.values())


def stacked(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return tables under each other, each with the name of its arm in front."""
    import pandas as pd

    named = [frame.assign(arm=name) for name, frame in frames.items()]
    if not named:
        return pd.DataFrame({"arm": []})
    whole = pd.concat(named, ignore_index=True)
    return whole[["arm", *(c for c in whole.columns if c != "arm")]]
