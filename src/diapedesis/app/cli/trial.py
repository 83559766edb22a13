"""``diapedesis trial``: experiments in virtual patients who stop natalizumab."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from diapedesis.app.cli.session import BAD_INPUT, NO_ANSWER, check_target, fail

if TYPE_CHECKING:
    from diapedesis.trials import Found

trial_app = typer.Typer(help="Experiments in virtual patients.", no_args_is_help=True)
STEPS = 10
"""Lines of progress where there is no terminal."""


@trial_app.command("list")
def list_trials() -> None:
    """Name the trials that can be run."""
    from diapedesis.trials import TRIALS

    for id, make in TRIALS.items():
        trial = make()
        arms = ", ".join(a.label for a in trial.arms)
        typer.echo(f"{id}: {trial.title}. {trial.question}\n  arms: {arms}")


@trial_app.command("run")
def run_trial(
    name: Annotated[str, typer.Argument(metavar="TRIAL", help="As `diapedesis trial list` says.")],
    patients: Annotated[
        int, typer.Option(min=20, help="Virtual patients in each arm under each explanation.")
    ] = 1000,
    truths: Annotated[
        int, typer.Option(min=10, max=1000, help="Possible truths they are shared among.")
    ] = 50,
    trials: Annotated[int, typer.Option(min=10, help="Simulated trials of each size.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report: .html, or .pdf.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the numbers here, Markdown.")
    ] = None,
) -> None:
    """Run a trial in virtual patients, under each explanation of why disease returns."""
    from diapedesis.app.cli.session import check_out, write_report
    from diapedesis.exchange import write_atomic
    from diapedesis.simulate import SolveError
    from diapedesis.trials import TRIALS, Settings, run

    if name not in TRIALS:
        fail(f"trial: found {name!r}, expected one of {', '.join(TRIALS)}", BAD_INPUT)
    if out is not None:
        check_out(out)
    if page is not None:
        check_target("--page", page)
    try:
        settings = Settings(patients, truths, seed, trials)
    except ValueError as error:
        fail(str(error), BAD_INPUT)
    try:
        with _progress() as told:
            found = run(TRIALS[name](), settings, told)
    except SolveError as error:
        fail(f"no answer: {error}", NO_ANSWER)
    if out is not None:
        from diapedesis.report.trial import trial_report

        write_report(trial_report(found), out)
    if page is not None:
        from diapedesis.trials.page import page as markdown

        try:
            write_atomic(page, markdown(found))
        except OSError as error:
            fail(f"--page: {error}", BAD_INPUT)
    if as_json:
        _print_json(found)
    else:
        _print(found, [x for x in (out, page) if x is not None])


def _print(found: Found, written: list[Path]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.panel import Panel

    from diapedesis.app.cli.show import NOTICE
    from diapedesis.trials import shown, shown_power, words

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    main = found.trial.variants[0]
    console.print(f"[bold]{escape(found.trial.title)}[/]  [bold red]SIMULATED[/]")
    lines = words.arm_sentences(found, main.id, found.trial.joint)
    lines += words.expected_sentences(found, main.id) + words.help_sentences(found)
    console.print(Panel(escape("\n".join(lines))))
    joint = found.trial.joint
    verdicts = shown.verdicts(found, main.id, joint)
    console.print(_table("Rebound: verdict, ratio to placebo", verdicts))
    for line in words.built_in_sentences(found, main.id, joint):
        console.print(escape(line))
    told = shown_power.information(found, main.id)
    console.print(_table("Information about the cause [bit]; right in % of trials", told))
    for line in words.telling_sentences(found, main.id):
        console.print(escape(line))
    console.print(escape(found.trial.not_modelled))
    for path in written:
        console.print(f"Written: {escape(str(path))}")
    console.print(f"[dim]{NOTICE}[/]")


def _table(title: str, content: Any) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left", title_style="bold")
    for name in content.columns:
        table.add_column(name)
    for row in content.rows:
        table.add_row(*(escape(cell) for cell in row))
    return table


def _print_json(found: Found) -> None:
    import json

    from diapedesis import __version__
    from diapedesis.app.cli.show import NOTICE, plain
    from diapedesis.models.ms import ms

    data = {
        "command": "trial run",
        "trial": found.trial.id,
        "question": found.trial.question,
        "tables": {name: x.to_dict("records") for name, x in found.tables().items()},
        "assumptions": [a.why for a in found.trial.assumptions],
        "not_modelled": found.trial.not_modelled,
        "reproducibility": {
            "version": __version__,
            "model": ms().fingerprint[:12],
            **vars(found.settings),
        },
        "notice": NOTICE,
    }
    typer.echo(json.dumps(plain(data), indent=1, ensure_ascii=False, allow_nan=False))


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """Show the arms done on standard error: a bar on a terminal, else now and then a line."""
    if not sys.stderr.isatty():
        shown = -1

        def line(done: int, wanted: int, what: str) -> None:
            nonlocal shown
            if (step := done * STEPS // wanted) > shown:
                shown = step
                typer.echo(f"{done} of {wanted} arms: {what}", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("")
        yield lambda done, wanted, what: bar.update(
            task, completed=done, total=wanted, description=what
        )
