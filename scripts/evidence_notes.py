"""Read the evidence notes (markdown tables): one claim per table row, as text.

Each table row whose first cell is a row number becomes one claim, in the order of the files:

- id: ``pkpd 1.17``, ``pml 4.3``, ``R023``; the second of two equal ids gets the suffix ``b``.
- "same" and "as above" become the text of the nearest row above that has one (where it was seen:
  of the nearest row with the same paper, if there is one); a bare "Author year" becomes the full
  citation given earlier in the same file.
- how sure: one letter (see ``LETTERS`` and ``WORDS``); of two letters the weaker is kept. What
  qualifies the letter goes to the note.
- rows marked ``gap`` state nothing that could be cited; they are listed and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FILES = {"pkpd.md": "pkpd ", "pml_iris.md": "pml ", "rebound.md": ""}
COLUMNS = (
    "id", "topic", "quantity", "value", "unit", "population", "cited", "locator", "sure", "note"
)  # fmt: skip
LETTERS = "TLFAXSDM"
"""Legal codes, the strongest first."""
WORDS = (
    ("title", "M"),
    ("from memory", "M"),
    ("secondary", "S"),
    ("thesis", "S"),
    ("lab page", "S"),
    ("abstract", "A"),
    ("label text", "L"),
    ("table seen", "T"),
    ("legend", "T"),
    ("open text", "T"),
    ("registry text", "T"),
)
"""Codes written as words; the first that occurs counts, so the weakest come first."""
_HEADING = re.compile(r"### \d+\. (.+)")
_ROW = re.compile(r"\|\s*((?:\d+\.\d+|R\d{3})[a-z]?)\s*\|")
_DITTO = re.compile(r"^(?:same|as above)\b(?P<rest>.*)$")
_SHORT = re.compile(r"^(?P<key>[A-Z][\w'’-]+ \d{4})(?P<tail>,? (?:[Tt]able|fig) \d+)?$")
_FULL = re.compile(r"^(?P<key>[A-Z][\w'’-]+ \d{4}) (?!(?:[Tt]able|fig) \d)\S")
_EMPTY = {"-", "–", "none", ""}


class ImportFault(Exception):
    """The notes cannot be turned into data: what was found, where, and what to do."""


@dataclass
class Memory:
    """What "same" and a bare "Author year" refer to, while one file is read."""

    above: dict[str, str] = field(default_factory=dict)
    citations: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def cells_of(text: str) -> Iterator[list[str]]:
    """Yield the cells of every numbered table row and its heading, markdown emphasis removed.

    Parameters
    ----------
    text : str
        One markdown file.

    Yields
    ------
    list of str
        Heading, row number, quantity, value, unit, n, source, where seen, how sure.

    Raises
    ------
    ImportFault
        When a numbered row has not eight cells.
    """
    topic = ""
    for line in text.splitlines():
        if heading := _HEADING.fullmatch(line.strip()):
            topic = heading[1]
        if not _ROW.match(line):
            continue
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) != 8:
            raise ImportFault(f"{len(cells)} cells instead of 8 in: {line[:80]}")
        yield [topic, *(re.sub(r"\*\*(.+?)\*\*|\*(\w[^*]*)\*", r"\1\2", c) for c in cells)]


def code_of(sure: str) -> tuple[str, str]:
    """Return the one-letter code of a "how sure" cell and what qualifies it.

    Parameters
    ----------
    sure : str
        ``"A"``, ``"S/D"``, ``"A; no values"``, ``"S (counts M)"``, ``"figure legend"`` ...

    Returns
    -------
    tuple of str
        Code (one of ``LETTERS``) and note.

    Raises
    ------
    ImportFault
        When neither a letter nor a known word stands there.

    Examples
    --------
    >>> code_of("A/S"), code_of("S (counts M)"), code_of("title only")
    (('S', 'A/S'), ('S', 'counts M'), ('M', 'title only'))
    """
    letters = re.match(rf"([{LETTERS}](?:/[{LETTERS}])*)(?![A-Za-z])(.*)$", sure)
    if letters:
        codes, rest = letters[1].split("/"), letters[2].strip(" ;()")
        code = "M" if rest == "result M" else max(codes, key=LETTERS.index)
        return code, "; ".join(t for t in ("/".join(codes) if len(codes) > 1 else "", rest) if t)
    for word, code in WORDS:
        if word in sure:
            return code, "" if sure == word else sure
    raise ImportFault(f"no code for how sure {sure!r}; add the word to WORDS")


def resolved(column: str, cell: str, memory: Memory) -> str:
    """Return the cell with "same" or "as above" replaced, and remember it for the rows below."""
    if cell in _EMPTY:
        return ""
    ditto = _DITTO.match(cell)
    if ditto and column in memory.above and ditto["rest"][:1] in ("", ";"):
        cell = memory.above[column] + ditto["rest"]
    memory.above[column] = cell
    return cell


def cited(paper: str, memory: Memory) -> str:
    """Return the paper with each bare "Author year" spelled out, and remember full citations."""
    parts = []
    for part in paper.split("; "):
        short, full = _SHORT.match(part), _FULL.match(part)
        if short and short["key"] in memory.citations:
            part = memory.citations[short["key"]] + (short["tail"] or "")
        elif full:
            memory.citations[full["key"]] = part
        parts.append(part)
    return "; ".join(parts)


def claim_of(prefix: str, cells: list[str], memory: Memory) -> dict[str, str]:
    """Return one claim as a mapping from column to text."""
    topic, number, quantity, value, unit, population, paper, locator, sure = cells
    code, note = code_of(sure)
    derived = population.startswith("derived") or (code == "D" and paper in _EMPTY)
    if derived:
        paper = f"derived here: {paper}" if paper not in _EMPTY else "derived here"
        population, locator = population.removeprefix("derived").strip("; "), ""
    else:
        population = resolved("population", population.removeprefix("n="), memory)
        paper = cited(resolved("paper", paper, memory), memory)
        if _DITTO.match(locator) and paper in memory.places:
            memory.above["locator"] = memory.places[paper]
        locator = memory.places[paper] = resolved("locator", locator, memory)
    unit = "" if unit in _EMPTY else unit
    row = (prefix + number, topic, quantity, value, unit, population, paper, locator, code, note)
    return dict(zip(COLUMNS, row, strict=True))


def read_notes(directory: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Read every file of the notes.

    Parameters
    ----------
    directory : Path
        Folder with the files named in ``FILES``; one that is absent is an error.

    Returns
    -------
    tuple
        The claims in order, and the ids of the rows marked ``gap``.

    Raises
    ------
    ImportFault
        When a file is absent or an id occurs three times.
    """
    claims: dict[str, dict[str, str]] = {}
    gaps = []
    for name, prefix in FILES.items():
        if not (directory / name).is_file():
            raise ImportFault(f"{name} is not in {directory}; give the folder that holds the notes")
        memory = Memory()
        for cells in cells_of((directory / name).read_text(encoding="utf-8")):
            if cells[-1] == "gap":
                gaps.append(prefix + cells[1])
                continue
            claim = claim_of(prefix, cells, memory)
            if claim["id"] in claims:
                claim["id"] += "b"
            if claim["id"] in claims:
                raise ImportFault(f"the id {claim['id']!r} occurs again; number the row anew")
            claims[claim["id"]] = claim
    return list(claims.values()), gaps


def corrected(claims: list[dict[str, str]], corrections: Iterable[dict[str, str]]) -> None:
    """Replace single cells in place; each correction names the text that it expects.

    Raises
    ------
    ImportFault
        When the id is unknown or the cell holds another text than expected.
    """
    by_id = {c["id"]: c for c in claims}
    for c in corrections:
        found = by_id.get(c["id"], {}).get(c["column"])
        if found != c["found"]:
            raise ImportFault(
                f"correction of {c['id']!r}, {c['column']}: expected {c['found']!r}, found"
                f" {found!r}; bring the corrections up to date"
            )
        by_id[c["id"]][c["column"]] = c["text"]
