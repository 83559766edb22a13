"""The result of a case as lines of text, and as data."""

from __future__ import annotations

import math
from textwrap import wrap
from typing import Any

from diapedesis import __version__
from diapedesis.app.cli.show import NOTICE, plain
from diapedesis.cases import words
from diapedesis.cases.assumed import FIXED_SESSIONS, MOST_SESSIONS
from diapedesis.cases.assumptions import assumptions
from diapedesis.cases.result import CaseResult, Prediction
from diapedesis.cases.said import (
    NEAR,
    NUMBERS,
    behind,
    ess_words,
    in_hundred,
    later_name,
    least_tail,
    left_out_words,
    observed_words,
    rarity,
    seed_words,
    spread_words,
    tail_error,
    tail_words,
)
from diapedesis.cases.sessions import LevelClass, by_level
from diapedesis.cases.store import Outcome, SeriesResult, Unanswered
from diapedesis.models.pml import pml
from diapedesis.report.case_sessions import FEW, class_words, number_words

WIDTH = 100


def lines_of(found: CaseResult | SeriesResult) -> list[str]:
    """Return a result as lines of text."""
    head = [f"case {found.case.id}: {found.case.title}"]
    middle = _series(found) if isinstance(found, SeriesResult) else _patient(found)
    return [*(x for text in head for x in _wrapped(text)), *middle, "", NOTICE]


def _patient(result: CaseResult) -> list[str]:
    case = result.case
    near = [NEAR] if result.near_unconditional else []
    lines = [x for text in (*near, ess_words(result), seed_words(result)) for x in _wrapped(text)]
    lines += ["", f"Known at the moment ({words.moment_words(case.moment)})"]
    for used in result.used:
        how = used.reason or f"used, mean likelihood {used.mean_likelihood:.2g}"
        lines += _item(f"{words.fact_words(used.fact, case.moment)}: {how}")
    lines += [] if result.used else ["  - nothing but the treatments"]
    lines += ["", "Observed later, beside what the model predicts"]
    for p in result.predictions:
        lines += _later(result, p)
    lines += ["", "Left out"]
    lines += [x for text in left_out_words(result) or ["nothing"] for x in _item(text)]
    lines += ["", "Assumed"]
    return lines + [x for text in assumptions(case) for x in _item(text)]


def _later(result: CaseResult, p: Prediction) -> list[str]:
    lines = _item(later_name(p.fact, result.case))
    if p.predicted is None:
        return lines + _row("cannot say", p.reason)
    least = least_tail(result, p)
    given = " (if PML was coming)" if p.if_seeded else ""
    lines += _row("asked", p.predicted.label + given)
    if p.observed is not None:
        lines += _row("observed", observed_words(p))
    lines += _row("prior", spread_words(p.predicted.form, p.prior, least))
    lines += _row("posterior", spread_words(p.predicted.form, p.predicted.values, least))
    lines += _row("so", tail_words(result, p))
    return lines + _needed(p)


def _needed(p: Prediction) -> list[str]:
    """Return the sessions of exchange needed, by the level at the moment."""
    lines: list[str] = []
    for c in by_level(p.needed[0]) if p.needed else ():
        spread = "too few draws"
        if c.draws >= FEW:
            low, middle, high = (number_words(x) for x in c.sessions[::2])
            spread = f"median {middle} (90 %: {low} to {high})"
        lines += _row("needed", f"at {class_words(c)} mg/L: {spread}")
    return lines


