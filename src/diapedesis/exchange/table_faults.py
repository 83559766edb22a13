"""Faults in an event table: each has a code, a row, a column, what was found, expected, the fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

MOST = 200
"""With so many faults the reading stops; the file is something else than an event table."""

CODES: Mapping[str, tuple[str, str]] = {
    "T001": ("file cannot be read", "name an existing file that you may read"),
    "T002": ("nothing in the table", "write a heading and at least one row"),
    "T003": ("too large", "split the table; at most 10 MB and 200 000 rows, 200 columns"),
    "T004": ("not plain text", "save as CSV, UTF-8"),
    "T005": ("no heading", "name the columns in the first row"),
    "T006": ("column missing", "add the column named"),
    "T007": ("column given twice", "keep one of the two"),
    "T008": ("heading not understood", "write the name of the column alone"),
    "T009": ("wrong number of cells", "write one cell for each column, . where nothing is known"),
    "T010": ("second heading or units among the rows", "remove the row, or begin it with #"),
    "T011": ("quotes do not close", "close the quote, or remove it"),
    "T012": ("not a number", "write the number alone, or . when it is not known"),
    "T013": ("decimal comma", "write a decimal point"),
    "T014": ("a bound instead of a number", "write BLQ 1, the limit in LLOQ and . in DV"),
    "T015": ("not a finite number of a sensible size", "write a number, or . when not known"),
    "T016": ("not a whole number", "write a whole number"),
    "T017": ("not a time", "write TIME as a number, or DATE as 2024-03-01 and TIME as 10:30"),
    "T018": ("outside its range", "check the value"),
    "T019": ("unknown code", "write one of the codes listed"),
    "T020": ("unknown word", "write one of the words listed"),
    "T021": ("value missing", "write the value"),
    "T022": ("rows of a subject apart", "keep the rows of one ID together"),
    "T023": ("time goes back", "list each subject's rows by time; time runs on over a reset"),
    "T024": ("observed twice", "remove one of the two, or tell them apart by DVID or SEQ"),
    "T025": ("dose without amount", "write AMT, or EVID 0 or 2"),
    "T026": ("dose columns on a row that is no dose", "write EVID 1, or empty the cell"),
    "T027": ("DV and MDV do not fit the row", "keep observations on rows of their own, EVID 0"),
    "T028": ("modelled rate or duration", "write RATE or DUR as it was given"),
    "T029": ("both RATE and DUR", "keep one of the two"),
    "T030": ("ADDL, SS and II do not fit together", "II goes with ADDL or SS, and they with II"),
    "T031": ("two doses at one time", "check ADDL and II against the rows that follow"),
    "T032": ("infusion runs into the next one", "check RATE or DUR, and II"),
    "T033": ("steady state in the middle", "write the earlier doses as rows, or begin a new ID"),
    "T034": ("order within one time", "give SEQ for every row of that time, resets before doses"),
    "T035": ("limit of quantification missing", "write LLOQ"),
    "T036": ("value and limit of quantification disagree", "write BLQ 1 and . in DV, or mend LLOQ"),
    "T037": ("censoring that is not supported", "only values below a limit can be censored"),
    "T038": ("session not complete, or on the wrong row", "write APH, and PV or VOL, on EVID 2"),
    "T039": ("sessions overlap", "check the times and HOURS"),
    "T040": ("numbers and words in one covariate", "write only numbers or only words"),
    "T041": ("occasion comes back", "give each occasion a number of its own"),
    "T042": ("unknown compartment", "write a compartment listed, or say which number it is"),
    "T043": ("unknown kind of observation", "write a DVID listed"),
    "T044": ("level before the first dose", "check the times; BLQ 1 is allowed there"),
    "T045": ("probably a wrong unit", "name the unit the column is in, or mend the value"),
    "T046": ("more than the doses can give", "check unit, dose and times"),
    "T047": ("covariate missing throughout", "add it to one row of the subject or more"),
    "T048": ("sex changes within a subject", "check ID and SEX"),
    "T049": ("injection with a rate", "leave RATE and DUR empty, or dose the central compartment"),
    "T050": ("too many doses", "check ADDL and II"),
}
"""Code -> (what it means, how to mend it in general); a fault says it for the row at hand."""


@dataclass(frozen=True)
class TableFault:
    """One fault of an event table.

    Attributes
    ----------
    code : str
        Key of ``CODES``, e.g. ``"T013"``.
    file : str
        The file, as it was named.
    row : int or None
        Line of the file, counted from 1; ``None`` for the whole file.
    column : str
        Heading; empty for the whole row.
    found, expected, fix : str
        What stands there, what should, and how to mend it.
    """

    code: str
    file: str
    row: int | None
    column: str
    found: str
    expected: str
    fix: str

    def __str__(self) -> str:
        parts = ["the file" if self.row is None else f"row {self.row}", self.column]
        return (
            f"{', '.join(p for p in parts if p)}: {CODES[self.code][0]} [{self.code}]\n"
            f"    found {self.found}; expected {self.expected}\n"
            f"    fix: {self.fix}"
        )


class TableError(Exception):
    """An event table that is refused; ``str()`` lists every fault over several lines.

    Attributes
    ----------
    faults : list of TableFault
        All the faults found, in order of row; reading stops at 200.
    """

    def __init__(self, faults: list[TableFault]) -> None:
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        head = f"{faults[0].file}: {count}; the table was not read."
        super().__init__("\n".join([head, *(f"  {f}" for f in faults)]))


@dataclass
class TableFaults:
    """Collects the faults of one table while it is read.

    Attributes
    ----------
    file : str
    items : list of TableFault
    headings : dict of str to str
        Column name -> heading in the file, for messages.
    rows : set of int
        Rows with a fault.
    """

    file: str
    items: list[TableFault] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    _noted: set[tuple[str, int | None, str]] = field(default_factory=set)

    def add(
        self,
        code: str,
        row: int | None,
        column: str = "",
        *,
        found: str,
        expected: str,
        fix: str = "",
    ) -> None:
        """Note one fault, once; without `fix` the general one of its code."""
        if (code, row, column) in self._noted:
            return
        self._noted.add((code, row, column))
        if row is not None:
            self.rows.add(row)
        heading = self.headings.get(column, column)
        fix = fix or CODES[code][1]
        self.items.append(TableFault(code, self.file, row, heading, found, expected, fix))
        if len(self.items) == MOST:
            self.stop()

    def stop(self) -> NoReturn:
        """Raise what was noted, in order of row."""
        raise TableError(sorted(self.items, key=lambda f: (f.row or 0, f.code, f.column)))

    def refuse(
        self, code: str, row: int | None = None, *, found: str, expected: str, fix: str = ""
    ) -> NoReturn:
        """Note a fault that makes the rest unreadable, and stop."""
        self.add(code, row, found=found, expected=expected, fix=fix)
        self.stop()
