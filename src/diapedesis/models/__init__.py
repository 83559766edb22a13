"""Named assemblies of mechanisms."""

from diapedesis.models.hypotheses import HYPOTHESES, weights
from diapedesis.models.ms import ms
from diapedesis.models.pkpd import pkpd

ASSEMBLIES = (pkpd, ms)
"""Every assembly, smallest first."""

__all__ = ["ASSEMBLIES", "HYPOTHESES", "ms", "pkpd", "weights"]
