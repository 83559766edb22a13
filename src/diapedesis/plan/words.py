"""Probabilities and days in plain words."""

from __future__ import annotations

import math


def k_of_20(p: float) -> str:
    """Return a probability as a count of twenty patients.

    Examples
    --------
    >>> k_of_20(0.62)
    '12 of 20'
    >>> k_of_20(0.999)
    'nearly all of 20'
    """
    if p > 0.98:
        return "nearly all of 20"
    if p < 0.02:
        return "hardly any of 20"
    return f"{round(20 * p)} of 20"


def percent(p: float) -> str:
    """Return a probability in per cent; never a false 0 or 100.

    Examples
    --------
    >>> percent(0.853), percent(1.0), percent(0.001)
    ('85 %', '> 99 %', '< 1 %')
    """
    if p > 0.99:
        return "> 99 %"
    return "< 1 %" if p < 0.01 else f"{100 * p:.0f} %"


def days(value: float) -> str:
    """Return a number of days, or "not reached".

    Examples
    --------
    >>> days(38.4)
    '38 days'
    >>> days(float("inf"))
    'not reached'
    """
    if not math.isfinite(value):
        return "not reached"
    return f"{value:.0f} day" + ("" if round(value) == 1 else "s")


def sessions(n: int) -> str:
    """Return a number of sessions.

    Examples
    --------
    >>> sessions(1), sessions(10)
    ('1 session', '10 sessions')
    """
    return f"{n} session" + ("" if n == 1 else "s")
