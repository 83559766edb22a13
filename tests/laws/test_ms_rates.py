"""Directions of single laws of the MS model, over thousands of drawn patients and states."""

import numpy as np
import pytest

from diapedesis.models import ms
from tests.laws.columns import Drawn, Env, N, column
from tests.streams import rng_of

MODEL = ms()
REST = {id: i.default for id, i in MODEL.inputs.items()}
WEIGHTS = ("h_null", "h_cd4", "h_pool", "h_virus", "h_damage", "h_imbalance")
DRIVES = {  # what the effectors are under one hypothesis alone
    "h_null": lambda v: v["both_lineages"],
    "h_cd4": lambda v: v["cns_cd4"],
    "h_pool": lambda v: v["both_lineages"],
    "h_virus": lambda v: v["antigen"] * v["helped_cd8"],
    "h_damage": lambda v: v["debris"] * v["both_lineages"],
    "h_imbalance": lambda v: v["unbraked"],
}
ENTRIES = ("entry_cd4", "entry_cd8", "entry_treg", "cns_b_entry")
DRAWN = Drawn(MODEL)
subjects, states, draws = DRAWN.subjects, DRAWN.states, DRAWN.draws
values, rates = DRAWN.values, DRAWN.rates


def test_no_state_is_driven_below_zero() -> None:
    """At an empty state the rate is not negative: nothing flows out of what is empty."""
    own, now = draws("empty")
    rng = rng_of("given")
    inputs = {id: rng.uniform(0, 1, N) for id in MODEL.inputs} | {"plex_flow": 60.0}
    inputs |= {"weight": 75.0, "height": 1.7, "haematocrit": 0.4}
    for id, state in MODEL.states.items():
        if state.nonnegative:
            empty = rates(values(own, now | {id: 0.0}, inputs))[id]
            assert np.all(empty >= 0), id


NET = (  # fluxes that are a gain less a loss, and turn with their sign
    *("distribution", "igg_distribution", "autoab_distribution", "antigen_growth"),
    *("antigen_reseeding", "fingolimod_turnover", "siponimod_turnover"),
    *("interferon_onset", "glatiramer_onset", "dmf_onset"),
    *(f"source_{cells}_turnover" for cells in ("cd4", "cd8", "b", "treg", "other")),
)


def test_flows_out_are_never_flows_in() -> None:
    """Of patients whose tissue can hold more antigen than it does; nearly all draws are such."""
    own, now = draws("flows")
    drugs = ("fingolimod", "siponimod", "interferon_beta", "glatiramer", "dimethyl_fumarate")
    halves = {id: 0.5 for id in drugs}  # signals lie below and above
    inputs = {"plex_flow": 30.0, "ivig_rate": 100.0, "steroid_rate": 1.0, **halves}
    found = values(own, now, inputs)
    for id in MODEL.fluxes.keys() - NET:
        assert np.all(found[id] >= 0), id
    for id in NET:
        assert np.any(found[id] > 0) and np.any(found[id] < 0), id


def test_a_higher_level_never_raises_entry() -> None:
    """At equal antibody, surface expression, cells and tone."""
    own, now = draws("level")
    low, high = np.sort(rng_of("levels").uniform(0, 300, (2, N)) * own["v_c"], axis=0)
    less, more = (values(own, now | {"a_c": column(amount)}) for amount in (low, high))
    for id in ENTRIES:
        assert np.all(more[id] <= less[id] * (1 + 1e-12)), id
    for id in ENTRIES[:3]:
        assert np.all((more[id] >= 0) & (less[id] <= 1 + 1e-12)), id


def test_more_antibody_or_expression_never_lowers_entry() -> None:
    own, now = draws("antibody")
    plain = values(own, now)
    for more in ({"ada": now["ada"] + 1}, {"surface": (1 + now["surface"]) / 2}):
        raised = values(own, now | more)
        for id in ENTRIES:
            assert np.all(raised[id] >= plain[id] * (1 - 1e-12)), id


def pure(weight: str) -> Env:
    return {id: column(float(id == weight)) for id in WEIGHTS}


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_pure_weight_gives_its_own_drive_only(weight: str) -> None:
    own, now = draws(weight)
    found = values(own | pure(weight), now)
    np.testing.assert_allclose(found["effectors"], DRIVES[weight](found), rtol=1e-12)


