"""A model: mechanisms whose ports are wired to each other."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any, TypeVar

from diapedesis.core.assembly import Assembly, assemble
from diapedesis.core.mechanism import Mechanism
from diapedesis.core.terms import (
    Conserved,
    Flux,
    Input,
    Law,
    Output,
    Parameter,
    Port,
    Rule,
    State,
    Term,
    arguments,
)

T = TypeVar("T", bound=Term)


@dataclass(frozen=True, eq=False)
class Model:
    """An assembly of mechanisms.

    Parameters
    ----------
    name : str
    mechanisms : sequence of Mechanism
    wires : mapping of str to str, optional
        ``{"mechanism.port": "id that supplies it"}``. A port without a wire takes the state, rule,
        parameter or input of its own id.

    Raises
    ------
    ModelError
        With every structural fault: missing port, unknown name, double definition, circular rules.
        Units, balance, supports and sources are the business of :func:`diapedesis.core.check`.
    """

    name: str
    mechanisms: Sequence[Mechanism]
    wires: Mapping[str, str]
    _assembly: Assembly

    def __init__(
        self, name: str, mechanisms: Iterable[Mechanism], wires: Mapping[str, str] | None = None
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "mechanisms", tuple(mechanisms))
        object.__setattr__(self, "wires", dict(wires or {}))
        object.__setattr__(self, "_assembly", assemble(self.mechanisms, self.wires))

    def _each(self, kind: type[T]) -> dict[str, T]:
        return {t.id: t for m in self.mechanisms for t in m.each(kind)}

    @cached_property
    def states(self) -> dict[str, State]:
        """States by id."""
        return self._each(State)

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Parameters by id."""
        return self._each(Parameter)

    @cached_property
    def inputs(self) -> dict[str, Input]:
        """Inputs by id."""
        return self._each(Input)

    @cached_property
    def fluxes(self) -> dict[str, Flux]:
        """Fluxes by id."""
        return self._each(Flux)

    @cached_property
    def conserved(self) -> dict[str, Conserved]:
        """Conserved totals by id."""
        return self._each(Conserved)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Rules (and outputs) by id, each after those it needs."""
        found = self._each(Rule)
        return {id: found[id] for id in self._assembly.order}

    @cached_property
    def outputs(self) -> dict[str, Output]:
        """Outputs by id."""
        return {k: r for k, r in self.rules.items() if isinstance(r, Output)}

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit of each state, parameter, input and rule."""
        kinds = (self.states, self.parameters, self.inputs, self.rules)
        return {id: t.unit for group in kinds for id, t in group.items()}

    @cached_property
    def ports(self) -> dict[str, Port]:
        """Ports by ``mechanism.port``."""
        return {f"{m.name}.{p.id}": p for m in self.mechanisms for p in m.each(Port)}

    def home(self, id: str) -> Mechanism:
        """Return the mechanism that declares a term."""
        return self._assembly.home[id]

    def supplier(self, mechanism: str, name: str) -> str:
        """Return the id that stands behind a name used inside a mechanism."""
        return self._assembly.suppliers.get((mechanism, name), name)

    def changes(self, flux: Flux) -> dict[str, float]:
        """Return a flux's coefficients by state id, its ports resolved."""
        home = self.home(flux.id).name
        return {self.supplier(home, id): n for id, n in flux.changes.items()}

    def call(self, id: str, law: Law, env: Mapping[str, Any]) -> Any:
        """Run the law of term `id` on an environment of any algebra."""
        home = self.home(id).name
        return law(*(env[self.supplier(home, a)] for a in arguments(law)))

    def evaluate(self, env: Mapping[str, Any]) -> dict[str, Any]:
        """Run all rules and fluxes.

        Parameters
        ----------
        env : mapping of str to value
            A value for each state, parameter and input: all numbers, all symbols or all quantities.

        Returns
        -------
        dict
            `env` with the value of every rule and flux added.
        """
        out = dict(env)
        for id, law in self.laws():
            out[id] = self.call(id, law, out)
        return out

    def laws(self) -> Iterator[tuple[str, Law]]:
        """Yield the law of each rule, then of each flux, in an order that can be run."""
        yield from ((id, r.law) for id, r in self.rules.items())
        yield from ((id, f.law) for id, f in self.fluxes.items())

    def rates(self, env: Mapping[str, Any]) -> dict[str, Any]:
        """Return each state's rate of change, per day, from an evaluated environment."""
        rates: dict[str, Any] = {id: 0 for id in self.states}
        for id, term in self.fluxes.items():
            for state, n in self.changes(term).items():
                rates[state] = rates[state] + n * env[id]
        return rates

    def initial(self, env: Mapping[str, Any]) -> dict[str, Any]:
        """Return each state's initial value, given parameters, inputs and rules of these."""
        return {
            id: self.call(id, s.initial, env) if callable(s.initial) else s.initial
            for id, s in self.states.items()
        }

    @cached_property
    def fingerprint(self) -> str:
        """Hash of everything that decides the equations."""
        seen = hashlib.sha256()
        for m in self.mechanisms:
            for t in m.terms:
                seen.update(f"{m.name}.{type(t).__name__}".encode())
                for f in fields(t):
                    seen.update(_stable(getattr(t, f.name)).encode())
        seen.update(repr(sorted(self.wires.items())).encode())
        return seen.hexdigest()


def _stable(value: Any) -> str:
    """Return the same text in every process: a law by its code and what it reads from outside."""
    if not isinstance(value, FunctionType):
        return repr(value)
    read = inspect.getclosurevars(value)
    outside = sorted({**read.globals, **read.nonlocals}.items())
    return f"{_code(value)} {[(name, _code(v)) for name, v in outside]}"


def _code(value: Any) -> str:
    code = value.__code__ if isinstance(value, FunctionType) else value
    if not isinstance(code, CodeType):
        return repr(code)
    constants = [_code(c) for c in code.co_consts if not isinstance(c, str)]
    return f"{code.co_code.hex()} {constants} {code.co_names} {code.co_varnames}"
