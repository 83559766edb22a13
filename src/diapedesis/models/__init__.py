"""Named assemblies of mechanisms."""

from diapedesis.models.hypotheses import HYPOTHESES, weights
from diapedesis.models.ms import ms
from diapedesis.models.pkpd import pkpd
from diapedesis.models.pml import pml, seeding

ASSEMBLIES = (pkpd, ms, pml)
"""Every assembly, smallest first."""

__all__ = ["ASSEMBLIES", "HYPOTHESES", "ms", "pkpd", "pml", "seeding", "weights"]
