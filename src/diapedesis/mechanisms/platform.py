"""Platform drugs: interferon beta, glatiramer, dimethyl fumarate; slow, partial, additive in logs.

Each has a signal that rises to 1 over the weeks it takes to work, and fades as slowly. Together
they take a share of the drive of the disease. Dimethyl fumarate also lowers the number of
lymphocytes, of CD8 T cells most.
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    State,
    flux,
    output,
    rule,
)

INTERFERON_SIGNAL = State("interferon_signal", unit="", label="Interferon beta at work")
GLATIRAMER_SIGNAL = State("glatiramer_signal", unit="", label="Glatiramer at work")
DMF_SIGNAL = State("dmf_signal", unit="", label="Dimethyl fumarate at work")

INTERFERON_BETA = Input("interferon_beta", unit="", label="1 while interferon beta is given")
GLATIRAMER = Input("glatiramer", unit="", label="1 while glatiramer is given")
DIMETHYL_FUMARATE = Input("dimethyl_fumarate", unit="", label="1 while dimethyl fumarate is taken")

K_INTERFERON = Parameter(
    "k_interferon",
    unit="1/day",
    label="Onset of interferon beta",
    default=0.1,
    prior=LogNormal(0.5),
    source=Assumption("works within weeks; no claim times it"),
)
K_GLATIRAMER = Parameter(
    "k_glatiramer",
    unit="1/day",
    label="Onset of glatiramer",
    default=0.025,
    prior=LogNormal(0.5),
    source=Assumption("works after two to three months; no claim times it"),
)
K_DMF = Parameter(
    "k_dmf",
    unit="1/day",
    label="Onset of dimethyl fumarate",
    default=0.04,
    prior=LogNormal(0.5),
    source=Assumption("works after one to two months; no claim times it"),
)
E_INTERFERON = Parameter(
    "e_interferon",
    unit="",
    label="Share of the drive that interferon beta removes",
    default=0.30,
    prior=LogitNormal(0.6),
    source=Assumption(
        "a relapse rate of 0.29 on it, and twice that of anti-CD20 (R142); weak after natalizumab,"
        " where 24 % stayed free of relapse (R090)"
    ),
)
E_GLATIRAMER = Parameter(
    "e_glatiramer",
    unit="",
    label="Share of the drive that glatiramer removes",
    default=0.30,
    prior=LogitNormal(0.6),
    source=Assumption("as interferon; 65 % free of relapse after natalizumab (R090), few patients"),
)
E_DMF = Parameter(
    "e_dmf",
    unit="",
    label="Share of the drive that dimethyl fumarate removes, by lost cells and otherwise",
    default=0.45,
    prior=LogitNormal(0.6),
    source=Assumption("as fingolimod by relapses after a switch (R080), weaker on MRI (R084)"),
)
E_DMF_LOSS = Parameter(
    "e_dmf_loss",
    unit="",
    label="CD4 T and B cells in blood lost on dimethyl fumarate",
    default=0.30,
    prior=LogitNormal(0.5),
    source=Assumption("lymphocytes fall by some 30 % in a year; no claim gives it"),
)
E_DMF_LOSS_CD8 = Parameter(
    "e_dmf_loss_cd8",
    unit="",
    label="CD8 T cells in blood lost on dimethyl fumarate",
    default=0.50,
    prior=LogitNormal(0.5),
    source=Assumption("CD8 T cells fall most; no claim gives it"),
)


@flux(changes={INTERFERON_SIGNAL: +1}, boundary="given")
def interferon_onset(k_interferon, interferon_beta, interferon_signal):
    """Rise of interferon's effect, less its fading."""
    return k_interferon * (interferon_beta - interferon_signal)


@flux(changes={GLATIRAMER_SIGNAL: +1}, boundary="given")
def glatiramer_onset(k_glatiramer, glatiramer, glatiramer_signal):
    """Rise of glatiramer's effect, less its fading."""
    return k_glatiramer * (glatiramer - glatiramer_signal)


@flux(changes={DMF_SIGNAL: +1}, boundary="given")
def dmf_onset(k_dmf, dimethyl_fumarate, dmf_signal):
    """Rise of dimethyl fumarate's effect, less its fading."""
    return k_dmf * (dimethyl_fumarate - dmf_signal)


@output(unit="")
def platform_effect(
    e_interferon, interferon_signal, e_glatiramer, glatiramer_signal, e_dmf, dmf_signal
):
    """Share of the drive that platform drugs remove."""
    return 1 - (1 - e_interferon * interferon_signal) * (1 - e_glatiramer * glatiramer_signal) * (
        1 - e_dmf * dmf_signal
    )


@rule(unit="")
def dmf_loss(e_dmf_loss, dmf_signal):
    """Share of CD4 T and B cells in blood lost to dimethyl fumarate."""
    return e_dmf_loss * dmf_signal


@rule(unit="")
def dmf_loss_cd8(e_dmf_loss_cd8, dmf_signal):
    """Share of CD8 T cells in blood lost to dimethyl fumarate."""
    return e_dmf_loss_cd8 * dmf_signal
