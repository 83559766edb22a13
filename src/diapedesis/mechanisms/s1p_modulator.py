"""S1P modulators: lymphocytes kept in lymph nodes, naive and central-memory cells most.

Each drug is a level relative to its own steady state; the level acts through a saturable signal,
1 on long-term fingolimod. Each day's dose stands above the mean level by a share, so that the first
tablet already works within hours. Effector memory is trapped less, and NK cells are not.
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
    output,
    rule,
)

FINGOLIMOD_LEVEL = State("fingolimod_level", unit="", label="Fingolimod over its steady state")
SIPONIMOD_LEVEL = State("siponimod_level", unit="", label="Siponimod over its steady state")

FINGOLIMOD = Input("fingolimod", unit="", label="1 while fingolimod is taken")
SIPONIMOD = Input("siponimod", unit="", label="1 while siponimod is taken")
W_IMBALANCE = Port("w_imbalance", unit="", label="Weight of the imbalance hypothesis")

_NEAR_ALL = "the direction is R072; the size makes all lymphocytes fall to 30 % (R077)"

K_FINGOLIMOD = Parameter(
    "k_fingolimod",
    unit="1/day",
    label="Elimination rate constant of fingolimod",
    default=0.1155,
    prior=LogNormal(0.2),
    source=Assumption("half-life of 6 days, of 6 to 9; lymphocytes are back in weeks (R078)"),
)
K_SIPONIMOD = Parameter(
    "k_siponimod",
    unit="1/day",
    label="Elimination rate constant of siponimod",
    default=0.555,
    prior=LogNormal(0.2),
    source=Assumption("half-life of 30 hours; no claim gives it"),
)
FINGOLIMOD_PEAK = Parameter(
    "fingolimod_peak",
    unit="",
    label="Peak of one dose of fingolimod, over the mean level",
    default=0.06,
    prior=LogNormal(0.4),
    source=Source("R077", note="60 % of the lymphocytes 4 to 6 hours after the first dose"),
)
S1P_HALF = Parameter(
    "s1p_half",
    unit="",
    label="Level with half of the largest trapping",
    default=0.08,
    prior=LogNormal(0.4),
    source=Source("R077", "R078", note="between the first dose and the return in 2 to 4 weeks"),
)
E_S1P_CD4 = Parameter(
    "e_s1p_cd4",
    unit="",
    label="CD4 T cells trapped on fingolimod",
    default=0.93,
    prior=LogitNormal(0.4),
    source=Assumption(_NEAR_ALL),
)
E_S1P_CD8 = Parameter(
    "e_s1p_cd8",
    unit="",
    label="CD8 T cells trapped on fingolimod",
    default=0.75,
    prior=LogitNormal(0.4),
    source=Assumption(_NEAR_ALL + "; the cytotoxic half falls by more than half (R073)"),
)
E_S1P_B = Parameter(
    "e_s1p_b",
    unit="",
    label="B cells trapped on fingolimod",
    default=0.90,
    prior=LogitNormal(0.4),
    source=Assumption(_NEAR_ALL),
)
E_S1P_TREG = Parameter(
    "e_s1p_treg",
    unit="",
    label="Regulatory T cells trapped on fingolimod",
    default=0.65,
    prior=LogitNormal(0.5),
    source=Assumption("they fall less than the others (R072); by how much is not printed"),
)
E_S1P_TREG_IMBALANCE = Parameter(
    "e_s1p_treg_imbalance",
    unit="",
    label="Regulatory T cells trapped on fingolimod, where imbalance drives the disease",
    default=0.90,
    prior=LogitNormal(0.5),
    source=Assumption("what the hypothesis says: regulation falls more than effectors"),
)
E_S1P_EFFECTOR = Parameter(
    "e_s1p_effector",
    unit="",
    label="Effector memory cells trapped on fingolimod",
    default=0.4,
    prior=LogitNormal(0.5),
    source=Assumption("less than naive cells (R072); leaves room for lesions on the drug (R063)"),
)


@flux(changes={FINGOLIMOD_LEVEL: +1}, boundary="taken")
def fingolimod_turnover(k_fingolimod, fingolimod, fingolimod_level):
    """Fingolimod taken, less what is eliminated."""
    return k_fingolimod * (fingolimod - fingolimod_level)


@flux(changes={SIPONIMOD_LEVEL: +1}, boundary="taken")
def siponimod_turnover(k_siponimod, siponimod, siponimod_level):
    """Siponimod taken, less what is eliminated."""
    return k_siponimod * (siponimod - siponimod_level)


@rule(unit="")
def s1p_level(fingolimod_level, fingolimod_peak, fingolimod, siponimod_level):
    """Level of S1P modulators, over steady state; two at once, as in a switch, add up to 1."""
    return 1 - (1 - (fingolimod_level + fingolimod_peak * fingolimod) / (1 + fingolimod_peak)) * (
        1 - siponimod_level
    )


@output(unit="")
def s1p(s1p_level, s1p_half):
    """Trapping signal, 1 on long-term fingolimod."""
    return s1p_level * (1 + s1p_half) / (s1p_level + s1p_half)


@rule(unit="")
def trapped_cd4(s1p, e_s1p_cd4):
    """Share of CD4 T cells trapped."""
    return s1p * e_s1p_cd4


@rule(unit="")
def trapped_cd8(s1p, e_s1p_cd8):
    """Share of CD8 T cells trapped."""
    return s1p * e_s1p_cd8


@rule(unit="")
def trapped_b(s1p, e_s1p_b):
    """Share of B cells trapped."""
    return s1p * e_s1p_b


@rule(unit="")
def trapped_treg(s1p, e_s1p_treg, w_imbalance, e_s1p_treg_imbalance):
    """Share of regulatory T cells trapped."""
    return s1p * (e_s1p_treg + w_imbalance * (e_s1p_treg_imbalance - e_s1p_treg))


@rule(unit="")
def trapped_effector(s1p, e_s1p_effector):
    """Share of effector memory cells trapped."""
    return s1p * e_s1p_effector
