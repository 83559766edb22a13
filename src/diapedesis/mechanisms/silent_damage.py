"""Hypothesis: injury goes on unseen behind the shut gate, and cells that re-enter find debris.

Against it: neurofilament in blood is low on the drug and rises only with activity after stopping
(claims R019, R059), and patients improve on the drug.
"""

from diapedesis.core import Assumption, LogNormal, Parameter, Port, State, flux, output

DEBRIS = State(
    "debris", unit="", label="Uncleared damage in the CNS, fold of untreated", initial=1.0
)

GATE = Port("gate", unit="", label="Entry through the gate, share of untreated")

DEBRIS_GAIN = Parameter(
    "debris_gain",
    unit="",
    label="Debris added while no cell enters, fold of untreated",
    default=1.5,
    prior=LogNormal(0.7),
    source=Assumption("the size that would make a rebound under this hypothesis alone"),
    iiv=0.6,
    iiv_source=Assumption("why not every stopper rebounds"),
)
K_DEBRIS = Parameter(
    "k_debris",
    unit="1/day",
    label="Turnover of debris",
    default=0.01,
    prior=LogNormal(0.5),
    source=Assumption("months, so that it builds up within a usual course"),
)


@flux(changes={DEBRIS: +1}, boundary="formed")
def debris_formed(k_debris, debris_gain, gate):
    """Debris forms, more stays where no cell enters to clear it."""
    return k_debris * (1 + debris_gain - debris_gain * gate)


@flux(changes={DEBRIS: -1}, boundary="cleared")
def debris_cleared(k_debris, debris):
    """Debris is cleared."""
    return k_debris * debris


@output(unit="")
def debris_load(debris):
    """Uncleared damage, fold of untreated."""
    return debris
