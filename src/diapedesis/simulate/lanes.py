"""Solve one protocol for rows of perturbed parameters that share their steps, for derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model
from diapedesis.simulate.engine import run
from diapedesis.simulate.problem import Plan, lay_out, program_of
from diapedesis.simulate.solver import compiled
from diapedesis.simulate.validate import ascending, effort, known

Array = NDArray[np.float64]
WIDTH = 8
"""Lanes that step together, whatever the width of a register."""
MAX_STEPS = 50_000
"""Far above what plausible parameters need; implausible ones are given up instead of waited for."""


class LaneSolver:
    """A problem prepared once and solved for many parameter values.

    Parameters
    ----------
    model, protocol, times, outputs, parameters, inputs
        As for :func:`diapedesis.simulate.solve`; one subject, times of shape (n_times,).
    names : sequence of str
        Ids of the parameters that will vary.
    t0, t1 : float, optional
        First and last day; by default the first dose (or time), and the last time.
    rtol : float
    """

    def __init__(
        self,
        model: Model,
        protocol: Plan,
        times: ArrayLike,
        outputs: Sequence[str],
        names: Sequence[str],
        *,
        parameters: Mapping[str, float] | None = None,
        inputs: Mapping[str, float] | None = None,
        t0: float | None = None,
        t1: float | None = None,
        rtol: float = 1e-6,
    ) -> None:
        effort(rtol)
        known("names", names, model.parameters)
        self.times = ascending(times, dimensions=1)
        self.rtol = rtol
        program = program_of(model, outputs)
        given = (parameters or {}, inputs or {}, None, (), t0, t1)
        self._one = lay_out(model, program, protocol, self.times, *given)
        self._together = compiled(model, program, "tsit5", width=WIDTH)
        self._alone = compiled(model, program, "tsit5")
        ids = program.parameters
        self._columns = [(j, ids.index(n)) for j, n in enumerate(names) if n in ids]

    def __call__(self, values: Array, threads: int | None = 1) -> Array:
        """Solve for `values`, shape (n, lanes, n_names); lane 0 chooses the steps of its row.

        Returns
        -------
        ndarray, shape (n, lanes, n_times, n_outputs)
            NaN for a lane that cannot be solved within ``MAX_STEPS``.
        """
        return self.advance(values, None, threads)[0]

    def advance(
        self, values: Array, initial: Array | None, threads: int | None = 1
    ) -> tuple[Array, Array]:
        """Solve on from `initial`, which a solver of the days before gave back for such values.

        Returns
        -------
        out : ndarray, shape (n, lanes, n_times, n_outputs)
        final : ndarray
            States at the end, to go on from.
        """
        n, lanes, _ = values.shape
        pick = _groups(lanes)
        size = pick.size // pick.shape[0] if lanes > 1 else 0
        p = np.repeat(self._one.p, n * pick.size, axis=0)
        flat = values[:, pick.ravel()].reshape(n * pick.size, -1)
        for source, target in self._columns:
            p[:, target] = flat[:, source]
        problem = replace(
            self._one,
            p=p,
            own=np.repeat(self._one.own, len(p), axis=0),
            schedule=np.zeros(len(p), np.int64),
            lockstep=size,
            y0=initial,
        )
        kernel = self._together if size else self._alone
        found = run(kernel, problem, rtol=self.rtol, max_steps=MAX_STEPS, threads=threads)
        out = found.out.reshape(n, pick.size, *found.out.shape[1:])
        first = np.unique(pick, return_index=True)[1]
        return out[:, first], found.y_end


def _groups(lanes: int) -> NDArray[np.int64]:
    """Return lanes in groups of at most WIDTH, each led by lane 0; shape (n_groups, size).

    Examples
    --------
    >>> _groups(3).tolist(), _groups(1).tolist()
    ([[0, 1, 2]], [[0]])
    >>> _groups(10).tolist()
    [[0, 1, 2, 3, 4, 5, 6, 7], [0, 8, 9, 9, 9, 9, 9, 9]]
    """
    if lanes <= WIDTH:
        return np.arange(lanes)[None, :]
    rest = np.arange(1, lanes)
    full = -(-rest.size // (WIDTH - 1)) * (WIDTH - 1)
    padded = np.append(rest, np.full(full - rest.size, lanes - 1)).reshape(-1, WIDTH - 1)
    return np.column_stack([np.zeros(len(padded), np.int64), padded])
