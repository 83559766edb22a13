"""Natalizumab on the lymphocyte: saturation of alpha4-integrin, surface expression, what is free.

Saturation follows the free serum level without delay; the integrin itself is lost from the surface
while it is bound, and returns over days (claims pkpd 3.4, 3.6, 3.14).
"""

from diapedesis.core import (
    Assumption,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    flux,
    output,
)

SURFACE = State("surface", unit="", label="Surface alpha4, share of untreated", initial=1.0)
C_FREE = Port("c_free", unit="mg/L", label="Serum level of free drug")

E_MAX = Parameter(
    "e_max",
    unit="",
    label="Largest saturation",
    default=0.95,
    prior=LogitNormal(0.5),
    source=Source("pkpd 3.4", "pkpd 3.6", note="means near 87 %, single values up to 100 %"),
)
EC50 = Parameter(
    "ec50",
    unit="mg/L",
    label="Level at half of the largest saturation",
    default=1.6,
    prior=LogNormal(0.4),
    source=Source("pkpd 2.5", "pkpd 3.4", note="below 50 % under 1 mg/L; 78 % at 18 mg/L"),
    iiv=0.3,
    iiv_source=Assumption("spread of saturation among patients at one level (pkpd 3.6)"),
)
HILL = Parameter(
    "hill",
    unit="",
    label="Steepness of saturation",
    default=0.75,
    prior=LogNormal(0.2),
    source=Source("pkpd 3.4", "pkpd 3.6", note="flat above 9 mg/L, steep below"),
)
K_SURFACE = Parameter(
    "k_surface",
    unit="1/day",
    label="Turnover of surface alpha4",
    default=0.1,
    prior=LogNormal(0.5),
    source=Assumption("expression has fallen within a week of the first dose (pkpd 3.14)"),
)
SURFACE_LOSS = Parameter(
    "surface_loss",
    unit="",
    label="Surface alpha4 lost at full saturation, as a share",
    default=0.2,
    prior=LogitNormal(0.5),
    source=Assumption("direction from pkpd 3.4 and 3.14; size not published"),
)


@output(unit="")
def saturation(e_max, c_free, ec50, hill):
    """alpha4-integrin saturation."""
    return e_max * (c_free / ec50) ** hill / (1 + (c_free / ec50) ** hill)


@output(unit="")
def free_alpha4(surface, saturation):
    """Free alpha4 on the surface, share of untreated."""
    return surface * (1 - saturation)


@flux(changes={SURFACE: +1})
def surface_return(k_surface):
    """New integrin reaches the surface."""
    return k_surface


@flux(changes={SURFACE: -1})
def surface_turnover(k_surface, surface_loss, saturation, surface):
    """Integrin leaves the surface, faster while it is bound."""
    return k_surface * surface / (1 - surface_loss * saturation)
