"""Engines to compare with, each at the best use its documentation describes.

A peer is a module with

- ``LABEL``, and ``PACKAGES``, the distributions whose versions belong to its figures;
- ``TOLERANCES``, the relative tolerances of its curve of speed against accuracy;
- ``GRAIN``, the number of subjects it solves together, of which it is given whole multiples;
- ``prepare(workload, rtol)``, which compiles what can be compiled and returns a callable
  ``solve(n, workers)``: outputs of the first `n` subjects, shape (n, n_times, n_outputs), solved on
  that many threads or processes.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

NAMES = (
    "ours",
    "heyoka_batch",
    "numba_dp",
    "numbalsoda_lsoda",
    "roadrunner_cvode",
    "copasi_lsoda",
    "diffrax_tsit5",
    "scipy_lsoda",
)


def peer(name: str) -> ModuleType:
    """Return a peer's module."""
    if name not in NAMES:
        raise ValueError(f"peer {name!r}: expected one of {', '.join(NAMES)}")
    return import_module(f"{__name__}.{name}")
