"""Intravenous immunoglobulin: IgG given, and the faster breakdown of all IgG while there is much.

The receptor FcRn saves IgG from breakdown and is nearly saturated already, so that more IgG means
shorter lives for every IgG: the subject's own, natalizumab, other therapeutic antibodies. Below the
usual level breakdown would slow; that is small beside the refill from tissue and left out, so that
without immunoglobulin nothing of the plasma proteins changes.
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogNormal,
    Parameter,
    Port,
    flux,
    output,
    ramp,
    rule,
)

IGG_C = Port("igg_c", unit="g", label="IgG in plasma", writable=True)
A_C = Port("a_c", unit="mg", label="Natalizumab, central compartment", writable=True)
IGG = Port("igg", unit="g/L", label="Serum IgG")
IGG_LEVEL = Port("igg_level", unit="g/L", label="Usual serum IgG")
K_IGG = Port("k_igg", unit="1/day", label="Usual catabolic rate constant of IgG in plasma")
CL_I = Port("cl_i", unit="L/day", label="Linear clearance of natalizumab")
C = Port("c", unit="mg/L", label="Serum level of natalizumab")

IVIG_RATE = Input("ivig_rate", unit="g/day", label="Immunoglobulin given")

FCRN_MAX = Parameter(
    "fcrn_max",
    unit="",
    label="Breakdown of IgG where FcRn saves none, over the usual one",
    default=2.7,
    prior=LogNormal(0.3),
    source=Assumption("all IgG taken up is then broken down, some 18 % of plasma IgG in a day"),
)
FCRN_HALF = Parameter(
    "fcrn_half",
    unit="",
    label="IgG above its usual level, in usual levels, that takes half of what FcRn saves",
    default=2.9,
    prior=LogNormal(0.4),
    source=Assumption("three times the usual IgG brings the half-life from 21 to some 12 days"),
)
FCRN_BEND = Parameter(
    "fcrn_bend",
    unit="",
    label="Width of the smooth start of the faster breakdown",
    default=0.1,
    source=Assumption("a smooth bend; no result depends on it"),
)


@output(unit="")
def igg_fold(igg, igg_level):
    """Serum IgG over its usual level."""
    return igg / igg_level


@rule(unit="")
def igg_above(igg_fold, fcrn_bend):
    """IgG above its usual level, in usual levels."""
    return ramp(igg_fold - 1, fcrn_bend)


@rule(unit="")
def fcrn_fold(igg_above, fcrn_max, fcrn_half):
    """Breakdown of IgG antibodies over the usual one, 1 up to the usual level of IgG."""
    return 1 + (fcrn_max - 1) * igg_above / (igg_above + fcrn_half)


@flux(changes={IGG_C: +1}, boundary="given")
def immunoglobulin_given(ivig_rate):
    """Immunoglobulin given."""
    return ivig_rate


@flux(changes={IGG_C: -1}, boundary="catabolised")
def igg_crowded_out(k_igg, fcrn_fold, igg_c):
    """Catabolism of IgG added where FcRn is crowded."""
    return k_igg * (fcrn_fold - 1) * igg_c


@flux(changes={A_C: -1}, boundary="eliminated")
def natalizumab_crowded_out(cl_i, fcrn_fold, c):
    """Linear elimination of natalizumab added where FcRn is crowded."""
    return cl_i * (fcrn_fold - 1) * c
