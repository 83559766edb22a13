"""Forward sensitivities: closed forms, differences of lanes, and the natalizumab model."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import Jump, Plex, Protocol, Pulse, Schedule, Solver, Trigger, solve
from diapedesis.simulate.lanes import LaneSolver
from tests.engine.problems import FORMULAS
from tests.simulate.test_kernel_cache import TOY

TIMES = np.linspace(0.5, 8.0, 16)
K, V, START = 0.5, 2.0, 8.0
RTOL = 1e-8
CLOSE = 1e-6  # a hundred steps' tolerances


def amounts(plan: Schedule, method: str, *parameters: str):
    options = {"t0": 0.0, "rtol": RTOL, "method": method, "parameters": {"v": 1e3}}
    return solve(TOY, plan, TIMES, ["amount"], sensitivities=parameters, **options)


@pytest.mark.parametrize("method", [*FORMULAS, "reference"])
def test_exponential_decay(method: str) -> None:
    found = amounts(Schedule(), method, "k")
    np.testing.assert_allclose(found["amount"][0], START * np.exp(-K * TIMES), rtol=CLOSE)
    expected = -TIMES * START * np.exp(-K * TIMES)
    np.testing.assert_allclose(found["amount@k"][0], expected, rtol=CLOSE)


@pytest.mark.parametrize("method", [*FORMULAS, "reference"])
def test_a_dose_adds_nothing_and_a_reset_forgets(method: str) -> None:
    plan = Schedule(jumps=(Jump(2.0, "a", 3.0), Jump(5.0, "a", 6.0, replaces=True)))
    slope = amounts(plan, method, "k")["amount@k"][0]
    t, late = TIMES, TIMES > 5.0
    first = -t * START * np.exp(-K * t)
    dosed = first - np.where(t > 2.0, (t - 2.0) * 3.0 * np.exp(-K * (t - 2.0)), 0.0)
    reset = -(t - 5.0) * 6.0 * np.exp(-K * (t - 5.0))
    np.testing.assert_allclose(slope, np.where(late, reset, dosed), rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize("method", FORMULAS)
def test_natalizumab_through_plasma_exchange(method: str) -> None:
    """Against central differences of reference solutions, whose own error is about 1e-5."""
    names, outputs = ("cl", "v_c", "q", "v_max", "k_m"), ("c", "c_free", "saturation")
    plan = Protocol.every(28, n=3).with_sessions([Plex(70.0, 3.0), Plex(72.0, 3.0)])
    times = np.array([10.0, 28.0, 60.0, 71.0, 80.0, 100.0])
    found = solve(pkpd(), plan, times, outputs, sensitivities=names, rtol=RTOL, method=method)
    for name in names:
        p = pkpd().parameters[name].default
        ends = [
            solve(pkpd(), plan, times, outputs, parameters={name: p * (1 + d)}, rtol=1e-11,
                  method="reference")
            for d in (1e-4, -1e-4)
        ]  # fmt: skip
        for output in outputs:
            expected = (ends[0][output] - ends[1][output])[0] / (2e-4 * p)
            size = np.max(np.abs(expected))
            np.testing.assert_allclose(
                found[f"{output}@{name}"][0], expected, rtol=1e-4, atol=1e-5 * size
            )


def test_lanes_that_share_steps_give_the_same_derivatives() -> None:
    plan, name = Protocol.every(28, n=4), "cl"
    times = np.array([20.0, 56.0, 112.0])
    p, delta = pkpd().parameters[name].default, 1e-6
    lanes = LaneSolver(pkpd(), plan, times, ("c",), (name,), rtol=RTOL)
    out = lanes(np.array([[[p], [p * (1 + delta)]]]))[0, :, :, 0]
    forward = solve(pkpd(), plan, times, sensitivities=(name,), rtol=RTOL)["c@cl"][0]
    np.testing.assert_allclose((out[1] - out[0]) / (p * delta), forward, rtol=1e-4)


def test_lanes_beyond_a_register_share_the_steps_of_the_first() -> None:
    """Eleven lanes need two groups; each differs from the first as if it stood beside it."""
    plan, times = Protocol.every(28, n=2), np.array([20.0, 56.0])
    lanes = LaneSolver(pkpd(), plan, times, ("c",), ("cl",))
    p = pkpd().parameters["cl"].default * (1 + 1e-3 * np.arange(11))
    together = lanes(p[None, :, None])[0]
    for j in range(1, 11):
        pair = lanes(p[None, [0, j], None])[0]
        np.testing.assert_array_equal(together[[0, j]], pair)


def test_events_and_sensitivities_exclude_each_other() -> None:
    low = Trigger("low", lambda c: 1.0 - c)
    with pytest.raises(ValueError, match="found triggers and sensitivities, expected one"):
        Solver(pkpd(), ("c",), (low,), ("cl",))


def test_an_input_that_switches_changes_the_slope_of_its_parameter() -> None:
    plan = Schedule(pulses=(Pulse("infusion_rate", 0.0, 1.0, 300.0),))
    found = solve(pkpd(), plan, [1.0, 30.0], sensitivities=("v_c",), rtol=RTOL)
    assert found["c@v_c"][0, 0] < 0  # a larger volume dilutes
