"""After the last infusion: relapses and lesions in trials, registries and clinics."""

from __future__ import annotations

import numpy as np

from diapedesis.observe import Lesions
from diapedesis.population.ms_cohort import YEAR, Before, Flags
from diapedesis.population.ms_stopped import MONTH, STOP
from diapedesis.validation.ms_estimate import Estimate, mean, ratio, share
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.studies import Array, Found
from diapedesis.validation.studies_affirm import placebo_level

SOME = "24 infusions; days count from the last."
LATER = 28.0
"""When a month after the last infusion is taken as the stop."""


def oconnor(trials: Trials) -> dict[str, Found]:
    """Group means after stopping: when they peak, and how high."""
    stopped = trials.stopped
    who = stopped.patients.before.relapses_1y >= 1
    days, natural = stopped.natural.days, stopped.natural
    activity = stopped.patients.activity(days + STOP)
    other = natural["relapse_background"]
    relapses = (natural["relapse_rate"] - other) * activity + other
    gd_placebo, arr_placebo = placebo_level(trials)
    members = trials.estimate("oconnor").members(who)
    month, gd = _peak(days, [(natural["gd"] * activity)[at].mean(axis=0) for at in members])
    relapse_month, arr = _peak(days, [YEAR * relapses[at].mean(axis=0) for at in members])
    note = f"{SOME} One relapse or more in the year before the drug. Expected group mean of {{}}."
    return {
        "ms.peak_month": Found(
            month, note.format("enhancing lesions"), {"relapses": relapse_month}
        ),
        "ms.peak_vs_placebo": Found(
            gd / gd_placebo,
            note.format("enhancing lesions at its highest, over placebo in AFFIRM"),
            {"relapses": arr / arr_placebo},
        ),
    }


def _peak(days: Array, curves: list[Array]) -> tuple[Array, Array]:
    """Return month and height of the highest point of each curve within a year, after week 2."""
    kept = (days > 14) & (days <= 12 * MONTH)
    within = np.array([curve[kept] for curve in curves])
    return days[kept][within.argmax(axis=1)] / MONTH, within.max(axis=1)


ENTRIES: dict[str, tuple[str, float]] = {
    "two relapses or more in two years before, rate of both": ("relapses_2y", 2.0),
    "one relapse or more in the year before, its rate": ("relapses_1y", 1.0),
}


def _past(before: Before, entry: str) -> tuple[Flags, Array]:
    """Return who enters by a rule, and the rate [1/year] before the drug."""
    name, years = ENTRIES[entry]
    relapses = getattr(before, name)
    return relapses >= years, relapses / years


def sorensen(trials: Trials) -> dict[str, Found]:
    """Relapse rates after stopping against those before the drug, in a registry."""
    stopped, e = trials.stopped, trials.estimate("sorensen")
    before, seen = stopped.patients.before, stopped.seen
    first, other = ENTRIES
    who, pre = _past(before, first)
    follow = MONTH * (3 + 9 * trials.rng("follow-up").random(who.size))
    post = seen.relapses(0.0, follow) / (follow / YEAR)
    recent, pre_recent = _past(before, other)
    note = f"{SOME} Entry: {first}. {{}}"
    return {
        "ms.arr_1_6": _rates(e, seen, before, (0, 6), note),
        "ms.arr_7_12": _rates(e, seen, before, (6, 12), note),
        "ms.rebound_share": e.found(
            share(post > pre),
            who,
            [375],
            note.format("Follow-up spread evenly over 3 to 12 months."),
            {other: e.centre(share(post > pre_recent), recent)},
        ),
    }


def _rates(e: Estimate, seen: Lesions, before: Before, months: tuple[int, int], note: str) -> Found:
    def rate(start: float) -> Array:
        first, last = (start + m * MONTH for m in months)
        return np.asarray(seen.relapses(first, last) * YEAR / (last - first))

    first, other = ENTRIES
    (who, pre), (recent, pre_recent) = _past(before, first), _past(before, other)
    return e.found(
        ratio(rate(0.0), pre),
        who,
        [375],
        note.format(f"Months {months[0] + 1} to {months[1]}."),
        {
            other: e.centre(ratio(rate(0.0), pre_recent), recent),
            "months from 28 days after the last infusion": e.centre(ratio(rate(LATER), pre), who),
            "rate before the drug, 1/year": e.centre(mean(pre), who),
            "rate after it, 1/year": e.centre(mean(rate(0.0)), who),
        },
    )


def west(trials: Trials) -> dict[str, Found]:
    """Relapse within six months of stopping."""
    seen, who, e = trials.stopped.seen, trials.everyone, trials.estimate("west")
    later = seen.relapses(LATER, LATER + 6 * MONTH) > 0
    return {
        "ms.relapse_6mo": e.found(
            share(seen.relapses(0.0, 6 * MONTH) > 0),
            who,
            [68],
            f"{SOME} Six months.",
            {"from 28 days after the last infusion": e.centre(share(later), who)},
        )
    }


AFTER_RELAPSE = 7.0
"""Assumption: a scan is made a week after a relapse."""


def gueguen(trials: Trials) -> dict[str, Found]:
    """Lesions after stopping: of those who relapse within a year, and of the others."""
    stopped, e = trials.stopped, trials.estimate("gueguen")
    before, seen = stopped.patients.before, stopped.seen
    who = (before.relapses_1y >= 1) & (before.relapses_2y >= 2)
    relapse = seen.first_relapse(0.0, 12 * MONTH)
    felt = np.isfinite(relapse)
    scan = np.where(felt, relapse + AFTER_RELAPSE, 6 * MONTH)
    gd = seen.enhancing(scan[:, None])[:, 0]
    months = seen.enhancing(np.arange(3, 10) * MONTH)
    at = trials.rng("scans").integers(0, months.shape[1], gd.size)
    drawn = months[np.arange(gd.size), at]
    note = f"{SOME} Entry: a relapse in the year before the drug, two in two years. Scan {{}}."
    rows = {}
    for id, group, size, when in (
        ("ms.gueguen_relapsers", who & felt, 18, "a week after the first relapse in a year"),
        ("ms.gueguen_quiet", who & ~felt, 14, "at month 6"),
    ):
        rows[id] = e.found(
            mean(gd),
            group,
            [size],
            note.format(when),
            {
                "scan in a random month, 3 to 9": e.centre(mean(drawn), group),
                "most lesions on scans of months 3 to 9": e.centre(mean(months.max(axis=1)), group),
                "lesions on the last scan before the drug": e.centre(mean(before.gd), group),
                "relapse within a year, %": e.centre(share(felt), who),
            },
        )
    return rows
