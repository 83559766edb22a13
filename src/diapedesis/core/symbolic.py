"""The model as sympy expressions: equations, Jacobian, mass balance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from diapedesis.core.model import Model


@dataclass(frozen=True)
class Symbolic:
    """Equations of a model.

    Attributes
    ----------
    symbols : dict of str to Symbol
        One for each state, parameter, input, rule and flux.
    definitions : dict of str to Expr
        Each rule and flux in terms of the symbols it names (not expanded).
    rates : dict of str to Expr
        Each state's rate in terms of fluxes.
    initial : dict of str to Expr
    """

    symbols: dict[str, sympy.Symbol]
    definitions: dict[str, Any]
    rates: dict[str, Any]
    initial: dict[str, Any]

    def expand(self, expression: Any) -> Any:
        """Return an expression in states, parameters and inputs alone."""
        by_symbol = {self.symbols[id]: d for id, d in self.definitions.items()}
        while expression.free_symbols & by_symbol.keys():
            expression = expression.xreplace(by_symbol)
        return expression

    @cached_property
    def odes(self) -> dict[str, Any]:
        """Each state's rate, expanded."""
        return {id: self.expand(sympy.sympify(r)) for id, r in self.rates.items()}

    def jacobian(self) -> Any:
        """Return d rate / d state, expanded, as a sympy matrix."""
        ids = list(self.rates)
        column = sympy.Matrix([self.odes[i] for i in ids])
        return column.jacobian([self.symbols[i] for i in ids])


def symbolic(model: Model) -> Symbolic:
    """Run every law of a model on symbols."""
    ids = [
        *model.states,
        *model.parameters,
        *model.inputs,
        *model.rules,
        *model.fluxes,
    ]
    symbols = {id: sympy.Symbol(id, real=True) for id in ids}
    definitions = {id: sympy.sympify(model.call(id, law, symbols)) for id, law in model.laws()}
    rates = {id: sympy.sympify(r) for id, r in model.rates(symbols).items()}
    initial = {id: sympy.sympify(v) for id, v in model.initial(symbols).items()}
    return Symbolic(symbols, definitions, rates, initial)
