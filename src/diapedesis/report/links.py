"""Links: how each blood subset acts on MS and on the virus, and what takes that away."""

from __future__ import annotations

from diapedesis.core import Model
from diapedesis.core.links import Link, links

SUBSETS = ("cd4", "cd8", "b_cell", "treg", "other")
"""States: lymphocyte subsets in blood."""
ENDS = ("tone_fold", "lesion_births", "relapse_background")
"""What all else of MS follows from."""
VIRUS_ENDS = ("jc_cd8", "iris")
"""What all else of JC virus and IRIS follows from, in a model that has them."""
ABOUT = (
    "Every way by which a subset in blood acts on the tone, the births of lesions and the relapses"
    " not tied to lesions, and on the CD8 cells against JC virus and the inflammation of IRIS where"
    " there is a virus, from term to term. Each of the parameters named closes the way by"
    " itself, at the value given; with all ways of a subset closed, depleting it changes nothing of"
    " the disease."
)


def subset_links(model: Model) -> dict[str, tuple[Link, ...]]:
    """Return the ways from each subset in blood to the disease; empty for a model without them.

    Examples
    --------
    >>> from diapedesis.models import ms
    >>> for link in subset_links(ms())["treg"]:
    ...     print(closers(link))
    `regulation` = 0
    `regulation_imbalance` = 0, `h_imbalance` = 0
    """
    if not {*SUBSETS, *ENDS} <= {*model.states, *model.rules}:
        return {}
    ends = [*ENDS, *(id for id in VIRUS_ENDS if id in model.states)]
    return {subset: links(model, subset, ends) for subset in SUBSETS}


def closers(link: Link) -> str:
    """Return what closes a way, in Markdown."""
    return ", ".join(f"`{id}` = {value:g}" for id, value in link.closed_by)


def rows(model: Model) -> list[tuple[str, str, str]]:
    """Return the table of links: subset, way, what closes it."""
    found = []
    for subset, ways in subset_links(model).items():
        found += [(f"`{subset}`", f"`{' > '.join(w.way[1:])}`", closers(w)) for w in ways]
        found += [] if ways else [(f"`{subset}`", "none", "")]
    return found
