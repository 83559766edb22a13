"""From parameters to the readings that a subject's laboratories would report without error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.names import covariates
from diapedesis.infer.prior import Prior
from diapedesis.observe import Subject
from diapedesis.simulate.lanes import LaneSolver
from diapedesis.simulate.occasions import spans

Array = NDArray[np.float64]
FEW = 64
"""Rows below which threads cost more than they save."""


def outputs_read(levels: Levels) -> tuple[str, ...]:
    """Return the outputs that the readings need."""
    return ("c", "c_free", "saturation") if levels.of_saturation.any() else ("c", "c_free")


class Readings:
    """Readings of one subject for many parameter values.

    Parameters
    ----------
    subject : Subject
        With one level or more.
    model : Model
    prior : Prior
        Of the fitted parameters, and of deviations ``"<parameter>@<occasion>"`` of those that
        differ between occasions.
    levels : Levels
    """

    def __init__(self, subject: Subject, model: Model, prior: Prior, levels: Levels) -> None:
        self._levels, self._scale = levels, prior.typical().scale
        self._shifts = prior.shifts
        times = np.array([x.time for x in subject.levels])
        begin = min(subject.protocol.start, float(times[0]))
        stretches = spans(subject.occasions if prior.shifts else (), begin, float(times[-1]))
        self._solvers: list[tuple[int, LaneSolver]] = []
        for occasion, first, last in stretches:
            inside = (times > first) & (times <= last) if self._solvers else times <= last
            solver = LaneSolver(
                model,
                subject.protocol,
                times[inside],
                outputs_read(levels),
                self._scale.names,
                inputs=covariates(subject),
                t0=first,
                t1=last,
            )
            self._solvers.append((occasion, solver))

    def __call__(self, z: Array) -> Array:
        """Return readings, shape (n, lanes, n_levels), at `z`, shape (n, lanes, k)."""
        threads = None if z.shape[0] >= FEW else 1
        found, state = [], None
        for occasion, solver in self._solvers:
            out, state = solver.advance(self._scale.natural(self._at(z, occasion)), state, threads)
            found.append(out)
        out = np.concatenate(found, axis=2)
        return self._levels.reading(*(out[..., i] for i in range(out.shape[-1])))

    def _at(self, z: Array, occasion: int) -> Array:
        """Return the fitted parameters on one occasion, on the normal scale."""
        at = z[..., : len(self._scale.names)]
        if not self._shifts:
            return at
        at = at.copy()
        for column, deviation in self._shifts[occasion]:
            at[..., column] += z[..., deviation]
        return at
