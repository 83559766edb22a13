"""Triggers that look on days only, and triggers that end a subject."""

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.simulate import Jump, Pulse, Schedule, Trigger
from tests.engine.triggering import (
    AGREE,
    CLOSE,
    END,
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
def test_scans_see_only_their_days(method: str) -> None:
    """A level that rises to rate / k: the first scan above the limit, exactly on its day."""
    days, k = (3.0, 10.0, 17.5, 24.0, 50.0), np.array([0.05, 0.1, 0.18, 0.2, 0.4])
    plan = Schedule(pulses=(Pulse("rate", 0.0, END, 1.0),))
    scan = Trigger("seen", lambda amount: amount - 4.9, days=days)
    found = run(method, scan, plan=plan, parameters={"k": k, "start": 0.0})
    above = -np.expm1(-np.outer(k, days)) / k[:, None] > 4.9
    expected = np.where(above.any(axis=1), np.array(days)[above.argmax(axis=1)], np.nan)
    assert np.isnan(expected).sum() == 1
    assert np.unique(expected[np.isfinite(expected)]).size == 3
    assert np.array_equal(found.events["seen"], expected, equal_nan=True)


@methods
def test_a_scan_misses_what_comes_and_goes_between(method: str) -> None:
    plan = Schedule(jumps=(Jump(11.0, "amount", 50.0),))
    days = {"days": (10.0, 40.0), "once": False}
    scan = Trigger("seen", lambda amount: amount - 10.0, **days)
    found = run(method, scan, Trigger("high", lambda amount: amount - 10.0), plan=plan)
    assert np.isnan(found.events["seen"][0])
    assert found.event_counts["seen"][0] == 0
    assert found.events["high"][0] == pytest.approx(11.0, abs=CLOSE)


@methods
def test_a_scan_may_find_it_again(method: str) -> None:
    """Above the limit on day 5 and 6, below on day 30: two findings, or one if once."""
    for once, count in ((False, 2), (True, 1)):
        scan = Trigger("seen", lambda amount: amount - 1.0, days=(5.0, 6.0, 30.0), once=once)
        found = run(method, scan)
        assert found.events["seen"][0] == 5.0
        assert found.event_counts["seen"][0] == count


@methods
def test_a_scan_acts_on_its_day(method: str) -> None:
    scan = Trigger("seen", lambda amount: amount - 1.0, days=(5.0,), sets={"amount": 0.0})
    found = run(method, scan, times=[4.999, 5.001, 20.0])
    assert found["level"][0, 0] == pytest.approx(START * np.exp(-K * 4.999), rel=1e-6)
    assert np.all(found["level"][0, 1:] == 0.0)


@methods
def test_an_end_is_the_end(method: str) -> None:
    """Outputs before it, NaN after it, the state there, and no failure."""
    limits = np.array([6.0, 2.0, 0.5, 1e-9])
    found = run(method, falls_to(1.0, ends=True), times=TIMES, parameters={"limit": limits})
    day = np.log(START / limits) / K
    lived = np.minimum(day, END)[:, None] >= TIMES
    np.testing.assert_allclose(
        found["level"][lived],
        np.broadcast_to(START * np.exp(-K * TIMES), lived.shape)[lived],
        **AGREE,
    )
    at_end = np.maximum(limits, START * np.exp(-K * END))
    np.testing.assert_allclose(found.final["amount"], at_end, **AGREE)
    assert np.all(found.status == 0)
    assert list(np.isnan(found.events["low"])) == [False, False, False, True]


@methods
def test_death_is_followed_by_nothing(method: str) -> None:
    """After an end no other trigger fires, and lives are as long as their hazard says."""
    death = replace(happens("death"), ends=True)
    own = {"threshold": thresholds(200, seed=3)}
    found = run(method, death, falls_to(1.0), parameters=own)
    day = np.log1p(0.1 * own["threshold"] / 0.02) / 0.1
    low = np.log(START / 1.0) / K
    expected = np.where(low < day, low, np.nan)
    np.testing.assert_allclose(found.events["low"], expected, atol=CLOSE)
    np.testing.assert_allclose(found.events["death"], np.where(day < END, day, np.nan), atol=CLOSE)


@methods
def test_the_day_of_an_event_reads_the_state_before_it(method: str) -> None:
    """Outputs on a scan's day are those just before what it does, as at a dose."""
    scan = Trigger("seen", lambda amount: amount - 1.0, days=(5.0,), sets={"amount": 0.0})
    found = run(method, scan, times=[5.0])
    assert found["level"][0, 0] == pytest.approx(START * np.exp(-K * 5.0), rel=1e-6)


@methods
def test_scan_days_stay_where_they_are_after_a_change_of_protocol(method: str) -> None:
    """Days of looking are days of the course; only the later protocol counts from the event."""
    plan = Schedule(pulses=(Pulse("rate", 0.0, END, 1.0),))
    change = Trigger(
        "change", lambda amount: amount - 2.0, then=Schedule(jumps=(Jump(1.0, "amount", 9.0),))
    )
    scan = Trigger("seen", lambda amount: amount - 8.0, days=(2.0, 6.0, 20.0))
    found = run(method, change, scan, plan=plan, parameters={"k": 0.1, "start": 0.0})
    assert 2.0 < found.events["change"][0] < 4.0
    assert found.events["seen"][0] == 6.0


@methods
def test_a_scan_on_the_last_day_counts_and_one_at_the_start_does_not(method: str) -> None:
    scan = Trigger("seen", lambda amount: amount + 1.0, days=(0.0, END), once=False)
    found = run(method, scan)
    assert found.events["seen"][0] == END
    assert found.event_counts["seen"][0] == 1
