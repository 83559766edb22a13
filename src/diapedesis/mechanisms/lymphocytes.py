"""Lymphocytes in blood: folds of the untreated count, held back from tissue by the drug.

Cells leave blood for tissue partly by alpha4-integrin; the rest of their egress does not need it.
While alpha4 is bound the count rises until production is met, most for B cells (claims R108, R109,
R110). A depleting drug kills cells; a sphingosine-1-phosphate modulator keeps them in lymph nodes.
Cells that dimethyl fumarate costs are missing from the count; what that does to the disease is in
the effect of the drug and not counted again.
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

CD4 = State("cd4", unit="", label="CD4 cells, blood, fold of untreated", initial=1.0)
CD8 = State("cd8", unit="", label="CD8 cells, blood, fold of untreated", initial=1.0)
B_CELL = State("b_cell", unit="", label="B cells, blood, fold of untreated", initial=1.0)
TREG = State("treg", unit="", label="Regulatory T cells, blood, fold of untreated", initial=1.0)
OTHER = State("other", unit="", label="NK and other lymphocytes, blood, fold", initial=1.0)

FREE_ALPHA4 = Port("free_alpha4", unit="", label="Free alpha4 on the surface")
SOURCE_CD4 = Port("source_cd4", unit="", label="Source of CD4 cells, fold of untreated")
SOURCE_CD8 = Port("source_cd8", unit="", label="Source of CD8 cells, fold of untreated")
SOURCE_B = Port("source_b", unit="", label="Source of B cells, fold of untreated")
SOURCE_TREG = Port("source_treg", unit="", label="Source of regulatory T cells, fold of untreated")
SOURCE_OTHER = Port("source_other", unit="", label="Source of other lymphocytes, fold")
KILL_CD4 = Port("kill_cd4", unit="1/day", label="Killing of CD4 cells")
KILL_CD8 = Port("kill_cd8", unit="1/day", label="Killing of CD8 cells")
KILL_B = Port("kill_b", unit="1/day", label="Killing of B cells")
KILL_TREG = Port("kill_treg", unit="1/day", label="Killing of regulatory T cells")
KILL_OTHER = Port("kill_other", unit="1/day", label="Killing of other lymphocytes")
TRAPPED_CD4 = Port("trapped_cd4", unit="", label="Share of CD4 cells kept in lymph nodes")
TRAPPED_CD8 = Port("trapped_cd8", unit="", label="Share of CD8 cells kept in lymph nodes")
TRAPPED_B = Port("trapped_b", unit="", label="Share of B cells kept in lymph nodes")
TRAPPED_TREG = Port("trapped_treg", unit="", label="Share of regulatory cells kept in lymph nodes")
DMF_LOSS = Port("dmf_loss", unit="", label="Share of CD4 and B cells that fumarate costs")
DMF_LOSS_CD8 = Port("dmf_loss_cd8", unit="", label="Share of CD8 cells that fumarate costs")

K_BLOOD = Parameter(
    "k_blood",
    unit="1/day",
    label="Turnover of lymphocytes in blood",
    default=0.2,
    prior=LogNormal(0.4),
    source=Assumption("blood counts follow saturation within weeks after stopping (R030)"),
)
EGRESS_CD4 = Parameter(
    "egress_cd4",
    unit="",
    label="Share of CD4 egress without alpha4",
    default=0.72,
    prior=LogitNormal(0.3),
    source=Source("R108", "pkpd 5.12", note="total 2.1 to 3.5; CD4/CD8 falls in one cohort"),
)
EGRESS_CD8 = Parameter(
    "egress_cd8",
    unit="",
    label="Share of CD8 egress without alpha4",
    default=0.60,
    prior=LogitNormal(0.3),
    source=Source("R108", "pkpd 5.12", "R109", note="R109: CD4/CD8 unchanged"),
)
EGRESS_B = Parameter(
    "egress_b",
    unit="",
    label="Share of B-cell egress without alpha4",
    default=0.3,
    prior=LogitNormal(0.4),
    source=Source("R109", "R110", "pkpd 5.15", note="B cells rise most; size not printed"),
)
EGRESS_OTHER = Parameter(
    "egress_other",
    unit="",
    label="Share of egress without alpha4, NK and other",
    default=0.58,
    prior=LogitNormal(0.3),
    source=Source("R108", "pkpd 5.15", note="what remains of the rise of the total"),
)
_COUNTS = Source("R108", "R111", "R136", note="total 2.1; CD4/CD8 2.03; subsets of healthy adults")
COUNT_CD4 = Parameter(
    "count_cd4", "cell/uL", "Untreated CD4 count", 900.0, _COUNTS, LogNormal(0.05), 0.28, _COUNTS
)
COUNT_CD8 = Parameter(
    "count_cd8", "cell/uL", "Untreated CD8 count", 450.0, _COUNTS, LogNormal(0.08), 0.35, _COUNTS
)
COUNT_B = Parameter(
    "count_b", "cell/uL", "Untreated B-cell count", 250.0, _COUNTS, LogNormal(0.1), 0.5, _COUNTS
)
COUNT_TREG = Parameter(
    "count_treg",
    unit="cell/uL",
    label="Untreated count of regulatory T cells",
    default=60.0,
    prior=LogNormal(0.3),
    source=Assumption("a small share of CD4 cells; no count with a readable source"),
)
COUNT_OTHER = Parameter(
    "count_other", "cell/uL", "Untreated count, NK and other", 440.0, _COUNTS, LogNormal(0.08)
)


@rule(unit="")
def egress_fold_cd4(egress_cd4, free_alpha4):
    """Egress of a CD4 or regulatory T cell, fold of untreated."""
    return egress_cd4 + (1 - egress_cd4) * free_alpha4


@flux(changes={CD4: +1}, boundary="made")
def cd4_made(k_blood, source_cd4):
    """CD4 cells enter blood."""
    return k_blood * source_cd4


@flux(changes={CD4: -1}, boundary="to tissue")
def cd4_left(k_blood, egress_fold_cd4, kill_cd4, cd4):
    """CD4 cells leave blood, or are killed."""
    return (k_blood * egress_fold_cd4 + kill_cd4) * cd4


@flux(changes={CD8: +1}, boundary="made")
def cd8_made(k_blood, source_cd8):
    """CD8 cells enter blood."""
    return k_blood * source_cd8


@flux(changes={CD8: -1}, boundary="to tissue")
def cd8_left(k_blood, egress_cd8, free_alpha4, kill_cd8, cd8):
    """CD8 cells leave blood, or are killed."""
    return (k_blood * (egress_cd8 + (1 - egress_cd8) * free_alpha4) + kill_cd8) * cd8


@flux(changes={B_CELL: +1}, boundary="made")
def b_made(k_blood, source_b):
    """B cells enter blood."""
    return k_blood * source_b


@flux(changes={B_CELL: -1}, boundary="to tissue")
def b_left(k_blood, egress_b, free_alpha4, kill_b, b_cell):
    """B cells leave blood, or are killed."""
    return (k_blood * (egress_b + (1 - egress_b) * free_alpha4) + kill_b) * b_cell


@flux(changes={TREG: +1}, boundary="made")
def treg_made(k_blood, source_treg):
    """Regulatory T cells enter blood."""
    return k_blood * source_treg


@flux(changes={TREG: -1}, boundary="to tissue")
def treg_left(k_blood, egress_fold_cd4, kill_treg, treg):
    """Regulatory T cells leave blood as other CD4 cells do, or are killed."""
    return (k_blood * egress_fold_cd4 + kill_treg) * treg


@flux(changes={OTHER: +1}, boundary="made")
def other_made(k_blood, source_other):
    """NK and other lymphocytes enter blood."""
    return k_blood * source_other


@flux(changes={OTHER: -1}, boundary="to tissue")
def other_left(k_blood, egress_other, free_alpha4, kill_other, other):
    """NK and other lymphocytes leave blood, or are killed."""
    return (k_blood * (egress_other + (1 - egress_other) * free_alpha4) + kill_other) * other


@output(unit="cell/uL")
def cd4_count(count_cd4, cd4, trapped_cd4, dmf_loss):
    """CD4 count."""
    return count_cd4 * cd4 * (1 - trapped_cd4) * (1 - dmf_loss)


@output(unit="cell/uL")
def cd8_count(count_cd8, cd8, trapped_cd8, dmf_loss_cd8):
    """CD8 count."""
    return count_cd8 * cd8 * (1 - trapped_cd8) * (1 - dmf_loss_cd8)


@output(unit="cell/uL")
def b_count(count_b, b_cell, trapped_b, dmf_loss):
    """B-cell count."""
    return count_b * b_cell * (1 - trapped_b) * (1 - dmf_loss)


@output(unit="cell/uL")
def treg_count(count_treg, treg, trapped_treg, dmf_loss):
    """Count of regulatory T cells."""
    return count_treg * treg * (1 - trapped_treg) * (1 - dmf_loss)


@output(unit="cell/uL")
def lymphocytes(cd4_count, cd8_count, b_count, treg_count, count_other, other):
    """Lymphocyte count."""
    return cd4_count + cd8_count + b_count + treg_count + count_other * other
