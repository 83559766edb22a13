"""Drugs given against PML and IRIS beside exchange and steroid.

Mefloquine, mirtazapine, maraviroc and filgrastim do nothing by default: a trial stopped for
futility, cohorts without effect, a handful of reports that contradict each other, a series without
a comparison (claims pml 5.1, 5.3, 4.23, 5.13). Their folds stay uncertain about 1. Checkpoint
inhibitors, virus-specific cells and interleukin 7 lower the load in about half of the patients of
other kinds of PML (claims pml 5.4 to 5.11).
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogNormal,
    Parameter,
    Source,
    State,
    flux,
    rule,
)

CHECKPOINT = State("checkpoint", unit="", label="Checkpoint inhibitor, in usual doses")
IL7 = State("il7", unit="", label="Interleukin 7, in usual courses")

FILGRASTIM = Input("filgrastim", unit="", label="1 while filgrastim is given")
MARAVIROC = Input("maraviroc", unit="", label="1 while maraviroc is taken")
MEFLOQUINE = Input("mefloquine", unit="", label="1 while mefloquine is taken")
MIRTAZAPINE = Input("mirtazapine", unit="", label="1 while mirtazapine is taken")
CHECKPOINT_RATE = Input("checkpoint_rate", unit="1/day", label="Checkpoint inhibitor given")
IL7_RATE = Input("il7_rate", unit="1/day", label="Interleukin 7 given")
VIRUS_CELLS_RATE = Input("virus_cells_rate", unit="1/day", label="Virus-specific cells given")

FILGRASTIM_FOLD = Parameter(
    "filgrastim_fold",
    unit="",
    label="Growth of the response under filgrastim, fold",
    default=1.0,
    prior=LogNormal(0.25),
    source=Source("pml 5.13", "pml 3.14", note="17 patients without a comparison"),
)
MARAVIROC_FOLD = Parameter(
    "maraviroc_fold",
    unit="",
    label="Recruitment by inflammation under maraviroc, fold",
    default=1.0,
    prior=LogNormal(0.3),
    source=Source("pml 4.23", note="three got worse on it, three reports of benefit"),
)
MEFLOQUINE_FOLD = Parameter(
    "mefloquine_fold",
    unit="",
    label="New infections under mefloquine, fold",
    default=1.0,
    prior=LogNormal(0.02),
    source=Source("pml 5.1", note="no difference in the load; stopped for futility"),
)
MIRTAZAPINE_FOLD = Parameter(
    "mirtazapine_fold",
    unit="",
    label="New infections under mirtazapine, fold",
    default=1.0,
    prior=LogNormal(0.03),
    source=Source("pml 5.3", note="no effect in five cohorts; perhaps in natalizumab-PML"),
)
K_CHECKPOINT = Parameter(
    "k_checkpoint",
    unit="1/day",
    label="Elimination of the checkpoint inhibitor",
    default=0.03,
    prior=LogNormal(0.2),
    source=Assumption("half-life of three weeks, as of antibodies"),
)
CHECKPOINT_FOLD = Parameter(
    "checkpoint_fold",
    unit="",
    label="Growth of the response under one dose, fold above 1",
    default=0.5,
    prior=LogNormal(0.6),
    source=Source("pml 5.4", "pml 5.5", note="load falls in about half, other kinds of PML"),
)
K_IL7 = Parameter(
    "k_il7",
    unit="1/day",
    label="Fading of interleukin 7",
    default=0.05,
    prior=LogNormal(0.4),
    source=Assumption("weekly doses; lymphocytes stay high for weeks"),
)
IL7_FOLD = Parameter(
    "il7_fold",
    unit="",
    label="Cells against the virus in blood under one course, fold above 1",
    default=1.0,
    prior=LogNormal(0.5),
    source=Source("pml 5.8", note="response goes with a rise of CD4 cells by half"),
)
CELLS_PER_DOSE = Parameter(
    "cells_per_dose",
    unit="",
    label="Cells that one dose of virus-specific cells brings, usual IRIS is 1",
    default=0.1,
    prior=LogNormal(0.8),
    source=Source("pml 5.9", "pml 5.10", "pml 5.11", note="donor cells found in CSF; 79 % respond"),
)


@flux(changes={CHECKPOINT: +1}, boundary="given")
def checkpoint_given(checkpoint_rate):
    """Checkpoint inhibitor given."""
    return checkpoint_rate


@flux(changes={CHECKPOINT: -1}, boundary="eliminated")
def checkpoint_gone(k_checkpoint, checkpoint):
    """Checkpoint inhibitor eliminated."""
    return k_checkpoint * checkpoint


@flux(changes={IL7: +1}, boundary="given")
def il7_given(il7_rate):
    """Interleukin 7 given."""
    return il7_rate


@flux(changes={IL7: -1}, boundary="eliminated")
def il7_gone(k_il7, il7):
    """Interleukin 7 fades."""
    return k_il7 * il7


@rule(unit="")
def jc_boost(checkpoint_fold, checkpoint, filgrastim_fold, filgrastim):
    """Growth of the response under drugs, fold."""
    return (1 + checkpoint_fold * checkpoint) * (1 + (filgrastim_fold - 1) * filgrastim)


@rule(unit="")
def jc_supply(il7_fold, il7):
    """Cells against JC virus in blood under drugs, fold."""
    return 1 + il7_fold * il7


@rule(unit="1/day")
def cells_given(virus_cells_rate, cells_per_dose):
    """Virus-specific cells given that reach the blood."""
    return virus_cells_rate * cells_per_dose


@rule(unit="")
def recruitment_left(maraviroc_fold, maraviroc):
    """Recruitment by inflammation that drugs leave, share."""
    return 1 + (maraviroc_fold - 1) * maraviroc


@rule(unit="")
def antiviral(mefloquine_fold, mefloquine, mirtazapine_fold, mirtazapine):
    """Share of new infections that drugs let happen."""
    return (1 + (mefloquine_fold - 1) * mefloquine) * (1 + (mirtazapine_fold - 1) * mirtazapine)
