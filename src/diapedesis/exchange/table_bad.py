"""Tables with a fault each, as they happen: for the published page, and for its tests."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from diapedesis.exchange.table_faults import TableError, TableFault
from diapedesis.exchange.table_subjects import read_subjects


@dataclass(frozen=True)
class Bad:
    """One way in which a table goes wrong.

    Attributes
    ----------
    code : str
        Of the fault.
    title : str
        What happened.
    content : str or bytes or None
        Of the file; ``None`` when there is none.
    """

    code: str
    title: str
    content: str | bytes | None

    def faults(self) -> list[TableFault]:
        """Read the file as natalizumab subjects; return its faults."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "levels.csv"
            if self.content is not None:
                data = self.content.encode() if isinstance(self.content, str) else self.content
                file.write_bytes(data)
            try:
                read_subjects(file)
            except TableError as error:
                return error.faults
        return []

    def shown(self) -> str | None:
        """Return the table for the page; ``None`` where it cannot be shown."""
        return self.content if isinstance(self.content, str) and len(self.content) < 400 else None


_PLAIN = "ID,TIME,EVID,AMT,DV,WT"
_DATED = "ID,DATE,EVID,AMT,DV,WT"
_DOSE = "1,0,1,300,.,70"


def _t(code: str, title: str, *rows: str, head: str = _PLAIN) -> Bad:
    """Return a table of a heading and rows; further columns are named after the plain ones."""
    return Bad(code, title, "\n".join([head, *rows]) + "\n")


def _more(code: str, title: str, columns: str, *rows: str) -> Bad:
    return _t(code, title, *rows, head=f"{_PLAIN},{columns}")


