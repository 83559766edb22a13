"""``diapedesis validate iris``: the forms of IRIS, and what predicts how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diapedesis.app.cli.session import BAD_INPUT, check_target, fail
from diapedesis.app.cli.validate_hypotheses import plain_row, tell

if TYPE_CHECKING:
    from diapedesis.validation.iris_forms import IrisForms


def validate_iris(
    size: Annotated[
        str, typer.Option(metavar="full|reduced", help="Reduced: few patients, for a look.")
    ] = "full",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 1,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the page, and its figures beside it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Cluster simulated IRIS into forms, and rank what predicts how it ends."""
    from diapedesis.validation.iris_forms import SIZES, validate_iris_forms
    from diapedesis.validation.iris_forms_page import headlines

    if size not in SIZES:
        fail(f"--size: found {size!r}, expected one of {', '.join(SIZES)}", BAD_INPUT)
    if page is not None:
        check_target("--page", page)
    study = validate_iris_forms(size, seed=seed, progress=tell)
    if page is not None:
        _write(study, page)
    if as_json:
        typer.echo(json.dumps(_data(study), indent=1, allow_nan=False))
        return
    for line in headlines(study):
        typer.echo(line)
    if page is not None:
        typer.echo(f"Page: {page}")


def _data(study: IrisForms) -> dict[str, object]:
    rows = [plain_row(row) for row in study.to_frame().to_dict(orient="records")]
    forms = [
        plain_row({"name": f.name, "share": f.share[0], **{k: v[0] for k, v in f.values.items()}})
        for f in study.forms
    ]
    return {
        "size": study.size,
        "seed": study.seed,
        "verdict": study.clusters.verdict,
        "forms": forms,
        "prognosis": rows,
    }


def _write(study: IrisForms, page: Path) -> None:
    """Write page and figures."""
    from diapedesis.exchange import write_atomic
    from diapedesis.report.iris_forms_figure import courses_figure, prognosis_figure, svg
    from diapedesis.validation.iris_forms_page import FORMS_FIGURE, PROGNOSIS_FIGURE

    drawn = {FORMS_FIGURE: courses_figure(study), PROGNOSIS_FIGURE: prognosis_figure(study)}
    try:
        for name, figure in drawn.items():
            (page.parent / name).parent.mkdir(exist_ok=True)
            write_atomic(page.parent / name, svg(figure, name))
        write_atomic(page, study.to_markdown())
    except OSError as error:
        fail(f"--page: {error}", BAD_INPUT)
