"""The report of many fitted subjects: who was fitted, and whether the model describes them."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from diapedesis import __version__
from diapedesis.infer.diagnostics import Diagnostics, LevelCheck
from diapedesis.models import pkpd
from diapedesis.population.fits import How, Outcome
from diapedesis.population.tables import subject_table
from diapedesis.report.diagnostics_figures import (
    eta_figure,
    gof_figure,
    npde_figure,
    residual_figure,
)
from diapedesis.report.html import page
from diapedesis.report.svg import inline_svg
from diapedesis.report.vpc_figure import vpc_figure

KINDS = {
    "free": "Serum levels of free drug",
    "total": "Serum levels of all drug",
    "saturation": "alpha4 saturation",
}


def cohort_report(
    outcomes: Sequence[Outcome],
    diagnostics: Diagnostics | None,
    how: How,
    *,
    source: str,
    comments: Sequence[str] = (),
) -> str:
    """Return the report as a self-contained HTML page.

    Parameters
    ----------
    outcomes : sequence of Outcome
    diagnostics : Diagnostics or None
        ``None`` when fewer than two fitted subjects have levels.
    how : How
    source : str
        Name of the table that was read.
    comments : sequence of str
        What the table says of itself.
    """
    fits = [o.fit for o in outcomes if o.fit is not None]
    content: dict[str, Any] = {
        "source": source,
        "comments": comments,
        "n": len(outcomes),
        "n_fitted": len(fits),
        "n_levels": sum(len(o.subject.levels) for o in outcomes),
        "refused": [o for o in outcomes if o.fit is None],
        "subjects": subject_table([o for o in outcomes if o.fit is not None]).records(),
        "checks": [],
        "shrinkage": [],
        "eta_svg": None,
        "how": how,
        "n_sim": diagnostics.n_sim if diagnostics else 0,
        "versions": f"Diapedesis {__version__}; model {pkpd().name} {pkpd().fingerprint[:12]};"
        f" Python {platform.python_version()}, numpy {np.__version__},"
        f" llvmlite {version('llvmlite')}",
    }
    if diagnostics is not None:
        content["checks"] = [_check(k, c) for k, c in diagnostics.levels.items()]
        content["shrinkage"] = diagnostics.shrinkage.records()
        figure = eta_figure(diagnostics, pkpd())
        content["eta_svg"] = inline_svg(figure, "etas", "Etas by parameter, and against weight")
    return page("cohort.html.jinja", content)


def _check(kind: str, found: LevelCheck) -> dict[str, Any]:
    seen = np.flatnonzero(~found["censored"])
    return {
        "title": KINDS[kind],
        "n": len(found.rows.rows),
        "n_below": int(found["censored"].sum()),
        "tests": found.tests,
        "errors": found.errors.records() if seen.size else [],
        "gof": inline_svg(gof_figure(found), f"gof-{kind}", "Levels against predictions"),
        "residuals": inline_svg(residual_figure(found), f"res-{kind}", "Individual residuals")
        if seen.size
        else None,
        "npde": inline_svg(npde_figure(found), f"npde-{kind}", "npde"),
        "vpc": inline_svg(vpc_figure(found), f"vpc-{kind}", "Corrected predictive check"),
    }
