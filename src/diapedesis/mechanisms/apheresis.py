"""Plasma exchange and immunoadsorption: a clearance of plasma while the machine runs.

What is in plasma leaves with the plasma, so the drug and every other circulating IgG go together;
refill from tissue is not written here, it follows from the disposition of each. The plasma volume
is Nadler's blood volume times (1 - haematocrit), and never more than the drug's central volume.
"""

from diapedesis.core import (
    Assumption,
    Fixed,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    flux,
    minimum,
    output,
    rule,
)

COLUMN_VOLUME = State("column_volume", unit="L", label="Plasma processed over the present column")

WEIGHT = Port("weight", unit="kg", label="Body weight")
V_C_I = Port("v_c_i", unit="L", label="Central volume of this subject")
C = Port("c", unit="mg/L", label="Serum level")
A_C = Port("a_c", unit="mg", label="Natalizumab, central compartment", writable=True)
ADA = Port("ada", unit="", label="Anti-drug antibodies", writable=True)

HEIGHT = Input("height", unit="m", label="Height", default=1.70)
HEIGHT_KNOWN = Input("height_known", unit="", label="1 when the height is known", default=1.0)
MALE = Input("male", unit="", label="1 male, 0 female, between when unknown")
HAEMATOCRIT = Input("haematocrit", unit="", label="Haematocrit", default=0.40)
PLEX_FLOW = Input("plex_flow", unit="L/day", label="Plasma exchanged, by volume")
PLEX_TURNOVER = Input("plex_turnover", unit="1/day", label="Plasma exchanged, by plasma volumes")
IA_FLOW = Input("ia_flow", unit="L/day", label="Plasma over a column, by volume")
IA_TURNOVER = Input("ia_turnover", unit="1/day", label="Plasma over a column, by plasma volumes")
ON_PROTEIN_A = Input("on_protein_a", unit="", label="1 while the column is protein A")
ON_ANTI_IGG = Input("on_anti_igg", unit="", label="1 while the column is anti-IgG")
ON_TRYPTOPHAN = Input("on_tryptophan", unit="", label="1 while the column is tryptophan")

_MALE, _FEMALE = Source("own nadler-male"), Source("own nadler-female")
MALE_CUBE = Parameter("nadler_male_cube", "L/m**3", "Nadler, male: per height cubed", 0.3669, _MALE)
MALE_KG = Parameter("nadler_male_kg", "L/kg", "Nadler, male: per weight", 0.03219, _MALE)
MALE_0 = Parameter("nadler_male_0", "L", "Nadler, male: constant", 0.6041, _MALE)
FEMALE_CUBE = Parameter(
    "nadler_female_cube", "L/m**3", "Nadler, female: per height cubed", 0.3561, _FEMALE
)
FEMALE_KG = Parameter("nadler_female_kg", "L/kg", "Nadler, female: per weight", 0.03308, _FEMALE)
FEMALE_0 = Parameter("nadler_female_0", "L", "Nadler, female: constant", 0.1833, _FEMALE)
PLASMA_PER_KG = Parameter(
    "plasma_per_kg",
    unit="L/kg",
    label="Plasma volume per weight, where the height is unknown",
    default=0.040,
    prior=Fixed(),
    source=Source("pkpd 2.29"),
)
V_PLASMA_FOLD = Parameter(
    "v_plasma_fold",
    unit="",
    label="True plasma volume over the estimate",
    default=1.0,
    prior=LogNormal(0.02),
    source=Assumption("the formula is unbiased on average"),
    iiv=0.10,
    iiv_source=Assumption("less than the 17 % about a fixed volume per kg (own plasma-volume)"),
)
E_PROTEIN_A = Parameter(
    "e_protein_a",
    unit="",
    label="IgG4 taken from plasma in one pass, protein A",
    default=0.59,
    prior=LogitNormal(0.5),
    source=Source("pkpd 2.32", note="77 % of IgG4 by 2.5 volumes is 1 - exp(-2.5 x 0.59)"),
)
E_ANTI_IGG = Parameter(
    "e_anti_igg",
    unit="",
    label="IgG4 taken from plasma in one pass, anti-IgG",
    default=0.60,
    prior=LogitNormal(0.6),
    source=Source(
        "own anti-igg-efficiency", "pkpd 2.19", note="75 % fall with 6.7 L; all subclasses alike"
    ),
)
E_TRYPTOPHAN = Parameter(
    "e_tryptophan",
    unit="",
    label="IgG4 taken from plasma in one pass, fresh tryptophan column",
    default=0.35,
    prior=LogitNormal(0.7),
    source=Source("own tryptophan-igg", note="35 % of IgG left after four times 2.5 L; not IgG4"),
)
E_IGG_PROTEIN_A = Parameter(
    "e_igg_protein_a",
    unit="",
    label="Total IgG taken from plasma in one pass, protein A",
    default=0.90,
    prior=LogitNormal(0.4),
    source=Source("pkpd 2.32", "pkpd 2.32b", note="IgG1 97 %; all IgG 84 % in two days"),
)
COLUMN_CAPACITY = Parameter(
    "column_capacity",
    unit="L",
    label="Plasma at which a single-use tryptophan column is half spent",
    default=2.0,
    prior=LogNormal(0.2),
    source=Source("own tryptophan-capacity", note="saturates at 1.5 to 2 L"),
)


