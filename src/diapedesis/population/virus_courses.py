"""From the diagnosis of PML on: volume, IRIS, load, disability, pressure, death."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from diapedesis.observe.draws import Array
from diapedesis.population.crossing import crossing
from diapedesis.population.virus_care import IRIS_ONSET, RECOGNISED, Care
from diapedesis.population.virus_onset import RTOL, Onset, Seeds
from diapedesis.population.virus_patients import Index, VirusPatients
from diapedesis.simulate import Protocol, solve

OUTPUTS = (
    *("c", "gate", "cns_t_cells", "pml_volume", "infected", "jc_dying", "jc_response"),
    *("iris_level", "iris_share", "steroid_barrier", "gd", "oedema", "icp", "edss", "nfl"),
    "death_hazard",
)
BEFORE, AFTER, APART = 28.0, 720.0, 2.0
"""Days before and after the diagnosis on which courses are kept, and days between them."""


@dataclass(frozen=True, eq=False)
class VirusCourses:
    """Courses from shortly before the diagnosis on.

    Attributes
    ----------
    patients : VirusPatients
    onset : Onset
    care : sequence of Care
    chosen : ndarray of int, shape (n,)
        Policy of each patient.
    days : ndarray, shape (n_days,)
        From the diagnosis.
    values : dict of str to ndarray, shape (n, n_days)
    last_dose : ndarray, shape (n,)
        Day of the last infusion, from the diagnosis (0 or before).
    """

    patients: VirusPatients
    onset: Onset
    care: Sequence[Care]
    chosen: Index
    days: Array
    values: dict[str, Array]
    last_dose: Array

    def __getitem__(self, output: str) -> Array:
        return self.values[output]

    def on(self, output: str, day: float) -> Array:
        """Return an output on the known day nearest to a day, shape (n,).

        Raises
        ------
        ValueError
            For a day before the first known day or after the last.
        """
        if not self.days[0] - APART <= day <= self.days[-1] + APART:
            raise ValueError(
                f"day: found {day:g}, expected {self.days[0]:g} to {self.days[-1]:g}, which are"
                " known. Fix: ask `after_diagnosis` for more days"
            )
        return self.values[output][:, int(np.abs(self.days - day).argmin())]

    def lobes(self, day: float = 0.0) -> NDArray[np.bool_]:
        """Return the lobes involved on a day from the diagnosis, shape (n, 5), as in `LOBES`."""
        return self.patients.lobes(self.on("pml_volume", day))

    @cached_property
    def death(self) -> Array:
        """Day of death of each, from the diagnosis; ``nan`` for those who live on."""
        after = self.days >= 0
        hazard = self.values["death_hazard"][:, after]
        hazard = hazard - hazard[:, :1]
        return crossing(self.days[after], hazard, self.patients.waiting("death"))

    @cached_property
    def iris_onset(self) -> Array:
        """First day with IRIS, from the diagnosis; ``nan`` without, or when death came first."""
        dead = self.days > np.nan_to_num(self.death, nan=np.inf)[:, None]
        return crossing(self.days, np.where(dead, 0.0, self.values["iris_level"]), IRIS_ONSET)

    @cached_property
    def iris_end(self) -> Array:
        """Last day with IRIS, from the diagnosis; ``nan`` where there was none, or no end."""
        there = self.values["iris_level"] > IRIS_ONSET
        last = self.days[self.days.size - 1 - there[:, ::-1].argmax(axis=1)]
        return np.where(np.isfinite(self.iris_onset) & (last < self.days[-1]), last, np.nan)

    def alive(self, day: float) -> NDArray[np.bool_]:
        """Return who lives on a day from the diagnosis, shape (n,)."""
        return ~(self.death <= day)


def after_diagnosis(
    patients: VirusPatients,
    protocols: Sequence[Protocol],
    seeds: Seeds,
    onset: Onset,
    care: Sequence[Care],
    chosen: Index | None = None,
    *,
    days: Array | None = None,
    outputs: Sequence[str] = OUTPUTS,
) -> VirusCourses:
    """Follow patients from the diagnosis under a policy each.

    Parameters
    ----------
    patients : VirusPatients
        All of whom are diagnosed.
    protocols : sequence of Protocol, length n
        What each was given before.
    seeds : Seeds
    onset : Onset
    care : sequence of Care
    chosen : ndarray of int, shape (n,), optional
        Which policy each gets; by default the first.
    days : ndarray, optional
        Days from the diagnosis on which courses are kept.
    outputs : sequence of str
    """
    if np.isnan(onset.diagnosis).any():
        raise ValueError(
            f"onset: found {int(np.isnan(onset.diagnosis).sum())} patients without a diagnosis,"
            " expected none. Fix: take those with one, by `some`"
        )
    which = np.zeros(patients.n, np.intp) if chosen is None else chosen
    if len(protocols) != patients.n:
        raise ValueError(
            f"protocols: found {len(protocols)}, expected one for each of {patients.n}"
        )
    if which.shape != (patients.n,) or not np.isin(which, range(len(care))).all():
        raise ValueError(
            f"chosen: found {which}, expected a place among {len(care)} policies for each patient"
        )
    when = np.arange(-BEFORE, AFTER + APART / 2, APART) if days is None else days
    begins = _steroids_on(patients, protocols, seeds, onset, [care[k] for k in which])
    given = [
        care[k].given(p, float(d), float(b))
        for k, p, d, b in zip(which, protocols, onset.diagnosis, begins, strict=True)
    ]
    times = np.maximum(onset.diagnosis[:, None] + when, 0.0)
    end = float(onset.days[-1] + max(when[-1], 0.0))
    found = _solved(patients, given, seeds, times, end, outputs)
    last = np.array([p.last_dose for p in given]) - onset.diagnosis
    return VirusCourses(patients, onset, tuple(care), which, when, found, last)


def _steroids_on(
    patients: VirusPatients,
    protocols: Sequence[Protocol],
    seeds: Seeds,
    onset: Onset,
    care: Sequence[Care],
) -> Array:
    """Return the day, from the diagnosis, on which steroids that wait for IRIS begin, or ``nan``.

    The policies are followed without them first. IRIS that began before the diagnosis counts from
    it.
    """
    waits = np.array([c.waits_for for c in care])
    at = np.flatnonzero(np.isfinite(waits))
    begins = np.full(patients.n, np.nan)
    if at.size:
        given = [care[i].given(protocols[i], float(onset.diagnosis[i])) for i in at.tolist()]
        days = np.arange(0.0, AFTER + APART / 2, APART)
        times = onset.diagnosis[at, None] + days
        end = float(onset.days[-1] + days[-1])
        some, theirs = patients.some(at), Seeds(seeds.targets[at])
        found = _solved(some, given, theirs, times, end, ("iris_level",))
        begins[at] = crossing(days, found["iris_level"], waits[at]) + RECOGNISED
    return begins


def _solved(
    patients: VirusPatients,
    given: Sequence[Protocol],
    seeds: Seeds,
    times: Array,
    end: float,
    outputs: Sequence[str],
) -> dict[str, Array]:
    """Return outputs on days of each, shape (n, n_days).

    All are solved until a day that does not depend on who is among them, so that nobody's last step
    does.
    """
    return (
        solve(
            patients.model,
            given,
            times,
            tuple(outputs),
            parameters=patients.parameters | seeds.parameters,
            inputs=patients.inputs,
            triggers=[seeds.trigger],
            t0=0.0,
            t1=end,
            rtol=RTOL,
            method="tsit5",
        )
        .raise_failures()
        .values
    )
