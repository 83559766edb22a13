"""Target-mediated disposition of an antibody, as in gQSPSim's example; molar, per kg of body.

The laws are the equations in data/README.md. Complex is cleared as free antibody is.
"""

from diapedesis.core import Assumption, Parameter, State, flux, output, rule

FILE = Assumption("one virtual patient of the reference file")
WEIGHT = Assumption("molar mass that the reference file's units rest on")


def _c_0(dose, v_1, mg_per_nmol):
    return dose / v_1 / mg_per_nmol


def _t_0(t_base):
    return t_base


C = State("c_nm", unit="nmol/L", label="Free antibody, central", initial=_c_0, scale=100.0)
P = State("p_nm", unit="nmol/L", label="Free antibody, peripheral", scale=100.0)
T = State("t_nm", unit="nmol/L", label="Free target", initial=_t_0, scale=0.01)
X = State("x_nm", unit="nmol/L", label="Complex", scale=1.0)

DOSE = Parameter("dose", "mg/kg", "Bolus", 3.0, FILE)
V_1 = Parameter("v_1", "L/kg", "Central volume", 0.0463, FILE)
V_2 = Parameter("v_2", "L/kg", "Peripheral volume", 0.0496, FILE)
CL = Parameter("cl", "L/day/kg", "Clearance", 0.00502, FILE)
CL_D = Parameter("cl_d", "L/day/kg", "Distribution clearance", 0.0128, FILE)
K_ON = Parameter("k_on", "L/nmol/day", "Association", 239.0, FILE)
K_D = Parameter("k_d", "nmol/L", "Dissociation constant", 0.45, FILE)
T_BASE = Parameter("t_base", "nmol/L", "Target before treatment", 14.1, FILE)
T_HALF = Parameter("t_half", "day", "Half-life of the target", 0.833, FILE)
MG_PER_NMOL = Parameter("mg_per_nmol", "mg/nmol", "Antibody, 150 kDa", 0.15, WEIGHT)
UG_PER_NMOL = Parameter("ug_per_nmol", "ug/nmol", "Target, 40 kDa", 40.0, WEIGHT)
LN2 = Parameter("ln2", "", "Natural logarithm of 2", 0.6931471805599453, Assumption("arithmetic"))


@rule(unit="1/day")
def k_deg(ln2, t_half):
    """Turnover of the target."""
    return ln2 / t_half


@rule(unit="nmol/L/day")
def net_binding(k_on, c_nm, t_nm, k_d, x_nm):
    """Association less dissociation."""
    return k_on * (c_nm * t_nm - k_d * x_nm)


@output(unit="mg/L")
def free_antibody(c_nm, mg_per_nmol):
    """Free antibody."""
    return c_nm * mg_per_nmol


@output(unit="ug/L")
def free_target(t_nm, ug_per_nmol):
    """Free target."""
    return t_nm * ug_per_nmol


@output(unit="ug/L")
def total_target(t_nm, x_nm, ug_per_nmol):
    """Free target and complex."""
    return (t_nm + x_nm) * ug_per_nmol


@flux(changes={C: -1, T: -1, X: +1})
def binding(net_binding):
    """Antibody and target bind."""
    return net_binding


@flux(changes={C: -1}, boundary="eliminated")
def elimination(cl, v_1, c_nm):
    """Elimination of free antibody."""
    return cl / v_1 * c_nm


@flux(changes={X: -1}, boundary="eliminated")
def complex_elimination(cl, v_1, x_nm):
    """Elimination of complex."""
    return cl / v_1 * x_nm


@flux(changes={C: -1}, boundary="to the peripheral volume")
def distribution(cl_d, v_1, c_nm, p_nm):
    """Distribution, seen from the central volume."""
    return cl_d / v_1 * (c_nm - p_nm)


@flux(changes={P: +1}, boundary="from the central volume")
def arrival(cl_d, v_2, c_nm, p_nm):
    """Distribution, seen from the peripheral volume."""
    return cl_d / v_2 * (c_nm - p_nm)


@flux(changes={T: +1}, boundary="made")
def target_synthesis(k_deg, t_base):
    """Synthesis of the target."""
    return k_deg * t_base


@flux(changes={T: -1}, boundary="degraded")
def target_loss(k_deg, t_nm):
    """Loss of free target."""
    return k_deg * t_nm
