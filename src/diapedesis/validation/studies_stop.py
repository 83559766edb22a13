"""After the last infusion: relapses and lesions of registries and clinics."""

from __future__ import annotations

import numpy as np

from diapedesis.validation.ms_cohort import YEAR
from diapedesis.validation.ms_estimate import mean, share
from diapedesis.validation.ms_trials import MONTH, STOP, Trials
from diapedesis.validation.studies import Array, Found
from diapedesis.validation.studies_affirm import placebo_gd, untreated

CURVE = np.arange(0.5, 12.01, 0.25) * MONTH


def oconnor(trials: Trials) -> dict[str, Found]:
    """Group means after stopping: when they peak, and how high."""
    stopped = trials.stopped
    p, e = stopped.patients, trials.estimate("oconnor")
    who = p.before.relapses_1y >= 1
    fold = p.activity(stopped.natural.days + STOP)
    gd = stopped.natural.values["gd"] * fold
    burst = stopped.natural.values["relapse_rate"] - stopped.natural.values["relapse_background"]
    rate = burst * fold + stopped.natural.values["relapse_background"]
    days = stopped.natural.days
    kept = (days > 14) & (days <= 12 * MONTH)
    peaks = {}
    for name, values in (("gd", gd), ("relapse", rate)):
        curve = np.array([values[at][:, kept].mean(axis=0) for at in e.members(who)])
        peaks[name] = (days[kept][curve.argmax(axis=1)] / MONTH, curve.max(axis=1))
    off = untreated(p)
    arr = e.centre(mean(off.relapses(0.0, YEAR).astype(float)), who)
    over = {"gd": peaks["gd"][1] / placebo_gd(trials), "relapse": peaks["relapse"][1] * YEAR / arr}
    note = "Expected group mean, one relapse or more in the year before, 24 infusions; {}."
    return {
        "ms.peak_month": Found(
            peaks["gd"][0], note.format("enhancing lesions, from the last infusion"),
            {"relapses": peaks["relapse"][0]},
        ),
        "ms.peak_vs_placebo": Found(
            over["gd"], note.format("highest mean Gd over that of placebo in AFFIRM"),
            {"relapses": over["relapse"]},
        ),
    }  # fmt: skip


def sorensen(trials: Trials) -> dict[str, Found]:
    """Relapse rates after stopping against those before the drug, in a registry."""
    stopped = trials.stopped
    p, e, seen = stopped.patients, trials.estimate("sorensen"), stopped.seen
    who = p.before.relapses_2y >= 2
    active = p.before.relapses_1y >= 1
    pre2, pre1 = p.before.relapses_2y / 2, p.before.relapses_1y.astype(float)
    half = [seen.relapses(a * MONTH, b * MONTH) * 2.0 for a, b in ((0, 6), (6, 12))]
    later = [seen.relapses(28 + a * MONTH, 28 + b * MONTH) * 2.0 for a, b in ((0, 6), (6, 12))]
    follow = (3 + 9 * stream_uniform(trials, p.m * p.n)) * MONTH
    post = seen.relapses(0.0, follow) / (follow / YEAR)
    over = lambda x, pre: lambda at: x[at].mean(axis=-1) / pre[at].mean(axis=-1)  # noqa: E731
    note = "Two relapses or more in two years before; rates of both years; 24 infusions; {}."
    rows = {}
    for id, x, y in (("ms.arr_1_6", half[0], later[0]), ("ms.arr_7_12", half[1], later[1])):
        rows[id] = e.found(
            over(x, pre2), who, [375], note.format("months from the last infusion"),
            {
                "months from 28 days later": e.centre(over(y, pre2), who),
                "one relapse or more in the year before, its rate": e.centre(over(x, pre1), active),
                "one relapse or more in the year before, rate of two years": e.centre(
                    over(x, pre2), active
                ),
                "rate before, 1/y": e.centre(mean(pre2), who),
                "rate after, 1/y": e.centre(mean(x), who),
            },
        )  # fmt: skip
    rows["ms.rebound_share"] = e.found(
        share(post > pre2), who, [375], note.format("follow-up evenly over 3 to 12 months"),
        {
            "against the year before": e.centre(share(post > pre1), active),
            "one relapse or more in the year before, rate of two years": e.centre(
                share(post > pre2), active
            ),
        },
    )  # fmt: skip
    return rows


def stream_uniform(trials: Trials, n: int) -> Array:
    """Return numbers between 0 and 1, for times of follow-up."""
    return trials.setting("follow-up").rng.random(n)


def west(trials: Trials) -> dict[str, Found]:
    """Relapse within six months of stopping."""
    stopped = trials.stopped
    event = stopped.seen.relapses(0.0, 6 * MONTH) > 0
    who = np.ones(event.size, bool)
    e = trials.estimate("west")
    later = stopped.seen.relapses(28.0, 28 + 6 * MONTH) > 0
    return {
        "ms.relapse_6mo": e.found(
            share(event), who, [68], "24 infusions; six months from the last infusion.",
            {"from 28 days later": e.centre(share(later), who)},
        )
    }  # fmt: skip


def gueguen(trials: Trials) -> dict[str, Found]:
    """Lesions after stopping of those who relapse within a year, and of the others."""
    stopped = trials.stopped
    p, seen, e = stopped.patients, stopped.seen, trials.estimate("gueguen")
    who = (p.before.relapses_1y >= 1) & (p.before.relapses_2y >= 2)
    first = seen.first_relapse(0.0, 12 * MONTH)
    felt = np.isfinite(first)
    nominal = seen.enhancing(np.array([6 * MONTH]))[:, 0].astype(float)
    day = np.where(felt, first, 6 * MONTH)
    at_relapse = seen.enhancing(np.minimum(day + 7, 380.0)[:, None])[:, 0].astype(float)
    months = np.arange(3, 10) * MONTH
    scans = seen.enhancing(months)
    some = trials.setting("gueguen scans").rng.integers(0, months.size, felt.size)
    random = np.take_along_axis(scans, some[:, None], 1)[:, 0].astype(float)
    most = scans.max(axis=1).astype(float)
    gd = p.before.gd.astype(float)
    note = "One relapse or more in the year before, two in two years; 24 infusions; {}."
    facts = lambda group: {  # noqa: E731
        "enhancing lesions before the drug": e.centre(mean(gd), group),
        "relapse within 12 months, %": e.centre(share(felt), who),
    }
    return {
        "ms.gueguen_relapsers": e.found(
            mean(at_relapse), who & felt, [18], note.format("scan a week after the first relapse"),
            {
                "a random month from 3 to 9": e.centre(mean(random), who & felt),
                "most of months 3 to 9": e.centre(mean(most), who & felt),
                **facts(who & felt),
            },
        ),
        "ms.gueguen_quiet": e.found(
            mean(nominal), who & ~felt, [14], note.format("scan at month 6"),
            {
                "a random month from 3 to 9": e.centre(mean(random), who & ~felt),
                "most of months 3 to 9": e.centre(mean(most), who & ~felt),
                **facts(who & ~felt),
            },
        ),
    }  # fmt: skip
