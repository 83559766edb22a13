"""The tables of a trial as a person reads them: headed columns of text, for page and report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diapedesis.infer.table import Table
from diapedesis.simulate import Depletion
from diapedesis.trials.arms import Arm
from diapedesis.trials.design import Trial
from diapedesis.trials.endpoints import Endpoint
from diapedesis.trials.found import Found
from diapedesis.trials.power import CONTROL, EVERYTHING, JOINT
from diapedesis.trials.rows import Row, by, rows

PLUS = " + "
WHICH = "if the cause is"


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


def number(x: float, endpoint: Endpoint, sign: str = "") -> str:
    """Return an outcome: a share in per cent, a mean with two decimals below 10.

    Examples
    --------
    >>> from diapedesis.trials.endpoints import ENDPOINTS
    >>> number(0.25, ENDPOINTS[0]), number(0.25, ENDPOINTS[-1], "+"), number(27.3, ENDPOINTS[-1])
    ('25 %', '+0.25', '27')
    """
    if not np.isfinite(x):
        return "–"
    if endpoint.kind == "share":
        return f"{100 * x:{sign}.0f} %"
    return f"{x:{sign}.0f}" if abs(x) >= 10 else f"{round(x, 2) + 0.0:{sign}.2f}"


def percent(x: float) -> str:
    """Return a share in per cent, without decimals."""
    return "–" if not np.isfinite(x) else f"{100 * x:.0f} %"


def outcomes(found: Found, variant: str, endpoint: Endpoint) -> Table:
    """Return a row for each hypothesis and arm: outcome, difference, ratio, verdict."""
    header = (
        *(WHICH, "arm", endpoint.label, "truths, 90 %"),
        f"trials of {max(found.settings.sizes)}, 90 %",
        *("difference to placebo", "ratio to placebo", "verdict"),
    )
    own = rows(found.outcomes, variant=variant, endpoint=endpoint.id)
    return Table(header, tuple(_outcome(found.trial, r, endpoint) for r in own))


def _outcome(trial: Trial, r: Row, endpoint: Endpoint) -> tuple[str, ...]:
    span = lambda low, high: f"{number(r[low], endpoint)} to {number(r[high], endpoint)}"  # noqa: E731
    first = r["arm"] == trial.control.id
    return (
        hypothesis_label(trial, r["hypothesis"]) if first else "",
        arm_label(trial, r["arm"]),
        number(r["value"], endpoint),
        span("low", "high"),
        span("trial_low", "trial_high"),
        "–" if first else _difference(r, endpoint),
        "–" if first or np.isnan(r["ratio"]) else _ratio(r),
        "" if first else r["verdict"],
    )


def _ratio(r: Row) -> str:
    return f"{r['ratio']:.2f} ({r['ratio_low']:.2f} to {r['ratio_high']:.2f})"


def _difference(r: Row, endpoint: Endpoint) -> str:
    names = ("difference", "difference_low", "difference_high")
    middle, low, high = (number(round(r[x], 6) + 0.0, endpoint, "+") for x in names)
    return f"{middle} ({low} to {high})"


def verdicts(found: Found, variant: str, arms: Sequence[str] = ()) -> Table:
    """Return verdict and ratio of rebound, hypotheses down, arms across; by default all arms."""
    trial = found.trial
    at = by(found.outcomes, "hypothesis", "arm", variant=variant, endpoint="rebound")
    across = [a for a in trial.arms[1:] if not arms or a.id in arms]
    cell = lambda r: f"{r['verdict']}, {r['ratio']:.2f}"  # noqa: E731
    shown = [(h.label, *(cell(at[h.id, a.id]) for a in across)) for h in trial.hypotheses]
    return Table((WHICH, *(a.label for a in across)), tuple(shown))


def by_verdict(found: Found, variant: str, arm: str) -> dict[str, list[str]]:
    """Return the hypotheses under which an arm has each verdict on rebound."""
    out: dict[str, list[str]] = {}
    for r in rows(found.outcomes, variant=variant, endpoint="rebound", arm=arm):
        out.setdefault(r["verdict"], []).append(hypothesis_label(found.trial, r["hypothesis"]))
    return out


def reasons(found: Found, variant: str) -> Table:
    """Return what is built in, row by row."""
    shown = [
        (
            hypothesis_label(found.trial, r["hypothesis"]),
            arm_label(found.trial, r["arm"]),
            r["status"],
            f"{r['law']:.2f}",
            f"{r['gd']:.2f} ({r['gd_low']:.2f} to {r['gd_high']:.2f})",
            f"`{r['hangs_on']}` ({r['rho']:+.2f})" if r["hangs_on"] else "–",
        )
        for r in rows(found.reasons, variant=variant)
    ]
    header = (
        *(WHICH, "arm", "built in?", "drive left, by the laws alone"),
        *("new lesions over placebo, simulated", "hangs most on"),
    )
    return Table(header, tuple(shown))


def depth(found: Found) -> Table:
    """Return how much of the cells was gone from blood."""
    days = sorted({r["days"] for r in rows(found.depth)})
    at = by(found.depth, "arm", "days")
    shown = [
        (a.label, percent(a.aim), _given(a), *(_gone(at[a.id, d]) for d in days))
        for a in found.trial.arms
        if a.cells
    ]
    header = ("arm", "aim", "courses", *(f"day {d:g}" if d else "mean" for d in days))
    return Table(header, tuple(shown))


def _given(arm: Arm) -> str:
    doses = [t for t in arm.treatments if isinstance(t, Depletion)]
    return "; ".join(f"{t.amount:.2g} on day {t.time:g}" for t in doses)


def _gone(r: Row) -> str:
    return f"{100 * r['gone']:.0f} ({100 * r['low']:.0f} to {100 * r['high']:.0f})"
