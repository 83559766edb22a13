"""What cannot be asked is refused by name, before anything is computed."""

from collections.abc import Callable

import numpy as np
import pytest

from diapedesis.core import Mechanism, Model
from diapedesis.simulate import (
    Immunoadsorption,
    Infusion,
    Injection,
    Jump,
    Plex,
    Protocol,
    Pulse,
    Schedule,
    Solution,
    Solver,
    Trigger,
    solve,
)
from diapedesis.simulate.lanes import LaneSolver
from diapedesis.simulate.problem import MOST_TRIGGERS
from tests.engine import timers
from tests.engine.problems import FORMULAS

TIMERS = Model("timers", [Mechanism.of(timers)])
NAN, INF = float("nan"), float("inf")
NOTHING = Schedule()


def run(plan=NOTHING, times=(5.0, 10.0), outputs=("level",), model=TIMERS, **options) -> Solution:
    chosen = {"method": "tsit5", "t0": 0.0} | options
    return solve(model, plan, times, outputs, **chosen)


# -- accuracy and effort ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", [*FORMULAS, "auto", "reference"])
@pytest.mark.parametrize("rtol", [0.0, -1e-6, 1.0, INF, NAN])
def test_a_tolerance_that_cannot_be(method, rtol) -> None:
    with pytest.raises(ValueError, match=f"rtol: found {rtol}, expected"):
        run(rtol=rtol, method=method)


@pytest.mark.parametrize("rtol", [0.0, 1.0, NAN])
def test_a_tolerance_that_cannot_be_for_lanes(rtol) -> None:
    with pytest.raises(ValueError, match=f"rtol: found {rtol}, expected"):
        LaneSolver(TIMERS, NOTHING, [5.0], ("level",), ("k",), rtol=rtol)


@pytest.mark.parametrize("steps", [0, -1])
def test_a_limit_of_steps_that_cannot_be(steps) -> None:
    with pytest.raises(ValueError, match=f"max_steps: found {steps}, expected 1 or more"):
        Solver(TIMERS, ("level",), max_steps=steps)


# -- days ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ({"t0": NAN}, "t0: found nan, expected a finite day"),
        ({"t0": -INF}, "t0: found -inf"),
        ({"t1": NAN}, "t1: found nan"),
        ({"t1": INF}, "t1: found inf"),
        ({"t0": 5.0, "t1": 1.0}, "t1: found 1, expected 5"),
    ],
)
def test_an_end_that_cannot_be(ends, message) -> None:
    with pytest.raises(ValueError, match=message):
        run(times=[], **ends)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([10.0, 5.0], "found 10 before 5, expected ascending days"),
        ([[1.0, 2.0], [10.0, 5.0]], "found 10 before 5, expected ascending days"),
        ([NAN, 5.0], "found nan, expected finite days"),
        ([5.0, INF], "found inf, expected finite days"),
        ([[[5.0]]], r"found shape \(1, 1, 1\), expected \(n_times,\) or"),
    ],
)
def test_times_that_cannot_be(times, message) -> None:
    with pytest.raises(ValueError, match=f"times: {message}"):
        run(times=times)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([10.0, 5.0], "found 10 before 5"),
        ([NAN, 5.0], "found nan"),
        ([[5.0, 10.0]], r"found shape \(1, 2\), expected \(n_times,\)"),
    ],
)
def test_lanes_refuse_times_that_cannot_be(times, message) -> None:
    """Rows of a call share one row of times."""
    with pytest.raises(ValueError, match=f"times: {message}"):
        LaneSolver(TIMERS, NOTHING, times, ("level",), ("k",))


# -- schedules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Pulse("rate", NAN, 1.0, 5.0), "pulse of 'rate': found nan to 1"),
        (lambda: Pulse("rate", 1.0, NAN, 5.0), "pulse of 'rate': found 1.0 to nan"),
        (lambda: Pulse("rate", 3.0, 1.0, 5.0), "pulse of 'rate': found 3.0 to 1.0"),
        (lambda: Pulse("rate", INF, INF, 5.0), "pulse of 'rate': found inf to inf"),
        (lambda: Pulse("rate", -INF, -INF, 5.0), "pulse of 'rate': found -inf to -inf"),
        (lambda: Pulse("rate", 0.0, 1.0, NAN), "pulse of 'rate': found value nan"),
        (lambda: Pulse("rate", 0.0, 1.0, -INF), "pulse of 'rate': found value -inf"),
        (lambda: Jump(NAN, "amount", 5.0), "jump of 'amount': found time nan"),
        (lambda: Jump(INF, "amount", 5.0), "jump of 'amount': found time inf"),
        (lambda: Jump(0.0, "amount", NAN), "jump of 'amount': found value nan"),
    ],
)
def test_what_is_given_must_have_days_and_numbers(make: Callable[[], object], message) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (((0.0, 5.0), (7.0, 0.0), (3.0, 1.0)), "found day 3 after 7, expected ascending"),
        (((5.0, 5.0), (3.0, 1.0)), "found day 3 after 5, expected ascending"),
        (((NAN, 5.0),), "found day nan"),
        (((INF, 5.0),), "found day inf"),
        (((0.0, 5.0), (NAN, 5.0)), "found day nan"),
        (((0.0, 5.0), (-INF, 5.0)), "found day -inf"),
        (((0.0, 5.0), (1.0, INF)), "found inf from day 1"),
        (((0.0, NAN),), "found nan from day 0"),
        ((), "found none, expected at least one"),
    ],
)
def test_held_inputs_must_have_days_in_order_and_numbers(held, message) -> None:
    with pytest.raises(ValueError, match=f"steps of 'rate': {message}"):
        Schedule(steps={"rate": held})


