"""Steroid and depleting drugs in patients who have no natalizumab."""

from __future__ import annotations

import numpy as np

from diapedesis.observe import Lesions
from diapedesis.population.ms_stopped import WEEK, run, seen_from
from diapedesis.simulate import Depletion, Protocol, Steroid
from diapedesis.validation.ms_estimate import Statistic, ratio
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.studies import Found

ENTRY = "One relapse or more in the year before."
DAYS = np.arange(0.0, 287.0, WEEK)
MRI = np.array([12.0, 16.0, 20.0, 24.0]) * WEEK
MONTHLY = 30.0 * np.arange(1, 10)


def ivmp(trials: Trials) -> dict[str, Found]:
    """Enhancing lesions that three days of 1 g hide."""
    e = trials.estimate("ivmp")
    given = Protocol(treatments=tuple(Steroid(day, grams=1.0) for day in (0.0, 1.0, 2.0)))
    days = np.array([0.0, 0.5, 2.5, 7.0])
    course = run(trials.starting, given, days, ("steroid_barrier",), t0=0.0)
    gd = trials.placebo.enhancing([0.0])[:, 0]
    hidden = gd[:, None] * course["steroid_barrier"]

    def share(day: int) -> Statistic:
        of = ratio(hidden[:, day], gd)
        return lambda *at: 100 * np.asarray(of(*at))

    return {
        "ms.ivmp": e.found(
            share(2),
            gd > 0,
            [15],
            "Whoever has an enhancing lesion; expected share hidden half a day after the third"
            " gram; 15 patients (number not known).",
            {
                "half a day after the first gram": e.centre(share(1), gd > 0),
                "five days after the third": e.centre(share(3), gd > 0),
            },
        )
    }


def depletion(trials: Trials) -> dict[str, Found]:
    """Enhancing lesions after anti-CD20, and after anti-CD4, against none."""
    e, who = trials.estimate("depletion"), trials.starting.before.relapses_1y >= 1
    b, cd4 = _after(trials, Depletion("anti_cd20", 0.0)), _after(trials, Depletion("anti_cd4", 0.0))
    left = ratio(*(s.enhancing(MRI).mean(axis=1) for s in (b, trials.placebo)))
    changed = ratio(*(s.enhancing(MONTHLY).mean(axis=1) for s in (cd4, trials.placebo)))
    return {
        "ms.anti_cd20": e.found(
            lambda *at: 100 * (1 - np.asarray(left(*at))),
            who,
            [69, 35],
            f"{ENTRY} One course on day 0; scans of weeks 12, 16, 20 and 24.",
        ),
        "ms.anti_cd4": e.found(
            changed,
            who,
            [35, 36],
            f"{ENTRY} One course on day 0; monthly scans over 9 months, over those without it.",
        ),
    }


def _after(trials: Trials, drug: Depletion) -> Lesions:
    course = run(trials.starting, Protocol(treatments=(drug,)), DAYS, t0=0.0)
    return seen_from(trials.starting, course)
