"""A toy whose courses, integrals and crossings are known in closed form."""

from diapedesis.core import Assumption, Input, Parameter, State, exp, flux, output

ROUND = Assumption("a round number, for closed forms")


def _amount_0(start):
    return start


AMOUNT = State("amount", unit="mg", label="Amount", initial=_amount_0)
CLOCK = State("clock", unit="day", label="Time since the start")
U = State("u", unit="", label="Cosine", initial=1.0, nonnegative=False)
W = State("w", unit="", label="Sine", nonnegative=False)

RATE = Input("rate", unit="mg/day", label="Infusion")
MORE = Input("more", unit="1/day", label="Further hazard")

START = Parameter("start", "mg", "First amount", 8.0, ROUND)
K = Parameter("k", "1/day", "Elimination", 0.25, ROUND)
PACE = Parameter("pace", "", "Pace of the clock", 1.0, ROUND)
H_0 = Parameter("h_0", "1/day", "Hazard at the start", 0.02, ROUND)
AGEING = Parameter("ageing", "1/day", "Growth of the hazard (Gompertz)", 0.1, ROUND)
OMEGA = Parameter("omega", "1/day", "Angular frequency", 1.0, ROUND)


@output(unit="mg")
def level(amount):
    """Amount."""
    return amount


@output(unit="mg**2")
def square(amount):
    """Amount, squared."""
    return amount**2


@output(unit="1/day")
def hazard(h_0, ageing, clock, more):
    """Hazard by Gompertz, and more."""
    return h_0 * exp(ageing * clock) + more


@output(unit="")
def cosine(u):
    """Cosine."""
    return u


@flux(changes={AMOUNT: +1}, boundary="infused")
def infused(rate):
    """Infusion."""
    return rate


@flux(changes={AMOUNT: -1}, boundary="eliminated")
def eliminated(k, amount):
    """Elimination."""
    return k * amount


@flux(changes={CLOCK: +1})
def ticking(pace):
    """The clock."""
    return pace


@flux(changes={U: -1})
def turning(omega, w):
    """Rotation."""
    return omega * w


@flux(changes={W: +1})
def returning(omega, u):
    """Rotation."""
    return omega * u
