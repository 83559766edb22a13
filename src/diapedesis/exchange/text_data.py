"""Data sets for NONMEM, nlmixr2 and mrgsolve: doses, sessions, levels, and a column per input.

Inputs are constant between rows. NONMEM and mrgsolve take an interval's inputs from the row at its
end, nlmixr2 from the row at its start. For the first two a change is two rows of one time, with the
values before and after it, which is right in either reading. rxode2 puts rows of one time in an
order of its own, so for nlmixr2 all rows of that time hold the values after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.text_model import TextModel, text_model
from diapedesis.exchange.text_names import COLUMNS
from diapedesis.exchange.text_programs import MRGSOLVE, NLMIXR2, NONMEM, Program
from diapedesis.infer.fit import covariates
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Infusion, schedule
from diapedesis.simulate.schedule import INFUSION, SITE, SNAP

Array = NDArray[np.float64]
PROGRAMS = {"nonmem": NONMEM, "nlmixr2": NLMIXR2, "mrgsolve": MRGSOLVE}
LOOK, BEFORE, AFTER, EMPTY, DOSE = range(5)
"""Order of rows of one time; a level is that before what happens then."""


def write_data_set(
    path: str | Path,
    model: Model,
    subjects: Subject | Sequence[Subject],
    program: str,
    *,
    times: Sequence[float] = (),
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
) -> Path:
    """Write :func:`to_data_set` to a file, as a whole or not at all."""
    text = to_data_set(model, subjects, program, times=times, assay=assay, whole=whole)
    return write_atomic(path, text)


def to_data_set(
    model: Model,
    subjects: Subject | Sequence[Subject],
    program: str,
    *,
    times: Sequence[float] = (),
    assay: Assay = Assay(),  # noqa: B008 -- frozen
    whole: bool = False,
) -> str:
    """Return the data set of subjects for a program, as CSV.

    Parameters
    ----------
    model : Model
    subjects : Subject or sequence of Subject
        They become ID 1, 2, ... in this order. Time 0 of each is the first of its doses, sessions,
        antibodies, levels and `times`.
    program : {"nonmem", "nlmixr2", "mrgsolve"}
    times : sequence of float, optional
        Days on which a prediction is wanted, for all subjects: rows with MDV 1.
    assay, whole
        As for the text of the model; they decide which inputs have a column.

    Returns
    -------
    str
        A header, then one row per event. DV of a level below the limit of quantification is that
        limit, and its CENS is 1.

    Raises
    ------
    ValueError
        For an unknown program, a protocol with resets, a level read by an assay that differs from
        `assay` in more than name and limit, or a subject with occasions.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> from diapedesis.simulate import Protocol
    >>> text = to_data_set(pkpd(), Subject(Protocol.every(28, n=2, weight=60)), "nonmem")
    >>> [line.split(",")[1:6] for line in text.splitlines()][1:3]
    [['0', '0', '0', '0', '2'], ['0', '300', '7200', '2', '1']]
    """
    if program not in PROGRAMS:
        raise ValueError(f"program: found {program!r}, expected one of {', '.join(PROGRAMS)}")
    text, target = text_model(model, assay, whole=whole), PROGRAMS[program]
    names = target.names(text)
    given = [subjects] if isinstance(subjects, Subject) else list(subjects)
    lines = [",".join([*COLUMNS, *(names[id] for id in text.inputs)])]
    for id, subject in enumerate(given, 1):
        for row in _rows(text, target, subject, times):
            lines.append(",".join([str(id), *map(_number, row)]))
    return "\n".join(lines) + "\n"


def start_of(subject: Subject, times: Sequence[float] = ()) -> float:
    """Return the day of a subject that is time 0 of its data set."""
    return float(min([subject.protocol.start, *(v.time for v in subject.levels), *times]))


@dataclass(frozen=True)
class _Event:
    """A row without its inputs; `rest` is AMT, RATE, CMT, EVID, MDV, DV, CENS."""

    day: float
    order: int
    rest: tuple[float, ...]


def _rows(
    text: TextModel, program: Program, subject: Subject, times: Sequence[float]
) -> Iterator[tuple[float, ...]]:
    """Yield the rows of one subject, without its ID."""
    if subject.protocol.resets:
        raise ValueError(f"resets of {subject.id!r}: found some, expected none in a data set")
    if subject.occasions:
        raise ValueError(
            f"occasions: found {len(subject.occasions)}, expected none, because the texts hold no"
            " variability between occasions. Fix: take occasions out of a copy of the case"
        )
    plan = schedule(subject.protocol, text.model)
    known = covariates(subject)
    defaults = {id: known.get(id, text.model.inputs[id].default) for id in text.inputs}
    days, values = plan.table(text.inputs, defaults)
    start = start_of(subject, times)
    events = [*_changes(text, program, days, values, start), *_doses(text, subject)]
    events += [_level(v, text) for v in subject.levels]
    events += [_Event(float(t), LOOK, (0, 0, text.central, 0, 1, 0, 0)) for t in times]
    for jump in plan.jumps:
        if jump.replaces and jump.state in text.states:
            events += _emptying(text, program, jump.state, jump.time)
    for event in sorted(events, key=lambda e: (e.day, e.order)):
        late = program.after_only or event.order > BEFORE
        at = event.day + (SNAP if late else -SNAP)
        now = max(int(np.searchsorted(days, at, side="right")) - 1, 0)
        first = int(np.searchsorted(days, start + SNAP, side="right")) - 1
        yield (event.day - start, *event.rest, *values[max(now, first)])


def _changes(
    text: TextModel, program: Program, days: Array, values: Array, start: float
) -> Iterator[_Event]:
    """Yield rows on which inputs of the text change, and the first row."""
    rest = (0, 0, 0 if program.no_compartment else text.central, 2, 1, 0, 0)
    yield _Event(start, AFTER, rest)
    for i, day in enumerate(days):
        if day > start + SNAP and np.any(values[i] != values[i - 1]):
            if not program.after_only:
                yield _Event(float(day), BEFORE, rest)
            yield _Event(float(day), AFTER, rest)


def _emptying(text: TextModel, program: Program, state: str, day: float) -> Iterator[_Event]:
    for evid, sign in program.empty_rows:
        yield _Event(day, EMPTY, (0, 0, sign * text.number(state), evid, 1, 0, 0))


def _doses(text: TextModel, subject: Subject) -> Iterator[_Event]:
    for dose in subject.protocol.doses:
        infused = isinstance(dose, Infusion)
        entered = text.doses.get(INFUSION) if infused else SITE
        if entered not in text.states:
            kind = "an infusion" if infused else "an injection"
            raise ValueError(f"day {dose.time:g}: found {kind}, which no state of this model takes")
        if dose.amount > 0:
            rate = dose.amount / dose.duration if isinstance(dose, Infusion) else 0.0
            yield _Event(dose.time, DOSE, (dose.amount, rate, text.number(entered), 1, 1, 0, 0))


def _level(level: Level, text: TextModel) -> _Event:
    ours, theirs = _errors(text.assay), _errors(level.assay)
    if ours != theirs:
        kind = "level" if level.assay.unit else "saturation"
        raise ValueError(
            f"{kind} of day {level.time:g}: found assay {level.assay.name!r} ({theirs}), but the"
            f" text has one assay, {text.assay.name!r} ({ours}); only name and lloq may differ."
            " Fix: export one assay at a time, each from a copy of the case that holds only its"
            " levels or saturations"
        )
    value = level.assay.lloq if level.value is None or level.below else level.value
    return _Event(level.time, LOOK, (0, 0, text.central, 0, 0, value, int(level.below)))


def _errors(assay: Assay) -> str:
    """Return in words all of an assay that a text holds."""
    sd = f"{assay.proportional_sd:g}, additive_sd {assay.additive_sd:g} {assay.unit}".rstrip()
    return f"measures {assay.measures}, factor {assay.factor:g}, proportional_sd {sd}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
