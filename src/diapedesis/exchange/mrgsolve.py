"""A model as a specification file for mrgsolve: equations in C++, parameters on their own scale."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from diapedesis.core import Model
from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.text_code import indented
from diapedesis.exchange.text_model import TextModel, text_model
from diapedesis.exchange.text_notes import (
    ascii_text,
    header,
    spread_note,
    title,
    value_note,
)
from diapedesis.exchange.text_programs import MRGSOLVE
from diapedesis.exchange.text_writer import Writer, number
from diapedesis.observe import Assay


def write_mrgsolve(
    path: str | Path,
    model: Model,
    *,
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
) -> Path:
    """Write :func:`to_mrgsolve` to a file, as a whole or not at all."""
    return write_atomic(path, to_mrgsolve(model, assay=assay, whole=whole))


def to_mrgsolve(
    model: Model,
    *,
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
) -> str:
    """Return a model as an mrgsolve specification, for simulation.

    Parameters
    ----------
    model : Model
    assay : Assay
        What is observed, with which error.
    whole : bool
        The whole model instead of the part that the observed level depends on.

    Raises
    ------
    ModelError
        For a model that does not pass its checks.
    ValueError
        When the model has no output that the assay reads.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> [line for line in to_mrgsolve(pkpd()).splitlines() if line.startswith("CL :")]
    []
    >>> [line for line in to_mrgsolve(pkpd()).splitlines() if line.startswith("TV_CL :")]
    ['TV_CL : 0.156 : Linear clearance (L/day)']
    """
    return "\n".join(_Specification(text_model(model, assay, whole=whole)).lines()) + "\n"


class _Specification(Writer):
    """Writes one specification."""

    def __init__(self, text: TextModel) -> None:
        super().__init__(text, MRGSOLVE)
        new = self.names.new
        self.typical = {id: new(f"tv_{id}") for id in text.spread}
        self.eta = {id: new(f"eta_{id}") for id in text.spread}
        self.inside = {id: new(f"ode_{id}") for id in text.moving if id in text.shown}
        self.prop, self.add, self.lab = map(new, ("eps_prop", "eps_add", "lab_factor"))

    def lines(self) -> Iterator[str]:
        """Yield the whole specification."""
        yield f"$PROB {title(self.text)}"
        yield from self.notes(*header(self.text, self.names, MRGSOLVE))
        yield "$SET rtol = 1e-8, atol = 1e-8"
        yield "$PARAM @annotated"
        yield from self._parameters()
        yield "$CMT @annotated"
        for state in self.text.states:
            term = self.model.states[state]
            yield f"{self.names[state]} : {_annotation(term.label, term.unit)}"
        yield "$MAIN"
        yield from indented(self._main())
        yield "$ODE"
        yield from indented(self._ode())
        yield "$OMEGA @labels " + " ".join(self.eta.values())
        for id in self.text.spread:
            p = self.model.parameters[id]
            yield from self.notes(f"{self.eta[id]}: {spread_note(p)}")
            yield number(round(p.iiv**2, 12))
        yield f"$SIGMA @labels {self.prop} {self.add}"
        yield from self.notes("Variances of the assay: as a share of the reading, and at 0")
        assay = self.text.assay
        yield f"{number(round(assay.proportional_sd**2, 12))}"
        yield f"{number(round(assay.additive_sd**2, 12))}"
        yield "$TABLE"
        yield from indented(self._table())
        shown = [self.names[id] for id in (*self.text.spread, *self.text.outputs)]
        yield from textwrap.wrap(f"$CAPTURE IPRED DV {' '.join(shown)}", 80, subsequent_indent="  ")

    def _parameters(self) -> Iterator[str]:
        for id in self.text.inputs:
            term = self.model.inputs[id]
            note = _annotation(f"{term.label}, column of the data set", term.unit)
            yield f"{self.names[id]} : {number(term.default)} : {note}"
        for id in (*self.text.constants, *self.text.typical):
            p = self.model.parameters[id]
            yield from self.notes(value_note(p))
            name = self.typical.get(id, self.names[id])
            yield f"{name} : {number(p.default)} : {_annotation(p.label, p.unit)}"
        factor = number(self.text.assay.factor)
        yield f"{self.lab} : {factor} : Reading of this laboratory over that of others (-)"

    def _main(self) -> Iterator[str]:
        for id in self.text.spread:
            typical, eta = self.typical[id], self.eta[id]
            own = f"{typical}*exp({eta})"
            if self.is_share(id):
                own = f"1.0/(1.0 + (1.0 - {typical})/{typical}*exp(-{eta}))"
            yield f"double {self.names[id]} = {own};"
        yield from self.laws(self.text.still, declare="double ")
        for state, lag in self.text.lags.items():
            yield f"ALAG_{self.names[state]} = {self.names[lag]};"
        for state in self.text.states:
            if self.text.initial[state] != 0:
                yield from self.set(f"{self.names[state]}_0", self.text.initial[state])

    def _ode(self) -> Iterator[str]:
        yield from self.laws(self.text.moving, self.inside, "double ")
        for state in self.text.states:
            yield from self.set(f"dxdt_{self.names[state]}", self.text.rates[state], self.inside)

    def _table(self) -> Iterator[str]:
        yield from self.laws(self.text.shown, declare="double ")
        yield f"double IPRED = {self.lab}*{self.names[self.text.reading]};"
        yield f"double DV = IPRED*(1.0 + {self.prop}) + {self.add};"


def _annotation(label: str, unit: str) -> str:
    """Return a description; the unit is what stands in its last parentheses."""
    return ascii_text(f"{label.replace(':', ',')} ({unit or '-'})")
