"""Reads an event table: a file in, one checked :class:`EventTable` out, or every fault at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from diapedesis.exchange.faults import clip
from diapedesis.exchange.table_checks import check_covariates, check_subject
from diapedesis.exchange.table_columns import RESERVED
from diapedesis.exchange.table_events import Event, EventTable, SubjectEvents, in_order
from diapedesis.exchange.table_faults import TableFaults
from diapedesis.exchange.table_rows import event_of
from diapedesis.exchange.table_text import Grid, Ignore, grid_of, read_text
from diapedesis.exchange.table_time import TimeUnit, days, time_of
from diapedesis.exchange.table_values import Row

Timed = tuple[float | datetime, Event]


def read_table(
    path: str | Path, *, time_unit: TimeUnit = "day", ignore: Ignore = "#"
) -> EventTable:
    r"""Read an event table of any drug.

    Parameters
    ----------
    path : str or Path
        At most 10 MB of text: commas, semicolons, tabs or blanks between the cells.
    time_unit : {"day", "h"}
        Of TIME, DUR and II, and below RATE.
    ignore : {"#", "C", "@"}
        Rows that are left out: those that begin with ``#`` always; as well those whose first cell
        is C, or that begin with a letter or ``@``. A first column with the heading C marks rows to
        leave out by the letter C in it.

    Returns
    -------
    EventTable
        In days; amounts, observations and covariates as the table has them.

    Raises
    ------
    TableError
        With every fault found: code, row, column, what was found, what was expected, the fix.

    Examples
    --------
    >>> import tempfile
    >>> text = "ID,TIME,EVID,AMT,DV\n7,0,1,300,.\n7,28,0,.,21.5\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "levels.csv"
    ...     _ = file.write_text(text)
    ...     (subject,) = read_table(file).subjects
    >>> subject.id, [(e.time, e.evid, e.dv) for e in subject.events]
    ('7', [(0.0, 1, None), (28.0, 0, 21.5)])
    """
    faults = TableFaults(str(path))
    table, _ = draft_table(read_text(Path(path), faults), faults, time_unit, ignore)
    if faults.items:
        faults.stop()
    return table


def draft_table(
    text: str, faults: TableFaults, time_unit: TimeUnit = "day", ignore: Ignore = "#"
) -> tuple[EventTable, frozenset[str]]:
    """Read what can be read; return it, and the subjects of which a row could not be."""
    grid = grid_of(text, faults, ignore)
    _need_columns(grid, faults)
    covariates = tuple(c for c in grid.columns if c not in RESERVED)
    subjects: list[SubjectEvents] = []
    broken: set[str] = set()
    for id, rows in _by_subject(grid, faults):
        read = [(time_of(row, time_unit), event_of(row, time_unit, covariates)) for row in rows]
        timed: list[Timed] = [(t, e) for t, e in read if t is not None]
        _forward(timed, faults)
        timed = [(t, e) for t, e in timed if e.row not in faults.rows]
        subject = _subject(id, timed)
        check_subject(subject, faults)
        if any(row.line in faults.rows for row in rows):
            broken.add(id)
        subjects.append(subject)
    check_covariates(subjects, covariates, faults)
    return EventTable(tuple(subjects), covariates, grid.comments, faults.file), frozenset(broken)


def _need_columns(grid: Grid, faults: TableFaults) -> None:
    had = ", ".join(clip(c, 20) for c in grid.columns[:12])
    wanted = [("ID", ("ID",)), ("TIME", ("TIME", "DATE"))]
    if not {"AMT", "DV", "APH"} & set(grid.columns):
        wanted.append(("DV", ("DV",)))
    for name, enough in wanted:
        if not set(enough) & set(grid.columns):
            faults.add("T006", None, name, found=f"columns {had}", expected=" or ".join(enough))
    if faults.items and any(f.code == "T006" for f in faults.items):
        faults.stop()


def _by_subject(grid: Grid, faults: TableFaults) -> Iterator[tuple[str, list[Row]]]:
    """Yield each subject's rows; rows without ID, or apart from the others, are noted."""
    rows = [Row(n, dict(zip(grid.columns, cells, strict=True)), faults) for n, cells in grid.rows]
    for row in rows:
        if row.text("ID") is None:
            row.fault("T021", "ID", found="nothing", expected="the subject of the row")
    seen: dict[str, int] = {}
    named = (row for row in rows if row.text("ID") is not None)
    for id, group in groupby(named, key=lambda row: row.cells["ID"]):
        block = list(group)
        if id in seen:
            found = f"ID {clip(id)} again, after row {seen[id]} and another subject"
            block[0].fault("T022", "ID", found=found, expected="all rows of an ID together")
            continue
        seen[id] = block[-1].line
        yield id, block


def _forward(timed: list[Timed], faults: TableFaults) -> None:
    """Note each row that lies before the row above it."""
    before: float | datetime | None = None
    for t, event in timed:
        if before is not None and t < before:  # type: ignore[operator]
            found = f"{_said(t)} after {_said(before)}"
            faults.add(
                "T023", event.row, "TIME", found=found, expected="a time not before the row above"
            )
        else:
            before = t


def _said(t: float | datetime) -> str:
    return f"{t:%Y-%m-%d %H:%M}" if isinstance(t, datetime) else f"day {t:g}"


def _subject(id: str, timed: list[Timed]) -> SubjectEvents:
    """Return a subject's events in days; with dates, day 0 is the date of the first dose."""
    origin = _origin(timed)
    events = [replace(e, time=days(t, origin)) for t, e in timed]
    return SubjectEvents(id, in_order(events), origin)


def _origin(timed: list[Timed]) -> date | None:
    dated = [(t, e) for t, e in timed if isinstance(t, datetime)]
    if not dated:
        return None
    return next((t for t, e in dated if e.doses), dated[0][0]).date()
