"""The courses of a cohort under one hypothesis: on the drug, and after it in every arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.population.patients import activity_after
from diapedesis.simulate import Protocol, Solution, solve
from diapedesis.validation.hypotheses_arms import ARMS, EVERY, USUAL, Arm
from diapedesis.validation.hypotheses_cohort import Cohort

Array = NDArray[np.float64]
WEEK = 7.0
DAYS = np.arange(0.0, 105 * WEEK, WEEK)
"""Days after the last dose: two years, weekly."""
LAST_CYCLE = np.linspace(-EVERY, 0.0, 5)
GAP = 364.0
"""Days from the last dose of a course to the first of the next."""
OUTPUTS = (
    *("tone", "gd", "lesion_births", "relapse_rate", "edss_reversible", "edss_permanent", "nfl"),
    *("homing_cells", "antigen_load", "debris_load", "entry_treg"),
    *("csf_cd4cd8", "cd4_count", "cd8_count"),
)


@dataclass(frozen=True, eq=False)
class Run:
    """What a cohort goes through under one hypothesis.

    Attributes
    ----------
    hypothesis : str
    parameters : dict of str to ndarray, shape (m, n)
    untreated, on : dict of str to ndarray, shape (m, n)
        Outputs before the drug, and their mean over the last four weeks on it.
    arms : dict of str to dict of str to ndarray, shape (m, n, 105)
        Outputs after the last dose, at ``DAYS``.
    """

    hypothesis: str
    parameters: Mapping[str, Array]
    untreated: Mapping[str, Array]
    on: Mapping[str, Array]
    arms: Mapping[str, Mapping[str, Array]]


def run(cohort: Cohort, hypothesis: str, arms: Iterable[Arm] = ARMS) -> Run:
    """Run the arms under a hypothesis.

    While the drug is given, activity is that of the years before it, so that what the drug does is
    seen by itself; with the last dose it becomes what it is after so many days, as the model's
    decline says.

    Examples
    --------
    >>> from diapedesis.validation.hypotheses_arms import NONE
    >>> from diapedesis.validation.hypotheses_cohort import typical
    >>> found = run(typical(), "pool", [NONE])
    >>> bool(found.on["tone"][0, 0] < 0.1 < 1 < found.arms["none"]["tone"].max())
    True
    """
    patients = _Patients(cohort, cohort.under(hypothesis))
    wanted = tuple(arms)
    treated = {k: patients.treated(k) for k in {USUAL, *(a.infusions for a in wanted)} if k}
    before = patients.solve(Protocol(), [0.0], 0.0)
    after = {a.id: patients.after(a, treated[a.infusions] if a.infusions else None) for a in wanted}
    return Run(
        hypothesis,
        {k: cohort.by_truth(v) for k, v in patients.parameters.items()},
        {o: cohort.by_truth(before[o][:, 0]) for o in OUTPUTS},
        {o: cohort.by_truth(treated[USUAL][o].mean(axis=1)) for o in OUTPUTS},
        {k: {o: cohort.by_truth(s[o]) for o in OUTPUTS} for k, s in after.items()},
    )


@dataclass(frozen=True, eq=False)
class _Patients:
    """A cohort with the parameters of one hypothesis."""

    cohort: Cohort
    parameters: Mapping[str, Array]

    def solve(
        self,
        given: Protocol,
        days: ArrayLike,
        since_start: float,
        start: Solution | None = None,
    ) -> Solution:
        """Solve a stretch, with the activity of patients who started the drug so long ago.

        Drift between years is left out: it does not change the mean of a group.
        """
        now = activity_after(since_start, self.parameters, {"activity_drift": 0.0}, np.zeros(1))
        return solve(
            self.cohort.model,
            given,
            days,
            OUTPUTS,
            parameters={**self.parameters, "activity_now": now},
            inputs=self.cohort.inputs,
            initial=None if start is None else start.final,
            t0=0.0,
            method="tsit5",
            rtol=1e-5,
        ).raise_failures()

    def treated(self, n: int, start: Solution | None = None, since_start: float = 0.0) -> Solution:
        """Return the last cycle of a course, up to just before its last dose."""
        given = Protocol.every(EVERY, n=n)
        return self.solve(given, given.last_dose + LAST_CYCLE, since_start, start)

    def after(self, arm: Arm, course: Solution | None) -> Solution:
        """Return the two years after an arm's last dose."""
        since = EVERY * max(arm.infusions - 1, 0)
        if arm.again:
            pause = self.solve(Arm("pause", "").protocol, [GAP], since, course)
            since += GAP
            course = self.treated(arm.again, pause, since)
            since += EVERY * (arm.again - 1)
        return self.solve(arm.protocol, DAYS, since, course)
