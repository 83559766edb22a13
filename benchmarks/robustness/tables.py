"""Summary of the records, and the tables of the guide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from diapedesis.exchange.files import write_atomic

if TYPE_CHECKING:
    from benchmarks.robustness.run import Record

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "estimation.md"
BEGIN, END = "<!-- robustness:begin -->", "<!-- robustness:end -->"
SAME = 0.01
"""Objectives closer than this belong to one mode."""
ALL = "all"


def best(record: Record) -> float:
    """Return the lowest objective that any search found."""
    ends = [record.independent, record.at_truth, *record.peers.values()]
    return min(ends if record.found is None else [*ends, record.found])


def worse(record: Record) -> bool:
    """Return whether the estimate is not the best mode known; a refusal is no estimate."""
    return record.found is not None and record.found > best(record) + SAME


def summary(records: Sequence[Record]) -> dict[str, Any]:
    """Return counts and medians by shape, peers, and what the refusals say."""
    names = list(dict.fromkeys(r.shape for r in records))
    groups = {name: [r for r in records if r.shape == name] for name in names}
    groups[ALL] = list(records)
    reasons = Counter(_short(r.reason) for r in records if r.found is None)
    return {
        "shapes": {name: _counts(some) for name, some in groups.items()},
        "peers": _peers([r for r in records if r.peers]),
        "refusals": dict(reasons.most_common()),
    }


def _short(reason: str) -> str:
    """Return what failed, without the numbers of one subject."""
    return re.sub(r"\d[\d.e+-]*", "#", reason.split(":")[0].split(";")[0])


def _counts(records: Sequence[Record]) -> dict[str, Any]:
    seen = [r for r in records if r.found is not None]
    evaluations = [r.evaluations for r in records]
    return {
        "subjects": len(records),
        "best": sum(not worse(r) for r in seen),
        "refused": len(records) - len(seen),
        "worse": sum(worse(r) for r in records),
        "above_truth": sum(r.found > r.at_truth + SAME for r in seen if r.found is not None),
        "lost_from_the_starts_alone": sum(
            r.first is None or r.first > best(r) + SAME for r in records
        ),
        "lower_than_independent": sum(
            r.found < r.independent - SAME for r in seen if r.found is not None
        ),
        "iterations": int(np.median([r.iterations for r in seen])) if seen else 0,
        "evaluations": int(np.median(evaluations)),
        "evaluations_p95": int(np.quantile(evaluations, 0.95)),
    }


def _peers(records: Sequence[Record]) -> dict[str, Any]:
    def lost(end: Callable[[Record], float | None]) -> int:
        ends = [(end(r), best(r) + SAME) for r in records]
        return sum(u is None or u > limit for u, limit in ends)

    return {
        "subjects": len(records),
        "lost": {
            "`find_mode`": lost(lambda r: r.found),
            "`find_mode`, the given starts alone": lost(lambda r: r.first),
            "scipy `minimize`, L-BFGS-B": lost(lambda r: r.peers["L-BFGS-B"]),
            "scipy `least_squares`": lost(lambda r: r.peers["least_squares"]),
        },
    }


def text(results: dict[str, Any]) -> str:
    """Return the tables as Markdown."""
    lines = [
        "| shape | subjects | best mode | refused | worse mode | from the starts alone, lost |"
        " iterations | evaluations, median and p95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, c in results["shapes"].items():
        lines.append(
            f"| {name} | {c['subjects']} | {c['best']} | {c['refused']} | {c['worse']}"
            f" | {c['lost_from_the_starts_alone']} | {c['iterations']}"
            f" | {c['evaluations']:,} and {c['evaluations_p95']:,} |"
        )
    peers = results["peers"]
    lines += ["", f"Lost by each search, from the same four starts, of {peers['subjects']}:", ""]
    lines += ["| search | lost |", "|---|---|"]
    for name, n in peers["lost"].items():
        lines.append(f"| {name} | {n} ({100 * n / max(peers['subjects'], 1):.0f} %) |")
    total = results["shapes"][ALL]
    said = "; ".join(f'{n} times "{reason}"' for reason, n in results["refusals"].items())
    lines += [
        "",
        f"Of {total['subjects']} subjects (seed {results['seed']}) {total['above_truth']} ended"
        f" above the objective of their true parameters, {total['lower_than_independent']} below"
        f" every independent search. Refusals said: {said or 'nothing'}.",
    ]
    return "\n".join(lines) + "\n"


def fill(results: dict[str, Any], page: Path = PAGE) -> None:
    """Write the tables into the guide."""
    head, rest = page.read_text("utf-8").split(BEGIN)
    _, tail = rest.split(END)
    write_atomic(page, f"{head}{BEGIN}\n{text(results)}{END}{tail}")
