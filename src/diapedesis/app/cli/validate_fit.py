"""``diapedesis validate fit``: prove the fit on virtual patients and write what was found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diapedesis.app.cli.session import BAD_INPUT, NO_ANSWER, check_target, fail

if TYPE_CHECKING:
    from diapedesis.validation.fit_results import FitResults

STEPS = 20
"""Lines of progress where there is no terminal."""


def validate_fit(
    reduced: Annotated[bool, typer.Option(help="60 patients, for a quick look.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep results and report here; goes on if begun."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; default one per core.")
    ] = None,
    seed_name: Annotated[
        str | None, typer.Option(help="Name from which all random numbers follow.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the numbers here too, Markdown.")
    ] = None,
) -> None:
    """Prove the fit on virtual patients: calibration, coverage, prediction, decisions.

    Exit code 1 when a check fails.
    """
    from diapedesis.app.fit_courses import courses
    from diapedesis.exchange import write_atomic
    from diapedesis.report.fit_validation import fit_validation_report
    from diapedesis.validation.fit_page import page as markdown
    from diapedesis.validation.fit_results import FitResults
    from diapedesis.validation.fit_study import FULL, REDUCED, StudyError, run_study

    settings = REDUCED if reduced else FULL
    settings = settings if seed_name is None else replace(settings, name=seed_name)
    folder = out or Path("out") / ("fit-reduced" if reduced else "fit")
    if page is not None:
        check_target("--page", page)
    try:
        with _progress() as told:
            n = workers or os.cpu_count() or 1
            study = run_study(settings, courses, folder, workers=n, progress=told)
        results = FitResults(study)
        write_atomic(folder / "fit.html", fit_validation_report(results))
        for target in (folder / "fit.md", *([] if page is None else [page])):
            write_atomic(target, markdown(results))
    except (StudyError, OSError) as error:
        fail(f"--out: {error}", BAD_INPUT)
    _tell(results, folder)


def _tell(results: FitResults, folder: Path) -> None:
    checks = results.checks()
    for check in checks:
        typer.echo(f"{'holds' if check.ok else 'FAILS'}  {check.name}: {check.found}")
    typer.echo(f"Report: {folder / 'fit.html'}; numbers: {folder / 'fit.md'}")
    if not all(check.ok for check in checks):
        raise typer.Exit(NO_ANSWER)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show the patients done on standard error: a bar on a terminal, else now and then a line."""
    if not sys.stderr.isatty():
        shown = -1

        def line(done: int, wanted: int) -> None:
            nonlocal shown
            if (step := done * STEPS // wanted) > shown:
                shown = step
                typer.echo(f"{done} of {wanted} virtual patients", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress("virtual patients", *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("patients")
        yield lambda done, wanted: bar.update(task, completed=done, total=wanted)
