"""From an event table to natalizumab subjects: what was given, what was measured, of whom."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from diapedesis.exchange.table_covariates import Covariates, antibodies
from diapedesis.exchange.table_doses import resets
from diapedesis.exchange.table_events import EventTable, SubjectEvents
from diapedesis.exchange.table_faults import TableFaults
from diapedesis.exchange.table_given import given_doses, given_sessions
from diapedesis.exchange.table_levels import check_levels, levels
from diapedesis.exchange.table_options import TableOptions
from diapedesis.exchange.table_read import draft_table
from diapedesis.exchange.table_text import Ignore, read_text
from diapedesis.exchange.table_time import TimeUnit
from diapedesis.observe.subject import Subject
from diapedesis.simulate.protocol import Protocol


def read_subjects(
    path: str | Path,
    options: TableOptions | None = None,
    *,
    time_unit: TimeUnit = "day",
    ignore: Ignore = "#",
) -> list[Subject]:
    r"""Read an event table as natalizumab subjects.

    Parameters
    ----------
    path, time_unit, ignore
        As for :func:`~diapedesis.exchange.table_read.read_table`.
    options : TableOptions, optional
        Units, compartments, kinds of observation, assays.

    Returns
    -------
    list of Subject
        In the order of the file; days, L, mg, mg/L, kg.

    Raises
    ------
    TableError
        With every fault found, of the format and of what it means for natalizumab.

    Examples
    --------
    >>> import tempfile
    >>> text = "ID,TIME,EVID,AMT,DV,WT,ADDL,II\n7,0,1,300,.,70,5,28\n7,28,0,.,21.5,.,.,.\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "levels.csv"
    ...     _ = file.write_text(text)
    ...     (subject,) = read_subjects(file)
    >>> subject.id, subject.weight, subject.protocol.last_dose, subject.levels[0].value
    ('7', 70.0, 140.0, 21.5)
    """
    faults = TableFaults(str(path))
    table, broken = draft_table(read_text(Path(path), faults), faults, time_unit, ignore)
    return build(table, options or TableOptions(), faults, broken)


def subjects_of(table: EventTable, options: TableOptions | None = None) -> list[Subject]:
    """Return the natalizumab subjects of a table that was read already.

    Raises
    ------
    TableError
        With every fault found.
    """
    return build(table, options or TableOptions(), TableFaults(table.source), frozenset())


def build(
    table: EventTable, options: TableOptions, faults: TableFaults, broken: frozenset[str]
) -> list[Subject]:
    """Return the subjects, or raise every fault; of `broken` ones rows are missing."""
    if "WT" not in table.covariates:
        found = f"covariates {', '.join(table.covariates) or 'none'}"
        faults.add("T006", None, "WT", found=found, expected="WT, the body weight")
    read = [_subject(s, table, options, faults, s.id not in broken) for s in table.subjects]
    if faults.items:
        faults.stop()
    return [s for s in read if s is not None]


def _subject(
    one: SubjectEvents, table: EventTable, options: TableOptions, faults: TableFaults, whole: bool
) -> Subject | None:
    before = len(faults.items)
    known = Covariates(one, table.covariates, options, faults)
    weights = known.weights(whole and "WT" in table.covariates)
    height, age, haematocrit = known.height(), known.last("AGE"), known.last("HCT")
    if whole:
        known.check_shape(weights, height)
    sex, pregnant, titres = known.sex(), known.last("PREG"), known.steps("ADA")
    doses = given_doses(one, options, faults, whole)
    sessions = given_sessions(one)
    measured = levels(one, options, faults)
    if whole and doses is not None and weights:
        check_levels(measured, doses, resets(one), weights, faults)
    if len(faults.items) > before or not whole or doses is None or not weights:
        return None
    episodes, test = antibodies(titres)
    return Subject(
        Protocol(tuple(doses), sessions, weights, episodes, resets(one)),
        tuple(m.level for m in measured),
        one.id,
        age,
        sex,
        height,
        haematocrit,
        bool(pregnant),
        test,
        occasions(one),
    )


def occasions(one: SubjectEvents) -> tuple[float, ...]:
    """Return the days on which OCC changes."""
    given = [(e.time, e.occ) for e in one.events if e.occ is not None]
    return tuple(day for (_, a), (day, b) in pairwise(given) if a != b)
