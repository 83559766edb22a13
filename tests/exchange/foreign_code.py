"""A small reader of NM-TRAN, R and C++ as the exported texts use them; knows nothing of exporters.

Statements become Python, by tokens: numbers, names, operators, functions, if and else. What a
language does not have (``^`` in C++, ``**`` in R, an undeclared variable) is an error here too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from scipy.special import expit, ndtr

NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
NAME = {"nmtran": r"[A-Z]\w*", "r": r"[A-Za-z][\w.]*", "c": r"[A-Za-z]\w*"}
SIGN = r"\*\*|&&|\|\||<=|>=|==|\.[A-Z]+\.|[-+*/^()<>,&|]"
FUNCTIONS: dict[str, dict[str, Callable[..., float]]] = {
    "nmtran": {"EXP": math.exp, "LOG": math.log, "SQRT": math.sqrt, "PHI": ndtr},
    "r": {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "expit": expit},
    "c": {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "pow": math.pow},
}
OPERATORS = {
    "nmtran": {"**": "**", ".GE.": ">=", ".LE.": "<=", ".GT.": ">", ".LT.": "<", ".EQ.": "==",
               ".AND.": "and", ".OR.": "or"},
    "r": {"^": "**", ">=": ">=", "<=": "<=", ">": ">", "<": "<", "&": "and", "|": "or"},
    "c": {">=": ">=", "<=": "<=", ">": ">", "<": "<", "&&": "and", "||": "or"},
}  # fmt: skip


def tokens(text: str, language: str) -> Iterator[str]:
    """Yield the tokens of an expression; anything else raises."""
    token = re.compile(rf"\s*({NUMBER}|{NAME[language]}|{SIGN})")
    at, text = 0, text.rstrip()
    while at < len(text):
        found = token.match(text, at)
        assert found, f"no token at {text[at:]!r}"
        yield found.group(1)
        at = found.end()


def python(text: str, language: str) -> str:
    """Return an expression in Python; names stay, dots in R's names become two underscores."""
    out = []
    for token in tokens(text, language):
        if re.fullmatch(NUMBER, token):
            out.append(repr(float(token)))
        elif token[0].isalpha():
            out.append(token.replace(".", "__"))
        elif token in "+-*/(),":
            out.append(token)
        else:
            out.append(f" {OPERATORS[language][token]} ")
    return "".join(out)


class Code:
    """Statements of one block, run one after the other.

    Parameters
    ----------
    lines : list of str
        Without comments, continued lines joined.
    language : {"nmtran", "r", "c"}
    """

    def __init__(self, lines: list[str], language: str) -> None:
        self.language, self.assigned, self.declared = language, [], set()
        body = "\n".join(self._python(lines))
        self._code = compile(body, f"<{language}>", "exec")

    def _python(self, lines: list[str]) -> Iterator[str]:
        depth = 0
        for line in lines:
            text = line.strip()
            if condition := re.fullmatch(r"(?:IF|if) \((.*)\) (?:THEN|\{)", text):
                assert text.startswith("IF") == (self.language == "nmtran")
                yield " " * depth + f"if {python(condition.group(1), self.language)}:"
                depth += 1
            elif text in ("ELSE", "} else {"):
                yield " " * (depth - 1) + "else:"
            elif text in ("ENDIF", "}"):
                depth -= 1
            else:
                yield " " * depth + self._assignment(text)
        assert depth == 0

    def _assignment(self, text: str) -> str:
        if self.language == "c":
            assert text.endswith(";"), text
            text = text.removesuffix(";")
            if text.startswith("double "):
                text = text.removeprefix("double ")
                name = text.split(" = ")[0]
                assert name not in self.declared, f"{name} declared twice"
                self.declared.add(name)
        target, value = text.split(" <- " if self.language == "r" else " = ", 1)
        self.assigned.append(target)
        return f"{_place(target)} = {python(value, self.language)}"

    def run(self, values: dict[str, Any]) -> dict[str, Any]:
        """Run with `values`, which are changed and returned."""
        exec(self._code, FUNCTIONS[self.language] | {"__builtins__": {}}, values)
        return values


def _place(target: str) -> str:
    """Return where an assignment puts its value."""
    if found := re.fullmatch(r"(DADT|A_0)\((\d+)\)", target):
        return f"{found.group(1)}[{found.group(2)}]"
    if found := re.fullmatch(r"d/dt\((\w+)\)", target):
        return f"dxdt_{found.group(1)}"
    if found := re.fullmatch(r"alag\((\w+)\)", target):
        return f"ALAG_{found.group(1)}"
    if found := re.fullmatch(r"(\w+)\(0\)", target):
        return f"{found.group(1)}_0"
    assert re.fullmatch(r"[A-Za-z][\w.]*", target), target
    return target.replace(".", "__")


class Numbered(dict[int, float]):
    """An array of NONMEM: read by a call, as in A(1)."""

    def __call__(self, n: float) -> float:
        return self[int(n)]
