"""What whole courses of the model with JC virus obey, whatever is given."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.core import Model
from diapedesis.models import ms, pml
from diapedesis.simulate import Boost, Course, Depletion, Protocol, Steroid, solve
from tests import ms_kit
from tests.booked import with_shown, without_floors
from tests.laws.ms_protocols import END, names
from tests.laws.pml_protocols import virus_protocols, volumes
from tests.laws.test_ms_bounds import EVERYTHING
from tests.pml_kit import LAST, OUTPUTS, PLEX, VIRUS, YEAR_ON_DRUG, course, patients, seeded

RTOL = 1e-6
ATOL = 1e-3 * RTOL  # times the scale of a state
DAYS = np.linspace(0.0, END, 251)
LATE = np.arange(0.0, LAST + 400.0, 4.0)
FEW = settings(max_examples=15)
FELT = ("pml_volume", "edss", "nfl")
FUTILE = ("mefloquine", "mirtazapine", "maraviroc", "filgrastim")
ALL_GIVEN = EVERYTHING.with_treatments(
    [
        *(Boost(drug, 220.0) for drug in ("checkpoint", "il7", "virus_cells")),
        *(Course(drug, 150.0, 300.0) for drug in FUTILE),
    ]
)


@cache
def bare() -> Model:
    """Return the model without floors under its states, each of which can be asked for."""
    return with_shown(without_floors(pml()), {id: s.unit for id, s in pml().states.items()})


def lowest(plan, own: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the lowest value of each state, in absolute tolerances."""
    shown = tuple(f"{id}_shown" for id in pml().states)
    found = solve(
        bare(), plan, DAYS, shown, parameters=own, t0=0.0, rtol=RTOL, method="tsit5"
    ).raise_failures()
    return {
        id: float(found[f"{id}_shown"].min()) / (ATOL * s.scale) for id, s in pml().states.items()
    }


def test_no_state_falls_below_zero_under_everything_at_once() -> None:
    own = patients("everything and the virus", 32)
    for volume in (0.02, 20.0):
        found = lowest(seeded(ALL_GIVEN, 60.0, volume), own)
        assert min(found.values()) >= -10, min(found, key=lambda id: found[id])


@FEW
@given(virus_protocols, names, volumes)
def test_no_state_falls_below_zero(protocol, name, volume) -> None:
    found = lowest(seeded(protocol, 60.0, volume), patients(name, 8))
    assert min(found.values()) >= -10, min(found, key=lambda id: found[id])


@FEW
@given(virus_protocols, names, volumes)
def test_everything_stays_within_its_bounds(protocol, name, volume) -> None:
    own = patients(name, 8)
    found = course(seeded(protocol, 60.0, volume), DAYS, own)
    for id, values in found.values.items():
        assert np.all(np.isfinite(values)) and np.all(values >= 0), id
    assert np.all(found["iris_share"] <= 1)
    assert np.all(found["entry_jc"] <= 1 + 1e-5)
    assert np.all(found["edss"] <= pml().parameters["edss_max"].default)
    assert np.all(found["infected"] <= found["pml_volume"] * (1 + 1e-12))
    assert np.all(np.diff(found["edss_permanent"]) >= -1e-9)
    for hazard in ("death_hazard", "cumulative_seeding_rate"):
        assert np.all(np.diff(found[hazard]) >= 0), hazard
    early = DAYS < 60
    for id in VIRUS:
        assert np.all(found[id][:, early] == 0.0), id


@FEW
@given(virus_protocols, names)
def test_without_a_seed_no_virus_and_the_course_of_ms(protocol, name) -> None:
    """Nothing to the last bit; MS to the solver's accuracy, as steps are chosen for all states."""
    own = patients(name, 8)
    found = course(protocol, DAYS, own, rtol=1e-8)
    for id in VIRUS:
        assert np.all(found[id] == 0.0), id
    usual = {id: v for id, v in own.items() if id in ms().parameters}
    shared = tuple(t for t in protocol.treatments if t.input in ms().inputs)
    alone = ms_kit.course(replace(protocol, treatments=shared), DAYS, usual, rtol=1e-8)
    for id in ms_kit.OUTPUTS:
        np.testing.assert_allclose(found[id], alone[id], rtol=1e-5, atol=1e-7, err_msg=id)


