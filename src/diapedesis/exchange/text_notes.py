"""What a text for another program says in words: what it is, units, sources, data columns."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from diapedesis import __version__
from diapedesis.core import Parameter
from diapedesis.core.priors import describe
from diapedesis.core.units import TIME
from diapedesis.exchange.sbml_notes import origin
from diapedesis.exchange.text_code import WIDTH
from diapedesis.exchange.text_model import TextModel
from diapedesis.exchange.text_names import Names
from diapedesis.exchange.text_programs import Program


def title(text: TextModel) -> str:
    """Return what the text is, in one line."""
    part = "whole" if text.whole else f"the part that {text.reading} depends on"
    made = f"Diapedesis {__version__}, model {text.model.fingerprint[:12]}"
    return ascii_text(f"{text.model.name}, {part} ({made})")


def header(text: TextModel, names: Names, program: Program) -> Iterator[str]:
    """Yield the paragraphs at the top of a text."""
    yield title(text) + "."
    yield "Research use only. Not a medical device; no instruction to treat."
    yield (
        f"Times are in {TIME}s; other units stand with what they belong to. Generated from the"
        " declared model: change the model, not this file."
    )
    for state in text.states:
        term = text.model.states[state]
        yield f"Compartment {text.number(state)}, {names[state]}: {term.label}{unit(term.unit)}."
    yield f"Doses: {'; '.join(_doses(text, names)) or 'none'}."
    if text.inputs:
        yield (
            "Columns of the data set, constant between rows. A session of apheresis is a row at its"
            f" start and a row at its end, where columns change. {program.carrying}"
        )
    for id in text.inputs:
        given = text.model.inputs[id]
        yield f"{names[id]}: {given.label}{unit(given.unit)}; default {given.default:g}."
    for state in text.emptied:
        yield program.emptying.format(state=names[state], n=text.number(state))
    yield (
        "Not in this file: the joint prior that Diapedesis itself uses, its allowance for outlying"
        " levels, and the floors at 0 of its solver."
    )


def _doses(text: TextModel, names: Names) -> Iterator[str]:
    for input, state in text.doses.items():
        label = text.model.inputs[input].label
        yield f"{label}, AMT and RATE into CMT {text.number(state)} ({names[state]})"
    for state, lag in text.lags.items():
        where = f"CMT {text.number(state)} ({names[state]})"
        yield f"subcutaneous injection, AMT into {where}, entering after {names[lag]}"


def value_note(parameter: Parameter) -> str:
    """Return what a typical value is: label, value, prior, source."""
    return (
        f"{parameter.label}: {parameter.default:g}{unit(parameter.unit)};"
        f" {describe(parameter.prior)}. {origin(parameter.source)}"
    )


def spread_note(parameter: Parameter) -> str:
    """Return what a between-subject spread is, with its source."""
    scale = "logit" if "logit" in describe(parameter.prior) else "ln"
    source = f" {origin(parameter.iiv_source)}" if parameter.iiv_source else ""
    return f"SD {parameter.iiv:g} ({scale}).{source}"


def unit(name: str) -> str:
    """Return a unit in brackets; nothing for none."""
    return f" [{name}]" if name else ""


def commented(paragraphs: Iterable[str], mark: str) -> Iterator[str]:
    """Yield paragraphs as comment lines of at most WIDTH characters, in ASCII."""
    for paragraph in paragraphs:
        lines = textwrap.wrap(ascii_text(paragraph), WIDTH - 4 - len(mark)) or [""]
        for n, line in enumerate(lines):
            yield f"{mark} {'  ' if n else ''}{line}".rstrip()


def ascii_text(text: str) -> str:
    """Write letters that only some programs read, as those that all of them do."""
    spelled = "".join(_SPELLED.get(c, c) for c in text)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "replace").decode()


_SPELLED = {"α": "alpha", "γ": "gamma", "µ": "u", "×": "x", "–": "-", "−": "-", "’": "'"}
