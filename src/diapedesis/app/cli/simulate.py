"""``diapedesis simulate``: virtual patients of a scenario file, by arm."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from diapedesis.app.cli.session import (
    BAD_INPUT,
    NO_ANSWER,
    check_out,
    check_target,
    fail,
    print_parts,
    working,
    write_report,
)

if TYPE_CHECKING:
    from diapedesis.exchange.scenario import Scenarios
    from diapedesis.population import Arms, Scenario
    from diapedesis.population.virus_arms import VirusArms

FIGURES = (".png", ".svg", ".pdf")
TABLES = (".nc", ".csv")
SVG = "http://www.w3.org/2000/svg"


def run(
    file: Path,
    *,
    as_json: bool,
    out: Path | None,
    figure: Path | None,
    data: Path | None,
    n: int | None,
    seed: int | None,
) -> None:
    """Read, simulate, print; write report, figure and data where asked.

    Raises
    ------
    typer.Exit
        With code 2 for bad input, 1 when no answer can be given.
    """
    from diapedesis.app.cli import simulate_show, simulate_virus_show
    from diapedesis.exchange import CaseError
    from diapedesis.exchange.scenario import read_scenario
    from diapedesis.infer.estimate import FitError
    from diapedesis.population import Arms
    from diapedesis.simulate import SolveError

    _check(out, figure, data)
    changed: dict[str, Any] = {k: v for k, v in (("n", n), ("seed", seed)) if v is not None}
    try:
        read = read_scenario(file)
        arms = _simulated({k: replace(s, **changed) for k, s in read.arms.items()})
    except (FitError, SolveError) as error:
        fail(f"no answer: {error}", NO_ANSWER)
    except (CaseError, ValueError) as error:
        fail(str(error), BAD_INPUT)
    _write(read, arms, out, figure, data)
    if isinstance(arms, Arms):
        text, content = simulate_show.text(read, arms), simulate_show.content(read, arms)
    else:
        text, content = (
            simulate_virus_show.text(read, arms),
            simulate_virus_show.content(read, arms),
        )
    if as_json:
        typer.echo(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print_parts(text, out)


def _simulated(scenarios: Mapping[str, Scenario]) -> Arms | VirusArms:
    """Return the arms, of patients with JC virus where the scenarios say so."""
    from diapedesis.population import simulate_arms

    with working("simulating") as say:
        if any(s.virus is not None for s in scenarios.values()):
            from diapedesis.population.virus_simulation import simulate_virus

            return simulate_virus(scenarios, progress=say)
        return simulate_arms(scenarios)


def _check(out: Path | None, figure: Path | None, data: Path | None) -> None:
    if out is not None:
        check_out(out)
    for option, path, kinds in (("--figure", figure, FIGURES), ("--data", data, TABLES)):
        if path is None:
            continue
        if path.suffix.lower() not in kinds:
            expected = f"a name ending in {' or '.join(kinds)}"
            fail(f"{option}: found {path.name!r}, expected {expected}", BAD_INPUT)
        check_target(option, path)


def _write(
    read: Scenarios,
    arms: Arms | VirusArms,
    out: Path | None,
    figure: Path | None,
    data: Path | None,
) -> None:
    from diapedesis.core.atomic import write_bytes

    if out is not None:
        write_report(_report(read, arms), out)
    try:
        if figure is not None:
            write_bytes(figure, figure_bytes(read, arms, figure.suffix.lower()))
        if data is not None:
            write_bytes(data, _data(arms, data.suffix.lower()))
    except OSError as error:
        fail(f"{'--figure' if data is None else '--figure or --data'}: {error}", BAD_INPUT)


def _report(read: Scenarios, arms: Arms | VirusArms) -> str:
    from diapedesis.population import Arms
    from diapedesis.report.scenario import scenario_report
    from diapedesis.report.virus_scenario import virus_report

    if not isinstance(arms, Arms):
        return virus_report(arms, title=read.title, note=read.note)
    label = read.day_label if read.start_date is not None else None
    return scenario_report(arms, title=read.title, note=read.note, day_label=label)


def figure_bytes(read: Scenarios, arms: Arms | VirusArms, suffix: str) -> bytes:
    """Return the figure as a file; the same figure, the same bytes."""
    figure = arms.plot(day_label=read.day_label if read.start_date is not None else None)
    if suffix == ".svg":
        from diapedesis.report.svg import inline_svg

        text = str(inline_svg(figure, "scenario", read.title or "Scenario"))
        return text.replace("<svg ", f'<svg xmlns="{SVG}" ', 1).encode("utf-8")
    stream = io.BytesIO()
    nothing = {".png": {"Software": None}, ".pdf": {"CreationDate": None}}
    figure.savefig(stream, format=suffix[1:], dpi=200, metadata=nothing[suffix])
    return stream.getvalue()


def _data(arms: Arms | VirusArms, suffix: str) -> bytes:
    if suffix == ".csv":
        return arms.to_frame().to_csv(index=False).encode("utf-8")
    return bytes(arms.to_xarray().to_netcdf(engine="scipy", format="NETCDF3_64BIT"))
