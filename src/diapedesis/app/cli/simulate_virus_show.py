"""How simulated arms of patients with PML are shown: text, table, JSON."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from diapedesis import __version__
from diapedesis.app.cli.show import NOTICE, plain
from diapedesis.exchange.scenario import Scenarios
from diapedesis.population.virus_arms import VirusArms
from diapedesis.population.virus_words import asked_words, people_words
from diapedesis.report.virus_words import (
    ASSUMED,
    DISPUTED,
    INTERVAL,
    face_lines,
    label_of,
    virus_cell,
)


def text(read: Scenarios, arms: VirusArms) -> list[RenderableType]:
    """Return what is printed."""
    lines = [*face_lines(arms), DISPUTED, INTERVAL]
    parts: list[RenderableType] = [f"[bold]{escape(read.title or 'Scenario')}[/]"]
    parts += [Panel(escape("\n".join(lines))), _table(arms)]
    if len(arms) > 1:
        parts += [_differences(arms), escape(ASSUMED[0])]
    parts += [f"[dim]{NOTICE}[/]"]
    return parts


def _table(arms: VirusArms) -> Table:
    title = "Mean (volume and days: median), below it 5 to 95 % of possible truths"
    cells = {
        name: [_cell(r, signed=False) for r in arms.summary_of(name).records()] for name in arms
    }
    return _filled(title, arms, cells)


def _differences(arms: VirusArms) -> Table:
    title = f"Less {arms.reference!r}, patient by patient; below it 5 to 95 % of possible truths"
    cells = {
        name: [
            f"{_cell(r, signed=True)}\n{r['verdict']}" for r in arms.difference_of(name).records()
        ]
        for name in arms
        if name != arms.reference
    }
    return _filled(title, arms, cells)


def _filled(title: str, arms: VirusArms, cells: dict[str, list[str]]) -> Table:
    """Return a table with a row for each outcome and a column for each arm."""
    table = Table(
        title=escape(title),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        show_lines=False,
    )
    table.add_column("", overflow="fold")
    for name in cells:
        table.add_column(escape(name), justify="right", overflow="fold")
    for i, row in enumerate(arms.summary_of(arms.reference).records()):
        table.add_row(escape(label_of(row)), *(column[i] for column in cells.values()))
    return table


def _cell(row: dict[str, Any], *, signed: bool) -> str:
    value, span = virus_cell(row, signed=signed)
    return f"{value}\n[dim]{span}[/]" if span else value


def content(read: Scenarios, arms: VirusArms) -> dict[str, Any]:
    """Return the answer as plain values for JSON."""
    first = arms[arms.reference]
    asked = first.scenario.virus
    assert asked is not None
    shown: dict[str, Any] = {}
    for name, arm in arms.items():
        assert arm.scenario.virus is not None
        shown[name] = {
            "surveillance_and_care": asked_words(arm.scenario.virus),
            "infusions": len(arm.scenario.subject.protocol.doses),
            "hypothesis": arm.scenario.hypothesis,
            "parameters": dict(arm.scenario.parameters),
            "outcomes": arms.summary_of(name),
        }
        if name != arms.reference:
            shown[name]["less_the_reference"] = arms.difference_of(name)
    found: dict[str, Any] = {
        "command": "simulate",
        "title": read.title,
        "reference": arms.reference,
        "patients": people_words(asked),
        "arms": shown,
        "disputed": DISPUTED,
        "intervals": INTERVAL,
        "assumptions": list(ASSUMED),
        "reproducibility": {
            "version": __version__,
            "model": first.scenario.model.fingerprint[:12],
            "seed": first.scenario.seed,
            "patients": first.n,
            "truths": first.truths,
        },
        "notice": NOTICE,
    }
    return dict(plain(found))
