"""``diapedesis validate hypotheses``: what each explanation predicts that others do not."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from diapedesis.app.cli.session import BAD_INPUT, check_target, fail

if TYPE_CHECKING:
    from diapedesis.validation.hypotheses import HypothesisStudy


def validate_hypotheses(
    reduced: Annotated[bool, typer.Option(help="Few truths and patients, for a look.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 1,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the page, and its figure beside it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Simulate what each hypothesis of rebound predicts, and what speaks for and against it."""
    from diapedesis.validation.hypotheses import validate_hypotheses as run
    from diapedesis.validation.hypotheses_page import headlines

    if page is not None:
        check_target("--page", page)
    study = run("reduced" if reduced else "full", seed=seed, progress=tell)
    if page is not None:
        _write(study, page)
    if as_json:
        data = {"size": study.size, "seed": study.seed, "works": dict(study.works)}
        rows = [plain_row(row) for row in study.to_frame().to_dict(orient="records")]
        typer.echo(json.dumps(data | {"predictions": rows}, indent=1, allow_nan=False))
        return
    for line in headlines(study):
        typer.echo(line)
    if page is not None:
        typer.echo(f"Page: {page}")


def tell(done: int, wanted: int, name: str) -> None:
    """Say on the error stream which step begins."""
    typer.echo(f"{done + 1} of {wanted}: {name}", err=True)


def _write(study: HypothesisStudy, page: Path) -> None:
    """Write page and figure."""
    from diapedesis.exchange import write_atomic
    from diapedesis.report.hypotheses_figure import hypotheses_figure, svg
    from diapedesis.validation.hypotheses_page import FIGURE

    figure = page.parent / FIGURE
    try:
        figure.parent.mkdir(exist_ok=True)
        write_atomic(figure, svg(hypotheses_figure(study)))
        write_atomic(page, study.to_markdown())
    except OSError as error:
        fail(f"--page: {error}", BAD_INPUT)


def plain_row(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row that JSON can hold."""
    bad = lambda v: isinstance(v, float) and not math.isfinite(v)  # noqa: E731
    return {str(k): None if bad(v) else v for k, v in row.items()}
