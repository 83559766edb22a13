"""Steroid and depleting drugs in patients who never had natalizumab."""

from __future__ import annotations

import numpy as np

from diapedesis.simulate.schedule import Pulse, Schedule
from diapedesis.validation.ms_cohort import Patients
from diapedesis.validation.ms_estimate import ratio
from diapedesis.validation.ms_trials import RATES, WEEK, Trials, run, settled
from diapedesis.validation.studies import Array, Found

HOUR = 1 / 24


def ivmp(trials: Trials) -> dict[str, Found]:
    """Enhancing lesions that three days of 1 g hide."""
    p, e = trials.starting, trials.estimate("ivmp")
    given = Schedule(tuple(Pulse("steroid_rate", d, d + HOUR, 24.0) for d in (0.0, 1.0, 2.0)))
    days = np.array([0.0, 0.5, 1.5, 2.5, 5.0, 7.0, 10.0])
    hidden = run(p, given, days, ("steroid_barrier",), t0=0.0)["steroid_barrier"]
    return {
        "ms.ivmp": e.found(
            lambda at: 100 * hidden[at, 3].mean(axis=-1), np.ones(hidden.shape[0], bool), [30],
            "Share of lesions hidden half a day after the third gram.",
            {
                "a day after the first": e.centre(
                    lambda at: 100 * hidden[at, 1].mean(axis=-1), np.ones(hidden.shape[0], bool)
                ),
                "day 7": e.centre(
                    lambda at: 100 * hidden[at, 5].mean(axis=-1), np.ones(hidden.shape[0], bool)
                ),
            },
        )
    }  # fmt: skip


def depletion(trials: Trials) -> dict[str, Found]:
    """Enhancing lesions after anti-CD20, and after anti-CD4, against none."""
    p, e = trials.starting, trials.estimate("depletion")
    who = p.before.relapses_1y >= 1
    scans = np.array([12.0, 16.0, 20.0, 24.0]) * WEEK
    none = _gd(p, None, scans)
    b = _gd(p, Pulse("anti_cd20_rate", 0.0, HOUR, 24.0), scans)
    months = np.arange(1, 10) * 30.0
    plain, cd4 = _gd(p, None, months), _gd(p, Pulse("anti_cd4_rate", 0.0, HOUR, 24.0), months)
    less = ratio(b, none)
    return {
        "ms.anti_cd20": e.found(
            lambda *at: 100 * (1 - less(*at)), who, [69, 35],
            "At least one relapse in the year before; one course; scans of weeks 12 to 24.",
        ),
        "ms.anti_cd4": e.found(
            ratio(cd4, plain), who, [35, 36],
            "One course; mean Gd of monthly scans over 9 months against none.",
        ),
    }  # fmt: skip


def _gd(p: Patients, given: Pulse | None, scans: Array) -> Array:
    """Return mean enhancing lesions over scans, with a drug from day 0 or none."""
    days = np.arange(0.0, 287.0, 7.0)
    whole = np.append(np.linspace(settled(p), 0.0, 3)[:-1], days)
    births, other = p.untreated(whole)
    other = np.broadcast_to(other, births.shape).copy()
    if given is not None:
        found = run(p, Schedule((given,)), days, RATES, t0=0.0)
        births = births.copy()
        births[:, 2:] = found[RATES[0]] * p.activity(days)
        other[:, 2:] = found[RATES[1]]
    return p.sample(whole, births, other).enhancing(scans).mean(axis=1)
