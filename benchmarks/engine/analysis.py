"""From figures to statements: ratios round by round, and ratios at equal achieved error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from statistics import median
from typing import Any

Figures = Mapping[str, Any]
OURS = "ours"


def ratio(ours: Sequence[float], peer: Sequence[float]) -> float:
    """Return the median over rounds of our speed over the peer's in the same round.

    Examples
    --------
    >>> ratio([10.0, 20.0, 30.0], [1.0, 10.0, 10.0])
    3.0
    """
    return median(a / b for a, b in zip(ours, peer, strict=False))


def curve(results: Figures, id: str, name: str, error: str = "median") -> list[tuple[float, float]]:
    """Return an engine's points of (achieved error, subjects per second), one process, by error."""
    errors = results.get("errors", {}).get(id, {}).get(name, {})
    speeds = results.get("speed", {}).get(id, {}).get(name, {})
    points = [
        (float(errors[t][error]), median(speeds[t]["1"]["rounds"]))
        for t in speeds
        if "1" in speeds[t] and "failed" not in errors[t]
    ]
    return sorted(points)


def speed_at(points: Sequence[tuple[float, float]], error: float) -> tuple[float, str]:
    """Return the speed at an achieved error, straight between points on logarithmic axes.

    Beyond a curve's ends its end stands, with a sign before it: our speed at a larger error than
    the loosest tolerance gives is at least that of the loosest; at a smaller than the tightest, at
    most that of the tightest.

    Examples
    --------
    >>> points = [(1e-8, 100.0), (1e-4, 10_000.0)]
    >>> round(speed_at(points, 1e-6)[0]), speed_at(points, 1e-3), speed_at(points, 1e-9)
    (1000, (10000.0, '>'), (100.0, '<'))
    """
    low, high = points[0], points[-1]
    if error <= low[0]:
        return low[1], "<" if error < low[0] else ""
    if error >= high[0]:
        return high[1], ">" if error > high[0] else ""
    after = next(i for i, (e, _) in enumerate(points) if e >= error)
    (e0, s0), (e1, s1) = points[after - 1], points[after]
    share = log(error / e0) / log(e1 / e0)
    return exp(log(s0) + share * log(s1 / s0)), ""


def at_equal_error(
    results: Figures, id: str, name: str, rtol: str, error: str
) -> tuple[float, str] | None:
    """Return our speed over the peer's where ours achieves the error that the peer achieved.

    Returns
    -------
    tuple of (ratio, sign) or None
        The sign is that of :func:`speed_at`; None where a figure is missing.
    """
    ours = curve(results, id, OURS, error)
    reached = results.get("errors", {}).get(id, {}).get(name, {}).get(rtol, {})
    rounds = results.get("speed", {}).get(id, {}).get(name, {}).get(rtol, {}).get("1", {})
    if not ours or error not in reached or not rounds:
        return None
    speed, sign = speed_at(ours, float(reached[error]))
    return speed / median(rounds["rounds"]), sign
