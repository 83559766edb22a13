"""RESTORE: 24 weeks without natalizumab, on placebo or another drug, a scan every four weeks."""

from __future__ import annotations

import numpy as np

from diapedesis.observe import Lesions
from diapedesis.simulate.schedule import Pulse
from diapedesis.validation.ms_cohort import YEAR
from diapedesis.validation.ms_estimate import share
from diapedesis.validation.ms_trials import WEEK, Course, Stopped, Trials
from diapedesis.validation.studies import Array, Found

ARMS = {"placebo": 41, "interferon": 14, "glatiramer": 15, "methylprednisolone": 52}
SCANS = np.arange(0.0, 25.0, 4.0) * WEEK
VISITS = SCANS[1:-1]
"""Monthly visits after the last infusion; steroid is given after the scan of the day."""


def restore(trials: Trials) -> dict[str, Found]:
    """Simulate four arms with the same patients."""
    stopped = trials.stopped
    p, e = stopped.patients, trials.estimate("restore")
    who = stopped.seen.relapses(-YEAR, 0.0) == 0
    seen = {arm: _Arm.of(stopped, pulses) for arm, pulses in _given().items()}
    pooled = lambda pick: _pooled({k: pick(v) for k, v in seen.items()})  # noqa: E731
    placebo, mp = seen["placebo"], seen["methylprednisolone"]
    sizes = list(ARMS.values())
    note = "24 infusions, no relapse in the last year on the drug; {}."
    stop = "four arms in the shares of the trial; weeks from the last infusion"
    ends = "; a patient whose MRI recurs restarts and is not counted after"
    return {
        "restore.mri_wk12": e.found(
            pooled(lambda a: a.recurred(12)), who, sizes, note.format(stop)
        ),
        "restore.mri_wk24": e.found(
            pooled(lambda a: a.recurred(24)), who, sizes, note.format(stop),
            {k: e.centre(share(v.recurred(24)), who) for k, v in seen.items()},
        ),
        "restore.mri_wk24_placebo": e.found(
            share(placebo.recurred(24)), who, [41], note.format("placebo")
        ),
        "restore.anygd_wk24": e.found(
            share(placebo.gd(0)), who, [41], note.format("placebo, scans of weeks 4 to 24" + ends)
        ),
        "restore.gt5": e.found(
            pooled(lambda a: a.gd(5)), who, [round(n * 107 / 122) for n in sizes],
            note.format(stop + ends),
            {
                "all six scans, restarted or not": e.centre(
                    pooled(lambda a: (a.scans[:, 1:] > 5).any(axis=1)), who, 4
                ),
                "placebo": e.centre(share(placebo.gd(5)), who),
                "one scan before the drug, %": e.centre(share(p.before.gd > 5), who),
            },
        ),
        "restore.relapse_wk24": e.found(
            pooled(lambda a: a.relapsed), who, sizes, note.format(stop + ends),
            {
                "restarted or not": e.centre(
                    pooled(lambda a: a.seen.relapses(0.0, 24 * WEEK) > 0), who, 4
                ),
                "placebo": e.centre(share(placebo.relapsed), who),
            },
        ),
        "restore.mp": e.found(
            lambda *at: mp.recurred(24)[at[0]].mean(axis=-1)
            / placebo.recurred(24)[at[-1]].mean(axis=-1),
            who, [52, 41], note.format("1 g at weeks 4 to 20, after the scan of the day"),
        ),
    }  # fmt: skip


def _given() -> dict[str, list[Pulse]]:
    hour = 1 / 24
    start, end = 4 * WEEK, 400.0
    return {
        "placebo": [],
        "interferon": [Pulse("interferon_beta", start, end, 1.0)],
        "glatiramer": [Pulse("glatiramer", start, end, 1.0)],
        "methylprednisolone": [
            Pulse("steroid_rate", day, day + hour, 1.0 / hour) for day in VISITS
        ],
    }


class _Arm:
    """What the scans and visits of an arm see."""

    def __init__(self, course: Course, seen: Lesions) -> None:
        self.seen = seen
        barrier = course.values["steroid_barrier"]
        at = np.searchsorted(course.days, SCANS)
        visible = 1 - barrier[:, at]
        self.scans = seen.enhancing(SCANS, visible)
        new = seen.new_enhancing(SCANS, visible)
        large = seen.any_large_new(SCANS, visible)
        rescue = (new >= 2) | large
        rescue[:, 0] = False
        self.first = np.where(rescue.any(axis=1), SCANS[rescue.argmax(axis=1)], np.inf)
        last = np.minimum(self.first, 24 * WEEK)
        self.relapsed = seen.relapses(0.0, last) > 0

    @classmethod
    def of(cls, stopped: Stopped, pulses: list[Pulse]) -> _Arm:
        """Solve and sample an arm."""
        course = stopped.arm(*pulses, extra=("steroid_barrier",))
        return cls(course, stopped.lesions(course))

    def recurred(self, week: float) -> Array:
        """Return whether MRI activity recurred by a week."""
        return self.first <= week * WEEK

    def gd(self, more_than: int) -> Array:
        """Return whether a scan until the recurrence showed more lesions than a number."""
        counted = (SCANS[None, :] <= self.first[:, None]) & (SCANS > 0)
        return ((self.scans > more_than) & counted).any(axis=1)


def _pooled(events: dict[str, Array]):  # type: ignore[no-untyped-def]
    """Return a statistic over four arms, weighed by their sizes."""
    sizes = np.array(list(ARMS.values()), float)

    def statistic(*at: Array) -> Array:
        means = [x[i].mean(axis=-1) for x, i in zip(events.values(), at, strict=True)]
        return 100 * np.tensordot(sizes / sizes.sum(), np.array(means), 1)

    return statistic
