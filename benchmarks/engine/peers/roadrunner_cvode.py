"""libroadrunner: SBML compiled by LLVM, CVODE, one segment after another, forked processes.

150 SBML events per subject, whose times and values are parameters, took 1.1 to 1.5 times as long as
the segments. BDF for the stand-in with its fast rates, Adams where it was faster. The absolute
tolerance is given per state: as one number it is scaled by initial values, and the solver then
stops at the decayed steroid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import roadrunner
from numpy.typing import NDArray

from ..equations import equations, subjects
from ..sbml import columns, sbml
from ..workloads import Workload
from .processes import Ensemble
from .segments import segments

LABEL = "libroadrunner (CVODE)"
PACKAGES = ("libroadrunner", "antimony")
TOLERANCES = (1e-4, 1e-6, 1e-8)
GRAIN = 1
STIFF = {"a": False, "c": False}
"""Workloads for which Adams was the faster; BDF for the rest."""
Array = NDArray[np.float64]


def prepare(w: Workload, rtol: float) -> Callable[[int, int], Array]:
    """Return a solver of the first n subjects."""
    eq, r = equations(w.id), _runner(w, rtol)
    place = {id: i for i, id in enumerate(r.model.getGlobalParameterIds())}
    inputs = [place[str(u)] for u in eq.inputs]
    own = [place[str(x)] for x in (*eq.constants, *eq.states)]

    def work(first: int, last: int, out: Array) -> None:
        s = subjects(w.id, len(out))
        for i in range(first, last):
            r.reset()
            r.model.setGlobalParameterValues(own, np.concatenate([s.k[i], s.y0[i]]))
            r.model.setGlobalParameterValues(inputs, s.u[i, 0])
            out[i, 0] = [r.getValue(c) for c in columns(eq)]
            for u, grid, rows in segments(s, i):
                r.model.setGlobalParameterValues(inputs, u)
                found = r.simulate(times=grid.tolist())
                out[i, rows] = found[1 : 1 + rows.stop - rows.start]

    return Ensemble(work, (w.times.size, len(w.outputs)))


def _runner(w: Workload, rtol: float) -> Any:
    r = roadrunner.RoadRunner(sbml(w.id))
    r.integrator.setValue("relative_tolerance", rtol)
    atol = [1e-3 * rtol * scale for scale in equations(w.id).scale]
    r.integrator.setValue("absolute_tolerance", atol)
    r.integrator.setValue("maximum_num_steps", 200_000)
    r.integrator.setValue("stiff", STIFF.get(w.id, True))
    r.timeCourseSelections = columns(equations(w.id))
    return r
