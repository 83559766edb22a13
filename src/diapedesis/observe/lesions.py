"""Lesions and relapses as they happen to patients, sampled from the model's expected courses."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from diapedesis.observe.arrivals import Index, arrivals, members
from diapedesis.observe.draws import Array, Keys, child, exponential, root, uniform
from diapedesis.observe.lesion_process import LesionProcess
from diapedesis.observe.lesion_record import Lesions
from diapedesis.simulate.validate import ascending

BLOCK = 128
"""Subjects whose courses are worked on at once; the result does not depend on it."""

ROUNDING = 1e-9
"""A rate [1/day] below zero by less than this is a solver's zero."""

_BURSTS, _BACKGROUND = range(2)  # keys below a subject's
_SIZE, _RELAPSE, _LESIONS = range(3)  # below a burst's
_DURATION, _T2, _LARGE, _VISIBLE, _T2_DURATION = range(5)  # below a lesion's


def sample_lesions(
    times: ArrayLike,
    births: ArrayLike,
    background: ArrayLike,
    process: LesionProcess,
    seed: int,
    subjects: ArrayLike | None = None,
) -> Lesions:
    """Sample the lesions and relapses of subjects whose expected courses are known.

    Nothing is born before the first of the times: to find patients in their steady state on a day,
    begin five times `gd_duration` before it.

    Parameters
    ----------
    times : array_like
        Days, shape (n_times,), each later than the one before.
    births : array_like
        Expected lesions born [1/day], shape (n, n_times); linear between the times.
    background : array_like
        Expected relapses that belong to no burst [1/day]; one number, or a shape that broadcasts
        to (n, n_times); linear between the times.
    process : LesionProcess
    seed : int
        With the same seed and number, a subject has the same chances in every arm and every cohort:
        where courses are equal so are events, and the k-th burst has the same lesions on whatever
        day it comes.
    subjects : array_like, optional
        Numbers of the subjects, shape (n,); by default 0 to n - 1. With them a part of a cohort,
        sampled by itself, is what it is in the whole.

    Returns
    -------
    Lesions

    Examples
    --------
    One hundred patients with a lesion born every 20 days, each enhancing for 30: 1.5 on a scan.

    >>> process = LesionProcess(3.0, 8.0, 30.0, 0.6, 0.1)
    >>> seen = sample_lesions([0, 720], np.full((100, 2), 0.05), 0.0005, process, seed=1)
    >>> scans = seen.enhancing([360, 480, 600, 720])
    >>> scans.shape, bool(abs(scans.mean() - 1.5) < 0.5)
    ((100, 4), True)
    """
    days = _grid(times)
    born = np.asarray(births, float)
    if born.ndim != 2 or born.shape[1] != len(days):
        raise ValueError(f"births: found shape {born.shape}, expected (n, {len(days)}) as times")
    n = len(born)
    alone = _like(born, background)
    own = process.for_each(n)
    people = child(root(seed), _numbers(subjects, n))
    parts: list[dict[str, Any]] = []
    for start in range(0, max(n, 1), BLOCK):
        span = slice(start, start + BLOCK)
        part = _sample(
            days,
            _rate("births", born[span], start),
            _rate("background", alone[span], start),
            people[span],
            {name: values[span] for name, values in own.items()},
        )
        for name in ("subject", "burst_subject", "relapse_subject"):
            part[name] += start
        parts.append(part)
    columns = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    return Lesions(n, float(days[0]), float(days[-1]), **columns)


def _sample(
    days: Array, births: Array, background: Array, people: Keys, own: dict[str, Array]
) -> dict[str, Any]:
    """Return the columns of the record of one block of subjects, counted from 0."""
    keys = child(people, _BURSTS)
    row, index, day = arrivals(days, births, keys, own["burst_size"])
    burst = child(keys[row], index)
    size = _sizes(uniform(child(burst, _SIZE)), own["burst_size"][row])
    felt = uniform(child(burst, _RELAPSE)) < -np.expm1(-size / own["relapse_lesions"][row])
    if background.strides[1] == 0:  # the same on all days: two are enough
        days, background = days[[0, -1]], background[:, :2]
    alone, _, alone_day = arrivals(days, background, child(people, _BACKGROUND))
    relapse, relapse_day = np.append(row[felt], alone), np.append(day[felt], alone_day)
    order = np.lexsort((relapse_day, relapse))
    return {
        **_lesions(row, day, size, child(burst, _LESIONS), own),
        "burst_subject": row,
        "burst_day": day,
        "burst_size": size,
        "burst_relapse": felt,
        "relapse_subject": relapse[order],
        "relapse_day": relapse_day[order],
    }


def _lesions(
    row: Index, day: Array, size: Index, burst: Keys, own: dict[str, Array]
) -> dict[str, Any]:
    """Return the columns of the lesions of bursts."""
    of, place = members(size)
    key, subject, born = child(burst[of], place), row[of], day[of]
    lasting = own["gd_duration"][subject] * exponential(child(key, _DURATION))
    return {
        "subject": subject,
        "born": born,
        "gone": born + lasting,
        "t2": uniform(child(key, _T2)) < own["t2_share"][subject],
        "t2_gone": born + own["t2_duration"][subject] * exponential(child(key, _T2_DURATION)),
        "large": uniform(child(key, _LARGE)) < own["large_share"][subject],
        "key": key,
    }


def _sizes(chance: Array, mean: Array) -> Index:
    """Return geometric numbers of at least 1 with a mean."""
    with np.errstate(divide="ignore"):  # a mean of 1: log(0), and every burst has one lesion
        fall = np.log1p(-1 / mean)
    return 1 + np.floor(np.log1p(-chance) / fall).astype(np.intp)


def _grid(times: ArrayLike) -> Array:
    """Return days of which each is later than the one before."""
    days = ascending(times, 1)
    if len(days) < 2 or np.any(np.diff(days) == 0):
        raise ValueError(
            f"times: found {len(days)} days, {len(np.unique(days))} of them different, expected at"
            " least 2, all different"
        )
    return days


def _like(born: Array, background: ArrayLike) -> Array:
    """Return the background in the shape of the births."""
    alone = np.asarray(background, float)
    try:
        return np.broadcast_to(alone, born.shape)
    except ValueError:
        raise ValueError(
            f"background: found shape {alone.shape}, expected one number, or a shape that"
            f" broadcasts to {born.shape} as births"
        ) from None


def _numbers(subjects: ArrayLike | None, n: int) -> Index:
    """Return the numbers of n subjects."""
    if subjects is None:
        return np.arange(n)
    numbers = np.asarray(subjects)
    if numbers.shape != (n,) or numbers.dtype.kind not in "iu" or np.any(numbers < 0):
        raise ValueError(
            f"subjects: found {numbers.dtype} of shape {numbers.shape}, expected {n} integers of"
            " at least 0"
        )
    return numbers


def _rate(name: str, values: Array, start: int) -> Array:
    """Return rates of a block whose first subject is `start`; a solver's zero becomes zero."""
    if values.size and not (values.min() >= 0 and values.max() < np.inf):
        bad = np.argwhere(~((values >= -ROUNDING) & (values < np.inf)))
        if len(bad):
            row, column = bad[0]
            raise ValueError(
                f"{name}: found {values[row, column]:g} for subject {row + start}, expected finite"
                " rates of at least 0"
            )
        return np.maximum(values, 0.0)
    return values
