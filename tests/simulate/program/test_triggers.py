"""Laws of triggers: what they watch, what they set, which names they may use."""

from typing import Any

import numpy as np
import pytest

from diapedesis.simulate.program import evaluate, trace
from diapedesis.simulate.trigger import Trigger
from tests.simulate.program.kit import model, run

GROWTH = model(
    {"a": lambda a, k: k * a, "b": lambda b, k: -k * b, "idle": lambda a: a},
    {"double": lambda a: 2 * a, "load": lambda a, u: a + u},
    {"k": 0.5, "reach": 3.0},
)
ENV = {"a": 2.0, "b": 5.0, "idle": 1.0, "k": 0.5, "reach": 3.0, "u": 0.25, "limit": 7.0}


def test_a_law_may_name_whatever_the_model_has() -> None:
    law = lambda a, double, k, u, limit, cumulative_double: (  # noqa: E731
        a + 10 * double + 100 * k + 1000 * u + 1e4 * limit + 1e5 * cumulative_double
    )
    program = trace(GROWTH, ("a",), triggers=(Trigger("t", law, parameters={"limit": 1.0}),))
    assert program.triggers == ("t",) and program.integrals == ("double",)
    assert program.parameters == ("k", "limit") and program.inputs == ("u",)
    found = run(program, "watch", ENV, z=[0.5])["r"]
    assert found == pytest.approx([2 + 40 + 50 + 250 + 70000 + 50000])
    assert run(program, "integrand", ENV)["f"] == pytest.approx([4.0])


def test_sets_are_worked_out_before_any_is_stored() -> None:
    swap = Trigger("swap", lambda a: a - 1, {"a": "b", "b": lambda a, k: a * k, "k": 2.0})
    program = trace(GROWTH, ("a", "b"), triggers=(swap,))
    (action,) = program.actions
    found = run(program, "rhs", ENV)
    evaluate(action, found)
    assert dict(zip(program.states, found["y"], strict=True)) == {"a": 5.0, "b": 1.0}
    assert found["p"][program.parameters.index("k")] == 2.0


def test_what_is_set_from_and_watched_is_kept() -> None:
    from_b = Trigger("t", lambda idle: idle - 1, {"a": "b"})
    assert trace(GROWTH, ("a",)).states == ("a",)
    assert trace(GROWTH, ("a",), triggers=(from_b,)).states == ("a", "b", "idle")


def test_setting_what_nobody_needs_is_left_out() -> None:
    idle = Trigger("t", lambda a: a - 1, {"idle": "b", "reach": 1.0})
    program = trace(GROWTH, ("a",), triggers=(idle,))
    assert program.states == ("a",)
    assert program.actions[0].stores == ()


def test_states_below_zero_are_read_as_zero() -> None:
    program = trace(GROWTH, ("a",), triggers=(Trigger("t", lambda a: a - 1),))
    assert run(program, "watch", ENV | {"a": -1e-9})["r"] == [-1.0]


@pytest.mark.parametrize(
    ("triggers", "words"),
    [
        ([Trigger("t", lambda nothing: nothing)], "trigger 't', law: found 'nothing', expected"),
        ([Trigger("t", lambda rate_of_a: rate_of_a)], "found 'rate_of_a'"),
        ([Trigger("t", lambda a: a, {"double": 1.0})], "sets: found 'double', expected a state"),
        ([Trigger("t", lambda a: a, {"u": 1.0})], "sets: found 'u', expected a state"),
        ([Trigger("t", lambda a: a, {"a": "c"})], r"sets\['a'\]: found 'c'"),
        ([Trigger("t", lambda a: a, {"a": lambda c: c})], r"sets\['a'\]: found 'c'"),
        ([Trigger("t", lambda cumulative_u: 1)], "found 'u', expected an output"),
        ([Trigger("t", lambda a: a), Trigger("t", lambda a: a)], "found .'t'. more than once"),
        ([Trigger("t", lambda k: k, parameters={"k": 1.0})], "which the model has too; rename"),
        (
            [
                Trigger("s", lambda x: x, parameters={"x": 1.0}),
                Trigger("t", lambda x: x, parameters={"x": 2.0}),
            ],
            "another trigger, with default 1",
        ),
    ],
)
def test_names_that_do_not_fit(triggers: list[Trigger], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        trace(GROWTH, ("a",), triggers=triggers)


def test_two_triggers_may_share_a_parameter() -> None:
    both = [
        Trigger(id, lambda a, x: a - x, parameters={"x": 1.0}, direction=d)  # type: ignore[arg-type]
        for id, d in (("rise", "up"), ("fall", "down"))
    ]
    assert trace(GROWTH, ("a",), triggers=both).parameters == ("k", "x")


def test_a_law_that_compares_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="trigger 't', law: found a comparison"):
        trace(GROWTH, ("a",), triggers=(Trigger("t", lambda a: a > 1),))
    bad: Any = model({"a": lambda a: 1.0 if a > 1 else 0.0})
    with pytest.raises(TypeError, match="law 'rate_of_a': found a comparison"):
        trace(bad, ("a",))


def test_an_initial_value_is_free_of_states() -> None:
    bad = model({"a": lambda a: a, "b": lambda b: b}, a={"initial": lambda b: b})
    with pytest.raises(ValueError, match="initial value of 'a': found a law of states"):
        trace(bad, ("a",))


def test_triggers_and_sensitivities_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="one or the other"):
        trace(GROWTH, ("a",), triggers=(Trigger("t", lambda a: a),), sensitivities=("k",))


def test_a_direction_that_is_none() -> None:
    with pytest.raises(ValueError, match="found direction 'left', expected up, down or both"):
        Trigger("t", lambda a: a, direction="left")  # type: ignore[arg-type]


def test_constants_alone_make_a_program() -> None:
    steady = model({"a": lambda: 2.0}, a={"initial": 1.5})
    program = trace(steady, ("a",), jacobian=True)
    assert run(program, "rhs", {"a": 1.0})["dy"] == [2.0]
    assert run(program, "start", {"a": 1.0})["y"] == [1.5]
    spaces = run(program, "factor", {"a": 1.0}, c=4.0)
    assert run(program, "solve", {"a": 1.0}, m=spaces["m"], x=8.0)["x"] == [2.0]
    assert np.array_equal(spaces["w"], [0.0])
