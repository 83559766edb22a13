"""Read a citation as it stands in the evidence notes into the fields of a bibliography.

A citation is read whole or not at all: what is left over once the known forms are taken out makes
``read`` return nothing, and the citation needs a row in ``evidence_papers.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DOI = re.compile(r"(?:doi:? ?)?\b(10\.\d{4,9}/[^\s,;]+)", re.I)
PMID = re.compile(r"\bPMID (\d{6,8})\b")
PMCID = re.compile(r"\b(PMC\d{5,9})\b")
NCT = re.compile(r"\b(NCT\d{8})\b")
_PLACE = re.compile(r",? \(?(?:[Tt]able|fig(?:ure)?|T)\.? ?\d+\)?(?= |$)|(?<=\)) introduction$")
SHORT = {
    "ACTN": "Ann Clin Transl Neurol",
    "AJNR": "AJNR Am J Neuroradiol",
    "CDLI": "Clin Diagn Lab Immunol",
    "CID": "Clin Infect Dis",
    "CPT:PSP": "CPT Pharmacometrics Syst Pharmacol",
    "JID": "J Infect Dis",
    "JNNP": "J Neurol Neurosurg Psychiatry",
    "JNS": "J Neurol Sci",
    "JPGN": "J Pediatr Gastroenterol Nutr",
    "MSARD": "Mult Scler Relat Disord",
    "Mult Scler J": "Mult Scler",
    "MSJ-ETC": "Mult Scler J Exp Transl Clin",
    "NEJM": "N Engl J Med",
    "NNN": "Neurol Neuroimmunol Neuroinflamm",
    "NXI": "Neurol Neuroimmunol Neuroinflamm",
    "PLoS ONE": "PLoS One",
    "PNAS": "Proc Natl Acad Sci USA",
    "PPA": "Patient Prefer Adherence",
    "touchREV Neurol": "touchREVIEWS in Neurology",
}
"""Abbreviations of journals that the notes use, and the usual short title."""
JOURNALS = {
    *SHORT, *SHORT.values(),
    "Acta Neurol Belg", "Acta Neurol Scand", "Acta Neuropathol", "AIDS",
    "Ann Clin Transl Neurol", "Ann Neurol", "Arch Neurol", "Arch Virol", "Blood", "BMC Neurol",
    "BMJ Neurol Open", "BMJ Open", "Br J Haematol", "Brain", "Brain Behav",
    "Cancer Immunol Immunother", "Clin Drug Investig", "Clin Exp Immunol", "Clin Immunol",
    "CNS Neurosci Ther", "Cytometry B", "EClinicalMedicine", "Eur J Neurol", "Eur Neurol",
    "Front Neurol", "Int J Mol Sci", "J Clin Neurosci", "J Clin Pharmacol",
    "J Immunol Methods", "J Lab Clin Med", "J Neuroimmunol", "J Neurol", "J Neurovirol",
    "J Virol", "JAMA Neurol", "Lancet Neurol", "Mult Scler", "Nat Rev Neurol", "Neurol Ther",
    "Neurology", "Neurotherapeutics", "PLoS One", "PLoS ONE", "PLoS Pathog", "Radiology",
    "Rheumatology", "Sci Rep", "Science", "Surgery", "Ther Adv Neurol Disord",
    "Ther Apher Dial", "Thromb Haemost", "touchREV Neurol", "Transfus Sci", "Vox Sang",
}  # fmt: skip
"""Titles as cited; any other word before a year is taken for an author."""
_JOURNAL = r"[A-Za-z][A-Za-z:& -]*?"
_NAME = r"(?:(?:van|von|de|den|der) )*[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*"
_NAMED = re.compile(
    rf"\[?(?P<who>{_NAME}(?: & {_NAME})?)\]? (?P<year>\d{{4}})\]?"
    rf"(?: (?P<journal>{_JOURNAL}))?"
    r"(?: (?P<volume>\d+\w?)(?:\((?P<issue>\w+)\))?(?::(?P<page>[\w.]+))?)?"
)
_BY_JOURNAL = re.compile(
    rf"(?P<journal>{_JOURNAL}) (?P<year>\d{{4}})"
    r"(?:;(?P<volume>\d+)(?:\((?P<issue>\w+)\))?:(?P<page>[\w.]+))?"
)


@dataclass
class Citation:
    """One citation in fields; empty text where it says nothing."""

    authors: list[tuple[str, str]] = field(default_factory=list)
    identified: bool = False
    fields: dict[str, str] = field(default_factory=dict)


def read(text: str) -> Citation | None:
    """Return the fields of a citation, or ``None`` when it has a form that is not known.

    Examples
    --------
    >>> c = read("Khatri 2009 Neurology, 10.1212/01.wnl.0000341766.59028.9d, PMID 19188571")
    >>> c.authors, c.fields["PMID"]
    ([('Khatri', '')], '19188571')
    >>> read("forum post quoting the Barts chart") is None
    True
    """
    found, rest = _identifiers(text)
    rest = _PLACE.sub("", rest)
    rest = re.sub(r"\(\s*[,;\s]*\)|\s*,(?=\s*(?:,|$))", "", rest).strip(" ,")
    if not rest:
        return Citation(fields=found) if found else None
    match = _BY_JOURNAL.fullmatch(rest)
    if match and match["journal"] in JOURNALS and (match["volume"] or found):
        return Citation(fields=found | _given(match))
    match = _NAMED.fullmatch(rest)
    if match and match["who"] not in JOURNALS and (match["journal"] or "") in {"", *JOURNALS}:
        return Citation(_people(match["who"]), "[" in rest, found | _given(match))
    return None


def _identifiers(text: str) -> tuple[dict[str, str], str]:
    found = {}
    for name, pattern in (("DOI", DOI), ("PMID", PMID), ("PMCID", PMCID), ("NCT", NCT)):
        if match := pattern.search(text):
            value = match[1]
            while value.count(")") > value.count("("):
                value = value.rpartition(")")[0]
            found[name] = value.rstrip(".")
            start = match.start(1) if name != "PMID" else match.start()
            text = text[:start] + text[match.start(1) + len(found[name]) :]
    return found, text


def _given(match: re.Match[str]) -> dict[str, str]:
    names = {"year": "year", "journal": "container-title", "volume": "volume", "issue": "issue"}
    found = {key: match[group] for group, key in names.items() if match[group]}
    return found | ({"page": match["page"]} if match["page"] else {})


def _people(who: str) -> list[tuple[str, str]]:
    people = []
    for name in re.split(r" ?& ?|, ", who):
        initials = re.fullmatch(r"(.+?) ([A-Z]{1,2})", name)
        people.append((initials[1], initials[2]) if initials else (name, ""))
    return people


def split(text: str) -> list[str]:
    """Return the citations of a cell: parts between semicolons that stand outside brackets."""
    parts, depth, start = [], 0, 0
    for i, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if text.startswith("; ", i) and depth == 0:
            parts.append(text[start:i])
            start = i + 2
    return [*parts, text[start:]]
