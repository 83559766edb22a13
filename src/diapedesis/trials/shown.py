"""The tables of a trial as a person reads them: headed columns of text, for page and report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from diapedesis.infer.table import Table
from diapedesis.trials.design import Trial
from diapedesis.trials.endpoints import Endpoint
from diapedesis.trials.found import Found
from diapedesis.trials.power import CONTROL, EVERYTHING, JOINT

PLUS = " + "


def arm_label(trial: Trial, id: str) -> str:
    """Return an arm, or several joined by a plus, in words."""
    own = {
        CONTROL: f"{trial.control.label} alone, its level",
        JOINT: "all arms of one trial",
        EVERYTHING: f"all arms, and the level of {trial.control.label}",
    }
    if id in own:
        return own[id]
    return PLUS.join(trial.arms[trial.arm(x)].label for x in id.split(PLUS))


def hypothesis_label(trial: Trial, id: str) -> str:
    """Return a hypothesis in words."""
    return next(h.label for h in trial.hypotheses if h.id == id)


def number(x: float, endpoint: Endpoint) -> str:
    """Return an outcome: a share in per cent, a mean with two digits."""
    if not np.isfinite(x):
        return "–"
    return f"{100 * x:.0f} %" if endpoint.kind == "share" else f"{x:.2g}"


def percent(x: float) -> str:
    """Return a share in per cent, without decimals."""
    return "–" if not np.isfinite(x) else f"{100 * x:.0f} %"


def outcomes(found: Found, variant: str, endpoint: Endpoint) -> Table:
    """Return a row for each hypothesis and arm: outcome, difference, ratio, verdict."""
    frame = found.outcomes
    rows = frame[(frame["variant"] == variant) & (frame["endpoint"] == endpoint.id)]
    write = lambda x: number(x, endpoint)  # noqa: E731
    n = max(found.settings.sizes)
    shown = []
    for r in rows.to_dict("records"):
        first = r["arm"] == found.trial.control.id
        ratio = "–" if first or np.isnan(r["ratio"]) else _ratio(r)
        shown.append(
            (
                hypothesis_label(found.trial, r["hypothesis"]) if first else "",
                arm_label(found.trial, r["arm"]),
                write(r["value"]),
                f"{write(r['low'])} to {write(r['high'])}",
                f"{write(r['trial_low'])} to {write(r['trial_high'])}",
                "–" if first else _difference(r, endpoint),
                ratio,
                "" if first else r["verdict"],
            )
        )
    header = (
        *("if the cause is", "arm", endpoint.label, "truths, 90 %", f"trials of {n}, 90 %"),
        *("difference to placebo", "ratio to placebo", "verdict"),
    )
    return Table(header, tuple(shown))


def _ratio(r: dict[str, Any]) -> str:
    return f"{r['ratio']:.2f} ({r['ratio_low']:.2f} to {r['ratio_high']:.2f})"


def _difference(r: dict[str, Any], endpoint: Endpoint) -> str:
    scale, form = (100, "{:+.0f}") if endpoint.kind == "share" else (1, "{:+.2g}")
    names = ("difference", "difference_low", "difference_high")
    middle, low, high = (form.format(scale * r[name] + 0.0) for name in names)
    return f"{middle} ({low} to {high})"


def verdicts(found: Found, variant: str) -> Table:
    """Return verdict and ratio of rebound, hypotheses down, arms across."""
    frame = found.outcomes
    rows = frame[(frame["variant"] == variant) & (frame["endpoint"] == "rebound")]
    arms = [a.id for a in found.trial.arms[1:]]
    shown = []
    for h in found.trial.hypotheses:
        own = rows[rows["hypothesis"] == h.id].set_index("arm")
        cells = [f"{own.loc[a, 'verdict']}, {own.loc[a, 'ratio']:.2f}" for a in arms]
        shown.append((h.label, *cells))
    return Table(("if the cause is", *(arm_label(found.trial, a) for a in arms)), tuple(shown))


def reasons(found: Found, variant: str) -> Table:
    """Return what is built in, row by row."""
    frame = found.reasons
    shown = []
    for r in frame[frame["variant"] == variant].to_dict("records"):
        hangs = f"`{r['hangs_on']}` ({r['rho']:+.2f})" if r["hangs_on"] else "–"
        shown.append(
            (
                hypothesis_label(found.trial, r["hypothesis"]),
                arm_label(found.trial, r["arm"]),
                r["status"],
                f"{r['law']:.2f}",
                f"{r['gd']:.2f} ({r['gd_low']:.2f} to {r['gd_high']:.2f})",
                hangs,
            )
        )
    header = (
        *("if the cause is", "arm", "built in?", "drive left, by the laws alone"),
        *("new lesions over placebo, simulated", "hangs most on"),
    )
    return Table(header, tuple(shown))


def depth(found: Found) -> Table:
    """Return how much of the cells was gone from blood."""
    rows = []
    for arm in found.trial.arms[1:]:
        own = found.depth[found.depth["arm"] == arm.id]
        if own.empty:
            continue
        cells = [_gone(r) for r in own.to_dict("records")]
        given = "; ".join(f"{t.amount:.2g} on day {t.time:g}" for t in _doses(arm.treatments))
        rows.append((arm.label, percent(arm.aim), given, *cells))
    days = sorted(found.depth["days"].unique())
    header = ("arm", "aim", "courses", *(f"day {d:g}" if d else "mean" for d in days))
    return Table(header, tuple(rows))


def _doses(treatments: Iterable[Any]) -> Sequence[Any]:
    return [t for t in treatments if hasattr(t, "amount")]


def _gone(r: dict[str, Any]) -> str:
    return f"{100 * r['gone']:.0f} ({100 * r['low']:.0f} to {100 * r['high']:.0f})"


def by_verdict(found: Found, variant: str, arm: str) -> dict[str, list[str]]:
    """Return the hypotheses under which an arm has each verdict on rebound."""
    frame = found.outcomes
    rows = frame[
        (frame["variant"] == variant) & (frame["endpoint"] == "rebound") & (frame["arm"] == arm)
    ]
    out: dict[str, list[str]] = {}
    for r in rows.to_dict("records"):
        out.setdefault(r["verdict"], []).append(hypothesis_label(found.trial, r["hypothesis"]))
    return out

