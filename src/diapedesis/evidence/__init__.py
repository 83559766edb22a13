"""The evidence library: published facts that parameters, priors and targets rest on.

Facts, not sentences: every number leads to its paper and says how surely it was read.
"""

from diapedesis.evidence.claims import (
    SURE,
    Claim,
    UnknownClaim,
    fittable,
    load_claims,
    resolve,
    resolve_all,
    unresolved,
)
from diapedesis.evidence.search import search_claims

__all__ = [
    "SURE",
    "Claim",
    "UnknownClaim",
    "fittable",
    "load_claims",
    "resolve",
    "resolve_all",
    "search_claims",
    "unresolved",
]
