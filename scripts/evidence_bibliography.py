"""Join the citations of the evidence notes into papers: CSL-JSON records with stable ids.

Two citations are one paper when they share a DOI, a PMID or a PMCID; when a row of
``evidence_papers.csv`` gives both the same id; or when author, year and journal agree. What is
"derived" without a row rests on no paper. Everything
else that looks alike is a fault: nothing is joined, and no field is chosen, in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from evidence_citations import NCT, SHORT, read, split
from evidence_notes import ImportFault

TABLE = ("cited", "id", "type", "author", "year", "title", "container-title", "volume", "issue",
         "page", "DOI", "PMID", "PMCID", "NCT", "URL", "note")  # fmt: skip
KEYS = ("DOI", "PMID", "PMCID")
TEXTS = ("title", "title-short", "container-title", "volume", "issue", "page", *KEYS, "URL")
_ADDRESS = {
    "PMID": re.compile(
        r"(?:^|; )(?:https?://)?(?:(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/|pubmed\.(?:ncbi\.nlm\.nih\."
        r")?gov\.?/|(?:proxied )?pubmed |ncbi )(\d{7,8})\b"
    ),
    "PMCID": re.compile(
        r"(?:^|; )(?:https?://)?(?:pmc\.ncbi\.nlm\.nih\.gov/articles/|pmc )?(PMC\d{6,8})\b"
    ),
}


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
    return Mention(place, row["cited"], row["id"], people, fields, [row["note"]] if row["note"] else [])


def _addresses(claim: Mapping[str, str], own: list[Mention]) -> None:
    """Take PMID and PMCID from the address read, when the claim rests on one paper."""
    for m in own:
        m.context = unquote(" ".join((claim[k] for k in ("quantity", "population", "cited", "locator"))))
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
        papers.append(_record(name, [mentions[i] for i in members], faults))
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


def journal(m: Mention) -> str:
    """Return the usual short title of the journal, or empty text."""
    title = m.fields.get("container-title", "")
    return SHORT.get(title, title)


def _record(name: str, members: list[Mention], faults: list[str]) -> dict[str, object]:
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
