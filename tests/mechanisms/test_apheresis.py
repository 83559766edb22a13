"""Plasma volume, what a session takes, and what stands in the way."""

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import Immunoadsorption, Infusion, Plex, Protocol
from tests.kit import LINEAR, course

DAY = 40.0
ALONE = LINEAR | {"q": 0.0, "cl": 0.0}  # nothing but the session moves the drug
FULL = ALONE | {"v_plasma_fold": 10.0}  # the plasma volume is the central volume
RTOL = 1e-10
V_C = pkpd().parameters["v_c"].default


def plasma(kg: float, fold: float = 1.0, **inputs: float) -> float:
    given = Protocol(weights=((0.0, kg),))
    found = course(given, [0.0], parameters={"v_plasma_fold": fold, "v_c": 9.0}, inputs=inputs)
    return float(found["v_plasma"][0, 0])


def removed(*sessions: Plex | Immunoadsorption, **parameters: float) -> float:
    """Return the share of the drug in blood that sessions from DAY on take."""
    given = Protocol.every(28, n=1).with_sessions(sessions)
    options = {"parameters": ALONE | parameters, "rtol": RTOL}
    before, after = course(given, [DAY, sessions[-1].end], **options)["c"][0]
    return float(1 - after / before)


def test_nadler() -> None:
    """By hand: 0.3669 h^3 + 0.03219 kg + 0.6041 and 0.3561 h^3 + 0.03308 kg + 0.1833."""
    assert plasma(70, male=1.0, height=1.75, haematocrit=0.45) == pytest.approx(2.6531, abs=1e-4)
    assert plasma(60, male=0.0, height=1.65, haematocrit=0.40) == pytest.approx(2.2606, abs=1e-4)
    known = [plasma(70, male=m, height=1.7) for m in (0.0, 0.5, 1.0)]
    assert known[1] == pytest.approx((known[0] + known[2]) / 2)


def test_forty_millilitres_per_kilogram_without_a_height() -> None:
    for height in (1.5, 2.0):
        assert plasma(70, height_known=0.0, height=height) == pytest.approx(2.8)


@pytest.mark.parametrize("kg", [45.0, 75.0, 140.0])
@pytest.mark.parametrize("fold", [0.5, 1.0, 2.0])
def test_plasma_never_exceeds_the_central_volume(kg: float, fold: float) -> None:
    given = Protocol(weights=((0.0, kg),))
    central = V_C * (kg / 75.0) ** pkpd().parameters["v_weight"].default
    found = course(given, [0.0], parameters={"v_plasma_fold": fold}, inputs={"male": 1.0})
    estimate = plasma(kg, fold, male=1.0)
    assert found["v_plasma"][0, 0] == pytest.approx(min(estimate, central), rel=1e-12)


def test_litres_and_plasma_volumes_are_one_session() -> None:
    litres = 1.5 * plasma(75)
    by_volume = removed(Plex(DAY, volume=litres))
    assert by_volume == pytest.approx(removed(Plex(DAY, plasma_volumes=1.5)), rel=1e-9)
    assert by_volume == pytest.approx(1 - np.exp(-litres / V_C), rel=1e-8)


def test_sieving_is_a_smaller_volume() -> None:
    half = removed(Plex(DAY, volume=4.0, sieving=0.5))
    assert half == pytest.approx(removed(Plex(DAY, volume=2.0)), rel=1e-9)


def test_refill_gives_back_part_of_what_a_session_took() -> None:
    given = Protocol.every(28, n=3)
    treated = given.with_sessions([Plex(70.0, plasma_volumes=1.5)])
    times = [70.0, 70.0 + 2.5 / 24, 73.0]
    with_session = course(treated, times)["c"][0]
    without = course(given, times)["c"][0]
    share = with_session / without
    assert share[1] < 0.45
    assert share[1] + 0.05 < share[2] < 1


def test_two_and_a_half_volumes_over_protein_a_take_77_per_cent() -> None:
    """As published for IgG4 (claim pkpd 2.32), where the drug is all in plasma."""
    session = Immunoadsorption(DAY, plasma_volumes=2.5)
    assert removed(session, **FULL) == pytest.approx(0.77, abs=0.005)


@pytest.mark.parametrize("column", ["protein_a", "anti_igg", "tryptophan"])
def test_a_column_takes_less_than_an_exchange_of_the_same_volume(column) -> None:
    over_column = removed(Immunoadsorption(DAY, volume=3.0, column=column))
    assert 0.05 < over_column < removed(Plex(DAY, volume=3.0))


def test_a_tryptophan_column_is_exhausted() -> None:
    first, second, fourth = (
        removed(Immunoadsorption(DAY, volume=v, column="tryptophan")) for v in (2.5, 5.0, 10.0)
    )
    assert first > 0.7 * second
    assert second == pytest.approx(fourth, abs=0.01)
    reused = removed(Immunoadsorption(DAY, volume=10.0, column="protein_a"))
    assert reused > removed(Immunoadsorption(DAY, volume=5.0, column="protein_a")) + 0.2


def test_each_session_brings_a_fresh_column() -> None:
    once = removed(Immunoadsorption(DAY, volume=2.5, column="tryptophan"))
    sessions = [Immunoadsorption(DAY + i, volume=2.5, column="tryptophan") for i in range(3)]
    assert removed(*sessions) == pytest.approx(1 - (1 - once) ** 3, rel=1e-8)
    # other columns in between change nothing about that
    between = [sessions[0], Immunoadsorption(DAY + 0.5, volume=9.0), sessions[1]]
    rest = 1 - removed(Immunoadsorption(DAY, volume=9.0))
    assert removed(*between) == pytest.approx(1 - (1 - once) ** 2 * rest, rel=1e-8)


def test_an_infusion_during_a_session_loses_part_of_its_dose() -> None:
    session = Plex(DAY, plasma_volumes=1.5)
    during = Protocol.every(28, n=1).with_doses([Infusion(DAY + 0.02, 300.0)])
    after = Protocol.every(28, n=1).with_doses([Infusion(session.end, 300.0)])
    end = [session.end + 1 / 24]
    lost = course(during.with_sessions([session]), end, rtol=RTOL)
    kept = course(after.with_sessions([session]), end, rtol=RTOL)
    assert lost["c"][0, 0] < 0.8 * kept["c"][0, 0]
    other = course(during.with_sessions([session]), end, rtol=1e-12, method="reference")
    assert lost["c"][0, 0] == pytest.approx(other["c"][0, 0], rel=1e-8)


def test_an_infusion_during_a_session_in_closed_form() -> None:
    """One compartment: a' = rate - k a while both run, a' = -k a before and after."""
    hour, k = 1 / 24, 4.0 / (2.5 / 24) / V_C
    given = Protocol((Infusion(0.5 * hour, 300.0, hour),), (Plex(0.0, volume=4.0),))
    found = course(given, [2.5 * hour], parameters=ALONE, rtol=RTOL)["c"][0, 0]
    expected = 300.0 / hour / k * (1 - np.exp(-k * hour)) * np.exp(-k * hour) / V_C
    assert found == pytest.approx(expected, rel=1e-8)
