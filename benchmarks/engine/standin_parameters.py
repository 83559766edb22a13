"""Parameters of the stand-in model: invented numbers, each with its log-normal spread."""

from math import log1p, sqrt

from diapedesis.core import Assumption, Parameter

INVENTED = Assumption("invented for the engine study's stand-in; it describes no patient")

# id, unit, typical value, coefficient of variation between subjects, label
_TABLE = (
    ("cl", "L/day", 0.145, 0.25, "Linear clearance of the drug"),
    ("v_c", "L", 3.5, 0.2, "Central volume"),
    ("q", "L/day", 0.35, 0.3, "Distribution clearance"),
    ("v_p", "L", 2.5, 0.3, "Peripheral volume"),
    ("v_max", "1/day", 0.012, 0.3, "Maximum of the saturable elimination [100 mg/day]"),
    ("k_m", "1/L", 0.02, 0.2, "Concentration of half that [100 mg/L]"),
    ("c_floor", "1/L", 1e-6, 0.0, "Concentration that keeps the Hill power smooth at 0"),
    ("ec50", "1/L", 0.025, 0.3, "Concentration of half occupancy [100 mg/L]"),
    ("hill", "", 1.5, 0.1, "Hill exponent of occupancy, at least 1.1"),
    ("gate_max", "", 0.96, 0.0, "Share of the traffic that full occupancy stops"),
    ("k_cd4", "1/day", 0.02, 0.3, "Return of blood CD4 cells to 1"),
    ("m_cd4", "1/day", 0.02, 0.3, "Passage of CD4 cells"),
    ("k_cd8", "1/day", 0.02, 0.3, "Return of blood CD8 cells to 1"),
    ("m_cd8", "1/day", 0.025, 0.3, "Passage of CD8 cells"),
    ("k_b", "1/day", 0.03, 0.3, "Return of blood B cells to 1"),
    ("m_b", "1/day", 0.03, 0.3, "Passage of B cells"),
    ("k_reg", "1/day", 0.03, 0.3, "Return of blood regulatory cells to 1"),
    ("m_reg", "1/day", 0.02, 0.3, "Passage of regulatory cells"),
    ("d_cd4", "1/day", 0.10, 0.3, "Turnover of CD4 cells in the tissue"),
    ("d_cd8", "1/day", 0.08, 0.3, "Turnover of CD8 cells in the tissue"),
    ("d_b", "1/day", 0.10, 0.3, "Turnover of B cells in the tissue"),
    ("d_reg", "1/day", 0.08, 0.3, "Turnover of regulatory cells in the tissue"),
    ("r_latent", "1/day", 0.006, 0.4, "Growth of the latent virus"),
    ("cap_latent", "", 1.0, 0.3, "Capacity of the latent virus"),
    ("k_latent", "1/day", 0.004, 0.3, "Control of the latent virus by effectors"),
    ("seed_virus", "1/day", 2e-4, 0.4, "Entry of virus with B cells"),
    ("p_virus", "1/day", 12.0, 0.2, "Release of free virus"),
    ("c_virus", "1/day", 12.0, 0.2, "Clearance of free virus"),
    ("b_infect", "1/day", 0.045, 0.2, "Infection"),
    ("d_infected", "1/day", 0.015, 0.2, "Death of infected tissue"),
    ("cap_infected", "", 1.0, 0.2, "Capacity of infected tissue"),
    ("k_kill", "1/day", 0.8, 0.3, "Killing by effectors in the tissue"),
    ("s_kill", "", 0.3, 0.2, "Infected tissue that halves the killing"),
    ("s_effector", "1/day", 0.002, 0.3, "Supply of effectors"),
    ("a_effector", "1/day", 0.12, 0.3, "Expansion of effectors"),
    ("k_antigen", "", 0.02, 0.3, "Antigen of half expansion"),
    ("d_effector", "1/day", 0.02, 0.3, "Loss of effectors"),
    ("d_cns_effector", "1/day", 0.06, 0.3, "Loss of effectors in the tissue"),
    ("k_inflam", "1/day", 4.0, 0.2, "Turnover of inflammation"),
    ("inflam_0", "", 0.08, 0.3, "Inflammation at rest"),
    ("a_self", "", 0.55, 0.2, "Inflammation that feeds itself"),
    ("k_self", "", 0.6, 0.2, "Inflammation of half self-feeding"),
    ("a_killing", "", 1.5, 0.3, "Inflammation from killing"),
    ("a_auto", "", 0.5, 0.3, "Inflammation from autoreactive cells"),
    ("k_killing", "1/day", 0.2, 0.2, "Killing of half effect on inflammation"),
    ("steroid_max", "", 0.85, 0.0, "Share of inflammation that steroid stops"),
    ("ic50_steroid", "", 0.05, 0.3, "Steroid of half that"),
    ("k_perm", "1/day", 1.0, 0.3, "Turnover of permeability"),
    ("a_perm", "", 4.0, 0.3, "Permeability from inflammation"),
    ("half_perm", "", 0.8, 0.2, "Inflammation of half that"),
    ("k_oedema", "1/day", 0.12, 0.3, "Formation of oedema"),
    ("d_oedema", "1/day", 0.15, 0.3, "Resolution of oedema"),
    ("v_steroid", "", 1.0, 0.2, "Volume of the steroid"),
    ("k_steroid", "1/day", 5.5, 0.2, "Elimination of the steroid"),
    ("s_memory", "1/day", 0.05, 0.3, "Supply of autoreactive memory"),
    ("d_memory", "1/day", 0.05, 0.3, "Loss of autoreactive memory"),
    ("y_memory", "1/day", 0.1, 0.3, "Autoreactive memory from lesions"),
    ("g_auto", "1/day", 0.06, 0.3, "Formation of autoreactive effectors"),
    ("half_memory", "", 1.0, 0.3, "Memory of half formation"),
    ("d_auto", "1/day", 0.04, 0.3, "Loss of autoreactive effectors"),
    ("k_suppress", "1/day", 0.03, 0.3, "Suppression by regulatory cells"),
    ("k_lesion", "1/day", 0.004, 0.3, "Lesion from inflammation"),
    ("i_lesion", "1/day", 0.02, 0.3, "Lesion from infection"),
    ("d_lesion", "1/day", 0.004, 0.3, "Repair of lesions"),
)

PARAMETERS = tuple(
    Parameter(id, unit, label, value, source=INVENTED, iiv=sqrt(log1p(cv**2)), iiv_source=INVENTED)
    for id, unit, value, cv, label in _TABLE
)

LOWEST = {"hill": 1.1}
"""Draws below these values are raised to them."""

FAST = ("p_virus", "c_virus", "k_inflam", "k_steroid")
"""Parameters whose typical rate is above 1 per day."""
