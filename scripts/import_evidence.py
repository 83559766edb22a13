"""Turn the evidence notes into the data of the evidence store.

Usage::

    python scripts/import_evidence.py DIRECTORY [--out FOLDER] [--tables FOLDER]

``DIRECTORY`` holds ``pkpd.md``, ``pml_iris.md`` and ``rebound.md``, the folder ``cases`` and the
tables ``rebound_timecourse.csv`` and ``pkpd_popPK_vandenberg2025.csv``. Written are

- ``claims.csv``: one claim per table row (``evidence_notes.py``), its number, interval and count of
  subjects where they can be read, and the papers it rests on;
- ``papers.jsonl``: the papers, CSL-JSON, one a line (``evidence_bibliography.py``);
- ``timecourses.csv`` and ``estimates.csv``, each row with its papers and claims.

Three tables beside this script say what no rule can: ``evidence_corrections.csv`` replaces single
cells, ``evidence_papers.csv`` says which paper a citation means, ``evidence_studies.csv`` names the
papers of a time course. Each row names the text it expects, so that it fails when the notes change.
Two citations that look alike, and fields that disagree, are faults: nothing is then written. The
same notes always give the same bytes. The package itself never reads outside its own folder.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import evidence_bibliography as bibliography
import evidence_cases as cases
from evidence_notes import FILES, ImportFault, corrected, read_notes

from diapedesis.evidence.values import read_count, read_value
from diapedesis.exchange import write_atomic

ROOT = Path(__file__).resolve().parent.parent
TIMECOURSES, ESTIMATES = "rebound_timecourse.csv", "pkpd_popPK_vandenberg2025.csv"
NUMBERS = ("number", "low", "high", "spread", "interval")
COLUMNS = (
    "id", "topic", "quantity", "value", *NUMBERS, "unit", "n", "population", "papers", "cited",
    "locator", "sure", "note",
)  # fmt: skip
MODEL = {
    "CL_linear": "pkpd 1.2", "Vc": "pkpd 1.3", "Vp": "pkpd 1.4", "Q": "pkpd 1.5",
    "Vmax": "pkpd 1.6", "Km": "pkpd 1.7", "WT_exponent_1": "pkpd 1.8", "WT_exponent_2": "pkpd 1.8",
    "IIV_CL": "pkpd 1.9", "IIV_Vp": "pkpd 1.9", "IIV_Vmax": "pkpd 1.9", "residual": "pkpd 1.10",
}  # fmt: skip
"""The claim behind each row of the extracted population model."""


def claims_of(
    notes: list[dict[str, str]], corrections: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Return the claims with corrected text, and what can be read from it in numbers."""
    read = {*NUMBERS, "n"}
    corrected(notes, [c for c in corrections if c["column"] not in read])
    for claim in notes:
        context = " ".join(claim[k] for k in ("quantity", "unit", "population"))
        found = read_value(claim["value"], context)
        claim |= {k: _text(getattr(found, k)) for k in NUMBERS}
        claim["n"] = _text(read_count(claim["population"]))
    corrected(notes, [c for c in corrections if c["column"] in read])
    return notes


def _text(value: float | str | None) -> str:
    return value if isinstance(value, str) else "" if value is None else f"{value:.10g}"


def build(directory: Path, tables: Path) -> tuple[dict[str, str], str]:
    """Return the text of each file to write, and what to report.

    Raises
    ------
    ImportFault
        With everything that has to be resolved first.
    """
    notes, gaps = read_notes(directory)
    claims = claims_of(notes, _rows(tables / "evidence_corrections.csv"))
    found, of_claim = bibliography.mentions_of(claims, _rows(tables / "evidence_papers.csv"))
    ids, papers = bibliography.join(found + cases.mentions_of(directory / "cases"))
    for claim in claims:
        claim["papers"] = ";".join(dict.fromkeys(ids[i] for i in of_claim[claim["id"]]))
    courses = cases.timecourses(directory / TIMECOURSES, _rows(tables / "evidence_studies.csv"))
    paper = next((c["papers"] for c in claims if c["id"] == MODEL["CL_linear"]), "")
    model = cases.estimates(directory / ESTIMATES, MODEL, paper)
    files = {
        "claims.csv": table(claims, COLUMNS),
        "papers.jsonl": "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in papers),
        "timecourses.csv": table(courses, (*cases.TIMECOURSE, "papers", "claims")),
        "estimates.csv": table(model, (*cases.ESTIMATES, "papers", "claims")),
    }
    joined = [p for p in papers if len(p["custom"]["cited"]) > 1]
    report = [
        f"{len(claims)} claims, {len(papers)} papers ({len(joined)} of them cited in several ways),"
        f" {len(courses)} time points, {len(model)} estimates",
        f"left out, nothing stated: {', '.join(gaps) or 'none'}",
    ]
    return files, "\n".join(report)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def table(rows: Iterable[Mapping[str, str]], columns: tuple[str, ...]) -> str:
    """Return a CSV table: comma, one line feed per row."""

    def cell(text: str) -> str:
        quoted = '"' + text.replace('"', '""') + '"'
        return quoted if any(c in text for c in ',"\r\n') else text

    lines = [",".join(columns), *(",".join(cell(r[c]) for c in columns) for r in rows)]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the import; return 0, or 1 with the reason on the error stream."""
    parser = argparse.ArgumentParser(description="Turn evidence notes into the evidence store.")
    needed = ", ".join((*FILES, "cases", TIMECOURSES, ESTIMATES))
    parser.add_argument("directory", type=Path, help=f"folder with {needed}")
    parser.add_argument("--out", type=Path, default=ROOT / "src/diapedesis/evidence/data")
    parser.add_argument("--tables", type=Path, default=Path(__file__).parent)
    given = parser.parse_args(arguments)
    try:
        files, report = build(given.directory, given.tables)
    except (ImportFault, OSError) as fault:
        print(f"nothing written: {fault}", file=sys.stderr)
        return 1
    for name, text in files.items():
        write_atomic(given.out / name, text)
    print(f"written to {given.out}\n{report}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
