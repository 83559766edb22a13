"""Hypothesis: antigen of a latent virus grows in the CNS while the T cells that hold it are out.

EBV-infected B and plasma cells and CD8 cells were found in the lesions of a fatal rebound (claim
R047); against it, exposure to the drug does not change what follows (claim R031), and most carriers
of the virus never have MS (claim R133).
"""

from diapedesis.core import (
    Assumption,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    State,
    flux,
    output,
    rule,
)

ANTIGEN = State(
    "antigen", unit="", label="Viral antigen in the CNS, fold of untreated", initial=1.0
)

CNS_CD8 = Port("cns_cd8", unit="", label="Effector CD8 cells, CNS")
CNS_B = Port("cns_b", unit="", label="B and plasma cells, CNS")

K_ANTIGEN = Parameter(
    "k_antigen",
    unit="1/day",
    label="Growth of antigen without control",
    default=0.012,
    prior=LogNormal(0.5),
    source=Assumption("months, so that it has room to grow within a usual course"),
)
ANTIGEN_ROOM = Parameter(
    "antigen_room",
    unit="",
    label="Antigen that the tissue holds above the untreated, fold",
    default=5.0,
    prior=LogNormal(0.4),
    source=Assumption("a plateau: size of rebound does not grow with exposure (R031)"),
    iiv=0.5,
    iiv_source=Assumption("why not every stopper rebounds: load differs between patients"),
)
RESERVOIR = Parameter(
    "reservoir",
    unit="",
    label="Share of the antigen that lives in B and plasma cells of the CNS",
    default=0.7,
    prior=LogitNormal(0.7),
    source=Assumption("EBV-infected B and plasma cells in lesions (R047); the share is not known"),
)
K_RESEED = Parameter(
    "k_reseed",
    unit="1/day",
    label="Return of antigen with B cells that enter",
    default=0.0005,
    prior=LogNormal(1.0),
    source=Assumption("keeps a cleared CNS from staying so for ever"),
)


@rule(unit="")
def antigen_max(antigen_room):
    """Most antigen that the tissue holds, fold of untreated."""
    return 1 + antigen_room


@flux(changes={ANTIGEN: +1}, boundary="grew")
def antigen_growth(k_antigen, antigen, antigen_max, reservoir, cns_b):
    """Antigen grows towards what its reservoir holds."""
    return k_antigen * antigen * (1 - antigen / (antigen_max * (1 - reservoir + reservoir * cns_b)))


@flux(changes={ANTIGEN: -1}, boundary="cleared")
def antigen_clearance(k_antigen, antigen_max, antigen, cns_cd8):
    """CD8 cells clear antigen; at the untreated number they just hold it."""
    return k_antigen * (1 - 1 / antigen_max) * antigen * cns_cd8


@flux(changes={ANTIGEN: +1}, boundary="brought in")
def antigen_reseeding(k_reseed, cns_b, antigen):
    """Antigen comes with B cells, and leaves with them."""
    return k_reseed * (cns_b - antigen)


@output(unit="")
def antigen_load(antigen):
    """Viral antigen in the CNS, fold of untreated."""
    return antigen
