"""Claims: single published facts, each with its papers, where it was read and how sure it is.

Two tables travel in the package: ``claims.csv``, generated from the evidence notes, and
``claims_own.csv``, textbook facts that the notes lack (ids begin with ``own``). A third,
``disputes.csv``, says which claims contradict each other, and about what.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

TABLES = ("claims.csv", "claims_own.csv")
DISPUTES = "disputes.csv"
SURE = {
    "L": "label or product information read",
    "T": "table, figure legend or open text of the source read",
    "A": "abstract, or a table beside it, read",
    "F": "part of the paper's own text read",
    "X": "table of the paper as extracted by a machine; paper not seen",
    "S": "secondary page: news, review, textbook, company or blog",
    "D": "derived by arithmetic or simulation from other rows",
    "M": "from memory or title only, unverified",
}
"""How sure a claim is: one letter and its meaning."""


@dataclass(frozen=True)
class Dispute:
    """Another claim that contradicts a claim.

    Attributes
    ----------
    claim : str
        Id of the other claim.
    about : str
        What the two disagree on, and why they may.
    """

    claim: str
    about: str


@dataclass(frozen=True)
class Claim:
    """One published fact: text as printed, and its number where one could be read without doubt.

    Attributes
    ----------
    id : str
        ``"pkpd 1.17"``, ``"pml 4.3"``, ``"R023"`` or ``"own igg-level"``.
    topic : str
        Heading under which it stands.
    quantity, value, unit : str
        What was measured, the value as printed with its spread, and its unit (may be empty).
    number, low, high, spread : float or None
        The one number of `value`, the ends of its interval and what follows its plus-minus sign,
        in `unit`; ``None`` where `value` says none, or more than one.
    interval : str
        What `low` to `high`, or `spread`, is: key of ``KINDS``; empty where the text does not say.
    n : int or None
        Number of subjects; ``None`` when not stated, or stated for several groups.
    population : str
        In whom, as the notes say it; may be empty.
    papers : tuple of str
        Ids of the papers it rests on; empty only for what is derived or from memory.
    cited : str
        The citation as it stands in the notes, with table or figure; never empty.
    locator : str
        The page on which the number was seen (empty if none was).
    sure : str
        Key of ``SURE``.
    disputed_by : tuple of Dispute
        Claims that contradict it; the relation goes both ways.
    note : str
        What qualifies the code, or how to read the value; may be empty.
    """

    id: str
    topic: str
    quantity: str
    value: str
    number: float | None
    low: float | None
    high: float | None
    spread: float | None
    interval: str
    unit: str
    n: int | None
    population: str
    papers: tuple[str, ...]
    cited: str
    locator: str
    sure: str
    disputed_by: tuple[Dispute, ...]
    note: str


class UnknownClaim(LookupError):
    """An id that no claim has.

    Attributes
    ----------
    found : str
        The id that was asked for.
    near : tuple of str
        Ids that look like it, the nearest first; may be empty.
    """

    def __init__(self, found: str, near: Iterable[str]) -> None:
        self.found = found
        self.near = tuple(near)
        like = f"near matches: {', '.join(self.near)}" if self.near else "no id is near"
        super().__init__(
            f"unknown claim {found!r}; {like}. Fix: take the id column of claims.csv or"
            " claims_own.csv, or find the id with `diapedesis evidence search`."
        )


@cache
def load_claims() -> Mapping[str, Claim]:
    """Return all the claims of the package by id, in the order of the tables.

    Returns
    -------
    Mapping
        From id to claim; read once, cannot be changed.

    Examples
    --------
    >>> claim = load_claims()["pkpd 1.17"]
    >>> claim.value, claim.number, claim.spread
    ('110 +- 52', 110.0, 52.0)
    >>> [d.claim for d in load_claims()["pkpd 1.18"].disputed_by]
    ['pkpd 3.1', 'pkpd 3.4']
    """
    disputes: dict[str, list[Dispute]] = {}
    for row in read_table(DISPUTES):
        for one, other in ((row["claim"], row["disputed_by"]), (row["disputed_by"], row["claim"])):
            disputes.setdefault(one, []).append(Dispute(other, row["about"]))
    rows = (row for name in TABLES for row in read_table(name))
    return MappingProxyType({r["id"]: _claim(r, disputes.get(r["id"], [])) for r in rows})


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of the store, as text.

    Parameters
    ----------
    name : str
        File name, such as ``"disputes.csv"``.
    """
    text = (files("diapedesis.evidence") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _claim(row: Mapping[str, str], disputes: list[Dispute]) -> Claim:
    read: dict[str, Any] = dict(row)
    for key in ("number", "low", "high", "spread"):
        read[key] = float(row[key]) if row[key] else None
    read["n"] = int(row["n"]) if row["n"] else None
    read["papers"] = tuple(filter(None, row["papers"].split(";")))
    return Claim(**read, disputed_by=tuple(disputes))


def resolve(claim_id: str) -> Claim:
    """Return the claim with this id.

    Parameters
    ----------
    claim_id : str
        Exactly as in the id column.

    Returns
    -------
    Claim
        The claim.

    Raises
    ------
    UnknownClaim
        With the ids that look like it.

    Examples
    --------
    >>> resolve("R031").unit
    'months'
    """
    claims = load_claims()
    if claim_id not in claims:
        raise UnknownClaim(claim_id, get_close_matches(claim_id, claims, n=3, cutoff=0.7))
    return claims[claim_id]


def resolve_all(claim_ids: str) -> tuple[Claim, ...]:
    """Return the claims named in one cell, such as the ``source`` of a behaviour.

    Parameters
    ----------
    claim_ids : str
        One id or more, separated by semicolons; the empty text names none.

    Returns
    -------
    tuple of Claim
        In the order of the cell.

    Raises
    ------
    UnknownClaim
        For the first id that no claim has.

    Examples
    --------
    >>> [c.sure for c in resolve_all("pkpd 1.15; pkpd 1.3")]
    ['L', 'X']
    """
    return tuple(resolve(part.strip()) for part in claim_ids.split(";") if part.strip())


def unresolved(claim_ids: Iterable[str]) -> list[str]:
    """Return those of the ids that no claim has, in their order.

    Examples
    --------
    >>> unresolved(["R023", "R999"])
    ['R999']
    """
    claims = load_claims()
    return [i for i in claim_ids if i not in claims]


def fittable(claim: Claim) -> bool:
    """Return True when a parameter may be fitted to the claim.

    False for what was derived (D), which would count its sources twice, and for what stands only
    in memory or a title (M).

    Examples
    --------
    >>> fittable(resolve("pkpd 1.17")), fittable(resolve("pml 1.18"))
    (True, False)
    """
    return claim.sure not in ("D", "M")
