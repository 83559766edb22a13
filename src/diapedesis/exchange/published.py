"""Reads a published case: YAML or JSON in, a checked case out, or every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from diapedesis.cases import PublishedCase, case_files
from diapedesis.exchange.case_sections import read_sections
from diapedesis.exchange.faults import Faults
from diapedesis.exchange.published_build import case_of
from diapedesis.exchange.published_checks import check_published
from diapedesis.exchange.published_schema import PublishedFile
from diapedesis.exchange.tree import blocks_of, read_blocks

NOUN = "published case"


def read_published(path: str | Path) -> PublishedCase:
    """Read a published case from a file.

    Parameters
    ----------
    path : str or Path
        At most 1 MB; JSON when the name ends in ``.json``, YAML otherwise.

    Returns
    -------
    PublishedCase
        In days from the last infusion of natalizumab.

    Raises
    ------
    CaseError
        With every fault found: code, place, line, what was found, what was expected, the fix.
    """
    faults = Faults(str(path), NOUN)
    return _checked(read_blocks(Path(path), faults), faults)


def parse_published(text: str, name: str) -> PublishedCase:
    """Read a published case from a YAML text; `name` stands for the file in messages.

    Returns
    -------
    PublishedCase

    Raises
    ------
    CaseError
        As :func:`read_published`.

    Examples
    --------
    >>> from diapedesis.cases import case_files
    >>> case = parse_published(case_files()["calvi-2014"], "calvi-2014")
    >>> str(case.moment.day), case.conditioning, case.given[0].kind
    ('0 to 28', 'dated', 'jcv_antibody')
    """
    faults = Faults(name, NOUN)
    return _checked(blocks_of(text, faults, as_json=False), faults)


def packaged_case(id: str) -> PublishedCase:
    """Return a case that travels with the package.

    Raises
    ------
    KeyError
        When there is none of that id; `case_files` lists them.
    """
    return parse_published(case_files()[id], id)


def _checked(raw: dict[str, Any], faults: Faults) -> PublishedCase:
    draft = read_sections(raw, PublishedFile, faults)
    check_published(draft, faults)
    if faults.items:
        faults.stop()
    return case_of(draft)
