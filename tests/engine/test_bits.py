"""A subject's course is the same to the last bit, whoever is solved with it and by how many.

Subjects differ in how many steps they take, so that lanes and threads finish at different times.
"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.models import pkpd
from diapedesis.simulate import Batch, Protocol, Solution, solve, stream
from tests.engine.cases import population, protocols
from tests.engine.problems import FORMULAS
from tests.kit import OUTPUTS, course

TIMES = np.linspace(0.0, 80.0, 9)
SOME = settings(max_examples=10)
N = 43
"""Prime: no number of lanes or threads divides it."""
methods = pytest.mark.parametrize("method", FORMULAS)
People = dict[str, np.ndarray]


def together(method: str, plan: Protocol | list[Protocol], people: People, **options) -> Solution:
    return course(plan, TIMES, parameters=people, t0=0.0, method=method, **options)


def only(people: People, who) -> People:
    return {id: v[who] for id, v in people.items()}


def identical(found: Solution, expected: Solution, who=slice(None)) -> None:
    for id in OUTPUTS:
        assert np.array_equal(found[id], expected[id][who]), id
    for id, value in found.final.items():
        assert np.array_equal(value, expected.final[id][who]), id
    assert np.array_equal(found.steps, expected.steps[who])
    assert np.array_equal(found.status, expected.status[who])


@methods
@SOME
@given(protocols, st.randoms(use_true_random=False))
def test_in_any_order(method: str, plan: Protocol, shuffle) -> None:
    people, order = population(N, 1), list(range(N))
    shuffle.shuffle(order)
    straight = together(method, plan, people)
    assert np.unique(straight.steps).size > 1
    identical(together(method, plan, only(people, order)), straight, order)


@methods
@SOME
@given(protocols)
def test_by_any_number_of_threads(method: str, plan: Protocol) -> None:
    people = population(N, 2)
    one = together(method, plan, people, threads=1)
    for threads in (2, 7):
        identical(together(method, plan, people, threads=threads), one)


@methods
@SOME
@given(protocols, st.lists(st.integers(1, N - 1), min_size=1, max_size=5, unique=True))
def test_in_any_portions(method: str, plan: Protocol, cuts: list[int]) -> None:
    people = population(N, 3)
    whole = together(method, plan, people)
    edges = [0, *sorted(cuts), N]
    for a, b in pairwise(edges):
        identical(together(method, plan, only(people, slice(a, b))), whole, slice(a, b))


@methods
@SOME
@given(protocols, st.integers(0, N - 1))
def test_alone(method: str, plan: Protocol, who: int) -> None:
    people = population(N, 4)
    alone = together(method, plan, {id: float(v[who]) for id, v in people.items()})
    identical(alone, together(method, plan, people), slice(who, who + 1))


@methods
@SOME
@given(st.lists(protocols, min_size=2, max_size=11))
def test_each_with_a_protocol_of_its_own(method: str, plans: list[Protocol]) -> None:
    people = population(len(plans), 7)
    whole = together(method, plans, people)
    for i, plan in enumerate(plans):
        one = slice(i, i + 1)
        identical(together(method, plan, only(people, one)), whole, one)


@methods
def test_each_with_times_of_its_own(method: str) -> None:
    people, plan = population(5, 8), Protocol.every(28, n=3)
    times = np.sort(np.random.default_rng(9).uniform(0.0, 80.0, (5, 6)), axis=1)
    options = {"t0": 0.0, "t1": 80.0, "method": method}
    whole = course(plan, times, parameters=people, **options)
    for i in range(5):
        one = slice(i, i + 1)
        identical(course(plan, times[i], parameters=only(people, one), **options), whole, one)


@methods
@pytest.mark.parametrize("chunk", [1, 256, 300, 10_000])
def test_streamed_in_chunks(method: str, chunk: int) -> None:
    n, plan = 600, Protocol.every(28, n=3)
    people = population(n, 10)
    options = {"t0": 0.0, "method": method}
    whole = solve(pkpd(), plan, TIMES, OUTPUTS, parameters=people, **options)
    seen: list[int] = []

    def sink(first: int, found: Solution) -> None:
        seen.append(first)
        identical(found, whole, slice(first, first + found.status.size))

    some = lambda first, last: Batch(plan, only(people, slice(first, last)))  # noqa: E731
    stream(pkpd(), n, some, TIMES, sink, OUTPUTS, chunk=chunk, **options)
    assert seen == sorted(seen)
    assert seen[0] == 0


@methods
def test_among_copies_of_itself(method: str) -> None:
    """No lane is different from another."""
    people = {id: np.repeat(v[:1], N) for id, v in population(1, 5).items()}
    found = together(method, Protocol.every(28, n=3), people)
    for id in OUTPUTS:
        assert np.all(found[id] == found[id][0]), id


@methods
def test_again(method: str) -> None:
    people = population(N, 6)
    first = together(method, Protocol.every(28, n=3), people)
    identical(together(method, Protocol.every(28, n=3), people), first)
