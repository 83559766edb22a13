"""Structure of a model: who declares what, which port is fed by whom, in which order rules run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import Any

from diapedesis.core.errors import Fault, ModelError
from diapedesis.core.mechanism import Mechanism
from diapedesis.core.terms import Conserved, Flux, Input, Parameter, Port, Rule, State, arguments


@dataclass(frozen=True)
class Assembly:
    """Resolved structure: home mechanism of each id, supplier of each port, order of the rules."""

    home: dict[str, Mechanism]
    suppliers: dict[tuple[str, str], str]
    order: tuple[str, ...]


def assemble(mechanisms: Sequence[Mechanism], wires: Mapping[str, str]) -> Assembly:
    """Resolve names and ports, or raise ModelError with every structural fault."""
    faults = list(_double(mechanisms))
    provided = {t.id: m for m in mechanisms for t in m.terms if not isinstance(t, Port | Conserved)}
    values = {id: m for id, m in provided.items() if not any(t.id == id for t in m.each(Flux))}
    suppliers: dict[tuple[str, str], str] = {}
    faults += _wire(mechanisms, wires, values, suppliers)
    faults += _names(mechanisms, values)
    if faults:
        raise ModelError(faults)
    home = {t.id: m for m in mechanisms for t in m.terms if not isinstance(t, Port)}
    return Assembly(home, suppliers, _order(mechanisms, suppliers))


def _double(mechanisms: Sequence[Mechanism]) -> Iterable[Fault]:
    names = Counter(t.id for m in mechanisms for t in m.terms if not isinstance(t, Port))
    for id, n in names.items():
        if n > 1:
            where = ", ".join(m.name for m in mechanisms for t in m.terms if t.id == id)
            yield Fault(
                "M005", f"{where}.{id}", f"{n} definitions", "one", f"rename or remove one {id!r}"
            )
    for m in mechanisms:
        own = Counter(t.id for t in m.terms)
        for p in m.each(Port):
            if own[p.id] > 1:
                yield Fault(
                    "M005",
                    f"{m.name}.{p.id}",
                    "a port and another term of one name",
                    "one",
                    "rename the port",
                )


def _wire(
    mechanisms: Sequence[Mechanism],
    wires: Mapping[str, str],
    provided: Mapping[str, Mechanism],
    suppliers: dict[tuple[str, str], str],
) -> Iterable[Fault]:
    ports = {f"{m.name}.{p.id}": (m, p) for m in mechanisms for p in m.each(Port)}
    for end in wires:
        if end not in ports:
            yield _unknown(f"wires[{end!r}]", end, ports)
    for end, (m, p) in ports.items():
        target = wires.get(end, p.id)
        if target in provided:
            suppliers[m.name, p.id] = target
        elif end in wires:
            yield _unknown(f"wires[{end!r}]", target, provided)
        else:
            yield Fault(
                "M003",
                end,
                "no wire, and nothing of that name",
                f"a supplier in {p.unit or 'dimensionless'}",
                f"add {end!r} to wires, or a mechanism that supplies it",
            )


def _names(mechanisms: Sequence[Mechanism], provided: Mapping[str, Mechanism]) -> Iterable[Fault]:
    for m in mechanisms:
        own = {t.id for t in m.each(State) + m.each(Parameter) + m.each(Input) + m.each(Rule)}
        known = own | {p.id for p in m.each(Port)}
        for id, law in _laws(m):
            for name in arguments(law):
                if name not in known:
                    yield _unknown(f"{m.name}.{id}", name, known)
        targets = {s.id for s in m.each(State)} | {p.id for p in m.each(Port) if p.writable}
        for f in m.each(Flux):
            for name in f.changes:
                if name not in targets:
                    yield _unknown(f"{m.name}.{f.id}.changes", name, targets)
        for c in m.each(Conserved):
            for name in c.weights:
                if name not in targets:
                    yield _unknown(f"{m.name}.{c.id}", name, targets)


def _laws(m: Mechanism) -> Iterable[tuple[str, Callable[..., Any]]]:
    for t in m.each(Rule) + m.each(Flux):
        yield t.id, t.law
    for s in m.each(State):
        if callable(s.initial):
            yield s.id, s.initial


def _unknown(place: str, name: str, known: Iterable[str]) -> Fault:
    near = get_close_matches(name, list(known), n=3)
    expected = f"one of {', '.join(near)}" if near else "a declared name"
    return Fault("M004", place, repr(name), expected, "declare it, or correct the spelling")


def _order(
    mechanisms: Sequence[Mechanism], suppliers: Mapping[tuple[str, str], str]
) -> tuple[str, ...]:
    rules = {r.id: (m.name, r) for m in mechanisms for r in m.each(Rule)}
    graph = {
        id: [s for a in r.arguments if (s := suppliers.get((home, a), a)) in rules]
        for id, (home, r) in rules.items()
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        ring = " -> ".join(error.args[1])
        raise ModelError(
            [Fault("M009", ring, "a ring of rules", "an order", "break the ring with a state")]
        ) from None
