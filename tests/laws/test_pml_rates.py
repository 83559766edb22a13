"""Directions of single laws of JC virus, IRIS and their clinic, over drawn patients and states."""

import numpy as np
import pytest

from diapedesis.core import Flux, State
from diapedesis.models import ms, pml
from tests.laws.columns import Drawn, Env, N, column
from tests.streams import rng_of

MODEL = pml()
DRAWN = Drawn(MODEL)
NEW = [m for m in MODEL.mechanisms if m not in ms().mechanisms]
ROUNDING = 1e-12
NO_VIRUS = {"jc_infected": column(0.0), "jc_lost": column(0.0), "iris": column(0.0)}
GIVEN = {
    **dict.fromkeys(("filgrastim", "maraviroc", "mefloquine", "mirtazapine"), 1.0),
    **{"checkpoint_rate": 24.0, "il7_rate": 24.0, "virus_cells_rate": 24.0, "plex_flow": 30.0},
    **{"jc_index": 3.0, "prior_immunosuppressant": 1.0, "brainstem": 1.0, "steroid_rate": 24.0},
}


def drawn(name: str) -> tuple[Env, Env, Env]:
    """Return patients, states, and what the laws give under every drug."""
    own, now = DRAWN.draws(name)
    return own, now, DRAWN.values(own, now, GIVEN)


def test_no_state_is_driven_below_zero() -> None:
    own, now = DRAWN.draws("empty virus")
    states = [s.id for m in NEW for s in m.each(State)]
    assert {"jc_infected", "jc_lost", "jc_cd8", "iris", "exchanged"} <= set(states)
    for id in states:
        assert MODEL.states[id].nonnegative, id
        rates = DRAWN.rates(DRAWN.values(own, now | {id: column(0.0)}, GIVEN))
        assert np.all(rates[id] >= 0), id


NET = ("jc_release", "jc_adaptation", "jc_cd8_growth", "jc_infection")
"""Fluxes that turn with their sign: a response above its ceiling falls back, so does a lesion."""


def test_flows_are_never_negative_but_for_those_with_a_target() -> None:
    own, now, found = drawn("virus flows")
    fluxes = [f.id for m in NEW for f in m.each(Flux)]
    assert len(fluxes) > 15
    for id in set(fluxes) - {*NET}:
        assert np.all(found[id] >= 0), id
    room = now["jc_infected"] + now["jc_lost"] <= own["jc_room"]
    assert np.all(found["jc_infection"][room] >= 0)
    assert np.all((found["jc_cd8_growth"] >= 0) == (now["jc_cd8"] <= own["jc_cd8_max"]))


def test_without_virus_every_law_of_it_is_exactly_zero() -> None:
    """Whatever the cells, the drugs and the gate."""
    own, now = DRAWN.draws("no virus")
    found = DRAWN.values(own, now | NO_VIRUS, GIVEN)
    rates = DRAWN.rates(found)
    for id in ("jc_infected", "jc_lost", "iris"):
        assert np.all(rates[id] == 0.0), id
    for id in ("pml_volume", "jc_dying", "iris_share", "iris_leak", "pml_felt", "iris_felt"):
        assert np.all(found[id] == 0.0), id
    for id in ("pml_reversible", "pml_left", "pml_nfl", "iris_oedema", "jc_cd8_growth"):
        assert np.all(found[id] == 0.0), id


def test_without_infected_tissue_inflammation_only_falls() -> None:
    """A scar does not inflame: the rate is the decay, and no other law of the virus adds to it."""
    own, now = DRAWN.draws("scar")
    found = DRAWN.values(own, now | {"jc_infected": column(0.0)}, GIVEN)
    assert np.all(found["iris_rise"] == 0.0)
    slowest = own["k_iris_end"] * np.minimum(own["plex_resolution"], 1.0)
    assert np.all(found["iris_fall"] >= slowest * now["iris"] * (1 - ROUNDING))
    assert np.any(found["oedema_formed"] > 0)  # of MS


