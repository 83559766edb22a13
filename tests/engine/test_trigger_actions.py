"""What triggers do: set states and parameters, give a protocol, look on days, end a subject."""

import numpy as np
import pytest

from diapedesis.simulate import Jump, Pulse, Schedule, Solution, Trigger, solve
from tests.engine.problems import FORMULAS
from tests.engine.triggering import (
    AGREE,
    CLOSE,
    DAY,
    END,
    LIMIT,
    MODEL,
    RTOL,
    START,
    TIMES,
    K,
    falls_to,
    happens,
    methods,
    run,
    thresholds,
)


@methods
def test_reset_makes_it_periodic(method: str) -> None:
    """It decays to the limit, is set back, decays again: a sawtooth of period ln(start/limit)/k."""
    limits = np.array([1.0, 2.0, 4.0, 7.5])
    trigger = falls_to(1.0, sets={"amount": START}, once=False)
    found = run(method, trigger, times=TIMES, parameters={"limit": limits})
    period = np.log(START / limits) / K
    np.testing.assert_allclose(found.events["low"], period, atol=CLOSE)
    assert np.array_equal(found.event_counts["low"], np.floor(END / period))
    expected = START * np.exp(-K * (TIMES % period[:, None]))
    np.testing.assert_allclose(found["level"], expected, rtol=1e-5)  # errors of up to 200 events


@methods
@pytest.mark.parametrize("value", [5.0, "top", "start", lambda amount, top: amount + top - LIMIT])
def test_a_state_is_set_to_a_number_an_id_or_a_law(method: str, value) -> None:
    trigger = Trigger(
        "low",
        lambda amount, limit: limit - amount,
        sets={"amount": value},
        parameters={"limit": LIMIT, "top": 5.0},
    )
    found = run(method, trigger, times=[20.0])
    height = START if value == "start" else 5.0
    expected = height * np.exp(-K * (20.0 - DAY))
    np.testing.assert_allclose(found["level"][0], expected, **AGREE)


@methods
def test_all_are_worked_out_before_any_is_set(method: str) -> None:
    """Cosine and sine change places at pi / 2: the circle goes on from (1, 0)."""
    zero = Trigger("zero", lambda u: u, direction="down", sets={"u": "w", "w": "u"})
    found = run(method, zero, times=TIMES)
    expected = np.where(np.pi / 2 < TIMES, np.cos(TIMES - np.pi / 2), np.cos(TIMES))
    np.testing.assert_allclose(found["cosine"][0], expected, rtol=0, atol=1e-6)


@methods
def test_a_parameter_is_set(method: str) -> None:
    """Elimination stops, doubles, or stays; for that subject, that time."""
    after = np.array([0.0, 2 * K, K])
    own = {"limit": LIMIT, "later": 0.0}
    trigger = Trigger(
        "low", lambda amount, limit: limit - amount, sets={"k": "later"}, parameters=own
    )
    for _ in range(2):  # the second time as the first
        found = run(method, trigger, times=TIMES, parameters={"later": after})
        late = LIMIT * np.exp(-after[:, None] * (TIMES - DAY))
        expected = np.where(TIMES > DAY, late, START * np.exp(-K * TIMES))
        np.testing.assert_allclose(found["level"], expected, **AGREE)


@methods
def test_a_protocol_follows(method: str) -> None:
    """A dose two days after each subject's own event, and an infusion from the event on."""
    limits = np.array([6.0, 2.0, 0.5])
    then = Schedule(pulses=(Pulse("rate", 0.0, 1.0, 3.0),), jumps=(Jump(2.0, "amount", 5.0),))
    found = run(method, falls_to(1.0, then=then), times=TIMES, parameters={"limit": limits})
    since = TIMES - (np.log(START / limits) / K)[:, None]
    during = np.clip(since, 0.0, 1.0)
    infused = 3.0 / K * (1 - np.exp(-K * during)) * np.exp(-K * np.clip(since - 1.0, 0.0, None))
    dosed = np.where(since > 2.0, 5.0 * np.exp(-K * np.clip(since - 2.0, 0.0, None)), 0.0)
    expected = START * np.exp(-K * TIMES) + infused + dosed
    np.testing.assert_allclose(found["level"], expected, **AGREE)


