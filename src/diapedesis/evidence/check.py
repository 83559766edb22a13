"""What must be true of the store itself; what rests on it is checked one layer up."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from diapedesis.evidence.claims import DISPUTES, SURE, TABLES, read_table
from diapedesis.evidence.papers import IDENTIFIERS, PAPER_FILES, read_lines
from diapedesis.evidence.values import KINDS

ID = re.compile(r"(?:pkpd|pml) \d+\.\d+[a-z]?|R\d{3}|own [a-z]+(?:-[a-z]+)*")
"""The form of a claim's id."""
COURSES = ("timecourses.csv", "estimates.csv")
Row = Mapping[str, str]


@dataclass
class Store:
    """The rows of the store as they are stored, for checking before anything is made of them."""

    claims: list[Row] = field(default_factory=list)
    papers: list[Mapping[str, Any]] = field(default_factory=list)
    disputes: list[Row] = field(default_factory=list)
    courses: list[tuple[str, Row]] = field(default_factory=list)


def read_store() -> Store:
    """Return the rows of every table of the package."""
    return Store(
        [row for name in TABLES for row in read_table(name)],
        [json.loads(line) for name in PAPER_FILES for line in read_lines(name)],
        list(read_table(DISPUTES)),
        [(name, row) for name in COURSES for row in read_table(name)],
    )


def store_faults(store: Store) -> list[str]:
    """Return everything that is wrong with the store, one sentence each; empty when it is sound.

    Parameters
    ----------
    store : Store
        Usually ``read_store()``.

    Examples
    --------
    >>> store_faults(read_store())
    []
    >>> store_faults(Store(papers=[{"id": "a", "DOI": "doi.org/10.1/x"}]))[0]
    "paper 'a': DOI 'doi.org/10.1/x' has not the form of one"
    """
    return [*_claim_faults(store), *_paper_faults(store), *_dispute_faults(store)]


def _claim_faults(store: Store) -> Iterator[str]:
    known = {p["id"] for p in store.papers}
    yield from _twice("claim", [c["id"] for c in store.claims])
    for c in store.claims:
        where = f"claim {c['id']!r}"
        if not ID.fullmatch(c["id"]):
            yield f"{where}: the id has none of the forms 'pkpd 1.2', 'pml 1.2', 'R001', 'own a-b'"
        if c["sure"] not in SURE:
            yield f"{where}: sure is {c['sure']!r}; expected one of {', '.join(SURE)}"
        if c["interval"] not in KINDS:
            yield f"{where}: interval is {c['interval']!r}; expected one of {sorted(KINDS)}"
        low, high = c["low"], c["high"]
        if low and high and float(low) > float(high):
            yield f"{where}: low {low} is above high {high}"
        yield from _unknown(where, "papers", c, known)
        if not c["papers"] and c["sure"] not in ("D", "M"):
            yield f"{where}: names no paper; only what is derived or from memory may"
    claims = {c["id"] for c in store.claims}
    for name, row in store.courses:
        where = f"{name}, {row.get('study') or row.get('parameter')}"
        yield from _unknown(where, "papers", row, known)
        yield from _unknown(where, "claims", row, claims)


def _unknown(where: str, column: str, row: Row, known: set[str]) -> Iterator[str]:
    for id in filter(None, row[column].split(";")):
        if id not in known:
            yield f"{where}: {column} names {id!r}, which does not exist"


def _paper_faults(store: Store) -> Iterator[str]:
    yield from _twice("paper", [p["id"] for p in store.papers])
    for key, form in IDENTIFIERS.items():
        yield from _twice(key, [p[key].casefold() for p in store.papers if key in p])
        for p in store.papers:
            if key in p and not form.fullmatch(p[key]):
                yield f"paper {p['id']!r}: {key} {p[key]!r} has not the form of one"
    rows: list[Row] = [*store.claims, *(row for _, row in store.courses)]
    used = {id for row in rows for id in row["papers"].split(";")}
    for p in store.papers:
        if p["id"] not in used and not p.get("custom", {}).get("cases"):
            yield f"paper {p['id']!r}: no claim, time course or case rests on it"


def _twice(what: str, ids: list[str]) -> Iterator[str]:
    for id, k in Counter(ids).items():
        if k > 1:
            yield f"{what} {id!r} occurs {k} times"


def _dispute_faults(store: Store) -> Iterator[str]:
    claims = {c["id"] for c in store.claims}
    pairs = [frozenset((d["claim"], d["disputed_by"])) for d in store.disputes]
    for d, pair in zip(store.disputes, pairs, strict=True):
        where = f"dispute of {d['claim']!r} and {d['disputed_by']!r}"
        for id in sorted(pair - claims):
            yield f"{where}: {id!r} is no claim"
        if len(pair) == 1:
            yield f"{where}: a claim cannot dispute itself"
        if not d["about"].strip():
            yield f"{where}: does not say what it is about"
    for pair, k in Counter(pairs).items():
        if k > 1:
            yield f"dispute of {' and '.join(map(repr, sorted(pair)))} stands {k} times"
