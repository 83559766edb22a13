"""Solve one protocol for rows of perturbed parameters that share their steps, for derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model
from diapedesis.simulate.protocol import Protocol
from diapedesis.simulate.solve import integrate, prepare

Array = NDArray[np.float64]
MAX_STEPS = 50_000
"""Far above what plausible parameters need; implausible ones are given up instead of waited for."""


class LaneSolver:
    """A problem prepared once and solved for many parameter values.

    Parameters
    ----------
    model, protocol, times, outputs, parameters, inputs
        As for :func:`diapedesis.simulate.solve`; one subject.
    names : sequence of str
        Ids of the parameters that will vary.
    rtol : float
    """

    def __init__(
        self,
        model: Model,
        protocol: Protocol,
        times: ArrayLike,
        outputs: Sequence[str],
        names: Sequence[str],
        *,
        parameters: Mapping[str, float] | None = None,
        inputs: Mapping[str, float] | None = None,
        rtol: float = 1e-6,
    ) -> None:
        self.times = np.array(times, dtype=float, ndmin=1)
        self.rtol = rtol
        self._job = prepare(model, protocol, outputs, parameters or {}, inputs or {}, None)
        known = self._job.kernel.parameters
        self._columns = [(j, known.index(n)) for j, n in enumerate(names) if n in known]
        self._begin = min(protocol.start, float(self.times[0]))

    def __call__(self, values: Array, threads: int | None = 1) -> Array:
        """Solve for `values`, shape (n, lanes, n_names); lane 0 chooses the steps of its row.

        Returns
        -------
        ndarray, shape (n, lanes, n_times, n_outputs)
            NaN for a row that cannot be solved within ``MAX_STEPS``.
        """
        n, lanes, _ = values.shape
        p = np.tile(self._job.p[:1, :1], (n, lanes, 1))
        for source, target in self._columns:
            p[:, :, target] = values[:, :, source]
        y0 = np.zeros((n, 1, len(self._job.kernel.states)))
        job = replace(self._job, p=p, y0=y0)
        end = float(self.times[-1])
        return integrate(job, self.times, self._begin, end, self.rtol, MAX_STEPS, threads)[0]
