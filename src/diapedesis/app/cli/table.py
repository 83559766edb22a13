"""``diapedesis table``: check an event table, or write one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from diapedesis.app.cli.session import BAD_INPUT, fail

if TYPE_CHECKING:
    from diapedesis.exchange import Case, EventTable, TableError, TableOptions

table_app = typer.Typer(help="Event tables, as NONMEM and Monolix have them.", no_args_is_help=True)

TableFile = Annotated[Path, typer.Argument(metavar="FILE", help="Event table: .csv or other text.")]
TimeUnit = Annotated[
    Literal["day", "h"], typer.Option(help="Unit of TIME, DUR and II, and below RATE.")
]
Ignore = Annotated[
    Literal["#", "C", "@"],
    typer.Option(
        help="Rows to leave out besides #: first cell C, or any that begins with a letter."
    ),
]
AnyDrug = Annotated[
    bool, typer.Option("--any-drug", help="Check the format only, not what it means here.")
]
Pairs = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE=WORD", help="What a number or word of the table means."),
]
LevelUnit = Annotated[str, typer.Option(help="Unit of DV and LLOQ of serum levels.")]
DoseUnit = Annotated[str, typer.Option(help="Unit of AMT.")]
WeightUnit = Annotated[str, typer.Option(help="Unit of WT.")]
HeightUnit = Annotated[str, typer.Option(help="Unit of HT.")]
SaturationUnit = Annotated[Literal["share", "%"], typer.Option(help="How DV gives saturation.")]


@table_app.command("check")
def check(
    file: TableFile,
    time_unit: TimeUnit = "day",
    ignore: Ignore = "#",
    any_drug: AnyDrug = False,
    level: LevelUnit = "mg/L",
    dose: DoseUnit = "mg",
    weight: WeightUnit = "kg",
    height: HeightUnit = "cm",
    saturation: SaturationUnit = "share",
    cmt: Pairs = None,
    dvid: Pairs = None,
    sex: Pairs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say what a table holds, or every fault in it. A pair is, e.g., --cmt 1=central."""
    from diapedesis.exchange import TableError, read_table
    from diapedesis.exchange.table_subjects import read_subjects

    units = {"level": level, "dose": dose, "weight": weight, "height": height}
    options = options_of(cmt, dvid, sex, saturation=saturation, **units)
    try:
        if not any_drug:
            read_subjects(file, options, time_unit=time_unit, ignore=ignore)
        table = read_table(file, time_unit=time_unit, ignore=ignore)
    except TableError as error:
        refused(error, as_json)
    found = _summary(table, any_drug=any_drug)
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _print(found)


@table_app.command("convert")
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="CASE_OR_TABLE", help="Case file (.yaml, .json), or a table.")
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Table to write: .csv.")],
    time_unit: TimeUnit = "day",
    ignore: Ignore = "#",
) -> None:
    """Write a case, or another table, as an event table in days with commas."""
    from diapedesis.exchange import CaseError, TableError, read_case, read_table, write_table
    from diapedesis.exchange.table_from import table_of

    is_case = source.suffix.lower() in (".yaml", ".yml", ".json")
    if out.suffix.lower() != ".csv":
        fail(f"OUT: found {out.name!r}, expected a name ending in .csv", BAD_INPUT)
    try:
        if is_case:
            case = read_case(source)
            table = replace(table_of([case.subject]), comments=_origin(case))
        else:
            table = read_table(source, time_unit=time_unit, ignore=ignore)
        write_table(table, out)
    except (CaseError, TableError, ValueError) as error:
        fail(str(error), BAD_INPUT)
    except OSError as error:
        fail(f"OUT: {error}", BAD_INPUT)
    rows = sum(len(s.events) for s in table.subjects)
    typer.echo(f"Table: {out}; {_count(len(table.subjects), 'subject')}, {_count(rows, 'row')}.")
    if is_case:
        typer.echo(
            f"Its day 0 is {case.day_label(0.0)}. Errors and factors of assays, and the question,"
            " are not part of a table."
        )


