"""What an SBML file says in words: where each number comes from, and how to read the file."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from diapedesis import __version__
from diapedesis.core import Assumption, Flux, Input, Model, Parameter, Rule, Source, State

Term = State | Parameter | Input | Rule | Flux
"""What becomes a parameter of the file."""


def about(model: Model, start: float) -> str:
    """Return the notes of the whole model."""
    return _body(
        f"{model.name}, written by Diapedesis {__version__}; model {model.fingerprint[:12]}.",
        "Research use only. Not a medical device; no instruction to treat.",
        f"Time is in days; time 0 is day {start:g} of the protocol, whose changes are events.",
        "States are parameters with a rate rule. Diapedesis keeps states that cannot be negative"
        " at 0 where rounding would carry them below; this file does not.",
    )


def note(model: Model, term: Term, own: Mapping[str, float]) -> str:
    """Return the notes of one term: its mechanism, source and, for a subject, typical value."""
    lines = [f"Mechanism: {model.home(term.id).name}."]
    if isinstance(term, Flux) and term.boundary:
        lines.append(f"Boundary: {term.boundary}.")
    if isinstance(term, Parameter):
        lines.append(origin(term.source))
        if term.id in own:
            lines.append(f"Value of one subject; typical value {term.default:g}.")
    return _body(*lines)


def origin(source: Source | Assumption) -> str:
    """Return where a number comes from, in words."""
    if isinstance(source, Assumption):
        return f"Assumption: {source.why}."
    note = f" ({source.note})" if source.note else ""
    return f"Source: {', '.join(source.claims)}{note}."


def _body(*lines: str) -> str:
    inside = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<body xmlns="http://www.w3.org/1999/xhtml">{inside}</body>'
