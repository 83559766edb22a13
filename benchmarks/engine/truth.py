"""What the answers should be: tight solutions by scipy, kept in a temporary folder.

Every course is walked from each output day or change of the inputs to the next, so that no
interpolation enters: DOP853, or Radau where the rates are so fast that DOP853 takes too long.
``check`` solves a few subjects by another method and returns the largest difference.
"""

from __future__ import annotations

import hashlib
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from .compiled import observe, rhs
from .equations import Subjects, equations, subjects
from .workloads import SEED, Workload

Array = NDArray[np.float64]
METHODS = {"b100": ("Radau", "LSODA")}
"""Method of the reference and of its check; by default DOP853 and Radau."""
DEFAULT = ("DOP853", "Radau")
RTOL = {"DOP853": 1e-12, "LSODA": 1e-12, "Radau": 1e-11}
ATOL = 1e-3
"""Absolute tolerance as a share of the relative one, for states scaled to 1."""
N_CHECKED = 2


def reference(w: Workload, n: int) -> Array:
    """Return outputs of the first `n` subjects, shape (n, n_times, n_outputs)."""
    method = METHODS.get(w.id, DEFAULT)[0]
    path = _folder() / f"{_key(w, method)}.npy"
    known = np.load(path) if path.exists() else np.empty((0, w.times.size, len(w.outputs)))
    if len(known) < n:
        s = subjects(w.id, n)
        more = [_course(w, s, i, method) for i in range(len(known), n)]
        known = np.concatenate([known, np.array(more)])
        np.save(path, known)
    return known[:n]


def check(w: Workload) -> float:
    """Return the largest error of the reference as another method sees it."""
    other = METHODS.get(w.id, DEFAULT)[1]
    s = subjects(w.id, N_CHECKED)
    again = np.array([_course(w, s, i, other) for i in range(N_CHECKED)])
    return float(errors(again, reference(w, N_CHECKED)).max())


def errors(y: Array, exact: Array) -> Array:
    """Return each subject's error: largest over days and outputs, relative to the output's peak."""
    peak = np.abs(exact).max(axis=1, keepdims=True)
    return np.nan_to_num((np.abs(y - exact) / peak).max(axis=(1, 2)), nan=np.inf)


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / "diapedesis-engine-reference"
    folder.mkdir(exist_ok=True)
    return folder


def _key(w: Workload, method: str) -> str:
    eq = equations(w.id)
    s = subjects(w.id, 2)
    text = f"{eq.source()}{eq.output_source()}{SEED}{method}{RTOL[method]}"
    arrays = b"".join(a.tobytes() for a in (s.k, s.y0, s.edges, s.u, s.times))
    return f"{w.id}-{hashlib.sha256(text.encode() + arrays).hexdigest()[:16]}"


def _course(w: Workload, s: Subjects, i: int, method: str) -> Array:
    f, g, k = rhs(w.id), observe(w.id), s.k[i]
    scale = np.array(equations(w.id).scale)
    rtol = RTOL[method]
    y, out, slope = (
        s.y0[i].copy(),
        np.empty((s.times.size, len(w.outputs))),
        np.empty(s.y0.shape[1]),
    )
    stops = np.unique(np.concatenate([s.edges[i], s.times]))
    begins = s.edges[i, : 1 + int(np.searchsorted(s.edges[i], s.edges[i, -1]))]
    g(y, s.u[i, 0], k, out[0])
    row = 1
    for a, b in pairwise(stops):
        u = s.u[i, int(np.searchsorted(begins, a, side="right")) - 1]

        def fun(_: float, x: Array, u: Array = u) -> Array:
            f(x, u, k, slope)
            return slope.copy()

        found = solve_ivp(fun, (a, b), y, method, (b,), rtol=rtol, atol=ATOL * rtol * scale)
        if not found.success:
            raise RuntimeError(f"{w.id}, subject {i}, day {a:g}: {found.message}")
        y = found.y[:, -1]
        if b == s.times[row]:
            g(y, u, k, out[row])
            row += 1
    return out
