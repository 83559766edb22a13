"""What a text for another program holds: the part of a model that is asked for, in order.

Nothing is chosen by name. From the outputs that are wanted the states, laws, parameters and inputs
that they depend on are found; an input that does nothing but flow into one state becomes a dose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy

from diapedesis.core import Fixed, Model, Parameter, check
from diapedesis.core.symbolic import Symbolic, symbolic
from diapedesis.observe import Assay
from diapedesis.simulate.schedule import COLUMN, INFUSION, LAG, SITE

READINGS = {"free": "c_free", "total": "c", "saturation": "saturation"}
"""Output that an assay reads, by what it measures."""


@dataclass(frozen=True)
class TextModel:
    """Part of a model, laid out for a text; ids throughout, expressions over symbols of ids.

    Attributes
    ----------
    model : Model
    whole : bool
        Whether nothing was left out.
    assay : Assay
    reading : str
        Output that the assay reads.
    outputs : tuple of str
        All outputs that the text can show.
    states, inputs, constants, typical : tuple of str
        In the order of declaration; constants are parameters without uncertainty or spread. Of the
        typical values those with a prior come first.
    still, moving, shown : tuple of str
        Laws that depend on no state; those that do and that a rate needs; those that do and that an
        output needs. Each in an order that can be run.
    definitions, rates, initial : dict of str to Expr
    doses : dict of str to str
        Input that is given as a dose, and the state that it enters.
    lags : dict of str to str
        State whose doses come later, and the parameter that says by how much.
    emptied : tuple of str
        States that a session empties when it begins.
    """

    model: Model
    whole: bool
    assay: Assay
    reading: str
    outputs: tuple[str, ...]
    states: tuple[str, ...]
    inputs: tuple[str, ...]
    constants: tuple[str, ...]
    typical: tuple[str, ...]
    still: tuple[str, ...]
    moving: tuple[str, ...]
    shown: tuple[str, ...]
    definitions: dict[str, Any]
    rates: dict[str, Any]
    initial: dict[str, Any]
    doses: dict[str, str]
    lags: dict[str, str]
    emptied: tuple[str, ...]

    @property
    def spread(self) -> tuple[str, ...]:
        """Parameters that differ between subjects, in order."""
        return tuple(id for id in self.typical if self.model.parameters[id].iiv > 0)

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Parameters whose typical value has a prior, in order."""
        return tuple(
            id for id in self.typical if not isinstance(self.model.parameters[id].prior, Fixed)
        )

    @property
    def central(self) -> int:
        """Number, from 1, of the state that infusions enter; 1 where there is none."""
        return self.number(self.doses[INFUSION]) if INFUSION in self.doses else 1

    def number(self, state: str) -> int:
        """Return the number of a state, from 1."""
        return self.states.index(state) + 1


def text_model(model: Model, assay: Assay, *, whole: bool) -> TextModel:
    """Lay out a model, or the part of it that the reading of an assay depends on.

    Raises
    ------
    ModelError
        For a model that does not pass its checks.
    ValueError
        When the model has no such output.
    """
    check(model)
    reading = READINGS[assay.measures]
    if reading not in model.outputs:
        known = ", ".join(model.outputs)
        raise ValueError(f"assay measures {assay.measures!r}: found no {reading!r} in {known}")
    sym = symbolic(model)
    definitions = dict(sym.definitions)
    rates = {id: _whole_numbers(r) for id, r in sym.rates.items()}
    roots = [*model.outputs] if whole else [reading]
    needed = _needed(roots, definitions, rates, sym)
    doses = _doses(model, definitions, needed)
    for given in doses:
        (flux,) = _users(given, definitions, needed)
        rates = {id: r.subs(sym.symbols[flux], 0) for id, r in rates.items()}
        needed -= {given, flux}
    states = tuple(id for id in model.states if id in needed)
    lags = {SITE: LAG} if SITE in states and LAG in model.parameters else {}
    constants, typical = _parameters(model, needed | set(lags.values()))
    laws = [id for id, _ in model.laws() if id in needed]
    outputs = tuple(id for id in model.outputs if id in needed)
    moves = {id for id in laws if _reach([id], definitions) & set(states)}
    in_rates = _reach([id for s in states for id in _ids(rates[s])], definitions)
    return TextModel(
        model, whole, assay, reading, outputs, states,
        inputs=tuple(id for id in model.inputs if id in needed),
        constants=constants,
        typical=typical,
        still=tuple(id for id in laws if id not in moves),
        moving=tuple(id for id in laws if id in moves & in_rates),
        shown=tuple(id for id in laws if id in moves & _reach(outputs, definitions)),
        definitions={id: definitions[id] for id in laws},
        rates={id: rates[id] for id in states},
        initial={id: _whole_numbers(sym.initial[id]) for id in states},
        doses=doses,
        lags=lags,
        emptied=tuple(id for id in states if id == COLUMN),
    )  # fmt: skip


def _parameters(model: Model, needed: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return parameters that are settled, and the others, those with a prior first."""
    used = [p for id, p in model.parameters.items() if id in needed]
    others = [p for p in used if not _settled(p)]
    others.sort(key=lambda p: isinstance(p.prior, Fixed))
    return tuple(p.id for p in used if _settled(p)), tuple(p.id for p in others)


def _settled(parameter: Parameter) -> bool:
    return isinstance(parameter.prior, Fixed) and parameter.iiv == 0


def _whole_numbers(expression: Any) -> Any:
    """Write 1.0, as coefficients of fluxes are declared, as 1."""
    floats = [n for n in expression.atoms(sympy.Float) if float(n).is_integer()]
    numbers = {n: sympy.Integer(int(n)) for n in floats}
    return expression.xreplace(numbers)


def _ids(expression: Any) -> set[str]:
    return {s.name for s in expression.free_symbols}


def _reach(roots: Iterable[str], definitions: dict[str, Any]) -> set[str]:
    """Return all ids that some ids are made of at one moment, themselves included."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        id = waiting.pop()
        if id not in seen:
            seen.add(id)
            waiting += _ids(definitions[id]) if id in definitions else ()
    return seen


def _needed(
    roots: list[str], definitions: dict[str, Any], rates: dict[str, Any], sym: Symbolic
) -> set[str]:
    """Return all ids that some ids depend on, now or through the past of the states."""
    seen: set[str] = set()
    while True:
        more = _reach([*roots, *seen], definitions)
        for state in more & rates.keys():
            more |= _reach(_ids(rates[state]) | _ids(sym.initial[state]), definitions)
        if more <= seen:
            return seen
        seen |= more


def _users(id: str, definitions: dict[str, Any], needed: set[str]) -> list[str]:
    return [law for law, d in definitions.items() if law in needed and id in _ids(d)]


def _doses(model: Model, definitions: dict[str, Any], needed: set[str]) -> dict[str, str]:
    """Return inputs that are a flux of their own into one state, and that state."""
    found = {}
    for id in model.inputs:
        users = _users(id, definitions, needed)
        if len(users) == 1 and users[0] in model.fluxes and _ids(definitions[users[0]]) == {id}:
            changes = model.changes(model.fluxes[users[0]])
            if definitions[users[0]].is_Symbol and list(changes.values()) == [1.0]:
                found[id] = next(iter(changes))
    return found
