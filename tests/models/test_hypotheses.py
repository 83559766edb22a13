"""Explanations as weights: each alone, several, and what is refused."""

import math

import pytest

from diapedesis.core import check
from diapedesis.models import HYPOTHESES, ms, weights
from diapedesis.models.hypotheses import EXPLANATIONS, MIXTURE
from diapedesis.simulate import Protocol, solve

PARAMETERS = {id for id in ms().parameters if id.startswith("h_")}


def test_every_weight_of_the_model_has_an_explanation_and_no_other() -> None:
    assert {f"h_{name}" for name in EXPLANATIONS} == PARAMETERS
    assert set(HYPOTHESES) == {*EXPLANATIONS, MIXTURE}


@pytest.mark.parametrize("name", HYPOTHESES)
def test_every_hypothesis_names_every_weight(name: str) -> None:
    found = weights(name)
    assert set(found) == PARAMETERS
    assert sum(found.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_one_alone_has_all_the_weight_in_the_model(name: str) -> None:
    outputs = [f"w_{other}" for other in EXPLANATIONS]
    found = solve(ms(), Protocol(), [0.0], outputs, parameters=weights(name), t0=0.0)
    assert {o: found[o][0, 0] for o in outputs} == {o: float(o == f"w_{name}") for o in outputs}


def test_the_mixture_is_the_default_of_the_model() -> None:
    check(ms())
    assert weights(MIXTURE) == {id: ms().parameters[id].default for id in PARAMETERS}


@pytest.mark.parametrize("name", HYPOTHESES)
def test_every_hypothesis_leaves_the_untreated_patient_alone(name: str) -> None:
    found = solve(ms(), Protocol(), [0.0, 3000.0], ["tone"], parameters=weights(name), t0=0.0)
    assert found["tone"][0] == pytest.approx([1.0, 1.0], abs=1e-9)


def test_weights_of_several_are_kept_and_the_rest_is_nothing() -> None:
    found = weights({"pool": 3, "virus": 1})
    assert found == dict.fromkeys(PARAMETERS, 0.0) | {"h_pool": 3.0, "h_virus": 1.0}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("ebv", "found 'ebv', expected one of null, cd4, pool, virus"),
        ("h_pool", "found 'h_pool'"),
        ({"ebv": 1.0}, "found a weight of 'ebv', expected among null"),
        ({"mixture": 1.0}, "found a weight of 'mixture'"),
        ({"pool": -1.0, "cd4": 2.0}, "found -1.0 for pool"),
        ({"pool": math.nan}, "found nan for pool"),
        ({"pool": math.inf}, "found inf for pool"),
        ({"pool": 0.0}, "expected one weight above 0"),
        ({}, "expected one weight above 0"),
    ],
)
def test_what_is_no_hypothesis_is_refused(given: object, says: str) -> None:
    with pytest.raises(ValueError, match="hypothesis: ") as error:
        weights(given)  # type: ignore[arg-type]
    assert says in str(error.value)


def test_the_table_cannot_be_changed_by_who_reads_it() -> None:
    weights("pool")["h_pool"] = 0.0
    assert weights("pool")["h_pool"] == 1.0
    with pytest.raises(TypeError):
        HYPOTHESES["pool"]["h_pool"] = 0.0  # type: ignore[index]
