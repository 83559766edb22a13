"""The report of simulated arms: what is given, what becomes of patients, what would change it."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from diapedesis import __version__
from diapedesis.models.ms import ms
from diapedesis.population import Arms
from diapedesis.population.drivers import asked_outcome, drivers, outcome_label
from diapedesis.population.outcomes import OUTCOMES, difference_table, summary_table
from diapedesis.report.html import page
from diapedesis.report.scenario_words import (
    day_0,
    driver_words,
    facts_words,
    hypothesis_words,
    outcome_cell,
)
from diapedesis.report.svg import inline_svg

ASSUMED = (
    "The structure of the model holds: it is a set of hypotheses about why disease returns, none of"
    " them proved.",
    "Nothing is given beyond what the figure shows. PML, IRIS against JC virus, death, and harm"
    " done by the treatments themselves are not part of this simulation.",
    "Each patient's unknowns are drawn from the population as published and assumed; the model card"
    " says which is which.",
)


def scenario_report(
    arms: Arms,
    *,
    title: str = "",
    note: str = "",
    day_label: Callable[[float], str] | None = None,
) -> str:
    """Return the report as a self-contained HTML page.

    Parameters
    ----------
    arms : Arms
    title, note : str
    day_label : callable, optional
        Calendar label of a day; without it days are written as ``day 152``.
    """
    base = arms[arms.reference]
    label = day_label or (lambda day: f"day {day:g}")
    figure = arms.plot(day_label=day_label)
    content: dict[str, Any] = {
        "title": title or "Scenario",
        "note": note,
        "n": base.n,
        "day_0": day_0(arms, label),
        "until": label(float(base.days[-1])),
        "facts": facts_words(base),
        "arms": list(arms),
        "beliefs": {k: hypothesis_words(c.scenario.hypothesis) for k, c in arms.items()},
        "outcomes": [(o.label, o.unit) for o in OUTCOMES],
        "cells": {k: _cells(summary_table(c).records()) for k, c in arms.items()},
        "reference": arms.reference,
        "differences": {
            k: _cells(difference_table(c, base).records(), signed=True)
            for k, c in arms.items()
            if k != arms.reference
        },
        "asked": outcome_label(asked_outcome(base)),
        "drivers": driver_words(drivers(base), base),
        "assumed": ASSUMED,
        "figure": inline_svg(figure, "scenario", "What is given and what becomes of the patients"),
        "repeat": f"Diapedesis {__version__}; model ms {ms().fingerprint[:12]}; seed"
        f" {base.scenario.seed}; {base.n} patients; Python {platform.python_version()},"
        f" numpy {np.__version__}, llvmlite {version('llvmlite')}.",
    }
    return page("scenario.html.jinja", content)


def _cells(rows: list[dict[str, Any]], *, signed: bool = False) -> list[tuple[str, str]]:
    return [outcome_cell(r, signed=signed) for r in rows]
