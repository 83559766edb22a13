"""IRIS after natalizumab-PML: how often, when, how long, and what comes of it."""

from __future__ import annotations

import numpy as np

from diapedesis.observe.mri_signs import PATTERNS
from diapedesis.population.ms_cohort import Flags
from diapedesis.population.ms_stopped import MONTH
from diapedesis.population.virus_care import ENHANCES
from diapedesis.validation.cox import cox
from diapedesis.validation.iris_seen import LEVELLED, WORSE, IrisSeen
from diapedesis.validation.iris_trials import IrisTrials
from diapedesis.validation.ms_estimate import Index, Statistic, mean, share
from diapedesis.validation.studies import Array, Found

SAMPLED = 14.0
"""Assumption: CSF is taken two weeks after the last session."""
OTHER_SAMPLES = (7.0, 28.0, 56.0)
LANDI = 219
LANDI_PLEX = 184 / 219
DEFINITE = (
    f"An enhancing scan from the diagnosis on, and {WORSE:g} EDSS point more within 60 days of it."
)
SCANS = "Scans every four weeks, and one when the patient is worse; dates are those of scans."


def frequency(trials: IrisTrials) -> dict[str, Found]:
    """How many have IRIS, and how many enhance already at the diagnosis."""
    e, all_ = trials.estimate("frequency"), trials.everyone
    tan, stefoski, scarpazza = trials.tan, trials.stefoski, trials.scarpazza
    any_ = lambda s: np.isfinite(s.first)  # noqa: E731
    return {
        "iris.share": e.found(
            share(scarpazza.definite),
            all_,
            [40],
            f"Italian cohort, definite: {DEFINITE} {SCANS}",
            {
                "any enhancing scan, the same cohort": e.centre(share(any_(scarpazza)), all_),
                "any enhancing scan, nearly all exchanged": e.centre(share(any_(tan)), all_),
                "definite, nearly all exchanged": e.centre(share(tan.definite), all_),
                "definite, filgrastim series": e.centre(share(stefoski.definite), all_),
                "inflammation at which a patient is worse, unseen": e.centre(
                    share(np.isfinite(scarpazza.courses.iris_onset)), all_
                ),
            },
        ),
        "iris.gd_dx": e.found(
            share(tan.at_diagnosis),
            all_,
            [42],
            "Scan on the day of the diagnosis, by one reader.",
            {
                f"inflammation of {ENHANCES:g} or more then, unread": e.centre(
                    share(tan.courses.on("iris_level", 0.0) >= ENHANCES), all_
                )
            },
        ),
    }


def filgrastim(trials: IrisTrials) -> dict[str, Found]:
    """From the last infusion to IRIS in a series with filgrastim."""
    seen, e = trials.stefoski, trials.estimate("filgrastim")
    onset = seen.courses.iris_onset - seen.courses.last_dose
    any_ = np.isfinite(seen.first)
    return {
        "iris.time_gcsf": e.found(
            mean(seen.latency),
            seen.definite,
            [15],
            f"Filgrastim for four weeks in all, exchange in 8 of 17. {DEFINITE} {SCANS}",
            {
                "any enhancing scan": e.centre(mean(seen.latency), any_),
                "day on which the patient gets worse": e.centre(mean(onset), np.isfinite(onset)),
                "not exchanged": e.centre(
                    mean(seen.latency), seen.definite & (seen.courses.chosen == 0)
                ),
                "exchanged": e.centre(
                    mean(seen.latency), seen.definite & (seen.courses.chosen == 1)
                ),
                "SD between patients": e.centre(
                    lambda at: np.std(seen.latency[at], axis=-1), seen.definite
                ),
            },
        )
    }


def exchange(trials: IrisTrials) -> dict[str, Found]:
    """Plasma exchange: when IRIS comes and how long it lasts in a cohort, and death."""
    seen, e, all_ = trials.scarpazza, trials.estimate("exchange"), trials.everyone
    plex, _ = trials.scarpazza_care
    got = plex.astype(bool)
    with_, without = trials.exchanged, trials.not_exchanged
    same = "the same patients with and without"
    note = (
        "Italian cohort, 60 % exchanged (assumed), those with large lesions rather; from the last"
        f" infusion to the first enhancing scan. {SCANS}"
    )
    time, event = (np.concatenate(x) for x in zip(_latency(with_), _latency(without), strict=True))
    of_both = hr(time, event.astype(bool), np.repeat([True, False], got.size))

    return {
        "iris.plex_latency": e.found(
            hr(*_latency(seen), got),
            all_,
            [42],
            note,
            {same: e.centre(lambda at: of_both(np.concatenate([at, at + got.size])), all_)},
        ),
        "iris.plex_duration": e.found(
            ratio_of_groups(seen.duration, got),
            np.isfinite(seen.duration),
            [29],
            f"{note} Durations of those whose IRIS is seen to end.",
            {same: _paired_duration(trials)},
        ),
        "iris.plex_death": _death(trials),
    }


def _death(trials: IrisTrials) -> Found:
    """Return the log HR of death: of the same patients with and without, and in a registry."""
    e, n = trials.estimate("death"), trials.n
    with_, without = trials.exchanged, trials.not_exchanged
    got = trials.sicker(LANDI_PLEX, "exchange in a registry").astype(bool)
    dead = np.where(got, with_.dead, without.dead)
    until = np.where(got, with_.alive_until, without.alive_until)
    registry = e.found(
        lambda at: cox(until[at], dead[at], got[at])[0], trials.everyone, [LANDI], ""
    )
    hazards = [s.hazard.reshape(-1, n) for s in (with_, without)]
    return Found(
        np.log(_of_group(hazards[0]) / _of_group(hazards[1])),
        "The same patients with five sessions and with none, expected deaths of 17 months; one"
        " value for each truth.",
        {"a registry of 219, 84 % exchanged, those with large lesions rather": registry.values},
    )


