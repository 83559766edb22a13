"""Trials with virtual patients: on the drug, without it, and after the last infusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from diapedesis.core import Model
from diapedesis.observe import Lesions
from diapedesis.simulate import Infusion, Protocol, Schedule, Solution, solve
from diapedesis.simulate.schedule import Pulse, schedule
from diapedesis.validation.ms_cohort import SETTLING, Patients, recruit
from diapedesis.validation.ms_estimate import Estimate
from diapedesis.validation.studies import Array, Found, Setting, stream, truths

RTOL = 1e-4
RATES = ("lesion_births", "relapse_background")
INFUSIONS = 24
"""Assumption: two years on the drug before it is stopped; no cohort prints the whole spread."""
WEEK = 7.0
MONTH = 30.4375
STOP = 28.0 * (INFUSIONS - 1)
"""Day of the last infusion, from the first."""
LAST_YEAR = np.arange(STOP - 371.0, STOP, WEEK) - STOP
AFTER = np.arange(0.0, 400.0, 3.5)
"""Days since the last infusion on which courses are kept."""


@dataclass(frozen=True)
class Course:
    """Expected courses of patients.

    Attributes
    ----------
    days : ndarray, shape (n_days,)
    values : dict of str to ndarray, shape (m * n, n_days)
    """

    days: Array
    values: Mapping[str, Array]


@dataclass(frozen=True)
class Stopped:
    """Patients after their last infusion, at day 0, without another drug.

    Attributes
    ----------
    patients : Patients
    final : dict of str to ndarray
        States just before the last infusion.
    before, natural : Course
        Last year on the drug, and the year after.
    """

    patients: Patients
    final: dict[str, Array]
    before: Course
    natural: Course

    def arm(self, *pulses: Pulse, extra: tuple[str, ...] = ()) -> Course:
        """Return the year after the last infusion with other drugs."""
        return after_stop(self.patients, self.final, pulses, extra)

    def lesions(self, arm: Course) -> Lesions:
        """Sample the last year on the drug and the year of an arm."""
        days = np.concatenate([LAST_YEAR, arm.days])
        births, other = (
            np.concatenate([self.before.values[k], arm.values[k]], axis=1) for k in RATES
        )
        return self.patients.sample(days, births * self.patients.activity(days + STOP), other)

    @cached_property
    def seen(self) -> Lesions:
        """Lesions and relapses without another drug."""
        return self.lesions(self.natural)


@dataclass(frozen=True)
class Trials:
    """What studies of MS share: possible truths and cohorts, each made once.

    Attributes
    ----------
    model : Model
    truths : dict of str to ndarray, shape (m,)
    patients : int
        Virtual patients of each truth.
    seed : int
    """

    model: Model
    truths: Mapping[str, Array]
    patients: int
    seed: int

    @classmethod
    def of(cls, model: Model, m: int, patients: int, seed: int) -> Trials:
        """Draw `m` possible truths."""
        return cls(model, truths(model, m, stream(seed, "truths of ms")), patients, seed)

    @property
    def m(self) -> int:
        """Number of possible truths."""
        return int(next(iter(self.truths.values())).size)

    def setting(self, name: str) -> Setting:
        """Return a setting with a stream of its own."""
        return Setting(self.model, self.truths, self.patients, stream(self.seed, name))

    def estimate(self, name: str, n: int | None = None) -> Estimate:
        """Return what turns `n` patients of each truth into rows; by default all."""
        return Estimate(self.m, n or self.patients, stream(self.seed, f"{name} studies"))

    @cached_property
    def starting(self) -> Patients:
        """Patients who start the drug, as AFFIRM took them and most cohorts have them."""
        return recruit(self.setting("starting"), self.patients)

    @cached_property
    def stopped(self) -> Stopped:
        """The same patients after two years on the drug."""
        p = self.starting
        outputs = (*RATES, "gd", "lymphocytes", "csf_cells", "csf_cd4cd8")
        on = run(p, Protocol.every(28, n=INFUSIONS - 1), LAST_YEAR + STOP, outputs, t0=0.0, t1=STOP)
        before = Course(LAST_YEAR, {k: on[k] for k in RATES})
        return Stopped(p, on.final, before, after_stop(p, on.final, (), ("gd", "relapse_rate")))


MsStudy = Callable[[Trials], dict[str, Found]]


def after_stop(
    p: Patients, final: dict[str, Array], pulses: Sequence[Pulse], extra: tuple[str, ...] = ()
) -> Course:
    """Solve the year from the last infusion on."""
    last = schedule(Protocol(doses=(Infusion(0.0, 300.0),)), p.model)
    given = replace(last, pulses=(*last.pulses, *pulses))
    outputs = (*RATES, *extra)
    found = run(p, given, AFTER, outputs, initial=final, t0=0.0)
    return Course(AFTER, {k: found[k] for k in outputs})


def run(
    p: Patients,
    protocol: Protocol | Schedule | Sequence[Protocol],
    days: Array,
    outputs: tuple[str, ...] = RATES,
    *,
    some: slice = slice(None),
    **how: object,
) -> Solution:
    """Solve for all patients, or some."""
    return solve(
        p.model,
        protocol,
        days,
        outputs,
        parameters={k: v[some] for k, v in p.parameters.items()},
        inputs={k: v[some] for k, v in p.inputs.items()},
        rtol=RTOL,
        **how,  # type: ignore[arg-type]
    ).raise_failures()


def settled(p: Patients) -> float:
    """Return a day before 0 from which scans at 0 are in their steady state."""
    return -SETTLING * float(p.parameters["gd_duration"].max())
