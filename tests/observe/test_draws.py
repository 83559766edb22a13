"""Numbers with an address: even, independent in every direction, the same for ever."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from diapedesis.observe.draws import child, exponential, root, uniform


def test_numbers_are_the_same_for_ever() -> None:
    """Plans and trials are repeated years later, on other machines."""
    tree = child(child(root(2026), [0, 1])[:, None], [0, 1])
    assert tree.tolist() == [
        [5395884757985449661, 6917891574749354387],
        [14955197340123037957, 12725364498548891390],
    ]


def test_splitmix_of_its_authors() -> None:
    """First outputs of SplitMix64 from state 0, as its reference implementation prints them."""
    assert child(np.zeros(1, np.uint64), range(3)).tolist() == [
        0xE220A8397B1DCDAF,
        0x6E789E6AA1B965F4,
        0x06C45D188009454F,
    ]


LEVELS = {
    "seeds": lambda: np.concatenate([child(root(s), 0) for s in range(20_000)]),
    "subjects": lambda: child(root(1), range(200_000)),
    "only children": lambda: child(child(root(1), range(200_000)), 0),
    "third children": lambda: child(child(root(1), range(200_000)), 2),
    "a family": lambda: child(child(root(1), 7), range(200_000)),
    "grandchildren": lambda: child(child(root(1), range(2_000))[:, None], range(100)).ravel(),
    "across": lambda: child(child(root(1), range(2_000))[:, None], range(100)).T.ravel(),
}


@pytest.mark.parametrize("keys", LEVELS.values(), ids=LEVELS)
def test_numbers_are_even_and_neighbours_independent(keys) -> None:
    u = uniform(keys())
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    for lag in (1, 2, 100):
        pairs, _, _ = np.histogram2d(u[:-lag], u[lag:], bins=16)
        assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


def test_parents_tell_nothing_of_children() -> None:
    parents = child(root(1), range(100_000))
    pairs, _, _ = np.histogram2d(uniform(parents), uniform(child(parents, 0)), bins=16)
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


def test_waits_are_exponential_and_finite() -> None:
    assert stats.kstest(exponential(child(root(3), range(100_000))), "expon").pvalue > 1e-4
    largest = np.array([2**64 - 1], np.uint64)
    assert uniform(largest)[0] < 1 and np.isfinite(exponential(largest)[0])


def test_no_negative_seed() -> None:
    with pytest.raises(ValueError, match="seed: found -1"):
        root(-1)
