"""Finding claims by words."""

from __future__ import annotations

from dataclasses import astuple

from diapedesis.evidence.claims import Claim, load_claims


def search_claims(text: str) -> list[Claim]:
    """Return the claims that contain every word of the text, in any column and any case.

    Parameters
    ----------
    text : str
        Words separated by spaces; each may be part of a longer word.

    Returns
    -------
    list of Claim
        In the order of the tables; empty when nothing fits.

    Raises
    ------
    ValueError
        When the text holds no word.

    Examples
    --------
    >>> search_claims("trough Q4W steady-state")[0].value
    '23-29'
    >>> search_claims("trough Q4W giraffe")
    []
    """
    words = text.casefold().split()
    if not words:
        raise ValueError("search_claims needs at least one word; found an empty text")
    found = []
    for claim in load_claims().values():
        haystack = " ".join(astuple(claim)).casefold()
        if all(word in haystack for word in words):
            found.append(claim)
    return found