FILES: Sequence[Bad] = (
    Bad("T001", "no such file", None),
    Bad("T002", "an empty file", ""),
    _t("T002", "a heading and nothing below"),
    Bad("T003", "far too many columns", ",".join(["ID", "TIME", *(f"X{i}" for i in range(200))])),
    Bad("T004", "an Excel workbook", b"PK\x03\x04\x14\x00\x06\x00"),
    Bad("T004", "UTF-16, Excel's 'Unicode text'", "ID\tTIME\r\n".encode("utf-16")),
    Bad("T004", "Latin-1 signs", "ID,TIME,DV,SITE\n1,0,3,Köln\n".encode("latin-1")),
    Bad("T005", "no heading", "1,0,1,300,.,70\n1,28,0,.,21.5,.\n"),
    _t("T006", "no column for the subject", "0,1,300,.,70", head="TIME,EVID,AMT,DV,WT"),
    _t("T006", "no column for the time", "1,1,300,.,70", head="ID,EVID,AMT,DV,WT"),
    _t("T006", "no body weight at all", "1,0,1,300,.", head="ID,TIME,EVID,AMT,DV"),
    _t("T007", "two columns for one thing", "1,0,1,300,.,70,7", head=f"{_PLAIN},Weight"),
    _t("T008", "a unit in a heading", "1,0,1,300,.,70", head="ID,TIME (day),EVID,AMT,DV,WT"),
    _t("T008", "a slip in a heading", "1,0,1,300,.,70", head="ID,TIME,EVDI,AMT,DV,WT"),
    _t("T008", "a column without heading", "1,0,1,300,.,x,70", head="ID,TIME,EVID,AMT,DV,,WT"),
    _t("T009", "a cell too few", _DOSE, "1,28,0,.,21.5"),
    _t("T009", "decimal commas between commas", _DOSE, "1,28,0,.,21,5,."),
    _t("T010", "a second heading", _PLAIN, _DOSE),
    _t("T010", "a row of units", ".,day,.,mg,mg/L,kg", _DOSE),
    _t("T011", "a quote that does not close", '1,0,1,300,.,"70'),
)
CELLS: Sequence[Bad] = (
    _t("T012", "a unit in a cell", "1,0,1,300 mg,.,70"),
    _t("T012", "text among results", _DOSE, "1,28,0,.,lost,."),
    Bad("T013", "decimal commas", "ID;TIME;EVID;AMT;DV;WT\n1;0;1;300;.;70\n1;28;0;.;21,5;.\n"),
    _t("T014", "a result below the limit as text", _DOSE, "1,90,0,.,<0.25,."),
    _t("T015", "NaN from another program", _DOSE, "1,28,0,.,NaN,."),
    _t("T015", "an absurdly large number", "1,0,1,3e40,.,70"),
    _more("T016", "half a further dose", "ADDL,II", f"{_DOSE},5.5,28"),
    _t("T017", "dates in TIME", "1,2024-03-01,1,300,.,70"),
    _t("T017", "a time of day without a date", "1,10:30,1,300,.,70"),
    _t("T017", "a date that is not ISO", "1,01.03.2024,1,300,.,70", head=_DATED),
    _t("T018", "a negative amount", "1,0,1,-300,.,70"),
    _t("T018", "-99 for a missing result", _DOSE, "1,28,0,.,-99,."),
    _t("T018", "a time a century away", _DOSE, "1,45000,0,.,2,."),
    _more("T018", "an infusion of 60 days", "DUR", f"{_DOSE},60"),
    _more("T018", "sieving in per cent", "APH,PV,SIEVING", f"{_DOSE},.,.,.",
        "1,9,2,.,.,.,plex,1,95"),
    _more("T018", "a session of 150 hours", "APH,PV,HOURS", f"{_DOSE},.,.,.",
        "1,9,2,.,.,.,plex,1,150"),
    _t("T019", "EVID 5", "1,0,5,300,.,70"),
    _more("T019", "SS 3", "SS,II", f"{_DOSE},3,28"),
    _more("T020", "an unknown kind of session", "APH,PV", f"{_DOSE},.,.", "1,9,2,.,.,.,dialysis,1"),
    _more("T020", "sex as a number", "SEX", f"{_DOSE},1"),
    _more("T020", "sex in another language", "SEX", f"{_DOSE},weiblich"),
    _t("T021", "no ID on a row", _DOSE, ".,28,0,.,21.5,."),
    _t("T021", "no time on a row", _DOSE, "1,.,0,.,21.5,."),
    _t("T021", "no EVID on a row", _DOSE, "1,28,.,.,21.5,."),
    _more("T021", "MDV 0 and no result", "MDV", f"{_DOSE},1", "1,28,0,.,.,.,0"),
)  # fmt: skip
ROWS: Sequence[Bad] = (
    _t("T022", "the rows of a subject apart", _DOSE, "2,0,1,300,.,80", "1,28,0,.,21.5,."),
    _t("T023", "time goes back", _DOSE, "1,56,1,300,.,.", "1,28,0,.,21.5,."),
    _t("T024", "one result twice", _DOSE, "1,28,0,.,21.5,.", "1,28,0,.,21.5,."),
    _t("T025", "a dose of 0", "1,0,1,0,.,70"),
    _t("T025", "a dose without amount", "1,0,1,.,.,70"),
    _t("T026", "an amount beside a result", _DOSE, "1,28,0,300,21.5,."),
    _t("T027", "a result beside a dose", "1,0,1,300,21.5,70"),
    _more("T027", "MDV 0 beside a dose", "MDV", f"{_DOSE},0"),
    _more("T028", "a rate to be estimated", "RATE", f"{_DOSE},-2"),
    _more("T029", "both rate and duration", "RATE,DUR", f"{_DOSE},7200,0.0417"),
    _more("T030", "further doses without interval", "ADDL,II", f"{_DOSE},5,."),
    _more("T030", "steady state without interval", "SS", f"{_DOSE},1"),
    _more("T030", "an interval alone", "II", f"{_DOSE},28"),
    _more("T031", "ADDL and the same doses as rows", "ADDL,II", f"{_DOSE},5,28",
        "1,28,1,300,.,.,.,."),
    _t("T031", "one infusion twice", _DOSE, _DOSE),
    _more("T032", "an infusion longer than II", "DUR,ADDL,II", f"{_DOSE},0.9,5,0.5"),
    _more("T033", "steady state after a dose", "SS,II", f"{_DOSE},.,.", "1,56,1,300,.,.,1,28"),
    _more("T033", "SS 2 alone", "SS,II", f"{_DOSE},2,28"),
    _more("T034", "SEQ on some rows of a time", "SEQ", f"{_DOSE},1", "1,0,2,.,.,.,."),
    _more("T034", "a reset after a dose of its time", "SEQ", f"{_DOSE},1", "1,0,3,.,.,.,2"),
    _more("T035", "BLQ without limit", "BLQ", f"{_DOSE},.", "1,90,0,.,.,.,1"),
    _more("T036", "a result below its limit", "LLOQ", f"{_DOSE},.", "1,90,0,.,0.1,.,0.5"),
    _more("T036", "BLQ and a result above the limit", "BLQ,LLOQ", f"{_DOSE},.,.",
        "1,90,0,.,3,.,1,0.5"),
    _t("T036", "a result below the limit of the assay", _DOSE, "1,90,0,.,0.1,."),
    _more("T037", "above a limit", "CENS", f"{_DOSE},.", "1,28,0,.,100,.,-1"),
    _more("T037", "an interval", "CENS,LIMIT", f"{_DOSE},.,.", "1,90,0,.,0.5,.,1,0.1"),
    _more("T038", "a session of no size", "APH,PV", f"{_DOSE},.,.", "1,9,2,.,.,.,plex,."),
    _more("T038", "a session beside a dose", "APH,PV", f"{_DOSE},plex,1"),
    _more("T038", "a size without session", "APH,PV", f"{_DOSE},.,.", "1,9,2,.,.,.,.,1"),
    _more("T038", "sieving on a column", "APH,PV,SIEVING", f"{_DOSE},.,.,.",
        "1,9,2,.,.,.,protein_a,1,0.9"),
    _more("T039", "two sessions at once", "APH,PV", f"{_DOSE},.,.", "1,9,2,.,.,.,1,1",
        "1,9.05,2,.,.,.,1,1"),
    _more("T040", "words among numbers", "SITE", f"{_DOSE},3", "1,28,0,.,21.5,.,three"),
    _more("T041", "an occasion comes back", "OCC", f"{_DOSE},1", "1,28,1,300,.,.,2",
        "1,56,1,300,.,.,1"),
)  # fmt: skip
MEANING: Sequence[Bad] = (
    _more("T042", "an unknown compartment", "CMT", f"{_DOSE},4"),
    _more("T043", "an unknown kind of observation", "DVID", f"{_DOSE},.", "1,28,0,.,21.5,.,7"),
    _t("T044", "a level before the first dose", "1,0,0,.,21.5,70", "1,1,1,300,.,."),
    _t("T044", "a level after a reset", _DOSE, "1,20,3,.,.,.", "1,28,0,.,21.5,."),
    _t("T045", "levels in ng/mL", _DOSE, "1,28,0,.,21500,."),
    _t("T045", "doses in micrograms", "1,0,1,300000,.,70"),
    _t("T045", "weight in g", "1,0,1,300,.,70000"),
    _more("T045", "weight in lb", "HT", f"{_DOSE.replace('70', '220')},165"),
    _more("T045", "height in m", "HT", f"{_DOSE},1.65"),
    _more("T045", "haematocrit in per cent", "HCT", f"{_DOSE},42"),
    _more("T045", "saturation in per cent", "DVID", f"{_DOSE},.", "1,28,0,.,85,.,2"),
    _t("T046", "more than the doses can give", _DOSE, "1,60,0,.,130,."),
    _t("T047", "a subject without weight", _DOSE, "2,0,1,300,.,."),
    _more("T048", "sex changes", "SEX", f"{_DOSE},f", "1,28,1,300,.,.,m"),
    _more("T049", "an injection with a duration", "CMT,DUR", f"{_DOSE},1,0.04"),
    _more("T050", "too many doses", "ADDL,II", f"{_DOSE},2000,1"),
)
BAD: Sequence[Bad] = (*FILES, *CELLS, *ROWS, *MEANING)
