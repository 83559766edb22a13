"""The gate of the blood-brain barrier: how much of the untreated entry free alpha4 lets through."""

from diapedesis.core import Assumption, LogNormal, Parameter, Port, output

FREE_ALPHA4 = Port("free_alpha4", unit="", label="Free alpha4 on the surface")

GATE_HALF = Parameter(
    "gate_half",
    unit="",
    label="Free alpha4 at which entry is half of its limit",
    default=0.40,
    prior=LogNormal(0.3),
    source=Assumption(
        "timed by the return of MRI activity after stopping (R023, R028) and pkpd 2.5"
    ),
)
GATE_HILL = Parameter(
    "gate_hill",
    unit="",
    label="Steepness of the gate",
    default=4.0,
    prior=LogNormal(0.4),
    source=Assumption("efficacy holds at the troughs of extended intervals (pkpd 3.1)"),
)


@output(unit="")
def gate(free_alpha4, gate_half, gate_hill):
    """Entry through the gate, share of untreated."""
    return (
        free_alpha4**gate_hill
        * (1 + gate_half**gate_hill)
        / (free_alpha4**gate_hill + gate_half**gate_hill)
    )
