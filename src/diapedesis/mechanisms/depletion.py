"""Depleting drugs: antibodies against CD20, CD52, CD4 and CD8, and cladribine.

A drug is counted in courses and leaves by first-order elimination; the antibodies also leave with
the plasma of an apheresis session, so the order of the two matters. While a drug is there it kills
blood cells, at a rate that saturates and stays below a few per day, and with them the sources from
which blood is refilled. A source grows back at its own pace: B cells in months, CD8 T cells in a
year, CD4 T cells in years.
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    flux,
    rule,
)

ANTI_CD20 = State("anti_cd20", unit="", label="Anti-CD20 antibody, courses", scale=0.01)
ANTI_CD52 = State("anti_cd52", unit="", label="Anti-CD52 antibody, courses", scale=0.01)
ANTI_CD4 = State("anti_cd4", unit="", label="Anti-CD4 antibody, courses", scale=0.01)
ANTI_CD8 = State("anti_cd8", unit="", label="Anti-CD8 antibody, courses", scale=0.01)
CLADRIBINE = State("cladribine", unit="", label="Cladribine at work, courses", scale=0.01)
SOURCE_CD4 = State("source_cd4", unit="", label="Source of CD4 T cells", initial=1.0)
SOURCE_CD8 = State("source_cd8", unit="", label="Source of CD8 T cells", initial=1.0)
SOURCE_B = State("source_b", unit="", label="Source of B cells", initial=1.0)
SOURCE_TREG = State("source_treg", unit="", label="Source of regulatory T cells", initial=1.0)
SOURCE_OTHER = State("source_other", unit="", label="Source of other lymphocytes", initial=1.0)

ANTI_CD20_RATE = Input("anti_cd20_rate", unit="1/day", label="Courses of anti-CD20 given")
ANTI_CD52_RATE = Input("anti_cd52_rate", unit="1/day", label="Courses of anti-CD52 given")
ANTI_CD4_RATE = Input("anti_cd4_rate", unit="1/day", label="Courses of anti-CD4 given")
ANTI_CD8_RATE = Input("anti_cd8_rate", unit="1/day", label="Courses of anti-CD8 given")
CLADRIBINE_RATE = Input("cladribine_rate", unit="1/day", label="Courses of cladribine given")

LN2 = Port("ln2", unit="", label="Natural logarithm of 2")
V_PLASMA = Port("v_plasma", unit="L", label="Plasma volume")
CL_APHERESIS_IGG = Port("cl_apheresis_igg", unit="L/day", label="Clearance of IgG by apheresis")
FCRN_FOLD = Port("fcrn_fold", unit="", label="Breakdown of IgG antibodies over the usual one")

ANTI_CD20_HALF_LIFE = Parameter(
    "anti_cd20_half_life",
    unit="day",
    label="Half-life of anti-CD20",
    default=24.0,
    prior=LogNormal(0.15),
    source=Assumption("near that of IgG, as rituximab and ocrelizumab; no claim gives it"),
)
ANTI_CD52_HALF_LIFE = Parameter(
    "anti_cd52_half_life",
    unit="day",
    label="Half-life of anti-CD52",
    default=7.0,
    prior=LogNormal(0.3),
    source=Assumption("4 to 14 days for alemtuzumab; no claim gives it"),
)
ANTI_T_HALF_LIFE = Parameter(
    "anti_t_half_life",
    unit="day",
    label="Half-life of anti-CD4 and of anti-CD8",
    default=2.0,
    prior=LogNormal(0.4),
    source=Assumption("short for chimeric cM-T412, taken up by its target; anti-CD8 alike"),
)
CLADRIBINE_HALF_LIFE = Parameter(
    "cladribine_half_life",
    unit="day",
    label="Half-life of cladribine at work in cells",
    default=7.0,
    prior=LogNormal(0.5),
    source=Assumption("plasma is quicker; the nucleotides stay in lymphocytes; no claim gives it"),
)
ANTIBODY_SPREAD = Parameter(
    "antibody_spread",
    unit="",
    label="Volume an antibody leaves by apheresis, over plasma volume",
    default=3.0,
    prior=LogNormal(0.2),
    source=Assumption("a session of 1.5 plasma volumes takes 78 % of plasma, which holds half"),
)
KILL_MAX = Parameter(
    "kill_max",
    unit="1/day",
    label="Largest killing by a drug",
    default=1.5,
    prior=LogNormal(0.3),
    source=Assumption("cells are gone in a few days; the first hours (R124) are not resolved"),
)
ANTI_CD20_HALF = Parameter(
    "anti_cd20_half",
    unit="",
    label="Anti-CD20 with half of its largest killing, courses",
    default=0.004,
    prior=LogNormal(0.5),
    source=Source("R139", note="with half-life and source, B cells return at 9.7 months"),
)
ANTI_CD52_HALF = Parameter(
    "anti_cd52_half",
    unit="",
    label="Anti-CD52 with half of its largest killing, courses",
    default=0.05,
    prior=LogNormal(0.5),
    source=Assumption("gone from cells in a month, before B cells come back at 6 months (R123)"),
)
ANTI_T_HALF = Parameter(
    "anti_t_half",
    unit="",
    label="Anti-CD4 or anti-CD8 with half of its largest killing, courses",
    default=0.5,
    prior=LogNormal(0.5),
    source=Source("R124", "R125", note="with source_share, half of CD4 is left after a month"),
)
CLADRIBINE_HALF = Parameter(
    "cladribine_half",
    unit="",
    label="Cladribine with half of its largest killing, courses",
    default=0.3,
    prior=LogNormal(0.5),
    source=Assumption("no claim gives it; its shares were set with it"),
)
SOURCE_SHARE = Parameter(
    "source_share",
    unit="",
    label="Killing of a source, over killing of its cells in blood",
    default=0.16,
    prior=LogitNormal(0.4),
    source=Source("R124", note="CD4 at one month, where blood has come level with its source"),
)
ANTI_CD4_TREG = Parameter(
    "anti_cd4_treg",
    unit="",
    label="Killing of regulatory T cells by anti-CD4, over that of other CD4 cells",
    default=1.0,
    source=Assumption("they carry CD4; 0 asks what sparing them would do"),
)
CD52_TREG = Parameter(
    "cd52_treg",
    unit="",
    label="Killing of regulatory T cells by anti-CD52, over that of other CD4 cells",
    default=0.7,
    prior=LogitNormal(0.7),
    source=Assumption("their share of CD4 rises after alemtuzumab; no claim gives it"),
)
CD52_OTHER = Parameter(
    "cd52_other",
    unit="",
    label="Killing of other lymphocytes by anti-CD52, over that of T and B cells",
    default=0.05,
    prior=LogitNormal(0.7),
    source=Assumption("NK cells carry little CD52; no claim gives it"),
)
CLADRIBINE_CD4 = Parameter(
    "cladribine_cd4",
    unit="",
    label="Killing of CD4 T cells by cladribine, over the largest",
    default=0.17,
    prior=LogitNormal(0.5),
    source=Assumption("about half of CD4 left after a course; no claim gives it"),
)
CLADRIBINE_CD8 = Parameter(
    "cladribine_cd8",
    unit="",
    label="Killing of CD8 T cells by cladribine, over the largest",
    default=0.12,
    prior=LogitNormal(0.5),
    source=Assumption("less than CD4; no claim gives it"),
)
CLADRIBINE_B = Parameter(
    "cladribine_b",
    unit="",
    label="Killing of B cells by cladribine, over the largest",
    default=0.6,
    prior=LogitNormal(0.5),
    source=Assumption("a tenth to a fifth of B cells left after a course; no claim gives it"),
)
K_SOURCE_CD4 = Parameter(
    "k_source_cd4",
    unit="1/day",
    label="Regrowth of the source of CD4 and of regulatory T cells",
    default=0.0007,
    prior=LogNormal(0.3),
    source=Source("R123", "R124", "R125", note="0.0004 to 0.0008 a day over months and years"),
)
K_SOURCE_CD8 = Parameter(
    "k_source_cd8",
    unit="1/day",
    label="Regrowth of the source of CD8 T cells",
    default=0.002,
    prior=LogNormal(0.4),
    source=Source("R122", "R123", note="about half regained in 10 to 20 months"),
)
K_SOURCE_B = Parameter(
    "k_source_b",
    unit="1/day",
    label="Regrowth of the source of B cells",
    default=0.005,
    prior=LogNormal(0.4),
    source=Source("R122", "R123", note="about half regained 6 to 7 months after alemtuzumab"),
)
K_SOURCE_OTHER = Parameter(
    "k_source_other",
    unit="1/day",
    label="Regrowth of the source of other lymphocytes",
    default=0.01,
    prior=LogNormal(0.5),
    source=Assumption("NK cells return within months; no claim gives it"),
)


@rule(unit="1/day")
def antibody_removal(cl_apheresis_igg, antibody_spread, v_plasma):
    """Removal of depleting antibodies by the session that runs."""
    return cl_apheresis_igg / (antibody_spread * v_plasma)


@flux(changes={ANTI_CD20: +1}, boundary="given")
def anti_cd20_given(anti_cd20_rate):
    """Anti-CD20 given."""
    return anti_cd20_rate


@flux(changes={ANTI_CD20: -1}, boundary="eliminated")
def anti_cd20_lost(ln2, anti_cd20_half_life, fcrn_fold, antibody_removal, anti_cd20):
    """Anti-CD20 eliminated and removed by apheresis."""
    return (ln2 / anti_cd20_half_life * fcrn_fold + antibody_removal) * anti_cd20


@flux(changes={ANTI_CD52: +1}, boundary="given")
def anti_cd52_given(anti_cd52_rate):
    """Anti-CD52 given."""
    return anti_cd52_rate


@flux(changes={ANTI_CD52: -1}, boundary="eliminated")
def anti_cd52_lost(ln2, anti_cd52_half_life, fcrn_fold, antibody_removal, anti_cd52):
    """Anti-CD52 eliminated and removed by apheresis."""
    return (ln2 / anti_cd52_half_life * fcrn_fold + antibody_removal) * anti_cd52


@flux(changes={ANTI_CD4: +1}, boundary="given")
def anti_cd4_given(anti_cd4_rate):
    """Anti-CD4 given."""
    return anti_cd4_rate


@flux(changes={ANTI_CD4: -1}, boundary="eliminated")
def anti_cd4_lost(ln2, anti_t_half_life, antibody_removal, anti_cd4):
    """Anti-CD4 eliminated, mostly by its target, and removed by apheresis."""
    return (ln2 / anti_t_half_life + antibody_removal) * anti_cd4


@flux(changes={ANTI_CD8: +1}, boundary="given")
def anti_cd8_given(anti_cd8_rate):
    """Anti-CD8 given."""
    return anti_cd8_rate


@flux(changes={ANTI_CD8: -1}, boundary="eliminated")
def anti_cd8_lost(ln2, anti_t_half_life, antibody_removal, anti_cd8):
    """Anti-CD8 eliminated, mostly by its target, and removed by apheresis."""
    return (ln2 / anti_t_half_life + antibody_removal) * anti_cd8


@flux(changes={CLADRIBINE: +1}, boundary="given")
def cladribine_given(cladribine_rate):
    """Cladribine given."""
    return cladribine_rate


@flux(changes={CLADRIBINE: -1}, boundary="eliminated")
def cladribine_lost(ln2, cladribine_half_life, cladribine):
    """Cladribine eliminated; it sits in cells, so apheresis does not take it."""
    return ln2 / cladribine_half_life * cladribine


@rule(unit="")
def bound_cd20(anti_cd20, anti_cd20_half):
    """Anti-CD20 at work, share of its largest killing."""
    return anti_cd20 / (anti_cd20 + anti_cd20_half)


@rule(unit="")
def bound_cd52(anti_cd52, anti_cd52_half):
    """Anti-CD52 at work, share of its largest killing."""
    return anti_cd52 / (anti_cd52 + anti_cd52_half)


@rule(unit="")
def bound_cd4(anti_cd4, anti_t_half):
    """Anti-CD4 at work, share of its largest killing."""
    return anti_cd4 / (anti_cd4 + anti_t_half)


@rule(unit="")
def bound_cd8(anti_cd8, anti_t_half):
    """Anti-CD8 at work, share of its largest killing."""
    return anti_cd8 / (anti_cd8 + anti_t_half)


@rule(unit="")
def cladribine_effect(cladribine, cladribine_half):
    """Cladribine at work, share of its largest killing."""
    return cladribine / (cladribine + cladribine_half)


@rule(unit="1/day")
def kill_cd4(kill_max, bound_cd4, bound_cd52, cladribine_effect, cladribine_cd4):
    """Killing of CD4 T cells."""
    return kill_max * (bound_cd4 + bound_cd52 + cladribine_effect * cladribine_cd4)


@rule(unit="1/day")
def kill_cd8(kill_max, bound_cd8, bound_cd52, cladribine_effect, cladribine_cd8):
    """Killing of CD8 T cells."""
    return kill_max * (bound_cd8 + bound_cd52 + cladribine_effect * cladribine_cd8)


@rule(unit="1/day")
def kill_b(kill_max, bound_cd20, bound_cd52, cladribine_effect, cladribine_b):
    """Killing of B cells."""
    return kill_max * (bound_cd20 + bound_cd52 + cladribine_effect * cladribine_b)


@rule(unit="1/day")
def kill_treg(
    kill_max,
    bound_cd4,
    anti_cd4_treg,
    bound_cd52,
    cd52_treg,
    cladribine_effect,
    cladribine_cd4,
):
    """Killing of regulatory T cells."""
    return kill_max * (
        bound_cd4 * anti_cd4_treg + bound_cd52 * cd52_treg + cladribine_effect * cladribine_cd4
    )


@rule(unit="1/day")
def kill_other(kill_max, bound_cd52, cd52_other):
    """Killing of other lymphocytes."""
    return kill_max * bound_cd52 * cd52_other


@flux(changes={SOURCE_CD4: +1}, boundary="made")
def source_cd4_turnover(k_source_cd4, source_cd4, kill_cd4, source_share):
    """Regrowth of the source of CD4 T cells, less its killing."""
    return k_source_cd4 * (1 - source_cd4) - kill_cd4 * source_share * source_cd4


@flux(changes={SOURCE_CD8: +1}, boundary="made")
def source_cd8_turnover(k_source_cd8, source_cd8, kill_cd8, source_share):
    """Regrowth of the source of CD8 T cells, less its killing."""
    return k_source_cd8 * (1 - source_cd8) - kill_cd8 * source_share * source_cd8


@flux(changes={SOURCE_B: +1}, boundary="made")
def source_b_turnover(k_source_b, source_b, kill_b, source_share):
    """Regrowth of the source of B cells, less its killing."""
    return k_source_b * (1 - source_b) - kill_b * source_share * source_b


@flux(changes={SOURCE_TREG: +1}, boundary="made")
def source_treg_turnover(k_source_cd4, source_treg, kill_treg, source_share):
    """Regrowth of the source of regulatory T cells, less its killing."""
    return k_source_cd4 * (1 - source_treg) - kill_treg * source_share * source_treg


@flux(changes={SOURCE_OTHER: +1}, boundary="made")
def source_other_turnover(k_source_other, source_other, kill_other, source_share):
    """Regrowth of the source of other lymphocytes, less its killing."""
    return k_source_other * (1 - source_other) - kill_other * source_share * source_other
