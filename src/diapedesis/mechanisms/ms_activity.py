"""Inflammatory tone of the CNS: driven by effectors, helped by B cells, braked by regulators.

The drive is a weighted sum over the hypotheses; tone that passes a threshold recruits more cells by
itself, which is how alike patients part into quiet ones and rebounds (claim R055). Everything is a
fold of the same patient's untreated state, which is a steady state.
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

TONE = State("tone_fold", unit="", label="Inflammatory tone, fold of untreated", initial=1.0)

CNS_CD4 = Port("cns_cd4", unit="", label="Effector CD4 cells, CNS")
CNS_CD8 = Port("cns_cd8", unit="", label="Effector CD8 cells, CNS")
CNS_TREG = Port("cns_treg", unit="", label="Regulatory T cells, CNS")
B_CELL = Port("b_cell", unit="", label="B cells, blood")
TRAPPED_B = Port("trapped_b", unit="", label="Share of B cells kept in lymph nodes")
ANTIGEN = Port("antigen", unit="", label="Viral antigen in the CNS")
DEBRIS = Port("debris", unit="", label="Uncleared damage in the CNS")
W_NULL = Port("w_null", unit="", label="Weight of the return to one's own level")
W_CD4 = Port("w_cd4", unit="", label="Weight of classical CD4 autoimmunity")
W_POOL = Port("w_pool", unit="", label="Weight of the peripheral pool")
W_VIRUS = Port("w_virus", unit="", label="Weight of the latent virus")
W_DAMAGE = Port("w_damage", unit="", label="Weight of silent damage")
W_IMBALANCE = Port("w_imbalance", unit="", label="Weight of effectors without regulators")
STEROID_EFFECT = Port("steroid_effect", unit="", label="Effect of steroid on cells")
PLATFORM_EFFECT = Port("platform_effect", unit="", label="Drive removed by platform drugs")

CD4_SHARE = Parameter(
    "cd4_share",
    unit="",
    label="Share of CD4 cells among the effectors where both lineages serve",
    default=0.5,
    prior=LogitNormal(0.6),
    source=Assumption("lesions hold more CD8 (R129), anti-CD4 works by its depth (R126)"),
)
CD4_HELP = Parameter(
    "cd4_help",
    unit="",
    label="Share of the CD8 response to virus that needs CD4 help",
    default=0.3,
    prior=LogitNormal(0.8),
    source=Assumption("help is needed in other viral infections; here nobody measured it"),
)
B_HELP = Parameter(
    "b_help",
    unit="",
    label="Share of the drive that needs B cells",
    default=0.92,
    prior=LogitNormal(0.5),
    source=Source("R141", "R142", note="anti-CD20 lowers Gd lesions by 91 to 95 %"),
)
B_HELP_HALF = Parameter(
    "b_help_half",
    unit="",
    label="B cells at which help is half of its limit, fold of untreated",
    default=0.4,
    prior=LogNormal(0.5),
    source=Assumption("B cells double on natalizumab without harm"),
)
COOPERATION = Parameter(
    "cooperation",
    unit="",
    label="Effector density below which the drive falls with its square",
    default=0.45,
    prior=LogNormal(0.5),
    source=Assumption("few cells do less than their share: Gd falls by 92 % (R008)"),
)
REGULATION = Parameter(
    "regulation",
    unit="",
    label="Share of the brake that is lost without regulatory cells",
    default=0.3,
    prior=LogitNormal(0.5),
    source=Assumption("direction from R116; size not measured"),
    iiv=0.7,
    iiv_source=Assumption("patients differ in rebound though alike before (R055)"),
)
REGULATION_IMBALANCE = Parameter(
    "regulation_imbalance",
    unit="",
    label="The same for the cells of the imbalance hypothesis",
    default=0.8,
    prior=LogitNormal(0.5),
    source=Assumption("what makes that hypothesis: mostly the brake decides"),
)
RECRUITMENT_GAIN = Parameter(
    "recruitment_gain",
    unit="",
    label="Recruitment that ignited tissue adds, fold",
    default=8.0,
    prior=LogNormal(0.4),
    source=Source("R055", note="17 lesions in those who relapse, 0.3 in those who do not"),
)
IGNITION_TONE = Parameter(
    "ignition_tone",
    unit="",
    label="Tone at which tissue is half ignited, fold of untreated",
    default=4.4,
    prior=LogNormal(0.2),
    source=Source("R055", "R029", note="a minority rebounds; the mean stays below untreated"),
)
K_TONE = Parameter(
    "k_tone",
    unit="1/day",
    label="Relaxation of tone",
    default=0.15,
    prior=LogNormal(0.4),
    source=Assumption("a week; enhancement itself lasts weeks (R152)"),
)
STEROID_DRIVE = Parameter(
    "steroid_drive",
    unit="",
    label="Largest share of the drive that steroid stops",
    default=0.3,
    prior=LogitNormal(0.5),
    source=Source("R097", "R098", note="fewer new lesions for weeks after a course"),
)
STEROID_TONE = Parameter(
    "steroid_tone",
    unit="",
    label="Relaxation of tone that steroid adds, fold",
    default=0.5,
    prior=LogNormal(0.5),
    source=Source("R097", "R098", note="fewer new lesions for weeks after a course"),
)


@output(unit="")
def tone(tone_fold):
    """Inflammatory tone, fold of untreated."""
    return tone_fold


@rule(unit="")
def ignition(tone_fold, ignition_tone):
    """How far inflamed tissue recruits by itself, 0 to 1."""
    return tone_fold**6 / (tone_fold**6 + ignition_tone**6)


@rule(unit="")
def recruitment(ignition, ignition_tone, recruitment_gain, w_null):
    """Recruitment by inflamed tissue, fold of untreated; none is added under `null`."""
    return 1 + recruitment_gain * (1 - w_null) * (ignition - 1 / (1 + ignition_tone**6))


@rule(unit="")
def both_lineages(cd4_share, cns_cd4, cns_cd8):
    """Effectors where CD4 and CD8 cells serve alike."""
    return cd4_share * cns_cd4 + (1 - cd4_share) * cns_cd8


@rule(unit="")
def helped_cd8(cd4_help, cns_cd4, cns_cd8):
    """CD8 cells that answer to virus, as far as CD4 cells help."""
    return cns_cd8 * (1 - cd4_help + cd4_help * 2 * cns_cd4 / (1 + cns_cd4))


@rule(unit="")
def unbraked(regulation_imbalance, cns_treg, cns_cd4):
    """CD4 cells of the imbalance hypothesis, as far as regulators let them."""
    return cns_cd4 / (1 - regulation_imbalance + regulation_imbalance * cns_treg)


@rule(unit="")
def effectors(
    w_null,
    w_cd4,
    w_pool,
    w_virus,
    w_damage,
    w_imbalance,
    both_lineages,
    cns_cd4,
    antigen,
    helped_cd8,
    debris,
    unbraked,
):
    """Effectors weighed over the hypotheses, fold of untreated."""
    return (
        (w_null + w_pool) * both_lineages
        + w_cd4 * cns_cd4
        + w_virus * antigen * helped_cd8
        + w_damage * debris * both_lineages
        + w_imbalance * unbraked
    )


@output(unit="")
def b_cell_help(b_help, b_help_half, b_cell, trapped_b):
    """Help of B cells, fold of untreated."""
    return (
        1
        - b_help
        + b_help
        * b_cell
        * (1 - trapped_b)
        * (1 + b_help_half)
        / (b_cell * (1 - trapped_b) + b_help_half)
    )


@output(unit="")
def drive(
    effectors, cooperation, b_cell_help, regulation, cns_treg, platform_effect, steroid_drive,
    steroid_effect,
):  # fmt: skip
    """Drive of tone, fold of untreated."""
    return (
        effectors**2
        * (1 + cooperation)
        / (effectors + cooperation)
        * b_cell_help
        / (1 - regulation + regulation * cns_treg)
        * (1 - platform_effect)
        * (1 - steroid_drive * steroid_effect)
    )


@flux(changes={TONE: +1}, boundary="arose")
def tone_rise(k_tone, drive):
    """Tone follows the drive."""
    return k_tone * drive


@flux(changes={TONE: -1}, boundary="waned")
def tone_fall(k_tone, steroid_tone, steroid_effect, tone_fold):
    """Tone wanes, faster under steroid."""
    return k_tone * (1 + steroid_tone * steroid_effect) * tone_fold
