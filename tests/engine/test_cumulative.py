"""Integrals of outputs over time: closed forms, order, and that asking for them changes nothing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.core import Mechanism, Model
from diapedesis.simulate import Jump, Pulse, Schedule, Solution, solve
from tests.engine import drug, timers
from tests.engine.problems import DRUG, ENGINES, METHODS

Array = NDArray[np.float64]
MODEL = Model("timers", [Mechanism.of(timers)])
TIMES = np.array([0.0, 0.3, 1.0, 4.0, 9.5, 20.0, 40.0])
START, K, H_0, AGEING = 8.0, 0.25, 0.02, 0.1
RTOL = 1e-8
ADD_UP = 100
"""As for the courses themselves: two orders of magnitude above the tolerance of a step."""
INTEGRALS = ("cumulative_level", "cumulative_square", "cumulative_hazard", "cumulative_cosine")
methods = pytest.mark.parametrize("method", METHODS)


def run(method: str, plan: Schedule = Schedule(), times=TIMES, **options) -> Solution:  # noqa: B008
    outputs = options.pop("outputs", INTEGRALS)
    chosen = {"t0": 0.0, "rtol": RTOL, "method": method} | options
    return solve(MODEL, plan, times, outputs, **chosen).raise_failures()


def near(found: Array, expected: Array, rtol: float = RTOL) -> None:
    size = max(1.0, float(np.max(np.abs(expected))))
    np.testing.assert_allclose(found, expected, rtol=0, atol=ADD_UP * rtol * size)


@methods
@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-9])
def test_integrals_in_closed_form(method: str, rtol: float) -> None:
    found = run(method, rtol=rtol)
    near(found["cumulative_level"][0], START * -np.expm1(-K * TIMES) / K, rtol)
    near(found["cumulative_square"][0], START**2 * -np.expm1(-2 * K * TIMES) / (2 * K), rtol)
    near(found["cumulative_hazard"][0], H_0 * np.expm1(AGEING * TIMES) / AGEING, rtol)
    near(found["cumulative_cosine"][0], np.sin(TIMES), rtol)


@methods
def test_through_infusions_doses_and_switches(method: str) -> None:
    """What went in, less what is there, was eliminated: k times the integral of the amount."""
    plan = Schedule(
        pulses=(Pulse("rate", 2.0, 2.5, 40.0), Pulse("more", 3.0, 7.0, 0.5)),
        jumps=(Jump(6.0, "amount", 12.0), Jump(21.0, "amount", 5.0)),
    )
    found = run(method, plan, outputs=("level", "cumulative_level", "cumulative_hazard"))
    given = START + 40.0 * np.clip(TIMES - 2.0, 0.0, 0.5) + 12.0 * (TIMES > 6) + 5.0 * (TIMES > 21)
    near(K * found["cumulative_level"][0], given - found["level"][0])
    more = 0.5 * np.clip(TIMES - 3.0, 0.0, 4.0)
    near(found["cumulative_hazard"][0], H_0 * np.expm1(AGEING * TIMES) / AGEING + more)


@methods
def test_the_area_under_the_level_is_dose_over_clearance(method: str) -> None:
    end = [3000.0]
    plan = Schedule(
        pulses=(Pulse("rate", 0.0, 1 / 24, 300.0 * 24),), jumps=(Jump(5.0, "depot", 150.0),)
    )
    found = solve(DRUG.model, plan, end, ["cumulative_level"], t0=0.0, rtol=RTOL, method=method)
    area = 450.0 / DRUG.model.parameters["cl"].default
    assert found["cumulative_level"][0, 0] == pytest.approx(area, rel=ADD_UP * RTOL)


@methods
def test_an_integral_starts_where_the_course_does(method: str) -> None:
    first = run(method, times=[4.0], t1=4.0, outputs=(*INTEGRALS, "level", "hazard", "cosine"))
    later = TIMES[TIMES >= 4.0]
    on = run(method, times=later, t0=4.0, initial=first.final)
    whole = run(method)
    for id in INTEGRALS:
        assert on[id][0, 0] == 0.0
        near(first[id][0, 0] + on[id][0], whole[id][0, TIMES >= 4.0])


@pytest.mark.parametrize("method", ENGINES)
def test_its_error_falls_with_the_tolerance(method: str) -> None:
    """As fast as the course's own, but for the loose end, where 150 events set the steps."""
    tolerances = np.array([1e-7, 1e-8, 1e-9, 1e-10])
    exact = drug.exact(drug.TIMES)[:, drug.AREA]
    errors = []
    for rtol in tolerances:
        own = {"t0": 0.0, "rtol": rtol, "method": method}
        found = solve(DRUG.model, drug.events(), drug.TIMES, ["cumulative_level"], **own)
        errors.append(float(np.max(np.abs(found["cumulative_level"][0] / exact - 1))))
    assert errors[0] < ADD_UP * tolerances[0]
    assert np.all(np.diff(errors) < 0)
    slope = np.polyfit(np.log(tolerances), np.log(errors), 1)[0]
    assert 0.7 < slope < 1.6


@pytest.mark.parametrize("method", ENGINES)
def test_asking_for_integrals_changes_no_bit(method: str) -> None:
    """They are summed beside the course and choose none of its steps."""
    plain = ("level", "square", "hazard", "cosine")
    without, with_them = run(method, outputs=plain), run(method, outputs=(*plain, *INTEGRALS))
    for id in plain:
        assert np.array_equal(with_them[id], without[id]), id
    assert np.array_equal(with_them.steps, without.steps)


@pytest.mark.parametrize("method", ENGINES)
def test_more_output_times_change_no_bit(method: str) -> None:
    dense = np.union1d(TIMES, np.linspace(0.0, 40.0, 83))
    few, many = run(method), run(method, times=dense)
    for id in INTEGRALS:
        assert np.array_equal(few[id], many[id][:, np.isin(dense, TIMES)])


@pytest.mark.parametrize("method", ENGINES)
def test_an_integral_of_a_failed_subject_is_nan(method: str) -> None:
    k = np.array([0.25, np.nan, 0.5])
    options = {"parameters": {"k": k}, "t0": 0.0, "rtol": RTOL, "method": method}
    found = solve(MODEL, Schedule(), TIMES, INTEGRALS, **options)
    assert np.all(np.isnan(found["cumulative_level"][1]))
    for i in (0, 2):
        near(found["cumulative_level"][i], START * -np.expm1(-k[i] * TIMES) / k[i])


@methods
def test_unknown_integrals_are_refused(method: str) -> None:
    for id in ("cumulative_", "cumulative_amounts", "cumulative_cumulative_level"):
        with pytest.raises(ValueError, match="outputs: found"):
            solve(MODEL, Schedule(), TIMES, [id], method=method)
