"""Papers: what a claim rests on, as CSL-JSON records, one a line.

Two files travel in the package: ``papers.jsonl``, generated from the evidence notes, and
``papers_own.jsonl``, the papers of the textbook facts. Nothing in a record is guessed: what the
notes do not say is absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

PAPER_FILES = ("papers.jsonl", "papers_own.jsonl")
IDENTIFIERS = {
    "DOI": re.compile(r"10\.\d{4,9}/\S+"),
    "PMID": re.compile(r"[1-9]\d{0,7}"),
    "PMCID": re.compile(r"PMC[1-9]\d{4,7}"),
}
"""The identifiers of a paper, and the form each must have."""


@dataclass(frozen=True)
class Paper:
    """One paper, or whatever else a claim was read in: a label, a page, a registry entry.

    Attributes
    ----------
    id : str
        ``"khatri-2009"``; where the notes name no author, made from an identifier or the journal.
    csl : Mapping
        The CSL-JSON record as stored. Its field ``custom`` holds the citations as they stand in
        the notes, the trials and the cases it belongs to, and which identifiers were taken from
        the address read.
    """

    id: str
    csl: Mapping[str, Any]

    @property
    def short(self) -> str:
        """Author and year, else title or journal and year: ``"Khatri 2009"``."""
        names = [a.get("family") or a["literal"] for a in self.csl.get("author", [])]
        who = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
        who = who or self.title or self.csl.get("container-title") or self.id
        return who if not self.year or str(self.year) in who else f"{who} {self.year}"

    @property
    def year(self) -> int | None:
        """Year of publication, or ``None`` when the notes do not say it."""
        issued = self.csl.get("issued")
        return int(issued["date-parts"][0][0]) if issued else None

    @property
    def title(self) -> str:
        """Title, or the title as the notes shorten it; may be empty."""
        return str(self.csl.get("title") or self.csl.get("title-short", ""))

    @property
    def reference(self) -> str:
        """One line: authors, year, title, journal, volume and page, as far as known.

        Examples
        --------
        >>> resolve_paper("khatri-2009").reference
        'Khatri (2009). Neurology 72:402'
        """
        names = ", ".join(" ".join(filter(None, _name(a))) for a in self.csl.get("author", []))
        year = f"({self.year})" if self.year else ""
        issue = f"({self.csl['issue']})" if "issue" in self.csl else ""
        place = ":".join(filter(None, (self.csl.get("volume", "") + issue, self.csl.get("page"))))
        journal = f"{self.csl.get('container-title', '')} {place}".strip()
        head = f"{names} {year}".strip() if names else ""
        tail = [journal, "" if names else year]
        return ". ".join(filter(None, (head, self.title.rstrip("."), " ".join(tail).strip())))

    @property
    def link(self) -> str:
        """Address by which it is found: DOI, else PubMed, PMC or the page itself; may be empty."""
        if "DOI" in self.csl:
            return f"https://doi.org/{self.csl['DOI']}"
        if "PMID" in self.csl:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.csl['PMID']}/"
        if "PMCID" in self.csl:
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.csl['PMCID']}/"
        return str(self.csl.get("URL", ""))


class UnknownPaper(LookupError):
    """An id that no paper has, with the ids that look like it in `near`."""

    def __init__(self, found: str, near: tuple[str, ...]) -> None:
        self.found, self.near = found, near
        like = f"near matches: {', '.join(near)}" if near else "no id is near"
        super().__init__(
            f"unknown paper {found!r}; {like}. Fix: find the id with `diapedesis evidence search`."
        )


@cache
def load_papers() -> Mapping[str, Paper]:
    """Return all the papers of the package by id, in the order of the files.

    Examples
    --------
    >>> load_papers()["khatri-2009"].link
    'https://doi.org/10.1212/01.wnl.0000341766.59028.9d'
    """
    records = (json.loads(line) for name in PAPER_FILES for line in read_lines(name))
    return MappingProxyType({r["id"]: Paper(r["id"], MappingProxyType(r)) for r in records})


def read_lines(name: str) -> list[str]:
    """Return the lines of a file of papers."""
    return (files("diapedesis.evidence") / "data" / name).read_text("utf-8").splitlines()


def resolve_paper(paper_id: str) -> Paper:
    """Return the paper with this id.

    Raises
    ------
    UnknownPaper
        With the ids that look like it.

    Examples
    --------
    >>> resolve_paper("khatri-2009").short
    'Khatri 2009'
    """
    papers = load_papers()
    if paper_id not in papers:
        near = get_close_matches(paper_id, papers, n=3, cutoff=0.7)
        raise UnknownPaper(paper_id, tuple(near))
    return papers[paper_id]


def _name(author: Mapping[str, str]) -> tuple[str, str]:
    return author.get("family") or author["literal"], author.get("given", "")
