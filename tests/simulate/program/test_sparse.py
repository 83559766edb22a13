"""The written-out LU against LAPACK."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.simulate.program.graph import Graph
from diapedesis.simulate.program.sparse import factor, plan, substitute
from tests.simulate.program.kit import values_of

N = 7
PATTERNS = st.sets(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=30)


def solve(matrix: np.ndarray, pattern: Any, right: np.ndarray, scale: Any) -> tuple[Any, float]:
    """Return the solution and the largest multiplier."""
    g, n = Graph(), len(right)
    chosen = plan(n, pattern)
    assert sorted(chosen.order) == list(range(n))
    entries = {(r, c): g.load("y", f"{r},{c}") for r, c in {*pattern, *((i, i) for i in range(n))}}
    factors = factor(g, chosen, entries, scale)
    leaves = {("y", f"{r},{c}"): matrix[r, c] for r, c in entries}
    *m, growth = values_of(g, [*(factors.entries[k] for k in chosen.index), factors.growth], leaves)
    solution = substitute(g, chosen)
    given_ = {("m", str(i)): v for i, v in enumerate(m)}
    given_ |= {("x", str(i)): v for i, v in enumerate(right)}
    return values_of(g, [solution[i] for i in range(n)], given_), growth


@given(PATTERNS, st.integers(0, 2**20))
def test_against_lapack(pattern: set[tuple[int, int]], seed: int) -> None:
    draw = np.random.default_rng(seed)
    matrix = np.diag(draw.uniform(1.0, 2.0, N) * N)
    for r, c in sorted(pattern):
        matrix[r, c] += draw.uniform(-1.0, 1.0)
    right = draw.standard_normal(N)
    found, growth = solve(matrix, pattern, right, [1.0] * N)
    # the diagonal is the larger part of each row, so the condition is small
    np.testing.assert_allclose(found, np.linalg.solve(matrix, right), rtol=1e-12, atol=1e-14)
    assert growth <= 1.0


def test_an_arrow_fills_nothing() -> None:
    """Eliminated from the tips, a full row and column bring no further entries."""
    arrow = {(0, i) for i in range(N)} | {(i, 0) for i in range(N)}
    chosen = plan(N, arrow)
    assert set(chosen.index) == arrow | {(i, i) for i in range(N)}


def test_the_largest_multiplier_does_not_depend_on_units() -> None:
    matrix = np.array([[2.0, -3.0], [5.0, 4.0]])
    pattern = {(0, 1), (1, 0)}
    unit = np.array([1.0, 1000.0])
    other = matrix * unit[:, None] / unit  # the same flows, state 1 counted in thousandths
    right = np.ones(2)
    _, growth = solve(matrix, pattern, right, [1.0, 1.0])
    _, same = solve(other, pattern, right * unit, unit.tolist())
    assert growth == pytest.approx(2.5)
    assert same == pytest.approx(growth)