def _series(found: SeriesResult) -> list[str]:
    series = found.series
    n = len(series.series.truth)
    tail = (
        f"{rarity(series.tail)} under the model: tail probability {in_hundred(series.tail, 1 / n)}"
    )
    lines = _wrapped(
        f"No patient of this series is known alone: {n:,} series of {found.case.patients} are"
        f" simulated. The published numbers together are {tail}."
    )
    lines += ["", f"  {'patients':<34}{'published':>10}{'mean':>8}{'90 %':>12}{'tail':>8}"]
    for r in series.summary().to_dict("records"):
        span = f"{r['low']:.0f} to {r['high']:.0f}"
        name = NUMBERS[r["number"]]
        lines.append(
            f"  {name:<34}{r['published']:>10}{r['mean']:>8.1f}{span:>12}{r['tail']:>8.2g}"
        )
    lines += ["", "Other readings of what the report leaves open: tail probability together"]
    return lines + [
        f"  {r['reading']:<46}{r['tail']:>8.2g}" for r in series.readings().to_dict("records")
    ]


def data_of(found: Outcome) -> dict[str, Any]:
    """Return an outcome as plain values: no infinity ("not reached") and no NaN (null)."""
    case = found.case
    data: dict[str, Any] = {
        "command": "case run",
        "id": case.id,
        "title": case.title,
        "conditioning": case.conditioning,
    }
    if isinstance(found, Unanswered):
        data["no_answer"] = found.reason
    elif isinstance(found, SeriesResult):
        data["tail"] = found.series.tail
        data["numbers"] = found.series.summary().to_dict("records")
        data["readings"] = found.series.readings().to_dict("records")
    else:
        data |= _patient_data(found)
    data["reproducibility"] = {
        "version": __version__,
        "model": pml().fingerprint[:12],
        "draws": found.draws,
        "seed": found.seed,
    }
    return dict(plain(data | {"notice": NOTICE}))


def _patient_data(result: CaseResult) -> dict[str, Any]:
    case = result.case
    return {
        "ess": result.ess,
        "ess_seeded": result.ess_seeded,
        "seeded": result.seeded,
        "given": [
            {
                "fact": words.fact_words(u.fact, case.moment),
                "not_used": u.reason or None,
                "mean_likelihood": u.mean_likelihood,
            }
            for u in result.used
        ],
        "later": [_prediction_data(result, p) for p in result.predictions],
        "left_out": left_out_words(result),
        "assumed": assumptions(case),
    }


def _prediction_data(result: CaseResult, p: Prediction) -> dict[str, Any]:
    data: dict[str, Any] = {"fact": words.fact_words(p.fact, result.case.moment)}
    if p.predicted is None:
        return data | {"cannot_say": p.reason}
    form, values = p.predicted.form, p.predicted.values
    if p.needed is not None:
        data["sessions_by_level"] = [_class_data(c) for c in by_level(p.needed[0])]
    return data | {
        "asked": p.predicted.label,
        "form": form,
        "if_seeded": p.if_seeded,
        "observed": None if p.observed is None else (p.observed.low, p.observed.high),
        "prior": _numbers(form, p.prior),
        "posterior": _numbers(form, values),
        "tail": p.tail,
        "tail_error": tail_error(result, p),
        "rarity": rarity(p.tail) or None,
        "draws_behind": behind(result, p),
    }


def _class_data(c: LevelClass) -> dict[str, Any]:
    numbers = dict(zip(("q05", "median", "q95"), c.sessions[::2], strict=False))
    return {
        "level_from": c.low,
        "level_below": c.high if math.isfinite(c.high) else None,
        "draws": c.draws,
        **numbers,
        f"{FIXED_SESSIONS}_enough": c.fixed,
        f"{MOST_SESSIONS}_enough": c.most,
    }


def _numbers(form: str, values: Any) -> dict[str, float]:
    import numpy as np

    from diapedesis.cases.said import ordered

    if form == "chance":
        return {"probability": float(values.mean())}
    low, middle, high = ordered(values)
    never = {"never": float(np.isinf(values).mean())} if form == "day" else {}
    return {"q05": float(low), "median": float(middle), "q95": float(high)} | never


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def _item(text: str) -> list[str]:
    return _wrapped(text, "  - ", "    ")


def _row(name: str, text: str) -> list[str]:
    return _wrapped(text, f"    {name:<11}", " " * 15)
