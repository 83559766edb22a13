"""Treated blood: natalizumab, the treatments, and as little blood as shows what they do."""

from functools import cache
from types import ModuleType
from typing import Any

from diapedesis.core import (
    Assumption,
    Mechanism,
    Model,
    Output,
    Parameter,
    Port,
    State,
    flux,
    output,
)
from diapedesis.core.terms import Rule
from diapedesis.mechanisms import (
    corticosteroid,
    depletion,
    immunoglobulin,
    platform,
    s1p_modulator,
)
from diapedesis.models import pkpd
from diapedesis.simulate import Plex, Protocol, Solution, solve

TREATMENTS = (corticosteroid, immunoglobulin, s1p_modulator, platform, depletion)
CD4 = State("blood_cd4", unit="", label="Blood CD4", initial=1.0)
CD8 = State("blood_cd8", unit="", label="Blood CD8", initial=1.0)
B = State("blood_b", unit="", label="Blood B", initial=1.0)
TURNOVER = Parameter("k_blood", "1/day", "Turnover of blood", 0.2, Assumption("a test"))
WEIGHT = Parameter("w_imbalance", "", "Weight of the imbalance", 0.0, Assumption("a test"))
SHARES = (
    *("steroid_effect", "steroid_barrier", "igg", "igg_fold", "fcrn_fold", "c", "s1p"),
    *("trapped_cd4", "trapped_cd8", "trapped_b", "trapped_treg", "trapped_effector"),
    *("platform_effect", "dmf_loss", "dmf_loss_cd8", "bound_cd20", "bound_cd4"),
    *("cladribine_effect", "kill_cd4", "kill_cd8", "kill_b", "kill_treg", "kill_other"),
    *("cd4", "cd8", "b"),
)


@flux(changes={CD4: +1}, boundary="made")
def cd4_turnover(k_blood, source_cd4, blood_cd4, kill_cd4):
    """Turnover of CD4."""
    return k_blood * (source_cd4 - blood_cd4) - kill_cd4 * blood_cd4


@flux(changes={CD8: +1}, boundary="made")
def cd8_turnover(k_blood, source_cd8, blood_cd8, kill_cd8):
    """Turnover of CD8."""
    return k_blood * (source_cd8 - blood_cd8) - kill_cd8 * blood_cd8


@flux(changes={B: +1}, boundary="made")
def b_turnover(k_blood, source_b, blood_b, kill_b):
    """Turnover of B."""
    return k_blood * (source_b - blood_b) - kill_b * blood_b


@output(unit="")
def cd4(blood_cd4):
    """CD4 T cells in blood."""
    return blood_cd4


@output(unit="")
def cd8(blood_cd8):
    """CD8 T cells in blood."""
    return blood_cd8


@output(unit="")
def b(blood_b):
    """B cells in blood."""
    return blood_b


@cache
def treated() -> Model:
    """Return natalizumab, all treatments and blood, with every rule of a treatment an output."""
    ports = [
        *(Port(f"source_{n}", unit="", label="Source") for n in ("cd4", "cd8", "b")),
        *(Port(f"kill_{n}", unit="1/day", label="Killing") for n in ("cd4", "cd8", "b")),
    ]
    laws = (cd4_turnover, cd8_turnover, b_turnover, cd4, cd8, b)
    blood = Mechanism("blood", (CD4, CD8, B, TURNOVER, WEIGHT, *ports, *laws))
    return Model("treated", [*pkpd().mechanisms, blood, *map(_seen, TREATMENTS)])


def _seen(module: ModuleType) -> Mechanism:
    """Return a mechanism whose rules can all be asked for."""
    whole = Mechanism.of(module)
    seen = (Output(t.id, t.law, t.unit, t.label) if isinstance(t, Rule) else t for t in whole.terms)
    return Mechanism(whole.name, tuple(seen), whole.doc)


def course(given: Protocol, days: Any, **options: Any) -> Solution:
    """Solve for everything that the treatments do, or fail the test."""
    return solve(treated(), given, days, SHARES, t0=-1.0, **options).raise_failures()


def given(*treatments: Any, sessions: tuple[Plex, ...] = ()) -> Protocol:
    """Return a protocol of treatments, with no natalizumab."""
    return Protocol(treatments=treatments, sessions=sessions)
