"""Faults once met, each as small as it can be: bad input must not become a number, nor hang."""

import multiprocessing
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from diapedesis.core import (
    Assumption,
    Flux,
    Input,
    Mechanism,
    Model,
    Output,
    Parameter,
    Rule,
    State,
    log,
    minimum,
    ramp,
)
from diapedesis.simulate import Jump, Pulse, Schedule, Solution, Trigger, solve
from tests.engine import timers
from tests.engine.problems import FORMULAS

TIMERS = Model("timers", [Mechanism.of(timers)])
ROUND = Assumption("a round number")
TOY = Model(
    "toy",
    [
        Mechanism(
            "toy",
            (
                State("y", "", "Decays", 1.0),
                State("z", "1/day", "Set by triggers", nonnegative=False),
                State("x", "1/day", "Set by triggers", nonnegative=False),
                Parameter("k", "1/day", "Decay", 0.1, ROUND),
                Parameter("cap", "", "Cap", 0.5, ROUND),
                Input("given", "1/day", "Given"),
                Rule("gain", lambda given, cap: given * cap, "1/day", "Gain"),
                Parameter("lid", "", "Lid", 0.5, ROUND),
                Output("capped", lambda y, lid: minimum(y, lid), "", "Capped"),
                Output("above", lambda y, cap: ramp(y - cap, 0.5), "", "What is above the cap"),
                Output("rest", lambda y, cap: ramp(log(y - cap), 0.5), "", "Log of a negative"),
                Output("seen_y", lambda y: y, "", "y"),
                Output("seen_z", lambda z: z, "1/day", "z"),
                Output("seen_x", lambda x: x, "1/day", "x"),
                Flux("gained", lambda gain: gain, {"y": 1.0}, "", "Gain"),
                Flux("lost", lambda k, y: k * y, {"y": -1.0}, "", "Loss"),
            ),
        )
    ],
)
NAN = float("nan")
NOTHING = Schedule()
MAX_STEPS = 20_000
methods = pytest.mark.parametrize("method", FORMULAS)


def run(plan=NOTHING, times=(5.0, 10.0), outputs=("level",), model=TIMERS, **options) -> Solution:
    chosen = {"method": "tsit5", "t0": 0.0, "max_steps": MAX_STEPS} | options
    return solve(model, plan, times, outputs, **chosen)


def low(limit: float = 2.0, **what) -> Trigger:
    return Trigger("low", lambda amount, limit: limit - amount, parameters={"limit": limit}, **what)


# -- numbers that are wrong ------------------------------------------------------------------------


@methods
@pytest.mark.parametrize("ageing", [0.1, 0.5])
def test_an_integral_keeps_the_tolerance_when_the_states_allow_long_steps(method, ageing) -> None:
    """The clock's rate is constant, so steps grow without limit; the hazard is exponential."""
    own = {"ageing": ageing}
    found = run(times=[60.0], outputs=("cumulative_hazard",), parameters=own, method=method)
    exact = 0.02 * np.expm1(60.0 * ageing) / ageing
    assert found["cumulative_hazard"][0, 0] == pytest.approx(exact, rel=1e-4)  # 100 tolerances


@methods
def test_a_crossing_is_not_stepped_over_when_the_states_allow_long_steps(method) -> None:
    """Above 0 from day 20 to 22."""
    window = Trigger("window", lambda clock: -(clock - 20.0) * (clock - 22.0))
    found = run(times=[60.0], outputs=("hazard",), triggers=(window,), method=method)
    assert found.events["window"][0] == pytest.approx(20.0, abs=1e-3)


@methods
@pytest.mark.parametrize("parameter", ["start", "k"])
def test_a_sensitivity_ends_where_a_jump_replaces_the_state(method, parameter) -> None:
    plan = Schedule(jumps=(Jump(5.0, "amount", 3.0, replaces=True),))
    found = run(plan, [10.0], sensitivities=(parameter,), method=method)
    exact = {"start": 0.0, "k": -3.0 * 5.0 * np.exp(-0.25 * 5.0)}[parameter]
    assert found[f"level@{parameter}"][0, 0] == pytest.approx(exact, abs=1e-3)


@methods
@pytest.mark.parametrize("output", ["capped", "rest"])
def test_minimum_maximum_and_ramp_do_not_swallow_nan(method, output) -> None:
    own = {"lid": NAN, "cap": 2.0}
    found = run(outputs=(output,), model=TOY, parameters=own, method=method)
    assert found.status[0] != 0
    assert np.isnan(found[output]).all()


@methods
@pytest.mark.parametrize("what", [{}, {"direction": "both"}, {"days": (3.0,)}])
def test_a_trigger_that_is_not_a_number_is_a_failure(method, what) -> None:
    found = run(triggers=(low(**what),), parameters={"limit": NAN}, method=method)
    assert found.status[0] != 0
    assert np.isnan(found.events["low"][0])


