"""CD8 cells against JC virus in the brain: entry through the gate, growth on antigen, help of CD4.

Survivors of PML have an early CD8 response, those who progress mostly not (claim pml 7.2). On
natalizumab the response in blood does not change (claim pml 7.5): it cannot get in. The unit of the
cells is their number at the height of a usual IRIS.
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
    rule,
)


def _jc_cd8_0(jc_surveillance):
    return jc_surveillance


JC_CD8 = State(
    "jc_cd8", unit="", label="CD8 cells against JC virus, CNS", initial=_jc_cd8_0, scale=0.1
)

FREE_ALPHA4 = Port("free_alpha4", unit="", label="Free alpha4 on the surface")
GATE_HILL = Port("gate_hill", unit="", label="Steepness of the gate")
CD8 = Port("cd8", unit="", label="CD8 cells, blood")
CNS_CD4 = Port("cns_cd4", unit="", label="Effector CD4 cells, CNS")
TRAPPED_EFFECTOR = Port("trapped_effector", unit="", label="Share of effectors kept in lymph nodes")
HELD_BACK = Port("held_back", unit="", label="How far steroid held back the response, 0 to 1")
INFECTED = Port("jc_infected", unit="mL", label="Infected tissue")
IRIS = Port("iris", unit="", label="Inflammation against the virus")
EXCHANGED = Port("exchanged", unit="", label="How far plasma was exchanged of late, 0 to 1")
JC_BOOST = Port("jc_boost", unit="", label="Growth of the response under drugs, fold")
JC_SUPPLY = Port("jc_supply", unit="", label="Cells against JC virus in blood under drugs, fold")
RECRUITMENT_LEFT = Port("recruitment_left", unit="", label="Recruitment that drugs leave")
CELLS_GIVEN = Port("cells_given", unit="1/day", label="Virus-specific cells given that reach it")

JC_SURVEILLANCE = Parameter(
    "jc_surveillance",
    unit="",
    label="Cells against JC virus in the untreated brain",
    default=0.25,
    prior=LogNormal(0.3),
    source=Assumption("enough to clear a seed, as PML hardly occurs without the drug"),
    iiv=0.4,
    iiv_source=Assumption("responses in blood differ by a factor of 200 (pml 7.1)"),
)
RESIDUAL_JC = Parameter(
    "residual_jc",
    unit="",
    label="Entry of these cells that no saturation stops, share of untreated",
    default=0.03,
    prior=LogitNormal(0.5),
    source=Assumption("as of all CD8 cells (pkpd 5.3)"),
    iiv=0.9,
    iiv_source=Source("pml 4.3", "pml 4.4", note="a quarter to a half enhance on the drug"),
)
JC_GATE_HALF = Parameter(
    "jc_gate_half",
    unit="",
    label="Free alpha4 at half of their entry",
    default=0.45,
    prior=LogNormal(0.25),
    source=Source("pml 4.9", "pml 4.14", note="IRIS at 57 days; crossing doubles below 1 mg/L"),
)
K_JC_CD8 = Parameter(
    "k_jc_cd8",
    unit="1/day",
    label="Loss of these cells from the brain",
    default=0.1,
    prior=LogNormal(0.3),
    source=Assumption("a week or two, as of other effectors"),
)
JC_RECRUITMENT = Parameter(
    "jc_recruitment",
    unit="",
    label="Entry that a usual IRIS adds, fold; twice as much at most",
    default=1.0,
    prior=LogNormal(0.5),
    source=Assumption("vessels of the lesion inflame and let more in; size not measured"),
)
JC_EXPANSION = Parameter(
    "jc_expansion",
    unit="1/day",
    label="Growth of the response on much antigen with full help",
    default=0.20,
    prior=LogNormal(0.2),
    source=Source("pml 4.9", note="from open gate to IRIS in weeks"),
    iiv=0.15,
    iiv_source=Assumption("IRIS at 57 days with an SD of 21 (pml 4.9)"),
)
JC_ANTIGEN_HALF = Parameter(
    "jc_antigen_half",
    unit="mL",
    label="Infected tissue at which the response grows at half its speed",
    default=0.12,
    prior=LogNormal(0.6),
    source=Assumption("less than is seen on a scan"),
)
JC_HELP_HALF = Parameter(
    "jc_help_half",
    unit="",
    label="CD4 cells in the CNS at which help is half of its limit, fold of untreated",
    default=0.35,
    prior=LogNormal(0.5),
    source=Assumption("direction from pml 7.3 and pml 7.5; size not measured"),
)
JC_CD8_MAX = Parameter(
    "jc_cd8_max",
    unit="",
    label="Cells at which the response stops growing",
    default=1.6,
    prior=LogNormal(0.2),
    source=Assumption("sets the unit: usual IRIS is near 1"),
)
JC_KILLING = Parameter(
    "jc_killing",
    unit="1/day",
    label="Killing of infected cells by one unit of cells",
    default=0.12,
    prior=LogNormal(0.3),
    source=Assumption(
        "half of treated AIDS-PML is cleared at two months (pml 5.14); a tenfold fall of the load"
        " in a month counts as a response (pml 5.5)"
    ),
)
STEROID_EXPANSION = Parameter(
    "steroid_expansion",
    unit="",
    label="Largest share of entry and growth of the response that steroid stops",
    default=0.3,
    prior=LogitNormal(1.5),
    source=Source("pml 4.8", "pml 4.34", note="better with, worse with early steroids: disputed"),
)
STEROID_LOSS_JC = Parameter(
    "steroid_loss_jc",
    unit="",
    label="Loss of the cells that steroid adds, fold",
    default=0.2,
    prior=LogNormal(1.0),
    source=Source("pml 4.8", "pml 4.34", note="better with, worse with early steroids: disputed"),
)
PLEX_EXPANSION = Parameter(
    "plex_expansion",
    unit="",
    label="Entry and growth of the response after plasma exchange, fold",
    default=0.4,
    prior=LogNormal(0.75),
    source=Source(
        "pml 4.32",
        "pml 4.14",
        note="no earlier IRIS after exchange in one cohort, though cells cross again at once",
    ),
)


@output(unit="")
def entry_jc(residual_jc, free_alpha4, gate_hill, jc_gate_half):
    """Entry of cells against JC virus, share of untreated."""
    return 1 - (1 - residual_jc) * (
        1
        - free_alpha4**gate_hill
        * (1 + jc_gate_half**gate_hill)
        / (free_alpha4**gate_hill + jc_gate_half**gate_hill)
    )


@rule(unit="")
def jc_help(cns_cd4, jc_help_half):
    """Help of CD4 cells in the CNS, fold of untreated."""
    return cns_cd4 * (1 + jc_help_half) / (cns_cd4 + jc_help_half)


@flux(changes={JC_CD8: +1}, boundary="entered")
def jc_cd8_entry(
    k_jc_cd8, jc_surveillance, entry_jc, cd8, trapped_effector, jc_supply, jc_recruitment, iris,
    recruitment_left, steroid_expansion, held_back, plex_expansion, exchanged,
):  # fmt: skip
    """Cells against the virus enter, more where tissue is inflamed."""
    return (
        k_jc_cd8
        * jc_surveillance
        * entry_jc
        * cd8
        * (1 - trapped_effector)
        * jc_supply
        * (1 + jc_recruitment * 2 * iris / (1 + iris) * recruitment_left)
        * (1 - steroid_expansion * held_back)
        * (1 + (plex_expansion - 1) * exchanged)
    )


@flux(changes={JC_CD8: +1}, boundary="grew")
def jc_cd8_growth(
    jc_expansion, jc_cd8, jc_infected, jc_antigen_half, jc_help, jc_cd8_max, steroid_expansion,
    held_back, plex_expansion, exchanged, jc_boost,
):  # fmt: skip
    """The response grows on antigen, as far as CD4 cells help."""
    return (
        jc_expansion
        * jc_cd8
        * jc_infected
        / (jc_infected + jc_antigen_half)
        * jc_help
        * (1 - jc_cd8 / jc_cd8_max)
        * (1 - steroid_expansion * held_back)
        * (1 + (plex_expansion - 1) * exchanged)
        * jc_boost
    )


@flux(changes={JC_CD8: +1}, boundary="given")
def jc_cd8_given(cells_given, entry_jc):
    """Virus-specific cells given to the patient enter."""
    return cells_given * entry_jc


@flux(changes={JC_CD8: -1}, boundary="lost")
def jc_cd8_loss(k_jc_cd8, steroid_loss_jc, held_back, jc_cd8):
    """Cells die or leave, faster after steroid."""
    return k_jc_cd8 * (1 + steroid_loss_jc * held_back) * jc_cd8


@output(unit="1/day")
def jc_kill(jc_killing, jc_cd8):
    """Killing of infected cells by CD8 cells."""
    return jc_killing * jc_cd8


@output(unit="")
def jc_response(jc_cd8):
    """CD8 cells against JC virus in the CNS, 1 at the height of a usual IRIS."""
    return jc_cd8
