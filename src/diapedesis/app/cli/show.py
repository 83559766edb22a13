"""How a command's answer is shown: text, table, JSON, report."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from diapedesis import __version__
from diapedesis.app.cli.session import Answer
from diapedesis.exchange import Case
from diapedesis.infer.fit import Fit
from diapedesis.infer.table import Table as ResultTable
from diapedesis.plan import Flag

if TYPE_CHECKING:
    from diapedesis.report.html import About

NOTICE = (
    "Research use only; not a medical device. A forecast with its uncertainty, no instruction to"
    " treat."
)


def report_text(kind: str, found: Any, case: Case) -> str:
    """Return the HTML report; figures are costly to import, so only when one is wanted."""
    from diapedesis.report import html

    return str(getattr(html, f"{kind}_report")(found, **_face(case)))


def _face(case: Case) -> About:
    """Return what a report shows of the case itself."""
    made_up = "SIMULATED. " + " ".join(case.provenance.split()) if case.simulated else ""
    return {
        "title": case.title or case.subject.id,
        "note": case.note,
        "simulated_banner": made_up,
        "provenance": case.provenance,
        "day_label": case.day_label,
    }


def build_answer(
    case: Case,
    fit: Fit,
    flags: Iterable[Flag],
    lines: list[str],
    tables: list[Table],
    data: dict[str, Any],
    report: Any,
) -> Answer:
    """Put an answer together with what every answer says: case, cautions, fit, notice."""
    if fit.prior_weight != 1:
        lines = [*lines, f"The population's prior was counted {fit.prior_weight:g} times."]
    cautions = [f"[yellow]Caution[/] {f.code}: {escape(f'{f.found}: {f.meaning}')}." for f in flags]
    face = [f"[bold]{escape(case.title or case.subject.id)}[/]"]
    if case.simulated:
        face.append("[bold red]SIMULATED[/] " + escape(" ".join(case.provenance.split())))
    text: list[RenderableType] = [*face, Panel("\n".join(x for x in lines if x)), *tables]
    text += [*cautions, f"[dim]{NOTICE}[/]"]
    data |= {
        "case": case.subject.id,
        "simulated": case.simulated,
        "day_0": None if case.start_date is None else case.start_date.isoformat(),
        "flags": [vars(f) for f in flags],
        "parameters": fit.parameter_table(),
        "levels": fit.level_table,
        "reproducibility": {
            "version": __version__,
            "seed": fit.seed,
            "draws": fit.n_draws,
            "effective_draws": round(fit.ess, 1),
            "rhat": round(fit.rhat, 4),
            "prior_weight": fit.prior_weight,
            "model": fit.model.fingerprint[:12],
        },
        "notice": NOTICE,
    }
    return Answer(text, plain(data), report)


def result_table(
    content: ResultTable,
    columns: dict[str, tuple[str, str | Callable[[float], str]]],
    title: str,
    mark: int | None = None,
) -> Table:
    """Return a printed table: for each column its heading and form; row `mark` in bold."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for name, _ in columns.values():
        table.add_column(name, justify="left" if name == "threshold" else "right")
    for i, row in enumerate(content.records()):
        cells = [_cell(row[key], form) for key, (_, form) in columns.items()]
        table.add_row(*cells, style="bold" if i == mark else None)
    return table


def _cell(value: Any, form: str | Callable[[float], str]) -> str:
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "-"
    if not math.isfinite(value):
        return "not reached"
    return form.format(value) if isinstance(form, str) else form(value)


def plain(value: Any) -> Any:
    """Return a value that JSON can hold: no NaN (null) and no infinity ("not reached")."""
    if isinstance(value, ResultTable):
        return [plain(r) for r in value.records()]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "not reached"
    return value
