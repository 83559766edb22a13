"""Why disease returns: weights of competing explanations, none of them proved.

Each explanation says which cells drive the tissue and what has changed behind the shut gate. The
weights are relative; one of them alone is a pure hypothesis, and `null` is the return to one's own
level with nothing added.
"""

from diapedesis.core import Assumption, LogNormal, Parameter, output, rule

_OPEN = Assumption("present data bound the weights, they do not single one out; spread is wide")
H_NULL = Parameter(
    "h_null", "", "Relative weight: return to one's own level", 0.10, _OPEN, LogNormal(0.7)
)
H_CD4 = Parameter(
    "h_cd4", "", "Relative weight: classical CD4 autoimmunity", 0.20, _OPEN, LogNormal(0.7)
)
H_POOL = Parameter("h_pool", "", "Relative weight: peripheral pool", 0.40, _OPEN, LogNormal(0.7))
H_VIRUS = Parameter(
    "h_virus", "", "Relative weight: latent virus in the CNS", 0.20, _OPEN, LogNormal(0.7)
)
H_DAMAGE = Parameter("h_damage", "", "Relative weight: silent damage", 0.05, _OPEN, LogNormal(0.7))
H_IMBALANCE = Parameter(
    "h_imbalance", "", "Relative weight: effectors without regulators", 0.05, _OPEN, LogNormal(0.7)
)


@rule(unit="")
def h_total(h_null, h_cd4, h_pool, h_virus, h_damage, h_imbalance):
    """Sum of the relative weights."""
    return h_null + h_cd4 + h_pool + h_virus + h_damage + h_imbalance


@output(unit="")
def w_null(h_null, h_total):
    """Weight of the return to one's own level."""
    return h_null / h_total


@output(unit="")
def w_cd4(h_cd4, h_total):
    """Weight of classical CD4 autoimmunity."""
    return h_cd4 / h_total


@output(unit="")
def w_pool(h_pool, h_total):
    """Weight of the peripheral pool."""
    return h_pool / h_total


@output(unit="")
def w_virus(h_virus, h_total):
    """Weight of the latent virus."""
    return h_virus / h_total


@output(unit="")
def w_damage(h_damage, h_total):
    """Weight of silent damage."""
    return h_damage / h_total


@output(unit="")
def w_imbalance(h_imbalance, h_total):
    """Weight of effectors without regulators."""
    return h_imbalance / h_total