def test_a_pulse_since_ever_and_for_ever_is_a_constant_input() -> None:
    always = run(Schedule((Pulse("rate", -INF, INF, 5.0),)))
    first = run(Schedule(steps={"rate": ((-INF, 5.0),)}))
    own = run(inputs={"rate": 5.0})
    assert always["level"].tolist() == first["level"].tolist() == own["level"].tolist()


def test_a_pulse_since_ever_has_a_first_day_to_start_from() -> None:
    """The start is the first finite one, of a jump here: the amount is 0 there."""
    since = Schedule((Pulse("rate", -INF, 1.0, 5.0),), (), (Jump(0.0, "amount", 0.0, True),))
    found = run(since, times=[1.0], t0=None).raise_failures()
    exact = 5.0 / 0.25 * -np.expm1(-0.25)  # input over k, times what a day of it reaches
    assert found["level"][0, 0] == pytest.approx(exact, rel=1e-4)  # 100 tolerances


UNKNOWN = {
    "pulses": (Schedule((Pulse("rat", 0.0, 1.0, 5.0),)), "rat", "rate"),
    "steps": (Schedule(steps={"rat": ((0.0, 5.0),)}), "rat", "rate"),
    "jumps": (Schedule(jumps=(Jump(0.0, "amuont", 5.0),)), "amuont", "amount"),
}


@pytest.mark.parametrize("part", UNKNOWN)
def test_a_schedule_of_unknown_ids(part) -> None:
    plan, id, known = UNKNOWN[part]
    what = f"{part}: found \\['{id}'\\], expected among .*{known}"
    with pytest.raises(ValueError, match=f"protocol of subject 0, {what}"):
        run(plan)
    with pytest.raises(ValueError, match=f"protocol of subject 2, {what}"):
        run([NOTHING, NOTHING, plan])
    with pytest.raises(ValueError, match=f"trigger 'late', then, {what}"):
        run(triggers=(Trigger("late", lambda amount: 5.0 - amount, then=plan),))


def test_what_the_model_has_but_an_output_does_not_need_is_left_out() -> None:
    plan = Schedule((Pulse("more", 1.0, 2.0, 5.0),), jumps=(Jump(3.0, "clock", 5.0),))
    assert run(plan)["level"] == pytest.approx(run()["level"], rel=1e-5)  # 10 tolerances


def test_a_protocol_for_a_model_that_has_no_use_for_it() -> None:
    for given, id in (
        (Protocol(doses=(Infusion(0.0, 300.0),)), "infusion_rate"),
        (Protocol(sessions=(Plex(0.0, plasma_volumes=1.5),)), "plex_turnover"),
        (Protocol(sessions=(Immunoadsorption(0.0, plasma_volumes=2.0),)), "on_protein_a"),
    ):
        with pytest.raises(ValueError, match=f"protocol of subject 0, pulses: found .*'{id}'"):
            run(given)
    with pytest.raises(ValueError, match=r"subcutaneous dose, lag: found \['lag_sc'\]"):
        run(Protocol(doses=(Injection(0.0, 300.0),)))
    assert run(Protocol())["level"].tolist() == run()["level"].tolist()  # the weight is no matter


@pytest.mark.parametrize("day", [INF, -INF, NAN])
def test_a_look_on_no_day(day) -> None:
    with pytest.raises(ValueError, match=f"trigger 'look', days: found {day}, expected finite"):
        Trigger("look", lambda amount: amount, days=(1.0, day))


def _looks(n: int) -> list[Trigger]:
    return [Trigger(f"t{i}", lambda amount: amount, days=(3.0 + i,)) for i in range(n)]


def test_as_many_triggers_as_can_be_told_apart_look_on_their_own_days() -> None:
    found = run(times=[100.0], triggers=_looks(MOST_TRIGGERS), max_steps=20_000)
    assert [day[0] for day in found.events.values()] == [3.0 + i for i in range(MOST_TRIGGERS)]


def test_more_triggers_than_can_be_told_apart() -> None:
    many = _looks(MOST_TRIGGERS + 1)
    with pytest.raises(ValueError, match=f"triggers: found {len(many)}, expected at most"):
        run(triggers=many)


@pytest.mark.parametrize("default", [NAN, 2.0])
def test_triggers_may_share_a_parameter_with_the_same_default(default) -> None:
    """NaN stands for a number that must be given."""
    own = [
        Trigger(id, lambda amount, limit: limit - amount, parameters={"limit": float(str(default))})
        for id in ("a", "b")
    ]
    found = run(triggers=own, parameters={"limit": 4.0})
    assert found.events["a"] == found.events["b"] == pytest.approx(4.0 * np.log(2.0), abs=1e-3)


def test_triggers_may_not_share_a_parameter_with_another_default() -> None:
    own = [
        Trigger(id, lambda amount, limit: limit - amount, parameters={"limit": default})
        for id, default in (("a", NAN), ("b", 2.0))
    ]
    with pytest.raises(ValueError, match="trigger 'b', parameters: found 'limit', which another"):
        run(triggers=own)
