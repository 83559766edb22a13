"""Commands and their options. Exit codes: 0 answered, 1 no answer can be given, 2 bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from diapedesis.app.cli.case import case_app
from diapedesis.app.cli.evidence import app as evidence_app
from diapedesis.app.cli.export_text import add_commands
from diapedesis.app.cli.session import Asked, answer, working
from diapedesis.app.cli.table import (
    DoseUnit,
    HeightUnit,
    Ignore,
    LevelUnit,
    Pairs,
    SaturationUnit,
    TableFile,
    TimeUnit,
    WeightUnit,
    options_of,
    table_app,
)
from diapedesis.app.cli.trial import trial_app
from diapedesis.app.cli.validate_disputed import validate_disputed
from diapedesis.app.cli.validate_fit import validate_fit
from diapedesis.app.cli.validate_hypotheses import validate_hypotheses
from diapedesis.app.cli.validate_iris import validate_iris

app = typer.Typer(
    name="diapedesis",
    help="From measured natalizumab levels to a plasma-exchange plan. Research use only:"
    " forecasts with their uncertainty, never an instruction to treat.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
plan_app = typer.Typer(help="Plan for one patient.", no_args_is_help=True)
validate_app = typer.Typer(
    help="Compare the model with published behaviours; prove the fit; compare hypotheses; find the"
    " forms of IRIS.",
    no_args_is_help=True,
)
validate_app.command("disputed")(validate_disputed)
validate_app.command("fit")(validate_fit)
validate_app.command("hypotheses")(validate_hypotheses)
validate_app.command("iris")(validate_iris)
export_app = typer.Typer(help="Write a model for other programs.", no_args_is_help=True)
app.add_typer(plan_app, name="plan")
app.add_typer(validate_app, name="validate")
app.add_typer(export_app, name="export")
app.add_typer(evidence_app, name="evidence")
app.add_typer(table_app, name="table")
app.add_typer(trial_app, name="trial")
app.add_typer(case_app, name="case")

CaseFile = Annotated[Path, typer.Argument(metavar="CASE", help="Case file, YAML or JSON.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Seed = Annotated[int, typer.Option(min=0, help="Same seed, same answer.")]
Draws = Annotated[int, typer.Option(min=100, max=20000, help="Posterior draws.")]
PriorWeight = Annotated[
    float,
    typer.Option(min=0.01, max=100, help="How often the population's prior counts; 1 as declared."),
]
Out = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write a report: .html, or .pdf with the extra.")
]


def _version(wanted: bool) -> None:
    if wanted:
        from diapedesis import __version__

        typer.echo(f"diapedesis {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Hold the options that come before a command."""


@plan_app.command("plex")
def plan_plex(
    case_file: CaseFile,
    as_json: AsJson = False,
    seed: Seed = 1,
    draws: Draws = 1000,
    prior_weight: PriorWeight = 1.0,
    out: Out = None,
) -> None:
    """Say how many sessions, how far apart, until lastingly below, and what waiting would do."""
    from diapedesis.app.cli.commands import plex

    answer(case_file, plex, Asked(seed, draws, prior_weight), as_json=as_json, out=out)


@plan_app.command("washout")
def plan_washout(
    case_file: CaseFile,
    as_json: AsJson = False,
    seed: Seed = 1,
    draws: Draws = 1000,
    prior_weight: PriorWeight = 1.0,
    out: Out = None,
) -> None:
    """Say when the level is below each threshold without any session."""
    from diapedesis.app.cli.commands import washout

    answer(case_file, washout, Asked(seed, draws, prior_weight), as_json=as_json, out=out)


@plan_app.command("interval")
def plan_interval(
    case_file: CaseFile,
    as_json: AsJson = False,
    seed: Seed = 1,
    draws: Draws = 1000,
    prior_weight: PriorWeight = 1.0,
    out: Out = None,
) -> None:
    """Say when the next infusion is due for a target trough."""
    from diapedesis.app.cli.commands import interval

    answer(case_file, interval, Asked(seed, draws, prior_weight), as_json=as_json, out=out)


