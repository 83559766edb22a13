"""RESTORE: 24 weeks without natalizumab, on placebo or another drug, a scan every four weeks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from diapedesis.population.ms_cohort import YEAR, Flags
from diapedesis.population.ms_stopped import RATES, WEEK, Stopped
from diapedesis.simulate import Course, Steroid
from diapedesis.simulate.treatments import Treatment
from diapedesis.validation.ms_estimate import Statistic, pooled, ratio, share
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.studies import Array, Found

ARMS = {"placebo": 41, "interferon": 14, "glatiramer": 15, "methylprednisolone": 52}
SCANNED = 107
"""Patients of all arms with scans (claim R029)."""
SCANS = np.arange(0.0, 25.0, 4.0) * WEEK
START = SCANS[1]
"""Assumption: another drug begins when the next infusion would have been due."""
GIVEN: dict[str, tuple[Treatment, ...]] = {
    "placebo": (),
    "interferon": (Course("interferon_beta", START),),
    "glatiramer": (Course("glatiramer", START),),
    "methylprednisolone": tuple(Steroid(float(day), grams=1.0) for day in SCANS[1:-1]),
}
ENTRY = "24 infusions; weeks count from the last. No relapse in the last year on the drug."
ENDS = "A patient whose MRI recurs restarts the drug and is not counted after."


class Arm:
    """What the scans and visits of an arm see.

    Attributes
    ----------
    gd : ndarray of int, shape (m * n, 6)
        Enhancing lesions on the scans of weeks 4 to 24.
    recurred : ndarray, shape (m * n,)
        Day of the scan with two new lesions or a large one, or inf.
    """

    def __init__(self, stopped: Stopped, treatments: tuple[Treatment, ...]) -> None:
        course = stopped.arm(*treatments, keep=(*RATES, "steroid_barrier"))
        self.seen = stopped.lesions(course)
        at = np.searchsorted(course.days, SCANS)
        visible = 1 - course["steroid_barrier"][:, at]
        self.gd = self.seen.enhancing(SCANS, visible)[:, 1:]
        new = self.seen.new_enhancing(SCANS, visible)[:, 1:]
        found = (new >= 2) | self.seen.any_large_new(SCANS, visible)[:, 1:]
        self.recurred = np.where(found.any(axis=1), SCANS[1:][found.argmax(axis=1)], np.inf)

    def mri(self, week: float) -> Flags:
        """Return whose MRI recurred by a week."""
        return np.asarray(self.recurred <= week * WEEK)

    def more_than(self, lesions: int) -> Flags:
        """Return who had more lesions than that on a scan, until the MRI recurred."""
        counted = SCANS[1:] <= self.recurred[:, None]
        return np.asarray(((self.gd > lesions) & counted).any(axis=1))

    def relapsed(self) -> Flags:
        """Return who relapsed by week 24, until the MRI recurred."""
        return self.seen.relapses(0.0, np.minimum(self.recurred, SCANS[-1])) > 0


def restore(trials: Trials) -> dict[str, Found]:
    """Simulate four arms with the same patients."""
    stopped, e = trials.stopped, trials.estimate("restore")
    who = stopped.seen.relapses(-YEAR, 0.0) == 0
    arms = {name: Arm(stopped, given) for name, given in GIVEN.items()}
    placebo, mp = arms["placebo"], arms["methylprednisolone"]
    sizes = list(ARMS.values())
    scanned = [round(n * SCANNED / sum(sizes)) for n in sizes]

    def all_arms(event: Callable[[Arm], Flags]) -> Statistic:
        return pooled([event(a) for a in arms.values()], sizes)

    def of(name: str, event: Flags) -> dict[str, Array]:
        return {name: e.centre(share(event), who)}

    stop = f"{ENTRY} Four arms in the shares of the trial."
    any_scan = all_arms(lambda a: np.asarray((a.gd > 5).any(axis=1)))
    all_relapses = all_arms(lambda a: a.seen.relapses(0.0, SCANS[-1]) > 0)
    return {
        "restore.mri_wk12": e.found(all_arms(lambda a: a.mri(12)), who, sizes, stop),
        "restore.mri_wk24": e.found(
            all_arms(lambda a: a.mri(24)),
            who,
            sizes,
            stop,
            {f"{name}, %": e.centre(share(a.mri(24)), who) for name, a in arms.items()},
        ),
        "restore.mri_wk24_placebo": e.found(share(placebo.mri(24)), who, [41], ENTRY),
        "restore.anygd_wk24": e.found(
            share(placebo.more_than(0)), who, [41], f"{ENTRY} Scans of weeks 4 to 24. {ENDS}"
        ),
        "restore.gt5": e.found(
            all_arms(lambda a: a.more_than(5)),
            who,
            scanned,
            f"{stop} {ENDS}",
            {
                "all six scans, restarted or not": e.centre(any_scan, who, len(sizes)),
                **of("placebo", placebo.more_than(5)),
                **of("the last scan before the drug", stopped.patients.before.gd > 5),
            },
        ),
        "restore.relapse_wk24": e.found(
            all_arms(lambda a: a.relapsed()),
            who,
            sizes,
            f"{stop} {ENDS}",
            {
                "restarted or not": e.centre(all_relapses, who, len(sizes)),
                **of("placebo", placebo.relapsed()),
            },
        ),
        "restore.mp": e.found(
            ratio(mp.mri(24), placebo.mri(24)),
            who,
            [52, 41],
            f"{ENTRY} 1 g at weeks 4 to 20, after the scan of the day.",
        ),
    }
