"""A model as a function for nlmixr2 and rxode2: ini({}) with typical values, spreads and error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from diapedesis.core import Model
from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.text_code import indented
from diapedesis.exchange.text_model import TextModel, text_model
from diapedesis.exchange.text_notes import header, spread_note, unit, value_note
from diapedesis.exchange.text_programs import NLMIXR2
from diapedesis.exchange.text_writer import Writer, number
from diapedesis.observe import Assay


def write_nlmixr2(
    path: str | Path,
    model: Model,
    *,
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
) -> Path:
    """Write :func:`to_nlmixr2` to a file, as a whole or not at all."""
    return write_atomic(path, to_nlmixr2(model, assay=assay, whole=whole))


def to_nlmixr2(
    model: Model,
    *,
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
) -> str:
    """Return a model as an R function for nlmixr2.

    Parameters
    ----------
    model : Model
    assay : Assay
        What is observed, with which error.
    whole : bool
        The whole model instead of the part that the observed level depends on.

    Returns
    -------
    str
        R code that defines a function of the model's name. Levels below the limit of quantification
        need no code: nlmixr2 reads the column CENS.

    Raises
    ------
    ModelError
        For a model that does not pass its checks.
    ValueError
        When the model has no output that the assay reads.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> [line for line in to_nlmixr2(pkpd()).splitlines() if "~ prop" in line]
    ['    level ~ prop(prop.sd) + add(add.sd) + combined2()']
    """
    return "\n".join(_Function(text_model(model, assay, whole=whole)).lines()) + "\n"


class _Function(Writer):
    """Writes one function."""

    def __init__(self, text: TextModel) -> None:
        super().__init__(text, NLMIXR2)
        new = self.names.new
        self.theta = {id: new(f"t.{id}") for id in text.typical}
        self.eta = {id: new(f"eta.{id}") for id in text.spread}
        self.lab = new("lab_factor")

    def lines(self) -> Iterator[str]:
        """Yield the whole function."""
        yield from self.notes(*header(self.text, self.names, NLMIXR2))
        yield f"{re.sub(r'[^A-Za-z0-9.]', '_', self.model.name)} <- function() {{"
        yield "  ini({"
        yield from indented(self._ini(), 4)
        yield "  })"
        yield "  model({"
        yield from indented(self._model(), 4)
        yield "  })"
        yield "}"

    def _ini(self) -> Iterator[str]:
        for id in self.text.typical:
            p = self.model.parameters[id]
            yield from self.notes(value_note(p))
            x = number(p.default)
            odds = f"{x}/(1 - {x})" if self.is_share(id) else x
            yield f"{self.theta[id]} <- log({odds})"
        for id in self.text.spread:
            p = self.model.parameters[id]
            yield from self.notes(spread_note(p))
            yield f"{self.eta[id]} ~ {number(round(p.iiv**2, 12))}"
        assay = self.text.assay
        yield from self.notes("SD of the assay as a share of the reading")
        yield f"prop.sd <- {_sd(assay.proportional_sd)}"
        of = unit(self.model.units[self.text.reading])
        yield from self.notes(f"SD of the assay at a reading of 0{of}")
        yield f"add.sd <- {_sd(assay.additive_sd)}"

    def _model(self) -> Iterator[str]:
        for id in self.text.constants:
            p = self.model.parameters[id]
            yield from self.notes(value_note(p))
            yield f"{self.names[id]} <- {number(p.default)}"
        for id in self.text.typical:
            total = " + ".join(self._terms(id))
            yield f"{self.names[id]} <- {'expit' if self.is_share(id) else 'exp'}({total})"
        moving = {*self.text.moving, *self.text.shown}
        yield from self.laws(self.text.still)
        yield from self.laws(id for id in self.text.definitions if id in moving)
        for state in self.text.states:
            yield from self.set(f"d/dt({self.names[state]})", self.text.rates[state])
        for state, lag in self.text.lags.items():
            yield f"alag({self.names[state]}) <- {self.names[lag]}"
        for state in self.text.states:
            if self.text.initial[state] != 0:
                yield from self.set(f"{self.names[state]}(0)", self.text.initial[state])
        yield from self.notes("Reading of this laboratory over that of those the model rests on")
        yield f"{self.lab} <- {number(self.text.assay.factor)}"
        yield f"level <- {self.lab}*{self.names[self.text.reading]}"
        yield "level ~ prop(prop.sd) + add(add.sd) + combined2()"

    def _terms(self, id: str) -> list[str]:
        return [self.theta[id], *([self.eta[id]] if id in self.eta else [])]


def _sd(value: float) -> str:
    """Return an SD for ini({}): a zero stays one."""
    return number(value) if value > 0 else "fix(0)"
