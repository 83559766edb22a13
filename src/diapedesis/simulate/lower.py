"""Lower a model to the text of a kernel: what the asked outputs need, hoisted, shared, unrolled.

Everything that depends on parameters and inputs alone is computed once per segment (``prep``);
``rhs`` and ``observe`` are left with what depends on the states. Functions take whole arrays and
the indices to work at: making views of them would cost more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy
from sympy.printing.pycode import PythonCodePrinter

from diapedesis.core import Model, check
from diapedesis.core.symbolic import Symbolic, symbolic

_PRINTER = PythonCodePrinter({"fully_qualified_modules": True})


def lower(model: Model, outputs: tuple[str, ...]) -> str:
    """Return Python source of the kernel functions for some outputs of a checked model.

    Raises
    ------
    ModelError
        When the model does not pass its checks.
    """
    check(model)
    sym = symbolic(model)
    wanted = {id: sym.expand(sym.symbols[id]) for id in outputs}
    states = _needed(model, sym, wanted.values())
    rates = {id: sym.odes[id] for id in states}
    starts = {id: sym.expand(sym.initial[id]) for id in states}
    free = set().union(
        *(e.free_symbols for e in (*wanted.values(), *rates.values(), *starts.values()))
    )
    used = {s.name for s in free}
    params = [p for p in model.parameters if p in used]
    inputs = [i for i in model.inputs if i in used]
    y = {sym.symbols[id]: f"y[lane, {i}]" for i, id in enumerate(states)}
    bottom = {sym.symbols[p]: f"p[lane, {i}]" for i, p in enumerate(params)}
    bottom |= {sym.symbols[u]: f"u[{i}]" for i, u in enumerate(inputs)}

    hoist = _Hoist(set(y))
    rates_h = [hoist(e) for e in rates.values()]
    wanted_h = [hoist(e) for e in wanted.values()]
    k = {s: f"k[lane, {i}]" for i, s in enumerate(hoist.kept)}
    floor = [model.states[id].nonnegative for id in states]
    return "\n\n\n".join(
        [
            f"STATES = {tuple(states)!r}\nPARAMETERS = {tuple(params)!r}\n"
            f"INPUTS = {tuple(inputs)!r}\nOUTPUTS = {tuple(outputs)!r}\n"
            f"N_HOISTED = {max(len(k), 1)}\nFLOOR = {tuple(floor) or (False,)!r}",
            _function(
                "prep", "p, lane, u, k", [], bottom, list(hoist.kept.values()), "k[lane, {}]"
            ),
            _function("start", "p, lane, u, y", [], bottom, list(starts.values()), "y[lane, {}]"),
            _function("rhs", "y, lane, k, dy, j", _load(y, floor), k, rates_h, "dy[j, lane, {}]"),
            _function(
                "observe", "y, lane, k, o, j", _load(y, floor), k, wanted_h, "o[lane, j, {}]"
            ),
        ]
    )


def _needed(model: Model, sym: Symbolic, wanted: Iterable[Any]) -> list[str]:
    """Return the states that some expressions depend on, directly or through other states."""
    names = set().union(*(e.free_symbols for e in wanted))
    need = {id for id in model.states if sym.symbols[id] in names}
    while True:
        more = {
            id
            for id in model.states
            if any(sym.symbols[id] in sym.odes[n].free_symbols for n in need)
        }
        if more <= need:
            return [id for id in model.states if id in need]
        need |= more


class _Hoist:
    """Replaces the largest state-free parts of an expression by symbols, and keeps these."""

    def __init__(self, states: set[Any]) -> None:
        self.states = states
        self.kept: dict[Any, Any] = {}
        self._names: dict[Any, Any] = {}

    def __call__(self, e: Any) -> Any:
        if e in self.states or not e.free_symbols:
            return e
        if isinstance(e, sympy.Expr) and not e.free_symbols & self.states:
            return self._keep(e)  # a condition is not a number to be kept; its two sides are
        if e.is_Add or e.is_Mul:
            constant, rest = e.as_independent(*self.states, as_Add=e.is_Add)
            parts = [self(a) for a in e.func.make_args(rest)]
            return e.func(self(constant), *parts)
        return e.func(*(self(a) for a in e.args))

    def _keep(self, e: Any) -> Any:
        if e not in self._names:
            symbol = sympy.Symbol(f"h{len(self.kept)}", real=True)
            self._names[e] = symbol
            self.kept[symbol] = e
        return self._names[e]


def _load(y: dict[Any, str], floor: list[bool]) -> list[tuple[Any, str]]:
    return [
        (s, f"max({ref}, 0.0)" if f else ref) for (s, ref), f in zip(y.items(), floor, strict=True)
    ]


def _function(
    name: str,
    arguments: str,
    loads: list[tuple[Any, str]],
    bottom: dict[Any, str],
    expressions: list[Any],
    target: str,
) -> str:
    """Return the text of one function: loads, shared subexpressions, one assignment per result."""
    shared, reduced = sympy.cse(expressions, symbols=sympy.numbered_symbols("x"))
    used = set().union(*(e.free_symbols for e in (*reduced, *(d for _, d in shared))), set())
    lines = [f"def {name}({arguments}):"]
    lines += [f"    v_{s} = {ref}" for s, ref in (*loads, *bottom.items()) if s in used]
    lines += [f"    v_{s} = {_code(d)}" for s, d in shared]
    lines += [f"    {target.format(i)} = {_code(e)}" for i, e in enumerate(reduced)]
    return "\n".join([*lines, "    return None"])


def _code(e: Any) -> str:
    renamed = e.xreplace({s: sympy.Symbol(f"v_{s}", real=True) for s in e.free_symbols})
    return str(_PRINTER.doprint(renamed))
