"""A workload's equations for peers: sympy in, arrays and text out. No peer writes an equation.

What depends on parameters alone is computed once per subject here, for every peer alike: the
right-hand sides know states ``y``, inputs ``u`` and these constants ``k``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy.printing.pycode import PythonCodePrinter

from diapedesis.core.symbolic import symbolic

from .workloads import Workload, workload

Array = NDArray[np.float64]
_PRINTER = PythonCodePrinter({"fully_qualified_modules": True})


@dataclass(frozen=True)
class Equations:
    """Right-hand sides and outputs in states, inputs and per-subject constants."""

    states: tuple[Any, ...]
    inputs: tuple[Any, ...]
    constants: dict[Any, Any]
    rates: tuple[Any, ...]
    outputs: tuple[Any, ...]

    def source(self, name: str = "rhs") -> str:
        """Return Python text of ``rhs(y, u, k, dy)``, shared subexpressions written once."""
        return self._function(f"{name}(y, u, k, dy)", self.rates, "dy[{}]")

    def output_source(self) -> str:
        """Return Python text of ``observe(y, k, out)``."""
        return self._function("observe(y, k, out)", self.outputs, "out[{}]")

    def _function(self, head: str, expressions: tuple[Any, ...], target: str) -> str:
        shared, reduced = sympy.cse(expressions, symbols=sympy.numbered_symbols("x_"))
        used = set().union(*(e.free_symbols for e in (*reduced, *(d for _, d in shared))))
        places = {"y": self.states, "u": self.inputs, "k": tuple(self.constants)}
        loads = [
            f"{s} = {v}[{i}]" for v, ss in places.items() for i, s in enumerate(ss) if s in used
        ]
        body = [f"{s} = {_PRINTER.doprint(d)}" for s, d in shared]
        ends = [f"{target.format(i)} = {_PRINTER.doprint(e)}" for i, e in enumerate(reduced)]
        return "\n    ".join([f"def {head}:", *loads, *body, *ends]) + "\n"


@dataclass(frozen=True)
class Subjects:
    """Arrays of n subjects; segment j of subject i runs from edges[i, j] to edges[i, j+1]."""

    k: Array
    y0: Array
    edges: Array
    u: Array
    times: Array


@lru_cache(maxsize=8)
def equations(id: str) -> Equations:
    """Return the equations of a workload."""
    w = workload(id)
    sym = symbolic(w.model)
    states = tuple(sym.symbols[s] for s in w.model.states)
    inputs = tuple(sym.symbols[u] for u in w.model.inputs)
    hoist = _Hoist({*states, *inputs})
    rates = tuple(hoist(_plain(e)) for e in sym.odes.values())
    outputs = tuple(hoist(_plain(sym.expand(sym.symbols[o]))) for o in w.outputs)
    return Equations(states, inputs, hoist.kept, rates, outputs)


def _plain(e: Any) -> Any:
    """Return an expression with 2.0 as 2, so that powers stay products, and 1/5 as 0.2."""
    whole = {f: sympy.Integer(int(f)) for f in e.atoms(sympy.Float) if float(f).is_integer()}
    broken = {f: sympy.Float(f) for f in e.atoms(sympy.Rational) if f.q != 1}
    return e.xreplace(whole | broken)


class _Hoist:
    """Replaces the largest parts without a variable by constants, and keeps these."""

    def __init__(self, variables: set[Any]) -> None:
        self.variables = variables
        self.kept: dict[Any, Any] = {}
        self._names: dict[Any, Any] = {}

    def __call__(self, e: Any) -> Any:
        if e in self.variables or not e.free_symbols:
            return e
        if not e.free_symbols & self.variables:
            return self._keep(e)
        if e.is_Add or e.is_Mul:
            constant, rest = e.as_independent(*self.variables, as_Add=e.is_Add)
            return e.func(self(constant), *(self(a) for a in e.func.make_args(rest)))
        return e.func(*(self(a) for a in e.args))

    def _keep(self, e: Any) -> Any:
        if e not in self._names:
            self._names[e] = sympy.Symbol(f"k_{len(self.kept)}", real=True)
            self.kept[self._names[e]] = e
        return self._names[e]


@lru_cache(maxsize=4)
def subjects(id: str, n: int) -> Subjects:
    """Return the arrays of the first `n` subjects, schedules cut at the first and last day."""
    w, eq = workload(id), equations(id)
    parameters = w.parameters(n)
    names = [sympy.Symbol(p, real=True) for p in parameters]
    constants = sympy.lambdify(names, list(eq.constants.values()), "numpy")(*parameters.values())
    k = np.stack([np.broadcast_to(c, n) for c in constants], axis=1).astype(float)
    initial = [float(s.initial) for s in w.model.states.values()]  # numbers in these models
    edges, u = _tables(w, n)
    return Subjects(k, np.tile(initial, (n, 1)), edges, u, w.times)


def _tables(w: Workload, n: int) -> tuple[Array, Array]:
    defaults = {name: x.default for name, x in w.model.inputs.items()}
    distinct: dict[int, tuple[Array, Array]] = {}
    plans = w.schedules(n)
    for plan in plans:
        if id(plan) not in distinct:
            distinct[id(plan)] = _cut(*plan.table(w.model.inputs, defaults), w.times)
    most = max(len(u) for _, u in distinct.values())
    edges = np.full((n, most + 1), w.times[-1])
    inputs = np.zeros((n, most, len(w.model.inputs)))
    for i, plan in enumerate(plans):
        edge, u = distinct[id(plan)]
        edges[i, : len(edge)] = edge
        inputs[i, : len(u)] = u
    return edges, inputs


def _cut(starts: Array, u: Array, times: Array) -> tuple[Array, Array]:
    """Return edges from the first to the last day, and the inputs between them."""
    first, last = float(times[0]), float(times[-1])
    begins = np.searchsorted(starts, first, side="right") - 1
    inside = (starts > first) & (starts < last)
    return np.concatenate([[first], starts[inside], [last]]), np.vstack([u[begins], u[inside]])
