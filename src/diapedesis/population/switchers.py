"""Patients who go from natalizumab to fingolimod after a washout, and what a series sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.observe import Lesions
from diapedesis.observe.draws import child, root, uniform
from diapedesis.population.ms_cohort import YEAR, Flags, Patients
from diapedesis.population.ms_stopped import MONTH, RATES, Expected, Stopped, run
from diapedesis.population.setting import Array
from diapedesis.simulate import Course, Infusion, Protocol

KINDS = (
    "relapse in month 1",
    "relapse later",
    "MRI only in month 1",
    "MRI only later",
    "none",
)
"""What becomes of a patient on fingolimod; each has one of these."""
RELAPSE, RELAPSE_LATER, MRI, MRI_LATER, NONE = range(len(KINDS))
WASHOUT = (80, 100)
"""First and last day since the last infusion on which fingolimod is started: three months (claim
R061), read as 90 days; that all days between are as likely is an assumption."""
FOLLOWED = 9.0
"""Mean months on fingolimod (claim R061)."""
AFTER_SWITCH = np.arange(0.0, 480.0, 3.5)
"""Days since the last infusion on which courses are kept: a year on fingolimod is covered."""
_START, _FOLLOWED = 2, 3  # below a patient's key, after bursts and background


@dataclass(frozen=True)
class Reading:
    """What counts as reactivation, where the report of a series leaves it open: assumptions.

    Attributes
    ----------
    scans : tuple of float
        Months on fingolimod; each scan is held against the one before, the first against one on
        the day of the switch.
    enhancing, t2 : bool
        Whether new enhancing lesions and new T2 lesions make a scan active.
    since_stop : bool
        The first scan is held against one at the last infusion: lesions of the washout count.
    first_event : bool
        A patient is what came first; otherwise a relapse goes before activity on MRI.
    quiet : bool
        Only patients without a relapse in their last year on natalizumab enter.
    spread : float
        Follow-up is 9 months, more or less by up to this [month], each as likely.
    """

    scans: tuple[float, ...] = (1.0, 3.0, 6.0, 9.0)
    enhancing: bool = True
    t2: bool = True
    since_stop: bool = False
    first_event: bool = False
    quiet: bool = False
    spread: float = 0.0


USUAL = Reading()
"""Assumption: scans at months 1, 3, 6 and 9. Twenty of the 22 had one by month 1 (claim R061); the
others are not published."""
READINGS = {
    "a scan every month": Reading(scans=tuple(float(k) for k in range(1, 10))),
    "scans at months 1 and 9 alone": Reading(scans=(1.0, 9.0)),
    "new enhancing lesions alone": Reading(t2=False),
    "new T2 lesions alone": Reading(enhancing=False),
    "against a scan at the last infusion": Reading(since_stop=True),
    "a patient is what came first": Reading(first_event=True),
    "no relapse in the last year on natalizumab": Reading(quiet=True),
    "followed for 6 to 12 months": Reading(scans=(1.0, 3.0, 6.0, 9.0, 12.0), spread=3.0),
}
"""Other readings of what is not published."""


@dataclass(frozen=True)
class Switchers:
    """Patients who start fingolimod some time after their last infusion, which is on day 0.

    Attributes
    ----------
    patients : Patients
    start : ndarray, shape (size,)
        Day on which each starts fingolimod.
    seen : Lesions
        From their last year on natalizumab to a year on fingolimod.
    """

    patients: Patients
    start: Array
    seen: Lesions

    @classmethod
    def of(cls, stopped: Stopped, washout: tuple[int, int] = WASHOUT) -> Switchers:
        """Follow patients who stopped natalizumab.

        Parameters
        ----------
        stopped : Stopped
        washout : tuple of int
            First and last day of the switch, from 0 to 100; all days between are as likely.

        Raises
        ------
        ValueError
            When the days are not among those that are followed.
        """
        first, last = washout
        if not 0 <= first <= last <= WASHOUT[1]:
            expected = f"two days from 0 to {WASHOUT[1]}, the first no later"
            raise ValueError(f"washout: found {washout}, expected {expected}")
        chance = _chance(stopped.patients, _START)
        start = np.floor(first + (last - first + 1) * chance)
        return cls(stopped.patients, start, stopped.lesions(_on_fingolimod(stopped, start)))

    def entering(self, reading: Reading = USUAL) -> Flags:
        """Return who enters, shape (size,)."""
        if reading.quiet:
            return np.asarray(self.seen.relapses(-YEAR, 0.0) == 0)
        return np.ones(self.seen.n, bool)

    def kinds(self, reading: Reading = USUAL) -> NDArray[np.intp]:
        """Return what becomes of each patient: a place in ``KINDS``, shape (size,)."""
        start, seen = self.start, self.seen
        spread = reading.spread * (2 * _chance(self.patients, _FOLLOWED) - 1)
        end = start + MONTH * (FOLLOWED + spread)
        relapse = seen.first_relapse(start, end)
        scans = start[:, None] + MONTH * np.array(reading.scans)
        active = self._active(scans, reading) & (scans <= end[:, None])
        mri = np.where(active.any(axis=1), scans[np.arange(seen.n), active.argmax(axis=1)], np.inf)
        clinical = np.isfinite(relapse)
        if reading.first_event:
            clinical &= relapse <= mri
        month = start + MONTH
        found = np.full(seen.n, NONE)
        found[np.isfinite(mri)] = MRI_LATER
        found[mri <= month] = MRI
        found[clinical] = RELAPSE_LATER
        found[clinical & (relapse <= month)] = RELAPSE
        return found

    def _active(self, scans: Array, reading: Reading) -> Flags:
        """Return which scans show a lesion that is new since the scan before, (size, n_scans)."""
        first = np.zeros_like(self.start) if reading.since_stop else self.start
        dated = np.column_stack([first, scans])
        active = np.zeros(scans.shape, bool)
        if reading.enhancing:
            active |= self.seen.new_enhancing(dated)[:, 1:] > 0
        if reading.t2:
            for k in range(scans.shape[1]):
                active[:, k] |= self.seen.new_t2(dated[:, k], dated[:, k + 1]) > 0
        return active


def _on_fingolimod(stopped: Stopped, start: Array) -> Expected:
    """Solve the time from the last infusion on, each patient with their own day of the switch."""
    given = {
        day: Protocol(doses=(Infusion(0.0, 300.0),), treatments=(Course("fingolimod", float(day)),))
        for day in np.unique(start)
    }
    return run(
        stopped.patients,
        [given[day] for day in start],
        AFTER_SWITCH,
        RATES,
        t0=0.0,
        initial=stopped.before.final,
    )


def _chance(patients: Patients, branch: int) -> Array:
    """Return a number of each patient, at least 0 and below 1, the same in every arm."""
    return uniform(child(child(root(patients.seed), patients.numbers), branch))
