"""A disease of an antibody beside MS: what the gate, exchanges and steroid do in each."""

import numpy as np
import pytest

from diapedesis.models import ms
from diapedesis.simulate import Depletion, Immunoglobulin, Plex, Protocol, Steroid
from tests.ms_kit import LAST, YEAR_ON_DRUG, course, patients

N = 48
EXCHANGES = YEAR_ON_DRUG.with_sessions(
    Plex(LAST + 2.0 * i, plasma_volumes=1.5) for i in range(5)
)  # while the gate is still shut
AFTER = LAST + np.arange(0.0, 200.0)
HUMORAL = patients("humoral", N, humoral_share=1.0)
ORDINARY = patients("ordinary", N)


def births(plan: Protocol, days, own) -> np.ndarray:
    return course(plan, days, own)["lesion_births"]


def test_natalizumab_does_not_lower_the_births_of_a_humoral_disease() -> None:
    """Claim R150: attacks went on or rose; cells that make antibody are held in blood."""
    found = births(YEAR_ON_DRUG, [0.0, 60.0, 120.0, LAST], HUMORAL)
    assert np.all(found[:, 1:] > found[:, :1])
    ordinary = births(YEAR_ON_DRUG, [0.0, 120.0], ORDINARY)
    assert np.median(ordinary[:, 1] / ordinary[:, 0]) < 0.1


def test_exchanges_lower_the_births_of_a_humoral_disease_at_all_times() -> None:
    """Claim R147: improvement within the course of exchanges."""
    plain, exchanged = (births(p, AFTER, HUMORAL) for p in (YEAR_ON_DRUG, EXCHANGES))
    assert np.all(exchanged <= plain * (1 + 1e-4))
    assert np.all(exchanged[:, 10] < 0.7 * plain[:, 10])


def test_the_same_exchanges_bring_the_births_of_ordinary_ms_forward() -> None:
    """At first a few fewer, of patients whose B cells in blood fall before their gate opens."""
    plain, exchanged = (births(p, AFTER, ORDINARY) for p in (YEAR_ON_DRUG, EXCHANGES))
    half = ORDINARY["lesion_rate"][:, None] / 2
    quiet = plain[:, 0] < half[:, 0]  # not those whom the drug does not hold
    back, sooner = ((found > half)[quiet].argmax(axis=1) for found in (plain, exchanged))
    assert quiet.mean() > 0.8
    assert np.all(sooner <= back)
    assert np.mean(sooner < back) > 0.9
    assert np.median(back - sooner) > 15
    assert np.median(exchanged[:, 30] / plain[:, 30]) > 10


def test_steroid_lowers_the_births_of_both() -> None:
    pulse = YEAR_ON_DRUG.with_treatments(Steroid(LAST + 80.0 + i, grams=1.0) for i in range(5))
    days = LAST + 80.0 + np.arange(1.0, 8.0)
    for own in (HUMORAL, ORDINARY):
        plain, treated = (births(p, days, own) for p in (YEAR_ON_DRUG, pulse))
        assert np.all(treated < plain)


def test_immunoglobulin_and_anti_cd20_lower_the_antibody() -> None:
    """One speeds the breakdown of all IgG, the other takes what short-lived cells make."""
    for more in (
        [Immunoglobulin(20.0 + i, grams=30.0) for i in range(5)],
        [Depletion("anti_cd20", 20.0)],
    ):
        found = course(Protocol(treatments=tuple(more)), [0.0, 60.0], HUMORAL)["autoantibody"]
        assert np.all(found[:, 1] < 0.99 * found[:, 0])


def test_without_b_cells_the_antibody_falls_to_what_plasma_cells_make() -> None:
    """Fast turnover, so that half a year is a steady state."""
    own = {"plasmablasts": 0.6, "igg_half_life": 5.0, "anti_cd20_half": 1e-4, "egress_b": 0.9}
    given = Protocol(treatments=(Depletion("anti_cd20", 0.0, amount=5.0),))
    found = course(given, [0.0, 180.0], own)["autoantibody"][0]
    assert found[0] == 1.0
    assert found[1] == pytest.approx(1 - 0.6, abs=0.02)


def test_an_exchange_takes_the_share_of_the_antibody_that_it_takes_of_plasma() -> None:
    session = Protocol(sessions=(Plex(0.0, plasma_volumes=1.2, duration=0.01),))
    found = course(session, [0.0, 0.01], {"igg_refill": 1e-6})["autoantibody"][0]
    assert found[1] == pytest.approx(np.exp(-1.2), rel=1e-3)


def test_in_ms_the_antibody_makes_no_lesion() -> None:
    assert ms().parameters["humoral_share"].default == 0
    plain, other = (
        births(EXCHANGES, AFTER, ORDINARY | {"plasmablasts": np.full(N, share)})
        for share in (0.1, 0.9)
    )
    np.testing.assert_allclose(other, plain, rtol=1e-4)
