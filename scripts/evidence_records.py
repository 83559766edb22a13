"""Make one CSL-JSON record of all citations of a paper; fields that disagree are faults."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence_citations import NCT, SHORT

KEYS = ("DOI", "PMID", "PMCID")
TEXTS = ("title", "title-short", "container-title", "volume", "issue", "page", *KEYS, "URL")


@dataclass
class Mention:
    """One citation of one paper: what it says, and where in the notes it stands.

    `id` is given by ``evidence_papers.csv`` or by a case; otherwise it is made from the fields.
    """

    place: str
    cited: str
    id: str = ""
    authors: list[tuple[str, str]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    custom: dict[str, list[str]] = field(default_factory=dict)
    context: str = ""


def journal(m: Mention) -> str:
    """Return the usual short title of the journal, or empty text."""
    title = m.fields.get("container-title", "")
    return SHORT.get(title, title)


def record_of(name: str, members: list[Mention], faults: list[str]) -> dict[str, object]:
    """Return the CSL-JSON record of all mentions of a paper; add what is wrong to `faults`.

    Of two page numbers with the same beginning the longer is kept, of two lists of authors with
    the same first author the longer; other fields have to agree.
    """
    merged: dict[str, str] = {}
    for m in members:
        for key, value in (m.fields | {"container-title": journal(m)}).items():
            old = merged.get(key, "")
            if not value or old == value or (key == "DOI" and old.casefold() == value.casefold()):
                continue
            if old and not (key == "page" and old.split("-")[0] == value.split("-")[0]):
                faults.append(f"{name}: {key} {old!r} against {value!r}")
            merged[key] = max(old, value, key=len)
    authors = _authors(name, [m.authors for m in members if m.authors], faults)
    journal_like = merged.get("container-title") or merged.get("DOI") or merged.get("PMID")
    record: dict[str, object] = {
        "id": name,
        "type": merged.get("type") or ("article-journal" if journal_like else "article"),
    }
    if authors:
        record["author"] = [{"family": f} | ({"given": g} if g else {}) for f, g in authors]
    if "year" in merged:
        record["issued"] = {"date-parts": [[int(merged["year"])]]}
    record |= {k: merged[k] for k in TEXTS if merged.get(k)}
    if notes := dict.fromkeys(n for m in members for n in m.notes):
        record["note"] = "; ".join(notes)
    record["custom"] = _custom(members, merged)
    _nothing_invented(name, authors, members, merged, faults)
    return record


def _authors(
    name: str, lists: list[list[tuple[str, str]]], faults: list[str]
) -> list[tuple[str, str]]:
    first = {fold(a[0][0]).split()[-1] for a in lists}
    if len(first) > 1:
        faults.append(f"{name}: first author {sorted(first)}")
    return max(lists, key=lambda a: (len(a), len(a[0][1]), not a[0][0].isascii()), default=[])


def _custom(members: list[Mention], merged: Mapping[str, str]) -> dict[str, list[str]]:
    trials = {n for m in members for n in NCT.findall(m.cited)} | {merged.get("NCT", "")}
    custom: dict[str, list[str]] = {"cited": sorted({m.cited for m in members})}
    if trials := trials - {""}:
        custom["trials"] = sorted(trials)
    for key in sorted({k for m in members for k in m.custom}):
        custom[key] = sorted({v for m in members for v in m.custom.get(key, ())})
    return custom


def _nothing_invented(
    name: str,
    authors: list[tuple[str, str]],
    members: list[Mention],
    merged: Mapping[str, str],
    faults: list[str],
) -> None:
    """Refuse a field whose text stands nowhere in what the notes say about the paper."""
    text = fold(" ".join(f"{m.cited} {m.context}" for m in members))
    said = {k: v for k, v in merged.items() if k in (*TEXTS, "year") and v}
    said |= {f"author {f}": f for f, _ in authors}
    for key, value in said.items():
        forms = [value, *(k for k, v in SHORT.items() if v == value)] if key[0] == "c" else [value]
        if key == "URL":
            forms = [value.partition("//")[2].removeprefix("www.")]
        if not any(fold(f) in text for f in forms):
            faults.append(f"{name}: {key} {value!r} stands nowhere in the notes")


def fold(text: str) -> str:
    """Return text in small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "O"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def slug(text: str) -> str:
    """Return text as an id: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
