"""What a simulation is asked for most, one number for each patient, and its summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.table import Table

if TYPE_CHECKING:
    from diapedesis.population.courses import Courses

Array = NDArray[np.float64]
MONTHS = {3: 91.0, 6: 183.0, 12: 365.0}
"""Months after day 0 -> days."""
HIGH_PRESSURE = 20.0
"""Intracranial pressure [mmHg] above which it counts as raised."""

AT_EXPECTED = "at the expected number of lesions"
"""What EDSS and pressure follow; chance in the count of lesions would widen them."""


@dataclass(frozen=True)
class Outcome:
    """A number for each patient: what it is, and what a summary says of it."""

    id: str
    label: str
    unit: str
    statistic: Literal["mean", "median", "share"]


OUTCOMES = (
    Outcome("gate_half_open", "Gate half open, after day 0", "day", "median"),
    *(
        Outcome(f"relapse_{m}", f"Probability of a relapse by {m} months", "", "mean")
        for m in MONTHS
    ),
    Outcome("gd_peak", "Highest expected number of enhancing lesions", "", "median"),
    Outcome("gd_peak_day", "Its day, after day 0", "day", "median"),
    Outcome("edss_worst", f"Largest rise of EDSS since day 0, {AT_EXPECTED}", "", "median"),
    Outcome("edss_end", f"Rise of EDSS from day 0 to the last day, {AT_EXPECTED}", "", "median"),
    Outcome(
        "icp_high",
        f"Intracranial pressure ever above {HIGH_PRESSURE:g} mmHg, {AT_EXPECTED}",
        "",
        "share",
    ),
)
SUMMARY_COLUMNS = ("outcome", "label", "unit", "statistic", "value", "low", "high")


def outcomes(courses: Courses) -> dict[str, Array]:
    """Return each outcome of every patient, shape (n,).

    Days count from day 0, and what came before it does not matter. A gate that does not open has
    ``inf``; a month that the courses do not reach has ``nan``.
    """
    days = courses.days - courses.origin
    after = days >= 0
    days = days[after]
    values = {k: v[:, after] for k, v in courses.values.items()}
    opened = values["gate"] >= 0.5
    found = {"gate_half_open": np.where(opened.any(axis=1), days[opened.argmax(axis=1)], np.inf)}
    for month, day in MONTHS.items():
        reached = day <= days[-1]
        at = np.searchsorted(days, day) if reached else -1
        risk = courses.relapse_probability[:, after][:, at]
        found[f"relapse_{month}"] = risk if reached else np.full(courses.n, np.nan)
    peak = values["gd"].argmax(axis=1)
    rise = values["edss"] - values["edss"][:, :1]
    return found | {
        "gd_peak": values["gd"].max(axis=1),
        "gd_peak_day": days[peak],
        "edss_worst": rise.max(axis=1),
        "edss_end": rise[:, -1],
        "icp_high": (values["icp"].max(axis=1) > HIGH_PRESSURE).astype(float),
    }


def summary_table(courses: Courses) -> Table:
    """Return mean or median of every outcome with the 5 and 95 % quantiles over patients.

    A share of patients comes with the 90 % interval that their number leaves (Wilson).
    """
    found = outcomes(courses)
    return Table.of([_row(o, found[o.id]) for o in OUTCOMES], SUMMARY_COLUMNS)


def difference_table(courses: Courses, reference: Courses) -> Table:
    """Return how much each outcome differs from a reference, patient by patient.

    ``lower`` is the share of patients in whom it is below the reference's; ``nan`` where the
    outcome was not reached.
    """
    ours, theirs = outcomes(courses), outcomes(reference)
    rows = []
    for o in OUTCOMES:
        with np.errstate(invalid="ignore"):  # a gate that opens in neither: inf - inf
            apart = ours[o.id] - theirs[o.id]
        reached = not (np.isnan(ours[o.id]) | np.isnan(theirs[o.id])).any()
        lower = float((ours[o.id] < theirs[o.id]).mean()) if reached else np.nan
        rows.append(_row(o, apart[~np.isnan(apart)]) | {"lower": lower})
    return Table.of(rows, (*SUMMARY_COLUMNS, "lower"))


def _row(o: Outcome, x: Array) -> dict[str, object]:
    """Return the summary of one outcome; without any number it is ``nan``."""
    row: dict[str, object] = {
        "outcome": o.id,
        "label": o.label,
        "unit": o.unit,
        "statistic": o.statistic,
    }
    if x.size == 0 or np.isnan(x).any():
        return row | {"value": np.nan, "low": np.nan, "high": np.nan}
    if o.statistic == "share":
        low, high = _wilson(float(x.mean()), x.size) if x.min() >= 0 else (np.nan, np.nan)
        return row | {"value": float(x.mean()), "low": low, "high": high}
    low, middle, high = (float(q) for q in np.quantile(x, [0.05, 0.5, 0.95], method="inverted_cdf"))
    return row | {
        "value": float(x.mean()) if o.statistic == "mean" else middle,
        "low": low,
        "high": high,
    }


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Return the 90 % interval of a share of `n`.

    Examples
    --------
    >>> [round(x, 3) for x in _wilson(0.0, 200)]
    [0.0, 0.013]
    """
    z2 = 1.6449**2 / n
    middle = (share + z2 / 2) / (1 + z2)
    half = np.sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2)
    return max(0.0, float(middle - half)), float(middle + half)