@methods
def test_a_protocol_that_follows_takes_over(method: str) -> None:
    """What was planned for later is not given any more; what was given before counts."""
    plan = Schedule(jumps=(Jump(1.0, "amount", 4.0), Jump(30.0, "amount", 100.0)))
    then = Schedule(jumps=(Jump(2.0, "amount", 5.0),))
    found = run(method, falls_to(LIMIT, then=then), plan=plan, times=[25.0, 60.0])
    top = START + 4.0 * np.exp(K * 1.0)  # as if all had been given on day 0
    day = np.log(top / LIMIT) / K
    t = np.array([25.0, 60.0])
    expected = top * np.exp(-K * t) + 5.0 * np.exp(-K * (t - day - 2.0))
    assert found.events["low"][0] == pytest.approx(day, abs=CLOSE)
    np.testing.assert_allclose(found["level"][0], expected, **AGREE)


@methods
def test_without_a_protocol_the_old_one_goes_on(method: str) -> None:
    plan = Schedule(jumps=(Jump(30.0, "amount", 100.0),))
    found = run(method, falls_to(LIMIT), plan=plan, times=[60.0])
    expected = START * np.exp(-K * 60.0) + 100.0 * np.exp(-K * 30.0)
    np.testing.assert_allclose(found["level"][0], expected, **AGREE)


@methods
def test_a_dose_whenever_it_is_low(method: str) -> None:
    """A protocol that follows each time: a dose half a day after the level fell to the limit."""
    then = Schedule(jumps=(Jump(0.5, "amount", 6.0),))
    found = run(method, falls_to(LIMIT, then=then, once=False), t1=40.0)
    bottom = LIMIT * np.exp(-K * 0.5)
    again = 0.5 + np.log((bottom + 6.0) / LIMIT) / K
    assert found.events["low"][0] == pytest.approx(DAY, abs=CLOSE)
    assert found.event_counts["low"][0] == 1 + np.floor((40.0 - DAY) / again)


@pytest.mark.parametrize("method", FORMULAS)
def test_subjects_with_events_do_not_disturb_each_other(method: str) -> None:
    """In any order, by any number of threads, and alone: the same bits."""
    n = 43
    own = {"threshold": thresholds(n, seed=4), "limit": np.geomspace(7.0, 0.1, n)}
    triggers = (happens(), falls_to(1.0, sets={"amount": START}, once=False))
    order = np.random.default_rng(5).permutation(n)
    straight = run(method, *triggers, times=TIMES, parameters=own, threads=1)
    mixed = {id: v[order] for id, v in own.items()}
    same_bits(run(method, *triggers, times=TIMES, parameters=mixed), straight, order)
    same_bits(run(method, *triggers, times=TIMES, parameters=own, threads=7), straight)
    for i in (0, 20, 42):
        one = {id: v[i : i + 1] for id, v in own.items()}
        same_bits(run(method, *triggers, times=TIMES, parameters=one), straight, slice(i, i + 1))


def same_bits(found: Solution, expected: Solution, who=slice(None)) -> None:
    for id in expected.values:
        assert np.array_equal(found[id], expected[id][who]), id
    for id in expected.events:
        assert np.array_equal(found.events[id], expected.events[id][who], equal_nan=True), id
        assert np.array_equal(found.event_counts[id], expected.event_counts[id][who]), id


@methods
def test_a_failed_subject_has_no_event(method: str) -> None:
    k = np.array([K, np.nan, 2 * K])
    found = solve(
        MODEL, Schedule(), TIMES, ["level"], triggers=[falls_to(LIMIT)], parameters={"k": k},
        t0=0.0, rtol=RTOL, method=method,
    )  # fmt: skip
    assert found.status[1] != 0
    expected = np.log(START / LIMIT) / k
    np.testing.assert_allclose(found.events["low"], expected, atol=CLOSE)


@methods
def test_events_that_crowd_end_at_the_step_limit(method: str) -> None:
    """Each reset is a hair above the limit: more events than anyone waits for."""
    crowd = falls_to(LIMIT, sets={"amount": LIMIT * (1 + 1e-9)}, once=False)
    options = {"t0": 0.0, "t1": END, "max_steps": 5000, "method": method}
    found = solve(MODEL, Schedule(), [END], ["level"], triggers=[crowd], **options)
    assert found.status[0] == 1
    assert found.steps[0] <= 5000


@methods
def test_an_integral_goes_on_through_an_event(method: str) -> None:
    """What is eliminated is what was there, and what the reset brought, less what is left."""
    found = run(
        method,
        falls_to(LIMIT, sets={"amount": START}),
        times=[END],
        outputs=("level", "cumulative_level"),
    )
    brought = START + (START - LIMIT)
    eliminated = brought - found["level"][0, 0]
    assert K * found["cumulative_level"][0, 0] == pytest.approx(eliminated, rel=1e-6)
