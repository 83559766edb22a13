"""How simulated arms are shown: text, table, JSON."""

from __future__ import annotations

import math
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from diapedesis import __version__
from diapedesis.app.cli.show import NOTICE, plain
from diapedesis.exchange.scenario import Scenarios
from diapedesis.models.ms import ms
from diapedesis.population import Arms, Courses
from diapedesis.population.drivers import asked_outcome, drivers, outcome_label
from diapedesis.population.outcomes import difference_table, summary_table
from diapedesis.report.scenario_words import day_0, driver_words, facts_words, outcome_cell

SHOWN = {
    "gate_half_open": "gate half\nopen, day",
    "relapse_3": "relapse by\n3 months",
    "relapse_6": "by 6\nmonths",
    "relapse_12": "by 12\nmonths",
    "gd_peak": "peak of Gd\nlesions",
    "gd_peak_day": "on day\n",
    "edss_worst": "EDSS, rise\nat worst",
    "edss_end": "at the\nend",
    "icp_high": "ICP ever\n> 20 mmHg",
}


def text(read: Scenarios, arms: Arms) -> list[RenderableType]:
    """Return what is printed."""
    first = arms[arms.reference]
    lines = [
        f"{first.n} virtual patients{', the same in every arm' if len(arms) > 1 else ''};"
        f" {escape(day_0(arms, read.day_label))}.",
        *facts_words(first),
    ]
    parts: list[RenderableType] = [f"[bold]{escape(read.title or 'Scenario')}[/]"]
    parts += [Panel("\n".join(lines)), _table(arms)]
    if len(arms) > 1:
        parts.append(_differences(arms))
    parts += [_driver_line(first), f"[dim]{NOTICE}[/]"]
    return parts


def _table(arms: Arms) -> Table:
    title = "Days after day 0. Median (probabilities: mean), below it 5 to 95 % of the patients"
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 0, 0, 1)
    )
    table.add_column("arm", min_width=11, overflow="fold", vertical="top")
    for heading in SHOWN.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name, courses in arms.items():
        rows = {r["outcome"]: r for r in summary_table(courses).records()}
        cells = [outcome_cell(rows[id]) for id in SHOWN]
        table.add_row(escape(name), *(f"{value}\n[dim]{span}[/]" for value, span in cells))
    return table


def _differences(arms: Arms) -> Table:
    base, asked = arms[arms.reference], asked_outcome(arms[arms.reference])
    title = f"Against {arms.reference!r}, patient by patient: {_inside(outcome_label(asked))}"
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    for heading in ("arm", "difference", "5 to 95 % of the patients", "lower in"):
        table.add_column(heading, justify="left" if heading == "arm" else "right")
    for name, courses in arms.items():
        if name != arms.reference:
            rows = {r["outcome"]: r for r in difference_table(courses, base).records()}
            value, span = outcome_cell(rows[asked], signed=True)
            lower = rows[asked]["lower"]
            table.add_row(escape(name), value, span, "" if math.isnan(lower) else f"{lower:.0%}")
    return table


def _driver_line(first: Courses) -> str:
    said = driver_words(drivers(first), first)
    if not said:
        return "No single unknown parts the patients."
    asked = outcome_label(asked_outcome(first))
    lines = [f"What would change it: {_inside(asked)}", *(f"  {s}" for s in said[:4])]
    return escape("\n".join(lines))


def _inside(label: str) -> str:
    """Return a label as it stands inside a sentence."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def content(read: Scenarios, arms: Arms) -> dict[str, Any]:
    """Return the answer as plain values for JSON."""
    base = arms[arms.reference]
    scenario = base.scenario
    shown: dict[str, Any] = {}
    for name, courses in arms.items():
        shown[name] = {
            "hypothesis": courses.scenario.hypothesis,
            "parameters": dict(courses.scenario.parameters),
            "outcomes": summary_table(courses),
        }
        if name != arms.reference:
            shown[name]["less_the_reference"] = difference_table(courses, base)
    asked = asked_outcome(base)
    found: dict[str, Any] = {
        "command": "simulate",
        "title": read.title,
        "day_0": base.origin,
        "day_0_on": read.day_label(base.origin),
        "reference": arms.reference,
        "arms": shown,
        "activity": {
            "relapses": scenario.relapses,
            "gd": scenario.gd,
            "mean_probability": base.patients.likely,
        },
        "drivers": {"outcome": asked, "rows": drivers(base)},
        "reproducibility": {
            "version": __version__,
            "model": ms().fingerprint[:12],
            "seed": scenario.seed,
            "patients": scenario.n,
        },
        "notice": NOTICE,
    }
    return dict(plain(found))
