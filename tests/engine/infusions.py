"""A usual drug: depot, two compartments, an effect compartment, a turnover; many events.

The numbers are those of an antibody; none of them is natalizumab's.
"""

from diapedesis.core import Assumption, Input, Parameter, State, flux, output, rule

ROUND = Assumption("a round number of an antibody's size, for tests")

DEPOT = State("depot", unit="mg", label="Injection site", scale=10.0)
CENTRAL = State("central", unit="mg", label="Central compartment", scale=100.0)
PERIPHERAL = State("peripheral", unit="mg", label="Peripheral compartment", scale=100.0)
EFFECT = State("effect", unit="mg/L", label="Effect compartment", scale=10.0)
RESPONSE = State("response", unit="", label="Response, share of untreated", initial=1.0)

RATE = Input("rate", unit="mg/day", label="Infusion")
REMOVAL = Input("removal", unit="1/day", label="Removal by plasma exchange")

K_A = Parameter("k_a", "1/day", "Absorption", 0.3, ROUND)
CL = Parameter("cl", "L/day", "Clearance", 0.2, ROUND)
V_C = Parameter("v_c", "L", "Central volume", 3.0, ROUND)
Q = Parameter("q", "L/day", "Distribution clearance", 0.5, ROUND)
V_P = Parameter("v_p", "L", "Peripheral volume", 2.5, ROUND)
K_E0 = Parameter("k_e0", "1/day", "Equilibration of the effect", 0.7, ROUND)
K_OUT = Parameter("k_out", "1/day", "Turnover of the response", 0.1, ROUND)
I_MAX = Parameter("i_max", "", "Largest inhibition", 0.9, ROUND)
IC50 = Parameter("ic50", "mg/L", "Level at half of it", 20.0, ROUND)


@output(unit="mg/L")
def level(central, v_c):
    """Level in plasma."""
    return central / v_c


@rule(unit="")
def inhibition(i_max, effect, ic50):
    """Inhibition of synthesis."""
    return i_max * effect / (ic50 + effect)


@flux(changes={CENTRAL: +1}, boundary="infused")
def infused(rate):
    """Infusion."""
    return rate


@flux(changes={DEPOT: -1, CENTRAL: +1})
def absorbed(k_a, depot):
    """Absorption."""
    return k_a * depot


@flux(changes={CENTRAL: -1, PERIPHERAL: +1})
def distributed(q, level, peripheral, v_p):
    """Distribution."""
    return q * (level - peripheral / v_p)


@flux(changes={CENTRAL: -1}, boundary="eliminated")
def eliminated(cl, level):
    """Elimination."""
    return cl * level


@flux(changes={CENTRAL: -1}, boundary="removed")
def exchanged(removal, central):
    """Plasma exchange."""
    return removal * central


@flux(changes={EFFECT: +1})
def equilibration(k_e0, level, effect):
    """The effect compartment follows the level."""
    return k_e0 * (level - effect)


@flux(changes={RESPONSE: +1})
def response_made(k_out, inhibition):
    """Synthesis of the response."""
    return k_out * (1 - inhibition)


@flux(changes={RESPONSE: -1})
def response_lost(k_out, response):
    """Loss of the response."""
    return k_out * response
