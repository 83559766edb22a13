"""A workload's equations for peers: sympy in, arrays and text out. No peer writes an equation.

What depends on parameters alone is computed once per subject here, for every peer alike: the
right-hand sides know states ``y``, inputs ``u`` and these constants ``k``. Inputs that no schedule
changes are numbers here, and states on which no output depends are left out, as by this package.

A broken power of a state is 0 where the state has fallen below 0, as in this package: a solver may
step below, and the power would be no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy.printing.pycode import PythonCodePrinter

from diapedesis.core import Model
from diapedesis.core.symbolic import Symbolic, symbolic
from diapedesis.simulate.problem import program_of

from .workloads import SCHEDULES, Workload, workload

Array = NDArray[np.float64]
POWER = sympy.Function("power", real=True)
"""A broken power of a state: ``power(a, b)`` is a**b where a is above 0, else 0."""
_PRINTER = PythonCodePrinter(
    {"fully_qualified_modules": True, "user_functions": {"power": "power"}}
)


@dataclass(frozen=True)
class Equations:
    """Right-hand sides and outputs in states, inputs and per-subject constants."""

    states: tuple[Any, ...]
    inputs: tuple[Any, ...]
    constants: dict[Any, Any]
    rates: tuple[Any, ...]
    outputs: tuple[Any, ...]
    given: dict[Any, Any]
    """Laws of parameters alone, each after those it needs; constants and starts use them."""
    initial: tuple[Any, ...]
    scale: tuple[float, ...]
    """Size of each state that matters."""

    def source(self, name: str = "rhs") -> str:
        """Return Python text of ``rhs(y, u, k, dy)``, shared subexpressions written once."""
        return self._function(f"{name}(y, u, k, dy)", self.rates, "dy[{}]")

    def output_source(self) -> str:
        """Return Python text of ``observe(y, u, k, out)``."""
        return self._function("observe(y, u, k, out)", self.outputs, "out[{}]")

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
    sym, changed = symbolic(w.model), changed_inputs(w.id)
    kept = program_of(w.model, w.outputs).states
    states = tuple(sym.symbols[s] for s in kept)
    inputs = tuple(sym.symbols[u] for u in changed)
    full = _Expand(w.model, sym, {*states, *inputs})
    hoist = _Hoist({*states, *inputs})
    rates = tuple(hoist(full(sym.rates[s])) for s in kept)
    outputs = tuple(hoist(full(sym.symbols[o])) for o in w.outputs)
    initial = tuple(full(sym.initial[s]) for s in kept)
    scale = tuple(float(w.model.states[s].scale) for s in kept)
    return Equations(states, inputs, hoist.kept, rates, outputs, full.given, initial, scale)


@lru_cache(maxsize=8)
def changed_inputs(id: str) -> tuple[str, ...]:
    """Return the inputs that some schedule of a workload changes, in the model's order."""
    w = workload(id)
    used = {p.input for plan in w.schedules(SCHEDULES) for p in plan.pulses}
    return tuple(u for u in w.model.inputs if u in used)


class _Expand:
    """Writes expressions in states, changed inputs, parameters and laws of parameters alone."""

    def __init__(self, model: Model, sym: Symbolic, moving: set[Any]) -> None:
        self.known = {sym.symbols[u]: sympy.Float(x.default) for u, x in model.inputs.items()}
        self.known = {u: x for u, x in self.known.items() if u not in moving}
        self.given: dict[Any, Any] = {}
        still = {sym.symbols[s] for s in model.states} | moving
        for id, law in sym.definitions.items():  # each after those it needs
            symbol, found = sym.symbols[id], self(law)
            if found.free_symbols & still or not found.free_symbols:
                self.known[symbol] = found
            else:
                self.given[symbol] = found

    def __call__(self, e: Any) -> Any:
        return _plain(sympy.sympify(e).xreplace(self.known))


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
        if e.is_Pow and e.exp.free_symbols:
            return POWER(self(e.base), self(e.exp))
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
    values = list(parameters.values())
    for symbol, law in eq.given.items():
        values.append(np.broadcast_to(sympy.lambdify(names, law, "numpy")(*values), n))
        names.append(symbol)
    k, y0 = (
        np.stack([np.broadcast_to(x, n) for x in sympy.lambdify(names, laws, "numpy")(*values)], 1)
        for laws in (list(eq.constants.values()), list(eq.initial))
    )
    edges, u = _tables(w, n)
    return Subjects(k.astype(float), y0.astype(float), edges, u, w.times)


def _tables(w: Workload, n: int) -> tuple[Array, Array]:
    defaults = {name: w.model.inputs[name].default for name in changed_inputs(w.id)}
    distinct: dict[int, tuple[Array, Array]] = {}
    plans = w.schedules(n)
    for plan in plans:
        if id(plan) not in distinct:
            distinct[id(plan)] = _cut(*plan.table(defaults, defaults), w.times)
    most = max(len(u) for _, u in distinct.values())
    edges = np.full((n, most + 1), w.times[-1])
    inputs = np.zeros((n, most, len(defaults)))
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
