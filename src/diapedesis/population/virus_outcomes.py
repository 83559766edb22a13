"""What a simulation of PML is asked for: one number for each patient, summaries, differences.

Patients are of possible truths. An interval is that of truths: 5 to 95 % of what each makes of its
own patients, so it holds what is not known of the model, and the chance of few patients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from diapedesis.infer.table import Table
from diapedesis.observe import icu_probability, karnofsky
from diapedesis.observe.draws import Array
from diapedesis.population.crossing import at_day
from diapedesis.population.outcomes import SUMMARY_COLUMNS, Outcome
from diapedesis.population.virus_courses import VirusCourses
from diapedesis.population.virus_patients import Index

if TYPE_CHECKING:
    from diapedesis.population.virus_arms import VirusArm

HALF_YEAR, YEAR = 183.0, 365.0
ONE_CLOCK = "a year after the latest of the arms' diagnoses"
VIRUS_OUTCOMES = (
    Outcome("risk", "Risk of PML found by the last day", "per 1000", "mean"),
    Outcome("by_scan", "Found by a scan before symptoms", "", "share"),
    Outcome("volume", "Volume of the lesion at diagnosis", "mL", "median"),
    Outcome("iris", "IRIS within 12 months of diagnosis", "", "share"),
    Outcome("iris_day", "Its onset, from diagnosis", "day", "median"),
    Outcome("iris_lasts", "Its duration, from diagnosis on", "day", "median"),
    Outcome("virus_share", "Inflammation due to the virus, first 12 months", "", "mean"),
    Outcome("edss_6", "EDSS of those alive at 6 months", "", "mean"),
    Outcome("edss_12", "EDSS of those alive at 12 months", "", "mean"),
    Outcome("karnofsky_6", "Karnofsky of those alive at 6 months", "", "mean"),
    Outcome("karnofsky_12", "Karnofsky of those alive at 12 months", "", "mean"),
    Outcome("icu", "Intensive care within 12 months", "", "share"),
    Outcome("death_12", "Death by 12 months", "", "share"),
    Outcome("edss_clock", f"EDSS of those alive {ONE_CLOCK}", "", "mean"),
    Outcome("death_clock", f"Death by {ONE_CLOCK}", "", "share"),
)
CLOCKED = ("edss_clock", "death_clock")
COLUMNS = (*SUMMARY_COLUMNS, "patients", "patients_low", "patients_high")
SAME, OPEN, HIGHER, LOWER = "the same", "not distinguished", "higher", "lower"


def virus_outcomes(arm: VirusArm, clock: Array | None) -> dict[str, Array]:
    """Return each outcome of every case, shape (n,); ``nan`` where it does not apply.

    Parameters
    ----------
    arm : VirusArm
    clock : ndarray, shape (n,), or None
        Day from the first dose on which all arms are compared; ``None`` for one arm.
    """
    found = np.isfinite(arm.onset.diagnosis)
    out = {
        "risk": 1000 * arm.cases.risk[arm.cases.truth] * found,
        "by_scan": np.where(found, arm.onset.by_scan, np.nan),
        "volume": np.where(found, arm.onset.volume_on(np.nan_to_num(arm.onset.diagnosis)), np.nan),
    }
    after = {} if arm.courses is None else _after(arm.courses)
    if arm.courses is not None and clock is not None:
        after |= _on_one_clock(arm.courses, (clock - arm.onset.diagnosis)[found])
    for o in VIRUS_OUTCOMES[len(out) :]:
        if clock is not None or o.id not in CLOCKED:
            out[o.id] = np.full(found.size, np.nan)
            out[o.id][found] = after.get(o.id, np.nan)
    return out


def _after(c: VirusCourses) -> dict[str, Array]:
    """Return what came after the diagnosis, of those who were diagnosed."""
    days, death = c.days, np.nan_to_num(c.death, nan=np.inf)
    living = (days >= 0) & (days <= YEAR) & (days <= death[:, None])
    with np.errstate(invalid="ignore"):  # no IRIS: nan is not within a year
        early = c.iris_onset <= YEAR
    lasts = c.iris_end - np.maximum(c.iris_onset, 0.0)
    half, whole = (_edss_on(c, np.full(death.size, day)) for day in (HALF_YEAR, YEAR))
    icp, worst = (np.where(living, c[k], 0.0).max(axis=1) for k in ("icp", "edss"))
    return {
        "iris": early.astype(float),
        "iris_day": np.where(early, c.iris_onset, np.nan),
        "iris_lasts": np.where(early & (c.iris_end < death), lasts, np.nan),
        "virus_share": np.where(living, c["iris_share"], 0.0).sum(axis=1) / living.sum(axis=1),
        "edss_6": half,
        "edss_12": whole,
        "karnofsky_6": _karnofsky(half),
        "karnofsky_12": _karnofsky(whole),
        "icu": icu_probability(icp, worst),
        "death_12": _dead_by(c, np.full(death.size, YEAR)),
    }


def _on_one_clock(c: VirusCourses, day: Array) -> dict[str, Array]:
    return {"edss_clock": _edss_on(c, day), "death_clock": _dead_by(c, day)}


def _edss_on(c: VirusCourses, day: Array) -> Array:
    """Return EDSS of each on a day from its diagnosis; ``nan`` for the dead."""
    alive = np.nan_to_num(c.death, nan=np.inf) > day
    return np.where(alive, at_day(c.days, c["edss"], day), np.nan)


def _karnofsky(edss: Array) -> Array:
    return np.where(np.isnan(edss), np.nan, karnofsky(np.nan_to_num(edss)))


def _dead_by(c: VirusCourses, day: Array) -> Array:
    """Return the probability that each dies between the diagnosis and a day."""
    hazard = c["death_hazard"]
    start = at_day(c.days, hazard, np.zeros(day.size))
    return np.asarray(-np.expm1(start - at_day(c.days, hazard, day)))


def summary_table(values: dict[str, Array], arm: VirusArm) -> Table:
    """Return each outcome with its interval over possible truths, and over patients.

    The interval over patients of a share is left out (``nan``): each has it or has not.
    """
    rows = []
    for o in _asked(values):
        x = values[o.id]
        each = arm.patient_risk if o.id == "risk" else x
        rows.append(_row(o, x, arm.cases.truth) | _spread(o, each))
    return Table.of(rows, COLUMNS)


def difference_table(values: dict[str, Array], base: dict[str, Array], truth: Index) -> Table:
    """Return how each outcome differs from the reference, among those who have it in both arms.

    ``verdict`` is "not distinguished" where the interval over truths holds 0.
    """
    rows = []
    for o in _asked(values):
        apart = values[o.id] - base[o.id]
        row = _row(o, apart, truth) | _spread(o, apart)
        rows.append(row | {"verdict": _verdict(apart, row)})
    return Table.of(rows, (*COLUMNS, "verdict"))


def _asked(values: dict[str, Array]) -> list[Outcome]:
    return [o for o in VIRUS_OUTCOMES if o.id in values]


def _row(o: Outcome, x: Array, truth: Index) -> dict[str, object]:
    of = np.median if o.statistic == "median" else np.mean
    there = ~np.isnan(x)
    row: dict[str, object] = {
        "outcome": o.id,
        "label": o.label,
        "unit": o.unit,
        "statistic": o.statistic,
        "patients": int(there.sum()),
    }
    if not there.any():
        return row | {"value": np.nan, "low": np.nan, "high": np.nan}
    each = [of(x[there & (truth == j)]) for j in np.unique(truth[there])]
    low, high = np.quantile(each, [0.05, 0.95])
    return row | {"value": float(of(x[there])), "low": float(low), "high": float(high)}


def _spread(o: Outcome, x: Array) -> dict[str, float]:
    known = x[~np.isnan(x)]
    if o.statistic == "share" or not known.size:
        return {"patients_low": np.nan, "patients_high": np.nan}
    low, high = np.quantile(known, [0.05, 0.95])
    return {"patients_low": float(low), "patients_high": float(high)}


def _verdict(apart: Array, row: dict[str, object]) -> str:
    known = apart[~np.isnan(apart)]
    if not known.size:
        return ""
    if not known.any():
        return SAME
    low, high = float(str(row["low"])), float(str(row["high"]))
    if low <= 0 <= high:
        return OPEN
    return HIGHER if low > 0 else LOWER
