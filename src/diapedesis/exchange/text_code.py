"""From laws to lines of code: expressions by sympy's printers, choices as if and else.

A piecewise value, wherever it stands in a law, gets a variable of its own that is set before the
line that uses it; the languages agree on if and else, but not on conditional expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.printing.c import C99CodePrinter
from sympy.printing.rcode import RCodePrinter

from diapedesis.exchange.text_names import Names

WIDTH = 96
"""Longest line of code and comment [characters]; NM-TRAN allows 160."""
OPERATORS = ("+", "-", "*", "/", "=", ",", "&", "|", ".AND.", ".OR.")
"""What a line can end with and go on."""


@dataclass(frozen=True)
class Step:
    """A variable and its value: of one expression, or of the first branch whose condition holds."""

    name: str
    branches: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class Language:
    """How a language writes what laws are made of.

    Attributes
    ----------
    expression : function
        Text of an expression over symbols that already bear the language's names.
    assign : str
        Format of an assignment, of ``{name}`` and ``{value}``.
    begin, otherwise, end : str
        Formats of a choice; `begin` of ``{condition}``.
    comment : str
        What begins a comment.
    go_on : str
        What a line ends with when its statement goes on.
    declare : str
        What declares a variable; may be empty.
    """

    expression: Callable[[Any], str]
    assign: str
    begin: str
    otherwise: str
    end: str
    comment: str
    go_on: str = ""
    declare: str = ""


def _fortran(expression: Any) -> str:
    text = RCodePrinter().doprint(expression)
    for ours, theirs in _FORTRAN:
        text = text.replace(ours, theirs)
    return text.upper()


_FORTRAN = (
    ("^", "**"), (" <= ", " .LE. "), (" >= ", " .GE. "), (" < ", " .LT. "), (" > ", " .GT. "),
    (" & ", " .AND. "), (" | ", " .OR. "),
)  # fmt: skip

NMTRAN = Language(
    _fortran, "{name} = {value}", "IF ({condition}) THEN", "ELSE", "ENDIF", ";", go_on=" &"
)
R = Language(
    lambda e: str(RCodePrinter().doprint(e)), "{name} <- {value}",
    "if ({condition}) {{", "}} else {{", "}}", "#",
)  # fmt: skip
CPP = Language(
    lambda e: str(C99CodePrinter().doprint(e)), "{name} = {value};",
    "if ({condition}) {{", "}} else {{", "}}", "//", declare="double ",
)  # fmt: skip


def steps(name: str, expression: Any, names: Names) -> Iterator[Step]:
    """Yield the steps that lead to the value of an expression, the last named `name`."""
    expression = _plain_conditions(expression)
    while inner := _innermost(expression):
        part = names.new(f"{name}_part")
        yield from steps(part, inner, names)
        expression = _plain_conditions(expression.xreplace({inner: sympy.Symbol(part)}))
    if isinstance(expression, sympy.Piecewise):
        yield Step(name, tuple(expression.args))
    else:
        yield Step(name, ((expression, sympy.true),))


def _innermost(expression: Any) -> Any:
    """Return a piecewise part without another inside, the first in sympy's order; or None."""
    parts = [
        p
        for p in expression.atoms(sympy.Piecewise)
        if p != expression and not any(a.has(sympy.Piecewise) for a in p.args)
    ]
    return min(parts, key=sympy.default_sort_key, default=None)


def _plain_conditions(expression: Any) -> Any:
    """Write sympy's comparisons with a piecewise value as 'and' and 'or'."""
    return expression.replace(
        lambda e: isinstance(e, sympy.ITE), lambda e: e.to_nnf(simplify=False)
    )


def code(step: Step, language: Language, *, declare: str = "") -> Iterator[str]:
    """Yield the lines of a step; `declare` stands before a variable where it is declared."""
    if len(step.branches) == 1:
        value = language.expression(step.branches[0][0])
        yield from broken(declare + language.assign.format(name=step.name, value=value), language)
        return
    if declare:
        yield declare + language.assign.format(name=step.name, value="0.0")
    yield from _choice(step.name, step.branches, language)


def _choice(name: str, branches: tuple[tuple[Any, Any], ...], language: Language) -> Iterator[str]:
    """Yield nested choices: no language's 'else if' is needed."""
    (value, condition), *rest = branches
    line = language.assign.format(name=name, value=language.expression(value))
    if condition == sympy.true:
        yield from broken(line, language)
        return
    begin = language.begin.format(condition=language.expression(condition))
    yield from broken(begin, language)
    yield from indented(broken(line, language))
    if rest:
        yield language.otherwise.format()
        yield from indented(_choice(name, tuple(rest), language))
    yield language.end.format()


def broken(line: str, language: Language) -> Iterator[str]:
    """Break a line after operators, so that no part of it would be a statement of its own."""
    room = WIDTH - 8 - len(language.go_on)
    now = ""
    for word in line.split(" "):
        if now and len(now) + 1 + len(word) > room and now.endswith(OPERATORS):
            yield now + language.go_on
            now = "    " + word
        else:
            now = f"{now} {word}" if now else word
    yield now


def indented(lines: Iterable[str], by: int = 2) -> Iterator[str]:
    """Move lines to the right."""
    return (" " * by + line for line in lines)
