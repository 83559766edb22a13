"""One command's way from case file to printed answer: read, compute, print, write, exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from diapedesis.exchange import Case

NO_ANSWER = 1
BAD_INPUT = 2


@dataclass(frozen=True)
class Answer:
    """What a command found, in the three forms in which it can be given."""

    text: list[RenderableType]
    data: dict[str, Any]
    report: Callable[[], str]


@dataclass(frozen=True)
class Asked:
    """How a command was asked to fit."""

    seed: int = 1
    draws: int = 1000
    prior_weight: float = 1.0

    @property
    def how(self) -> dict[str, Any]:
        """The same as arguments of a plan."""
        return {"seed": self.seed, "n_draws": self.draws, "prior_weight": self.prior_weight}


Command = Callable[["Case", Asked], Answer]


def answer(
    case_file: Path, command: Command, asked: Asked, *, as_json: bool, out: Path | None
) -> None:
    """Run a command on a case file.

    Raises
    ------
    typer.Exit
        With code 2 for bad input, 1 when no answer can be given.
    """
    from numpy.linalg import LinAlgError

    from diapedesis.exchange import CaseError, read_case
    from diapedesis.infer.estimate import FitError
    from diapedesis.simulate import SolveError

    if out is not None:
        check_out(out)
    try:
        case = read_case(case_file)
        with working("fitting and simulating"):
            found = command(case, asked)
    except (FitError, SolveError, LinAlgError) as error:
        fail(f"no answer: {error}", NO_ANSWER)
    except (CaseError, ValueError) as error:  # LinAlgError is a ValueError too, but not the case's
        fail(str(error), BAD_INPUT)
    if out is not None:
        write_report(found.report(), out)
    if as_json:
        typer.echo(json.dumps(found.data, indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print_parts(found.text, out)


def check_out(out: Path) -> None:
    """Refuse the name of a report that cannot be written."""
    if out.suffix.lower() not in (".html", ".pdf"):
        fail(f"--out: found {out.name!r}, expected a name ending in .html or .pdf", BAD_INPUT)
    check_target("--out", out)


def check_target(option: str, path: Path) -> None:
    """Refuse a place to which no file can be written, before anything is computed.

    Raises
    ------
    typer.Exit
        With code 2.
    """
    folder = path.resolve().parent
    if not folder.is_dir():
        fail(f"{option}: {path.parent} is not a folder; make it first", BAD_INPUT)
    if path.exists() and not path.is_file():
        fail(f"{option}: {path} is not a regular file; choose another name", BAD_INPUT)
    if not os.access(folder, os.W_OK):
        fail(f"{option}: {path.parent} cannot be written to; choose another folder", BAD_INPUT)


def write_report(html: str, out: Path) -> None:
    """Write a report as HTML or PDF, by its name."""
    from diapedesis.exchange import write_atomic
    from diapedesis.report.pdf import PdfError, write_pdf

    try:
        if out.suffix.lower() == ".pdf":
            write_pdf(html, out)
        else:
            write_atomic(out, html)
    except PdfError as error:
        fail(str(error), NO_ANSWER)
    except OSError as error:
        fail(f"--out: {error}", BAD_INPUT)


def fail(message: str, code: int) -> NoReturn:
    """Print an error and end the command with an exit code."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(code)


def print_parts(parts: list[RenderableType], out: Path | None) -> None:
    """Print an answer, and where its report is."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    for part in parts:
        console.print(part)
    if out is not None:
        console.print(f"Report: {escape(str(out))}")


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show that something is under way, on a terminal only; yield what changes the text."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} ...") as status:
        yield lambda text: status.update(f"{text} ...")
