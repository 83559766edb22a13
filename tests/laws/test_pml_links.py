"""Depleting a subset of blood changes the course of the virus through the listed links alone."""

import numpy as np
import pytest

from diapedesis.models import pml
from diapedesis.report.links import SUBSETS, VIRUS_ENDS, subset_links
from diapedesis.simulate import Protocol
from tests.pml_kit import course, patients

LINKS = subset_links(pml())
SOURCES = {"b_cell": "source_b"}
COURSE = ("pml_volume", "infected", "jc_response", "iris_level")
DAYS = np.arange(1.0, 200.0, 3.0)
N = 6
RTOL = 1e-9
SAME = 1e-6
TO_THE_VIRUS = [
    (subset, i)
    for subset, ways in LINKS.items()
    for i, link in enumerate(ways)
    if link.way[-1] in VIRUS_ENDS
]


def effect(subset: str, closed: dict[str, float]) -> float:
    """Return how far depletion moves a lesion that meets an open gate, as a share of its peak."""
    own = patients(f"virus links {subset}", N, **closed)
    start = course(Protocol(), [0.0], own).final
    start |= {"jc_infected": np.full(N, 5.0), "jc_lost": np.full(N, 5.0)}
    less = {id: np.full(N, 0.1) for id in (subset, SOURCES.get(subset, f"source_{subset}"))}
    plain, depleted = (
        course(Protocol(), DAYS, own, initial=start | changed, rtol=RTOL) for changed in ({}, less)
    )
    peak = {id: np.maximum(plain[id].max(axis=1, keepdims=True), 1e-9) for id in COURSE}
    return max(float((np.abs(depleted[id] - plain[id]) / peak[id]).max()) for id in COURSE)


def closing(subset: str, but: int | None = None) -> dict[str, float]:
    """Return parameters that close all ways of a subset, or all that can be without one of them."""
    ways = LINKS[subset]
    kept = set() if but is None else set(ways[but].closed_by)
    closers = [[c for c in way.closed_by if c not in kept] for way in ways]
    return dict(some[0] for i, some in enumerate(closers) if some and i != but)


def test_the_ways_to_the_virus_are_entry_help_and_the_brake() -> None:
    found = {(s, LINKS[s][i].way[-2:]) for s, i in TO_THE_VIRUS}
    assert found == {
        ("cd4", ("jc_cd8_growth", "jc_cd8")),
        ("cd8", ("jc_cd8_entry", "jc_cd8")),
        ("treg", ("iris_rise", "iris")),
    }


@pytest.mark.parametrize("subset", SUBSETS)
def test_with_all_links_closed_depletion_changes_nothing(subset: str) -> None:
    assert effect(subset, closing(subset)) < SAME


@pytest.mark.parametrize(("subset", "way"), TO_THE_VIRUS)
def test_each_link_alone_makes_a_difference(subset: str, way: int) -> None:
    closed = closing(subset, but=way)
    shut = LINKS[subset][way].closed_by[0]
    assert effect(subset, closed) > 1e3 * SAME
    assert effect(subset, closed | dict([shut])) < SAME
