"""COPASI by basico: SBML with one event per change of the inputs, LSODA, forked processes.

The events' times and values are parameters, so that the model is read once for all subjects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import basico
import COPASI
import numpy as np
from numpy.typing import NDArray

from ..equations import equations, subjects
from ..sbml import columns, sbml
from ..workloads import Workload
from .processes import Ensemble

LABEL = "COPASI (LSODA)"
PACKAGES = ("copasi-basico", "python-copasi", "antimony")
TOLERANCES = (1e-4, 1e-6, 1e-8)
GRAIN = 1
Array = NDArray[np.float64]


def prepare(w: Workload, rtol: float) -> Callable[[int, int], Array]:
    """Return a solver of the first n subjects."""
    eq = equations(w.id)
    n_switches = subjects(w.id, 1).u.shape[1] - 1
    data = basico.load_model_from_string(sbml(w.id, n_switches))
    model, task = data.getModel(), _task(data, w, rtol)
    values = [model.getModelValue(i) for i in range(model.getNumModelValues())]
    by_name = {v.getObjectName(): v for v in values}
    names = [str(c) for c in (*eq.constants, *eq.states, *eq.inputs)]
    names += [f"t_{j}" for j in range(n_switches)]
    names += [f"{u}_{j}" for j in range(n_switches) for u in eq.inputs]

    def work(first: int, last: int, out: Array) -> None:
        s = subjects(w.id, len(out))
        for i in range(first, last):
            switches = s.edges[i, 1:-1], s.u[i, 1:].ravel()
            changed = COPASI.ObjectStdVector()
            own = np.concatenate([s.k[i], s.y0[i], s.u[i, 0], *switches])
            for name, value in zip(names, own, strict=True):
                by_name[name].setInitialValue(float(value))
                changed.append(by_name[name].getInitialValueReference())
            model.updateInitialValues(changed)
            task.initializeRaw(COPASI.CCopasiTask.OUTPUT_UI)
            if not task.processRaw(True):
                raise RuntimeError(f"COPASI, workload {w.id}, subject {i}: no solution")
            _read(task.getTimeSeries(), columns(eq), out[i])

    return Ensemble(work, (w.times.size, len(w.outputs)))


def _task(data: Any, w: Workload, rtol: float) -> Any:
    task = data.getTask("Time-Course")
    task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
    method, problem = task.getMethod(), task.getProblem()
    scale = min(equations(w.id).scale)
    method.getParameter("Relative Tolerance").setDblValue(rtol)
    method.getParameter("Absolute Tolerance").setDblValue(1e-3 * rtol * scale)
    method.getParameter("Max Internal Steps").setIntValue(1_000_000)
    problem.setDuration(float(w.times[-1]))
    problem.setStepNumber(w.times.size - 1)
    problem.setTimeSeriesRequested(True)
    problem.setOutputEvent(False)
    return task


def _read(series: Any, names: list[str], out: Array) -> None:
    titles = [series.getTitle(j) for j in range(series.getNumVariables())]
    for column, name in enumerate(names):
        j = titles.index(f"Values[{name}]")
        out[:, column] = [series.getData(row, j) for row in range(len(out))]
