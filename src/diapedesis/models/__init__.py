"""Named assemblies of mechanisms."""

from diapedesis.models.ms import ms
from diapedesis.models.pkpd import pkpd

__all__ = ["ms", "pkpd"]
