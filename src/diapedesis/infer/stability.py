"""Does the untreated state of a draw stay where it is? Draws in which it does not are rejected.

Every state of the MS model is told as a fold of the same patient's untreated state, so a draw whose
untreated state runs away by itself describes nobody. The linearised equations decide: the states
that act on the tone and on which the tone acts, about the untreated state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from diapedesis.core import Model

Array = NDArray[np.float64]
LOOP = "tone_fold"
"""State whose loops are looked at."""


@dataclass(frozen=True)
class Stability:
    """Fastest growth of a small disturbance of the untreated state, draw by draw.

    Attributes
    ----------
    growth : ndarray, shape (n,)
        [1/day]; below 0 a disturbance dies away.
    states : tuple of str
        States that were looked at.
    """

    growth: Array
    states: tuple[str, ...]

    @property
    def stable(self) -> NDArray[np.bool_]:
        """Draws whose untreated state is stable, shape (n,)."""
        return np.asarray(self.growth < 0)

    @property
    def rejected(self) -> float:
        """Share of draws that are rejected."""
        return float(1 - self.stable.mean())

    def reason(self, i: int) -> str:
        """Say why draw `i` is rejected; empty when it is not."""
        if self.stable[i]:
            return ""
        days = np.log(2) / self.growth[i] if self.growth[i] > 0 else np.inf
        return (
            f"draw {i}: the untreated state is unstable, a disturbance of {', '.join(self.states)}"
            f" doubles in {days:.0f} days"
        )


def stability(model: Model, parameters: Mapping[str, ArrayLike]) -> Stability:
    """Return how the untreated state of each draw answers a small disturbance.

    Parameters
    ----------
    model : Model
        With a state ``tone_fold``, such as :func:`diapedesis.models.ms`.
    parameters : mapping of str to array_like, shape (n,)
        Drawn values; defaults for the rest.

    Returns
    -------
    Stability

    Raises
    ------
    ValueError
        For a model without the state, or an id that it does not have.

    Examples
    --------
    >>> from diapedesis.models import ms
    >>> found = stability(ms(), {"recruitment_gain": [8.0, 8.0], "ignition_tone": [4.0, 0.9]})
    >>> found.stable.tolist()
    [True, False]
    """
    if LOOP not in model.states:
        raise ValueError(f"model {model.name!r}: found no state {LOOP!r}, expected the MS model")
    unknown = [id for id in parameters if id not in model.parameters]
    if unknown:
        raise ValueError(f"parameters: found {unknown}, expected ids of model {model.name!r}")
    names = tuple(model.parameters)
    states, jacobian = _loop(model)
    values = [np.asarray(parameters.get(id, model.parameters[id].default), float) for id in names]
    n = max(v.size for v in values)
    entries = [np.broadcast_to(e, n) for e in jacobian(*values)]
    matrices = np.stack(entries, axis=1).reshape(n, len(states), len(states))
    return Stability(np.linalg.eigvals(matrices).real.max(axis=1), states)


@lru_cache(maxsize=4)
def _loop(model: Model) -> tuple[tuple[str, ...], Callable[..., list[Array]]]:
    """Return the states that are in a loop with the tone, and their Jacobian, row by row."""
    import sympy

    from diapedesis.core.symbolic import symbolic

    sym = symbolic(model)
    needs = {s: _reads(sym.rates[s], sym.definitions, sym.symbols) for s in model.states}
    states = _component(tuple(model.states), needs)
    resting = at_rest(model)
    moving = {sym.symbols[s] for s in states}
    drawn = {sym.symbols[p] for p in model.parameters}
    known: dict[object, object] = {}
    for id, law in sym.definitions.items():
        found = sympy.sympify(law).xreplace(known)
        if not found.free_symbols & moving and not found.free_symbols <= drawn:
            found = sympy.Float(resting[id])
        known[sym.symbols[id]] = found
    rest = {sym.symbols[s]: sympy.Float(resting[s]) for s in model.states}
    rates = sympy.Matrix([sym.rates[s].xreplace(known) for s in states])
    matrix = rates.jacobian([sym.symbols[s] for s in states]).xreplace(rest)
    inputs = {sym.symbols[i]: sympy.Float(x.default) for i, x in model.inputs.items()}
    entries = [e.xreplace(inputs) for e in matrix]
    arguments = [sym.symbols[p] for p in model.parameters]
    return states, sympy.lambdify(arguments, entries, "numpy", cse=True)


def at_rest(model: Model, parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return every quantity before any treatment, of the typical patient but for some parameters.

    Examples
    --------
    >>> from diapedesis.models import ms
    >>> at_rest(ms(), {"h_virus": 5.0})["drive"]
    1.0
    """
    env: dict[str, float] = {id: p.default for id, p in model.parameters.items()}
    env |= parameters or {}
    env |= {id: x.default for id, x in model.inputs.items()}
    for id, rule in model.rules.items():
        home = model.home(id).name
        if all(model.supplier(home, a) in env for a in rule.arguments):  # of no state
            env[id] = model.call(id, rule.law, env)
    env |= model.initial(env)
    return {k: float(v) for k, v in model.evaluate(env).items()}


def _reads(
    rate: object, definitions: Mapping[str, object], symbols: Mapping[str, object]
) -> frozenset[str]:
    """Return the ids that a rate depends on, through rules and fluxes."""
    by_symbol = {symbols[id]: id for id in symbols}
    found: set[str] = set()
    todo = [rate]
    while todo:
        for symbol in todo.pop().free_symbols:  # type: ignore[attr-defined]
            id = by_symbol[symbol]
            if id not in found:
                found.add(id)
                if id in definitions:
                    todo.append(definitions[id])
    return frozenset(found)


def _component(states: tuple[str, ...], needs: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return the states that act on the tone and on which it acts."""
    graph = csr_array([[float(b in needs[a]) for b in states] for a in states])
    _, label = connected_components(graph, connection="strong")
    return tuple(
        s for s, own in zip(states, label, strict=True) if own == label[states.index(LOOP)]
    )
