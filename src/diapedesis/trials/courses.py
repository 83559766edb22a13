"""What becomes of the patients: the years on the drug once, then the year after it in each arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.simulate import Protocol, Solution, solve
from diapedesis.trials.arms import Arm
from diapedesis.trials.design import FOLLOW_UP, Trial
from diapedesis.trials.hypotheses import Hypothesis
from diapedesis.trials.patients import Patients

Array = NDArray[np.float64]
EXPECTED = ("lesion_births", "relapse_background", "edss")
COUNTS = ("cd4_count", "cd8_count", "b_count", "treg_count")
WEEK = 7.0
RTOL = 1e-5
"""Of the solver; chance is some thousand times larger."""


@dataclass(frozen=True, eq=False)
class Stopped:
    """Patients under a hypothesis on the day of their last dose.

    Attributes
    ----------
    patients : Patients
    parameters : dict of str to ndarray, shape (n,)
    state : dict of str to ndarray, shape (n,)
        Just before the last dose.
    """

    patients: Patients
    parameters: dict[str, Array]
    state: dict[str, Array]


def weeks(last: float) -> Array:
    """Return the days of follow-up, one a week from the last dose on."""
    return last + np.arange(0.0, FOLLOW_UP + WEEK / 2, WEEK)


def stopped(trial: Trial, patients: Patients, hypothesis: Hypothesis) -> Stopped:
    """Follow the patients from before the drug to their last dose."""
    own = patients.under(hypothesis)
    last = trial.history.last_dose
    state = solve(
        patients.model,
        trial.history,
        [],
        EXPECTED + COUNTS,
        parameters=own,
        inputs=patients.inputs,
        t0=trial.history.start,
        t1=last,
        rtol=RTOL,
        method="tsit5",
    ).raise_failures()
    return Stopped(patients, own, state.final)


def followed(trial: Trial, since: Stopped, arm: Arm) -> Solution:
    """Follow the patients of an arm from their last dose on, week by week."""
    last = trial.history.last_dose
    doses = tuple(d for d in trial.history.doses if d.time == last)
    return solve(
        since.patients.model,
        Protocol(doses=doses, treatments=arm.given(last)),
        weeks(last),
        EXPECTED + COUNTS,
        parameters=since.parameters | dict(arm.parameters),
        inputs=since.patients.inputs,
        initial=since.state,
        t0=last,
        rtol=RTOL,
        method="tsit5",
    ).raise_failures()
