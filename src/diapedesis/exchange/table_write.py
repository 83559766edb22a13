"""Writes an event table: days, commas, one row for each event."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.table_events import Event, EventTable, Value
from diapedesis.exchange.table_faults import TableError, TableFaults
from diapedesis.exchange.table_from import table_of
from diapedesis.exchange.table_read import draft_table
from diapedesis.observe.subject import Subject

NONE = "."


def write_table(what: EventTable | Sequence[Subject], path: str | Path) -> Path:
    """Write an event table, whole or not at all.

    Parameters
    ----------
    what : EventTable or sequence of Subject
        Subjects of natalizumab as :func:`~diapedesis.exchange.table_from.table_of` lays them out.
    path : str or Path

    Returns
    -------
    Path
        The file written: TIME, DUR and II in days, further columns only where they are needed.

    Raises
    ------
    ValueError
        For what a table cannot say; what is written reads back the same.
    OSError
        When it cannot be written there.

    Examples
    --------
    >>> import tempfile
    >>> from diapedesis.simulate import Protocol
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     subject = Subject(Protocol.every(28, n=2, weight=64), id="7")
    ...     file = write_table([subject], Path(folder) / "doses.csv")
    ...     print(file.read_text().splitlines()[1])
    7,0,1,300,0.041666666666666664,2,.,64
    """
    return write_atomic(path, table_text(what))


def table_text(what: EventTable | Sequence[Subject]) -> str:
    """Return the text that :func:`write_table` writes."""
    table = what if isinstance(what, EventTable) else table_of(what)
    used = [name for name, (of, always) in CELLS.items() if always or _used(table, of)]
    stream = io.StringIO()
    for comment in table.comments:
        stream.write(f"# {' '.join(comment.split())}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["ID", *used, *table.covariates])
    for subject in table.subjects:
        for e in subject.events:
            cells = [cell(CELLS[name][0](e)) for name in used]
            writer.writerow([subject.id, *cells, *map(cell, e.covariates)])
    text = stream.getvalue()
    _check(table, text)
    return text


def cell(value: Value) -> str:
    """Write a value so that it reads back the same.

    Examples
    --------
    >>> cell(28.0), cell(0.1), cell(None), cell("plex")
    ('28', '0.1', '.', 'plex')
    """
    if value is None:
        return NONE
    return value if isinstance(value, str) else repr(value).removesuffix(".0")


def _of_session(name: str) -> Callable[[Event], Value]:
    def of(e: Event) -> Value:
        if e.session is None or (name in ("sieving", "replacement") and e.session.kind != "plex"):
            return None
        value: Value = getattr(e.session, name)
        return value

    return of


def _used(table: EventTable, of: Callable[[Event], Value]) -> bool:
    return any(of(e) is not None for s in table.subjects for e in s.events)


CELLS: Mapping[str, tuple[Callable[[Event], Value], bool]] = {
    "TIME": (lambda e: e.time, True),
    "EVID": (lambda e: e.evid, True),
    "AMT": (lambda e: e.amount, True),
    "DUR": (lambda e: e.duration, False),
    "CMT": (lambda e: e.cmt, False),
    "ADDL": (lambda e: e.addl or None, False),
    "II": (lambda e: e.ii, False),
    "SS": (lambda e: e.ss or None, False),
    "DV": (lambda e: e.dv, True),
    "DVID": (lambda e: e.dvid, False),
    "BLQ": (lambda e: int(e.below) or None, False),
    "LLOQ": (lambda e: e.lloq, False),
    "OCC": (lambda e: e.occ, False),
    "SEQ": (lambda e: e.seq, False),
    "APH": (_of_session("kind"), False),
    "PV": (_of_session("plasma_volumes"), False),
    "VOL": (_of_session("litres"), False),
    "HOURS": (_of_session("hours"), False),
    "SIEVING": (_of_session("sieving"), False),
    "REPLACEMENT": (_of_session("replacement"), False),
}
"""Column -> its value on a row, and whether it is always written."""


def _check(table: EventTable, text: str) -> None:
    """Raise ValueError when a text does not read back as the table."""
    faults = TableFaults("the table as it would be written")
    try:
        again, _ = draft_table(text, faults)
    except TableError as error:
        raise ValueError(str(error)) from None
    if faults.items:
        raise ValueError(str(TableError(faults.items)))
    if again != table:
        raise ValueError(_difference(table, again))


def _difference(table: EventTable, again: EventTable) -> str:
    head = "the table as it would be written does not read back the same"
    if table.covariates != again.covariates:
        return f"{head}: covariates {table.covariates} would be {again.covariates}"
    for a, b in zip(table.subjects, again.subjects, strict=False):
        for x, y in zip(a.events, b.events, strict=False):
            if x != y:
                return f"{head}: ID {a.id}, day {x.time:g}: {x} would be {y}"
    return f"{head}: subjects or numbers of rows differ"
