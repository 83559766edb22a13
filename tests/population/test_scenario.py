"""What a scenario refuses, and what it fixes."""

from typing import Any

import pytest

from diapedesis.models.ms import ms
from diapedesis.observe import Subject
from diapedesis.population import Scenario, ScenarioError
from diapedesis.population.arms import check_arms
from diapedesis.population.scenario import EXPLANATIONS
from diapedesis.simulate import Protocol
from tests.population.scenarios import stop


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("until", -1.0),
        ("until", float("nan")),
        ("n", 1),
        ("n", 20_000),
        ("seed", -1),
        ("relapses", 1.5),
        ("gd", -1),
        ("before", -3.0),
        ("hypothesis", "ebv"),
        ("hypothesis", {"virus": 0.0}),
        ("hypothesis", {"ebv": 1.0}),
        ("parameters", {"nonsense": 1.0}),
        ("parameters", {"cl": -1.0}),
        ("parameters", {"bypass": 1.2}),
        ("parameters", {"anti_cd4_treg": -50.0}),
        ("parameters", {"humoral_share": 3.0}),
        ("parameters", {"activity_now": -0.5}),
        ("parameters", {"burst_size": 0.5}),
        ("parameters", {"edss_0": 30.0}),
        ("parameters", {"edss_0": 9.8}),
        ("parameters", {"edss_max": 2.0}),
        ("parameters", {"edss_max": 3.0, "edss_0": 4.0}),
        ("parameters", {"h_null": 0.0}),
        ("outputs", ("nonsense",)),
    ],
)
def test_a_scenario_that_cannot_be_is_refused_by_field(field: str, value: Any) -> None:
    with pytest.raises(ScenarioError, match=f"^{field}: found .*, expected") as caught:
        stop(**{field: value})
    assert caught.value.field == field


def test_the_values_of_arms_and_outputs_add_up() -> None:
    one = stop(n=4000)
    check_arms({"a": one})
    with pytest.raises(ScenarioError, match=r"^n: found 4000 patients over .* in 2 arms"):
        check_arms({"a": one, "b": one})
    with pytest.raises(ScenarioError, match=r"^n: found 4000"):
        stop(n=4000, outputs=tuple(ms().outputs)[:60])


def test_a_scenario_needs_a_dose() -> None:
    with pytest.raises(ScenarioError, match="no dose"):
        Scenario(Subject(Protocol()), until=10.0)


def test_days_begin_before_the_first_dose_and_end_where_asked() -> None:
    days = stop(until=100.5, before=90.0).days
    assert (days[0], days[-1]) == (-398.0, 100.5)
    assert set(days[1:-1] - days[:-2]) == {1.0}


def test_a_pure_hypothesis_leaves_no_weight_to_the_others() -> None:
    fixed = stop(hypothesis="virus", parameters={"edss_0": 4.0}).fixed
    assert fixed == {f"h_{k}": float(k == "virus") for k in EXPLANATIONS} | {"edss_0": 4.0}
    assert stop(hypothesis={"pool": 3.0, "virus": 1.0}).fixed["h_pool"] == 3.0
    assert stop().fixed == {}
