"""What every report shows: patient, cautions, levels, parameters, sources, how to repeat it."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from diapedesis import __version__
from diapedesis.infer.fit import Fit
from diapedesis.observe import Assay
from diapedesis.plan import Flag
from diapedesis.plan.figures import fit_figure, parameter_figure
from diapedesis.plan.words import k_of_20, level
from diapedesis.report.sources import claims_behind, fitted_rows, links_of, other_rows
from diapedesis.report.svg import inline_svg
from diapedesis.report.words import (
    Calendar,
    inside,
    occasions,
    patient,
    percent,
    share,
    span,
)
from diapedesis.simulate import Session

TITLES = {
    "child": "A child",
    "weight": "Unusual body weight",
    "pregnancy": "Pregnancy",
    "no height": "Height not given",
    "no haematocrit": "Haematocrit not given",
    "no sex": "Sex not given",
    "antibodies not tested": "Antibodies against the drug not tested",
    "no level": "No level was measured",
    "assay limit": "The assay does not reach the threshold",
    "conflict": "The levels do not fit the history",
    "outlier": "A measurement is probably wrong",
    "shrinkage": "The levels leave much open",
}
SAID = ("no height", "no haematocrit", "no sex", "no level", "antibodies not tested", "pregnancy")
"""Flags whose title says all that was found."""
TECHNICAL = ("shrinkage",)
"""Flags that stand with the parameters instead of on the first page."""
ASSUMED = (
    "The model's structure holds for this patient: two compartments, linear and saturable"
    " elimination, instant binding to alpha4-integrin, a gate driven by free alpha4.",
    "One level in thirty is not what its label says, with an error five times the assay's.",
    "Nothing is given after the events listed, other than the sessions shown.",
    "Removal of other drugs, catheter and bleeding risks, and the course of PML or IRIS itself are"
    " not modelled.",
)


def common(
    fit: Fit,
    flags: Sequence[Flag],
    calendar: Calendar,
    text: str = "",
    planned: Sequence[Session] = (),
) -> dict[str, Any]:
    """Return the part of a page's content that all reports share.

    Parameters
    ----------
    fit : Fit
    flags : sequence of Flag
    calendar : Calendar
    text : str
        Further text whose claim ids belong into the table of sources.
    planned : sequence of Session
        Kinds of session that a plan chose from.
    """
    fitted, others = fitted_rows(fit), other_rows(fit, planned)
    claims = claims_behind([*fitted, *others], text)
    label = calendar.day_label
    return {
        "patient": patient(fit.subject, calendar),
        "flags": [_caution(f, fit, calendar) for f in flags if f.code not in TECHNICAL],
        "technical_flags": [_caution(f, fit, calendar) for f in flags if f.code in TECHNICAL],
        "levels": _levels(fit, calendar),
        "fitted": fitted,
        "others": others,
        "claims": claims,
        "links": {c.id: links_of(c) for c, _ in claims},
        "assumed": ASSUMED,
        "repeat": _repeat(fit),
        "fit_svg": inline_svg(
            fit_figure(fit, day_label=label), "past", "Measured levels and the fitted course"
        )
        if fit.subject.levels
        else None,
        "parameter_svg": inline_svg(
            parameter_figure(fit), "parameters", "Prior and posterior of each fitted parameter"
        ),
        "has_level": bool(fit.subject.levels),
        "occasions": occasions(fit.subject.occasions, calendar),
    }


def twenty(p: float) -> dict[str, Any]:
    """Return a probability as figures of twenty."""
    return {"filled": min(20, max(0, round(20 * p))), "words": k_of_20(p)}


def _caution(flag: Flag, fit: Fit, calendar: Calendar) -> dict[str, str]:
    """Return a flag in words: parameter ids as labels, model days as the case writes them."""
    found = flag.found
    if flag.code == "shrinkage":
        found = "; ".join(inside(fit.model.parameters[i].label) for i in found.split(", "))
    for x in fit.subject.levels if flag.code == "outlier" else ():
        found = found.replace(f"day {x.time:g} ", f"{calendar.date(x.time)} ")
    title = TITLES.get(flag.code, flag.code.capitalize())
    text = flag.meaning if flag.code in SAID else f"{found}: {flag.meaning}"
    return {"title": title, "text": text[0].upper() + text[1:]}


def _levels(fit: Fit, calendar: Calendar) -> list[dict[str, str]]:
    rows = []
    for x, r in zip(fit.subject.levels, fit.levels.to_dict("records"), strict=True):
        value = x.assay.lloq if x.value is None else x.value
        write = level if x.assay.unit else share
        rows.append(
            {
                "day": calendar.date(x.time),
                "measured": f"below {write(x.assay.lloq)}" if x.below else write(value),
                "predicted": write(r["pred_50"]),
                "interval": span(r["pred_05"], r["pred_95"], write),
                "p_outlier": percent(r["p_outlier"]),
                "outlier": "yes" if r["p_outlier"] > 0.5 else "",
                "assay": _assay(x.assay),
            }
        )
    return rows


def _assay(a: Assay) -> str:
    if a.unit:
        added, limit, what = f"{a.additive_sd:g} mg/L", f"{a.lloq:g}", f"{a.measures} drug"
    else:
        added, limit, what = f"{100 * a.additive_sd:g} points", share(a.lloq), "saturation"
    parts = [a.name, f"SD {100 * a.proportional_sd:.0f} % + {added}"]
    parts += [f"LLOQ {limit}", f"reads {what}"]
    if a.factor != 1:
        parts.append(f"reads {a.factor:g} times the reference")
    return ", ".join(parts)


def _repeat(fit: Fit) -> str:
    return (
        f"Diapedesis {__version__}; model {fit.model.name} {fit.model.fingerprint[:12]};"
        f" seed {fit.seed}; {fit.n_draws} draws, worth {fit.ess:.0f} independent ones, largest"
        f" R-hat {fit.rhat:.3f}; prior counted {fit.prior_weight:g} times;"
        f" Python {platform.python_version()}, numpy {np.__version__},"
        f" llvmlite {version('llvmlite')}."
    )
