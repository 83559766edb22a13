"""Directions of single laws over the whole support, without solving anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.models import pkpd
from tests.laws.test_courses import subjects

MODEL = pkpd()
FEW = settings(max_examples=60)
states = st.fixed_dictionaries(
    {
        "a_d": st.floats(0, 1e3),
        "a_c": st.floats(0, 3e3),
        "a_p": st.floats(0, 3e3),
        "ada": st.floats(0, 5),
        "column_volume": st.floats(0, 12),
        "igg_c": st.floats(0, 60),
        "igg_p": st.floats(0, 60),
        "fib": st.floats(0, 20),
        "surface": st.floats(0, 1),
    }
)
sessions = st.fixed_dictionaries(
    {"plex_flow": st.floats(0, 60), "ia_flow": st.floats(0, 90), "on_tryptophan": st.just(1.0)}
)
REST = {id: i.default for id, i in MODEL.inputs.items()}


def values(own, now, session) -> dict[str, float]:
    return MODEL.evaluate(REST | own | now | session)


@FEW
@given(subjects, states, sessions)
def test_no_state_is_driven_below_zero(own, now, session) -> None:
    """At an empty state the rate is not negative: nothing flows out of what is empty."""
    for id, state in MODEL.states.items():
        if state.nonnegative:
            rates = MODEL.rates(values(own, now | {id: 0.0}, session))
            assert rates[id] >= 0, id


@FEW
@given(subjects, states, sessions)
def test_flows_out_are_never_flows_in(own, now, session) -> None:
    found = values(own, now, session)
    for id, flux in MODEL.fluxes.items():
        if flux.boundary or len(flux.changes) == 1:
            assert found[id] >= 0, id


@FEW
@given(subjects, st.floats(0, 300), st.floats(0, 300))
def test_saturation_and_gate_are_monotone(own, one, two) -> None:
    low, high = sorted((one, two))
    empty = {id: 0.0 for id in MODEL.states} | {"surface": 1.0}
    volume = own["v_c"]
    a, b = (values(own, empty | {"a_c": level * volume}, {}) for level in (low, high))
    assert a["saturation"] <= b["saturation"] <= own["e_max"]
    assert a["gate"] >= b["gate"] >= 0
    assert a["saturable_elimination"] <= b["saturable_elimination"] <= own["v_max"]


@FEW
@given(subjects, states)
def test_distribution_stops_at_equal_levels(own, now) -> None:
    found = values(own, now, {})
    level = now["a_p"] / found["v_p_i"]
    balanced = values(own, now | {"a_c": level * found["v_c_i"]}, {})
    assert balanced["distribution"] == pytest.approx(0.0, abs=1e-9 * own["q"] * (1 + level))


@FEW
@given(subjects, st.floats(0, 12))
def test_a_column_only_loses(own, volume) -> None:
    empty = {id: 0.0 for id in MODEL.states}
    used = values(own, empty | {"column_volume": volume}, {})["column_left"]
    more = values(own, empty | {"column_volume": volume + 0.5}, {})["column_left"]
    assert 0 <= more < used <= 1
