"""Markdown of the figures, for the README and the page on speed: between markers, never by hand.

``python -m benchmarks.engine.tables`` fills every page that holds the markers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

from .analysis import OURS, at_equal_error, ratio
from .results import PATH

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "docs" / "guide" / "performance.md")
BEGIN, END = "<!-- engine:begin -->", "<!-- engine:end -->"
NOMINAL = "1e-06"


def main() -> None:
    """Fill the pages that hold the markers."""
    text = everything(json.loads(PATH.read_text("utf-8")))
    for page in PAGES:
        found = page.read_text("utf-8")
        if BEGIN in found:
            head, rest = found.split(BEGIN)
            tail = rest.split(END)[1]
            page.write_text(f"{head}{BEGIN}\n{text}{END}{tail}", encoding="utf-8")


def everything(results: dict[str, Any]) -> str:
    """Return all tables, and below them machine and versions."""
    parts = [workload_table(results, id) for id in ("a", "b", "c") if id in results["speed"]]
    parts += [stiffness_table(results), scaling_table(results), cold_table(results)]
    return "\n\n".join(p for p in [*parts, _foot(results)] if p) + "\n"


def workload_table(results: dict[str, Any], id: str) -> str:
    """Return one workload at the nominal tolerance: speeds, errors, ratios."""
    head = (
        "| engine | 1 process | 2 processes | error, median | error, p95 | ours / it, 1 and 2"
        " | at equal median error | at equal p95 |"
    )
    about = results["reference"][id]
    rows = [_row(results, id, name) for name in results["engines"]]
    title = f"**{about['label']}** (subjects per second, relative tolerance 1e-6)"
    return "\n".join([title, "", head, "|" + "---|" * 8, *rows])


def _row(results: dict[str, Any], id: str, name: str) -> str:
    about = results["engines"][name]
    if "missing" in about:
        return f"| {about['label']} | {about['missing']} |" + " |" * 6
    e = results["errors"].get(id, {}).get(name, {}).get(NOMINAL, {"failed": "not measured"})
    if "failed" in e:
        return f"| {about['label']} | {e['failed']} |" + " |" * 6
    speed = results["speed"][id][name][NOMINAL]
    ours = results["speed"][id].get(OURS, {}).get(NOMINAL)
    cells = [f"{_two(median(speed[k]['rounds']))}" for k in ("1", "2")]
    cells += [f"{e['median']:.1e}", f"{e['p95']:.1e}"]
    if name == OURS or not ours:
        return _line([about["label"], *cells, "", "", ""])
    ratios = [_two(ratio(ours[k]["rounds"], speed[k]["rounds"])) for k in ("1", "2")]
    equal = [_signed(at_equal_error(results, id, name, NOMINAL, x)) for x in ("median", "p95")]
    return _line([about["label"], *cells, ", ".join(ratios), *equal])


def stiffness_table(results: dict[str, Any]) -> str:
    """Return speeds, one process, as the fast rates of B grow."""
    ids = [id for id in ("b", "b10", "b100") if id in results["speed"]]
    if len(ids) < 2:
        return ""
    head = _line(["engine", *(results["reference"][id]["label"] for id in ids)])
    rows = [
        _line([about["label"], *(_speed(results, id, name) for id in ids)])
        for name, about in results["engines"].items()
        if "missing" not in about
    ]
    title = "**Faster rates** (subjects per second, one process; median error in brackets)"
    return "\n".join([title, "", head, "|" + "---|" * (len(ids) + 1), *rows])


def _speed(results: dict[str, Any], id: str, name: str) -> str:
    e = results["errors"].get(id, {}).get(name, {}).get(NOMINAL, {"failed": "not measured"})
    if "failed" in e:
        return str(e["failed"])
    rounds = results["speed"][id][name][NOMINAL]["1"]["rounds"]
    return f"{_two(median(rounds))} ({e['median']:.0e})"


def scaling_table(results: dict[str, Any]) -> str:
    """Return time and memory by number of subjects."""
    rows = [
        _line([id, mode, f"{int(n):,}", f"{r['seconds']:.2g} s", f"{r['peak_mib']:.0f} MiB"])
        for id, modes in results.get("scaling", {}).items()
        for mode, sizes in modes.items()
        for n, r in sizes.items()
    ]
    head = _line(["workload", "answer", "subjects", "time, 2 threads", "largest memory"])
    return "\n".join([head, "|---|---|---|---|---|", *rows]) if rows else ""


def cold_table(results: dict[str, Any]) -> str:
    """Return the times of new processes."""
    rows = [_line([r["what"], f"{r['seconds']:.2f} s"]) for r in results.get("cold", [])]
    return "\n".join([_line(["a new process", "time"]), "|---|---|", *rows]) if rows else ""


def _foot(results: dict[str, Any]) -> str:
    every = [e.get("versions", {}) for e in results["engines"].values()]
    versions = ", ".join(sorted({f"{k} {v}" for each in every for k, v in each.items()}))
    apart = max(r["checked_difference"] for r in results["reference"].values())
    shares = [
        x
        for by_engine in results["speed"].values()
        for by_tolerance in by_engine.values()
        for row in by_tolerance.get(NOMINAL, {}).values()
        for x in row["share"]
    ]
    peak = results.get("peak")
    share = (
        f" Measured peak of one thread {peak['gflops']:.0f} GFLOP/s, of which"
        f" {100 * peak['fraction']:.0f} % are used on {peak['workload'].upper()}."
        if peak
        else ""
    )
    return (
        "Medians over interleaved rounds of one run; error: largest over days and outputs, relative"
        " to the output's peak, over subjects; reference solved twice, which differs by at most"
        f" {apart:.0e}.{share} While they were timed, half of the engines had at least"
        f" {100 * median(shares):.0f} % of their processors. {results['machine']}; load"
        f" {results['load'][0]:.1f} before, {results['load'][-1]:.1f} after; {versions}."
    )


def _two(x: float) -> str:
    """Return two significant digits, thousands apart.

    Examples
    --------
    >>> _two(12345.0), _two(3.14159), _two(0.123)
    ('12,000', '3.1', '0.12')
    """
    return f"{float(f'{x:.2g}'):,.0f}" if x >= 10 else f"{x:.2g}"


def _signed(found: tuple[float, str] | None) -> str:
    return "" if found is None else f"{found[1]}{_two(found[0])}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