@plan_app.command("sample")
def plan_sample(
    case_file: CaseFile,
    as_json: AsJson = False,
    seed: Seed = 1,
    draws: Draws = 1000,
    prior_weight: PriorWeight = 1.0,
    out: Out = None,
) -> None:
    """Say which level to measure next, when and by which assay, and what it would tell."""
    from diapedesis.app.cli.sample import sample

    answer(case_file, sample, Asked(seed, draws, prior_weight), as_json=as_json, out=out)


@app.command("forecast")
def forecast(
    case_file: CaseFile,
    as_json: AsJson = False,
    seed: Seed = 1,
    draws: Draws = 1000,
    prior_weight: PriorWeight = 1.0,
    out: Out = None,
) -> None:
    """Levels, saturation and free alpha4 to come, as things stand."""
    from diapedesis.app.cli.commands import course

    answer(case_file, course, Asked(seed, draws, prior_weight), as_json=as_json, out=out)


@app.command("simulate")
def simulate(
    file: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file, YAML or JSON.")],
    as_json: AsJson = False,
    out: Out = None,
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the figure: .png, .svg or .pdf.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write courses: .nc, every patient; .csv, quantiles."),
    ] = None,
    n: Annotated[
        int | None, typer.Option(min=2, help="Virtual patients; default as the file says.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Default as the file says.")] = None,
) -> None:
    """Simulate virtual patients of a scenario file, by arm: gate, lesions, relapses; or PML."""
    from diapedesis.app.cli.simulate import run

    run(file, as_json=as_json, out=out, figure=figure, data=data, n=n, seed=seed)


@app.command("fit")
def fit(
    file: TableFile,
    time_unit: TimeUnit = "day",
    ignore: Ignore = "#",
    level: LevelUnit = "mg/L",
    dose: DoseUnit = "mg",
    weight: WeightUnit = "kg",
    height: HeightUnit = "cm",
    saturation: SaturationUnit = "share",
    cmt: Pairs = None,
    dvid: Pairs = None,
    sex: Pairs = None,
    as_json: AsJson = False,
    seed: Seed = 1,
    draws: Draws = 1000,
    prior_weight: PriorWeight = 1.0,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; default one for each core.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Tables, draws and report; an old run goes on."),
    ] = None,
) -> None:
    """Fit every subject of an event table; with --out, diagnostics of all of them."""
    from diapedesis.app.cli.fit import fit_table
    from diapedesis.population.fits import How

    units = {"level": level, "dose": dose, "weight": weight, "height": height}
    fit_table(
        file,
        options_of(cmt, dvid, sex, saturation=saturation, **units),
        How(draws, seed, prior_weight),
        time_unit=time_unit,
        ignore=ignore,
        workers=workers,
        out=out,
        as_json=as_json,
    )


@validate_app.command("behaviours")
def validate_behaviours(
    block: Annotated[
        list[str] | None, typer.Option(help="Block of rows, e.g. pk; default all modelled.")
    ] = None,
    reduced: Annotated[
        bool, typer.Option(help="Fewer virtual patients, for a quick look.")
    ] = False,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table here.")] = None,
) -> None:
    """Simulate published behaviours; show them beside the published figures."""
    from diapedesis.exchange import write_atomic
    from diapedesis.validation.behaviours import BLOCKS
    from diapedesis.validation.behaviours import validate_behaviours as run

    with working("simulating published studies") as tell:
        try:
            table = run(
                tuple(block) if block else BLOCKS,
                "reduced" if reduced else "full",
                seed=seed,
                progress=lambda i, n, name: tell(f"simulating study {i + 1} of {n}, {name}"),
            )
        except ValueError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(2) from None
    text = table.to_markdown()
    if out is not None:
        try:
            write_atomic(out, text)
        except OSError as error:
            typer.echo(f"error: --out: {error}", err=True)
            raise typer.Exit(2) from None
    typer.echo(text)


@export_app.command("sbml")
def export_sbml(
    case_file: CaseFile,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write here: .xml or .sbml.")],
    fitted: Annotated[
        bool, typer.Option("--fitted", help="Parameters fitted to the levels, not typical ones.")
    ] = False,
) -> None:
    """Write the model under a case's history as SBML Level 3, for COPASI, libRoadRunner, ..."""
    from diapedesis.app.cli.export import export_sbml as run

    run(case_file, out, fitted=fitted)


add_commands(export_app)


def main() -> None:
    """Run the command line."""
    app()
