"""``diapedesis export nonmem``, ``nlmixr2`` and ``mrgsolve``: the model as text, a case as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from diapedesis.app.cli.session import BAD_INPUT, fail

SUFFIXES = {"nonmem": (".ctl", ".mod"), "nlmixr2": (".r",), "mrgsolve": (".cpp", ".mod")}
Out = Annotated[Path, typer.Argument(metavar="OUT", help="Write the model here.")]
CaseOption = Annotated[
    Path | None,
    typer.Option(
        "--case", metavar="CASE", help="Also write this case as the data set, OUT with .csv."
    ),
]
Whole = Annotated[
    bool, typer.Option("--whole", help="The whole model, not only what the level depends on.")
]


def add_commands(app: typer.Typer) -> None:
    """Add the three commands to a group."""
    app.command("nonmem")(export_nonmem)
    app.command("nlmixr2")(export_nlmixr2)
    app.command("mrgsolve")(export_mrgsolve)


def export_nonmem(out: Out, case: CaseOption = None, whole: Whole = False) -> None:
    """Write the PK model as a NONMEM control stream (.ctl, .mod)."""
    _export("nonmem", out, case, whole=whole)


def export_nlmixr2(out: Out, case: CaseOption = None, whole: Whole = False) -> None:
    """Write the PK model as a function for nlmixr2 and rxode2 (.R)."""
    _export("nlmixr2", out, case, whole=whole)


def export_mrgsolve(out: Out, case: CaseOption = None, whole: Whole = False) -> None:
    """Write the PK model as an mrgsolve specification (.cpp, .mod)."""
    _export("mrgsolve", out, case, whole=whole)


def _export(program: str, out: Path, case_file: Path | None, *, whole: bool) -> None:
    """Write the text and, for a case, the data set.

    Raises
    ------
    typer.Exit
        With code 2 for bad input.
    """
    from diapedesis.exchange import CaseError, read_case

    if out.suffix.lower() not in SUFFIXES[program]:
        allowed = " or ".join(SUFFIXES[program])
        fail(f"OUT: found {out.name!r}, expected a name ending in {allowed}", BAD_INPUT)
    try:
        case = read_case(case_file) if case_file is not None else None
        lines = _write(program, out, case, whole=whole)
    except (CaseError, ValueError) as error:
        fail(str(error), BAD_INPUT)
    except OSError as error:
        fail(f"OUT: {error}", BAD_INPUT)
    for line in [*lines, "Research use only; not a medical device."]:
        typer.echo(line)


def _write(program: str, out: Path, case: Any, *, whole: bool) -> list[str]:
    from diapedesis.exchange import write_atomic
    from diapedesis.exchange.mrgsolve import to_mrgsolve
    from diapedesis.exchange.nlmixr2 import to_nlmixr2
    from diapedesis.exchange.nonmem import to_nonmem
    from diapedesis.exchange.text_data import start_of, to_data_set
    from diapedesis.models import pkpd
    from diapedesis.observe import Assay

    data = out.with_suffix(".csv")
    levels = case.subject.levels if case is not None else ()
    options: dict[str, Any] = {"assay": levels[0].assay if levels else Assay(), "whole": whole}
    if program == "nonmem":
        text = to_nonmem(pkpd(), data=data.name, **options)
    else:
        text = (to_nlmixr2 if program == "nlmixr2" else to_mrgsolve)(pkpd(), **options)
    if case is None:
        write_atomic(out, text)
        return [f"Model: {out}."]
    rows = to_data_set(pkpd(), case.subject, program, **options)
    write_atomic(out, text)
    write_atomic(data, rows)
    zero = case.day_label(start_of(case.subject))
    return [f"Model: {out}.", f"Data set: {data}; its time 0 is {zero}."]
