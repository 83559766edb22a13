"""What must be true of any course: of the natalizumab model and of a usual drug, any protocol."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.simulate import (
    Infusion,
    Injection,
    Jump,
    Protocol,
    Pulse,
    Schedule,
    Solution,
    solve,
)
from tests.engine import infusions, ledger
from tests.engine.cases import (
    LAST,
    days,
    injected,
    later,
    protocols,
    removed,
    schedules,
)
from tests.engine.cases import infusions as some_infusions
from tests.engine.drug import LINEAR
from tests.engine.problems import DRUG, ENGINES, watched
from tests.engine.truth import course as truth
from tests.kit import OUTPUTS, course

RTOL = 1e-8
AGREE = 100 * RTOL
"""Two courses of one thing by different steps differ by the errors of both: add-ups of the
tolerance of a step, for which two orders of magnitude are ample (tests/engine/test_problems.py)."""
TIMES = np.array([0.0, 0.5, 3.0, 10.0, 21.3, 32.0, 47.7, 64.0, 80.0])
FEW = settings(max_examples=100)
STATES = tuple(f"{id}_t" for id in DRUG.model.states)
BOOKS = watched("books", infusions, ledger)


def same(a: Solution, b: Solution, agree: float = AGREE) -> None:
    """Compare two courses; errors are relative to the largest value, or to one unit."""
    for id in a.values:
        size = max(1.0, float(np.max(np.abs(b[id]))))
        np.testing.assert_allclose(a[id], b[id], rtol=0, atol=agree * size, err_msg=id)


def of_drug(method: str, plan: Schedule, times=TIMES, **options) -> Solution:
    chosen = {"t0": 0.0, "rtol": RTOL, "method": method} | options
    return solve(DRUG.model, plan, times, STATES, **chosen).raise_failures()


def of_natalizumab(method: str, plan: Protocol, times=TIMES, **options) -> Solution:
    return course(plan, times, **({"t0": 0.0, "rtol": RTOL, "method": method} | options))


methods = pytest.mark.parametrize("method", ENGINES)


@methods
@settings(max_examples=25)
@given(schedules())
def test_any_schedule_is_solved_as_by_scipy(method: str, plan: Schedule) -> None:
    expected = truth(DRUG.model, plan, TIMES, STATES, rtol=1e-11)
    found = of_drug(method, plan)
    for id in STATES:
        size = max(1.0, float(np.max(np.abs(expected.values[id]))))
        np.testing.assert_allclose(found[id][0], expected.values[id], rtol=0, atol=AGREE * size)


@methods
@FEW
@given(protocols, some_infusions, st.floats(0.05, 0.95))
def test_an_infusion_in_two_adjoining_parts(
    method: str, plan: Protocol, dose: Infusion, share: float
) -> None:
    first, second = share * dose.duration, (1 - share) * dose.duration
    parts = (
        Infusion(dose.time, share * dose.amount, first),
        Infusion(dose.time + first, (1 - share) * dose.amount, second),
    )
    whole = of_natalizumab(method, plan.with_doses([dose]))
    same(of_natalizumab(method, plan.with_doses(parts)), whole)


@methods
@FEW
@given(protocols, days(4000, -4000))
def test_only_differences_of_days_matter(method: str, plan: Protocol, shift: float) -> None:
    """Days that are multiples of 1/64 move without rounding, but steps towards them round."""
    moved = of_natalizumab(method, later(plan, shift), TIMES + shift, t0=shift)
    same(moved, of_natalizumab(method, plan))


@methods
@FEW
@given(protocols, st.lists(days(), min_size=1, max_size=3))
def test_doses_of_nothing_change_nothing(method: str, plan: Protocol, when: list[float]) -> None:
    """They only place the steps elsewhere."""
    empty = [kind(day, 0.0) for day in when for kind in (Infusion, Injection)]
    same(of_natalizumab(method, plan.with_doses(empty)), of_natalizumab(method, plan))


@methods
@FEW
@given(protocols, st.lists(st.floats(0.0, 80.0), max_size=20))
def test_more_output_times_change_no_bit(method: str, plan: Protocol, more: list[float]) -> None:
    """Outputs are read from steps that do not know of them."""
    dense = np.union1d(TIMES, more)
    few, many = of_natalizumab(method, plan), of_natalizumab(method, plan, dense)
    for id in OUTPUTS:
        assert np.array_equal(few[id], many[id][:, np.isin(dense, TIMES)])
    assert np.array_equal(few.steps, many.steps)


@methods
@FEW
@given(protocols, days(LAST, 1))
def test_going_on_from_a_final_state(method: str, plan: Protocol, day: float) -> None:
    """Also when it stops in an infusion, in a session, or just at a dose, which is then to come."""
    first = of_natalizumab(method, plan, [], t1=day)
    rest = TIMES[day <= TIMES]
    on = of_natalizumab(method, plan, rest, t0=day, initial=first.final)
    same(on, of_natalizumab(method, plan, rest))


@methods
@pytest.mark.parametrize("day", [0.0, 5.0, 9.0])
def test_where_no_time_passes_nothing_happens(method: str, day: float) -> None:
    """A dose on the day is still to come: it is not given before its time, nor twice."""
    plan = Schedule(jumps=(Jump(0.0, "depot", 8.0), Jump(5.0, "depot", 8.0)))
    first = of_drug(method, plan, [], t1=day)
    stay = of_drug(method, plan, [day], t0=day, t1=day, initial=first.final)
    for id, value in first.final.items():
        assert stay.final[id][0] == value[0]
        assert stay[f"{id}_t"][0, 0] == value[0]
    on = of_drug(method, plan, [20.0], t0=day, initial=stay.final)
    same(on, of_drug(method, plan, [20.0]))


@methods
def test_anywhere_in_a_step_it_is_as_right_as_at_its_end(method: str) -> None:
    """Outputs between steps, through an infusion and after it, at a tolerance near rounding."""
    plan = Schedule(pulses=(Pulse("rate", 0.0, 0.5, 600.0),), jumps=(Jump(3.0, "depot", 100.0),))
    times = np.unique(np.concatenate([np.linspace(0.01, 0.7, 47), np.linspace(1.0, 20.0, 47)]))
    between = of_drug(method, plan, times, rtol=1e-12)
    for i in range(0, times.size, 7):
        end = of_drug(method, plan, [], t1=times[i], rtol=1e-12)
        for id, value in end.final.items():
            size = max(1.0, float(np.max(between[f"{id}_t"])))
            assert abs(between[f"{id}_t"][0, i] - value[0]) < 1e-10 * size, (id, times[i])


@methods
@FEW
@given(schedules(jumps=injected), schedules(jumps=injected), st.floats(0.1, 5.0))
def test_linear_states_add_up(method: str, a: Schedule, b: Schedule, factor: float) -> None:
    """Doses of a and `factor` doses of b, under the exchanges of a, in the linear part."""
    exchanges = tuple(p for p in a.pulses if p.input == "removal")
    own = tuple(p for p in a.pulses if p.input == "rate")
    other = tuple(p for p in b.pulses if p.input == "rate")

    def given_(of_a: float, of_b: float) -> Schedule:
        doses = [(own, a.jumps, of_a), (other, b.jumps, of_b)]
        pulses = [replace(p, value=k * p.value) for pulses, _, k in doses for p in pulses]
        jumps = [replace(j, value=k * j.value) for _, jumps, k in doses for j in jumps]
        ordered = tuple(sorted(jumps, key=lambda j: j.time))
        return Schedule((*pulses, *exchanges), jumps=ordered)

    together = of_drug(method, given_(1.0, factor))
    alone = of_drug(method, given_(1.0, 0.0)), of_drug(method, given_(0.0, 1.0))
    for id in (f"{id}_t" for id in LINEAR):
        parts = alone[0][id] + factor * alone[1][id]
        size = max(1.0, float(np.max(alone[0][id])), factor * float(np.max(alone[1][id])))
        np.testing.assert_allclose(together[id], parts, rtol=0, atol=2 * AGREE * size)


@methods
@pytest.mark.parametrize("rtol", [1e-3, 1e-8])
@FEW
@given(plan=schedules(jumps=injected))
def test_in_is_out_removed_and_left(method: str, plan: Schedule, rtol: float) -> None:
    """Such methods keep linear totals, to rounding and at any tolerance, step by step; only a state
    that a step took below 0 and that is set to 0 brings in as much, its absolute tolerance."""
    shown = [f"{id}_t" for id in BOOKS.states]
    end = solve(BOOKS, plan, [], shown, t0=0.0, t1=90.0, rtol=rtol, method=method)
    left = end.raise_failures().final
    injections = sum(j.value for j in plan.jumps)
    infused = sum(p.value * (p.end - p.start) for p in plan.pulses if p.input == "rate")
    total = injections + infused
    assert left["booked_in"][0] == pytest.approx(infused, rel=1e-11, abs=1e-11)
    found = sum(
        left[id][0] for id in ("depot", "central", "peripheral", "booked_out", "booked_removed")
    )
    floored = sum(1e-3 * rtol * BOOKS.states[id].scale for id in ("depot", "central", "peripheral"))
    assert found == pytest.approx(total, rel=1e-10, abs=1e-9 + floored)


@methods
@pytest.mark.parametrize("rtol", [1e-3, 1e-6])
@settings(max_examples=100)
@given(plan=schedules(pulses=removed.map(lambda p: replace(p, value=50 * p.value))))
def test_amounts_do_not_fall_below_zero(method: str, plan: Schedule, rtol: float) -> None:
    """However fast something is removed: outputs, and the states at the end."""
    found = of_drug(method, plan, np.linspace(0.0, 80.0, 321), rtol=rtol)
    for id in STATES:
        assert np.all(found[id] >= 0), id
    assert all(v[0] >= 0 for v in found.final.values())
