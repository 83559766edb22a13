"""Entry of lymphocyte subsets into the CNS, each through its own part of the gate, and the CSF.

CD8 cells in CSF are less saturated than CD4 cells, so more of them still enter (claims pkpd 5.3,
R118, R119); regulatory cells lose more alpha4 than effectors and come back last (claim R116).
Lumbar cell counts lag behind the tissue: still low at six months, when lesions peak (claim R117).
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

CNS_CD4 = State("cns_cd4", unit="", label="Effector CD4 cells, CNS, fold of untreated", initial=1.0)
CNS_CD8 = State("cns_cd8", unit="", label="Effector CD8 cells, CNS, fold of untreated", initial=1.0)
CNS_B = State("cns_b", unit="", label="B and plasma cells, CNS, fold of untreated", initial=1.0)
CNS_TREG = State(
    "cns_treg", unit="", label="Regulatory T cells, CNS, fold of untreated", initial=1.0
)
CSF_CELLS = State("csf_fold", unit="", label="Lymphocytes in CSF, fold of untreated", initial=1.0)

FREE_ALPHA4 = Port("free_alpha4", unit="", label="Free alpha4 on the surface")
GATE = Port("gate", unit="", label="Entry through the gate, share of untreated")
GATE_HILL = Port("gate_hill", unit="", label="Steepness of the gate")
CD4 = Port("cd4", unit="", label="CD4 cells, blood")
CD8 = Port("cd8", unit="", label="CD8 cells, blood")
B_CELL = Port("b_cell", unit="", label="B cells, blood")
TREG = Port("treg", unit="", label="Regulatory T cells, blood")
HOMING = Port("homing", unit="", label="CNS-homing share of effectors in blood")
W_POOL = Port("w_pool", unit="", label="Weight of the peripheral pool")
TRAPPED_EFFECTOR = Port("trapped_effector", unit="", label="Share of effectors kept in lymph nodes")
TRAPPED_B = Port("trapped_b", unit="", label="Share of B cells kept in lymph nodes")
TRAPPED_TREG = Port("trapped_treg", unit="", label="Share of regulatory cells kept in lymph nodes")
RECRUITMENT = Port("recruitment", unit="", label="Recruitment by inflamed tissue, fold")
IGNITION = Port("ignition", unit="", label="How far inflamed tissue recruits, 0 to 1")
TONE = Port("tone", unit="", label="Inflammatory tone")
STEROID_EFFECT = Port("steroid_effect", unit="", label="Effect of steroid on cells")

RESIDUAL_CD4 = Parameter(
    "residual_cd4",
    unit="",
    label="Entry of CD4 cells that no saturation stops, share of untreated",
    default=0.005,
    prior=LogitNormal(0.6),
    source=Source("R008", "R118", note="Gd falls by 92 %; CSF CD4/CD8 falls"),
)
RESIDUAL_CD8 = Parameter(
    "residual_cd8",
    unit="",
    label="Entry of CD8 cells that no saturation stops, share of untreated",
    default=0.03,
    prior=LogitNormal(0.5),
    source=Source("pkpd 5.3", "R118", note="CSF CD4/CD8 of 0.3 to 2.1 on the drug"),
)
TREG_HALF = Parameter(
    "treg_half",
    unit="",
    label="Free alpha4 at half of regulatory entry",
    default=0.6,
    prior=LogNormal(0.2),
    source=Source("R116", note="regulatory cells lose more alpha4; the size is assumed"),
)
RESIDUAL_B = Parameter(
    "residual_b",
    unit="",
    label="Entry of B cells that no saturation stops, share of untreated",
    default=0.05,
    prior=LogitNormal(0.6),
    source=Source("pkpd 5.5", "pkpd 5.7", note="CSF B and plasma cells lower on the drug"),
)
BYPASS = Parameter(
    "bypass",
    unit="",
    label="Share of shut-out entry that another route regains in ignited tissue",
    default=0.01,
    prior=LogitNormal(0.8),
    source=Assumption("another adhesion route, rarely strong: worsening at the start (R147-R149)"),
    iiv=1.2,
    iiv_source=Assumption("worsening at the start is rare: a handful of cases (R148)"),
)
K_CNS = Parameter(
    "k_cns",
    unit="1/day",
    label="Loss of effectors from the CNS",
    default=0.07,
    prior=LogNormal(0.3),
    source=Assumption("one to two weeks; no human measurement"),
)
K_CNS_TREG = Parameter(
    "k_cns_treg",
    unit="1/day",
    label="Turnover of regulatory cells in the CNS",
    default=0.04,
    prior=LogNormal(0.4),
    source=Assumption("slower than effectors: the order of their return in R116"),
)
K_CNS_B = Parameter(
    "k_cns_b",
    unit="1/day",
    label="Turnover of B and plasma cells in the CNS",
    default=0.03,
    prior=LogNormal(0.4),
    source=Assumption("plasma cells persist; CSF B cells are low on the drug (pkpd 5.7)"),
)
TREG_EXPANSION = Parameter(
    "treg_expansion",
    unit="",
    label="Regulatory entry gained with tone",
    default=0.8,
    prior=LogNormal(0.5),
    source=Assumption("inflammation brings its brake with it; size not measured"),
)
STEROID_ENTRY = Parameter(
    "steroid_entry",
    unit="",
    label="Largest share of effector entry that steroid stops",
    default=0.15,
    prior=LogitNormal(0.5),
    source=Assumption("monthly pulses hardly change the return of activity (R091)"),
)
STEROID_LOSS = Parameter(
    "steroid_loss",
    unit="",
    label="Loss of effectors that steroid adds, fold",
    default=0.5,
    prior=LogNormal(0.5),
    source=Assumption("T cells in blood fall within a day and are back in a week (R100)"),
)
K_CSF = Parameter(
    "k_csf",
    unit="1/day",
    label="Refill of the lumbar CSF",
    default=0.006,
    prior=LogNormal(0.3),
    source=Source("pkpd 5.5", "R117", note="still low six months after stopping"),
)
CSF_RATIO = Parameter(
    "csf_ratio",
    unit="",
    label="CD4/CD8 in CSF, untreated",
    default=3.0,
    prior=LogNormal(0.2),
    source=Assumption("CD4 about 70 % of T cells in normal CSF (R138)"),
    iiv=0.3,
    iiv_source=Assumption("as wide as the ratio in blood (R111)"),
)


@rule(unit="")
def effector_supply(w_pool, homing, recruitment, steroid_entry, steroid_effect, trapped_effector):
    """Effectors of a lineage that seek entry, fold of untreated."""
    return (
        (1 - w_pool + w_pool * homing)
        * recruitment
        * (1 - steroid_entry * steroid_effect)
        * (1 - trapped_effector)
    )


@rule(unit="1/day")
def effector_loss(k_cns, steroid_loss, steroid_effect):
    """Loss rate constant of effectors in the CNS."""
    return k_cns * (1 + steroid_loss * steroid_effect)


@output(unit="")
def entry_cd4(residual_cd4, gate, bypass, ignition):
    """Entry of CD4 effectors, share of untreated."""
    return 1 - (1 - residual_cd4) * (1 - gate) * (1 - bypass * ignition)


@output(unit="")
def entry_cd8(residual_cd8, gate, bypass, ignition):
    """Entry of CD8 effectors, share of untreated."""
    return 1 - (1 - residual_cd8) * (1 - gate) * (1 - bypass * ignition)


@output(unit="")
def entry_treg(free_alpha4, gate_hill, treg_half):
    """Entry of regulatory T cells, share of untreated."""
    return (
        free_alpha4**gate_hill
        * (1 + treg_half**gate_hill)
        / (free_alpha4**gate_hill + treg_half**gate_hill)
    )


@flux(changes={CNS_CD4: +1}, boundary="entered")
def cns_cd4_entry(k_cns, entry_cd4, cd4, effector_supply):
    """CD4 effectors enter."""
    return k_cns * entry_cd4 * cd4 * effector_supply


@flux(changes={CNS_CD4: -1}, boundary="lost")
def cns_cd4_loss(effector_loss, cns_cd4):
    """CD4 effectors die or leave."""
    return effector_loss * cns_cd4


@flux(changes={CNS_CD8: +1}, boundary="entered")
def cns_cd8_entry(k_cns, entry_cd8, cd8, effector_supply):
    """CD8 effectors enter."""
    return k_cns * entry_cd8 * cd8 * effector_supply


@flux(changes={CNS_CD8: -1}, boundary="lost")
def cns_cd8_loss(effector_loss, cns_cd8):
    """CD8 effectors die or leave."""
    return effector_loss * cns_cd8


@flux(changes={CNS_B: +1}, boundary="entered")
def cns_b_entry(k_cns_b, residual_b, gate, b_cell, trapped_b):
    """B and plasma cells enter."""
    return k_cns_b * (residual_b + (1 - residual_b) * gate) * b_cell * (1 - trapped_b)


@flux(changes={CNS_B: -1}, boundary="lost")
def cns_b_loss(k_cns_b, cns_b):
    """B and plasma cells die or leave."""
    return k_cns_b * cns_b


@flux(changes={CNS_TREG: +1}, boundary="entered")
def cns_treg_entry(k_cns_treg, entry_treg, treg, trapped_treg, treg_expansion, tone):
    """Regulatory T cells enter, more where tissue is inflamed."""
    return (
        k_cns_treg
        * entry_treg
        * treg
        * (1 - trapped_treg)
        * (1 + treg_expansion * tone)
        / (1 + treg_expansion)
    )


@flux(changes={CNS_TREG: -1}, boundary="lost")
def cns_treg_loss(k_cns_treg, cns_treg):
    """Regulatory T cells die or leave."""
    return k_cns_treg * cns_treg


@rule(unit="")
def csf_target(csf_ratio, cns_cd4, cns_cd8):
    """CSF count towards which the tissue drives, saturating in an inflamed one."""
    return 2 * (csf_ratio * cns_cd4 + cns_cd8) / (1 + csf_ratio + csf_ratio * cns_cd4 + cns_cd8)


@flux(changes={CSF_CELLS: +1}, boundary="entered")
def csf_refill(k_csf, csf_target):
    """Lymphocytes reach the lumbar CSF."""
    return k_csf * csf_target


@flux(changes={CSF_CELLS: -1}, boundary="lost")
def csf_loss(k_csf, csf_fold):
    """Lymphocytes leave the lumbar CSF."""
    return k_csf * csf_fold


@output(unit="")
def cns_t_cells(csf_ratio, cns_cd4, cns_cd8):
    """Effector T cells in the CNS, fold of untreated."""
    return (csf_ratio * cns_cd4 + cns_cd8) / (csf_ratio + 1)


@output(unit="")
def cns_regulators(cns_treg):
    """Regulatory T cells in the CNS, fold of untreated."""
    return cns_treg


@output(unit="")
def csf_cells(csf_fold):
    """Lymphocytes in CSF, fold of untreated."""
    return csf_fold


@output(unit="")
def csf_cd4cd8(csf_ratio, cns_cd4, cns_cd8):
    """CD4/CD8 in CSF."""
    return csf_ratio * cns_cd4 / cns_cd8
