"""The choice between the formulas: it is one of them, the fitting one, and nobody's alone."""

import numpy as np
import pytest

from diapedesis.simulate import Protocol, Solution, solve
from tests.engine import drug
from tests.engine.cases import population
from tests.engine.failing import BAD, harmless, run, undisturbed, with_bad
from tests.engine.problems import DRUG, HIRES, ROBERTSON, VAN_DER_POL, Problem
from tests.kit import OUTPUTS, course

TIMES = np.linspace(0.0, 80.0, 9)


def natalizumab(method: str) -> Solution:
    plan = Protocol.every(28, n=3)
    return course(plan, TIMES, parameters=population(11, 1), t0=0.0, method=method)


def test_it_is_the_formula_that_it_names() -> None:
    chosen = natalizumab("auto")
    named = natalizumab(chosen.method)
    for id in OUTPUTS:
        assert np.array_equal(chosen[id], named[id]), id
    assert np.array_equal(chosen.steps, named.steps)


@pytest.mark.parametrize("problem", [ROBERTSON, HIRES, VAN_DER_POL], ids=lambda p: p.name)
def test_what_is_very_stiff_goes_to_the_implicit_formula(problem: Problem) -> None:
    found = problem.solve("auto", 1e-6).raise_failures()
    assert found.method == "rodas5p"
    assert problem.error(found.final, problem.answer) < 1e-4


def test_what_is_mild_goes_to_the_explicit_formula() -> None:
    assert natalizumab("auto").method == "tsit5"
    found = solve(DRUG.model, drug.events(), drug.TIMES, drug.OUTPUTS, t0=0.0, method="auto")
    assert found.method == "tsit5"


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_subject_does_not_choose_for_the_others(kind: str) -> None:
    """One in sixteen: the others are solved as without it, to the last bit."""
    people, where = harmless(15, seed=1), np.array([6])
    good = run("auto", people)
    mixed = run("auto", with_bad(people, where, [kind]))
    assert mixed.method == good.method
    undisturbed(mixed, good, where)


def test_order_and_copies_do_not_matter() -> None:
    people = population(11, 2)
    plan = Protocol.every(28, n=3)
    one = course(plan, TIMES, parameters=people, t0=0.0, method="auto")
    back = {id: v[::-1] for id, v in people.items()}
    twice = {id: np.tile(v, 2) for id, v in people.items()}
    reverse = course(plan, TIMES, parameters=back, t0=0.0, method="auto")
    double = course(plan, TIMES, parameters=twice, t0=0.0, method="auto")
    assert one.method == reverse.method == double.method
    for id in OUTPUTS:
        assert np.array_equal(one[id], reverse[id][::-1]), id
        assert np.array_equal(np.tile(one[id], (2, 1)), double[id]), id
