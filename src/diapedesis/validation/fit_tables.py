"""The tables of a study as a person reads them: headed columns of text, for page and report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from diapedesis.models import pkpd
from diapedesis.validation.fit_coverage import SHARES
from diapedesis.validation.fit_results import FitResults

KNOWN = {0: "none", 1: "1", 2: "2", 3: "3"}
SESSION_SHARES = ("right", "within_one", "too_few", "too_many", "none", "lasts")
PHASE_NAMES = {
    "treatment": "on treatment, up to 6 weeks after an infusion",
    "washout": "washout, more than 6 weeks after the last infusion",
    "exchange": "exchange: first session to 7 days after the last",
}


@dataclass(frozen=True)
class Shown:
    """A table to be read.

    Attributes
    ----------
    header : tuple of str
    rows : tuple of tuple of str
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def label(quantity: str) -> str:
    """Return a quantity in words: the label of a parameter, or its own name."""
    found = pkpd().parameters.get(quantity)
    return quantity if found is None else f"{found.label} ({quantity})"


def percent(x: float) -> str:
    """Return a share in per cent, without decimals."""
    return f"{100 * x:.0f} %"


def calibration(results: FitResults) -> Shown:
    """Return one row for each quantity and number of levels, quantities together."""
    records = results.calibration.records()
    order = list(dict.fromkeys(r["quantity"] for r in records))
    records.sort(key=lambda r: (order.index(r["quantity"]), r["levels"]))
    header = ("quantity", "levels known", "patients", "mean rank", "spread", "p", "in the band")
    rows = [
        (
            label(r["quantity"]),
            KNOWN[r["levels"]],
            str(r["n"]),
            f"{r['mean_rank']:.3f}",
            f"{r['spread']:.2f}",
            f"{r['p']:.2g}",
            _yes(r["inside"]),
        )
        for r in records
    ]
    return Shown(header, tuple(rows))


def coverage(results: FitResults) -> Shown:
    """Return one row for each quantity and number of levels, intervals side by side."""
    cells: dict[tuple[str, int, int], list[str]] = {}
    for r in results.coverage.records():
        key = (r["quantity"], r["levels"], r["n"])
        band = f"{100 * r['low']:.0f} to {100 * r['high']:.0f}"
        mark = "" if r["inside"] else " outside"
        cells.setdefault(key, []).append(f"{100 * r['covered']:.1f} ({band}){mark}")
    header = ("quantity", "levels known", "patients", *(percent(s) for s in SHARES))
    rows = [(label(name), KNOWN[k], str(n), *found) for (name, k, n), found in cells.items()]
    return Shown(header, tuple(rows))


def prediction(results: FitResults, phase: str, reference: str) -> Shown:
    """Return errors in one phase against one reference, the attainable beside the found."""
    records = [
        r
        for r in results.prediction.records()
        if r["phase"] == phase and r["reference"] == reference
    ]
    header = (
        "levels known",
        "predicted by",
        "levels (left out)",
        "bias, mean",
        "bias, median",
        "error, median",
        "RMSE",
        "RMSE [mg/L]",
        "within 20 %",
        "within 30 %",
    )
    rows = [
        (
            KNOWN[r["levels"]],
            "the fit" if r["predictor"] == "fit" else "the truth (attainable)",
            f"{r['n']} ({r['below']})",
            _interval(r, "bias_mean", "{:+.0f}"),
            _interval(r, "bias_median", "{:+.0f}"),
            _interval(r, "error_median", "{:.0f}"),
            _interval(r, "rmse", "{:.0f}"),
            f"{r['rmse_mg_per_l']:.1f}",
            _interval(r, "within_20", "{:.0f}"),
            _interval(r, "within_30", "{:.0f}"),
        )
        for r in records
    ]
    return Shown(header, tuple(rows))


def sessions(results: FitResults) -> Shown:
    """Return how planned numbers of sessions compare with the numbers needed."""
    header = (
        "rule",
        "levels known",
        "patients",
        "right",
        "within one",
        "too few",
        "too many",
        "told none",
        "lasts",
        "mean sessions",
    )
    rows = [
        (
            r["rule"],
            "any" if r["levels"] is None else KNOWN[r["levels"]],
            str(r["n"]),
            *(percent(r[c]) for c in SESSION_SHARES),
            f"{r['sessions']:.1f}",
        )
        for r in results.sessions.records()
    ]
    return Shown(header, tuple(rows))


def brier(results: FitResults) -> Shown:
    """Return the Brier scores and their parts."""
    columns = ("brier", "expected", "reliability", "resolution", "uncertainty", "within")
    header = (
        "levels known",
        "patients",
        "Brier score",
        "a right forecast's",
        *columns[2:],
        "skill",
    )
    rows = [
        (
            KNOWN[r["levels"]],
            str(r["n"]),
            *(f"{r[c]:.3f}" for c in columns),
            percent(r["skill"]) if np.isfinite(r["skill"]) else "–",
        )
        for r in results.brier.records()
    ]
    return Shown(header, tuple(rows))


def reliability(results: FitResults) -> Shown:
    """Return forecast and outcome by bin."""
    header = ("levels known", "patients", "mean forecast", "happened", "band", "in the band")
    rows = [
        (
            KNOWN[r["levels"]],
            str(r["n"]),
            percent(r["forecast"]),
            percent(r["happened"]),
            f"{100 * r['low']:.0f} to {100 * r['high']:.0f} %",
            _yes(r["inside"]),
        )
        for r in results.reliability.records()
    ]
    return Shown(header, tuple(rows))


def checks(results: FitResults) -> Shown:
    """Return what must hold, and whether it does."""
    rows = [(c.name, c.found, "holds" if c.ok else "FAILS") for c in results.checks()]
    return Shown(("check", "found", "verdict"), tuple(rows))


def refusals(results: FitResults) -> Shown:
    """Return refused fits by number of levels, and the effective draws of the others."""
    header = (
        "levels known",
        "fits",
        "refused",
        "allowed",
        "holds",
        "effective draws: median",
        "least",
        "largest R-hat",
    )
    rows = [
        (
            KNOWN[r["levels"]],
            *(str(r[c]) for c in ("n", "refused", "most")),
            _yes(r["inside"]),
            *(f"{r[c]:.0f}" for c in ("ess_median", "ess_least")),
            f"{r['rhat_largest']:.3f}",
        )
        for r in results.refusals.records()
    ]
    return Shown(header, tuple(rows))


def needed(results: FitResults) -> Shown:
    """Return how many patients need how many sessions."""
    lasts = results.asked[0].lasts
    first = np.where(lasts.any(axis=1), np.argmax(lasts, axis=1), lasts.shape[1])
    counts = np.bincount(first, minlength=lasts.shape[1] + 1)
    names = [*(str(i) for i in range(lasts.shape[1])), f"more than {lasts.shape[1] - 1}"]
    return Shown(("sessions needed", *names), (("patients", *(str(c) for c in counts)),))


def markdown(shown: Shown) -> str:
    """Return a table in Markdown."""
    lines = [_line(shown.header), f"|{'---|' * len(shown.header)}"]
    return "\n".join([*lines, *(_line(r) for r in shown.rows)]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(c.replace('|', '/') for c in cells)} |"


def _yes(inside: bool) -> str:
    return "yes" if inside else "**no**"


def _interval(row: dict[str, Any], name: str, form: str) -> str:
    """Return a share in per cent with its interval."""
    middle, low, high = (100 * row[k] for k in (name, f"{name}_low", f"{name}_high"))
    parts = [form.format(round(x) + 0.0) for x in (middle, low, high)]
    return "{} ({} to {})".format(*parts)
