"""The same problems by scipy alone: LSODA on the generated rates, a general minimiser per start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from unittest.mock import patch

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import minimize

from diapedesis.core import Model
from diapedesis.infer.estimate import _starts
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.prior import Prior
from diapedesis.simulate import Protocol, Solver, reference

Array = NDArray[np.float64]
RTOL = 1e-6


def lsoda(fun: object, span: object, y: Array, _: str, grid: Array, **tolerances: object) -> object:
    """Solve as ``solve_ivp`` is asked to, but by LSODA."""
    return solve_ivp(fun, span, y, "LSODA", grid, **tolerances)


class Lsoda:
    """One protocol by ``solve_ivp(method="LSODA")``, from one change of the inputs to the next.

    The walk over the segments is that of ``method="reference"``, with its solver exchanged.
    """

    def __init__(
        self,
        model: Model,
        protocol: Protocol,
        times: ArrayLike,
        outputs: tuple[str, ...],
        inputs: Mapping[str, float],
    ) -> None:
        self.problem = Solver(model, outputs).lay_out(protocol, times, inputs=inputs)

    def __call__(self, parameters: Mapping[str, float]) -> Array:
        """Return outputs, shape (n_times, n_outputs)."""
        known = self.problem.program.parameters
        p = self.problem.p.copy()
        for id in parameters.keys() & set(known):
            p[:, known.index(id)] = parameters[id]
        with patch.object(reference, "solve_ivp", lsoda):
            return reference.integrate_reference(replace(self.problem, p=p), RTOL).out[0]


def find_mode_by_scipy(prior: Prior, solver: Lsoda, levels: Levels, starts: int) -> float:
    """Return the best minus log posterior of `starts` runs of BFGS with its own differences."""
    precision = np.linalg.inv(prior.cov)

    def objective(z: Array) -> float:
        values = dict(zip(prior.names, prior.scale.natural(z), strict=True))
        c, c_free = solver(values).T
        density = levels.terms(levels.reading(c, c_free))[0].sum()
        d = z - prior.mean
        return float(0.5 * d @ precision @ d - density)

    ends = [
        minimize(objective, z, method="BFGS", options={"eps": 1e-3, "gtol": 1e-2})
        for z in _starts(prior, starts)
    ]
    return min(float(e.fun) for e in ends)
