"""Read the papers behind the published cases (YAML), and the tables of time courses."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from evidence_notes import ImportFault
from evidence_records import Mention

TIMECOURSE = ("study", "arm", "week", "measure", "value", "n", "low", "high", "note")
ESTIMATES = ("parameter", "estimate", "unit", "bootstrap_median", "low", "high", "note")
_RENAMED = {"ci_low": "low", "ci_high": "high", "boot_lo95": "low", "boot_hi95": "high"}
_JOURNAL = re.compile(
    r"(?P<title>[^\d(]+?)(?: (?P<volume>\d+)(?:\((?P<issue>\w+)\))?(?::(?P<page>[\w-]+))?)?"
)
_DOUBT = re.compile(r"recalled|inferred|from memory|not shown", re.I)
_ABOUT = re.compile(r"\b(?:citation|DOI|authors?|title|journal|pages)\b", re.I)
_SHORTENED = re.compile(r"\b(?:NTZ|PML|MS|IRIS|RRMS|GCN)\b")


def mentions_of(directory: Path) -> list[Mention]:
    """Return the paper of every case, in the order of the file names.

    The id is the case's own, without the number of the patient: ``ikazabo-2016``.
    """
    found = []
    for path in sorted(directory.glob("*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(case, dict) or not {"id", "citation"} <= set(case):
            raise ImportFault(f"{path.name}: a case needs the fields id and citation")
        found.append(_mention(case))
    return found


def _mention(case: Mapping[str, Any]) -> Mention:
    said = {k: " ".join(str(v).split()) for k, v in case["citation"].items() if v is not None}
    cited = ". ".join(said[k] for k in ("authors", "year", "title", "journal") if k in said)
    ids = [f"doi {said['doi']}"] if "doi" in said else []
    cited = " ".join([cited, *ids, *([f"PMID {said['pmid']}"] if "pmid" in said else [])])
    seen = " ".join(case.get("url_seen") or [])
    fields = _journal(said.get("journal", ""))
    fields |= {"year": said["year"]} if "year" in said else {}
    title = re.sub(r" \(recalled\)$", "", said.get("title", ""))
    if title and not title.startswith("("):
        fields["title-short" if _SHORTENED.search(title) else "title"] = title
    fields |= {k.upper(): said[k] for k in ("doi", "pmid") if k in said}
    if pmcid := re.search(r"PMC\d{6,8}", f"{said.get('journal', '')} {seen}"):
        fields["PMCID"] = pmcid[0]
    custom = {"cases": [case["id"]]}
    if "et al" in said.get("authors", ""):
        custom["authors"] = ["the first only; the notes say et al."]
    sentences = re.split(r"(?<=\.) ", " ".join((case.get("how_sure") or "").split()))
    notes = [s.rstrip(".") for s in sentences if _DOUBT.search(s) and _ABOUT.search(s)]
    for key in ("authors", "title", "journal"):
        aside = re.findall(r"\(([^)]*)\)", said.get(key, ""))
        notes += [f"{key}: {text}" for text in aside if _DOUBT.search(text)]
    name = re.sub(r"-(?:p\d+|series)$", "", case["id"])
    authors = _authors(said.get("authors", ""))
    return Mention(f"case {case['id']}", cited, name, authors, fields, notes, custom, seen)


def _journal(text: str) -> dict[str, str]:
    if text.startswith("CMSC"):
        return {"type": "paper-conference", "container-title": re.sub(r" \(.*", "", text)}
    match = _JOURNAL.fullmatch(re.sub(r" ?\(\D[^()]*\)| case, .*| family .*", "", text).strip())
    if not match:
        return {}
    found = {k: v for k, v in match.groupdict().items() if v}
    return {"container-title": found.pop("title")} | found


def _authors(text: str) -> list[tuple[str, str]]:
    people = []
    for name in re.sub(r"\([^)]*\)|,? et al\.", "", text).split(","):
        initials = re.fullmatch(r"(.+) ([A-Z]{1,3})", name.strip())
        if name.strip():
            people.append((initials[1], initials[2]) if initials else (name.strip(), ""))
    return people


def timecourses(path: Path, studies: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the time points, each with the papers and claims of its study.

    Raises
    ------
    ImportFault
        For a study without a row in ``evidence_studies.csv``, or a row without a study.
    """
    known = {s["study"]: s for s in studies}
    rows = _table(path, TIMECOURSE)
    found = {r["study"] for r in rows}
    if missing := sorted(found ^ set(known)):
        raise ImportFault(f"studies named in one of {path.name} and the table only: {missing}")
    return [r | {k: known[r["study"]][k] for k in ("papers", "claims")} for r in rows]


def estimates(path: Path, claims: Mapping[str, str], paper: str) -> list[dict[str, str]]:
    """Return the extracted parameter table, each row with its claim and paper."""
    rows = _table(path, ESTIMATES)
    if missing := sorted({r["parameter"] for r in rows} ^ set(claims)):
        raise ImportFault(f"parameters named in one of {path.name} and the script: {missing}")
    return [r | {"papers": paper, "claims": claims[r["parameter"]]} for r in rows]


def _table(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8").splitlines()
    reader = csv.DictReader(line for line in text if not line.startswith("#"))
    rows = [{_RENAMED.get(k, k): v for k, v in row.items()} for row in reader]
    for row in rows:
        if tuple(row) != columns:
            raise ImportFault(f"{path.name}: columns {list(row)}, expected {list(columns)}")
    return rows
