"""Where a number comes from: claims of the evidence library, or an assumption that says why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumption:
    """A number nobody measured, with the reason for choosing it."""

    why: str


@dataclass(frozen=True, init=False)
class Source:
    """Claims in the evidence library that a number rests on.

    Examples
    --------
    >>> Source("pkpd 1.2", "pkpd 1.14").claims
    ('pkpd 1.2', 'pkpd 1.14')
    """

    claims: tuple[str, ...]
    note: str

    def __init__(self, *claims: str, note: str = "") -> None:
        object.__setattr__(self, "claims", claims)
        object.__setattr__(self, "note", note)


Provenance = Source | Assumption


def is_given(provenance: Provenance | None) -> bool:
    """Return True when the provenance says something."""
    if isinstance(provenance, Assumption):
        return bool(provenance.why.strip())
    return isinstance(provenance, Source) and bool(provenance.claims)
