"""Named assemblies of mechanisms."""

from diapedesis.models.hypotheses import HYPOTHESES, weights
from diapedesis.models.ms import ms
from diapedesis.models.pkpd import pkpd

__all__ = ["HYPOTHESES", "ms", "pkpd", "weights"]
