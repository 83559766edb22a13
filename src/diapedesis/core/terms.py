"""The vocabulary of a mechanism: State, Parameter, Port, Input, Rule, Output, Flux, Conserved.

A rate law is a plain function whose argument names are ids and whose body is one expression. The
same function runs on numbers, on sympy symbols and on pint quantities; nothing else in the project
writes that equation again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from diapedesis.core.priors import Fixed, Prior
from diapedesis.core.sources import Provenance

Law = Callable[..., Any]
FIXED = Fixed()


@dataclass(frozen=True)
class State:
    """A quantity with memory.

    Parameters
    ----------
    id, unit, label : str
    initial : float or law
        Value before anything happened; a law of parameters and inputs where it depends on them.
    scale : float
        Size that matters, in `unit`; the solver's absolute tolerance is relative to it.
    nonnegative : bool
        Amounts and counts cannot fall below 0; solvers keep rounding errors from doing it.
    """

    id: str
    unit: str
    label: str
    initial: float | Law = 0.0
    scale: float = 1.0
    nonnegative: bool = True


@dataclass(frozen=True)
class Parameter:
    """A number that belongs to the subject or to nature.

    Parameters
    ----------
    id, unit, label : str
    default : float
        Typical value, in `unit`.
    prior : Prior
        Uncertainty about the typical value.
    source : Source or Assumption
    iiv : float
        Between-subject spread, SD of the logarithm (of the logit for shares); 0 for none.
    iiv_source : Source or Assumption, optional
        Needed when `iiv` is above 0.
    iov : float
        Spread between occasions of one subject, SD on the same scale; 0 for none. It counts only
        for a subject whose occasions are told apart.
    iov_source : Source or Assumption, optional
        Needed when `iov` is above 0.
    """

    id: str
    unit: str
    label: str
    default: float
    source: Provenance
    prior: Prior = FIXED
    iiv: float = 0.0
    iiv_source: Provenance | None = None
    iov: float = 0.0
    iov_source: Provenance | None = None


@dataclass(frozen=True)
class Port:
    """A quantity that another mechanism supplies; `writable` ports must be wired to a state."""

    id: str
    unit: str
    label: str
    writable: bool = False


@dataclass(frozen=True)
class Input:
    """A quantity that the protocol or the subject sets, constant between its changes."""

    id: str
    unit: str
    label: str
    default: float = 0.0


@dataclass(frozen=True)
class Rule:
    """An algebraic quantity: id, law, unit, label."""

    id: str
    law: Law
    unit: str
    label: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """Ids the law needs."""
        return arguments(self.law)


@dataclass(frozen=True)
class Output(Rule):
    """A rule that users see: it can be asked for by name in ``solve``."""


@dataclass(frozen=True)
class Flux:
    """A flow between states.

    Parameters
    ----------
    id : str
    law : function
        Its value times each coefficient in `changes` is added to that state's rate.
    changes : mapping of State or Port to float
    boundary : str
        Empty for a flow inside the system; else where the flow goes to or comes from. Only boundary
        fluxes may change a conserved total.
    label : str
    """

    id: str
    law: Law
    changes: Mapping[str, float]
    boundary: str
    label: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """Ids the law needs."""
        return arguments(self.law)


@dataclass(frozen=True)
class Conserved:
    """A total that only boundary fluxes change: id, and each state's weight in it."""

    id: str
    weights: Mapping[str, float]


Term = State | Parameter | Port | Input | Rule | Flux | Conserved


def arguments(law: Law) -> tuple[str, ...]:
    """Return the argument names of a law."""
    return tuple(inspect.signature(law).parameters)


def _label(law: Law) -> str:
    return (inspect.getdoc(law) or law.__name__).split("\n", 1)[0].rstrip(".")


def flux(changes: Mapping[State | Port, float], *, boundary: str = "") -> Callable[[Law], Flux]:
    """Declare a plain function as the law of a flux; its docstring's first line is the label."""

    def declare(law: Law) -> Flux:
        by_id = {term.id: float(n) for term, n in changes.items()}
        return Flux(law.__name__, law, by_id, boundary, _label(law))

    return declare


def rule(unit: str) -> Callable[[Law], Rule]:
    """Declare a plain function as a rule."""
    return lambda law: Rule(law.__name__, law, unit, _label(law))


def output(unit: str) -> Callable[[Law], Output]:
    """Declare a plain function as an output."""
    return lambda law: Output(law.__name__, law, unit, _label(law))


def conserved(id: str, weights: Mapping[State, float]) -> Conserved:
    """Declare a conserved total."""
    return Conserved(id, {s.id: float(w) for s, w in weights.items()})
