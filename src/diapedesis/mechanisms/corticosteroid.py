"""Corticosteroid as an effect that fades over days, in grams of methylprednisolone.

Methylprednisolone leaves plasma with a half-life of two hours, its effect does not. Plasma has no
state here: nothing is seen on that scale, and it would make the whole model stiff. The steroid acts
strongly and shortly on the barrier (visible enhancement, oedema), and weakly on the cells.
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogNormal,
    Parameter,
    Source,
    State,
    flux,
    output,
    rule,
)

STEROID = State("steroid", unit="g", label="Steroid at work, as methylprednisolone", scale=0.1)

STEROID_RATE = Input("steroid_rate", unit="g/day", label="Methylprednisolone given")
PREDNISOLONE_RATE = Input("prednisolone_rate", unit="g/day", label="Prednisolone given")

K_STEROID = Parameter(
    "k_steroid",
    unit="1/day",
    label="Decay of the steroid's effect",
    default=0.35,
    prior=LogNormal(0.3),
    source=Assumption(
        "lesions enhance again within days of stopping (R094), T cells overshoot a day after the"
        " last dose and are normal a week later (R100); plasma is far quicker (R105)"
    ),
)
PREDNISOLONE_STRENGTH = Parameter(
    "prednisolone_strength",
    unit="",
    label="Methylprednisolone equal to one part of prednisolone, by weight",
    default=0.8,
    prior=LogNormal(0.1),
    source=Source("R107", note="1,250 mg of oral prednisone equals 1 g; prednisolone alike"),
)
STEROID_HALF = Parameter(
    "steroid_half",
    unit="g",
    label="Steroid at work with half of its effect on cells",
    default=0.3,
    prior=LogNormal(0.5),
    source=Assumption("0.5 g a day already moves the blood T cells within a day (R100)"),
)
STEROID_BARRIER_HALF = Parameter(
    "steroid_barrier_half",
    unit="g",
    label="Steroid at work that keeps half of the lesions from enhancing",
    default=0.3,
    prior=LogNormal(0.3),
    source=Source("R094", "R095", note="96 % of lesions after three days of 1 g; most by 8 h"),
)


@flux(changes={STEROID: +1}, boundary="given")
def steroid_given(steroid_rate, prednisolone_strength, prednisolone_rate):
    """Steroid given."""
    return steroid_rate + prednisolone_strength * prednisolone_rate


@flux(changes={STEROID: -1}, boundary="faded")
def steroid_decay(k_steroid, steroid):
    """Fading of the steroid's effect."""
    return k_steroid * steroid


@rule(unit="")
def steroid_effect(steroid, steroid_half):
    """Effect of steroid on cells, 1 = all of it."""
    return steroid / (steroid + steroid_half)


@output(unit="")
def steroid_barrier(steroid, steroid_barrier_half):
    """Share of enhancement and oedema that steroid suppresses."""
    return steroid * steroid / (steroid * steroid + steroid_barrier_half * steroid_barrier_half)
