"""Workload A's equations: an antibody in two compartments, linear and saturable elimination."""

from diapedesis.core import Assumption, Input, Mechanism, Model, Parameter, State, flux, output

ROUND = Assumption("round figure near the package's own; a speed test predicts nothing")

A_C = State("a_c", unit="mg", label="Antibody, central compartment", scale=100.0)
A_P = State("a_p", unit="mg", label="Antibody, peripheral compartment", scale=100.0)
INFUSION_RATE = Input("infusion_rate", unit="mg/day", label="Intravenous infusion")


def _parameter(id: str, unit: str, label: str, default: float, iiv: float) -> Parameter:
    return Parameter(id, unit, label, default, source=ROUND, iiv=iiv, iiv_source=ROUND)


PARAMETERS = (
    _parameter("cl", "L/day", "Linear clearance", 0.156, 0.25),
    _parameter("v_c", "L", "Central volume", 3.5, 0.2),
    _parameter("q", "L/day", "Distribution clearance", 0.25, 0.3),
    _parameter("v_p", "L", "Peripheral volume", 2.5, 0.3),
    _parameter("v_max", "mg/day", "Maximum of the saturable elimination", 2.9, 0.25),
    _parameter("k_m", "mg/L", "Concentration of half that", 2.0, 0.2),
)


@flux({A_C: 1}, boundary="infusion")
def infused(infusion_rate):
    """Infusion."""
    return infusion_rate


@flux({A_C: -1, A_P: 1})
def distributed(a_c, a_p, q, v_c, v_p):
    """Distribution."""
    return q * (a_c / v_c - a_p / v_p)


@flux({A_C: -1}, boundary="elimination")
def eliminated(a_c, cl, v_c, v_max, k_m):
    """Linear and saturable elimination."""
    return cl * a_c / v_c + v_max * a_c / (k_m * v_c + a_c)


@output("mg/L")
def c(a_c, v_c):
    """Concentration."""
    return a_c / v_c


def model() -> Model:
    """Return the two-compartment model."""
    terms = (A_C, A_P, INFUSION_RATE, *PARAMETERS, infused, distributed, eliminated, c)
    return Model("two_compartments", [Mechanism("antibody", terms)])