def test_a_higher_level_never_raises_entry_nor_the_wait_of_the_virus() -> None:
    own, now = DRAWN.draws("level and virus")
    low, high = np.sort(rng_of("levels").uniform(0, 300, (2, N)) * own["v_c"], axis=0)
    less, more = (DRAWN.values(own, now | {"a_c": column(a)}, GIVEN) for a in (low, high))
    assert np.all(more["entry_jc"] <= less["entry_jc"] * (1 + ROUNDING))
    assert np.all((more["entry_jc"] >= 0) & (less["entry_jc"] <= 1 + ROUNDING))
    for id in ("jc_cd8_entry", "jc_cd8_given"):
        assert np.all(more[id] <= less[id] * (1 + ROUNDING)), id
    for id in ("jc_release", "seeding_rate"):
        assert np.all(more[id] >= less[id] - ROUNDING * np.abs(less[id])), id


@pytest.mark.parametrize("id", ["index_risk", "seeding_rate"])
def test_a_higher_index_or_an_immunosuppressant_never_lowers_the_risk(id: str) -> None:
    own, now = DRAWN.draws("index")
    low, high = np.sort(rng_of("index").uniform(0, 5, (2, N)), axis=0)
    less, more = (DRAWN.values(own, now, {"jc_index": column(i)}) for i in (low, high))
    assert np.all(more[id] >= less[id])
    assert np.all(less["index_risk"] >= own["unseen_carrier"] * (1 - ROUNDING))
    assert np.all(more["index_risk"] <= 1 + ROUNDING)
    treated = DRAWN.values(own, now, {"jc_index": column(low), "prior_immunosuppressant": 1.0})
    fold = treated["seeding_rate"] / less["seeding_rate"]
    np.testing.assert_allclose(fold, own["immunosuppressant_fold"], rtol=1e-9)


def test_more_cells_kill_more_and_inflame_more() -> None:
    own, now = DRAWN.draws("killers")
    now |= {"jc_cd8": column(np.minimum(now["jc_cd8"], 0.45 * own["jc_cd8_max"]))}
    few, many = (DRAWN.values(own, now | {"jc_cd8": k * now["jc_cd8"]}) for k in (1.0, 1.1))
    for id in ("jc_kill", "jc_killed", "iris_rise", "jc_dying", "jc_cd8_growth", "jc_cd8_loss"):
        assert np.all(many[id] >= few[id]), id


def test_what_brakes_inflammation_brakes_it() -> None:
    """Regulatory cells and steroid slow its rise; steroid hastens its end and seals the barrier."""
    own, now = DRAWN.draws("brakes")
    plain = DRAWN.values(own, now | {"steroid": column(0.0)})
    for id in ("iris_rise", "jc_cd8_growth", "iris_oedema"):
        steroid = DRAWN.values(own, now | {"steroid": 1.0})
        assert np.all(np.abs(steroid[id]) <= np.abs(plain[id])), id
    for id in ("iris_fall", "jc_cd8_loss"):
        assert np.all(DRAWN.values(own, now | {"steroid": 1.0})[id] >= plain[id]), id
    more = DRAWN.values(own, now | {"steroid": column(0.0), "cns_treg": now["cns_treg"] + 1})
    assert np.all(more["iris_rise"] <= plain["iris_rise"])


def test_more_help_never_slows_the_response() -> None:
    own, now = DRAWN.draws("help")
    now |= {"jc_cd8": column(np.minimum(now["jc_cd8"], own["jc_cd8_max"]))}
    less, more = (DRAWN.values(own, now | {"cns_cd4": k * now["cns_cd4"]}) for k in (1.0, 2.0))
    assert np.all(more["jc_cd8_growth"] >= less["jc_cd8_growth"])


def test_shares_of_leak_and_marks_are_shares() -> None:
    own, now, found = drawn("shares")
    assert np.all((found["iris_share"] >= 0) & (found["iris_share"] <= 1))
    full = DRAWN.rates(DRAWN.values(own, now | {"exchanged": column(1.0)}, GIVEN))["exchanged"]
    assert np.all(full <= 0)


FOLDS = {
    "filgrastim": ("filgrastim_fold", "jc_boost"),
    "maraviroc": ("maraviroc_fold", "recruitment_left"),
    "mefloquine": ("mefloquine_fold", "antiviral"),
    "mirtazapine": ("mirtazapine_fold", "antiviral"),
}


