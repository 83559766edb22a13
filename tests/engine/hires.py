"""HIRES: high irradiance responses of a phytochrome, eight species, stiff.

Schaefer 1975; as "hires" in Mazzia and Magherini, Test Set for Initial Value Problem Solvers,
release 2.4 (2008), section II-1. Its unit of time is our day. Written as the reactions of the
published scheme; the coefficients of the equations are their sums (8.75 = 0.43 + 8.32 and so on).
"""

from diapedesis.core import Assumption, Parameter, State, flux

PUBLISHED = Assumption("a constant of the published test problem")

P_R = State("p_r", unit="", label="1: Pr", initial=1.0, scale=1e-2)
P_FR = State("p_fr", unit="", label="2: Pfr", scale=1e-2)
P_RX = State("p_rx", unit="", label="3: PrX", scale=1e-2)
P_FRX = State("p_frx", unit="", label="4: PfrX", scale=1e-2)
P_RX2 = State("p_rx2", unit="", label="5: PrX'", scale=1e-2)
P_FRX2 = State("p_frx2", unit="", label="6: PfrX'", scale=1e-2)
BOUND = State("bound", unit="", label="7: PfrX'E", scale=1e-2)
ENZYME = State("enzyme", unit="", label="8: E", initial=0.0057, scale=1e-2)

MADE = Parameter("made", "1/day", "Synthesis of Pr", 0.0007, PUBLISHED)
K_1 = Parameter("k_1", "1/day", "Pr to Pfr, with X and X' too", 1.71, PUBLISHED)
K_2 = Parameter("k_2", "1/day", "Pfr to Pr, with X and X' too", 0.43, PUBLISHED)
K_3 = Parameter("k_3", "1/day", "PrX to Pr", 8.32, PUBLISHED)
K_4 = Parameter("k_4", "1/day", "PfrX to PfrX'", 0.69, PUBLISHED)
K_5 = Parameter("k_5", "1/day", "PrX' to PrX", 0.035, PUBLISHED)
K_6 = Parameter("k_6", "1/day", "Pfr to PfrX", 8.32, PUBLISHED)
K_ON = Parameter("k_on", "1/day", "Binding to E", 280.0, PUBLISHED)
K_OFF = Parameter("k_off", "1/day", "Release from E", 0.69, PUBLISHED)
K_DEATH = Parameter("k_death", "1/day", "Destruction at E", 0.69, PUBLISHED)


@flux(changes={P_R: +1}, boundary="made")
def synthesis(made):
    """Synthesis of Pr."""
    return made


@flux(changes={P_R: -1, P_FR: +1})
def forward(k_1, p_r):
    """Pr to Pfr."""
    return k_1 * p_r


@flux(changes={P_FR: -1, P_R: +1})
def backward(k_2, p_fr):
    """Pfr to Pr."""
    return k_2 * p_fr


@flux(changes={P_FR: -1, P_FRX: +1})
def binding(k_6, p_fr):
    """Pfr to PfrX."""
    return k_6 * p_fr


@flux(changes={P_RX: -1, P_R: +1})
def unbinding(k_3, p_rx):
    """PrX to Pr."""
    return k_3 * p_rx


@flux(changes={P_RX: -1, P_FRX: +1})
def forward_x(k_1, p_rx):
    """PrX to PfrX."""
    return k_1 * p_rx


@flux(changes={P_FRX: -1, P_RX: +1})
def backward_x(k_2, p_frx):
    """PfrX to PrX."""
    return k_2 * p_frx


@flux(changes={P_FRX: -1, P_FRX2: +1})
def change(k_4, p_frx):
    """PfrX to PfrX'."""
    return k_4 * p_frx


@flux(changes={P_RX2: -1, P_RX: +1})
def change_back(k_5, p_rx2):
    """PrX' to PrX."""
    return k_5 * p_rx2


@flux(changes={P_RX2: -1, P_FRX2: +1})
def forward_x2(k_1, p_rx2):
    """PrX' to PfrX'."""
    return k_1 * p_rx2


@flux(changes={P_FRX2: -1, P_RX2: +1})
def backward_x2(k_2, p_frx2):
    """PfrX' to PrX'."""
    return k_2 * p_frx2


@flux(changes={P_FRX2: -1, ENZYME: -1, BOUND: +1})
def capture(k_on, p_frx2, enzyme):
    """PfrX' binds to E."""
    return k_on * p_frx2 * enzyme


@flux(changes={BOUND: -1, P_FRX2: +1, ENZYME: +1})
def release(k_off, bound):
    """PfrX'E falls apart."""
    return k_off * bound


@flux(changes={BOUND: -1, P_RX2: +1, ENZYME: +1})
def backward_bound(k_2, bound):
    """PfrX'E to PrX' and E."""
    return k_2 * bound


@flux(changes={BOUND: -1, ENZYME: +1}, boundary="destroyed")
def destruction(k_death, bound):
    """PfrX'E loses its phytochrome."""
    return k_death * bound
