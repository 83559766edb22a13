"""Depleting a subset of blood changes the disease through the listed links, and no other way."""

import numpy as np
import pytest

from diapedesis.models import ms
from diapedesis.report.links import SUBSETS, subset_links
from diapedesis.simulate import Depletion, Solution
from tests.ms_kit import DISEASE, LAST, YEAR_ON_DRUG, course, patients

LINKS = subset_links(ms())
SOURCES = {"b_cell": "source_b"}
OPEN = {"humoral_share": 0.5}  # closed by default
DAYS = np.arange(7.0, LAST + 400.0, 7.0)
N = 6
RTOL = 1e-9
SAME = 1e-6


def depleted(subset: str, own: dict[str, np.ndarray], to: float = 0.1) -> dict[str, np.ndarray]:
    """Return the untreated state, but for one subset of blood and its source."""
    start = course(YEAR_ON_DRUG, [0.0], own).final
    for state in (subset, SOURCES.get(subset, f"source_{subset}")):
        start[state] = np.full(N, to)
    return start


def moved(by: Solution, plain: Solution) -> dict[str, float]:
    """Return how far each course of the disease is ever from another, as a share."""
    return {id: float(np.abs(by[id] / plain[id] - 1).max()) for id in DISEASE}


def effect(subset: str, settings: dict[str, float]) -> dict[str, float]:
    """Return how far depletion moves the disease."""
    own = patients(f"links {subset}", N, **{**OPEN, **settings})
    whole = course(YEAR_ON_DRUG, DAYS, own, rtol=RTOL)
    less = course(YEAR_ON_DRUG, DAYS, own, rtol=RTOL, initial=depleted(subset, own))
    return moved(less, whole)


def closing(subset: str, but: int | None = None) -> dict[str, float]:
    """Return parameters that close all ways of a subset, or all that can be without one of them."""
    ways = LINKS[subset]
    kept = set() if but is None else set(ways[but].closed_by)
    closers = [[c for c in way.closed_by if c not in kept] for way in ways]
    return dict(some[0] for i, some in enumerate(closers) if some and i != but)


def test_every_way_can_be_closed() -> None:
    assert all(way.closed_by for ways in LINKS.values() for way in ways)
    assert {subset: len(ways) for subset, ways in LINKS.items()} == {
        "cd4": 4, "cd8": 3, "b_cell": 5, "treg": 2, "other": 0
    }  # fmt: skip


@pytest.mark.parametrize("subset", SUBSETS)
def test_with_all_links_closed_depletion_changes_nothing(subset: str) -> None:
    found = effect(subset, closing(subset))
    assert max(found.values()) < SAME, found


@pytest.mark.parametrize(
    ("subset", "way"), [(s, i) for s, ways in LINKS.items() for i in range(len(ways))]
)
def test_each_link_alone_makes_a_difference(subset: str, way: int) -> None:
    """With all others closed; where two share what closes them, against both closed."""
    closed = closing(subset, but=way)
    opened = effect(subset, closed)
    shut = LINKS[subset][way].closed_by[-1]
    without = effect(subset, closed | dict([shut]))
    assert any(abs(opened[id] - without[id]) > 1e3 * SAME for id in opened), opened


def treated(drug: str, **own: float) -> dict[str, float]:
    """Return how far a depleting drug, given as the gate reopens, moves the disease."""
    drawn = patients(f"drug {drug}", N, **{**OPEN, **own})
    given = YEAR_ON_DRUG.with_treatments([Depletion(drug, LAST + 20.0)])  # type: ignore[arg-type]
    plain, depleted = (course(p, DAYS, drawn, rtol=RTOL) for p in (YEAR_ON_DRUG, given))
    return moved(depleted, plain)


@pytest.mark.parametrize(
    ("drug", "subsets"),
    [("anti_cd4", ("cd4", "treg")), ("anti_cd8", ("cd8",)), ("anti_cd20", ("b_cell",))],
)
def test_a_depleting_drug_acts_through_its_own_subsets_only(drug, subsets) -> None:
    closed = {id: value for subset in subsets for id, value in closing(subset).items()}
    assert max(treated(drug, **closed).values()) < SAME
    assert treated(drug)["tone"] > 1e3 * SAME


def test_anti_cd4_that_spares_regulators_acts_through_cd4_only() -> None:
    spared = treated("anti_cd4", anti_cd4_treg=0.0, **closing("cd4"))
    assert max(spared.values()) < SAME
    assert treated("anti_cd4", **closing("cd4"))["tone"] > 1e3 * SAME
