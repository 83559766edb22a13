"""Reads a case file: YAML or JSON in, one checked :class:`Case` out, or every fault at once."""

from __future__ import annotations

from pathlib import Path

from diapedesis.exchange.case import Case
from diapedesis.exchange.case_build import build_case
from diapedesis.exchange.case_checks import check_history
from diapedesis.exchange.case_file import CaseFile
from diapedesis.exchange.case_measured_checks import check_measured
from diapedesis.exchange.case_question_checks import check_plan
from diapedesis.exchange.case_sections import read_sections
from diapedesis.exchange.faults import Faults
from diapedesis.exchange.tree import read_blocks


def read_case(path: str | Path) -> Case:
    """Read one patient and the question asked.

    Parameters
    ----------
    path : str or Path
        A case file of at most 1 MB; JSON when the name ends in ``.json``, YAML otherwise.

    Returns
    -------
    Case
        In days, L, mg, mg/L and kg. Day 0 is the date of the first dose when the file uses dates,
        else whatever the file calls day 0.

    Raises
    ------
    CaseError
        With every fault found: code, place, line, what was found, what was expected, the fix.

    Examples
    --------
    >>> import tempfile
    >>> text = '''
    ... drug: natalizumab
    ... units: {time: day, weight: kg, dose: mg}
    ... patient: {weight: 70}
    ... doses:
    ...   - {every: 28, number: 24, last: 2024-03-01, amount: 300}
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "case.yaml"
    ...     _ = file.write_text(text)
    ...     case = read_case(file)
    >>> case.subject.protocol.last_dose, case.day_label(644 + 90)
    (644.0, '2024-05-30')
    """
    faults = Faults(str(path))
    draft = read_sections(read_blocks(Path(path), faults), CaseFile, faults)
    check_history(draft, faults)
    check_measured(draft, faults)
    check_plan(draft, faults)
    if faults.items:
        faults.stop()
    return build_case(draft)
