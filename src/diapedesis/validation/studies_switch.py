"""Another drug after natalizumab: fingolimod, anti-CD20, dimethyl fumarate."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from diapedesis.observe import Lesions
from diapedesis.population.ms_cohort import YEAR, Counts
from diapedesis.population.ms_stopped import WEEK
from diapedesis.simulate import Course, Depletion
from diapedesis.validation.ms_estimate import hazard_ratio, mean, share
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.studies import Found

TOFINGO = {8: 50, 12: 42, 16: 50}
"""Weeks of washout, and patients."""
SOME = "24 infusions; weeks count from the last."


def tofingo(trials: Trials) -> dict[str, Found]:
    """New T2 lesions from the last infusion to the end of washout, and to week 8 of fingolimod."""
    stopped, e, who = trials.stopped, trials.estimate("tofingo"), trials.everyone
    rows = {
        f"tofingo.t2_wk{w}": e.found(
            mean(_new_t2(stopped.seen, w)),
            who,
            [n],
            f"{SOME} New on a scan at week {w} against one at the last infusion.",
            {
                "a scan every four weeks": e.centre(
                    mean(_new_t2(stopped.seen, *range(4, w + 1, 4))), who
                )
            },
        )
        for w, n in TOFINGO.items()
    }
    for w in (8, 16):
        seen = stopped.lesions(stopped.arm(Course("fingolimod", w * WEEK)))
        free = seen.relapses(0.0, 24 * WEEK) == 0
        rows[f"tofingo.fty_wk{w}"] = e.found(
            mean(_new_t2(seen, w, w + 8)),
            who,
            [TOFINGO[w]],
            f"{SOME} Fingolimod from week {w}; new on a scan then, or on one eight weeks later.",
            {
                "a scan every four weeks": e.centre(mean(_new_t2(seen, *range(4, w + 9, 4))), who),
                "free of relapse over 24 weeks, %": e.centre(share(free), who),
            },
        )
    return rows


def _new_t2(seen: Lesions, *weeks: int) -> Counts:
    """Return T2 lesions new on scans, the first against one at the last infusion."""
    days = [0.0, *(w * WEEK for w in weeks)]
    return np.sum([seen.new_t2(a, b) for a, b in pairwise(days)], axis=0)


def bigaut(trials: Trials) -> dict[str, Found]:
    """First relapse in a year: fingolimod against anti-CD20, both from week 6."""
    stopped, e, who = trials.stopped, trials.estimate("bigaut"), trials.everyone
    start = 6 * WEEK
    arms = (Course("fingolimod", start), Depletion("anti_cd20", start))
    seen = [stopped.lesions(stopped.arm(drug)) for drug in arms]
    end = start + YEAR
    event = [s.relapses(start, end) > 0 for s in seen]
    whole = [s.relapses(0.0, end) > 0 for s in seen]
    return {
        "switch.fty_vs_ocr": e.found(
            hazard_ratio(*event),
            who,
            [54, 48],
            f"{SOME} Both from week 6; relapse in the year from then.",
            {
                "fingolimod, %": e.centre(share(event[0]), who),
                "anti-CD20, %": e.centre(share(event[1]), who),
                "relapses of the gap too": e.centre(hazard_ratio(*whole), who, 2),
            },
        )
    }


def zurawski(trials: Trials) -> dict[str, Found]:
    """Relapse on dimethyl fumarate, after a gap of 50 days."""
    stopped, e, who = trials.stopped, trials.estimate("zurawski"), trials.everyone
    start, end = 50.0, 50.0 + YEAR
    seen = stopped.lesions(stopped.arm(Course("dimethyl_fumarate", start)))
    return {
        "switch.dmf": e.found(
            share(seen.relapses(start, end) > 0),
            who,
            [30],
            f"{SOME} The drug from day 50; relapse in the year from then (follow-up not known).",
            {"from the last infusion on": e.centre(share(seen.relapses(0.0, end) > 0), who)},
        )
    }
