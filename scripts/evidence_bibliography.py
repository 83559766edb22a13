"""Join the citations of the evidence notes into papers: CSL-JSON records with stable ids.

Two citations are one paper when they share a DOI, a PMID or a PMCID; when a row of
``evidence_papers.csv`` gives both the same id; or when author, year and journal agree. Everything
else that looks alike is a fault: nothing is joined, and no field is chosen, in silence. What is
"derived", and has no row in the table, rests on no paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from evidence_citations import read, split
from evidence_notes import ImportFault
from evidence_records import KEYS, Mention, journal, record_of, slug

TABLE = ("cited", "id", "type", "author", "year", "title", "container-title", "volume", "issue",
         "page", "DOI", "PMID", "PMCID", "NCT", "URL", "note")  # fmt: skip
_ADDRESS = {
    "PMID": re.compile(
        r"(?:^|; )(?:https?://)?(?:(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/|pubmed\.(?:ncbi\.nlm\.nih\."
        r")?gov\.?/|(?:proxied )?pubmed |ncbi )(\d{7,8})\b"
    ),
    "PMCID": re.compile(
        r"(?:^|; )(?:https?://)?(?:pmc\.ncbi\.nlm\.nih\.gov/articles/|pmc )?(PMC\d{6,8})\b"
    ),
}


def mentions_of(
    claims: Iterable[Mapping[str, str]], table: Iterable[Mapping[str, str]]
) -> tuple[list[Mention], dict[str, list[int]]]:
    """Return every citation of a paper in the claims, and for each claim the indices of its own.

    Raises
    ------
    ImportFault
        Listing all citations that cannot be read, and rows of the table that nothing uses.
    """
    rows: dict[str, list[Mapping[str, str]]] = {}
    for row in table:
        rows.setdefault(row["cited"], []).append(row)
    found: list[Mention] = []
    of_claim: dict[str, list[int]] = {}
    used: set[str] = set()
    unread = []
    for claim in claims:
        start = len(found)
        parts = [claim["cited"]] if claim["cited"] in rows else split(claim["cited"])
        if parts[0].startswith("derived") and parts[0] not in rows:
            parts = []  # own arithmetic
        for part in parts:
            if part in rows:
                used.add(part)
                found += [_from_row(claim["id"], r) for r in rows[part] if r["id"]]
            elif citation := read(part):
                notes = ["author identified by the compilers"] if citation.identified else []
                found.append(
                    Mention(claim["id"], part, "", citation.authors, citation.fields, notes)
                )
            else:
                unread.append(f"{claim['id']}: {part!r}")
        of_claim[claim["id"]] = list(range(start, len(found)))
        _addresses(claim, found[start:])
    if unread:
        raise ImportFault("give these citations a row in the table of papers: " + "; ".join(unread))
    if stale := [c for c in rows if c not in used]:
        raise ImportFault(f"no claim cites what these rows of the table of papers name: {stale}")
    return found, of_claim


def _from_row(place: str, row: Mapping[str, str]) -> Mention:
    fields = {k: row[k] for k in TABLE[2:-1] if k != "author" and row[k]}
    people = []
    for name in filter(None, row["author"].split("; ")):
        initials = re.fullmatch(r"(.+?) ([A-Z]{1,2})", name)
        people.append((initials[1], initials[2]) if initials else (name, ""))
    notes = [row["note"]] if row["note"] else []
    return Mention(place, row["cited"], row["id"], people, fields, notes)


def _addresses(claim: Mapping[str, str], own: list[Mention]) -> None:
    """Take PMID and PMCID from the address read, when the claim rests on one paper."""
    for m in own:
        said = (claim[k] for k in ("quantity", "population", "cited", "locator"))
        m.context = unquote(" ".join(said))
    if len(own) != 1 or claim["sure"] in "SXM":
        return
    for key, pattern in _ADDRESS.items():
        seen = set(pattern.findall(claim["locator"]))
        if len(seen) == 1 and key not in own[0].fields:
            own[0].fields[key] = seen.pop()
            own[0].custom["from_address"] = [key]


def join(mentions: list[Mention]) -> tuple[list[str], list[dict[str, object]]]:
    """Return the paper id of each mention, and the papers sorted by id.

    Raises
    ------
    ImportFault
        Listing all conflicts: papers that look alike without a shared identifier, fields that
        disagree, one identifier under two ids, a field whose text stands nowhere in the notes.
    """
    groups = _groups(mentions)
    faults: list[str] = []
    names: dict[str, list[int]] = {}
    for members in groups:
        names.setdefault(_name(members, mentions, faults), []).append(members)
    ids = [""] * len(mentions)
    papers = []
    for name, alike in sorted(names.items()):
        members = [i for g in alike for i in g]
        if len(alike) > 1 and not _same([[mentions[i] for i in g] for g in alike]):
            texts = sorted({mentions[i].cited for i in members})
            faults.append(f"{name}: alike, but no shared identifier or journal: {texts}")
        for i in members:
            ids[i] = name
        papers.append(record_of(name, [mentions[i] for i in members], faults))
    if faults:
        raise ImportFault("resolve in the table of papers: " + "; ".join(faults))
    return ids, papers


def _groups(mentions: list[Mention]) -> list[list[int]]:
    """Return the mentions grouped by shared identifier, or by the id that the table gives."""
    group_of: dict[str, list[int]] = {}
    groups: list[list[int]] = []
    for i, m in enumerate(mentions):
        mine = [i]
        met = [group_of[k] for k in _marks(m) if k in group_of]
        for old in {id(g): g for g in met}.values():
            mine = old + mine
            groups.remove(old)
        groups.append(mine)
        for j in mine:
            for k in _marks(mentions[j]):
                group_of[k] = mine
    return groups


def _marks(m: Mention) -> list[str]:
    keys = [f"{k} {m.fields[k].casefold()}" for k in KEYS if k in m.fields]
    return [*keys, f"id {m.id}" if m.id else f"text {m.cited}"]


def _name(members: list[int], mentions: list[Mention], faults: list[str]) -> str:
    given = sorted({mentions[i].id for i in members if mentions[i].id})
    if len(given) > 1:
        faults.append(f"one identifier under several ids: {given}")
    if given:
        return given[0]
    authors = next((mentions[i].authors for i in members if mentions[i].authors), [])
    fields: dict[str, str] = {}
    for i in members:
        fields = mentions[i].fields | fields
    if authors and "year" in fields:
        return slug(f"{authors[0][0]} {fields['year']}")
    for key in ("PMID", "PMCID", "DOI"):
        if key in fields:
            text = fields[key].partition("/")[2] if key == "DOI" else fields[key]
            return slug(f"{key} {text}" if key != "PMCID" else text)
    return slug(" ".join(fields.get(k, "") for k in ("container-title", "year", "page")))


def _same(groups: list[list[Mention]]) -> bool:
    """Return True when all groups that say anything name the same journal and first author."""
    said = [g for g in groups if any(m.fields or m.authors for m in g)]
    journals = [{journal(m) for m in g if journal(m)} for g in said]
    return len(said) < 2 or (all(journals) and len(set().union(*journals)) == 1)
