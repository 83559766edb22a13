"""AFFIRM: two years on the drug or on placebo, with two annual scans."""

from __future__ import annotations

import numpy as np

from diapedesis.observe import Lesions
from diapedesis.population.ms_cohort import YEAR, Flags, Index, Patients
from diapedesis.population.ms_stopped import TWO_YEARS, Expected, run, seen_from
from diapedesis.simulate import Antibodies, Protocol
from diapedesis.validation.ms_estimate import Estimate, hazard_ratio, mean, ratio, share
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.studies import Array, Found

TREATED, PLACEBO, POSITIVE = 627, 315, 37
PERSISTENT, TRANSIENT = 0.06, 0.03
"""Shares with antibodies (claim R021)."""
ONSET, END = 30.0, 150.0
"""Assumption: antibodies from day 30; transient ones until day 150, effect full by month 6."""
SCANS = (YEAR, 2 * YEAR)
ENTRY = "One relapse or more in the year before the first infusion."


def affirm(trials: Trials) -> dict[str, Found]:
    """Simulate both arms with the same patients."""
    who = trials.starting.before.relapses_1y >= 1
    drug, e = _drug(trials), trials.estimate("affirm")
    return {
        **_scans(e, drug, trials.placebo, who),
        **_relapses(e, drug, trials.placebo, who),
        **_loss(trials, e, who),
    }


def _scans(e: Estimate, drug: Lesions, placebo: Lesions, who: Flags) -> dict[str, Found]:
    rows: dict[str, Found] = {}
    for arm, size, seen in (("untreated", PLACEBO, placebo), ("on", TREATED, drug)):
        gd = seen.enhancing(SCANS)
        ada = " 6 % have persistent and 3 % transient antibodies." if arm == "on" else ""
        rows[f"ms.gd_{arm}"] = e.found(
            mean(gd.mean(axis=1)),
            who,
            [size],
            f"{ENTRY}{ada} Mean of two annual scans.",
            {"second scan only": e.centre(mean(gd[:, 1]), who)},
        )
        rows["ms.gdfree_" + ("placebo" if arm == "untreated" else arm)] = e.found(
            share(gd[:, 1] == 0),
            who,
            [size],
            f"{ENTRY}{ada} The scan after two years.",
            {"both scans without lesions": e.centre(share((gd == 0).all(axis=1)), who)},
        )
    first, second = placebo.new_t2(0.0, SCANS[0]), placebo.new_t2(*SCANS)
    found = e.found(
        mean(first + second),
        who,
        [PLACEBO],
        f"{ENTRY} New on the scan of year 1 or 2 against the scan before.",
        {"two scans, two years apart": e.centre(mean(placebo.new_t2(0.0, SCANS[1])), who)},
    )
    return rows | {"ms.t2_2y": found}


def _relapses(e: Estimate, drug: Lesions, placebo: Lesions, who: Flags) -> dict[str, Found]:
    early = [seen.relapses(0.0, 42.0) > 0 for seen in (drug, placebo)]
    return {
        "ms.arr_untreated": e.found(
            mean(placebo.relapses(0.0, YEAR)), who, [PLACEBO], f"{ENTRY} Year 1."
        ),
        "ms.arr_on": e.found(mean(drug.relapses(0.0, YEAR)), who, [TREATED], f"{ENTRY} Year 1."),
        "ms.relapsed_d42": e.found(
            hazard_ratio(*early),
            who,
            [TREATED, PLACEBO],
            f"{ENTRY} Ratio of cumulative hazards at day 42.",
            {
                "drug, %": e.centre(share(early[0]), who),
                "placebo, %": e.centre(share(early[1]), who),
            },
        ),
    }


def _loss(trials: Trials, e: Estimate, who: Flags) -> dict[str, Found]:
    """Lesions with persistent antibodies, in half of the patients, over those of placebo."""
    p = trials.starting
    half = places(trials, 0.0, 0.5)
    seen = seen_from(p.some(half), _treated(p.some(half), Antibodies(ONSET)))
    gd = np.full(who.size, np.nan)
    gd[half] = seen.enhancing(SCANS).mean(axis=1)
    off = trials.placebo.enhancing(SCANS).mean(axis=1)
    note = f"{ENTRY} Persistent antibodies against placebo; mean of two annual scans."
    found = e.found(ratio(gd, off), who & np.isfinite(gd), [POSITIVE, PLACEBO], note)
    return {"ms.ada_loss": found}


def _drug(trials: Trials) -> Lesions:
    """Sample the arm on the drug, in which some have antibodies."""
    p = trials.starting
    course = _treated(p)
    for low, high, given in (
        (0.0, PERSISTENT, Antibodies(ONSET)),
        (PERSISTENT, PERSISTENT + TRANSIENT, Antibodies(ONSET, end=END)),
    ):
        at = places(trials, low, high)
        if at.size:
            part = _treated(p.some(at), given)
            for k, whole in course.values.items():
                whole[at] = part[k]
    return seen_from(p, course)


def _treated(p: Patients, *antibodies: Antibodies) -> Expected:
    given = Protocol(doses=Protocol.every(28, n=27).doses, antibodies=antibodies)
    return run(p, given, TWO_YEARS, t0=0.0)


def places(trials: Trials, low: float, high: float) -> Index:
    """Return the places of a share of each truth's patients, from one share to another."""
    at = np.arange(round(low * trials.n), round(high * trials.n))
    return np.asarray((np.arange(trials.m)[:, None] * trials.n + at).ravel())


def placebo_level(trials: Trials) -> tuple[Array, Array]:
    """Return lesions on a scan and relapses in year 1 of the placebo arm, for each truth."""
    who, e = trials.starting.before.relapses_1y >= 1, trials.estimate("placebo")
    gd = trials.placebo.enhancing(SCANS).mean(axis=1)
    return e.centre(mean(gd), who), e.centre(mean(trials.placebo.relapses(0.0, YEAR)), who)
