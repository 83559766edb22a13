"""Three oral models of 20 patients each, as Monolix was given them; declared with the core.

The files are in hours and mg with levels in mg/L; the core's laws are per day, so times and rates
are converted on the way.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Assumption, Mechanism, Model, Parameter, State
from diapedesis.core.terms import Term, flux, output
from diapedesis.infer.estimate import Mode, Terms, find_mode
from diapedesis.infer.prior import Prior
from diapedesis.infer.scale import Scale
from diapedesis.simulate import Jump, Schedule
from diapedesis.simulate.lanes import LaneSolver
from tests.reference.errors import normal_terms, proportional

Array = NDArray[np.float64]
DATA = Path(__file__).with_name("data")
GIVEN = Assumption("given with the reference")
HOURS = 24.0
OMEGA = 0.2
"""Variance of every eta."""
RESIDUAL = 0.05
"""SD of a level as a share of it."""

A_D = State("a_d", "mg", "Amount at the site of absorption", scale=1000.0)
A_C = State("a_c", "mg", "Central amount", scale=1000.0)
A_P = State("a_p", "mg", "Peripheral amount", scale=1000.0)


def _number(id: str, unit: str, value: float) -> Parameter:
    return Parameter(id, unit, id, value, GIVEN)


K_A = _number("k_a", "1/day", 1.0 * HOURS)
V_C = _number("v_c", "L", 70.0)
CL = _number("cl", "L/day", 4.0 * HOURS)
V_P = _number("v_p", "L", 50.0)
Q = _number("q", "L/day", 4.0 * HOURS)
V_MAX = _number("v_max", "mg/day", 10_000.0 * HOURS)
K_M = _number("k_m", "mg/L", 2500.0)


@output(unit="mg/L")
def level(a_c, v_c):
    """Level."""
    return a_c / v_c


@flux(changes={A_D: -1, A_C: 1})
def absorption(k_a, a_d):
    """Absorption."""
    return k_a * a_d


@flux(changes={A_C: -1}, boundary="eliminated")
def elimination(cl, level):
    """Linear elimination."""
    return cl * level


@flux(changes={A_C: -1, A_P: 1})
def exchange(q, level, a_p, v_p):
    """Exchange with the peripheral compartment."""
    return q * (level - a_p / v_p)


@flux(changes={A_C: -1}, boundary="eliminated")
def saturable(v_max, k_m, level):
    """Saturable elimination."""
    return v_max * level / (k_m + level)


ONE: tuple[Term, ...] = (A_D, A_C, K_A, V_C, CL, level, absorption, elimination)
MODELS = {
    run: Model(name, [Mechanism(name, ONE + more)])
    for run, name, more in (
        ("001", "one_compartment", ()),
        ("101", "two_compartments", (A_P, V_P, Q, exchange)),
        ("207", "saturable", (V_MAX, K_M, saturable)),
    )
}
ETAS = {
    "001": {"k_a": "Ka", "v_c": "Vc", "cl": "Cl"},
    "101": {"k_a": "Ka", "v_c": "Vc", "cl": "Cl", "v_p": "Vp"},
    "207": {"k_a": "Ka", "v_c": "Vc", "cl": "Cl", "v_max": "Vmax", "k_m": "Km"},
}
"""Columns of the reference by parameter; Q of the second model is fixed."""


@dataclass(frozen=True)
class Patient:
    """What was given and measured; times in days."""

    id: str
    given: Schedule
    times: Array
    levels: Array


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as stream:
        return list(csv.DictReader(stream))


def patients(run: str) -> list[Patient]:
    """Return the 20 patients of a model, in the order of the file."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows(f"monolix_run{run}_data.csv"):
        rows.setdefault(row["ID"], []).append(row)
    return [_patient(id, own) for id, own in rows.items()]


def _patient(id: str, rows: list[dict[str, str]]) -> Patient:
    doses = [
        Jump((float(r["time"]) + i * float(r["ii"])) / HOURS, "a_d", float(r["amt"]))
        for r in rows
        if r["evid"] == "1"
        for i in range(1 + int(r["addl"]))
    ]
    seen = [r for r in rows if r["evid"] == "0"]
    times = np.array([float(r["time"]) for r in seen]) / HOURS
    return Patient(
        id, Schedule(jumps=tuple(doses)), times, np.array([float(r["DV"]) for r in seen])
    )


def published(run: str) -> tuple[Array, Array]:
    """Return Monolix's posterior means and SDs of the etas, shape (20, k), in the order of ETAS."""
    rows = _rows(f"monolix_run{run}_posterior_eta.csv")
    mean, sd = (
        np.array([[float(r[f"eta_{eta}_{what}"]) for eta in ETAS[run].values()] for r in rows])
        for what in ("mean", "sd")
    )
    return mean, sd


@dataclass(frozen=True)
class Posterior:
    """Prior, likelihood and mode of one patient; parameters on the log scale."""

    prior: Prior
    predict: Callable[[Array], Array]
    terms: Terms
    mode: Mode

    @classmethod
    def of(cls, run: str, patient: Patient) -> Posterior:
        """Declare a patient's posterior and find its mode."""
        model, names = MODELS[run], tuple(ETAS[run])
        scale = Scale(names, np.zeros(len(names), bool))
        typical = np.array([model.parameters[n].default for n in names])
        prior = Prior(scale, np.log(typical), OMEGA * np.eye(len(names)))
        solver = LaneSolver(model, patient.given, patient.times, ("level",), names)

        def predict(z: Array) -> Array:
            return solver(scale.natural(z))[..., 0]

        terms = normal_terms(patient.levels, proportional(RESIDUAL))
        return cls(prior, predict, terms, find_mode(prior, predict, terms))

    def log_density(self, z: Array) -> Array:
        """Return the log posterior density up to a constant, at points of shape (n, k)."""
        mu = self.predict(z[:, None, :])[:, 0]
        solved = np.isfinite(mu).all(axis=1)
        out = np.full(len(z), -np.inf)
        d = z[solved] - self.prior.mean
        out[solved] = self.terms(mu[solved])[0].sum(axis=1) - 0.5 * (d**2).sum(axis=1) / OMEGA
        return out
