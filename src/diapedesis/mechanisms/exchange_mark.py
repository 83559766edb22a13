"""What plasma exchange leaves behind beside a lower level: a mark that its disputed effects share.

Exchange opens the gate; whether it also changes how the response grows, how long inflammation lasts
and who dies is disputed (claims pml 4.17, 4.32, 4.33). The mark only says how recently plasma was
exchanged. What it does is said by parameters whose priors hold harm and benefit.
"""

from diapedesis.core import Assumption, LogNormal, Parameter, Port, State, flux

EXCHANGED = State("exchanged", unit="", label="How far plasma was exchanged of late, 0 to 1")

CL_APHERESIS_IGG = Port("cl_apheresis_igg", unit="L/day", label="Clearance of IgG by apheresis")
V_PLASMA = Port("v_plasma", unit="L", label="Plasma volume")

K_EXCHANGED = Parameter(
    "k_exchanged",
    unit="1/day",
    label="Fading of the mark",
    default=0.008,
    prior=LogNormal(0.5),
    source=Assumption("as long as the inflammation that it is said to prolong (pml 4.33)"),
)


@flux(changes={EXCHANGED: +1}, boundary="exchanged")
def mark_set(cl_apheresis_igg, v_plasma, exchanged):
    """Each plasma volume exchanged brings the mark nearer to 1."""
    return cl_apheresis_igg / v_plasma * (1 - exchanged)


@flux(changes={EXCHANGED: -1}, boundary="faded")
def mark_fades(k_exchanged, exchanged):
    """The mark fades."""
    return k_exchanged * exchanged