def test_untreated_a_seed_dies_out_at_the_pace_of_surveillance() -> None:
    """Where killing at rest exceeds growth: the response grows on antigen, never below rest."""
    own = patients("cleared", 96)
    margin = own["jc_killing"] * own["jc_surveillance"] - own["jc_growth"]
    strong = margin > 0.005
    assert strong.mean() > 0.4
    days = np.arange(10.0, 2000.0, 20.0)
    found = course(seeded(Protocol(), 5.0), days, own)["infected"][strong]
    bound = 0.02 * np.exp(-margin[strong, None] * (days - 5.0))
    assert np.all(found <= bound * 1.001 + 1e-8)  # ten absolute tolerances
    assert np.all(found[:, -1] < 1e-5)


def test_untreated_a_seed_is_never_a_large_lesion_nor_inflames_much() -> None:
    """Also where surveillance at rest does not do: the response grows on what it finds."""
    days = np.arange(0.0, 3000.0, 20.0)
    own = patients("smoulders", 96)
    found = course(seeded(Protocol(), 5.0), days, own)
    weak = own["jc_killing"] * own["jc_surveillance"] < own["jc_growth"]
    assert 0.1 < weak.mean() < 0.6
    assert np.all(found["infected"][:, -1] < 2.0)
    assert np.mean(found["pml_volume"].max(axis=1) < 2.0) > 0.8


def test_typical_patient_clears_a_seed_untreated_but_not_on_the_drug() -> None:
    days = np.arange(0.0, 1500.0, 10.0)
    free = course(seeded(Protocol(), 5.0), days)
    kept = course(seeded(Protocol.every(28, n=60), 200.0), days)
    assert free["infected"][0, -1] < 1e-6
    assert free["pml_volume"].max() < 0.5
    assert kept["pml_volume"][0, -1] > 10.0


def lesion(volume: float = 15.0):
    """Return a year on the drug, exchange, and a lesion on the last day on it."""
    return seeded(YEAR_ON_DRUG.with_sessions(PLEX), LAST, volume)


def test_once_the_virus_is_gone_its_inflammation_ends_and_that_of_ms_stays() -> None:
    own = patients("gone", 48)
    day = LAST + 80.0
    state = course(lesion(), [day], own)
    assert np.all(state["iris_level"] > 1e-3)
    final = state.final | {"jc_infected": np.zeros(48)}
    days = day + np.array([0.0, 30.0, 200.0, 2000.0])
    found = course(Protocol(), days, own, initial=final, t0=day, rtol=1e-8)
    assert np.all(found["infected"] == 0.0)
    level = found["iris_level"]
    slowest = own["k_iris_end"] * np.minimum(own["plex_resolution"], 1.0)
    bound = level[:, :1] * np.exp(-slowest[:, None] * (days - day))
    assert np.all(level <= bound * (1 + 1e-5) + 1e-9)
    assert np.all(level[:, -1] < 1e-6) and np.all(found["iris_share"][:, -1] < 1e-3)
    assert np.all(found["tone"][:, -1] > 0.5) and np.all(found["gd"][:, -1] > 0)


def test_a_steroid_pulse_leaves_no_more_oedema_a_day_later_in_iris_too() -> None:
    own = patients("pulse in IRIS", 48)
    for day in (LAST + 30.0, LAST + 60.0, LAST + 100.0):
        plain = course(lesion(), [day + 1.0], own)
        assert np.median(plain["iris_share"]) > 0.5
        for grams in (0.1, 1.0):
            pulsed = YEAR_ON_DRUG.with_sessions(PLEX).with_treatments([Steroid(day, grams=grams)])
            treated = course(seeded(pulsed, LAST, 15.0), [day + 1.0], own)
            assert np.all(treated["oedema"] <= plain["oedema"])
            assert np.all(treated["icp"] <= plain["icp"])


