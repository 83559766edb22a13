"""What apheresis costs: the subject's own IgG, two compartments, and fibrinogen, one.

Both are made at a constant rate and were at their usual level before; IgG refills from tissue
within days and by synthesis within weeks, fibrinogen by synthesis within days. Donor plasma brings
both back, albumin neither.
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
    conserved,
    flux,
    output,
    rule,
)


def _igg_c_0(igg_level, v_plasma):
    return igg_level * v_plasma


def _igg_p_0(igg_level, v_plasma, igg_intravascular):
    return igg_level * v_plasma * (1 - igg_intravascular) / igg_intravascular


def _fibrinogen_0(fibrinogen_level, v_plasma):
    return fibrinogen_level * v_plasma


IGG_C = State("igg_c", unit="g", label="IgG in plasma", initial=_igg_c_0, scale=10.0)
IGG_P = State("igg_p", unit="g", label="IgG in tissue", initial=_igg_p_0, scale=10.0)
IGG = conserved("igg_total", {IGG_C: 1, IGG_P: 1})
FIB = State("fib", unit="g", label="Fibrinogen in plasma", initial=_fibrinogen_0, scale=10.0)

V_PLASMA = Port("v_plasma", unit="L", label="Plasma volume")
EXCHANGE_FLOW = Port("exchange_flow", unit="L/day", label="Plasma exchanged")
COLUMN_FLOW = Port("column_flow", unit="L/day", label="Plasma led over a column")
CL_APHERESIS_IGG = Port("cl_apheresis_igg", unit="L/day", label="Clearance of IgG by apheresis")
ON_TRYPTOPHAN = Port("on_tryptophan", unit="", label="1 while the column is tryptophan")
DONOR_PLASMA = Input("donor_plasma", unit="", label="Donor plasma given per plasma cleared")

IGG_LEVEL = Parameter(
    "igg_level",
    unit="g/L",
    label="Usual serum IgG",
    default=10.9,
    source=Source("own igg-level"),
    prior=LogNormal(0.05),
    iiv=0.18,
    iiv_source=Source("own igg-level"),
)
IGG_HALF_LIFE = Parameter(
    "igg_half_life",
    unit="day",
    label="Half-life of IgG",
    default=21.0,
    source=Source("own igg-halflife"),
    prior=LogNormal(0.1),
)
IGG_INTRAVASCULAR = Parameter(
    "igg_intravascular",
    unit="",
    label="Share of IgG in plasma",
    default=0.45,
    source=Source("pkpd 2.15", "pkpd 2.16"),
    prior=LogitNormal(0.2),
)
IGG_REFILL = Parameter(
    "igg_refill",
    unit="1/day",
    label="Rate constant of IgG from plasma to tissue",
    default=0.25,
    source=Assumption("8 points of 100 regained in the day after a session (pkpd 2.23)"),
    prior=LogNormal(0.4),
)
FIBRINOGEN_LEVEL = Parameter(
    "fibrinogen_level",
    unit="g/L",
    label="Usual fibrinogen",
    default=2.84,
    source=Source("own fibrinogen-level"),
    prior=LogNormal(0.05),
    iiv=0.25,
    iiv_source=Source("own fibrinogen-level"),
)
FIBRINOGEN_HALF_LIFE = Parameter(
    "fibrinogen_half_life",
    unit="day",
    label="Half-life of fibrinogen",
    default=4.14,
    source=Source("own fibrinogen-halflife"),
    prior=LogNormal(0.14),
)
E_FIB_TRYPTOPHAN = Parameter(
    "e_fib_tryptophan",
    unit="",
    label="Fibrinogen taken from plasma in one pass, tryptophan",
    default=0.45,
    source=Source("own tryptophan-fibrinogen", note="the other columns hardly take any"),
    prior=LogitNormal(0.5),
)
DONOR_IGG = Parameter("donor_igg", "g/L", "IgG in donor plasma", 6.8, Source("own plasma-igg"))
DONOR_FIBRINOGEN = Parameter(
    "donor_fibrinogen",
    "g/L",
    "Fibrinogen in donor plasma",
    2.0,
    Source("own plasma-fibrinogen"),
)
LN2 = Parameter("ln2", "", "Natural logarithm of 2", 0.6931471805599453, Assumption("arithmetic"))


@output(unit="g/L")
def igg(igg_c, v_plasma):
    """Serum IgG."""
    return igg_c / v_plasma


@output(unit="g/L")
def fibrinogen(fib, v_plasma):
    """Fibrinogen."""
    return fib / v_plasma


@rule(unit="1/day")
def k_igg(ln2, igg_half_life, igg_intravascular):
    """Catabolic rate constant of IgG in plasma, where all of it is broken down."""
    return ln2 / igg_half_life / igg_intravascular


@flux(changes={IGG_C: +1}, boundary="made")
def igg_synthesis(k_igg, igg_level, v_plasma):
    """Synthesis of IgG."""
    return k_igg * igg_level * v_plasma


@flux(changes={IGG_C: -1}, boundary="catabolised")
def igg_catabolism(k_igg, igg_c):
    """Catabolism of IgG."""
    return k_igg * igg_c


@flux(changes={IGG_C: -1, IGG_P: +1})
def igg_distribution(igg_refill, igg_c, igg_p, igg_intravascular):
    """Exchange of IgG with tissue."""
    return igg_refill * (igg_c - igg_p * igg_intravascular / (1 - igg_intravascular))


@flux(changes={IGG_C: -1}, boundary="removed by apheresis")
def igg_removed(cl_apheresis_igg, exchange_flow, donor_plasma, donor_igg, igg_c, v_plasma):
    """IgG removed, less what donor plasma brings."""
    return cl_apheresis_igg * igg_c / v_plasma - exchange_flow * donor_plasma * donor_igg


@flux(changes={FIB: +1}, boundary="made")
def fibrinogen_synthesis(ln2, fibrinogen_half_life, fibrinogen_level, v_plasma):
    """Synthesis of fibrinogen."""
    return ln2 / fibrinogen_half_life * fibrinogen_level * v_plasma


@flux(changes={FIB: -1}, boundary="catabolised")
def fibrinogen_catabolism(ln2, fibrinogen_half_life, fib):
    """Catabolism of fibrinogen."""
    return ln2 / fibrinogen_half_life * fib


@flux(changes={FIB: -1}, boundary="removed by apheresis")
def fibrinogen_removed(
    exchange_flow,
    column_flow,
    on_tryptophan,
    e_fib_tryptophan,
    donor_plasma,
    donor_fibrinogen,
    fib,
    v_plasma,
):
    """Fibrinogen removed, less what donor plasma brings."""
    return (
        exchange_flow + column_flow * on_tryptophan * e_fib_tryptophan
    ) * fib / v_plasma - exchange_flow * donor_plasma * donor_fibrinogen
