"""``diapedesis case run``: one case answered, or all of them with a page over all."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from diapedesis.app.cli.session import BAD_INPUT, NO_ANSWER, check_out, fail, working, write_report

if TYPE_CHECKING:
    from diapedesis.cases import PublishedCase
    from diapedesis.cases.store import Outcome

FILES = (".yaml", ".yml", ".json")
KEPT = "results"
"""Folder of the files from which a gallery goes on."""


def run_one(case: PublishedCase, draws: int, seed: int, *, out: Path | None, as_json: bool) -> None:
    """Run one case; print it, and write its page where asked.

    Raises
    ------
    typer.Exit
        With code 1 when too few draws agree with what was known.
    """
    from diapedesis.app.cli.case_show import data_of, lines_of
    from diapedesis.cases.gallery import outcome_of
    from diapedesis.cases.store import Unanswered
    from diapedesis.simulate import SolveError

    if out is not None:
        check_out(out)
    try:
        with _telling() as told:
            found = outcome_of(case, draws=draws, seed=seed, told=told)
    except SolveError as error:
        fail(f"no answer: {error}", NO_ANSWER)
    if isinstance(found, Unanswered):
        fail(f"no answer: {found.reason}", NO_ANSWER)
    if out is not None:
        from diapedesis.report.case_gallery import outcome_report

        write_report(outcome_report(found), out)
    if as_json:
        typer.echo(_json(data_of(found)))
    else:
        typer.echo("\n".join(lines_of(found)))
        if out is not None:
            typer.echo(f"Report: {out}")


def run_all(folder: Path, draws: int, seed: int, *, as_json: bool) -> None:
    """Run every packaged case; write a page for each and one over all.

    Raises
    ------
    typer.Exit
        With code 1 when a case has no answer; every page is there, its own says why.
    """
    from diapedesis.app.cli.case_show import data_of
    from diapedesis.cases import case_files
    from diapedesis.cases.gallery import run_gallery
    from diapedesis.cases.store import Unanswered
    from diapedesis.exchange import write_atomic
    from diapedesis.exchange.published import packaged_case
    from diapedesis.report.case_gallery import INDEX, gallery_report, gallery_words, outcome_report
    from diapedesis.simulate import SolveError

    for place in (folder, folder / KEPT):
        if place.exists() and not place.is_dir():
            fail(f"--out-dir: {place} is a file; name a folder", BAD_INPUT)
    cases = [packaged_case(id) for id in case_files()]
    outcomes: list[Outcome] = []
    try:
        (folder / KEPT).mkdir(parents=True, exist_ok=True)
        with _telling(len(cases)) as told:
            for found in run_gallery(cases, folder / KEPT, draws=draws, seed=seed, told=told):
                outcomes.append(found)
                write_atomic(folder / f"{found.case.id}.html", outcome_report(found, index=INDEX))
        write_atomic(folder / INDEX, gallery_report(outcomes))
    except SolveError as error:
        fail(f"no answer: {error}", NO_ANSWER)
    except OSError as error:
        fix = "name a folder that can be made and written to"
        fail(f"--out-dir: {error}. Fix: {fix}", BAD_INPUT)
    if as_json:
        typer.echo(_json([data_of(x) for x in outcomes]))
    else:
        typer.echo("\n".join([*gallery_words(outcomes), f"Gallery: {folder / INDEX}"]))
    failed = [x for x in outcomes if isinstance(x, Unanswered)]
    for x in failed:
        typer.echo(f"no answer: {x.reason}", err=True)
    if failed:
        raise typer.Exit(NO_ANSWER)


def case_of(name: str) -> PublishedCase:
    """Return the case of an id or a file, or end the command."""
    from diapedesis.app.cli.case import find_case
    from diapedesis.cases import case_files
    from diapedesis.cases.gallery import SERIES
    from diapedesis.exchange import CaseError
    from diapedesis.exchange.published import packaged_case, read_published

    if name in case_files() or not name.lower().endswith(FILES):
        return find_case(name)
    try:
        case = read_published(name)
    except (CaseError, OSError) as error:
        fail(str(error), BAD_INPUT)
    if case.id == SERIES and case != packaged_case(SERIES):
        fix = "choose another id; a series of your own is answered as one patient like them"
        fail(f"{name}: id: found {SERIES!r}, which is the packaged series. Fix: {fix}", BAD_INPUT)
    return case


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)


@contextmanager
def _telling(cases: int = 1) -> Iterator[Callable[[str, str], None]]:
    """Show what is under way on standard error; without a terminal, a line for each case."""
    seen: list[str] = []

    def count(id: str) -> str:
        if id not in seen:
            seen.append(id)
        return f"case {len(seen)} of {cases}: {id}"

    if sys.stderr.isatty():
        with working("running the case") as show:
            yield lambda id, what: show(f"{count(id)}, {what}")
        return

    def line(id: str, what: str) -> None:
        if id not in seen and cases > 1:
            typer.echo(f"{count(id)}{', as kept' if what == 'as kept' else ''}", err=True)

    yield line
