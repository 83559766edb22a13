"""A workload's equations as SBML, by way of Antimony, for the engines that read it.

Shared subexpressions are assignment rules; cases and broken powers are ``piecewise``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from .equations import POWER, Equations, equations


@lru_cache(maxsize=4)
def sbml(id: str, n_switches: int = 0) -> str:
    """Return the model of a workload, states as rate rules.

    With `n_switches`, event j sets the inputs to ``<input>_<j>`` at the time ``t_<j>``: both are
    parameters, so that one model serves every subject's schedule.
    """
    import antimony

    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(_text(equations(id), n_switches)) < 0:
        raise ValueError(f"workload {id}: {antimony.getLastError()}")
    return str(antimony.getSBMLString("bench"))


def columns(eq: Equations) -> list[str]:
    """Return the ids that hold the outputs in the SBML model."""
    return [str(o) if o in eq.states else f"out_{i}" for i, o in enumerate(eq.outputs)]


def _text(eq: Equations, n_switches: int) -> str:
    lines = [f"{c} = 1" for c in (*eq.constants, *eq.inputs, *eq.states)]
    shared, reduced = sympy.cse([*eq.rates, *eq.outputs], sympy.numbered_symbols("x_"))
    lines += [f"{x} := {_code(e)}" for x, e in shared]
    rates, outputs = reduced[: len(eq.rates)], reduced[len(eq.rates) :]
    lines += [f"{x}' = {_code(r)}" for x, r in zip(eq.states, rates, strict=True)]
    named = zip(columns(eq), outputs, strict=True)
    lines += [f"{name} := {_code(o)}" for name, o in named if o not in eq.states]
    for j in range(n_switches):
        lines += [f"t_{j} = 1e9", *(f"{u}_{j} = 0" for u in eq.inputs)]
        sets = ", ".join(f"{u} = {u}_{j}" for u in eq.inputs)
        lines.append(f"switch_{j}: at (time >= t_{j}): {sets}")
    return "\n".join(["model bench", *lines, "end"])


class _Printer(StrPrinter):
    def _print_Piecewise(self, e: Any) -> str:
        *cases, (last, _) = e.args
        parts = [f"{self._print(v)}, {self._print(c)}" for v, c in cases]
        return f"piecewise({', '.join([*parts, self._print(last)])})"

    def _print_Function(self, e: Any) -> str:
        if e.func != POWER:
            return str(super()._print_Function(e))
        a, b = (self.parenthesize(x, PRECEDENCE["Pow"]) for x in e.args)
        return f"piecewise({a}^{b}, {a} > 0, 0)"


def _code(e: object) -> str:
    return str(_Printer().doprint(e)).replace("**", "^")
