"""``diapedesis case``: the cases that were published, and what is known of each."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from diapedesis.app.cli.session import BAD_INPUT, fail

if TYPE_CHECKING:
    from diapedesis.cases import PublishedCase

case_app = typer.Typer(help="Published cases.", no_args_is_help=True)
WIDTH = 100
"""Signs in a line of text."""
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@case_app.command("list")
def list_cases(as_json: AsJson = False) -> None:
    """Name the cases: what happened, up to when it is given, and how far that has dates."""
    from diapedesis.cases import case_files
    from diapedesis.exchange.published import packaged_case

    rows = [_row(packaged_case(id)) for id in case_files()]
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        _print_table(rows)


@case_app.command("show")
def show_case(
    name: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="As `diapedesis case list` says, or a file.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show one case: who, what was given, what was known at the moment, what came later."""
    from diapedesis.app.cli.case_run import case_of

    case = case_of(name)
    if as_json:
        typer.echo(json.dumps(_data(case), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo("\n".join(_lines(case)))


@case_app.command("run")
def run_case(
    name: Annotated[
        str | None,
        typer.Argument(metavar="ID|FILE", help="As `diapedesis case list` says, or a file."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Run every packaged case.")] = False,
    draws: Annotated[
        int, typer.Option(min=1000, max=1_000_000, help="Prior draws of each case.")
    ] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report: .html, or .pdf.")
    ] = None,
    out_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="With --all: reports and index; an old run goes on."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Condition the model on what was known of a case, and compare what came with what it says."""
    from diapedesis.app.cli.case_run import case_of, run_all, run_one

    if every:
        if name is not None or out is not None:
            fail("case run: --all takes no ID and no --out; name a folder by --out-dir", BAD_INPUT)
        if out_dir is None:
            fail("case run: --all needs --out-dir FOLDER", BAD_INPUT)
        run_all(out_dir, draws, seed, as_json=as_json)
        return
    if name is None:
        fail("case run: found no case; name an ID or a file, or use --all", BAD_INPUT)
    if out_dir is not None:
        fail("case run: --out-dir goes with --all; use --out FILE for one case", BAD_INPUT)
    run_one(case_of(name), draws, seed, out=out, as_json=as_json)


def find_case(name: str) -> PublishedCase:
    """Return a packaged case, or end the command with the ids that look like it."""
    from difflib import get_close_matches
    from os.path import isfile

    from diapedesis.cases import case_files
    from diapedesis.exchange.published import packaged_case

    if name in case_files():
        return packaged_case(name)
    if isfile(name):
        expected = "an id, or a file whose name ends in .yaml, .yml or .json"
        fail(f"case: found {name[:80]!r}, expected {expected}", BAD_INPUT)
    near = get_close_matches(name.casefold(), case_files(), n=3, cutoff=0.5)
    like = f"near ids: {', '.join(near)}" if near else "no id is near"
    fail(f"case: found {name[:80]!r}; {like}. All of them: diapedesis case list", BAD_INPUT)


def _row(case: PublishedCase) -> dict[str, Any]:
    from diapedesis.cases.kinds import MOMENTS

    return {
        "id": case.id,
        "what": case.title,
        "group": case.group,
        "moment": MOMENTS[case.moment.event],
        "day": str(case.moment.day or "unknown"),
        "conditioning": case.conditioning,
        "given": len(case.given),
        "later": len(case.observed_later),
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from diapedesis.app.cli.show import NOTICE

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    table = Table(title=f"{len(rows)} published cases", title_justify="left", title_style="bold")
    table.add_column("id", no_wrap=True)
    for name in ("what happened", "group", "moment", "day"):
        table.add_column(name)
    table.add_column("conditioning", no_wrap=True)
    for name in ("given", "later"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row.values()))
    console.print(table)
    console.print(
        "Day: of the moment up to which facts are given, counted from the last infusion of"
        " natalizumab. given, later: number of facts known then, and observed later.\n"
        "near-unconditional: nothing given has a day on that clock; almost any patient fits."
    )
    console.print(f"[dim]{NOTICE}[/]")


def _data(case: PublishedCase) -> dict[str, Any]:
    """Return the case as plain values; the open end of a range is null."""
    from dataclasses import asdict

    return {**_closed(asdict(case)), "conditioning": case.conditioning}


def _closed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _closed(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_closed(inner) for inner in value]
    return None if value == float("inf") else value


def _lines(case: PublishedCase) -> list[str]:
    from diapedesis.app.cli.show import NOTICE
    from diapedesis.cases import words

    cited, moment = case.citation, case.moment
    series = f"a series of {case.patients}" if case.patients > 1 else "one"
    rows = [
        ("what", case.title),
        ("claim", case.claim),
        ("published", words.citation_words(cited)),
        ("paper", f"{cited.paper} (diapedesis evidence show {cited.paper})" if cited.paper else ""),
        ("how sure", cited.how_sure),
        ("group", f"{words.GROUPS[case.group]}; use of its dates: {case.usable_timeline}"),
        ("given", words.CONDITIONING[case.conditioning]),
        ("patients", f"{series}; {words.subject_words(case)}"),
        ("natalizumab", words.exposure_words(case)),
        ("moment", words.moment_words(moment)),
    ]
    lines = [f"case {case.id}", *(x for name, text in rows if text for x in _aligned(name, text))]
    parts = {
        "Treatments": [words.treatment_words(t, moment) for t in case.treatments],
        "Known at the moment": [words.fact_words(f, moment) for f in case.given],
        "Observed later": [words.fact_words(f, moment) for f in case.observed_later],
    }
    for title, items in parts.items():
        lines += ["", title]
        lines += [x for item in items or ["nothing"] for x in _wrapped(item, "  - ", "    ")]
    return [*lines, "", "Days count from the last infusion of natalizumab, day 0.", NOTICE]


def _aligned(name: str, text: str) -> list[str]:
    return _wrapped(text, f"  {name:<12} ", " " * 15)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