@methods
def test_what_a_trigger_sets_is_worked_out_from_one_moment(method) -> None:
    """On the day of a switch, a rule and the input it reads are both before it or both after."""
    plan = Schedule((Pulse("given", 2.0, 10.0, 5.0),))
    look = Trigger("look", lambda y: y, days=(2.0,), sets={"z": "gain", "x": "given"})
    outputs = ("seen_y", "seen_z", "seen_x")
    found = run(plan, [3.0], outputs, TOY, triggers=(look,), method=method)
    assert found["seen_z"][0, 0] == 0.5 * found["seen_x"][0, 0]


@methods
def test_of_two_triggers_at_once_the_second_sees_rules_and_parameters_alike(method) -> None:
    plan = Schedule((Pulse("given", 0.0, 10.0, 5.0),))
    first = Trigger("first", lambda y: y, days=(2.0,), sets={"cap": 10.0})
    second = Trigger(
        "second", lambda y: y, days=(2.0,), sets={"z": "gain"}
    )  # fmt: skip
    third = Trigger("third", lambda y: y, days=(2.0,), sets={"x": "cap"})
    outputs = ("seen_y", "seen_z", "seen_x")
    found = run(plan, [3.0], outputs, TOY, triggers=(first, second, third), method=method)
    assert found["seen_z"][0, 0] == 5.0 * found["seen_x"][0, 0]


def test_looks_begin_after_the_first_day() -> None:
    """What is so at `t0` is the caller's own knowledge, and a course that goes on looks once."""
    look = Trigger("look", lambda amount: amount, days=(0.0, 1.0))
    assert run(triggers=(look,)).events["look"][0] == 1.0


def test_an_action_that_is_not_a_number_is_a_failure() -> None:
    for times, what in (([5.0], {"ends": True}), ([5.0, 10.0], {"days": (10.0,)})):
        found = run(times=times, t1=10.0, triggers=(low(sets={"amount": NAN}, **what),))
        assert found.status[0] != 0 or np.isfinite(found.final["amount"][0])


def test_a_failed_subject_has_no_events_and_no_counts() -> None:
    stop = Trigger("set", lambda amount: 4.0 - amount, sets={"amount": NAN})
    found = run(triggers=(stop,))
    assert found.status[0] != 0
    assert np.isnan(found.events["set"][0])
    assert found.event_counts["set"][0] == 0


def test_a_jump_on_the_first_day_is_not_lost_to_a_switch_just_before() -> None:
    """0.1 + 0.2 is a little above 0.3: one stop, and the first of the schedule's jumps."""
    day = 0.1 + 0.2
    steps = {"more": ((0.0, 0.0), (0.3, 1.0))}
    outputs = ("level", "hazard")
    alone = run(Schedule(jumps=(Jump(day, "amount", 5.0),)), outputs=outputs, t0=day)
    both = run(Schedule(steps=steps, jumps=(Jump(day, "amount", 5.0),)), outputs=outputs, t0=day)
    assert both["level"] == pytest.approx(alone["level"], rel=1e-5)


# -- memory and threads ----------------------------------------------------------------------------


def _busy() -> float:
    """Solve for long enough that both threads of the pool are there."""
    fast = {"omega": np.full(64, 300.0)}
    return float(run(outputs=("cosine",), parameters=fast, threads=2)["cosine"].sum())


def _child(answers) -> None:
    answers.put(_busy())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_solves_too() -> None:
    """Threads do not survive a fork; a pool that was made before it must not be waited for."""
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    expected = _busy()
    child = fork.Process(target=_child, args=(answers,))
    child.start()
    child.join(20)
    alive = child.is_alive()
    child.kill()
    assert not alive
    assert answers.get(timeout=5) == expected


INTERRUPTED = """
import gc, os, signal, time, weakref
import numpy as np
from diapedesis.simulate import engine
from tests.engine.test_found import run

held, running, make, work = [], [], engine._arguments, engine._work

def kept(*given):
    held.append(weakref.ref(given[2].out))
    return make(*given)

def counted(*given):
    running.append(1)
    work(*given)
    running.pop()

def interrupt(*_):
    raise KeyboardInterrupt

run(outputs=("cosine",))
engine._arguments, engine._work = kept, counted
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.5)
fast = {"omega": np.full(64, 1e4)}
try:
    run(times=[100.0], outputs=("cosine",), parameters=fast, threads=2, max_steps=10**7)
except KeyboardInterrupt:
    pass
gc.collect()
print("freed" if running and held[0]() is None else "held", flush=True)
os._exit(0)
"""


def test_an_interrupt_does_not_free_memory_in_use() -> None:
    """Ctrl-C ends the wait; the threads go on, and what they write to must stay.

    In a process of its own, as the fault takes the process with it.
    """
    command = [sys.executable, "-c", INTERRUPTED]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.split() == ["held"]


def test_many_python_threads_at_once() -> None:
    def one(i: int) -> bytes:
        own = {"k": np.linspace(0.1, 0.2, 37 + i % 5)}
        outputs = ("level", "hazard", "cosine")[: 1 + i % 3]
        found = run(outputs=outputs, parameters=own, threads=1 + i % 4, method=FORMULAS[i % 2])
        return b"".join(found[o].tobytes() for o in outputs)

    alone = [one(i) for i in range(30)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(30))) == alone
