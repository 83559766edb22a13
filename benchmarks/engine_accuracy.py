"""How far the engine is from the truth, by tolerance: writes ``docs/guide/figures/accuracy.svg``.

Random subjects of the natalizumab model go through nine infusions, two injections, five exchanges,
an immunoadsorption, a change of weight and an episode of antibodies. Their courses, daily, are
compared with those of scipy's DOP853 at a relative tolerance of 1e-12. A subject's error is the
largest over days and outputs of the difference, relative to the largest value of that output in
that subject.

``python benchmarks/engine_accuracy.py`` takes some minutes, most of them scipy's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray

from diapedesis.models import pkpd
from diapedesis.simulate import Antibodies, Immunoadsorption, Injection, Plex, Protocol, solve

Array = NDArray[np.float64]
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "guide" / "figures"
METHODS: tuple[str, ...] = tuple(
    m for m in get_args(get_type_hints(solve)["method"]) if m not in ("auto", "reference")
)
TOLERANCES = (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
OUTPUTS = ("c", "c_free", "saturation", "free_alpha4", "gate", "igg", "fibrinogen", "v_plasma")
DAYS = np.arange(0.0, 301.0)
GIVEN = (
    Protocol(
        doses=(*Protocol.every(28, n=9).doses, Injection(100.0, 300.0), Injection(130.5, 300.0)),
        weights=((0.0, 75.0), (90.0, 68.0)),
        antibodies=(Antibodies(40.0, 0.5, 120.0),),
    )
    .with_sessions(Plex(232.0 + 2 * i, plasma_volumes=1.5) for i in range(5))
    .with_sessions([Immunoadsorption(244.0, plasma_volumes=2.0, column="tryptophan")])
)
N = 64
STYLES = (("#0072B2", "o"), ("#C25100", "s"), ("#5A5A5A", "D"))
TRUTH_RTOL = 1e-12


def subjects(n: int, seed: int = 1) -> dict[str, Array]:
    """Draw every parameter with a spread between subjects, log-normal about its default."""
    draw = np.random.default_rng(seed)
    return {
        id: p.default * np.exp(draw.normal(0.0, p.iiv, n))
        for id, p in pkpd().parameters.items()
        if p.iiv > 0
    }


def courses(people: dict[str, Array], method: str, rtol: float) -> tuple[Array, Array]:
    """Return outputs, shape (n_outputs, n_subjects, n_days), and steps, shape (n_subjects,)."""
    chosen: dict[str, Any] = {"method": method, "rtol": rtol, "parameters": people}
    found = solve(pkpd(), GIVEN, DAYS, OUTPUTS, **chosen).raise_failures()
    return np.array([found[id] for id in OUTPUTS]), found.steps


def errors(found: Array, truth: Array) -> Array:
    """Return each subject's error, shape (n_subjects,)."""
    size = np.max(np.abs(truth), axis=2, keepdims=True)
    return np.max(np.abs(found - truth) / size, axis=(0, 2))


def study(n: int = N) -> dict[str, Any]:
    """Return median and 95th percentile of the error, and steps, by method and tolerance."""
    people = subjects(n)
    truth, _ = courses(people, "reference", TRUTH_RTOL)
    rows = []
    for method in METHODS:
        for rtol in TOLERANCES:
            found, steps = courses(people, method, rtol)
            error = errors(found, truth)
            middle, high = np.quantile(error, [0.5, 0.95])
            rows.append(
                {
                    "method": method,
                    "rtol": rtol,
                    "median": float(middle),
                    "p95": float(high),
                    "steps": float(np.mean(steps)),
                }
            )
    return {"subjects": n, "seed": 1, "days": len(DAYS), "rows": rows}


def figure(numbers: dict[str, Any]) -> Figure:
    """Draw error against tolerance, and steps against error."""
    drawn = Figure(figsize=(7.1, 3.0), layout="constrained")
    left, right = drawn.subplots(1, 2)
    for method, (colour, marker) in zip(METHODS, STYLES, strict=False):
        rows = [r for r in numbers["rows"] if r["method"] == method]
        rtol, middle, high, steps = (
            [r[k] for r in rows] for k in ("rtol", "median", "p95", "steps")
        )
        style = {"color": colour, "marker": marker, "ms": 4}
        left.plot(rtol, middle, label=f"{method}, median", lw=1.2, **style)
        left.plot(rtol, high, label=f"{method}, 95 % below", lw=1.0, ls=":", **style)
        right.plot(middle, steps, label=method, lw=1.2, **style)
    left.plot(TOLERANCES, TOLERANCES, color="#888888", lw=0.8, ls="--", label="error = tolerance")
    _axes(left, "Relative tolerance", "Error of a subject")
    _axes(right, "Median error", "Steps per subject")
    right.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    right.yaxis.set_major_formatter("{x:g}")
    right.yaxis.set_minor_formatter(NullFormatter())
    return drawn


def _axes(ax: Axes, x: str, y: str) -> None:
    ax.set(xscale="log", yscale="log")
    ax.set_xlabel(x, fontsize=8)
    ax.set_ylabel(y, fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=8)
    ax.legend(frameon=False, fontsize=7)


def write(folder: Path = FOLDER, n: int = N) -> None:
    """Write ``accuracy.svg`` and ``accuracy.json`` into a folder."""
    numbers = study(n)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(numbers, indent=1)
    (folder / "accuracy.json").write_text(text + "\n", encoding="utf-8")
    with rc_context({"svg.hashsalt": "accuracy", "svg.fonttype": "none"}):
        figure(numbers).savefig(folder / "accuracy.svg", metadata={"Date": None})


if __name__ == "__main__":
    write()
