"""Links of the MS model: how each blood subset acts on the disease, and what takes that away."""

from __future__ import annotations

from diapedesis.core import Model
from diapedesis.core.links import Link, links

SUBSETS = ("cd4", "cd8", "b_cell", "treg", "other")
"""States: lymphocyte subsets in blood."""
ENDS = ("tone_fold", "lesion_births", "relapse_background")
"""What all else of the disease follows from."""
ABOUT = (
    "Every way by which a subset in blood acts on the tone, the births of lesions and the relapses"
    " not tied to lesions, from term to term. Each of the parameters named closes the way by"
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
    return {subset: links(model, subset, ENDS) for subset in SUBSETS}


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
