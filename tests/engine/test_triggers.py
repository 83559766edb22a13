"""When triggers fire: against closed forms, for every direction, and not when they must not."""

import numpy as np
import pytest
from scipy.stats import kstest

from diapedesis.simulate import Jump, Pulse, Schedule, Trigger
from tests.engine.triggering import (
    AGEING,
    CLOSE,
    END,
    H_0,
    RTOL,
    START,
    K,
    N,
    falls_to,
    happens,
    methods,
    run,
    thresholds,
)


@methods
@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-9])
def test_decay_to_a_level(method: str, rtol: float) -> None:
    """Day ln(start / limit) / k; an error of a hundred tolerances moves it by that over k."""
    k, limit = np.geomspace(0.1, 2.0, N), np.geomspace(7.0, 0.05, N)
    found = run(method, falls_to(1.0), parameters={"k": k, "limit": limit}, rtol=rtol)
    expected = np.log(START / limit) / k
    assert np.all(expected < END)
    assert np.all(np.abs(found.events["low"] - expected) < 100 * rtol / k)
    assert found.events["low"].shape == (N,)


@methods
def test_what_is_not_reached_does_not_fire(method: str) -> None:
    """NaN, a count of 0, and the course as without a trigger."""
    k = np.array([0.25, 0.01, 0.25])
    found = run(method, falls_to(1.0, once=False), parameters={"k": k}, times=[30.0, 60.0])
    assert np.array_equal(np.isnan(found.events["low"]), [False, True, False])
    assert list(found.event_counts["low"]) == [1, 0, 1]
    expected = START * np.exp(-np.outer(k, [30.0, 60.0]))
    np.testing.assert_allclose(found["level"], expected, rtol=100 * RTOL, atol=1e-9)


@methods
def test_an_event_after_the_end_is_not_told(method: str) -> None:
    day = np.log(START / 1.0) / K
    assert np.isnan(run(method, falls_to(1.0), t1=day - 1e-3).events["low"][0])
    assert run(method, falls_to(1.0), t1=day + 1e-3).events["low"][0] == pytest.approx(day)


@methods
def test_a_constant_hazard(method: str) -> None:
    own = {"ageing": 0.0, "h_0": 0.1, "threshold": thresholds(N)}
    found = run(method, happens(), parameters=own, t1=100.0)
    np.testing.assert_allclose(found.events["event"], own["threshold"] / 0.1, atol=CLOSE)


@methods
def test_a_hazard_that_grows(method: str) -> None:
    """Gompertz: the threshold E is reached on day ln(1 + b E / a) / b."""
    own = {"threshold": thresholds(N)}
    found = run(method, happens(), parameters=own, t1=100.0)
    expected = np.log1p(AGEING * own["threshold"] / H_0) / AGEING
    np.testing.assert_allclose(found.events["event"], expected, atol=CLOSE)


@methods
def test_a_hazard_that_is_switched(method: str) -> None:
    """0.05 a day at first, 0.4 from day 5 to day 8, then 0.05 again."""
    own = {"ageing": 0.0, "h_0": 0.05, "threshold": thresholds(N)}
    plan = Schedule(pulses=(Pulse("more", 5.0, 8.0, 0.35),))
    found = run(method, happens(), parameters=own, plan=plan, t1=200.0)
    e = own["threshold"]
    expected = np.where(
        e < 0.25, e / 0.05, np.where(e < 1.45, 5 + (e - 0.25) / 0.4, 8 + (e - 1.45) / 0.05)
    )
    assert np.unique(np.digitize(expected, [5.0, 8.0])).size == 3
    np.testing.assert_allclose(found.events["event"], expected, atol=CLOSE)


@methods
def test_events_are_distributed_as_their_hazard_says(method: str) -> None:
    """2000 subjects, at the usual tolerance, against the Gompertz distribution."""
    own = {"threshold": thresholds(2000)}
    found = run(method, happens(), parameters=own, t1=200.0, rtol=1e-6)
    cdf = lambda t: -np.expm1(-H_0 / AGEING * np.expm1(AGEING * t))  # noqa: E731
    assert kstest(found.events["event"], cdf).pvalue > 0.05


@methods
def test_survivors_are_as_many_as_the_hazard_says(method: str) -> None:
    """Those without an event by day 20 are those whose threshold is above its integral then."""
    own = {"threshold": thresholds(500, seed=2)}
    found = run(method, happens(), parameters=own, t1=20.0)
    at_end = H_0 / AGEING * np.expm1(AGEING * 20.0)
    assert np.array_equal(np.isnan(found.events["event"]), own["threshold"] > at_end)


@methods
@pytest.mark.parametrize(
    ("direction", "first", "count"),
    [("up", 1.5 * np.pi, 10), ("down", 0.5 * np.pi, 10), ("both", 0.5 * np.pi, 20)],
)
def test_directions(method: str, direction: str, first: float, count: int) -> None:
    """A cosine passes 0 downwards at pi/2, upwards at 3 pi/2, and so on for ten periods."""
    zero = Trigger("zero", lambda u: u, direction=direction, once=False)
    found = run(method, zero, t1=20 * np.pi)
    assert found.events["zero"][0] == pytest.approx(first, abs=CLOSE)
    assert found.event_counts["zero"][0] == count