@pytest.mark.parametrize("drug", FUTILE)
def test_a_drug_of_fold_one_leaves_the_course_alone(drug) -> None:
    """To the solver's accuracy, as steps begin anew on its first day; a fold other than 1 acts."""
    fold = f"{drug}_fold"
    treated = YEAR_ON_DRUG.with_sessions(PLEX).with_treatments([Course(drug, LAST, LAST + 200.0)])
    plan, seen = seeded(treated, LAST, 15.0), LATE[LATE > LAST]
    for value, same in ((1.0, True), (0.8, False)):
        own = patients(f"futile {drug}", 8, **{fold: value})
        plain, given_ = (course(p, seen, own, rtol=1e-9) for p in (lesion(), plan))
        gap = max(np.abs(given_[id] / plain[id] - 1).max() for id in FELT)
        assert (gap < 1e-6) == same, gap


@pytest.mark.parametrize("drug", ["checkpoint", "il7", "virus_cells"])
def test_what_strengthens_the_response_brings_cells_and_clears_more(drug) -> None:
    """Within weeks of a dose, the gate open; later there is less virus left to answer to.

    Above its ceiling a response falls back, the faster the stronger it is: those are left aside.
    """
    own = patients(f"strengthened by {drug}", 24)
    at = LAST + 20.0
    treated = YEAR_ON_DRUG.with_sessions(PLEX).with_treatments([Boost(drug, at)])
    soon = [at + 3.0, at + 20.0]
    plain = course(lesion(), soon, own)
    found = course(seeded(treated, LAST, 15.0), soon, own)
    grows = plain["jc_response"].max(axis=1) < 0.9 * own["jc_cd8_max"]
    assert grows.mean() > 0.7
    assert np.all((found["jc_response"] > plain["jc_response"])[grows, 0])
    assert np.all((found["infected"] < plain["infected"])[grows, 1])


def test_exchange_of_folds_one_does_nothing_where_there_is_no_drug_to_take() -> None:
    """It acts on the virus by the level alone."""
    folds = dict.fromkeys(("plex_expansion", "plex_resolution", "plex_death"), 1.0)
    own = patients("no drug", 16, **folds)
    seen = LATE[LATE > LAST]
    plain, washed = (
        course(seeded(p, LAST, 15.0), seen, own, rtol=1e-9)
        for p in (Protocol(), Protocol(sessions=PLEX))
    )
    for id in ("pml_volume", "infected", "iris_level", "jc_response", "edss", "death_hazard"):
        np.testing.assert_allclose(washed[id], plain[id], rtol=1e-5, atol=1e-9, err_msg=id)
    disputed = patients("no drug", 16)
    moved = [
        course(seeded(p, LAST, 15.0), seen, disputed)["iris_level"]
        for p in (Protocol(), Protocol(sessions=PLEX))
    ]
    assert np.abs(moved[1] - moved[0]).max() > 1e-3


def test_depleting_cd8_cells_as_the_gate_opens_slows_clearance() -> None:
    own = patients("depleted", 48)
    at = LAST + 20.0
    depleted = YEAR_ON_DRUG.with_sessions(PLEX).with_treatments([Depletion("anti_cd8", at, 2.0)])
    month = [at + 15.0, at + 30.0]
    plain = course(lesion(), month, own)
    found = course(seeded(depleted, LAST, 15.0), month, own)
    assert np.all(found["jc_response"] <= plain["jc_response"] * (1 + 1e-6))
    assert np.all(found["infected"] >= plain["infected"] * (1 - 1e-6))
    assert np.median(found["infected"][:, 1] / plain["infected"][:, 1]) > 1.01


@FEW
@given(virus_protocols, names, st.sampled_from([1, 3]))
def test_the_same_bytes_for_any_number_of_threads_and_any_split(protocol, name, cut) -> None:
    own = patients(name, 6)
    plan = seeded(protocol, 60.0)
    whole = course(plan, DAYS[::5], own, threads=1)
    other = course(plan, DAYS[::5], own, threads=2)
    halves = [
        course(plan, DAYS[::5], {k: v[part] for k, v in own.items()})
        for part in (slice(0, cut), slice(cut, None))
    ]
    for id in OUTPUTS:
        assert whole[id].tobytes() == other[id].tobytes(), id
        assert whole[id].tobytes() == np.concatenate([h[id] for h in halves]).tobytes(), id
