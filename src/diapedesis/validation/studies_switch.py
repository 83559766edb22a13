"""Another drug after natalizumab: fingolimod, anti-CD20, dimethyl fumarate."""

from __future__ import annotations

import numpy as np

from diapedesis.simulate.schedule import Pulse
from diapedesis.validation.ms_cohort import YEAR
from diapedesis.validation.ms_estimate import hazard_ratio, mean, share
from diapedesis.validation.ms_trials import WEEK, Trials
from diapedesis.validation.studies import Array, Found

TOFINGO = {8: 50, 12: 42, 16: 50}


def fingolimod(weeks: float) -> Pulse:
    """Fingolimod from a week after the last infusion on."""
    return Pulse("fingolimod", weeks * WEEK, 1000.0, 1.0)


def tofingo(trials: Trials) -> dict[str, Found]:
    """New T2 lesions from the last infusion to the end of washout, and to week 8 of fingolimod."""
    stopped = trials.stopped
    e, who = trials.estimate("tofingo"), np.ones(trials.m * trials.patients, bool)
    count = lambda seen, weeks: seen.new_t2(0.0, weeks * WEEK).astype(float)  # noqa: E731
    note = "24 infusions; new T2 lesions born from the last infusion on{}."
    rows = {
        f"tofingo.t2_wk{w}": e.found(mean(count(stopped.seen, w)), who, [n], note.format(""))
        for w, n in TOFINGO.items()
    }
    for w in (8, 16):
        seen = stopped.lesions(stopped.arm(fingolimod(w)))
        rows[f"tofingo.fty_wk{w}"] = e.found(
            mean(count(seen, w + 8)), who, [TOFINGO[w]],
            note.format(f"; fingolimod from week {w} to {w + 8}"),
            {
                "relapse-free over 24 weeks, %": e.centre(
                    share(seen.relapses(0.0, 24 * WEEK) == 0), who
                ),
            },
        )  # fmt: skip
    return rows


def bigaut(trials: Trials) -> dict[str, Found]:
    """First relapse in a year: fingolimod against anti-CD20, both from week 6."""
    stopped = trials.stopped
    e, who = trials.estimate("bigaut"), np.ones(trials.m * trials.patients, bool)
    start = 6 * WEEK
    day = Pulse("anti_cd20_rate", start, start + 1 / 24, 24.0)
    seen = [stopped.lesions(stopped.arm(g)) for g in (fingolimod(6), day)]
    event = [x.relapses(start, min(start + YEAR, 390.0)) > 0 for x in seen]
    gap: list[Array] = [x.relapses(0.0, start + 12 * 28) > 0 for x in seen]
    return {
        "switch.fty_vs_ocr": e.found(
            hazard_ratio(*event), who, [54, 48],
            "24 infusions; the year from the start of the new drug at week 6.",
            {
                "fingolimod, %": e.centre(share(event[0]), who),
                "anti-CD20, %": e.centre(share(event[1]), who),
                "gap counted too": e.centre(hazard_ratio(*gap), who, 2),
            },
        )
    }  # fmt: skip


def zurawski(trials: Trials) -> dict[str, Found]:
    """Relapse on dimethyl fumarate, from a mean gap of 50 days."""
    stopped = trials.stopped
    e, who = trials.estimate("zurawski"), np.ones(trials.m * trials.patients, bool)
    seen = stopped.lesions(stopped.arm(Pulse("dimethyl_fumarate", 50.0, 1000.0, 1.0)))
    return {
        "switch.dmf": e.found(
            share(seen.relapses(50.0, 390.0) > 0), who, [30],
            "24 infusions; relapse on the new drug until day 390 after the last infusion.",
            {"from the last infusion on": e.centre(share(seen.relapses(0.0, 390.0) > 0), who)},
        )
    }  # fmt: skip
