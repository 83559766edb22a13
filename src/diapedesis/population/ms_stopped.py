"""Virtual patients on the drug, and after the last infusion, with and without another drug."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diapedesis.observe import Lesions
from diapedesis.population.ms_cohort import SETTLING, Patients
from diapedesis.population.setting import AT_ONCE, Array
from diapedesis.simulate import Infusion, Protocol, solve
from diapedesis.simulate.treatments import Treatment

RTOL = 1e-4
OUTPUTS = (
    "lesion_births",
    "relapse_background",
    "relapse_rate",
    "gd",
    "tone",
    "steroid_barrier",
    "lymphocytes",
    "cd4_count",
    "cd8_count",
    "csf_cd4cd8",
    "csf_cells",
)
"""Asked for always, so that one compiled kernel serves every study."""
RATES = OUTPUTS[:2]
INFUSIONS = 24
"""Assumption: two years on the drug before it is stopped; few cohorts print the spread."""
WEEK = 7.0
MONTH = 30.4375
STOP = 28.0 * (INFUSIONS - 1)
"""Day of the last infusion, from the first."""
LAST_YEAR = np.arange(STOP - 371.0, STOP, WEEK) - STOP
AFTER = np.arange(0.0, 421.0, 3.5)
"""Days since the last infusion on which courses are kept."""
TWO_YEARS = np.concatenate([np.arange(0.0, 84.0, 3.5), np.arange(84.0, 757.0, 14.0)])
"""Days since the first infusion on which courses are kept."""


@dataclass(frozen=True)
class Expected:
    """Expected courses of patients.

    Attributes
    ----------
    days : ndarray, shape (n_days,)
    values : dict of str to ndarray, shape (m * n, n_days)
    final : dict of str to ndarray, shape (m * n,)
        States at the end.
    """

    days: Array
    values: Mapping[str, Array]
    final: Mapping[str, Array]

    def __getitem__(self, output: str) -> Array:
        return self.values[output]


@dataclass(frozen=True)
class Stopped:
    """Patients after their last infusion, which is on day 0.

    Attributes
    ----------
    patients : Patients
    before : Expected
        The last year on the drug.
    """

    patients: Patients
    before: Expected

    @cached_property
    def natural(self) -> Expected:
        """The year after it without another drug."""
        return after_stop(self.patients, self.before, (), (*RATES, "relapse_rate", "gd", "tone"))

    def arm(self, *treatments: Treatment, keep: tuple[str, ...] = RATES) -> Expected:
        """Return the year after the last infusion with other drugs."""
        return after_stop(self.patients, self.before, treatments, keep)

    def lesions(self, arm: Expected) -> Lesions:
        """Sample the last year on the drug and the year of an arm."""
        days = np.concatenate([LAST_YEAR, arm.days])
        births, other = (np.concatenate([self.before[k], arm[k]], axis=1) for k in RATES)
        return self.patients.sample(days, births * self.patients.activity(days + STOP), other)

    @cached_property
    def seen(self) -> Lesions:
        """Lesions and relapses without another drug."""
        return self.lesions(self.natural)


def stop(patients: Patients) -> Stopped:
    """Return patients after two years on the drug."""
    given = Protocol.every(28, n=INFUSIONS - 1)
    on = run(patients, given, LAST_YEAR + STOP, t0=0.0, t1=STOP)
    return Stopped(patients, Expected(LAST_YEAR, on.values, on.final))


def after_stop(
    p: Patients, before: Expected, treatments: tuple[Treatment, ...], keep: tuple[str, ...]
) -> Expected:
    """Solve the year from the last infusion on."""
    given = Protocol(doses=(Infusion(0.0, 300.0),), treatments=treatments)
    return run(p, given, AFTER, keep, t0=0.0, initial=before.final)


def run(
    p: Patients,
    protocol: Protocol | Sequence[Protocol],
    days: Array,
    keep: tuple[str, ...] = RATES,
    *,
    t0: float,
    t1: float | None = None,
    initial: Mapping[str, Array] | None = None,
) -> Expected:
    """Solve for all patients, keeping some of the outputs; one protocol for all, or for each."""
    values: dict[str, list[Array]] = {k: [] for k in keep}
    final: dict[str, list[Array]] = {}
    for first in range(0, p.drift.size, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        cut = lambda d, at=some: {k: v[at] for k, v in d.items()}  # noqa: E731
        found = solve(
            p.model,
            protocol if isinstance(protocol, Protocol) else protocol[some],
            days,
            OUTPUTS,
            parameters=cut(p.parameters),
            inputs=cut(p.inputs),
            initial=None if initial is None else cut(initial),
            t0=t0,
            t1=t1,
            rtol=RTOL,
            method="tsit5",
        ).raise_failures()
        for k in keep:
            values[k].append(found[k].copy())
        for k, v in found.final.items():
            final.setdefault(k, []).append(v)
    join = lambda d: {k: np.concatenate(v) for k, v in d.items()}  # noqa: E731
    return Expected(days, join(values), join(final))


def with_past(p: Patients, days: Array) -> Array:
    """Return days with two before the first, from which scans at 0 are in their steady state."""
    first = -SETTLING * float(p.parameters["gd_duration"].max())
    return np.concatenate([[first, first / 2], days])


def seen_from(p: Patients, course: Expected) -> Lesions:
    """Sample a course from day 0 of patients who had no drug before it."""
    days = with_past(p, course.days)
    past = (np.repeat(x[:, :1], 2, axis=1) for x in p.untreated(np.zeros(1)))
    births, other = (
        np.concatenate([x, course[k]], axis=1) for x, k in zip(past, RATES, strict=True)
    )
    return p.sample(days, births * p.activity(days), other)
