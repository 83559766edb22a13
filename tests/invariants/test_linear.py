"""What must be true of any linear disposition, and what time may not matter for."""

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.simulate import Immunoadsorption, Infusion, Injection, Plex, Protocol
from tests.kit import LINEAR, OUTPUTS, course

TIMES = np.array([3.0, 12.0, 30.1, 31.0, 60.0, 100.0])
DOSES = (Infusion(0.0, 300.0), Infusion(20.0, 150.0, 0.5), Injection(29.0, 300.0))
SESSIONS = (Plex(30.0, plasma_volumes=1.5), Immunoadsorption(40.0, plasma_volumes=2.0))
RTOL = 1e-10
AGREE = {"rtol": 1e-8, "atol": 1e-9}


def levels(protocol: Protocol, **parameters: float) -> np.ndarray:
    return course(protocol, TIMES, parameters=parameters, t0=0.0, rtol=RTOL)["c"][0]


def test_superposition() -> None:
    together = levels(Protocol(DOSES, SESSIONS), **LINEAR)
    alone = [levels(Protocol((dose,), SESSIONS), **LINEAR) for dose in DOSES]
    np.testing.assert_allclose(together, sum(alone), **AGREE)


def test_saturable_elimination_is_not_additive() -> None:
    together = levels(Protocol(DOSES, SESSIONS))
    alone = sum(levels(Protocol((dose,), SESSIONS)) for dose in DOSES)
    assert np.all(together[2:] > 1.02 * alone[2:])  # from the second infusion on


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_a_multiple_of_all_doses_gives_that_multiple(factor: float) -> None:
    scaled = tuple(replace(d, amount=factor * d.amount) for d in DOSES)
    once = levels(Protocol(DOSES, SESSIONS), **LINEAR)
    np.testing.assert_allclose(levels(Protocol(scaled, SESSIONS), **LINEAR), factor * once, **AGREE)


def test_an_infusion_in_two_parts_is_the_same() -> None:
    whole = Protocol((Infusion(0.0, 300.0, 0.5),), SESSIONS)
    parts = Protocol((Infusion(0.0, 120.0, 0.2), Infusion(0.2, 180.0, 0.3)), SESSIONS)
    np.testing.assert_allclose(levels(parts), levels(whole), **AGREE)


def test_infusions_at_once_add_up() -> None:
    whole = Protocol((Infusion(0.0, 300.0),), SESSIONS)
    parts = Protocol((Infusion(0.0, 100.0), Infusion(0.0, 200.0)), SESSIONS)
    np.testing.assert_allclose(levels(parts), levels(whole), **AGREE)


@pytest.mark.parametrize("shift", [-400.0, -30.1, 0.37, 12345.0])
def test_only_differences_of_days_matter(shift: float) -> None:
    given = Protocol(DOSES, SESSIONS)
    later = Protocol(
        tuple(replace(d, time=d.time + shift) for d in DOSES),
        tuple(replace(s, time=s.time + shift) for s in SESSIONS),
    )
    first = course(given, TIMES, rtol=RTOL)
    second = course(later, TIMES + shift, rtol=RTOL)
    for output in OUTPUTS:  # days near 12 345 are known to 2e-12: 1e-9 of a one-hour infusion
        np.testing.assert_allclose(second[output], first[output], rtol=1e-7, atol=1e-9)


def test_a_zero_dose_changes_nothing() -> None:
    given = Protocol(DOSES, SESSIONS)
    more = given.with_doses([Infusion(50.0, 0.0), Injection(51.0, 0.0)])
    first, second = course(given, TIMES, rtol=RTOL), course(more, TIMES, rtol=RTOL)
    for output in OUTPUTS:  # its edges only place the steps elsewhere
        np.testing.assert_allclose(second[output], first[output], **AGREE)


def test_one_more_output_time_changes_nothing() -> None:
    given = Protocol(DOSES, SESSIONS)
    dense = np.union1d(TIMES, np.linspace(0.0, 100.0, 57))
    few, many = course(given, TIMES), course(given, dense)
    for output in OUTPUTS:
        assert np.array_equal(few[output], many[output][:, np.isin(dense, TIMES)])


def test_a_longer_course_begins_the_same() -> None:
    given = Protocol(DOSES, SESSIONS)
    long = course(given, TIMES, t1=200.0, rtol=RTOL)
    np.testing.assert_allclose(long["c"], course(given, TIMES, rtol=RTOL)["c"], **AGREE)


@pytest.mark.parametrize("day", [0.0, 25.0, 29.0, 30.0, 30.05, 40.0])
def test_going_on_from_a_final_state_is_the_same(day: float) -> None:
    given = Protocol(DOSES, SESSIONS)
    first = course(given, [], t0=0.0, t1=day, rtol=RTOL)
    later = TIMES[day < TIMES]
    on = course(given, later, t0=day, initial=first.final, rtol=RTOL)
    whole = course(given, later, t0=0.0, rtol=RTOL)
    for output in OUTPUTS:
        np.testing.assert_allclose(on[output], whole[output], **AGREE)
