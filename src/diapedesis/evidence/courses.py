"""Published time courses and extracted estimates: rows of numbers with their papers and claims."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from diapedesis.evidence.claims import read_table


@dataclass(frozen=True)
class TimePoint:
    """One published number at one time.

    Attributes
    ----------
    study, arm, measure : str
        As named in the table; the unit is part of `measure`.
    week : float or None
        Weeks after the last infusion unless `note` says otherwise; -1 and 0 stand for "before" and
        "on" natalizumab where `note` says so; ``None`` when the time was not stated.
    value, low, high : float or None
        The number (``None`` where the week itself is what was published) and its interval.
    n : int or None
        Patients.
    note : str
        What was computed, not printed; counts; how to read `week`.
    papers, claims : tuple of str
        Ids of the papers, and of the claims that hold the same study in words.
    """

    study: str
    arm: str
    measure: str
    week: float | None
    value: float | None
    n: int | None
    low: float | None
    high: float | None
    note: str
    papers: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Estimate:
    """One row of a published parameter table that was extracted by a machine (sure X).

    Attributes
    ----------
    parameter, unit, note : str
        As extracted; the note says which labels were lost.
    estimate, bootstrap_median, low, high : float or None
        Estimate, and the median and the 2.5 and 97.5 % points of its bootstrap distribution.
    papers, claims : tuple of str
        Ids.
    """

    parameter: str
    unit: str
    estimate: float
    bootstrap_median: float | None
    low: float | None
    high: float | None
    note: str
    papers: tuple[str, ...]
    claims: tuple[str, ...]


@cache
def load_timecourses() -> tuple[TimePoint, ...]:
    """Return the published time points, in the order of the table.

    Examples
    --------
    >>> [p.value for p in load_timecourses() if p.measure == "active_T2_washout_only"]
    [0.4, 2.1, 3.6]
    """
    return tuple(
        TimePoint(
            r["study"],
            r["arm"],
            r["measure"],
            _number(r["week"]),
            _number(r["value"]),
            int(r["n"]) if r["n"] else None,
            _number(r["low"]),
            _number(r["high"]),
            r["note"],
            _ids(r["papers"]),
            _ids(r["claims"]),
        )
        for r in read_table("timecourses.csv")
    )


@cache
def load_estimates() -> tuple[Estimate, ...]:
    """Return the estimates of the extracted population model.

    Examples
    --------
    >>> load_estimates()[0].estimate
    0.164
    """
    return tuple(
        Estimate(
            r["parameter"],
            r["unit"],
            float(r["estimate"]),
            _number(r["bootstrap_median"]),
            _number(r["low"]),
            _number(r["high"]),
            r["note"],
            _ids(r["papers"]),
            _ids(r["claims"]),
        )
        for r in read_table("estimates.csv")
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _ids(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))
