"""Antibodies against natalizumab: they speed its clearance and neutralise what is left.

Six per cent of patients keep them, three per cent lose them again (claims pkpd 6.1 to 6.6). Titre
is relative to the median of persistently positive patients.
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    flux,
    output,
    rule,
)

ADA = State("ada", unit="", label="Anti-drug antibodies (1 = median persistent titre)")
ADA_TARGET = Input("ada_target", unit="", label="Plateau titre of the present episode")
C = Port("c", unit="mg/L", label="Serum level, free and antibody-bound drug")

ADA_TITRE = Parameter(
    "ada_titre",
    unit="",
    label="Factor on the stated titre",
    default=1.0,
    prior=LogNormal(0.1),
    source=Assumption("titres of different laboratories are not on one scale"),
    iiv=0.6,
    iiv_source=Assumption("spread among persistent patients, whose troughs run from low to none"),
)
K_ADA = Parameter(
    "k_ada",
    unit="1/day",
    label="Turnover of anti-drug antibodies",
    default=0.08,
    prior=LogNormal(0.7),
    source=Assumption("an IgG response settles within weeks; first positive in month 1 (pkpd 6.5)"),
)
ADA_CL = Parameter(
    "ada_cl",
    unit="",
    label="Clearance added by antibodies of median titre, as a share",
    default=1.45,
    prior=LogNormal(0.2),
    source=Source("pkpd 1.21", "pkpd 1.24", note="2.45-fold, and about 3-fold"),
)
ADA_BINDING = Parameter(
    "ada_binding",
    unit="",
    label="Bound over free drug at median titre",
    default=3.0,
    prior=LogNormal(0.7),
    source=Assumption("size unknown; direction from pkpd 6.6 and 6.11"),
)


@rule(unit="")
def cl_fold(ada_cl, ada):
    """Factor on linear clearance from anti-drug antibodies."""
    return 1 + ada_cl * ada


@output(unit="mg/L")
def c_free(c, ada_binding, ada):
    """Serum level of free drug."""
    return c / (1 + ada_binding * ada)


@flux(changes={ADA: +1}, boundary="produced")
def ada_production(k_ada, ada_target, ada_titre):
    """Production towards the plateau titre."""
    return k_ada * ada_target * ada_titre


@flux(changes={ADA: -1}, boundary="catabolised")
def ada_catabolism(k_ada, ada):
    """Loss of anti-drug antibodies."""
    return k_ada * ada
