"""The vocabulary of a model: terms, units, sources, priors, assembly, checks. Knows no biology."""

from diapedesis.core.check import check
from diapedesis.core.errors import CODES, Fault, ModelError
from diapedesis.core.functions import exp, log, maximum, minimum, ramp
from diapedesis.core.mechanism import Mechanism
from diapedesis.core.model import Model
from diapedesis.core.priors import Fixed, LogitNormal, LogNormal, LogUniform, Prior
from diapedesis.core.sources import Assumption, Source
from diapedesis.core.terms import (
    Conserved,
    Flux,
    Input,
    Output,
    Parameter,
    Port,
    Rule,
    State,
    conserved,
    flux,
    output,
    rule,
)

__all__ = [
    "CODES",
    "Assumption",
    "Conserved",
    "Fault",
    "Fixed",
    "Flux",
    "Input",
    "LogNormal",
    "LogUniform",
    "LogitNormal",
    "Mechanism",
    "Model",
    "ModelError",
    "Output",
    "Parameter",
    "Port",
    "Prior",
    "Rule",
    "Source",
    "State",
    "check",
    "conserved",
    "exp",
    "flux",
    "log",
    "maximum",
    "minimum",
    "output",
    "ramp",
    "rule",
]
