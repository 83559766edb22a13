"""The solver: against another one, over subjects and threads, and where it has to give up."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import (
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    SolveError,
    solve,
)
from diapedesis.simulate.lanes import LaneSolver
from diapedesis.simulate.solver import REASONS
from tests.kit import OUTPUTS, course

RICH = Protocol(
    doses=(*Protocol.every(28, n=3).doses, Injection(70.0, 300.0), Infusion(90.02, 300.0)),
    sessions=(
        Plex(86.0, plasma_volumes=1.5),
        Plex(90.0, volume=5.0, replacement="plasma"),
        Immunoadsorption(92.0, volume=6.0, column="tryptophan"),
        Immunoadsorption(94.0, plasma_volumes=2.5),
    ),
    weights=((0.0, 75.0), (60.0, 70.0)),
    antibodies=(Antibodies(40.0, 0.8, 120.0),),
)
TIMES = np.array([0.0, 0.04, 20.0, 56.0, 70.5, 86.05, 90.03, 90.09, 92.1, 94.2, 110.0, 160.0])


def population(n: int = 64) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(1)
    return {
        id: p.default * np.exp(draw.normal(0.0, p.iiv, n))
        for id, p in pkpd().parameters.items()
        if p.iiv > 0
    }


def test_it_agrees_with_another_solver() -> None:
    mine = course(RICH, TIMES, rtol=1e-10)
    other = course(RICH, TIMES, rtol=1e-12, method="reference")
    for output in OUTPUTS:
        np.testing.assert_allclose(mine[output], other[output], rtol=2e-8, atol=1e-10)
    for state, value in other.final.items():
        np.testing.assert_allclose(mine.final[state], value, rtol=2e-8, atol=1e-10)


def test_the_error_falls_with_the_tolerance() -> None:
    true = course(RICH, TIMES, rtol=1e-12, method="reference")["c"]
    worst = [
        float(
            np.max(np.abs(course(RICH, TIMES, rtol=rtol)["c"] / np.maximum(true, 1e-9) - 1)[:, 1:])
        )
        for rtol in (1e-4, 1e-6, 1e-8, 1e-10)
    ]
    for rtol, error in zip((1e-4, 1e-6, 1e-8, 1e-10), worst, strict=True):
        assert error < 100 * rtol  # local errors add up, by a factor of the number of steps
    assert all(later < earlier / 10 for earlier, later in pairwise(worst))


def test_subjects_may_stand_in_any_order() -> None:
    people = population()
    order = np.random.default_rng(2).permutation(64)
    straight = course(RICH, TIMES, parameters=people)
    mixed = course(RICH, TIMES, parameters={id: v[order] for id, v in people.items()})
    for output in OUTPUTS:
        assert np.array_equal(mixed[output], straight[output][order])


def test_threads_do_not_change_a_bit() -> None:
    people = population()
    one, two = (course(RICH, TIMES, parameters=people, threads=n) for n in (1, 2))
    for output in OUTPUTS:
        assert np.array_equal(one[output], two[output])
    assert np.array_equal(one.steps, two.steps)


def test_alone_as_in_company() -> None:
    people = population()
    all_of_them = course(RICH, TIMES, parameters=people)
    alone = course(RICH, TIMES, parameters={id: float(v[5]) for id, v in people.items()})
    assert np.array_equal(alone["gate"][0], all_of_them["gate"][5])


def test_inputs_per_subject() -> None:
    heights = np.array([1.5, 1.7, 1.9])
    many = course(RICH, TIMES, inputs={"height": heights})
    for i, height in enumerate(heights):
        alone = course(RICH, TIMES, inputs={"height": float(height)})
        assert np.array_equal(many["c"][i], alone["c"][0])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("id", ["cl", "k_m", "ec50", "gate_half", "igg_level"])
def test_a_parameter_that_is_not_finite_fails_alone(id: str, bad: float) -> None:
    """Whether it stands in a rate, in a first state or in an output only."""
    default = pkpd().parameters[id].default
    good = solve(pkpd(), RICH, TIMES, OUTPUTS, parameters={id: np.array([default] * 2)})
    found = solve(pkpd(), RICH, TIMES, OUTPUTS, parameters={id: np.array([default, bad])})
    assert np.array_equal(found["c"][0], good["c"][0])
    assert found.status[0] == 0
    if np.isnan(bad) or found.status[1]:
        assert found.status[1] in (2, 3)
        for output in OUTPUTS:
            assert np.all(np.isnan(found[output][1]))
        assert np.all(np.isnan([found.final[s][1] for s in found.final]))
        with pytest.raises(SolveError, match=f"subject 1 of 2: {REASONS[found.status[1]]}"):
            found.raise_failures()
    else:  # an infinite number with a finite limit, such as an ec50 nobody reaches
        assert all(np.all(np.isfinite(found[output])) for output in OUTPUTS)


def test_too_many_steps_is_told_and_disturbs_nobody() -> None:
    rates = np.array([0.156, 1e7])
    found = solve(pkpd(), RICH, TIMES, OUTPUTS, parameters={"cl": rates}, max_steps=5000)
    alone = solve(pkpd(), RICH, TIMES, OUTPUTS, parameters={"cl": 0.156}, max_steps=5000)
    assert list(found.status) == [0, 1]
    assert np.array_equal(found["c"][0], alone["c"][0])
    assert np.all(np.isnan(found["c"][1]))
    assert found.steps[1] == 5000
    with pytest.raises(SolveError, match="subject 1 of 2: more steps than the limit"):
        found.raise_failures()


def test_every_output_is_given_when_time_runs_through_zero() -> None:
    """A last step that ends next to day 0 rounds; its output was once forgotten."""
    draw = np.random.default_rng(0)
    for begin, end in zip(draw.uniform(-60, -0.5, 300), draw.uniform(0, 1, 300), strict=True):
        found = course(Protocol.every(28, n=1, start=begin), [end])
        assert np.all(np.isfinite(found["c"]))


def test_at_an_edge_the_value_before_it_is_given() -> None:
    given = replace(Protocol.every(28, n=2), weights=((0.0, 60.0), (14.0, 90.0)))
    at, later = course(given, [14.0, 14.0 + 1e-6])["v_plasma"][0]
    assert later > 1.2 * at
    before, after = course(Protocol.every(28, n=2), [28.0, 28.0 + 1 / 24])["c"][0]
    assert after > 5 * before


def test_questions_that_make_no_sense_are_refused() -> None:
    for times in ([1.0, np.nan], [2.0, 1.0], [[2.0, 1.0]], [[[1.0]]], [np.inf]):
        with pytest.raises(ValueError, match=r"times: found .*, expected"):
            solve(pkpd(), RICH, times)
    with pytest.raises(ValueError, match=r"outputs: found \['level'\], expected among"):
        solve(pkpd(), RICH, TIMES, ("level",))
    with pytest.raises(ValueError, match=r"parameters: found \['clearance'\]"):
        solve(pkpd(), RICH, TIMES, OUTPUTS, parameters={"clearance": 1.0})
    with pytest.raises(ValueError, match=r"inputs: found \['length'\]"):
        solve(pkpd(), RICH, TIMES, OUTPUTS, inputs={"length": 1.0})
    with pytest.raises(ValueError, match=r"found \[2, 3\] subjects, expected one number"):
        solve(pkpd(), RICH, TIMES, OUTPUTS, parameters={"cl": [1, 2], "q": [1, 2, 3]})
    with pytest.raises(ValueError, match="outside 50 to 160"):
        solve(pkpd(), RICH, TIMES, OUTPUTS, t0=50.0)
    with pytest.raises(ValueError, match="states wanted in initial"):
        solve(pkpd(), RICH, TIMES, OUTPUTS, initial={"a_c": 1.0})


def test_lanes_follow_single_solves() -> None:
    """Perturbed copies that share steps are as right as copies solved for themselves."""
    names = ("cl", "q", "e_max")
    centre = np.array([pkpd().parameters[n].default for n in names])
    values = np.array([[centre, centre * [1.01, 1, 1], centre * [1, 1, 0.99]]])
    lanes = LaneSolver(pkpd(), RICH, TIMES, OUTPUTS, names, rtol=1e-10)(values)
    for lane, row in enumerate(values[0]):
        alone = course(RICH, TIMES, parameters=dict(zip(names, row, strict=True)), rtol=1e-10)
        for i, output in enumerate(OUTPUTS):
            np.testing.assert_allclose(lanes[0, lane, :, i], alone[output][0], rtol=1e-7, atol=1e-9)
