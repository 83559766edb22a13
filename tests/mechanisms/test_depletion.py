"""Depleting drugs: how deep, how long, and what apheresis does to them."""

import numpy as np
import pytest

from diapedesis.simulate import Depletion, Plex
from tests.treated import course, given

MONTH = 30.4
KILLS = ("kill_cd4", "kill_cd8", "kill_b", "kill_treg", "kill_other")
SESSIONS = tuple(Plex(1.0 + 2 * i, plasma_volumes=1.5) for i in range(5))


def crossing(days: np.ndarray, found: np.ndarray, level: float) -> float:
    """Return the last day before which a course lay below a level."""
    return float(days[np.flatnonzero(found < level)[-1]])


def test_one_course_of_anti_cd4_leaves_half_for_half_a_year() -> None:
    """Claim R124: 870 to 425 cells/uL at 1 month and 475 at 6; CD8 and B only transiently."""
    found = course(given(Depletion("anti_cd4", 0.0)), [5.0, MONTH, 6 * MONTH])
    assert found["cd4"][0, 0] < 0.25
    assert found["cd4"][0, 1] == pytest.approx(425 / 870, abs=0.06)
    assert found["cd4"][0, 2] == pytest.approx(475 / 870, abs=0.06)
    assert np.all(found["cd8"] == pytest.approx(1.0))
    assert np.all(found["b"] == pytest.approx(1.0))


def test_ten_courses_or_three_in_two_weeks_leave_a_tenth() -> None:
    """Deeper for more, and still low a year on (claim R125)."""
    large = course(given(Depletion("anti_cd4", 0.0, amount=10.0)), [MONTH, 13 * MONTH])["cd4"][0]
    often = given(*(Depletion("anti_cd4", day) for day in (0.0, 7.0, 14.0)))
    repeated = course(often, [MONTH, 13 * MONTH])["cd4"][0]
    for cells in (large, repeated):
        assert cells[0] == pytest.approx(0.1, abs=0.05)
        assert cells[0] < cells[1] < 0.45


def test_anti_cd8_does_to_cd8_what_anti_cd4_does_to_cd4() -> None:
    four, eight = (course(given(Depletion(d, 0.0)), [5.0]) for d in ("anti_cd4", "anti_cd8"))
    assert four["kill_cd4"][0, 0] == pytest.approx(eight["kill_cd8"][0, 0], rel=1e-6)
    assert four["cd4"][0, 0] == pytest.approx(eight["cd8"][0, 0], abs=0.01)
    assert eight["cd4"][0, 0] == pytest.approx(1.0)


def test_anti_cd4_kills_regulatory_cells_as_far_as_it_is_said_to() -> None:
    one = given(Depletion("anti_cd4", 0.0))
    for share in (0.0, 1.0):
        found = course(one, [2.0], parameters={"anti_cd4_treg": share})
        assert found["kill_treg"][0, 0] == pytest.approx(share * found["kill_cd4"][0, 0])


def test_anti_cd20_empties_b_cells_until_the_tenth_month() -> None:
    """Claim R139: below 3 % of B cells, and a return after 9.7 months."""
    days = np.arange(0.0, 500.0, 2.0)
    found = course(given(Depletion("anti_cd20", 0.0)), days)
    b = found["b"][0]
    assert np.all(b[(days >= 14) & (days <= 180)] < 0.03)
    assert crossing(days, b, 0.1) == pytest.approx(9.7 * MONTH, abs=MONTH)
    assert np.all(found["kill_cd4"] == 0)


def test_anti_cd52_empties_all_and_b_cd8_and_cd4_return_in_this_order() -> None:
    """Claims R122 and R123: half of B after 6 to 7 months, CD8 10 to 20, CD4 35 to 36."""
    days = np.arange(0.0, 1500.0, 5.0)
    found = course(given(Depletion("anti_cd52", 0.0)), days)
    half = {n: crossing(days, found[n][0], 0.5) / MONTH for n in ("b", "cd8", "cd4")}
    assert 5.5 < half["b"] < 7.6
    assert 10 < half["cd8"] < 20
    assert half["cd4"] == pytest.approx(36, abs=4)
    for n in ("b", "cd8", "cd4"):
        assert found[n][0].min() < 0.05


def test_cladribine_takes_b_cells_most_then_cd4_then_cd8() -> None:
    found = course(given(Depletion("cladribine", 0.0)), [30.0])
    assert found["b"][0, 0] < 0.2 < found["cd4"][0, 0] < found["cd8"][0, 0] < 0.7


def drug_at(output: str, drug: str, sessions: tuple[Plex, ...], day: float = 12.0) -> float:
    """Return drug at work, as the odds of its share: proportional to what is in plasma."""
    share = course(given(Depletion(drug, 0.0), sessions=sessions), [day])[output][0, 0]
    return share / (1 - share)


def test_five_exchanges_take_most_of_an_antibody_and_nothing_of_cladribine() -> None:
    left = drug_at("bound_cd20", "anti_cd20", SESSIONS) / drug_at("bound_cd20", "anti_cd20", ())
    assert left == pytest.approx(np.exp(-5 * 1.5 / 3), rel=0.01)  # antibody_spread is 3
    small = [drug_at("cladribine_effect", "cladribine", s) for s in (SESSIONS, ())]
    assert small[0] == pytest.approx(small[1], rel=1e-5)


def test_the_order_matters() -> None:
    """Anti-CD20 before exchanges is washed out and wears off earlier than after them."""
    before = given(Depletion("anti_cd20", 0.0), sessions=SESSIONS)
    after = given(Depletion("anti_cd20", 10.0), sessions=SESSIONS)
    b = [course(p, [240.0])["b"][0, 0] for p in (before, after)]
    assert b[0] > 0.15
    assert b[1] < 0.06


def test_no_killing_is_fast_and_none_is_left_without_a_drug() -> None:
    """An explicit solver takes it in its stride."""
    every = ("anti_cd20", "anti_cd52", "anti_cd4", "anti_cd8", "cladribine")
    found = course(given(*(Depletion(d, 0.0, amount=20.0) for d in every)), [0.5, 3000.0])
    for kill in KILLS:
        assert 0 < found[kill][0, 0] < 5.0
        assert found[kill][0, 1] == pytest.approx(0.0, abs=1e-6)
