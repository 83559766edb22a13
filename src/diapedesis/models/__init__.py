"""Named assemblies of mechanisms."""

from diapedesis.models.pkpd import pkpd

__all__ = ["pkpd"]
