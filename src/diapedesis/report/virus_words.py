"""Simulated PML as a reader meets it: numbers as texts, who it is about, what to keep in mind."""

from __future__ import annotations

import math
from typing import Any

from diapedesis.plan.words import MISSING
from diapedesis.population.scenario import MIXTURE
from diapedesis.population.virus_arms import VirusArms
from diapedesis.population.virus_outcomes import SAME
from diapedesis.population.virus_words import asked_words, people_words
from diapedesis.report.scenario_words import hypothesis_words

SHARES = ("by_scan", "iris", "virus_share", "icu", "death_12", "death_clock")
DISPUTED = (
    "What plasma exchange and steroids do to IRIS, function and death is disputed. Their effects"
    " keep wide priors (decision 0043), in every interval between policies. Those on death"
    " hold harm and benefit; that steroids before IRIS delay it is built in."
)
INTERVAL = (
    "An interval is 5 to 95 % of possible truths, each with its own few patients: it holds what is"
    " not known of the model and some chance. A difference is patient by patient, among those who"
    " have the outcome in both arms; where its interval holds 0 it is not distinguished."
)
ASSUMED = (
    "Days from the diagnosis are other days in arms that find PML sooner or later: who is found"
    " sooner lives longer from the diagnosis, even if nothing is gained. The rows that count to a"
    " year after the latest diagnosis compare one day.",
    "IRIS that began more than 28 days before the diagnosis counts from day -28.",
    "False alarms, what scans cost, and harm done by treatments beyond PML are not simulated. Age,"
    " which goes with death in every series, is not in the model.",
    "Everybody in an arm gets the same care; natalizumab is stopped at the diagnosis.",
)


def virus_cell(row: dict[str, Any], *, signed: bool = False) -> tuple[str, str]:
    """Return the value of an outcome and its interval over truths as texts.

    Parameters
    ----------
    row : dict
        Of a summary or difference table.
    signed : bool
        A difference: with its sign, shares in points.

    Examples
    --------
    >>> row = {"outcome": "death_12", "unit": "", "value": 0.161, "low": 0.004, "high": 0.43}
    >>> virus_cell(row), virus_cell(row, signed=True)
    (('16 %', '0.4 to 43'), ('+16 points', '+0.4 to +43'))
    """
    value = float(row["value"])
    if math.isnan(value):
        return MISSING, ""
    low, high = (_number(row["outcome"], float(row[k]), signed) for k in ("low", "high"))
    if row.get("verdict") == SAME:
        return low, ""
    return _number(row["outcome"], value, signed, end=False) + _unit(
        row, signed
    ), f"{low} to {high}"


def patients_cell(row: dict[str, Any]) -> str:
    """Return the interval over patients, or "" where there is none."""
    if math.isnan(float(row["patients_low"])):
        return ""
    low, high = (
        _number(row["outcome"], float(row[f"patients_{k}"]), False) for k in ("low", "high")
    )
    return f"{low} to {high}"


def _number(outcome: str, x: float, signed: bool, *, end: bool = True) -> str:
    """Write a number; small shares at the end of an interval keep a digit, so that 0 means 0."""
    if outcome in SHARES:
        x, digits = 100 * x, ".1g" if end and 0 < abs(100 * x) < 1 else ".0f"
    elif outcome.startswith("edss"):
        digits = ".1f"
    elif outcome in ("risk", "volume") and abs(x) < 10:
        digits = ".2g"
    else:
        digits = ".0f"
    text = f"{x:{'+' if signed else ''}{digits}}"
    return text.lstrip("+-") if float(text) == 0 else text


def _unit(row: dict[str, Any], signed: bool) -> str:
    if row["outcome"] in SHARES:
        return " points" if signed else " %"
    return ""


def label_of(row: dict[str, Any]) -> str:
    """Return an outcome with its unit."""
    return f"{row['label']} [{row['unit']}]" if row["unit"] else str(row["label"])


def face_lines(arms: VirusArms) -> list[str]:
    """Say who the patients are and what each arm does."""
    first = arms[arms.reference]
    asked = first.scenario.virus
    assert asked is not None
    same = ", the same in every arm" if len(arms) > 1 else ""
    lines = [
        f"{first.n} virtual patients with a seed of JC virus{same}, of {first.truths} possible"
        f" truths, drawn by their risk. {people_words(asked)}.",
    ]
    for name, arm in arms.items():
        assert arm.scenario.virus is not None
        doses = len(arm.scenario.subject.protocol.doses)
        lines.append(f"{name}: {doses} infusions; {asked_words(arm.scenario.virus)}.")
    if first.scenario.hypothesis != MIXTURE:
        lines.append(f"Why MS returns: {hypothesis_words(first.scenario.hypothesis)}.")
    return lines
