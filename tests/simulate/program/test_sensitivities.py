"""Sensitivity equations against differences of the equations they come from."""

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate.program import trace
from tests.core.test_three_algebras import environment
from tests.simulate.program.kit import model, run

MODEL = pkpd()
BY = ("cl", "v_c", "ec50", "gate_hill", "igg_level")
OUTPUTS = ("c", "gate", "igg", "cumulative_c")
PLAIN = trace(MODEL, OUTPUTS)
PROGRAM = trace(MODEL, OUTPUTS, sensitivities=BY, jacobian=True)
BASE = [id for id, of in zip(PROGRAM.states, PROGRAM.sensitivity_of, strict=True) if of < 0]
H = 1e-6


def environment_with_slopes(seed: int) -> dict[str, float]:
    draw = np.random.default_rng(seed)
    env = environment(seed)
    return env | {id: draw.uniform(-1, 1) for id in PROGRAM.states if "@" in id}


def moved(env: dict[str, float], parameter: str, by: float) -> dict[str, float]:
    """Return the point a step further along the parameter and the slopes by it."""
    along = {id: v + by * env.get(f"{id}@{parameter}", 0.0) for id, v in env.items()}
    return along | {parameter: env[parameter] + by}


def differences(block: str, space: str, env: dict[str, float], parameter: str) -> np.ndarray:
    up, down = (run(PLAIN, block, moved(env, parameter, s * H), z=1.0)[space] for s in (1, -1))
    return (up - down) / (2 * H)


def test_names_and_places() -> None:
    assert tuple(BASE) == PLAIN.states == PROGRAM.states[: len(BASE)]
    for id, of, floor in zip(PROGRAM.states, PROGRAM.sensitivity_of, PROGRAM.floor, strict=True):
        if of >= 0:
            assert id.split("@")[0] == PROGRAM.states[of] and not floor
    wanted = [*OUTPUTS, *(f"{o}@{p}" for p in BY for o in OUTPUTS)]
    assert PROGRAM.outputs == tuple(wanted)


def test_scales() -> None:
    scale = dict(zip(PROGRAM.states, PROGRAM.scale, strict=True))
    assert scale["a_c@cl"] == pytest.approx(MODEL.states["a_c"].scale / 0.156)


def test_slopes_that_are_always_zero_get_no_state() -> None:
    assert {id for id in PROGRAM.states if id.endswith("@gate_hill")} == set()
    assert {id for id in PROGRAM.states if id.endswith("@ec50")} == {"surface@ec50"}
    assert {id for id in PROGRAM.states if id.endswith("@igg_level")} == {
        "igg_c@igg_level",
        "igg_p@igg_level",
    }


@pytest.mark.parametrize("parameter", BY)
@pytest.mark.parametrize("seed", [1, 2])
def test_rates(parameter: str, seed: int) -> None:
    env = environment_with_slopes(seed)
    found = dict(zip(PROGRAM.states, run(PROGRAM, "rhs", env)["dy"], strict=True))
    wanted = dict(zip(BASE, differences("rhs", "dy", env, parameter), strict=True))
    for id in BASE:  # h**2 of truncation, and 1e-16 / h of cancellation on rates of up to 1e3
        assert found.get(f"{id}@{parameter}", 0.0) == pytest.approx(wanted[id], rel=1e-6, abs=2e-7)


@pytest.mark.parametrize("parameter", BY)
def test_outputs_and_integrands(parameter: str) -> None:
    env = environment_with_slopes(3)
    z = [7.0 + i for i in range(len(PROGRAM.integrals))]
    found = dict(zip(PROGRAM.outputs, run(PROGRAM, "observe", env, z=z)["o"], strict=True))
    wanted = dict(zip(OUTPUTS, differences("observe", "o", env, parameter), strict=True))
    for id in ("c", "gate", "igg"):
        assert found[f"{id}@{parameter}"] == pytest.approx(wanted[id], rel=1e-6, abs=1e-8)
    kept = z[PROGRAM.integrals.index(f"c@{parameter}")]
    assert found[f"cumulative_c@{parameter}"] == kept
    rates = dict(zip(PROGRAM.integrals, run(PROGRAM, "integrand", env)["f"], strict=True))
    assert rates[f"c@{parameter}"] == pytest.approx(found[f"c@{parameter}"], rel=1e-12)


@pytest.mark.parametrize("parameter", BY)
def test_starts(parameter: str) -> None:
    env = environment_with_slopes(1)
    found = dict(zip(PROGRAM.states, run(PROGRAM, "start", env)["y"], strict=True))
    wanted = dict(zip(BASE, differences("start", "y", env, parameter), strict=True))
    for id in BASE:
        assert found.get(f"{id}@{parameter}", 0.0) == pytest.approx(wanted[id], rel=1e-6, abs=1e-8)


def test_the_jacobian_of_all_equations() -> None:
    """Second derivatives included, against differences of the sensitivity equations."""
    env, n = environment_with_slopes(4), len(PROGRAM.states)
    jacobian = np.empty((n, n))
    for j, id in enumerate(PROGRAM.states):
        up, down = (run(PROGRAM, "rhs", env | {id: env[id] + s * H})["dy"] for s in (1, -1))
        jacobian[:, j] = (up - down) / (2 * H)
    right, c = np.random.default_rng(4).standard_normal(n), 50.0
    factors = run(PROGRAM, "factor", env, c=c)["m"]
    found = run(PROGRAM, "solve", env, m=factors, x=right)["x"]
    wanted = np.linalg.solve(c * np.eye(n) - jacobian, right)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-9)


def test_a_closed_form() -> None:
    """The slope of decay y = y0 exp(-k t) by k is S = -t y, so dS/dt = -y - k S."""
    decay = model({"y": lambda y, k: -k * y}, parameters={"k": 0.0}, y={"initial": 3.0})
    program = trace(decay, ("y",), sensitivities=("k",))
    assert program.states == ("y", "y@k") and program.scale == (1.0, 1.0)
    found = run(program, "rhs", {"y": 2.0, "y@k": -5.0, "k": 0.5})["dy"]
    assert found == pytest.approx([-1.0, -2.0 + 2.5])
    assert run(program, "start", {"y": 0.0, "y@k": 0.0, "k": 0.5})["y"].tolist() == [3.0, 0.0]


def test_a_parameter_that_changes_nothing() -> None:
    program = trace(MODEL, ("c",), sensitivities=("gate_half",))
    assert program.outputs == ("c", "c@gate_half") and not any("@" in id for id in program.states)
    assert run(program, "observe", environment(1))["o"][1] == 0.0
