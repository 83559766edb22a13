"""The model card: everything a model declares, in Markdown, for a reader and for a diff.

``python -m diapedesis.report.card docs/model/CARD.md`` writes the committed card anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sympy.printing.str import StrPrinter

from diapedesis.core import (
    Assumption,
    Fixed,
    Flux,
    Input,
    Mechanism,
    Model,
    Output,
    Parameter,
    Port,
    Rule,
    Source,
    State,
)
from diapedesis.core.priors import describe
from diapedesis.core.sources import Provenance
from diapedesis.core.symbolic import Symbolic, symbolic
from diapedesis.evidence import SURE, resolve
from diapedesis.models import pml
from diapedesis.report import links
from diapedesis.report.evidence_pages import link_to

COMMAND = "python -m diapedesis.report.card docs/model/CARD.md"
_RATE = {1.0: "+ ", -1.0: "- "}


def card(model: Model) -> str:
    """Return the card of a model: counts, balances, wiring, then each mechanism as a page.

    Parameters
    ----------
    model : Model
        Every claim that its parameters name must be in the evidence tables.

    Returns
    -------
    str
        Markdown, the same in every process.

    Raises
    ------
    diapedesis.evidence.UnknownClaim
        For a parameter whose claim is in no table.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> card(pkpd()).splitlines()[0]
    '# Model card: pkpd'
    """
    sym = symbolic(model)
    parts = [
        f"# Model card: {model.name}",
        f"Generated from the declarations by `{COMMAND}`; not edited by hand. Research use only.\n"
        "Time is in days. An equation names quantities by their ids; a port stands under the id of"
        " what supplies it.",
        "## Counts",
        _counts(model),
        "## Rates of change",
        _code(_rates(model)),
        "## Conserved totals",
        _totals(model),
        *_links(model),
        *(part for m in model.mechanisms for part in _mechanism(model, m, sym)),
        "## Claims named here",
        _claims(model),
    ]
    return "\n\n".join(parts) + "\n"


def write(path: Path) -> None:
    """Write the card of the whole model to a file."""
    path.write_text(card(pml()), encoding="utf-8")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in lines)


def _code(lines: Iterable[str]) -> str:
    return "\n".join(["```text", *lines, "```"])


def _unit(unit: str) -> str:
    return f"`{unit}`" if unit else ""


def _counts(model: Model) -> str:
    numbers = list(model.parameters.values())
    spread = [p.iiv_source for p in numbers if p.iiv > 0]
    guessed = [p for p in numbers if isinstance(p.source, Assumption)]
    rows = [
        ("mechanisms", len(model.mechanisms)),
        ("states", len(model.states)),
        ("inputs", len(model.inputs)),
        ("fluxes", len(model.fluxes)),
        ("rules users do not see", len(model.rules) - len(model.outputs)),
        ("outputs", len(model.outputs)),
        ("parameters", len(numbers)),
        ("parameters that rest on claims", len(numbers) - len(guessed)),
        ("parameters that are assumptions", len(guessed)),
        ("parameters with a prior (not fixed)", sum(p.prior != Fixed() for p in numbers)),
        ("spreads between subjects", len(spread)),
        ("spreads that are assumptions", sum(isinstance(s, Assumption) for s in spread)),
    ]
    return _table(("what", "number"), ((what, str(n)) for what, n in rows))


def _rates(model: Model) -> Iterator[str]:
    for id in model.states:
        flows = [
            (f.id, model.changes(f)[id]) for f in model.fluxes.values() if id in model.changes(f)
        ]
        right = " ".join(f"{_RATE.get(n, f'{n:+g} * ')}{flux}" for flux, n in flows)
        yield f"d {id} / dt = {right.removeprefix('+ ')}"


def _totals(model: Model) -> str:
    rows = []
    for total in model.conserved.values():
        weighed = [id if w == 1 else f"{w:g} {id}" for id, w in total.weights.items()]
        ways = [
            f"`{f.id}` ({f.boundary})"
            for f in model.fluxes.values()
            if f.boundary and set(model.changes(f)) & set(total.weights)
        ]
        rows.append((f"`{total.id}`", f"`{' + '.join(weighed)}`", ", ".join(ways)))
    return _table(("total", "sum of", "changed only by"), rows)


def _links(model: Model) -> Iterator[str]:
    """Yield the section on what the blood subsets act on, for a model that has them."""
    if rows := links.rows(model):
        yield "## Links"
        yield links.ABOUT
        yield _table(("subset", "way", "closed by"), rows)


def _mechanism(model: Model, m: Mechanism, sym: Symbolic) -> Iterator[str]:
    yield f"## {m.name.replace('_', ' ').capitalize()}"
    yield m.doc
    if states := m.each(State):
        rows = [(f"`{s.id}`", s.label, _unit(s.unit), _start(s, sym)) for s in states]
        yield _table(("state", "meaning", "unit", "at the start"), rows)
    if ports := m.each(Port):
        rows = [_port(model, m, p) for p in ports]
        yield _table(("port", "meaning", "unit", "supplied by"), rows)
    if inputs := m.each(Input):
        rows = [(f"`{i.id}`", i.label, _unit(i.unit), f"{i.default:g}") for i in inputs]
        yield _table(("input", "meaning", "unit", "otherwise"), rows)
    if parameters := m.each(Parameter):
        head = ("parameter", "meaning", "default", "unit", "prior", "between subjects", "source")
        yield _table(head, map(_parameter, parameters))
    laws: dict[str, list[Rule | Flux]] = {"Rules": [], "Outputs": [], "Fluxes": []}
    terms: tuple[Rule | Flux, ...] = (*m.each(Rule), *m.each(Flux))
    for law in terms:
        is_flux, is_output = isinstance(law, Flux), isinstance(law, Output)
        laws["Fluxes" if is_flux else "Outputs" if is_output else "Rules"].append(law)
    for kind, group in laws.items():
        if group:
            yield f"{kind}:"
            yield _code(line for law in group for line in _law(model, law, sym))


def _start(state: State, sym: Symbolic) -> str:
    return f"`{_text(sym.initial[state.id])}`" if callable(state.initial) else f"{state.initial:g}"


def _port(model: Model, m: Mechanism, port: Port) -> tuple[str, str, str, str]:
    supplier = model.supplier(m.name, port.id)
    written = ", written to" if port.writable else ""
    home = model.home(supplier).name.replace("_", " ")
    return f"`{port.id}`", port.label, _unit(port.unit), f"`{supplier}` of {home}{written}"


def _parameter(p: Parameter) -> tuple[str, ...]:
    scale = "logit" if p.prior.support == (0.0, 1.0) else "ln"
    spread = ""
    if p.iiv > 0:
        spread = f"SD {p.iiv:g} ({scale}). {_source(p.iiv_source)}"
    if p.iov > 0:
        spread += f" Between occasions: SD {p.iov:g} ({scale}). {_source(p.iov_source)}"
    number = f"{p.default:.6g}"
    prior = describe(p.prior)
    return f"`{p.id}`", p.label, number, _unit(p.unit), prior, spread, _source(p.source)


def _source(source: Provenance | None) -> str:
    match source:
        case Assumption(why=why):
            return f"Assumption: {why}"
        case Source():
            note = f" ({source.note})" if source.note else ""
            return ", ".join(map(_claim_link, source.claims)) + note
        case None:
            return ""


def _law(model: Model, law: Rule | Flux, sym: Symbolic) -> Iterator[str]:
    if isinstance(law, Flux):
        changes = model.changes(law)
        unit = f"{model.states[next(iter(changes))].unit or '1'}/day"
        where = ", ".join(f"{id} {n:+g}" for id, n in changes.items())
        note = f"{where}{f'; {law.boundary}' if law.boundary else ''}"
    else:
        unit, note = law.unit or "1", ""
    yield f"{law.id} [{unit}]  {law.label}{f'  ({note})' if note else ''}"
    yield f"    = {_text(sym.definitions[law.id])}"


class _Plain(StrPrinter):
    """Prints the piecewise forms that laws may have by their names."""

    def _print_Piecewise(self, expression: Any) -> str:
        low, high = _sides(expression.args[-2][1])
        if len(expression.args) == 3:
            return f"ramp({self._print(low)}, {self._print(high)})"
        a, b = (value for value, _ in expression.args)
        name = "minimum" if a == low else "maximum"
        return f"{name}({self._print(a)}, {self._print(b)})"


def _sides(condition: Any) -> tuple[Any, Any]:
    """Return what a condition says is the lower and the higher of two."""
    two = condition.lhs, condition.rhs
    return two if condition.rel_op in ("<", "<=") else two[::-1]


def _text(expression: Any) -> str:
    return str(_Plain().doprint(expression))


def _claims(model: Model) -> str:
    named: dict[str, None] = {}
    for p in model.parameters.values():
        for source in (p.source, p.iiv_source, p.iov_source):
            if isinstance(source, Source):
                named.update(dict.fromkeys(source.claims))
    rows = []
    for id in sorted(named):
        claim = resolve(id)
        value = f"{claim.value} {claim.unit}".strip()
        sure = claim.sure + ("; disputed" if claim.disputed_by else "")
        rows.append((_claim_link(id), claim.quantity, value, claim.population, claim.cited, sure))
    used = {resolve(id).sure for id in named}
    key = "; ".join(f"{code} {meaning}" for code, meaning in SURE.items() if code in used)
    table = _table(("claim", "quantity", "value", "in whom", "paper", "how sure"), rows)
    return (
        f"{table}\n\nHow sure: {key}. Disputed: another claim contradicts it; its page says which."
    )


def _claim_link(id: str) -> str:
    return link_to(id, "../evidence/")


def main(arguments: list[str]) -> None:
    """Write the card to the file named, or print it when none is."""
    if arguments:
        write(Path(arguments[0]))
    else:
        sys.stdout.write(card(pml()))


if __name__ == "__main__":
    main(sys.argv[1:])
