"""From a reset on nothing is left of what was given before, in the body or on its way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.exchange.sbml import to_sbml
from diapedesis.exchange.text_data import to_data_set
from diapedesis.infer.fit import fit
from diapedesis.models import pkpd
from diapedesis.observe import Level, Subject
from diapedesis.plan.outlook import Outlook
from diapedesis.simulate import Infusion, Injection, Plex, Protocol, ProtocolError, solve
from tests.kit import course

NOISE = 1e-5  # ten times the solver's relative tolerance
TRACE = 5e-6  # mg/L; the solver's absolute tolerance is 1e-9 of 100 mg, in some steps
BEFORE = Protocol.every(28, n=3, weight=64)
AFTER = (Infusion(60.0, 300.0), Injection(70.0, 300.0))
DAYS = np.array([60.5, 65.0, 70.3, 74.0, 90.0])


def test_the_course_after_a_reset_is_that_of_a_fresh_one() -> None:
    both = course(replace(BEFORE.with_doses(AFTER), resets=(60.0,)), DAYS)
    fresh = course(replace(BEFORE, doses=AFTER), DAYS)
    np.testing.assert_allclose(both["c"], fresh["c"], rtol=NOISE)


def test_before_a_reset_the_course_is_as_without_it() -> None:
    days = [20.0, 56.5, 60.0]  # at the reset: the value just before it
    cut = course(replace(BEFORE, resets=(60.0,)), days)["c"]
    np.testing.assert_allclose(cut, course(BEFORE, days)["c"], rtol=NOISE)


def test_nothing_is_left_and_nothing_more_arrives() -> None:
    given = Protocol((Infusion(0.0, 300.0, 1.0), Injection(0.45, 300.0)), resets=(0.5,))
    assert course(given, [0.5])["c"][0, 0] > 20.0
    np.testing.assert_array_equal(course(given, [0.500001, 0.7, 2.0, 30.0])["c"], 0.0)


def test_an_infusion_is_cut_and_one_at_the_reset_is_not() -> None:
    given = Protocol((Infusion(0.0, 300.0, 2.0), Infusion(1.0, 100.0, 1.0)), resets=(1.0,))
    alone = Protocol((Infusion(1.0, 100.0, 1.0),))
    days = [1.5, 2.0, 3.0]
    np.testing.assert_allclose(course(given, days)["c"], course(alone, days)["c"], rtol=NOISE)


def test_sessions_antibodies_and_the_target_go_on() -> None:
    plain = BEFORE.with_sessions([Plex(59.9, plasma_volumes=1.5, duration=0.3)])
    reset = replace(plain, resets=(60.0,))
    a, b = course(plain, [60.1, 75.0]), course(reset, [60.1, 75.0])
    np.testing.assert_allclose(a["igg"], b["igg"], rtol=NOISE)
    assert 0.0 < b["free_alpha4"][0, 0] < 1.0


def test_the_reference_solver_agrees() -> None:
    given = replace(BEFORE.with_doses(AFTER), resets=(30.02, 60.0))  # the first while none runs
    a = course(given, DAYS)["c"]
    np.testing.assert_allclose(a, course(given, DAYS, method="reference")["c"], rtol=NOISE)


@settings(max_examples=25)
@given(
    resets=st.lists(st.floats(0.0, 100.0), min_size=1, max_size=3),
    doses=st.lists(st.floats(0.0, 100.0), max_size=5),
    routes=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_only_what_follows_the_last_reset_counts(
    resets: list[float], doses: list[float], routes: list[bool]
) -> None:
    given = [
        Infusion(d, 300.0) if iv else Injection(d, 300.0)
        for d, iv in zip(doses, routes, strict=False)
    ]
    left = [d for d in given if d.time >= max(resets)]
    days = np.linspace(max(resets) + 0.01, 130.0, 9)
    tight = {"t0": 0.0, "rtol": 1e-9}  # errors of steps add up over a steep decline
    all_of_it = course(Protocol(tuple(given), resets=tuple(resets)), days, **tight)["c"]
    rest = course(Protocol(tuple(left)), days, **tight)["c"]
    np.testing.assert_allclose(all_of_it, rest, rtol=NOISE, atol=TRACE)


@pytest.mark.parametrize("start", [60.0, 61.0, 75.0])
def test_an_outlook_from_a_day_on_is_the_whole_course(start: float) -> None:
    doses = (*BEFORE.doses, Infusion(59.5, 300.0, 1.0), Injection(59.99, 300.0))
    subject = Subject(Protocol(doses, resets=(60.0,)), (Level(28.0, 25.0),), height=1.7)
    fitted = fit(subject, n_draws=100)
    days = [start + 0.2, start + 1.0, start + 20.0]
    further = [Infusion(start + 0.5, 300.0)]
    ahead = Outlook.of(fitted, start).course(days, doses=further, rtol=1e-8)
    whole = solve(
        pkpd(),
        subject.protocol.with_doses(further),
        days,
        parameters=fitted.draws,
        inputs=fitted.inputs,
        rtol=1e-8,
    )
    np.testing.assert_allclose(ahead["c"], whole["c"], rtol=NOISE, atol=TRACE)


def test_an_outlook_before_a_reset_is_refused() -> None:
    subject = Subject(replace(BEFORE, resets=(60.0,)))
    with pytest.raises(ValueError, match="reset"):
        Outlook.of(fit(subject, n_draws=100), 58.0)


def test_resets_are_in_order_and_end_the_protocol() -> None:
    given = replace(BEFORE, resets=(80.0, 60.0))
    assert given.resets == (60.0, 80.0)
    assert given.end == 80.0
    with pytest.raises(ProtocolError, match="resets: found inf"):
        Protocol(resets=(float("inf"),))


def test_sbml_refuses_resets() -> None:
    with pytest.raises(ValueError, match="resets: found 1, expected none in SBML"):
        to_sbml(pkpd(), replace(BEFORE, resets=(60.0,)))


def test_data_sets_of_other_programs_refuse_resets() -> None:
    with pytest.raises(ValueError, match="resets of 'subject': found some"):
        to_data_set(pkpd(), Subject(replace(BEFORE, resets=(60.0,))), "nonmem")
