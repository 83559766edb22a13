"""The study that proves the fit as one self-contained HTML page."""

from __future__ import annotations

import platform

import numpy as np

from diapedesis.report.fit_figures import (
    coverage_figure,
    prediction_figure,
    rank_figure,
    reliability_figure,
)
from diapedesis.report.html import environment
from diapedesis.report.svg import inline_svg
from diapedesis.validation import fit_page, fit_tables
from diapedesis.validation.fit_prediction import PHASES
from diapedesis.validation.fit_replicate import LATER
from diapedesis.validation.fit_results import FitResults
from diapedesis.validation.fit_study import manifest


def fit_validation_report(results: FitResults) -> str:
    """Return the report of a study.

    Parameters
    ----------
    results : FitResults

    Returns
    -------
    str
        A whole HTML page. The same study gives the same bytes.
    """
    study = results.study
    made = manifest(study.settings)
    phases = [
        (
            fit_tables.PHASE_NAMES[phase].capitalize(),
            fit_tables.prediction(results, phase, "observed"),
            fit_tables.prediction(results, phase, "true"),
        )
        for phase in PHASES
    ]
    return (
        environment()
        .get_template("fit.html.jinja")
        .render(
            settings=study.settings,
            ok=all(c.ok for c in results.checks()),
            tables=fit_tables,
            results=results,
            phases=[p for p in phases if p[1].rows],
            text={
                "calibration": fit_page.CALIBRATION,
                "coverage": fit_page.COVERAGE.format(later=LATER),
                "prediction": fit_page.PREDICTION,
                "sessions": fit_page.sessions_text(results),
                "brier": fit_page.BRIER,
            },
            reasons=fit_page.reasons(results),
            rank_svg=inline_svg(rank_figure(results), "ranks", "Ranks of true values"),
            coverage_svg=inline_svg(coverage_figure(results), "coverage", "Coverage of intervals"),
            prediction_svg=inline_svg(
                prediction_figure(results), "next", "Share within 30 per cent"
            ),
            reliability_svg=inline_svg(reliability_figure(results), "lasting", "Reliability"),
            repeat=f"Diapedesis {made['version']}; model {made['model'][:12]}; code {made['code'][:12]};"
            f" study {study.settings.name!r}; Python {platform.python_version()},"
            f" numpy {np.__version__}.",
        )
    )
