"""``diapedesis validate disputed``: effects of exchange and steroids that are not agreed on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diapedesis.app.cli.session import BAD_INPUT, check_target, fail

if TYPE_CHECKING:
    from diapedesis.validation.disputed import DisputedStudy


def validate_disputed(
    reduced: Annotated[bool, typer.Option(help="Few truths and patients, for a look.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 1,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the page, and its figure beside it."),
    ] = None,
) -> None:
    """Simulate disputed effects of exchange and steroids; weigh them by published figures."""
    from diapedesis.validation.disputed import validate_disputed as run
    from diapedesis.validation.disputed_page import headlines

    if page is not None:
        check_target("--page", page)
    study = run("reduced" if reduced else "full", seed=seed, progress=_tell)
    for line in headlines(study):
        typer.echo(line)
    if page is not None:
        _write(study, page)
        typer.echo(f"Page: {page}")


def _tell(done: int, wanted: int, name: str) -> None:
    typer.echo(f"{done + 1} of {wanted}: {name}", err=True)


def _write(study: DisputedStudy, page: Path) -> None:
    """Write page and figure."""
    from diapedesis.exchange import write_atomic
    from diapedesis.report.disputed_figure import disputed_figure, svg
    from diapedesis.validation.disputed_page import FIGURE

    figure = page.parent / FIGURE
    try:
        figure.parent.mkdir(exist_ok=True)
        write_atomic(figure, svg(disputed_figure(study)))
        write_atomic(page, study.to_markdown())
    except OSError as error:
        fail(f"--page: {error}", BAD_INPUT)
