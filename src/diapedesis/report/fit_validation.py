"""The study that proves the fit as one self-contained HTML page."""

from __future__ import annotations

import platform

import numpy as np
from markupsafe import Markup

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
    content = {
        "settings": study.settings,
        "ok": all(c.ok for c in results.checks()),
        "tables": fit_tables,
        "results": results,
        "phases": [p for p in phases if p[1].rows],
        "reasons": fit_page.reasons(results),
        "repeat": f"Diapedesis {made['version']}; model {made['model'][:12]};"
        f" code {made['code'][:12]}; study {study.settings.name!r};"
        f" Python {platform.python_version()}, numpy {np.__version__}.",
    }
    page = environment().get_template("fit.html.jinja")
    return page.render(text=_text(results), figures=_figures(results), **content)


def _text(results: FitResults) -> dict[str, str]:
    return {
        "calibration": fit_page.CALIBRATION,
        "coverage": fit_page.COVERAGE.format(later=LATER),
        "prediction": fit_page.PREDICTION,
        "sessions": fit_page.sessions_text(results),
        "brier": fit_page.BRIER,
    }


def _figures(results: FitResults) -> dict[str, Markup]:
    return {
        "ranks": inline_svg(rank_figure(results), "ranks", "Ranks of true values"),
        "coverage": inline_svg(coverage_figure(results), "coverage", "Coverage of intervals"),
        "next": inline_svg(prediction_figure(results), "next", "Share foretold within 30 per cent"),
        "lasting": inline_svg(reliability_figure(results), "lasting", "Reliability of P(lasting)"),
    }
