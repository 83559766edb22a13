"""Requests at the edge of sense: ids that look like others, nobody at all, protocols seen once."""

import numpy as np
import pytest

from diapedesis.core import Assumption, Mechanism, Model, Output, Parameter, State
from diapedesis.models import pkpd
from diapedesis.simulate import (
    Infusion,
    Moments,
    Protocol,
    Schedule,
    Solution,
    Trigger,
    solve,
    stream,
)
from diapedesis.simulate.lanes import LaneSolver
from tests.engine import timers
from tests.engine.problems import FORMULAS

TIMERS = Model("timers", [Mechanism.of(timers)])
NOTHING = Schedule()
methods = pytest.mark.parametrize("method", FORMULAS)


def run(plan=NOTHING, times=(5.0, 10.0), outputs=("level",), model=TIMERS, **options) -> Solution:
    chosen = {"method": "tsit5", "t0": 0.0} | options
    return solve(model, plan, times, outputs, **chosen)


def lanes(times, names=("k",)) -> np.ndarray:
    solver = LaneSolver(TIMERS, NOTHING, times, ("level",), names)
    return solver(np.full((1, 3, len(names)), 0.25))[0, :, :, 0]


# -- ids -------------------------------------------------------------------------------------------


def test_lanes_refuse_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"names: found \['kk'\], expected among .*k,"):
        lanes([5.0], ("k", "kk"))


def test_lanes_may_have_names_that_the_outputs_do_not_need() -> None:
    assert lanes([5.0], ("k", "omega")).tolist() == lanes([5.0]).tolist()


ROUND = Assumption("a round number")
DOSED = Model(
    "dosed",
    [
        Mechanism(
            "dosed",
            (
                State("y", "", "Stays", initial=lambda start: start),
                Parameter("start", "", "Start", 0.5, ROUND),
                Output("cumulative_dose", lambda y: 2 * y, "", "An id of the model's own"),
            ),
        )
    ],
)


@methods
def test_an_output_may_have_an_id_that_begins_with_cumulative(method) -> None:
    ids = ("cumulative_dose", "cumulative_cumulative_dose")
    found = run(times=[3.0], outputs=ids, model=DOSED, method=method)
    assert found["cumulative_dose"][0, 0] == 1.0
    assert found["cumulative_cumulative_dose"][0, 0] == pytest.approx(3.0, rel=1e-5)


def test_an_integral_of_no_output() -> None:
    with pytest.raises(ValueError, match=r"outputs: found \['dose'\], expected among level"):
        run(outputs=("cumulative_dose",))


# -- nobody, and those who come once ---------------------------------------------------------------


@pytest.mark.parametrize("method", [*FORMULAS, "auto", "reference"])
def test_nobody_has_an_empty_solution(method) -> None:
    for nobody in (run(parameters={"k": []}, method=method), run([], method=method)):
        assert nobody["level"].shape == (0, 2)
        assert nobody.final["amount"].shape == nobody.status.shape == (0,)
        nobody.raise_failures()


def test_nobody_has_no_events() -> None:
    low = Trigger("low", lambda amount: 4.0 - amount)
    nobody = run([], method="auto", triggers=(low,), t0=None)
    assert nobody.events["low"].shape == (0,)


@pytest.mark.parametrize("method", ["auto", "tsit5"])
def test_a_stream_of_nobody_calls_nothing(method) -> None:
    moments = Moments()

    def nobody(first: int, last: int) -> None:
        raise AssertionError(f"asked for {first} to {last}")

    stream(TIMERS, 0, nobody, [5.0], moments, ("level",), method=method)
    assert moments.count == moments.failed == 0


@pytest.mark.parametrize("t0", [None, 0.0])
def test_a_generator_of_protocols(t0) -> None:
    doses = (50.0, 100.0, 200.0)
    given = [Protocol(doses=(Infusion(0.0, amount=a),)) for a in doses]
    listed = solve(pkpd(), given, [28.0], t0=t0)["c"]
    assert solve(pkpd(), (p for p in given), [28.0], t0=t0)["c"].tolist() == listed.tolist()
    assert listed.shape == (3, 1)
