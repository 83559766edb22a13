"""Probabilities and days in plain words."""

from __future__ import annotations

import math

NOT_REACHED = "not reached"
MISSING = "–"


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
        return NOT_REACHED
    return f"{value:.0f} day" + ("" if round(value) == 1 else "s")


def sessions(n: int) -> str:
    """Return a number of sessions.

    Examples
    --------
    >>> sessions(1), sessions(10)
    ('1 session', '10 sessions')
    """
    return f"{n} session" + ("" if n == 1 else "s")


def level(x: float) -> str:
    """Return a serum level, two significant digits and no finer than 0.01.

    Examples
    --------
    >>> level(150.2), level(3.456), level(0.0012)
    ('150', '3.5', '< 0.01')
    """
    if not math.isfinite(x):
        return MISSING if math.isnan(x) else NOT_REACHED
    if x < 0.01:
        return "< 0.01"
    return f"{x:.0f}" if x >= 10 else f"{x:.1f}" if x >= 1 else f"{x:.2f}"