def _origin(case: Case) -> tuple[str, ...]:
    """Return what a table of a case has to say at its head."""
    said = "SIMULATED. " if case.simulated else ""
    return (f"{said}{case.provenance}",) if case.simulated or case.provenance else ()


def options_of(
    cmt: list[str] | None, dvid: list[str] | None, sex: list[str] | None, **units: Any
) -> TableOptions:
    """Return the options of a table; those that cannot be end the command with code 2."""
    from diapedesis.exchange.table_options import TableOptions

    try:
        return TableOptions(
            compartments=_pairs("--cmt", cmt, ("depot", "central")),
            kinds=_pairs("--dvid", dvid, ("level", "saturation")),
            sexes=_pairs("--sex", sex, ("female", "male")),
            **units,
        )
    except ValueError as error:
        fail(str(error), BAD_INPUT)


def _pairs(option: str, given: list[str] | None, words: tuple[str, ...]) -> dict[Any, Any]:
    """Return ``["1=central"]`` as ``{1: "central"}``."""
    found: dict[Any, Any] = {}
    for pair in given or ():
        code, _, word = pair.partition("=")
        if not code or word not in words:
            raise ValueError(f"{option}: found {pair!r}, expected CODE={' or CODE='.join(words)}")
        found[int(code) if code.isascii() and code.isdigit() else code.lower()] = word
    return found


def refused(error: TableError, as_json: bool) -> NoReturn:
    """Print every fault of a table and end the command with code 2."""
    if as_json:
        faults = [vars(f) for f in error.faults]
        typer.echo(json.dumps({"faults": faults}, indent=1, ensure_ascii=False))
        raise typer.Exit(BAD_INPUT)
    fail(str(error), BAD_INPUT)


def _summary(table: EventTable, *, any_drug: bool) -> dict[str, Any]:
    """Return what a table holds; doses by ADDL count, those before a steady state do not."""
    from diapedesis.exchange.table_doses import train
    from diapedesis.exchange.table_from import NAMES

    subjects = []
    for one in table.subjects:
        events = one.events
        row = {
            "id": one.id,
            "first_day": events[0].time if events else None,
            "last_day": events[-1].time if events else None,
            "doses": sum(len(train(e, events)) for e in events if e.doses),
            "steady_state": any(e.ss for e in events),
            "sessions": sum(e.session is not None for e in events),
            "resets": sum(e.resets for e in events),
            "observations": sum(e.observed for e in events),
            "below": sum(e.below for e in events),
        }
        subjects.append(row)
    return {
        "file": table.source,
        "comments": list(table.comments),
        "subjects": subjects,
        "covariates": list(table.covariates),
        "not_used": [n for n in table.covariates if n not in NAMES and not any_drug],
        "faults": [],
    }


def _print(found: dict[str, Any]) -> None:
    import sys

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    for comment in found["comments"]:
        console.print(f"# {escape(comment)}")
    rows = found["subjects"]
    shown = Table(title=f"{found['file']}: no fault", title_justify="left", title_style="bold")
    columns = ("doses", "sessions", "resets", "observations", "below")
    for name in ("ID", "days", *columns):
        shown.add_column(name, justify="left" if name == "ID" else "right")
    for row in rows[:MOST_SHOWN]:
        days = (
            f"{row['first_day']:g} to {row['last_day']:g}" if row["first_day"] is not None else ""
        )
        first = f"{row['doses']}{' + SS' if row['steady_state'] else ''}"
        shown.add_row(escape(row["id"]), days, first, *(str(row[c]) for c in columns[1:]))
    if len(rows) > MOST_SHOWN:
        shown.add_row(f"... {len(rows) - MOST_SHOWN} more")
    shown.add_section()
    totals = [str(sum(row[c] for row in rows)) for c in columns]
    shown.add_row(_count(len(rows), "subject"), "", *totals)
    console.print(shown)
    console.print(f"Covariates: {', '.join(map(escape, found['covariates'])) or 'none'}.")
    if found["not_used"]:
        said = ", ".join(map(escape, found["not_used"]))
        console.print(f"Carried along, not used for natalizumab: {said}.")


MOST_SHOWN = 30
"""Subjects that are listed one by one."""


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
