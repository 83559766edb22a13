"""An antibody that attacks the CNS: the route that the gate does not close.

In AQP4-NMOSD or MOGAD, taken for MS, an autoantibody makes the lesions; natalizumab does not stop
it, and attacks go on (claim R150). Plasma exchange removes the antibody while it opens the gate;
one patient whose lesions exploded after the second dose improved under steroid, immunoglobulin and
exchange (claim R147). `humoral_share` is 0 in MS, 1 in such a disease, between where both act.
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
)


def _autoab_p_0(igg_intravascular):
    return (1 - igg_intravascular) / igg_intravascular


AUTOAB_C = State("autoab_c", unit="", label="Autoantibody in plasma, fold of usual", initial=1.0)
AUTOAB_P = State(
    "autoab_p",
    unit="",
    label="Autoantibody in tissue, in usual plasma amounts",
    initial=_autoab_p_0,
)
ATTACK = State("attack", unit="", label="Attack by the antibody, fold of untreated", initial=1.0)

K_IGG = Port("k_igg", unit="1/day", label="Catabolic rate constant of IgG in plasma")
IGG_INTRAVASCULAR = Port("igg_intravascular", unit="", label="Share of IgG in plasma")
IGG_REFILL = Port("igg_refill", unit="1/day", label="Rate constant of IgG from plasma to tissue")
FCRN_FOLD = Port("fcrn_fold", unit="", label="Catabolism of IgG, fold of usual")
CL_APHERESIS_IGG = Port("cl_apheresis_igg", unit="L/day", label="Clearance of IgG by apheresis")
V_PLASMA = Port("v_plasma", unit="L", label="Plasma volume")
B_CELL = Port("b_cell", unit="", label="B cells, blood")
STEROID_BARRIER = Port("steroid_barrier", unit="", label="Effect of steroid on the barrier")

HUMORAL_SHARE = Parameter(
    "humoral_share",
    unit="",
    label="Share of lesions made by an antibody",
    default=0.0,
    source=Assumption("0 in MS; set it to ask what another disease would do (R150)"),
)
PLASMABLASTS = Parameter(
    "plasmablasts",
    unit="",
    label="Share of the antibody made by short-lived cells of blood",
    default=0.4,
    prior=LogitNormal(0.7),
    source=Assumption("B cells rise most on the drug (R109); relapses went on or rose (R150)"),
)
K_ATTACK = Parameter(
    "k_attack",
    unit="1/day",
    label="Relaxation of the attack",
    default=0.2,
    prior=LogNormal(0.5),
    source=Assumption("days: improvement within the course of exchanges (R147)"),
)


@flux(changes={AUTOAB_C: +1}, boundary="made")
def autoab_made(k_igg, plasmablasts, b_cell):
    """Antibody is made, in part by cells that the drug holds in blood."""
    return k_igg * (1 - plasmablasts + plasmablasts * b_cell)


@flux(changes={AUTOAB_C: -1}, boundary="catabolised")
def autoab_catabolism(k_igg, fcrn_fold, autoab_c):
    """Antibody is catabolised with all other IgG."""
    return k_igg * fcrn_fold * autoab_c


@flux(changes={AUTOAB_C: -1, AUTOAB_P: +1})
def autoab_distribution(igg_refill, autoab_c, autoab_p, igg_intravascular):
    """Exchange of antibody with tissue."""
    return igg_refill * (autoab_c - autoab_p * igg_intravascular / (1 - igg_intravascular))


@flux(changes={AUTOAB_C: -1}, boundary="removed by apheresis")
def autoab_removed(cl_apheresis_igg, v_plasma, autoab_c):
    """Antibody removed with the plasma."""
    return cl_apheresis_igg / v_plasma * autoab_c


@flux(changes={ATTACK: +1}, boundary="arose")
def attack_rise(k_attack, autoab_c, steroid_barrier):
    """The attack follows the antibody through what the barrier lets pass."""
    return k_attack * autoab_c * (1 - steroid_barrier)


@flux(changes={ATTACK: -1}, boundary="waned")
def attack_fall(k_attack, attack):
    """The attack wanes."""
    return k_attack * attack


@output(unit="")
def autoantibody(autoab_c):
    """Autoantibody in plasma, fold of usual."""
    return autoab_c
