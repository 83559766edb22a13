"""Rebound on fingolimod: EDSS at its worst, and what is left of it."""

from __future__ import annotations

import numpy as np

from diapedesis.population.ms_stopped import MONTH, RATES, WEEK, Expected
from diapedesis.simulate import Course
from diapedesis.validation.ms_estimate import mean
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.realised import edss_rise
from diapedesis.validation.studies import Array, Found
from diapedesis.validation.studies_stop import AFTER_RELAPSE

FINGOLIMOD = 3.5 * MONTH
"""Start of fingolimod after the last infusion (claim R045: 3 to 4 months)."""
ONSET = (1.5 * MONTH, 6.0 * MONTH)
"""Relapses within about an SD of the published onset, 3.5 months (SD 2.08)."""
LESIONS = (10, 60)
"""Published: 24 enhancing lesions on average, SD 19."""
LEFT = 6 * MONTH
"""Assumption: what is left is read six months after the steroid."""
DAYS = np.arange(0.0, 54.0) * WEEK


def edss_rebound(trials: Trials) -> dict[str, Found]:
    """EDSS of patients who relapse with many lesions, and get 1 g on five days."""
    stopped, e = trials.stopped, trials.estimate("edss")
    arm = stopped.arm(Course("fingolimod", FINGOLIMOD), keep=(*RATES, "tone"))
    seen = stopped.lesions(arm)
    relapse = seen.first_relapse(*ONSET)
    felt = np.isfinite(relapse)
    scan = np.where(felt, relapse + AFTER_RELAPSE, 0.0)
    gd = seen.enhancing(scan[:, None])[:, 0]
    who = felt & (gd >= LESIONS[0]) & (gd <= LESIONS[1])
    at = np.flatnonzero(who)
    rise = np.full((who.size, DAYS.size), np.nan)
    if at.size:
        lesions, tone = seen.enhancing(DAYS)[at], _weekly(arm, "tone")[at]
        rise[at] = edss_rise(stopped.patients.some(at), DAYS, lesions, tone, scan[at])
    near = np.abs(DAYS - scan[:, None]) <= 2 * MONTH
    nadir = np.where(near, rise, -np.inf).max(axis=1)
    end = np.searchsorted(DAYS, np.minimum(scan + LEFT, DAYS[-1]))
    left = rise[np.arange(who.size), end]
    note = (
        "24 infusions, fingolimod 3.5 months after the last; relapse in months 1.5 to 6 with 10 to"
        " 60 enhancing lesions a week later; 1 g on five days from then. EDSS above that of the"
        " last infusion; {}."
    )
    return {
        "ms.edss_rebound": e.found(
            mean(nadir),
            who,
            [4],
            note.format("highest within two months of the scan"),
            {"enhancing lesions": e.centre(mean(gd), who)},
        ),
        "ms.edss_rebound_left": e.found(
            mean(left), who, [4], note.format("six months after the steroid")
        ),
    }


def _weekly(course: Expected, output: str) -> Array:
    """Return an output on the weeks; courses are kept twice a week."""
    return course[output][:, np.searchsorted(course.days, DAYS)]
