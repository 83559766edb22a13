"""A model as a control stream for NONMEM 7.3 or later: ADVAN13, M3 for levels below the limit.

THETA is on the scale on which priors and spreads are declared: the logarithm, the logit for shares.
So OMEGA is the square of a declared spread, MU referencing is exact, and a normal prior of THETA
is the declared one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from diapedesis.core import Model
from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.text_code import indented
from diapedesis.exchange.text_model import TextModel, text_model
from diapedesis.exchange.text_names import COLUMNS
from diapedesis.exchange.text_notes import header, spread_note, title, unit, value_note
from diapedesis.exchange.text_programs import NONMEM
from diapedesis.exchange.text_writer import Writer, number
from diapedesis.infer.likelihood import SMALLEST_SD
from diapedesis.infer.scale import prior_sd
from diapedesis.observe import Assay


def write_nonmem(
    path: str | Path,
    model: Model,
    *,
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
    data: str = "data.csv",
) -> Path:
    """Write :func:`to_nonmem` to a file, as a whole or not at all."""
    return write_atomic(path, to_nonmem(model, assay=assay, whole=whole, data=data))


def to_nonmem(
    model: Model,
    *,
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
    data: str = "data.csv",
) -> str:
    """Return a model as a NONMEM control stream.

    Parameters
    ----------
    model : Model
    assay : Assay
        What is observed, with which error.
    whole : bool
        The whole model instead of the part that the observed level depends on.
    data : str
        Name of the data set, as of :func:`diapedesis.exchange.text_data.to_data_set`; without
        spaces, quotes or a semicolon.

    Raises
    ------
    ModelError
        For a model that does not pass its checks.
    ValueError
        When the model has no output that the assay reads, or for such a name.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> stream = to_nonmem(pkpd())
    >>> [line for line in stream.splitlines() if line.startswith("$SUB")]
    ['$SUBROUTINES ADVAN13 TOL=9']
    """
    if not data or set(data) & set(" \t\n'\";,()="):
        raise ValueError(f"data: found {data!r}, expected a name without spaces or punctuation")
    stream = _Stream(text_model(model, assay, whole=whole), data)
    return "\n".join(stream.lines()) + "\n"


class _Stream(Writer):
    """Writes one control stream."""

    def __init__(self, text: TextModel, data: str) -> None:
        super().__init__(text, NONMEM)
        self.data = data
        new = self.names.new
        self.prop, self.add, self.lab, self.w = map(new, ("prop_sd", "add_sd", "lab_factor", "w"))
        self.inside = {id: new(f"des_{id}") for id in text.moving if id in text.shown}

    def symbol(self, id: str, other: dict[str, str]) -> str:
        if id in self.text.states:
            return f"A({self.text.number(id)})"
        return super().symbol(id, other)

    def lines(self) -> Iterator[str]:
        """Yield the whole stream."""
        yield from self.notes(*header(self.text, self.names, NONMEM))
        yield f"$PROBLEM {title(self.text)}"
        columns = [*COLUMNS, *(self.names[id] for id in self.text.inputs)]
        yield from textwrap.wrap(f"$INPUT {' '.join(columns)}", 80, subsequent_indent="  ")
        yield f"$DATA {self.data} IGNORE=@"
        yield "$SUBROUTINES ADVAN13 TOL=9"
        yield "$MODEL"
        yield from indented(self._compartments())
        yield "$PK"
        yield from indented(self._pk())
        yield "$DES"
        yield from indented(self._des())
        yield "$ERROR"
        yield from indented(self._error())
        yield from self._theta()
        yield from self._omega()
        yield f"$SIGMA 1 FIX ; EPS_TIMES_{self.w}"
        yield from self._prior()
        yield from self._tasks()

    def _compartments(self) -> Iterator[str]:
        for n, state in enumerate(self.text.states, 1):
            options = " DEFDOSE DEFOBS" if n == self.text.central else ""
            yield f"COMP=({self.names[state]}{options}) ; {n}"

    def _pk(self) -> Iterator[str]:
        for id in self.text.constants:
            p = self.model.parameters[id]
            yield from self.notes(value_note(p))
            yield f"{self.names[id]} = {number(p.default)}"
        for n, id in enumerate(self.text.typical, 1):
            yield from self._individual(n, id)
        yield from self.laws(self.text.still)
        for state, lag in self.text.lags.items():
            yield f"ALAG{self.text.number(state)} = {self.names[lag]}"
        for n, state in enumerate(self.text.states, 1):
            if self.text.initial[state] != 0:
                yield from self.set(f"A_0({n})", self.text.initial[state])

    def _individual(self, n: int, id: str) -> Iterator[str]:
        value, minus = f"THETA({n})", f"-THETA({n})"
        if id in self.text.spread:
            k = self.text.spread.index(id) + 1
            yield f"MU_{k} = {value}"
            value, minus = f"MU_{k} + ETA({k})", f"-MU_{k} - ETA({k})"
        own = f"1/(1 + EXP({minus}))" if self.is_share(id) else f"EXP({value})"
        yield f"{self.names[id]} = {own}"

    def _des(self) -> Iterator[str]:
        yield from self.laws(self.text.moving, self.inside)
        for n, state in enumerate(self.text.states, 1):
            yield from self.set(f"DADT({n})", self.text.rates[state], self.inside)

    def _error(self) -> Iterator[str]:
        n = len(self.text.typical)
        yield from self.laws(self.text.shown)
        yield f"{self.prop} = THETA({n + 1})"
        yield f"{self.add} = THETA({n + 2})"
        yield from self.notes("Reading of this laboratory over that of those the model rests on")
        yield f"{self.lab} = {number(self.text.assay.factor)}"
        yield f"IPRED = {self.lab}*{self.names[self.text.reading]}"
        least = number(SMALLEST_SD**2)
        yield f"{self.w} = SQRT(({self.prop}*IPRED)**2 + {self.add}**2 + {least})"
        yield "IRES = DV - IPRED"
        yield f"IWRES = IRES/{self.w}"
        yield from self.notes("M3: below the limit of quantification, which is DV where CENS is 1")
        yield "IF (CENS .EQ. 1) THEN"
        yield "  F_FLAG = 1"
        yield f"  Y = PHI((DV - IPRED)/{self.w})"
        yield "ELSE"
        yield "  F_FLAG = 0"
        yield f"  Y = IPRED + {self.w}*EPS(1)"
        yield "ENDIF"

    def _theta(self) -> Iterator[str]:
        for n, id in enumerate(self.text.typical, 1):
            scale = "LOGIT" if self.is_share(id) else "LN"
            yield from self.notes(f"THETA({n}), {value_note(self.model.parameters[id])}")
            yield _theta(self.normal(id), "{}", f"{scale}_{self.names[id]}")
        assay, n = self.text.assay, len(self.text.typical)
        yield from self.notes(f"THETA({n + 1}), SD of the assay as a share of the reading")
        yield _theta(assay.proportional_sd, "(0, {})", "RUV_PROP")
        of = unit(self.model.units[self.text.reading])
        yield from self.notes(f"THETA({n + 2}), SD of the assay at a reading of 0{of}")
        yield _theta(assay.additive_sd, "(0, {})", "RUV_ADD")

    def _omega(self) -> Iterator[str]:
        for n, id in enumerate(self.text.spread, 1):
            p = self.model.parameters[id]
            yield from self.notes(f"ETA({n}), {spread_note(p)}")
            yield f"$OMEGA {number(round(p.iiv**2, 12))} ; IIV_{self.names[id]}"

    def _prior(self) -> Iterator[str]:
        """Yield the uncertainty of the typical values, for the user to switch on."""
        ids = self.text.uncertain
        yield from self.notes(
            "Uncertainty of the typical values, as declared, for a population fit: take the first"
            " semicolon of each line of the block away. Log-uniform priors are normal ones of the"
            " same SD here."
        )
        yield ";$PRIOR NWPRI"
        yield ";$THETAP"
        for id in ids:
            yield f";  ({number(self.normal(id))} FIX) ; {self.names[id]}"
        yield f";$THETAPV BLOCK({len(ids)}) FIX"
        for n, id in enumerate(ids):
            variance = number(round(prior_sd(self.model.parameters[id]) ** 2, 12))
            yield f";  {' '.join([*['0'] * n, variance])}"

    def _tasks(self) -> Iterator[str]:
        yield from self.notes(
            "Finds the ETA of each subject at these typical values; for a population fit raise"
            " MAXEVAL."
        )
        yield "$ESTIMATION METHOD=1 LAPLACIAN INTERACTION NUMERICAL SLOW MAXEVAL=0 POSTHOC NOABORT"
        own = [self.names[id] for id in (*self.text.spread, *self.text.outputs)]
        table = ["$TABLE ID TIME EVID MDV CENS IPRED IWRES", *own]
        options = f"ONEHEADER NOPRINT FILE={self.data.rsplit('.', 1)[0]}.tab"
        yield from textwrap.wrap(f"{' '.join(table)} {options}", 80, subsequent_indent="  ")


def _theta(value: float, form: str, label: str) -> str:
    """Return the record of one THETA; NONMEM takes 0 as a start only where it is fixed."""
    start = form.format(number(value)) if value != 0 else "0 FIX"
    return f"$THETA {start} ; {label}"
