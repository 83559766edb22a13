import numpy as np
import pytest

from diapedesis.infer.stability import _loop, stability
from diapedesis.models import ms, pkpd
from diapedesis.simulate import Protocol, solve


def test_a_draw_is_stable_just_when_a_small_disturbance_dies_away():
    draws = {"recruitment_gain": np.full(6, 12.0), "ignition_tone": np.linspace(0.9, 3.5, 6)}
    found = stability(ms(), draws)
    start = {s: np.full(6, 1.0) for s in ()}
    rest = solve(ms(), Protocol(), [1.0], ("tone",), parameters=draws, t0=0.0).final
    start = {k: v.copy() for k, v in rest.items()}
    start["tone_fold"] = start["tone_fold"] * 1.001
    courses = solve(
        ms(),
        Protocol(),
        [0.0, 400.0],
        ("tone",),
        parameters=draws,
        initial=start,
        t0=0.0,
        rtol=1e-9,
    )["tone"]
    died = np.abs(courses[:, 1] - 1) < 2e-4
    assert found.stable.any()
    assert not found.stable.all()
    np.testing.assert_array_equal(died, found.stable)


def test_jacobian_agrees_with_differences_of_the_solved_course():
    states, jacobian = _loop(ms())
    k = len(states)
    entries = jacobian(*[np.asarray(p.default) for p in ms().parameters.values()])
    matrix = np.array([float(e) for e in entries]).reshape(k, k)
    rest = solve(ms(), Protocol(), [0.0], ("tone",), t0=0.0).final
    step, day = 1e-4, 1e-2
    for j, state in enumerate(states):
        start = {id: v.copy() for id, v in rest.items()}
        start[state] = start[state] + step
        end = solve(ms(), Protocol(), [day], ("tone",), initial=start, t0=0.0, rtol=1e-10).final
        for i, other in enumerate(states):
            rate = (end[other][0] - start[other][0]) / day / step
            assert rate == pytest.approx(matrix[i, j], rel=0.03, abs=1e-3), (other, state)


def test_the_reason_names_states_and_speed():
    found = stability(ms(), {"ignition_tone": [4.0, 0.9]})
    assert found.reason(0) == ""
    assert "doubles in" in found.reason(1)
    assert "tone_fold" in found.reason(1)
    assert found.rejected == 0.5


def test_other_models_and_unknown_ids_are_refused():
    with pytest.raises(ValueError, match="no state 'tone_fold'"):
        stability(pkpd(), {})
    with pytest.raises(ValueError, match=r"\['gain'\]"):
        stability(ms(), {"gain": [1.0]})
