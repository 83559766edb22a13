"""Simulated outcomes as a reader meets them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from diapedesis.infer.table import Table
from diapedesis.plan.words import MISSING, percent
from diapedesis.population import Arms, Courses
from diapedesis.population.drivers import asked_outcome
from diapedesis.population.scenario import MIXTURE

NEVER = "never"
HYPOTHESES = {
    "null": "return to one's own level",
    "cd4": "classical CD4 autoimmunity",
    "pool": "a peripheral pool",
    "virus": "a latent virus in the CNS",
    "damage": "silent damage",
    "imbalance": "effectors without regulators",
}


def outcome_cell(row: dict[str, Any], *, signed: bool = False) -> tuple[str, str]:
    """Return the value of an outcome and its interval as texts.

    Parameters
    ----------
    row : dict
        Of a summary or difference table.
    signed : bool
        A difference: with its sign, shares in points.

    Examples
    --------
    >>> row = {"outcome": "relapse_6", "value": 0.213, "low": 0.04, "high": 0.72}
    >>> outcome_cell(row), outcome_cell(row, signed=True)
    (('21 %', '4 to 72'), ('+21 points', '+4 to +72'))
    """
    write, unit = _form(str(row["outcome"]), signed)
    value, low, high = row["value"], row["low"], row["high"]
    if math.isnan(value):
        return MISSING, ""
    span = "" if math.isnan(low) or low == math.inf else f"{write(low)} to {write(high)}"
    return write(value) + (unit if math.isfinite(value) else ""), span


def _form(outcome: str, signed: bool) -> tuple[Callable[[float], str], str]:
    """Return how a number of an outcome is written, and its unit."""
    if outcome.startswith(("relapse", "icp")):
        if signed:
            return lambda x: f"{100 * x:+.0f}", " points"
        return _whole_percent, " %"
    sign = "+" if signed else ""
    if outcome.startswith("edss"):
        return lambda x: f"{x:{sign}.1f}", ""
    if outcome.endswith(("open", "day")):
        return lambda x: f"{x:{sign}.0f}" if math.isfinite(x) else NEVER, ""
    return lambda x: f"{x:{sign}.1f}" if abs(x) < 10 else f"{x:{sign}.0f}", ""


def _whole_percent(p: float) -> str:
    return percent(p).removesuffix(" %")


def day_0(arms: Arms, day_label: Callable[[float], str]) -> str:
    """Say what day 0 is."""
    shared = "the last dose" if len(arms) == 1 else "the last dose that all arms share"
    return f"day 0 is {shared}, {day_label(arms[arms.reference].origin)}"


def facts_words(courses: Courses) -> list[str]:
    """Say what is believed, and how facts from before the drug were used."""
    scenario = courses.scenario
    lines = [f"Why disease returns: {hypothesis_words(scenario.hypothesis)}."]
    known = []
    if scenario.relapses is not None:
        n = scenario.relapses
        known.append(f"{n} relapse{'' if n == 1 else 's'} in the year before the first dose")
    if scenario.gd is not None:
        n = scenario.gd
        known.append(f"{n} enhancing lesion{'' if n == 1 else 's'} on the last scan before it")
    if known:
        lines.append(
            f"Known: {' and '.join(known)}. Patients were kept in proportion to the probability"
            " with which each would have shown that, untreated; activity may have changed since."
        )
        if courses.patients.likely is not None and courses.patients.likely < 1e-4:
            lines.append("Few patients would have shown that: too rare for a firm forecast.")
    if scenario.subject.levels:
        lines.append("The measured levels were fitted; the patients come from that fit.")
    return lines


def hypothesis_words(hypothesis: Any) -> str:
    """Return a hypothesis in words.

    Examples
    --------
    >>> hypothesis_words({"virus": 3, "pool": 1})
    'a latent virus in the CNS 75 %, a peripheral pool 25 %'
    """
    if hypothesis == MIXTURE:
        return "a mixture of the hypotheses, with weights as uncertain as they are"
    if isinstance(hypothesis, str):
        return f"{HYPOTHESES[hypothesis]} alone"
    total = sum(hypothesis.values())
    return ", ".join(f"{HYPOTHESES[k]} {100 * w / total:.0f} %" for k, w in hypothesis.items() if w)


def driver_words(found: Table, courses: Courses) -> list[str]:
    """Return a line for each parameter that parts the patients."""
    asked = asked_outcome(courses)
    write, unit = _form(asked, signed=False)
    return [
        f"{r['label']}: {write(r['lower_half'])}{unit} in patients with less of it,"
        f" {write(r['upper_half'])}{unit} with more"
        for r in found.records()
    ]
