"""Activated CNS-homing cells held in blood: they pile up while the gate is shut.

Cells that would have entered the brain stay in blood under natalizumab (claim R113), a plateau by
half a year; after stopping they disappear from the blood of those who relapse (claim R114).
"""

from diapedesis.core import (
    Assumption,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    flux,
    output,
)

HOMING = State(
    "homing",
    unit="",
    label="CNS-homing share of effectors in blood, fold of untreated",
    initial=1.0,
)

GATE = Port("gate", unit="", label="Entry through the gate, share of untreated")
RECRUITMENT = Port("recruitment", unit="", label="Recruitment by inflamed tissue, fold")
TRAPPED_EFFECTOR = Port("trapped_effector", unit="", label="Share of effectors kept in lymph nodes")

POOL_GAIN = Parameter(
    "pool_gain",
    unit="",
    label="Homing cells added when the gate is shut, fold of untreated",
    default=0.8,
    prior=LogNormal(0.4),
    source=Source("R113", note="direction and plateau; the size is not printed"),
    iiv=0.6,
    iiv_source=Assumption("patients differ in rebound though alike before (R055)"),
)
K_POOL = Parameter(
    "k_pool",
    unit="1/day",
    label="Turnover of homing cells in blood",
    default=0.018,
    prior=LogNormal(0.3),
    source=Source("R113", note="up by month 6, then flat"),
)


@flux(changes={HOMING: +1}, boundary="made")
def homing_made(k_pool, pool_gain):
    """Homing cells are made."""
    return k_pool * (1 + pool_gain)


@flux(changes={HOMING: -1}, boundary="died, or entered the CNS")
def homing_left(k_pool, pool_gain, gate, recruitment, trapped_effector, homing):
    """Homing cells die, or discharge through the gate into inflamed tissue."""
    return k_pool * (1 + pool_gain * gate * recruitment * (1 - trapped_effector)) * homing


@output(unit="")
def homing_cells(homing):
    """CNS-homing share of effectors in blood, fold of untreated."""
    return homing
