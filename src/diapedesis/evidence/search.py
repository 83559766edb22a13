"""Finding claims and papers by words: full text, ranked, in memory.

The text of the store is put into an SQLite FTS5 table when the first search is made (milliseconds);
words are stemmed, so that "infusions" finds "infusion".
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from diapedesis.evidence.claims import Claim, load_claims
from diapedesis.evidence.papers import Paper, load_papers

FIELDS = ("kind", "id", "topic", "quantity", "population", "paper", "note", "unit", "sure")
"""Names that may stand before a colon to search one field only, as in ``paper:khatri``."""
_WEIGHTS = "0, 0, 20, 3, 5, 2, 1, 2, 3, 1, 0"
"""One a column of the index: the id, the quantity and the paper weigh most."""
_TERM = re.compile(r'(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Hit:
    """One thing found.

    Attributes
    ----------
    item : Claim or Paper
        What was found.
    score : float
        How well it fits, the larger the better (BM25 with the quantity and the paper weighted).
    """

    item: Claim | Paper
    score: float


@dataclass(frozen=True)
class Found:
    """The answer to a search: what fits best first, and words to try when nothing does.

    Attributes
    ----------
    text : str
        What was asked.
    hits : tuple of Hit
        In the order of the score; empty when nothing fits.
    near : tuple of str
        When nothing fits: words of the store that look like words that it does not hold.
    """

    text: str
    hits: tuple[Hit, ...]
    near: tuple[str, ...]


@dataclass(frozen=True)
class _Term:
    field: str
    words: tuple[str, ...]
    prefix: bool


def search(text: str, limit: int = 20) -> Found:
    """Search claims and papers for words.

    Parameters
    ----------
    text : str
        Words, all of which must occur; ``infus*`` for a beginning, ``"steady state"`` for words
        side by side, ``paper:khatri``, ``sure:A``, ``kind:claim`` for one field (see ``FIELDS``).
        Any text is allowed: signs that mean nothing separate words.
    limit : int
        Most hits to return, above 0.

    Returns
    -------
    Found
        Ranked hits, or near words.

    Raises
    ------
    ValueError
        When the text holds no word, or `limit` is not above 0.

    Examples
    --------
    >>> search('"steady-state trough" paper:swiss').hits[0].item.id
    'pkpd 1.18'
    >>> search("trouhg").near[0]
    'trough'
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}; expected 1 or more")
    terms = _terms(text)
    match = " AND ".join(_expression(t) for t in terms)
    rows = _index().execute(
        f"SELECT kind, key, bm25(store, {_WEIGHTS}) AS rank FROM store WHERE store MATCH ?"
        " ORDER BY rank, rowid LIMIT ?",
        (match, limit),
    )
    hits = tuple(Hit(_item(kind, key), -rank) for kind, key, rank in rows)
    return Found(text, hits, () if hits else _near(terms))


def search_claims(text: str) -> list[Claim]:
    """Return the claims that hold every word of the text, best first.

    Parameters
    ----------
    text : str
        As for ``search``.

    Returns
    -------
    list of Claim
        Empty when nothing fits.

    Raises
    ------
    ValueError
        As for ``search``.

    Examples
    --------
    >>> search_claims("trough Q4W steady-state")[0].value
    '23-29'
    >>> search_claims("trough Q4W giraffe")
    []
    """
    found = search(f"kind:claim {text}" if _terms(text) else "", limit=len(load_claims()))
    return [hit.item for hit in found.hits if isinstance(hit.item, Claim)]


def _terms(text: str) -> list[_Term]:
    found = []
    for match in _TERM.finditer(text):
        field, said = match["field"] or "", match["phrase"] or match["word"] or ""
        if field and field not in FIELDS:
            field, said = "", f"{field} {said}"
        if words := tuple(re.findall(r"\w+", said)):
            found.append(_Term(field, words, said.endswith("*")))
    if not found:
        raise ValueError(f"a search needs at least one word; found {text!r}")
    return found


def _expression(term: _Term) -> str:
    """Return the term in the language of FTS5; every word is quoted, so nothing is an operator."""
    phrase = '"' + " ".join(term.words) + '"' + ("*" if term.prefix else "")
    return f"{{{term.field}}} : {phrase}" if term.field else phrase


@cache
def _index() -> sqlite3.Connection:
    store = sqlite3.connect(":memory:", check_same_thread=False)
    columns = "kind, key UNINDEXED, id, topic, quantity, value, unit, population, paper, note, sure"
    store.execute(f"CREATE VIRTUAL TABLE store USING fts5({columns}, tokenize='porter unicode61')")
    marks = ", ".join("?" * len(columns.split(", ")))
    store.executemany(f"INSERT INTO store VALUES ({marks})", [*_claim_rows(), *_paper_rows()])
    store.execute("CREATE VIRTUAL TABLE words USING fts5vocab(store, 'row')")
    return store


def _claim_rows() -> Iterable[Sequence[str]]:
    for c in load_claims().values():
        papers = " ".join(f"{p} {load_papers()[p].title}" for p in c.papers)
        head = ("claim", c.id, c.id, c.topic, c.quantity, c.value, c.unit, c.population)
        yield *head, f"{c.cited} {papers}", f"{c.note} {_about(c)}", c.sure


def _about(claim: Claim) -> str:
    return " ".join(d.about for d in claim.disputed_by)


def _paper_rows() -> Iterable[Sequence[str]]:
    for p in load_papers().values():
        numbers = " ".join(str(p.csl.get(k, "")) for k in ("DOI", "PMID", "PMCID"))
        cited = " ".join(p.csl["custom"]["cited"])
        text = f"{p.id} {p.reference} {numbers} {cited}"
        yield "paper", p.id, p.id, "", "", "", "", "", text, str(p.csl.get("note", "")), ""


def _item(kind: str, key: str) -> Claim | Paper:
    return load_claims()[key] if kind == "claim" else load_papers()[key]


def _near(terms: Iterable[_Term]) -> tuple[str, ...]:
    """Return words of the store that look like those words asked for that it does not hold."""
    near: dict[str, None] = {}
    words = _vocabulary()
    for term in terms:
        for word in term.words:
            if word.casefold() not in words:
                near.update(dict.fromkeys(get_close_matches(word.casefold(), words, 3, 0.75)))
    return tuple(near)


@cache
def _vocabulary() -> frozenset[str]:
    """Return the words as they are written; those of the index are stems."""
    rows = _index().execute("SELECT topic, quantity, population, paper, note FROM store")
    text = " ".join(" ".join(row) for row in rows)
    return frozenset(w.casefold() for w in re.findall(r"[^\W\d_]{3,}", text))