def test_only_ratios_of_the_weights_count() -> None:
    own, now = draws("ratios")
    factor = np.exp(rng_of("factor").uniform(-5, 5, N))
    once, scaled = (values(own | {id: k * own[id] for id in WEIGHTS}, now) for k in (1.0, factor))
    for id in once.keys() - {*WEIGHTS, "h_total"}:
        np.testing.assert_allclose(scaled[id], once[id], rtol=1e-9, atol=1e-12, err_msg=id)
    np.testing.assert_allclose(sum(once[f"w_{id[2:]}"] for id in WEIGHTS), 1.0)


def test_under_null_nothing_recruits() -> None:
    own, now = draws("null")
    assert np.all(values(own | pure("h_null"), now)["recruitment"] == 1.0)
    assert np.any(values(own, now)["recruitment"] > 1.5)


def test_at_rest_every_fold_is_one_and_every_rate_zero() -> None:
    """But permanent disability, which lesions leave behind at their usual number."""
    own = subjects("rest")
    env = {id: column(v) for id, v in (REST | own).items()}
    for id, rule in MODEL.rules.items():
        if all(MODEL.supplier(MODEL.home(id).name, a) in env for a in rule.arguments):
            env[id] = MODEL.call(id, rule.law, env)
    found = values(env, MODEL.initial(env))
    changes = rates(found)
    assert np.all(changes.pop("edss_perm") > 0)
    for id, change in changes.items():
        assert np.all(np.abs(change) <= 1e-13 * np.maximum(found[id], 1.0)), id
    for id in ("effectors", "drive", "recruitment", "b_cell_help", "effector_supply", "csf_target"):
        np.testing.assert_allclose(found[id], 1.0, rtol=1e-12, err_msg=id)


def test_each_treatment_lowers_what_it_is_given_for() -> None:
    """At the same cells and tone: steroid, platform drugs, fewer B cells, more regulators."""
    own, now = draws("treated")
    now |= {"steroid": column(0.0), "interferon_signal": column(0.0)}
    plain = values(own, now)
    steroid = values(own, now | {"steroid": 1.0})
    for treated in ({"interferon_signal": 1.0}, {"b_cell": 0.0}):
        assert np.all(values(own, now | treated)["drive"] <= plain["drive"]), treated
    more = values(own, now | {"cns_treg": now["cns_treg"] + 1})
    assert np.all(more["drive"] <= plain["drive"] * (1 + 1e-12))
    for id in ("drive", "oedema_formed", "attack_rise", "tone_rise", "effector_supply"):
        assert np.all(steroid[id] <= plain[id]), id
    for id in ("oedema_resolved", "tone_fall", "cns_cd4_loss", "cns_cd8_loss"):
        assert np.all(steroid[id] >= plain[id]), id


def test_relapses_grow_with_births_and_never_outnumber_bursts() -> None:
    own, now = draws("relapses")
    own["humoral_share"] = column(rng_of("humoral").uniform(0, 1, N))
    found, twice = (values(own | {"activity_now": k}, now) for k in (1.0, 2.0))
    of_bursts = found["relapse_rate"] - found["relapse_background"]
    assert np.all(of_bursts >= 0)
    assert np.all(of_bursts <= found["lesion_births"] / own["burst_size"] * (1 + 1e-12))
    np.testing.assert_allclose(twice["lesion_births"], 2 * found["lesion_births"])
    assert np.all(twice["relapse_rate"] >= found["relapse_rate"])


def test_edss_rises_from_its_start_towards_its_end() -> None:
    """Whatever the start: some drawn patients begin above the end."""
    own, now = draws("edss")
    end = MODEL.parameters["edss_max"].default
    assert np.any(own["edss_0"] > end)
    still = now | {"edss_perm": column(0.0), "edss_rev": column(0.0)}
    none, low = values(own, still)["edss"], values(own, now)["edss"]
    high = values(own, now | {"edss_perm": now["edss_perm"] + 1})["edss"]
    np.testing.assert_allclose(none, np.minimum(own["edss_0"], 0.95 * end))
    assert np.all((none <= low) & (low <= high) & (high <= end))


def test_pressure_rises_with_oedema_from_its_rest() -> None:
    own, now = draws("pressure")
    low, high = np.sort(rng_of("oedema").uniform(0, 300, (2, N)), axis=0)
    a, b = (values(own, now | {"oedema_volume": column(v)})["icp"] for v in (low, high))
    ceiling = 1e-12 * MODEL.parameters["icp_max"].default  # where both are there but for rounding
    assert np.all((MODEL.parameters["icp_rest"].default <= a) & (a <= b + ceiling))
