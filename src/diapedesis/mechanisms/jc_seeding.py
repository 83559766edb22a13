"""Seeding of the brain by JC virus: a rare random event, told here as its hazard.

Incidence is near zero in the first year of the drug and levels off after the fourth (claims pml
1.14, 1.17). Part of the wait is the growth of a lesion nobody sees; the rest is told as two stages
that the virus passes while the gate is closed (release and adaptation, say): the stages are an
assumption, their joint speed is tuned. Whether a seed takes hold depends on free alpha4 that day.
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    exp,
    flux,
    output,
    rule,
)


def _loose(loose_virus):
    return loose_virus


RELEASED = State(
    "jc_released", unit="", label="Virus set free behind the closed gate, 0 to 1", initial=_loose
)
ADAPTED = State("jc_adapted", unit="", label="Virus adapted to the brain, 0 to 1", initial=_loose)

GATE = Port("gate", unit="", label="Entry through the gate, share of untreated")
FREE_ALPHA4 = Port("free_alpha4", unit="", label="Free alpha4 on the surface")

JC_INDEX = Input("jc_index", unit="", label="JC virus antibody index", default=0.1)
PRIOR_IS = Input("prior_immunosuppressant", unit="", label="1 after an immunosuppressant")

SEEDING = Parameter(
    "seeding",
    unit="1/day",
    label="Seeding once the virus has adapted, high index, usual dosing",
    default=2.9e-5,
    prior=LogNormal(0.25),
    source=Source("pml 1.17", "pml 1.14", note="10 per 1000 and year from the fifth year on"),
)
K_STAGE = Parameter(
    "k_stage",
    unit="1/day",
    label="Speed of each of the two stages",
    default=0.0015,
    prior=LogNormal(0.3),
    source=Source("pml 1.17", note="0.2, 0.9 and 3 per 1000 in the first three years"),
)
LOOSE_VIRUS = Parameter(
    "loose_virus",
    unit="",
    label="Free and adapted virus with the gate open",
    default=0.12,
    prior=LogitNormal(0.5),
    source=Source("pml 1.17", "pml 1.4", note="a few cases in the first year, faster than growth"),
)
INDEX_HALF = Parameter(
    "index_half",
    unit="",
    label="Index with half of the hazard of a very high one",
    default=2.0,
    prior=LogNormal(0.15),
    source=Source("pml 1.12", "pml 1.13", "pml 1.14", note="by class of index"),
)
INDEX_HILL = Parameter(
    "index_hill",
    unit="",
    label="Steepness of hazard with the index",
    default=4.0,
    prior=LogNormal(0.2),
    source=Source("pml 1.51", "pml 1.52", note="3.4 against 2.4; 1 of 59 cases is below 0.9"),
)
UNSEEN_CARRIER = Parameter(
    "unseen_carrier",
    unit="",
    label="Hazard without antibody, share of that of a very high index",
    default=0.003,
    prior=LogitNormal(0.7),
    source=Source("pml 1.7", "pml 1.9", "pml 1.50", note="0.1 per 1000; 3 % false negatives"),
)
IMMUNOSUPPRESSANT_FOLD = Parameter(
    "immunosuppressant_fold",
    unit="",
    label="Hazard after an immunosuppressant, fold",
    default=2.5,
    prior=LogNormal(0.35),
    source=Source("pml 1.11", "pml 1.10", "pml 1.35", note="3 to 4.5 without antibody; HR 1.43"),
)
SURVEILLANCE_SLOPE = Parameter(
    "surveillance_slope",
    unit="",
    label="Fall of the logarithm of the hazard per free alpha4",
    default=20.0,
    prior=LogNormal(0.5),
    source=Assumption(
        "fewer cases at longer intervals (pml 1.39), of which immortal time explains a part; the"
        " one comparison of troughs shows no trend"
    ),
)
FREE_USUAL = Parameter(
    "free_usual",
    "",
    "Free alpha4 on usual dosing, to which the hazard refers",
    0.10,
    Assumption("mean over a dosing interval of the typical patient; only sets the scale"),
)


@flux(changes={RELEASED: +1}, boundary="set free")
def jc_release(k_stage, loose_virus, gate, jc_released):
    """Virus is set free while the gate is closed, and held again once it is open."""
    return k_stage * (1 - (1 - loose_virus) * gate - jc_released)


@flux(changes={ADAPTED: +1}, boundary="adapted")
def jc_adaptation(k_stage, jc_released, jc_adapted):
    """Virus adapts to the brain."""
    return k_stage * (jc_released - jc_adapted)


@rule(unit="")
def index_risk(jc_index, index_half, index_hill, unseen_carrier):
    """Hazard by antibody index, share of that of a very high one."""
    return unseen_carrier + (1 - unseen_carrier) * jc_index**index_hill / (
        jc_index**index_hill + index_half**index_hill
    )


@output(unit="1/day")
def seeding_rate(
    seeding, jc_adapted, index_risk, prior_immunosuppressant, immunosuppressant_fold,
    surveillance_slope, free_alpha4, free_usual,
):  # fmt: skip
    """Hazard of seeding."""
    return (
        seeding
        * jc_adapted
        * index_risk
        * (1 + (immunosuppressant_fold - 1) * prior_immunosuppressant)
        * exp(surveillance_slope * (free_usual - free_alpha4))
    )