@rule(unit="L")
def blood_volume(
    male,
    height,
    weight,
    nadler_male_cube,
    nadler_male_kg,
    nadler_male_0,
    nadler_female_cube,
    nadler_female_kg,
    nadler_female_0,
):
    """Blood volume by Nadler."""
    return male * (nadler_male_cube * height**3 + nadler_male_kg * weight + nadler_male_0) + (
        1 - male
    ) * (nadler_female_cube * height**3 + nadler_female_kg * weight + nadler_female_0)


@output(unit="L")
def v_plasma(v_plasma_fold, height_known, blood_volume, haematocrit, plasma_per_kg, weight, v_c_i):
    """Plasma volume, never above the central volume."""
    return minimum(
        v_plasma_fold
        * (
            height_known * blood_volume * (1 - haematocrit)
            + (1 - height_known) * plasma_per_kg * weight
        ),
        v_c_i,
    )


@rule(unit="L/day")
def exchange_flow(plex_flow, plex_turnover, v_plasma):
    """Plasma exchanged per day while a session runs."""
    return plex_flow + plex_turnover * v_plasma


@rule(unit="L/day")
def column_flow(ia_flow, ia_turnover, v_plasma):
    """Plasma led over a column per day while a session runs."""
    return ia_flow + ia_turnover * v_plasma


@rule(unit="")
def column_left(column_volume, column_capacity):
    """Share of a single-use column's capacity that is left: near full until it is nearly spent."""
    return 1 / (1 + (column_volume / column_capacity) ** 4)


@rule(unit="L/day")
def cl_apheresis(
    exchange_flow,
    column_flow,
    on_protein_a,
    e_protein_a,
    on_anti_igg,
    e_anti_igg,
    on_tryptophan,
    e_tryptophan,
    column_left,
):
    """Clearance of natalizumab, an IgG4, by the session that runs."""
    return exchange_flow + column_flow * (
        on_protein_a * e_protein_a
        + on_anti_igg * e_anti_igg
        + on_tryptophan * e_tryptophan * column_left
    )


@rule(unit="L/day")
def cl_apheresis_igg(
    exchange_flow,
    column_flow,
    on_protein_a,
    e_igg_protein_a,
    on_anti_igg,
    e_anti_igg,
    on_tryptophan,
    e_tryptophan,
    column_left,
):
    """Clearance of all other IgG by the session that runs."""
    return exchange_flow + column_flow * (
        on_protein_a * e_igg_protein_a
        + on_anti_igg * e_anti_igg
        + on_tryptophan * e_tryptophan * column_left
    )


@flux(changes={COLUMN_VOLUME: +1})
def column_loading(column_flow):
    """Plasma processed over the present column; a new session brings a new one."""
    return column_flow


@flux(changes={A_C: -1}, boundary="removed by apheresis")
def drug_removed(cl_apheresis, c):
    """Natalizumab removed with the plasma."""
    return cl_apheresis * c


@flux(changes={ADA: -1}, boundary="removed by apheresis")
def antibodies_removed(cl_apheresis_igg, ada, v_c_i):
    """Anti-drug antibodies removed with the plasma."""
    return cl_apheresis_igg * ada / v_c_i