def _of_group(hazard: Array) -> Array:
    """Return the cumulative hazard of groups, last axis, from those of their members."""
    return np.asarray(-np.log(np.exp(-hazard).mean(axis=-1)))


def _paired_duration(trials: IrisTrials) -> Array:
    a, b = trials.exchanged.duration, trials.not_exchanged.duration
    rows = [x.reshape(trials.m, -1) for x in (a, b)]
    return np.nanmean(rows[0], axis=1) / np.nanmean(rows[1], axis=1)


def early_and_late(trials: IrisTrials) -> dict[str, Found]:
    """Those who enhance at the diagnosis against those who do later: death, and load in CSF."""
    seen, e = trials.tan, trials.estimate("early and late")
    early = seen.at_diagnosis
    late = ~early & np.isfinite(seen.first)
    ends = max(c.plex_days[-1] for c in seen.courses.care if c.sessions)
    got = np.array([c.sessions > 0 for c in seen.courses.care])[seen.courses.chosen]
    rows = {
        "iris.early_late_death": e.found(
            ratio_of_groups(seen.dead.astype(float), early),
            early | late,
            [40],
            f"Early: enhancing at the diagnosis; late: enhancing on a later scan. {SCANS}",
            {
                "deaths of the early, %": e.centre(share(seen.dead), early),
                "deaths of the late, %": e.centre(share(seen.dead), late),
            },
        )
    }
    before = seen.load(0.0, 0)
    for id, who, size in (("iris.csf_early", early, 17), ("iris.csf_late", late, 23)):
        fold = {d: seen.load(ends + d, 1) / before for d in (SAMPLED, *OTHER_SAMPLES)}
        note = f"Median fold, {SAMPLED:g} days after the last session, against the diagnosis."
        other = {
            f"{d:g} days after it": e.centre(median(fold[d]), who & got) for d in OTHER_SAMPLES
        }
        rows[id] = e.found(median(fold[SAMPLED]), who & got, [size], note, other)
    return rows


def steroids(trials: IrisTrials) -> dict[str, Found]:
    """Steroids before IRIS against steroids for it: disability."""
    seen, e = trials.scarpazza, trials.estimate("steroids")
    got = trials.scarpazza_care[1].astype(bool)
    half, year = LEVELLED, 2 * LEVELLED
    later = {day: seen.courses.alive(day) for day in (half, year)}
    rate = {day: (seen.courses.on("edss", day) - seen.edss) * MONTH / day for day in later}
    dead_too = np.where(later[LEVELLED], rate[LEVELLED], (10 - seen.edss) * MONTH / LEVELLED)
    return {
        "iris.steroid_proph": e.found(
            difference(rate[LEVELLED], got),
            later[LEVELLED],
            [42],
            "Italian cohort, half given steroids before IRIS (assumed), those with large lesions"
            " rather, the others when IRIS makes them worse. EDSS half a year after the diagnosis"
            " less that at it, among those who live.",
            {
                "a year after it": e.centre(difference(rate[year], got), later[year]),
                "death counts as 10": e.centre(difference(dead_too, got), trials.everyone),
            },
        )
    }


def patterns(trials: IrisTrials) -> dict[str, Found]:
    """How IRIS looks on the first enhancing scan."""
    seen, e = trials.tan, trials.estimate("patterns")
    who = np.isfinite(seen.first)
    shown = {name: share(seen.pattern(name)) for name in PATTERNS}
    return {
        "iris.punctate": e.found(
            shown["patchy"],
            who,
            [24],
            "Patchy, on the first enhancing scan. The shares of the reader are those published:"
            " nothing is predicted.",
            {
                "punctate": e.centre(shown["punctate_enhancement"], who),
                "border": e.centre(shown["border"], who),
            },
        )
    }


def _latency(seen: IrisSeen) -> tuple[Array, Flags]:
    """Return days from the last infusion to IRIS or the end, and whether it was IRIS."""
    event = np.isfinite(seen.first)
    until = np.where(event, seen.first, seen.alive_until)
    return until - seen.courses.last_dose, event


def hr(time: Array, event: Flags, group: Flags) -> Statistic:
    """Return a statistic: the hazard ratio of a group against the others."""
    return lambda at: np.exp(cox(time[at], event[at], group[at])[0])


def difference(value: Array, group: Flags) -> Statistic:
    """Return a statistic: the mean of a group less that of the others."""

    def statistic(at: Index) -> Array:
        x, g = value[at], group[at]
        return np.asarray(_mean(x, g) - _mean(x, ~g))

    return statistic


def ratio_of_groups(value: Array, group: Flags) -> Statistic:
    """Return a statistic: the mean of a group over that of the others."""

    def statistic(at: Index) -> Array:
        x, g = value[at], group[at]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(_mean(x, g) / _mean(x, ~g))

    return statistic


def median(value: Array) -> Statistic:
    """Return a statistic: the median over patients."""
    return lambda at: np.median(value[at], axis=-1)


def _mean(x: Array, who: Flags) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((x * who).sum(axis=-1) / who.sum(axis=-1))
