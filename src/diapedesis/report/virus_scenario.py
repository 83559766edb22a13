"""The report of simulated patients with PML: surveillance and care by arm, and what follows."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

import numpy as np

from diapedesis import __version__
from diapedesis.population.virus_arms import VirusArms
from diapedesis.report.html import page
from diapedesis.report.svg import inline_svg
from diapedesis.report.virus_words import (
    ASSUMED,
    DISPUTED,
    INTERVAL,
    face_lines,
    label_of,
    patients_cell,
    virus_cell,
)


def virus_report(arms: VirusArms, *, title: str = "", note: str = "") -> str:
    """Return the report as a self-contained HTML page.

    Parameters
    ----------
    arms : VirusArms
    title, note : str
    """
    first = arms[arms.reference]
    rows = arms.summary_of(arms.reference).records()
    who, *policies = face_lines(arms)
    content: dict[str, Any] = {
        "title": title or "Scenario",
        "note": note,
        "n": first.n,
        "who": who,
        "policies": policies,
        "disputed": DISPUTED,
        "interval": INTERVAL,
        "arms": list(arms),
        "outcomes": [label_of(r) for r in rows],
        "cells": {
            name: [(*virus_cell(r), patients_cell(r)) for r in arms.summary_of(name).records()]
            for name in arms
        },
        "reference": arms.reference,
        "differences": {
            name: [
                (*virus_cell(r, signed=True), r["verdict"])
                for r in arms.difference_of(name).records()
            ]
            for name in arms
            if name != arms.reference
        },
        "assumed": ASSUMED,
        "figure": inline_svg(arms.plot(), "virus", "Risk of PML and what follows, by arm"),
        "repeat": f"Diapedesis {__version__}; model pml {first.scenario.model.fingerprint[:12]};"
        f" seed {first.scenario.seed}; {first.n} patients of {first.truths} possible truths; Python"
        f" {platform.python_version()}, numpy {np.__version__}, llvmlite {version('llvmlite')}.",
    }
    return page("virus_scenario.html.jinja", content)
