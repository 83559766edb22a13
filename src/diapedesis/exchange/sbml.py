"""A model and a protocol as SBML Level 3 Version 2, for simulators that are not ours.

Everything is generated from the declarations: states become parameters with a rate rule, rules and
fluxes parameters with an assignment rule, inputs parameters that events set. There are no species
and no compartments, whose conversions between amount and concentration our laws do not use.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diapedesis.core import Model, check, units
from diapedesis.core.symbolic import Symbolic, symbolic
from diapedesis.exchange import sbml_math as tree
from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.sbml_events import Change, Course, course
from diapedesis.exchange.sbml_library import SbmlError, done, library
from diapedesis.exchange.sbml_notes import Term, about, note
from diapedesis.exchange.sbml_units import Units
from diapedesis.simulate import Jump, Protocol, Schedule

__all__ = ["SbmlError", "to_sbml", "write_sbml"]


def write_sbml(
    path: str | Path,
    model: Model,
    protocol: Protocol | Schedule,
    *,
    parameters: Mapping[str, float] | None = None,
    inputs: Mapping[str, float] | None = None,
    start: float | None = None,
) -> Path:
    """Write :func:`to_sbml` to a file, as a whole or not at all."""
    text = to_sbml(model, protocol, parameters=parameters, inputs=inputs, start=start)
    return write_atomic(path, text)


def to_sbml(
    model: Model,
    protocol: Protocol | Schedule,
    *,
    parameters: Mapping[str, float] | None = None,
    inputs: Mapping[str, float] | None = None,
    start: float | None = None,
) -> str:
    """Return a model under a protocol as SBML Level 3 Version 2.

    Parameters
    ----------
    model : Model
    protocol : Protocol or Schedule
    parameters : mapping of str to float, optional
        Values of one subject by id; the model's defaults for the rest.
    inputs : mapping of str to float, optional
        Inputs that stay constant (height, haematocrit); they win over the protocol.
    start : float, optional
        Day that becomes SBML's time 0; by default the first dose, session or antibody.

    Returns
    -------
    str
        The same text for the same arguments: no clock is read.

    Raises
    ------
    ModelError
        For a model that does not pass its checks.
    SbmlError
        When libSBML is not installed, or finds an error in the file.
    ValueError
        For unknown ids, or values that are not finite.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> from diapedesis.simulate import Protocol
    >>> to_sbml(pkpd(), Protocol.every(28, n=2)).count("<event ")
    3
    """
    check(model)
    own, given = dict(parameters or {}), dict(inputs or {})
    _known("parameters", own, model.parameters)
    _known("inputs", given, model.inputs)
    plan = course(model, protocol, given, start)
    document = library().SBMLDocument(3, 2)
    _Export(document.createModel(), model, symbolic(model), plan, own).fill()
    _refuse_errors(document)
    return str(library().writeSBMLToString(document))


class _Export:
    """Fills one SBML model."""

    def __init__(
        self, sbml: Any, model: Model, sym: Symbolic, plan: Course, own: dict[str, float]
    ) -> None:
        self.sbml, self.model, self.sym, self.plan, self.own = sbml, model, sym, plan, own
        self.units = Units(sbml)
        self.terms: dict[str, Term] = {
            **model.states,
            **model.parameters,
            **model.inputs,
            **model.rules,
            **model.fluxes,
        }

    def fill(self) -> None:
        """Add everything, in the order of the declarations."""
        self.sbml.setName(self.model.name)
        self.sbml.setTimeUnits(self.units.id(units.TIME))
        done(self.sbml.setNotes(about(self.model, self.plan.start)), "notes")
        self._states()
        self._parameters()
        self._inputs()
        self._laws()
        for n, change in enumerate(self.plan.changes, 1):
            self._event(n, change)

    def _states(self) -> None:
        for id, state in self.model.states.items():
            first = self.sym.initial[id]
            jumps = [j for j in self.plan.jumps if j.state == id]
            if first.is_number and not jumps:
                self._parameter(id, state.unit, value=float(first))
            else:
                self._parameter(id, state.unit)
                start = self.sbml.createInitialAssignment()
                done(start.setSymbol(id), id)
                done(start.setMath(self._jumped(id, self._initial(id), jumps)), id)
            rule = self.sbml.createRateRule()
            done(rule.setVariable(id), id)
            done(rule.setMath(tree.math(self.sym.rates[id])), id)

    def _initial(self, id: str) -> Any:
        first = self.sym.initial[id]
        if first.is_number:
            return tree.number(float(first), self.units.id(self.model.states[id].unit))
        return tree.math(first)

    def _parameters(self) -> None:
        for id, term in self.model.parameters.items():
            value = self.own.get(id, term.default)
            self._parameter(id, term.unit, value=value, constant=True)

    def _inputs(self) -> None:
        for id, value in self.plan.inputs.items():
            self._parameter(id, self.model.inputs[id].unit, value=value)

    def _laws(self) -> None:
        for id, _ in self.model.laws():
            self._parameter(id, self._unit(id))
            rule = self.sbml.createAssignmentRule()
            done(rule.setVariable(id), id)
            done(rule.setMath(tree.math(self.sym.definitions[id])), id)

    def _unit(self, id: str) -> str:
        """Return the unit of a rule; of a flux, that of the states it changes per day."""
        if id in self.model.units:
            return self.model.units[id]
        target = next(iter(self.model.changes(self.model.fluxes[id])))
        return f"({self.model.states[target].unit or 'dimensionless'})/{units.TIME}"

    def _parameter(
        self, id: str, unit: str, *, value: float | None = None, constant: bool = False
    ) -> None:
        term = self.terms[id]
        parameter = self.sbml.createParameter()
        done(parameter.setId(id), id)
        done(parameter.setName(term.label), id)
        done(parameter.setUnits(self.units.id(unit)), id)
        done(parameter.setConstant(constant), id)
        done(parameter.setNotes(note(self.model, term, self.own)), id)
        if value is not None:
            done(parameter.setValue(float(value)), id)

    def _event(self, n: int, change: Change) -> None:
        event = self.sbml.createEvent()
        done(event.setId(f"change_{n}"), f"change_{n}")
        done(event.setName(f"day {change.time + self.plan.start:g}"), f"change_{n}")
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(True)
        trigger.setPersistent(True)
        day = tree.number(change.time, self.units.id(units.TIME))
        done(trigger.setMath(tree.apply("AST_RELATIONAL_GEQ", [tree.time(), day])), event.getId())
        for id, value in change.inputs.items():
            unit = self.units.id(self.model.inputs[id].unit)
            self._assign(event, id, tree.number(value, unit))
        for id in dict.fromkeys(j.state for j in change.jumps):
            jumps = [j for j in change.jumps if j.state == id]
            self._assign(event, id, self._jumped(id, tree.name(id), jumps))

    def _jumped(self, state: str, before: Any, jumps: list[Jump]) -> Any:
        """Return a state after all its jumps of one time, as one expression."""
        unit = self.units.id(self.model.states[state].unit)
        after = before
        for jump in jumps:
            value = tree.number(jump.value, unit)
            after = value if jump.replaces else tree.apply("AST_PLUS", [after, value])
        return after

    @staticmethod
    def _assign(event: Any, id: str, value: Any) -> None:
        assignment = event.createEventAssignment()
        done(assignment.setVariable(id), id)
        done(assignment.setMath(value), id)


def _known(what: str, values: Mapping[str, float], known: Mapping[str, Any]) -> None:
    for id, value in values.items():
        if id not in known:
            raise ValueError(f"{what}: found {id!r}, expected among {', '.join(known)}")
        if not math.isfinite(value):
            raise ValueError(f"{what}: {id} is {value!r}, expected a finite number")


def _refuse_errors(document: Any) -> None:
    """Raise SbmlError with every error of libSBML's checks; of units it only warns."""
    document.setConsistencyChecks(library().LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.checkConsistency()
    found = [document.getError(i) for i in range(document.getNumErrors())]
    wrong = [e for e in found if e.getSeverity() >= library().LIBSBML_SEV_ERROR]
    if wrong:
        said = "; ".join(" ".join(e.getMessage().split()) for e in wrong)
        raise SbmlError(f"the file would not be valid SBML: {said}")
