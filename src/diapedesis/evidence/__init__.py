"""The evidence store: published facts that parameters, priors and targets rest on, with papers.

Facts, not sentences: every number leads to its paper and says how surely it was read.
"""

from diapedesis.evidence.check import read_store, store_faults
from diapedesis.evidence.claims import (
    SURE,
    Claim,
    Dispute,
    UnknownClaim,
    fittable,
    load_claims,
    resolve,
    resolve_all,
    unresolved,
)
from diapedesis.evidence.courses import Estimate, TimePoint, load_estimates, load_timecourses
from diapedesis.evidence.papers import Paper, UnknownPaper, load_papers, resolve_paper
from diapedesis.evidence.search import Found, Hit, search, search_claims
from diapedesis.evidence.values import KINDS, Reading, read_count, read_value

__all__ = [
    "KINDS",
    "SURE",
    "Claim",
    "Dispute",
    "Estimate",
    "Found",
    "Hit",
    "Paper",
    "Reading",
    "TimePoint",
    "UnknownClaim",
    "UnknownPaper",
    "fittable",
    "load_claims",
    "load_estimates",
    "load_papers",
    "load_timecourses",
    "read_count",
    "read_store",
    "read_value",
    "resolve",
    "resolve_all",
    "resolve_paper",
    "search",
    "search_claims",
    "store_faults",
    "unresolved",
]