@pytest.mark.parametrize("drug", list(FOLDS))
def test_a_drug_acts_by_its_fold_alone(drug: str) -> None:
    """Not at all at 1, to the last bit; by the fold, on the one law it names, elsewhere."""
    fold, law = FOLDS[drug]
    own, now = DRAWN.draws(drug)
    now |= {"checkpoint": column(0.0)}
    none = DRAWN.rates(DRAWN.values(own | {fold: column(1.0)}, now))
    given = DRAWN.rates(DRAWN.values(own | {fold: column(1.0)}, now, {drug: 1.0}))
    for id in none:
        assert np.array_equal(none[id], given[id]), id
    np.testing.assert_allclose(DRAWN.values(own, now, {drug: 1.0})[law], own[fold], rtol=1e-12)
    assert MODEL.parameters[fold].default == 1.0


STRENGTHENING = {
    "checkpoint": ("jc_cd8_growth", "checkpoint_fold"),
    "il7": ("jc_cd8_entry", "il7_fold"),
}


@pytest.mark.parametrize("drug", list(STRENGTHENING))
def test_what_strengthens_the_response_acts_by_its_dose_on_one_law(drug: str) -> None:
    """One usual dose adds its fold to entry, or growth, and changes no other rate."""
    law, fold = STRENGTHENING[drug]
    own, now = DRAWN.draws(f"strengthened {drug}")
    now |= {"jc_cd8": column(np.minimum(now["jc_cd8"], 0.9 * own["jc_cd8_max"]))}
    none, one = (DRAWN.values(own, now | {drug: column(k)}) for k in (0.0, 1.0))
    np.testing.assert_allclose(one[law], none[law] * (1 + own[fold]), rtol=1e-9)
    rates = [DRAWN.rates(found) for found in (none, one)]
    for id in rates[0].keys() - {"jc_cd8", drug}:
        assert np.array_equal(rates[0][id], rates[1][id]), id
    assert np.all(rates[1]["jc_cd8"] > rates[0]["jc_cd8"])


def test_given_cells_enter_as_far_as_the_gate_lets_them() -> None:
    own, now = DRAWN.draws("cells given")
    none, given = (DRAWN.values(own, now, {"virus_cells_rate": k}) for k in (0.0, 24.0))
    gained = DRAWN.rates(given)["jc_cd8"] - DRAWN.rates(none)["jc_cd8"]
    expected = 24.0 * own["cells_per_dose"] * given["entry_jc"]
    np.testing.assert_allclose(gained, expected, rtol=1e-6, atol=1e-9)


def test_fingolimod_keeps_cells_against_the_virus_out_of_the_brain() -> None:
    own, now = DRAWN.draws("fingolimod and the virus")
    now |= {"siponimod_level": column(0.0), "fingolimod_level": column(0.0)}
    free = DRAWN.values(own, now)["jc_cd8_entry"]
    kept = DRAWN.values(own, now | {"fingolimod_level": column(1.0)}, {"fingolimod": 1.0})
    np.testing.assert_allclose(kept["jc_cd8_entry"], free * (1 - own["e_s1p_effector"]), rtol=1e-9)


def test_exchange_leaves_nothing_but_its_level_when_its_folds_are_one() -> None:
    own, now = DRAWN.draws("mark")
    own |= {id: column(1.0) for id in ("plex_expansion", "plex_resolution", "plex_death")}
    plain, marked = (
        DRAWN.rates(DRAWN.values(own, now | {"exchanged": column(mark)})) for mark in (0.0, 1.0)
    )
    for id in plain.keys() - {"exchanged"}:
        assert np.array_equal(plain[id], marked[id]), id


def test_death_comes_sooner_with_disability_and_pressure() -> None:
    own, now = DRAWN.draws("death")
    plain = DRAWN.values(own, now)["death_rate"]
    assert np.all(plain >= 0)
    for more in ("edss_perm", "edss_rev", "oedema_volume"):
        assert np.all(DRAWN.values(own, now | {more: now[more] + 5})["death_rate"] >= plain), more
    fold = own["plex_death"]
    marked, bare = (
        DRAWN.values(own, now | {"exchanged": column(mark)})["death_rate"] for mark in (1.0, 0.0)
    )
    np.testing.assert_allclose(marked / bare, fold, rtol=1e-9)


def test_a_place_that_matters_more_costs_more() -> None:
    own, now = DRAWN.draws("place")
    own |= {"brainstem_fold": column(np.maximum(own["brainstem_fold"], 1.0))}
    lobe, stem = (DRAWN.values(own, now, {"brainstem": k}) for k in (0.0, 1.0))
    for id in ("pml_felt", "iris_felt", "pml_left", "pml_reversible"):
        assert np.all(stem[id] >= lobe[id]), id
