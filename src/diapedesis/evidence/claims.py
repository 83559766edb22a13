"""Claims: single published facts, each with its paper, where it was read and how sure it is.

Two tables travel in the package: ``claims.csv``, generated from the evidence notes, and
``claims_own.csv``, textbook facts that the notes lack (ids begin with ``own``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType

TABLES = ("claims.csv", "claims_own.csv")
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
class Claim:
    """One published fact, as short text; numbers keep the spread as printed.

    Attributes
    ----------
    id : str
        ``"pkpd 1.17"``, ``"pml 4.3"``, ``"R023"`` or ``"own igg-level"``.
    quantity, value, unit, n : str
        What was measured, the value as printed, its unit, and in whom; unit and n may be empty.
    paper, locator : str
        The paper (never empty), and the page on which the number was seen (empty if none was).
    sure : str
        Key of ``SURE``.
    note : str
        What qualifies the code, or how to read the value; may be empty.
    """

    id: str
    quantity: str
    value: str
    unit: str
    n: str
    paper: str
    locator: str
    sure: str
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
            " claims_own.csv, or find the id with search_claims."
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
    >>> load_claims()["pkpd 1.17"].value
    '110 +- 52'
    """
    claims = {}
    for name in TABLES:
        text = (files("diapedesis.evidence") / "data" / name).read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            claims[row["id"]] = Claim(**row)
    return MappingProxyType(claims)


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
