"""``diapedesis fit``: every subject of an event table, side by side, resumable."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from diapedesis.app.cli.session import BAD_INPUT, NO_ANSWER, fail

if TYPE_CHECKING:
    from diapedesis.exchange import TableOptions
    from diapedesis.observe import Subject
    from diapedesis.population.fits import How, Outcome, Progress

KEPT = "fits"
MOST_SHOWN = 40


def fit_table(
    file: Path,
    options: TableOptions,
    how: How,
    *,
    time_unit: Any,
    ignore: Any,
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Read, fit, print; write what was found into a folder.

    Raises
    ------
    typer.Exit
        With code 2 for a bad table or folder, 1 when every subject was refused.
    """
    from diapedesis.app.cli.table import refused
    from diapedesis.exchange import TableError, read_subjects, read_table
    from diapedesis.population.fits import fit_many

    keep = _folder(out)
    try:
        subjects = read_subjects(file, options, time_unit=time_unit, ignore=ignore)
        comments = read_table(file, time_unit=time_unit, ignore=ignore).comments
    except TableError as error:
        refused(error, as_json)
    try:
        with _progress(subjects) as progress:
            outcomes = fit_many(subjects, how, workers=workers, keep=keep, progress=progress)
    except OSError as error:
        if out is None:
            raise
        fail(f"--out: {error}", BAD_INPUT)
    if out is not None:
        _write(out, outcomes, how, file.name, comments)
    if as_json:
        _print_json(outcomes, how)
    else:
        _print(outcomes, comments, out)
    if all(o.fit is None for o in outcomes):
        raise typer.Exit(NO_ANSWER)


def _folder(out: Path | None) -> Path | None:
    """Make the folder and the one in it where fits are kept."""
    if out is None:
        return None
    try:
        (out / KEPT).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"--out: {error}", BAD_INPUT)
    return out / KEPT


@contextmanager
def _progress(subjects: Sequence[Subject]) -> Iterator[Progress | None]:
    """Show how many subjects are done, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True)) as bar:
        task = bar.add_task("fitting subjects", total=len(subjects))
        yield lambda done, _: bar.update(task, completed=done)


def _write(
    out: Path, outcomes: Sequence[Outcome], how: How, source: str, comments: Sequence[str]
) -> None:
    from diapedesis.exchange import write_atomic
    from diapedesis.infer.diagnostics import diagnose
    from diapedesis.population import tables
    from diapedesis.report.cohort import cohort_report

    fits = [o.fit for o in outcomes if o.fit is not None]
    enough = sum(bool(f.subject.levels) for f in fits) >= 2
    found = diagnose(fits, seed=how.seed) if enough else None
    texts = {
        "subjects.csv": tables.subject_table(outcomes).to_csv(),
        "parameters.csv": tables.parameter_rows(outcomes).to_csv(),
        "levels.csv": tables.level_rows(outcomes).to_csv(),
        "report.html": cohort_report(outcomes, found, how, source=source, comments=comments),
    }
    for kind, check in (found.levels if found else {}).items():
        texts[f"residuals-{kind}.csv"] = check.rows.to_csv()
    try:
        for old in out.glob("residuals-*.csv"):
            if old.name not in texts:
                old.unlink()
        for name, text in texts.items():
            write_atomic(out / name, text)
    except OSError as error:
        fail(f"--out: {error}", BAD_INPUT)


def _print(outcomes: Sequence[Outcome], comments: Sequence[str], out: Path | None) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from diapedesis.app.cli.show import NOTICE
    from diapedesis.population.tables import subject_table

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    for comment in comments:
        console.print(f"# {escape(comment)}")
    shown = Table(title=_counted(outcomes), title_justify="left", title_style="bold")
    for name in ("ID", "levels", "CL L/day", "90 %", "R-hat", "draws", "p of levels", "outliers"):
        shown.add_column(name, justify="left" if name == "ID" else "right")
    rows = [r for r in subject_table(outcomes).records() if r["status"] == "fitted"]
    for r in rows[:MOST_SHOWN]:
        cells = (f"{r['cl_50']:.3f}", f"{r['cl_05']:.3f} to {r['cl_95']:.3f}", f"{r['rhat']:.3f}")
        last = (f"{r['ess']:.0f}", f"{r['conflict']:.2g}", str(r["outliers"]))
        shown.add_row(escape(r["id"]), str(r["levels"]), *cells, *last)
    if len(rows) > MOST_SHOWN:
        shown.add_row(f"... {len(rows) - MOST_SHOWN} more")
    console.print(shown)
    for o in outcomes:
        if o.fit is None:
            console.print(f"[yellow]Refused[/] {escape(o.subject.id)}: {escape(o.reason)}.")
    if out is not None:
        console.print(f"Tables, draws and report: {escape(str(out))}")
    console.print(f"[dim]{NOTICE}[/]")


def _counted(outcomes: Sequence[Outcome]) -> str:
    n = sum(o.fit is not None for o in outcomes)
    return f"{n} of {len(outcomes)} subjects fitted; clearance at the reference weight"


def _print_json(outcomes: Sequence[Outcome], how: How) -> None:
    import json

    from diapedesis import __version__
    from diapedesis.app.cli.show import NOTICE, plain
    from diapedesis.models import pkpd
    from diapedesis.population import tables

    data = {
        "command": "fit",
        "subjects": tables.subject_table(outcomes),
        "parameters": tables.parameter_rows(outcomes),
        "levels": tables.level_rows(outcomes),
        "reproducibility": {
            "version": __version__,
            "model": pkpd().fingerprint[:12],
            **vars(how),
        },
        "notice": NOTICE,
    }
    typer.echo(json.dumps(plain(data), indent=1, ensure_ascii=False, allow_nan=False))
