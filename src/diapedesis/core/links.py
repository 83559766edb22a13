"""Links: the ways by which one quantity of a model acts on another, and what closes each way.

A way is a chain of terms, each of which reads the one before. A parameter closes it where some term
of it, at a value of 0 (or 1, for a share), no longer reads what came before: the term goes on
without it, or is a flux whose strength that parameter alone is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy

from diapedesis.core.model import Model
from diapedesis.core.priors import Fixed, LogitNormal
from diapedesis.core.symbolic import Symbolic, symbolic
from diapedesis.core.terms import Parameter


@dataclass(frozen=True)
class Link:
    """One way from a quantity to another.

    Attributes
    ----------
    way : tuple of str
        Ids from the first to the last: states, rules and fluxes.
    closed_by : tuple of (str, float)
        Parameters, each with the value that closes the way by itself, in the order of the way.
    """

    way: tuple[str, ...]
    closed_by: tuple[tuple[str, float], ...]


def links(model: Model, start: str, ends: Collection[str]) -> tuple[Link, ...]:
    """Return every way from a state to the first of some ends.

    Parameters
    ----------
    model : Model
    start : str
        A state.
    ends : collection of str
        States, rules or fluxes; no way goes on through one of them.

    Raises
    ------
    ValueError
        For an id that the model does not have.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> [link.way for link in links(pkpd(), "ada", ["c_free"])][0]
    ('ada', 'c_free')
    >>> links(pkpd(), "ada", ["c_free"])[0].closed_by
    (('ada_binding', 0.0),)
    """
    known = {*model.states, *model.rules, *model.fluxes}
    unknown = [id for id in (start, *ends) if id not in known]
    if unknown:
        raise ValueError(f"ends: found {unknown}, expected states, rules or fluxes of {model.name}")
    graph = _graph(model)
    found = sorted(_ways(graph.readers, start, frozenset(ends), (start,)))
    return tuple(Link(way, tuple(graph.closers(way))) for way in found)


@dataclass(frozen=True)
class _Graph:
    """Who reads what: each term in terms of parameters and of quantities that move."""

    model: Model
    laws: dict[str, Any]
    symbols: dict[str, Any]
    readers: dict[str, tuple[str, ...]]

    def closers(self, way: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        """Yield what closes a way, in its order, each once."""
        seen = set()
        for read, term in pairwise(way):
            if term in self.laws:
                for closer in self._closers(term, read):
                    if closer not in seen:
                        seen.add(closer)
                        yield closer

    def _closers(self, term: str, read: str) -> Iterator[tuple[str, float]]:
        law, symbol, zero = self.laws[term], self.symbols[read], sympy.Integer(0)
        for id, p in self.model.parameters.items():
            own = self.symbols[id]
            for value in _limits(p) if own in law.free_symbols else ():
                left = law.xreplace({own: value})
                defined = sympy.nan not in (left, law.xreplace({own: value, symbol: zero}))
                goes_on = left.is_finite is not False and (left != 0 or self._only_here(id, term))
                if defined and goes_on and symbol not in left.free_symbols:
                    yield id, float(value)

    def _only_here(self, id: str, term: str) -> bool:
        """Whether a parameter is the strength of one flux and of nothing else."""
        symbol = self.symbols[id]
        users = {t for t, law in self.laws.items() if symbol in law.free_symbols}
        return term in self.model.fluxes and users == {term}


def _limits(p: Parameter) -> tuple[Any, ...]:
    """Return the values at which a parameter may close something."""
    zero, one = sympy.Integer(0), sympy.Integer(1)
    return (zero, one) if isinstance(p.prior, LogitNormal | Fixed) else (zero,)


@lru_cache(maxsize=4)
def _graph(model: Model) -> _Graph:
    sym = symbolic(model)
    laws = _in_moving_terms(model, sym)
    readers: dict[str, tuple[str, ...]] = {id: () for id in (*model.states, *laws)}
    id_of = {sym.symbols[id]: id for id in readers}
    for term, law in laws.items():
        for symbol in law.free_symbols & id_of.keys():
            readers[id_of[symbol]] += (term,)
    for id, flux in model.fluxes.items():
        readers[id] += tuple(model.changes(flux))
    return _Graph(model, laws, sym.symbols, readers)


def _in_moving_terms(model: Model, sym: Symbolic) -> dict[str, Any]:
    """Return the laws of all terms that move, those of parameters alone put in."""
    fixed = {sym.symbols[id] for id in model.parameters}
    still: dict[Any, Any] = {}
    laws = {}
    for id, law in sym.definitions.items():
        own = law.xreplace(still)
        if own.free_symbols <= fixed and id in model.rules:
            still[sym.symbols[id]] = own
        else:
            laws[id] = own
    return laws


def _ways(
    readers: dict[str, tuple[str, ...]], at: str, ends: frozenset[str], way: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    for following in readers[at]:
        if following in ends:
            yield (*way, following)
        elif following not in way:
            yield from _ways(readers, following, ends, (*way, following))
