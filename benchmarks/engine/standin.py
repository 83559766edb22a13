"""Workloads B and C's equations: the engine study's stand-in, an invented 22-state disease model.

Drug and receptor gate, cells on both sides of it, a virus, inflammation, steroid and lesions, all
scaled to about 1. It was made up to be as large and somewhat stiffer than a real model; it predicts
nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from diapedesis.core import Input, Mechanism, Model, Output, State, flux, rule

from .standin_parameters import PARAMETERS


def _state(id: str, label: str, initial: float = 0.0) -> State:
    return State(id, unit="", label=label, initial=initial)


A_C = _state("a_c", "Drug, central [100 mg]")
A_P = _state("a_p", "Drug, peripheral [100 mg]")
CD4 = _state("cd4", "CD4 cells, blood", 1.0)
CD8 = _state("cd8", "CD8 cells, blood", 1.0)
B = _state("b", "B cells, blood", 1.0)
REG = _state("reg", "Regulatory cells, blood", 1.0)
CNS_CD4 = _state("cns_cd4", "CD4 cells, tissue", 1.0)
CNS_CD8 = _state("cns_cd8", "CD8 cells, tissue", 1.0)
CNS_B = _state("cns_b", "B cells, tissue", 1.0)
CNS_REG = _state("cns_reg", "Regulatory cells, tissue", 1.0)
LATENT = _state("latent", "Latent virus", 0.05)
VIRUS = _state("virus", "Free virus", 1e-5)
INFECTED = _state("infected", "Infected tissue", 1e-5)
EFFECTOR = _state("effector", "Effectors, blood", 0.1)
CNS_EFFECTOR = _state("cns_effector", "Effectors, tissue", 0.02)
INFLAM = _state("inflam", "Inflammation", 0.1)
PERM = _state("perm", "Permeability", 1.1)
OEDEMA = _state("oedema", "Oedema")
STEROID = _state("steroid", "Steroid [g]")
MEMORY = _state("memory", "Autoreactive memory", 1.0)
AUTO = _state("auto", "Autoreactive effectors", 0.3)
LESION = _state("lesion", "Lesions", 0.1)
STATES = (
    A_C, A_P, CD4, CD8, B, REG, CNS_CD4, CNS_CD8, CNS_B, CNS_REG, LATENT, VIRUS, INFECTED, EFFECTOR,
    CNS_EFFECTOR, INFLAM, PERM, OEDEMA, STEROID, MEMORY, AUTO, LESION,
)  # fmt: skip
INPUTS = (
    Input("infusion_rate", unit="1/day", label="Infusion [100 mg/day]"),
    Input("exchange_rate", unit="1/day", label="Plasma exchange"),
    Input("steroid_rate", unit="1/day", label="Steroid infusion [g/day]"),
)


@rule("1/L")
def conc(a_c, v_c):
    """Concentration [100 mg/L]."""
    return a_c / v_c


@rule("")
def power(conc, c_floor, ec50, hill):
    """Hill power of the concentration."""
    return ((conc + c_floor) / ec50) ** hill


@rule("")
def passage(power, gate_max, perm):
    """What the gate and the permeability let through."""
    return (1 - gate_max * power / (1 + power)) * perm


@rule("1/day")
def killing(k_kill, cns_effector, infected, s_kill):
    """Killing of infected tissue."""
    return k_kill * cns_effector * infected / (1 + infected / s_kill)


@rule("")
def antigen(infected, latent, k_antigen):
    """Share of the largest expansion that the antigen gives."""
    return (infected + 0.002 * latent) / (k_antigen + infected + 0.002 * latent)


@rule("")
def feeding(inflam, k_self, a_self, inflam_0):
    """Inflammation at rest and from itself."""
    return inflam_0 + a_self * inflam**2 / (k_self**2 + inflam**2)


@rule("")
def spared(steroid, steroid_max, ic50_steroid):
    """Share of inflammation that steroid spares."""
    return 1 - steroid_max * steroid / (ic50_steroid + steroid)


@flux({A_C: 1}, boundary="infusion")
def infused(infusion_rate):
    return infusion_rate


@flux({A_C: -1, A_P: 1})
def distributed(a_c, a_p, q, v_c, v_p):
    return q / v_c * a_c - q / v_p * a_p


@flux({A_C: -1}, boundary="elimination")
def eliminated(a_c, conc, cl, v_c, v_max, k_m, exchange_rate):
    return cl / v_c * a_c + v_max * conc / (k_m + conc) + exchange_rate * a_c


@flux({CD4: 1}, boundary="tissue")
def cd4_rate(cd4, passage, k_cd4, m_cd4):
    return k_cd4 * (1 - cd4) + m_cd4 * (1 - passage * cd4)


@flux({CD8: 1}, boundary="tissue")
def cd8_rate(cd8, passage, k_cd8, m_cd8):
    return k_cd8 * (1 - cd8) + m_cd8 * (1 - passage * cd8)


@flux({B: 1}, boundary="tissue")
def b_rate(b, passage, k_b, m_b):
    return k_b * (1 - b) + m_b * (1 - passage * b)


@flux({REG: 1}, boundary="tissue")
def reg_rate(reg, passage, k_reg, m_reg):
    return k_reg * (1 - reg) + m_reg * (1 - passage * reg)


@flux({CNS_CD4: 1}, boundary="tissue")
def cns_cd4_rate(cns_cd4, cd4, passage, d_cd4):
    return d_cd4 * (passage * cd4 - cns_cd4)


@flux({CNS_CD8: 1}, boundary="tissue")
def cns_cd8_rate(cns_cd8, cd8, passage, d_cd8):
    return d_cd8 * (passage * cd8 - cns_cd8)


@flux({CNS_B: 1}, boundary="tissue")
def cns_b_rate(cns_b, b, passage, d_b):
    return d_b * (passage * b - cns_b)


@flux({CNS_REG: 1}, boundary="tissue")
def cns_reg_rate(cns_reg, reg, passage, d_reg):
    return d_reg * (passage * reg - cns_reg)


@flux({LATENT: 1}, boundary="growth")
def latent_rate(latent, effector, r_latent, cap_latent, k_latent):
    return r_latent * latent * (1 - latent / cap_latent) - k_latent * effector * latent


@flux({VIRUS: 1}, boundary="release")
def virus_rate(virus, latent, cns_b, infected, seed_virus, p_virus, c_virus):
    return seed_virus * latent * cns_b + p_virus * infected - c_virus * virus


@flux({INFECTED: 1}, boundary="infection")
def infected_rate(infected, virus, killing, b_infect, cap_infected, d_infected):
    return b_infect * virus * (1 - infected / cap_infected) - d_infected * infected - killing


@flux({EFFECTOR: 1}, boundary="expansion")
def effector_rate(effector, antigen, passage, s_effector, a_effector, d_effector, m_cd8):
    expansion = a_effector * effector * antigen * (1 - effector / 5)
    return s_effector + expansion - d_effector * effector - m_cd8 * passage * effector * 0.2


@flux({CNS_EFFECTOR: 1}, boundary="tissue")
def cns_effector_rate(cns_effector, effector, cns_reg, passage, m_cd8, d_cns_effector):
    return m_cd8 * passage * effector - d_cns_effector * cns_effector * (1 + cns_reg * 0.2)


@flux({INFLAM: 1}, boundary="turnover")
def inflam_rate(
    inflam, feeding, spared, auto, cns_cd4, cns_reg, killing,
    k_inflam, a_auto, a_killing, k_killing,
):  # fmt: skip
    immune = a_auto * auto * cns_cd4 / (1 + cns_reg)
    viral = a_killing * killing / (k_killing + killing * 10)
    return k_inflam * ((feeding + immune + viral) * spared - inflam)


@flux({PERM: 1}, boundary="turnover")
def perm_rate(perm, inflam, k_perm, a_perm, half_perm):
    return k_perm * (1 + a_perm * inflam**2 / (half_perm**2 + inflam**2) - perm)


@flux({OEDEMA: 1}, boundary="turnover")
def oedema_rate(oedema, perm, k_oedema, d_oedema):
    return k_oedema * (perm - 1) - d_oedema * oedema


@flux({STEROID: 1}, boundary="infusion")
def steroid_change(steroid, steroid_rate, v_steroid, k_steroid):
    return steroid_rate / v_steroid - k_steroid * steroid


@flux({MEMORY: 1}, boundary="turnover")
def memory_rate(memory, lesion, s_memory, y_memory, d_memory):
    return s_memory + y_memory * lesion - d_memory * memory


@flux({AUTO: 1}, boundary="turnover")
def auto_rate(auto, memory, cd4, reg, g_auto, half_memory, d_auto, k_suppress):
    return g_auto * memory / (half_memory + memory) * cd4 - d_auto * auto - k_suppress * reg * auto


@flux({LESION: 1}, boundary="turnover")
def lesion_rate(lesion, inflam, cns_cd8, infected, k_lesion, i_lesion, d_lesion):
    return k_lesion * inflam * cns_cd8 + i_lesion * infected - d_lesion * lesion


def _course(state: State) -> Output:
    law = eval(f"lambda {state.id}: {state.id}")  # a law's arguments are named in its text
    return Output(f"{state.id}_course", law, state.unit, state.label)


COURSES = tuple(_course(s) for s in STATES)
LAWS = (
    conc, power, passage, killing, antigen, feeding, spared,
    infused, distributed, eliminated, cd4_rate, cd8_rate, b_rate, reg_rate,
    cns_cd4_rate, cns_cd8_rate, cns_b_rate, cns_reg_rate, latent_rate, virus_rate, infected_rate,
    effector_rate, cns_effector_rate, inflam_rate, perm_rate, oedema_rate, steroid_change,
    memory_rate, auto_rate, lesion_rate,
)  # fmt: skip


def model(factors: Mapping[str, float] | None = None) -> Model:
    """Return the invented stand-in, some of its rates multiplied."""
    by = factors or {}
    parameters = [replace(p, default=p.default * by.get(p.id, 1.0)) for p in PARAMETERS]
    return Model(
        "standin", [Mechanism("standin", (*STATES, *INPUTS, *parameters, *LAWS, *COURSES))]
    )
