"""Published and closed-form answers: Robertson, HIRES, van der Pol, and a drug with 150 events."""

from typing import get_args, get_type_hints

import numpy as np
import pytest

from diapedesis.simulate import Jump, Schedule, solve
from tests.engine import drug
from tests.engine.problems import (
    DRUG,
    ENGINES,
    HIRES,
    METHODS,
    MILD,
    ROBERTSON,
    ROBERTSON_EARLY,
    STIFF,
    VAN_DER_POL,
    Problem,
)
from tests.engine.truth import NOTHING, course

# The tolerance holds for a step. Where errors die out, as in a drug that is eliminated, the course
# is as good as its steps, and 20 allows for the few that weigh most; where they do not, as along a
# cycle, they add up over the steps: two orders of magnitude.
DIE_OUT, ADD_UP = 20, 100
PUBLISHED = [ROBERTSON, HIRES, VAN_DER_POL]
by_name = lambda p: f"{p.name}-{p.end:g}" if isinstance(p, Problem) else None  # noqa: E731


def test_every_method_is_tested() -> None:
    assert set(METHODS) == set(get_args(get_type_hints(solve)["method"]))


@pytest.mark.parametrize("problem", PUBLISHED, ids=by_name)
def test_the_declared_equations_have_the_published_end(problem: Problem) -> None:
    """The laws are those of the literature: scipy's Radau on them ends where it says."""
    found = course(problem.model, NOTHING, [problem.end], [], rtol=1e-10, method="Radau")
    assert problem.error(found.final, problem.answer) < 1e-9


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("problem", PUBLISHED, ids=by_name)
@pytest.mark.parametrize("method", STIFF)
def test_stiff_problems_end_as_published(method: str, problem: Problem, rtol: float) -> None:
    found = problem.solve(method, rtol).raise_failures()
    assert problem.error(found.final, problem.answer) < DIE_OUT * rtol


@pytest.mark.parametrize("method", [m for m in STIFF if m in ENGINES])
@pytest.mark.parametrize("problem", PUBLISHED, ids=by_name)
def test_stiff_problems_take_few_steps(method: str, problem: Problem) -> None:
    """An explicit method would need some 1e5 (HIRES 2e4) steps to stay stable; accuracy, a few."""
    assert problem.solve(method, 1e-6).raise_failures().steps[0] < 2000


@pytest.mark.parametrize("method", STIFF)
def test_robertson_on_the_way(method: str) -> None:
    expected = course(ROBERTSON.model, NOTHING, [1e4], [], rtol=1e-11, method="Radau")
    found = ROBERTSON_EARLY.solve(method, 1e-6).raise_failures()
    assert ROBERTSON.error(found.final, expected.final) < DIE_OUT * 1e-6
    assert sum(found.final[id][0] for id in ("y1", "y2", "y3")) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("method", METHODS)
def test_hires_by_every_method(method: str, rtol: float) -> None:
    """Just stiff enough that an explicit method is slow, and still right."""
    found = HIRES.solve(method, rtol).raise_failures()
    assert HIRES.error(found.final, HIRES.answer) < DIE_OUT * rtol


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("method", METHODS)
def test_a_mild_oscillator(method: str, rtol: float) -> None:
    """States below zero stay below zero where they are declared to."""
    own = MILD.parameters
    expected = course(MILD.model, NOTHING, [MILD.end], [], values=own, rtol=1e-12)
    assert min(expected.final.values()) < -0.1
    found = MILD.solve(method, rtol).raise_failures()
    assert MILD.error(found.final, expected.final) < ADD_UP * rtol


def test_the_case_has_its_events() -> None:
    given = drug.events()
    assert 2 * len(given.pulses) + len(given.jumps) == 150


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-9])
@pytest.mark.parametrize("method", METHODS)
def test_150_events_in_closed_form(method: str, rtol: float) -> None:
    expected = drug.exact(drug.TIMES)
    found = solve(
        DRUG.model, drug.events(), drug.TIMES, drug.OUTPUTS, t0=0.0, rtol=rtol, method=method
    ).raise_failures()
    for j, id in enumerate(drug.LINEAR):
        size = np.abs(expected[:, j]) + 1e-3 * DRUG.model.states[id].scale
        assert np.max(np.abs(found[f"{id}_t"][0] - expected[:, j]) / size) < DIE_OUT * rtol, id


@pytest.mark.parametrize("rtol", [1e-6, 1e-9])
@pytest.mark.parametrize("method", METHODS)
def test_150_events_with_the_turnover(method: str, rtol: float) -> None:
    expected = course(DRUG.model, drug.events(), drug.TIMES, ["response_t"])
    assert np.ptp(expected.values["response_t"]) > 0.3
    found = solve(
        DRUG.model, drug.events(), drug.TIMES, drug.OUTPUTS, t0=0.0, rtol=rtol, method=method
    )
    np.testing.assert_allclose(
        found["response_t"][0], expected.values["response_t"], rtol=DIE_OUT * rtol
    )


@pytest.mark.parametrize("shift", [-1e-10, 0.0, 1e-10])
@pytest.mark.parametrize("method", METHODS)
def test_an_event_as_good_as_at_a_switch_counts_once(method: str, shift: float) -> None:
    """A jump within the rounding of another event is neither lost nor given twice."""
    pulses = drug.events().pulses[:1]
    jumps = (Jump(20.0, "depot", 100.0), Jump(20.0 + shift, "depot", 50.0))
    given = Schedule(pulses, jumps=tuple(sorted(jumps, key=lambda j: j.time)))
    found = solve(DRUG.model, given, [20.5], drug.OUTPUTS, t0=0.0, rtol=1e-8, method=method)
    k_a = DRUG.model.parameters["k_a"].default
    assert found["depot_t"][0, 0] == pytest.approx(150.0 * np.exp(-0.5 * k_a), rel=1e-6)
