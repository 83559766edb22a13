"""What the three texts are written with: laws and parameters as lines of one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy

from diapedesis.core import LogitNormal, Model
from diapedesis.exchange.text_code import code, steps
from diapedesis.exchange.text_model import TextModel
from diapedesis.exchange.text_notes import commented
from diapedesis.exchange.text_programs import Program
from diapedesis.infer.scale import Scale


class Writer:
    """Names and lines for one text.

    Parameters
    ----------
    text : TextModel
    program : Program
    """

    def __init__(self, text: TextModel, program: Program) -> None:
        self.text, self.program = text, program
        self.model: Model = text.model
        self.names = program.names(text)

    def notes(self, *paragraphs: str) -> Iterator[str]:
        """Yield comment lines."""
        return commented(paragraphs, self.program.language.comment)

    def laws(
        self, ids: Iterable[str], other: dict[str, str] | None = None, declare: str = ""
    ) -> Iterator[str]:
        """Yield the lines of laws; `other` names some by another name than usual."""
        other = other or {}
        for id in ids:
            name = other.get(id, self.names[id])
            yield from self.set(name, self.text.definitions[id], other, declare)

    def set(
        self, name: str, value: Any, other: dict[str, str] | None = None, declare: str = ""
    ) -> Iterator[str]:
        """Yield the lines that give a variable the value of an expression."""
        symbols = {s: sympy.Symbol(self.symbol(s.name, other or {})) for s in value.free_symbols}
        for step in steps(name, value.xreplace(symbols), self.names):
            own = declare if step.name == name else self.program.language.declare
            yield from code(step, self.program.language, declare=own)

    def symbol(self, id: str, other: dict[str, str]) -> str:
        """Return what stands for an id in an expression."""
        return other.get(id, self.names[id])

    def is_share(self, id: str) -> bool:
        """Return whether a parameter lies between 0 and 1, and its logit is normal."""
        return isinstance(self.model.parameters[id].prior, LogitNormal)

    def normal(self, id: str) -> float:
        """Return a typical value on the scale on which it is normal."""
        return float(Scale.of(self.model, [id]).normal([self.model.parameters[id].default])[0])


def number(value: float) -> str:
    """Return a number with 15 digits, as short as it can be."""
    return f"{value:.15G}"
