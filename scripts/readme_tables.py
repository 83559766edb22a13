"""Write the benchmark table of README.md and docs/guide/performance.md from results.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PAGES = (ROOT / "README.md", ROOT / "docs" / "guide" / "performance.md")
BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"


def duration(seconds: float) -> str:
    """Return a time with two significant digits and a unit that suits it.

    Examples
    --------
    >>> duration(0.01234), duration(3.21), duration(250.0)
    ('12 ms', '3.2 s', '250 s')
    """
    if seconds < 1:
        return f"{1000 * seconds:.2g} ms" if seconds < 0.0995 else f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def table(results: dict[str, Any]) -> str:
    """Return the table, and below it machine and versions."""
    lines = ["| what | time | target | peer | ratio |", "|---|---|---|---|---|"]
    for r in results["rows"]:
        target = ""
        if "target_seconds" in r:
            verdict = "met" if r["met"] else "**missed**"
            target = f"≤ {duration(r['target_seconds'])}: {verdict}"
        peer = f"{duration(r['peer_seconds'])} ({r['peer']})" if "peer" in r else ""
        ratio = f"{r['ratio']:.0f}" if "ratio" in r else ""
        lines.append(f"| {r['what']} | {duration(r['seconds'])} | {target} | {peer} | {ratio} |")
    versions = ", ".join(f"{k} {v}" for k, v in results["versions"].items())
    start, end = results["load_at_start_and_end"]
    return (
        "\n".join(lines)
        + f"\n\nMedians over repeats, one run. {results['machine']}; load {start:.1f} before,"
        + f" {end:.1f} after; {versions}.\n"
    )


def filled(page: str, text: str) -> str:
    """Return a page with `text` between the markers."""
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{text}{END}{tail}"


def main() -> None:
    """Fill every page."""
    text = table(json.loads(RESULTS.read_text("utf-8")))
    for page in PAGES:
        page.write_text(filled(page.read_text("utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
