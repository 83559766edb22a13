"""Pages of the documentation that show the evidence store: every claim and every paper.

``python -m diapedesis.report.evidence_pages docs/evidence`` writes the committed pages anew.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from diapedesis.evidence import KINDS, SURE, Claim, Paper, load_claims, load_papers

COMMAND = "python -m diapedesis.report.evidence_pages docs/evidence"
GROUPS = {
    "pkpd": "Drug, exchange, saturation",
    "pml": "PML and IRIS",
    "rebound": "Activity on the drug, after stopping, on switching",
    "own": "Textbook facts",
}
"""Pages of claims, and their titles."""
_MADE = f"Generated from the evidence store by `{COMMAND}`; not edited by hand."


def page_of(claim_id: str) -> str:
    """Return the name of the page, without ending, that shows a claim.

    Examples
    --------
    >>> page_of("R023"), page_of("pml 4.3")
    ('rebound', 'pml')
    """
    head = claim_id.split()[0]
    return head if head in GROUPS else "rebound"


def link_to(claim_id: str, folder: str = "") -> str:
    """Return a Markdown link to a claim's place on its page.

    Parameters
    ----------
    claim_id : str
        Id of a claim.
    folder : str
        Way from the linking page to the folder of these pages, with a slash at the end.

    Examples
    --------
    >>> link_to("pkpd 1.17", "../evidence/")
    '[pkpd 1.17](../evidence/pkpd.md#pkpd-117)'
    """
    return f"[{claim_id}]({folder}{page_of(claim_id)}.md#{anchor(claim_id)})"


def anchor(heading: str) -> str:
    """Return the anchor that a heading gets: small letters, hyphens for spaces, no other signs."""
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def pages() -> dict[str, str]:
    """Return the text of every page by file name.

    Examples
    --------
    >>> sorted(pages())
    ['index.md', 'own.md', 'papers.md', 'pkpd.md', 'pml.md', 'rebound.md']
    """
    found = {f"{name}.md": _claims_page(name, title) for name, title in GROUPS.items()}
    return found | {"papers.md": _papers_page(), "index.md": _index_page()}


def _page(title: str, parts: Iterator[str]) -> str:
    # The table of contents beside the page stops at the topics.
    return "\n\n".join([f"---\ntocdepth: 2\n---\n\n# {title}", _MADE, *parts]) + "\n"


def _claims_page(name: str, title: str) -> str:
    claims = [c for c in load_claims().values() if page_of(c.id) == name]

    def parts() -> Iterator[str]:
        for topic, group in groupby(claims, key=lambda c: c.topic):
            yield f"## {text(topic)}"
            yield from (part for claim in group for part in _claim(claim))

    return _page(title, parts())


def _claim(claim: Claim) -> Iterator[str]:
    yield f"### {claim.id}"
    unit = f" [{claim.unit}]" if claim.unit else ""
    yield f"{text(claim.quantity)}: **{text(claim.value)}**{text(unit)}"
    facts = [("In whom", text(claim.population))]
    if claim.interval:
        facts.append(("Interval", KINDS[claim.interval]))
    papers = ", ".join(f"[{p}](papers.md#{p})" for p in claim.papers)
    facts.append(("Paper", f"{papers} ({text(claim.cited)})" if papers else text(claim.cited)))
    facts.append(("Read at", text(claim.locator)))
    facts.append(("How sure", f"{claim.sure}, {SURE[claim.sure]}"))
    facts.append(("Note", text(claim.note)))
    facts += [("Disputed by", f"{link_to(d.claim)}: {text(d.about)}") for d in claim.disputed_by]
    yield "\n".join(f"- {name}: {said}" for name, said in facts if said)


def _papers_page() -> str:
    resting: dict[str, list[str]] = {}
    for claim in load_claims().values():
        for id in claim.papers:
            resting.setdefault(id, []).append(claim.id)

    def parts() -> Iterator[str]:
        yield (
            "Papers, labels, registry entries and pages that claims rest on. Only what the notes"
            " say is known of each; titles stand as the notes shorten them."
        )
        papers = sorted(load_papers().values(), key=lambda p: p.id)
        for letter, group in groupby(papers, key=lambda p: p.id[0].upper()):
            yield f"## {letter}"
            yield from (part for p in group for part in _paper(p, resting.get(p.id, [])))

    return _page("Papers", parts())


def _paper(paper: Paper, claims: list[str]) -> Iterator[str]:
    yield f"### {paper.id}"
    yield text(paper.reference) or "Only an identifier is known."
    ids = [f"{k} {text(paper.csl[k])}" for k in ("DOI", "PMID", "PMCID") if k in paper.csl]
    ids += [text(t) for t in paper.csl["custom"].get("trials", [])]
    facts = [
        ("Identifiers", ", ".join(ids)),
        ("Link", f"<{paper.link}>" if paper.link else ""),
        ("Note", text(str(paper.csl.get("note", "")))),
        ("Claims", ", ".join(map(link_to, claims))),
        ("Cases", ", ".join(paper.csl["custom"].get("cases", []))),
    ]
    yield "\n".join(f"- {name}: {said}" for name, said in facts if said)


def _index_page() -> str:
    claims = list(load_claims().values())
    sure = Counter(c.sure for c in claims)
    disputed = sum(bool(c.disputed_by) for c in claims)

    def parts() -> Iterator[str]:
        yield (
            f"{len(claims)} claims from {len(load_papers())} papers, labels and pages; {disputed}"
            " claims are disputed by another. What the columns mean, and how the store is made and"
            " searched: [the evidence store](../reference/evidence.md)."
        )
        counts = Counter(page_of(c.id) for c in claims)
        rows = [f"| [{GROUPS[g]}]({g}.md) | {counts[g]} |" for g in GROUPS]
        yield "\n".join(["| claims | number |", "|---|---:|", *rows])
        rows = [f"| {code} | {meaning} | {sure[code]} |" for code, meaning in SURE.items()]
        yield "\n".join(["| how sure | meaning | claims |", "|---|---|---:|", *rows])
        names = "\n".join([*GROUPS, "papers"])
        yield f"```{{toctree}}\n:hidden:\n\n{names}\n```"

    return _page("The evidence", parts())


def text(said: str) -> str:
    """Return text for a line of Markdown: signs that would mean something are escaped."""
    return re.sub(r"([\\`*_{}\[\]<>$#|~^])", r"\\\1", said)


def main(arguments: list[str]) -> None:
    """Write the pages to the folder named."""
    folder = Path(arguments[0])
    folder.mkdir(exist_ok=True)
    for name, page in pages().items():
        (folder / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
