"""Twelve patients exchanged three times, as Khatri 2009: fall, days saved, saturation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.cohort import KHATRI_GROUPS, khatri_protocol
from diapedesis.simulate import Protocol
from diapedesis.validation.studies import EFFECT, Found, Setting, below_for_good, course

Array = NDArray[np.float64]
PATIENTS = 12
HOUR = 1 / 24
DAILY = np.arange(1.0, 300.0)
"""Days after the first session on which the level is looked at."""


@dataclass(frozen=True)
class _Series:
    """Levels [mg/L] of the patients of one group; marks are shape (m, n)."""

    before: Array
    end: Array
    week: Array
    exchanged: Array
    waiting: Array
    waiting_end: Array
    waiting_week: Array


def exchange(setting: Setting) -> dict[str, Found]:
    """Fall at the end of three sessions and a week later, and the days they save."""
    s = _together([_series(setting, i, 6) for i in range(len(KHATRI_GROUPS))])
    fewer = _together([_series(setting, i, 3) for i in range(len(KHATRI_GROUPS))])
    fall = lambda a, b: (100 * (1 - a / b)).mean(axis=1)  # noqa: E731
    of_means = lambda a, b: 100 * (1 - a.mean(axis=1) / b.mean(axis=1))  # noqa: E731
    cohort = "Twelve patients: six infusions, sessions from day 10, 12 or 14 over 5 or 8 days"
    return {
        "pk.plex_end": Found(
            fall(s.end, s.before),
            f"{cohort}; mean of the falls, 1 h after the third.",
            {
                "fall of the mean level": of_means(s.end, s.before),
                "three infusions before": fall(fewer.end, fewer.before),
                "against the same day without exchange": fall(s.end, s.waiting_end),
            },
        ),
        "pk.plex_1wk": Found(
            fall(s.week, s.before),
            f"{cohort}; mean of the falls, 7 d after the third.",
            {
                "fall of the mean level": of_means(s.week, s.before),
                "three infusions before": fall(fewer.week, fewer.before),
                "against the same day without exchange": fall(s.week, s.waiting_week),
            },
        ),
        "pk.plex_saved": Found(*_saved(s)),
    }


def _saved(s: _Series) -> tuple[Array, str, dict[str, Array]]:
    below = {
        limit: below_for_good(DAILY, s.waiting, limit) - below_for_good(DAILY, s.exchanged, limit)
        for limit in (1.0, 2.0, 5.0)
    }
    equal = np.argmax(s.waiting < s.week[..., None], axis=2)
    wait = DAILY[equal]
    note = (
        "The published definition is not known. Mean days by which the level is below 1 mg/L for"
        " good sooner than by waiting."
    )
    variants = {
        "below 2 mg/L for good": below[2.0].mean(axis=1),
        "below 5 mg/L for good": below[5.0].mean(axis=1),
        "first session until waiting gives the level of the week after": wait.mean(axis=1),
    }
    return below[1.0].mean(axis=1), note, variants


def saturation(setting: Setting) -> dict[str, Found]:
    """Saturation in samples below 1 mg/L after the exchanges."""
    weekly, own, reads_higher = [], [], []
    for i in range(len(KHATRI_GROUPS)):
        given = khatri_protocol(*KHATRI_GROUPS[i])
        start, end = given.sessions[0].time, given.sessions[-1].end
        daily = np.arange(start, end + 1.5)
        days = np.concatenate([daily, end + np.array([4.0, 8.0, 14.0]), end + 7 * np.arange(3, 25)])
        adults = setting.adults(PATIENTS // len(KHATRI_GROUPS))
        found = course(setting, adults, given, days, EFFECT)
        c, sat = found["c"], 100 * found["saturation"]
        late = days > end
        weekly.append(_first(sat[..., late], c[..., late] < 1.0))
        reads_higher.append(_first(sat[..., late], c[..., late] * 1.37 < 1.0))
        published = (days <= end + 14.0) & (days > start)
        own.append(np.where(c[..., published] < 1.0, sat[..., published], np.nan))
    pooled = np.concatenate([x.reshape(setting.m, -1) for x in own], axis=1)
    any_below = np.isfinite(pooled).any(axis=1)
    mean_own = np.full(setting.m, np.nan)
    mean_own[any_below] = np.nanmean(pooled[any_below], axis=1)
    return {
        "pd.sat_below1": Found(
            np.nanmean(np.concatenate(weekly, axis=1), axis=1),
            "Which samples were meant is not known. Mean of each patient's first sample below"
            " 1 mg/L after the third session, at 4, 8 and 14 d, then weekly.",
            {
                "laboratory reads 1.37 times higher": np.nanmean(
                    np.concatenate(reads_higher, axis=1), axis=1
                ),
                "samples below 1 mg/L until day 14 only, where there is one": mean_own,
            },
        )
    }


def _first(values: Array, wanted: NDArray[np.bool_]) -> Array:
    """Return each patient's value at the first wanted sample, NaN without one; shape (m, n)."""
    at = np.argmax(wanted, axis=2)[..., None]
    found = np.take_along_axis(values, at, axis=2)[..., 0]
    return np.where(wanted.any(axis=2), found, np.nan)


def _series(setting: Setting, group: int, prior: int) -> _Series:
    adults = setting.adults(PATIENTS // len(KHATRI_GROUPS))
    given = khatri_protocol(*KHATRI_GROUPS[group], prior=prior)
    start, end = given.sessions[0].time, given.sessions[-1].end
    times = np.concatenate([[start, end + HOUR, end + 7], start + DAILY])
    order = np.argsort(times, kind="stable")
    back = np.argsort(order, kind="stable")
    done, left = (
        course(setting, adults, p, times[order])["c"][..., back]
        for p in (given, Protocol(given.doses))
    )
    return _Series(
        before=done[..., 0],
        end=done[..., 1],
        week=done[..., 2],
        exchanged=done[..., 3:],
        waiting=left[..., 3:],
        waiting_end=left[..., 1],
        waiting_week=left[..., 2],
    )


def _together(groups: list[_Series]) -> _Series:
    names = _Series.__dataclass_fields__
    return _Series(*(np.concatenate([getattr(g, n) for g in groups], axis=1) for n in names))