@methods
def test_once_is_once(method: str) -> None:
    found = run(method, Trigger("zero", lambda u: u), t1=20 * np.pi)
    assert found.events["zero"][0] == pytest.approx(1.5 * np.pi, abs=CLOSE)
    assert found.event_counts["zero"][0] == 1


@methods
def test_above_from_the_start_is_no_event_until_it_comes_back(method: str) -> None:
    """cos t - 0.5 starts above 0, and comes back up at 5 pi / 3."""
    back = Trigger("back", lambda u: u - 0.5)
    assert run(method, back).events["back"][0] == pytest.approx(5 * np.pi / 3, abs=CLOSE)
    assert np.isnan(run(method, back, t1=5.0).events["back"][0])


def level_of(id: str) -> Trigger:
    laws = {
        "first": lambda amount, at_first: at_first - amount,
        "second": lambda amount, at_second: at_second - amount,
        "third": lambda amount, at_third: at_third - amount,
    }
    return Trigger(id, laws[id], parameters={f"at_{id}": 1.0}, once=False)


@methods
@pytest.mark.parametrize("order", [("first", "second", "third"), ("third", "second", "first")])
def test_three_in_one_step(method: str, order: tuple[str, ...]) -> None:
    """A slow decay takes long steps; levels a thousandth apart lie in one."""
    limits = {"first": 1.0, "second": 0.999, "third": 0.998}
    own = {f"at_{id}": limit for id, limit in limits.items()}
    found = run(method, *(level_of(id) for id in order), parameters=own, rtol=1e-6)
    for id, limit in limits.items():
        assert found.events[id][0] == pytest.approx(np.log(START / limit) / K, abs=4e-4)
        assert found.event_counts[id][0] == 1
    assert found.events["first"][0] < found.events["second"][0] < found.events["third"][0]


@methods
def test_two_at_the_same_time(method: str) -> None:
    twins = [falls_to(1.0), Trigger("twin", lambda amount: 1.0 - amount, sets={"k": 0.0})]
    for pair in (twins, twins[::-1]):
        found = run(method, *pair, times=[50.0])
        day = np.log(START) / K
        for id in ("low", "twin"):
            assert found.events[id][0] == pytest.approx(day, abs=CLOSE)
        assert found["level"][0, 0] == pytest.approx(1.0, rel=1e-6)


@methods
def test_exactly_at_a_switch(method: str) -> None:
    """An amount that rises by 1 a day, from day 2 by 3 a day, reaches 2 on day 2."""
    plan = Schedule(pulses=(Pulse("rate", 0.0, 10.0, 1.0), Pulse("rate", 2.0, 10.0, 2.0)))
    up = Trigger("up", lambda amount: amount - 2.0, once=False)
    own = {"k": 0.0, "start": 0.0}
    found = run(method, up, plan=plan, parameters=own, times=[2.0, 3.0])
    assert found.events["up"][0] == pytest.approx(2.0, abs=CLOSE)
    assert found.event_counts["up"][0] == 1
    np.testing.assert_allclose(found["level"][0], [2.0, 5.0], rtol=100 * RTOL)


@methods
@pytest.mark.parametrize("first", [0.0, 1.0])
def test_a_dose_across_the_level(method: str, first: float) -> None:
    """A jump of the state is an event too, on its day."""
    plan = Schedule(jumps=(Jump(4.0, "amount", 5.0), Jump(9.0, "amount", 5.0)))
    up = Trigger("up", lambda amount: amount - 3.0, once=False)
    found = run(method, up, plan=plan, parameters={"start": first, "k": 1.0})
    assert found.events["up"][0] == pytest.approx(4.0, abs=CLOSE)
    assert found.event_counts["up"][0] == 2


@methods
def test_a_touch_is_a_passage_or_none_but_never_two(method: str) -> None:
    """cos t - 1 reaches 0 from below at each full turn and goes back."""
    touch = Trigger("touch", lambda u: u - 1.0, once=False)
    found = run(method, touch, t1=7.0 * np.pi, rtol=1e-6)
    assert found.event_counts["touch"][0] <= 3


FAR = 1e6
STILL = {
    "a few roundings": Trigger("never", lambda amount, far: amount - far, parameters={"far": FAR}),
    "flat": Trigger(
        "never", lambda cumulative_hazard, far: cumulative_hazard - far, parameters={"far": 3.0}
    ),
    "nothing": Trigger("never", lambda clock: clock - 1.0),
}


@methods
@pytest.mark.parametrize("still", list(STILL))
def test_a_trigger_that_moves_only_by_rounding_costs_no_steps(method: str, still: str) -> None:
    """What moves by units in the last place bends at random; that must not be followed."""
    own = {"h_0": 1e-17, "ageing": 0.0, "pace": 0.0, "start": 4 * np.spacing(FAR)}
    plain, found = (
        run(method, *triggers, parameters=own, t1=4 * END, rtol=1e-6)
        for triggers in ((), (STILL[still],))
    )
    assert np.isnan(found.events["never"][0])
    assert found.steps[0] <= 2 * plain.steps[0]
