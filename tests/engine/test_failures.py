"""A subject that cannot be solved says so, ends, and disturbs nobody it is solved with."""

import numpy as np
import pytest

from diapedesis.simulate import Jump, Schedule, SolveError, solve
from tests.engine.failing import (
    BAD,
    INF,
    MAX_STEPS,
    MODEL,
    NAN,
    OUTPUTS,
    PLAN,
    TIMES,
    harmless,
    has_failed,
    run,
    undisturbed,
    with_bad,
)
from tests.engine.problems import FORMULAS

REASONS = "more steps than the limit|the step became too small|is not finite"
methods = pytest.mark.parametrize("method", FORMULAS)


@methods
@pytest.mark.parametrize("kind", BAD)
def test_alone(method: str, kind: str) -> None:
    found = run(method, {id: np.array([v]) for id, v in BAD[kind].items()})
    has_failed(found, 0)
    with pytest.raises(SolveError, match=rf"subject 0 of 1: .*({REASONS}) \(1 failed\)"):
        found.raise_failures()


@methods
@pytest.mark.parametrize("kind", BAD)
def test_next_to_others(method: str, kind: str) -> None:
    """As any one of sixteen: in each lane of a vector, of eight or fewer."""
    people = harmless(15, seed=1)
    good = run(method, people).raise_failures()
    for place in range(0, 16, 3):
        where = np.array([place])
        mixed = run(method, with_bad(people, where, [kind]))
        has_failed(mixed, place)
        undisturbed(mixed, good, where)
        with pytest.raises(SolveError, match=f"subject {place} of 16"):
            mixed.raise_failures()


@methods
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_many_among_others(method: str, threads: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    n = int(draw.integers(8, 41))
    places = draw.choice(n, int(draw.integers(1, n)), replace=False)
    kinds = list(draw.choice(list(BAD), places.size))
    people = harmless(n - places.size, seed)
    good = run(method, people, threads=threads).raise_failures()
    mixed = run(method, with_bad(people, places, kinds), threads=threads)
    undisturbed(mixed, good, places)
    for place in places:
        has_failed(mixed, int(place))


@methods
def test_nobody_left(method: str) -> None:
    kinds = list(BAD)
    everyone = with_bad(harmless(0, 1), np.arange(len(kinds)), kinds)
    found = run(method, everyone)
    for i in range(len(kinds)):
        has_failed(found, i)


@methods
def test_the_step_limit_is_told_from_other_reasons(method: str) -> None:
    slow, broken = run(method, {"omega": 1e7}), run(method, {"limit": 2.0})
    with pytest.raises(SolveError, match="more steps than the limit"):
        slow.raise_failures()
    assert slow.steps[0] == MAX_STEPS
    with pytest.raises(SolveError, match=r"step became too small|not finite"):
        broken.raise_failures()


@methods
def test_a_first_state_that_is_given_may_be_bad(method: str) -> None:
    start = {"y": [1.0, NAN, 1.0], "z": [0.0] * 3, "u": [1.0, 1.0, INF], "w": [0.0] * 3}
    initial = {id: np.array(v) for id, v in start.items()}
    found = solve(MODEL, PLAN, TIMES, OUTPUTS, initial=initial, max_steps=MAX_STEPS, method=method)
    has_failed(found, 1)
    has_failed(found, 2)
    assert found.status[0] == 0
    assert np.all(np.isfinite(found["seen"][0]))


@methods
def test_a_jump_to_infinity(method: str) -> None:
    """Each jump is a number; their sum is not."""
    plan = Schedule(jumps=(Jump(1.0, "y", 1e308), Jump(1.0, "y", 1e308)))
    found = solve(MODEL, plan, TIMES, OUTPUTS, t0=0.0, max_steps=MAX_STEPS, method=method)
    has_failed(found, 0)


@methods
def test_a_singularity_is_not_stepped_over(method: str) -> None:
    """y' = y^2 from 1 has no solution at day 1 or later, at any tolerance."""
    for rtol in (1e-3, 1e-6, 1e-9):
        own = {"growth": 1.0, "decay": 0.0}
        options = {"parameters": own, "t0": 0.0, "method": method, "rtol": rtol}
        before = solve(MODEL, Schedule(), [0.9], OUTPUTS, max_steps=MAX_STEPS, **options)
        assert before.status[0] == 0
        after = solve(MODEL, Schedule(), [1.5], OUTPUTS, max_steps=MAX_STEPS, **options)
        has_failed(after, 0)
