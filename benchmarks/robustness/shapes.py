"""Five shapes of models, declared with the core: what is fitted, what is given, when to sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Assumption, Input, Mechanism, Model, Parameter, State
from diapedesis.core.terms import Term, flux, output
from diapedesis.models import pkpd
from diapedesis.simulate import Jump, Plex, Protocol, Pulse, Schedule

Array = NDArray[np.float64]
Given = Schedule | Protocol
MADE_UP = Assumption("a plausible size; only the shape of the model matters here")

A_D = State("a_d", "mg", "Amount at the site of absorption", scale=100.0)
A_C = State("a_c", "mg", "Central amount", scale=100.0)
A_P = State("a_p", "mg", "Peripheral amount", scale=100.0)
FREE = State("free", "nmol/L", "Free drug", scale=100.0)
TARGET = State("target", "nmol/L", "Free target", initial=lambda t_base: t_base, scale=1.0)
BOUND = State("bound", "nmol/L", "Complex", scale=1.0)
RATE = Input("rate", "mg/day", "Infusion")


def _number(id: str, unit: str, value: float) -> Parameter:
    return Parameter(id, unit, id, value, MADE_UP)


K_A = _number("k_a", "1/day", 12.0)
CL = _number("cl", "L/day", 90.0)
V_C = _number("v_c", "L", 40.0)
Q = _number("q", "L/day", 60.0)
V_P = _number("v_p", "L", 60.0)
V_MAX = _number("v_max", "mg/day", 900.0)
K_M = _number("k_m", "mg/L", 2.0)
V = _number("v", "L", 3.0)
K_E = _number("k_e", "1/day", 0.1)
K_ON = _number("k_on", "L/nmol/day", 0.1)
K_OFF = _number("k_off", "1/day", 0.5)
K_INT = _number("k_int", "1/day", 0.3)
K_DEG = _number("k_deg", "1/day", 0.4)
T_BASE = _number("t_base", "nmol/L", 30.0)
NMOL_PER_MG = _number("nmol_per_mg", "nmol/mg", 6.7)


@output(unit="mg/L")
def level(a_c, v_c):
    """Level."""
    return a_c / v_c


@output(unit="nmol/L")
def free_level(free):
    """Free drug."""
    return free


@flux(changes={A_D: -1, A_C: 1})
def absorption(k_a, a_d):
    """Absorption."""
    return k_a * a_d


@flux(changes={A_C: 1}, boundary="infused")
def infusion(rate):
    """Infusion."""
    return rate


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


@flux(changes={FREE: 1}, boundary="infused")
def arrival(rate, v, nmol_per_mg):
    """Infusion, per litre."""
    return rate * nmol_per_mg / v


@flux(changes={FREE: -1}, boundary="eliminated")
def loss(k_e, free):
    """Loss of free drug."""
    return k_e * free


@flux(changes={FREE: -1, TARGET: -1, BOUND: 1})
def binding(k_on, free, target, k_off, bound):
    """Association less dissociation."""
    return k_on * free * target - k_off * bound


@flux(changes={BOUND: -1}, boundary="internalised")
def internalisation(k_int, bound):
    """Loss of complex."""
    return k_int * bound


@flux(changes={TARGET: 1}, boundary="made")
def synthesis(k_deg, t_base):
    """Synthesis of the target."""
    return k_deg * t_base


@flux(changes={TARGET: -1}, boundary="degraded")
def degradation(k_deg, target):
    """Loss of free target."""
    return k_deg * target


@dataclass(frozen=True)
class Shape:
    """One model with what varies between subjects.

    Attributes
    ----------
    name : str
    model : Model
    output : str
        What the levels read.
    names : tuple of str
        Fitted parameters, all on the logarithmic scale.
    given : callable
        Draws doses and sessions, and the window of days in which samples may be taken.
    """

    name: str
    model: Model
    output: str
    names: tuple[str, ...]
    given: Callable[[np.random.Generator], tuple[Given, tuple[float, float]]]

    @property
    def typical(self) -> Array:
        """Logarithms of the typical values."""
        return np.log([self.model.parameters[n].default for n in self.names])


def _model(name: str, *terms: Term) -> Model:
    return Model(name, [Mechanism(name, terms)])


def _oral(rng: np.random.Generator) -> tuple[Given, tuple[float, float]]:
    n, interval = int(rng.integers(1, 8)), float(rng.choice([0.5, 1.0]))
    doses = tuple(Jump(i * interval, "a_d", 500.0) for i in range(n))
    last = (n - 1) * interval
    return Schedule(jumps=doses), (max(0.0, last - interval) + 0.02, last + 2.0)


def _infused(
    days: float, amount: float, hours: float
) -> Callable[[np.random.Generator], tuple[Given, tuple[float, float]]]:
    def given(rng: np.random.Generator) -> tuple[Given, tuple[float, float]]:
        n = int(rng.integers(1, 6))
        long = hours / 24
        pulses = (Pulse("rate", i * days, i * days + long, amount / long) for i in range(n))
        last = (n - 1) * days
        return Schedule(tuple(pulses)), (max(0.0, last - days) + long, last + 2 * days)

    return given


def _exchanged(rng: np.random.Generator) -> tuple[Given, tuple[float, float]]:
    n = int(rng.integers(1, 13))
    given = Protocol.every(28, n=n, weight=float(77 * np.exp(0.2 * rng.standard_normal())))
    first = given.last_dose + float(rng.uniform(3, 30))
    sessions = (
        Plex(first + 2 * i, volume=float(rng.uniform(2.5, 4.5)))
        for i in range(int(rng.integers(1, 6)))
    )
    whole = given.with_sessions(sessions)
    return whole, (given.last_dose + 0.1, whole.end + 30.0)


@cache
def shapes() -> Mapping[str, Shape]:
    """Return the shapes by name."""
    central = (A_C, CL, V_C, level, elimination)
    two = (*central, A_P, Q, V_P, exchange)
    oral, infused = (A_D, K_A, absorption), (RATE, infusion)
    tmdd = (FREE, TARGET, BOUND, RATE, V, K_E, K_ON, K_OFF, K_INT, K_DEG, T_BASE, NMOL_PER_MG)
    tmdd_laws = (free_level, arrival, loss, binding, internalisation, synthesis, degradation)
    many = (
        Shape("1 compartment, oral", _model("oral_1", *central, *oral), "level",
              ("k_a", "cl", "v_c"), _oral),
        Shape("2 compartments, infused", _model("infused_2", *two, *infused), "level",
              ("cl", "v_c", "q", "v_p"), _infused(1.0, 1000.0, 1.0)),
        Shape("2 compartments, oral, linear and saturable",
              _model("oral_2_saturable", *two, *oral, V_MAX, K_M, saturable), "level",
              ("k_a", "cl", "v_c", "q", "v_p", "v_max", "k_m"), _oral),
        Shape("target-mediated", _model("target_mediated", *tmdd, *tmdd_laws), "free_level",
              ("v", "k_e", "k_on", "k_int", "k_deg", "t_base"), _infused(14.0, 100.0, 2.0)),
        Shape("natalizumab with plasma exchange", pkpd(), "c_free",
              ("cl", "v_c", "v_p", "q", "v_max", "k_m"), _exchanged),
    )  # fmt: skip
    return {s.name: s for s in many}
