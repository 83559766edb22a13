"""Natalizumab in the body: two compartments, linear and saturable elimination, IV and SC entry.

Structure and elimination as in the pooled population analyses (claims pkpd 1.1 to 1.9); body weight
acts on clearances and volumes, as amounts over volumes, so a changing weight dilutes nothing away.
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogitNormal,
    LogNormal,
    LogUniform,
    Parameter,
    Port,
    Source,
    State,
    conserved,
    flux,
    output,
    rule,
)

A_D = State("a_d", unit="mg", label="Natalizumab at the injection site")
A_C = State("a_c", unit="mg", label="Natalizumab, central compartment", scale=100.0)
A_P = State("a_p", unit="mg", label="Natalizumab, peripheral compartment", scale=100.0)
NATALIZUMAB = conserved("natalizumab", {A_D: 1, A_C: 1, A_P: 1})

INFUSION_RATE = Input("infusion_rate", unit="mg/day", label="Intravenous infusion")
WEIGHT = Input("weight", unit="kg", label="Body weight", default=75.0)
CL_FOLD = Port("cl_fold", unit="", label="Factor on linear clearance from anti-drug antibodies")

CL = Parameter(
    "cl",
    unit="L/day",
    label="Linear clearance",
    default=0.156,
    prior=LogNormal(0.08),
    source=Source("pkpd 1.2", "pkpd 1.14", note="0.164 and 0.146; the prior spans both"),
    iiv=0.225,
    iiv_source=Source("pkpd 1.9"),
    iov=0.10,
    iov_source=Assumption(
        "none published, part of the residual (pkpd 1.10); only where occasions are told apart"
    ),
)
V_C = Parameter(
    "v_c",
    unit="L",
    label="Central volume",
    default=3.48,
    prior=LogNormal(0.08),
    source=Source("pkpd 1.3"),
    iiv=0.15,
    iiv_source=Assumption("none published; common for antibodies, and within the Cmax SD of 47 %"),
)
V_P = Parameter(
    "v_p",
    unit="L",
    label="Peripheral volume",
    default=2.5,
    prior=LogUniform(1.5, 3.5),
    source=Source("pkpd 1.4", "pkpd 1.15", note="3.48, and a label Vss that leaves 2.5"),
    iiv=0.308,
    iiv_source=Source("pkpd 1.9"),
)
Q = Parameter(
    "q",
    unit="L/day",
    label="Distribution clearance",
    default=0.25,
    prior=LogUniform(0.1, 0.8),
    source=Source(
        "pkpd 1.5", "pkpd 2.2", note="0.4, probably fixed; plasma exchange asks for less"
    ),
)
V_MAX = Parameter(
    "v_max",
    unit="mg/day",
    label="Maximum of the saturable elimination",
    default=2.86,
    prior=LogNormal(0.15),
    source=Source("pkpd 1.6"),
    iiv=0.256,
    iiv_source=Source("pkpd 1.9"),
)
K_M = Parameter(
    "k_m",
    unit="mg/L",
    label="Level at half of the saturable elimination",
    default=0.875,
    prior=LogNormal(0.5),
    source=Source("pkpd 1.7", note="bootstrap 0.11 to 1.55"),
)
WEIGHT_REF = Parameter(
    "weight_ref",
    unit="kg",
    label="Reference body weight",
    default=75.0,
    source=Assumption("not captured with the published estimates; near the mean of the trials"),
)
CL_WEIGHT = Parameter(
    "cl_weight",
    unit="",
    label="Weight exponent of clearances",
    default=0.60,
    prior=LogNormal(0.13),
    source=Source("pkpd 1.8", note="row labels lost; the label implies 0.72 (pkpd 1.22)"),
)
V_WEIGHT = Parameter(
    "v_weight",
    unit="",
    label="Weight exponent of volumes",
    default=0.26,
    prior=LogNormal(0.45),
    source=Source("pkpd 1.8", note="row labels lost; assigned to volumes"),
)
K_A = Parameter(
    "k_a",
    unit="1/day",
    label="Absorption rate constant, subcutaneous",
    default=0.26,
    prior=LogNormal(0.3),
    source=Assumption("not printed anywhere; places Tmax near the published 5.8 days (pkpd 8.5)"),
)
F_SC = Parameter(
    "f_sc",
    unit="",
    label="Bioavailability, subcutaneous",
    default=0.75,
    prior=LogitNormal(0.45),
    source=Source("pkpd 8.1", "pkpd 8.3", note="57-71 % and 84 %; the prior spans both"),
)
LAG_SC = Parameter(
    "lag_sc",
    unit="day",
    label="Lag before absorption, subcutaneous",
    default=0.125,
    source=Source("pkpd 8.4"),
)


@rule(unit="L/day")
def cl_i(cl, weight, weight_ref, cl_weight, cl_fold):
    """Linear clearance of this subject."""
    return cl * (weight / weight_ref) ** cl_weight * cl_fold


@rule(unit="L/day")
def q_i(q, weight, weight_ref, cl_weight):
    """Distribution clearance of this subject."""
    return q * (weight / weight_ref) ** cl_weight


@rule(unit="L")
def v_c_i(v_c, weight, weight_ref, v_weight):
    """Central volume of this subject."""
    return v_c * (weight / weight_ref) ** v_weight


@rule(unit="L")
def v_p_i(v_p, weight, weight_ref, v_weight):
    """Peripheral volume of this subject."""
    return v_p * (weight / weight_ref) ** v_weight


@output(unit="mg/L")
def c(a_c, v_c_i):
    """Serum level, free and antibody-bound drug."""
    return a_c / v_c_i


@flux(changes={A_C: +1}, boundary="infused")
def infusion(infusion_rate):
    """Intravenous infusion."""
    return infusion_rate


@flux(changes={A_D: -1, A_C: +1})
def absorption(f_sc, k_a, a_d):
    """Absorption from the injection site."""
    return f_sc * k_a * a_d


@flux(changes={A_D: -1}, boundary="lost before absorption")
def presystemic_loss(f_sc, k_a, a_d):
    """Loss at the injection site."""
    return (1 - f_sc) * k_a * a_d


@flux(changes={A_C: -1, A_P: +1})
def distribution(q_i, c, a_p, v_p_i):
    """Exchange with tissue; refill after apheresis is this flux reversed."""
    return q_i * (c - a_p / v_p_i)


@flux(changes={A_C: -1}, boundary="eliminated")
def linear_elimination(cl_i, c):
    """Linear elimination."""
    return cl_i * c


@flux(changes={A_C: -1}, boundary="eliminated")
def saturable_elimination(v_max, k_m, c):
    """Saturable elimination, by the target."""
    return v_max * c / (k_m + c)
