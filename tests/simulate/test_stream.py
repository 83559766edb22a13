"""Streams: the same numbers as one solve, in chunks of any size, in memory that does not grow."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import Batch, Moments, Protocol, Solution, solve, stream
from diapedesis.simulate.stream import BLOCK

PLAN = Protocol.every(28, n=3)
TIMES = np.linspace(0.0, 100.0, 6)
N = 3 * BLOCK + 17
CL = np.random.default_rng(1).uniform(0.1, 0.3, N)
WHOLE = solve(pkpd(), PLAN, TIMES, parameters={"cl": CL})


def subjects(first: int, last: int) -> Batch:
    return Batch(PLAN, {"cl": CL[first:last]})


@pytest.mark.parametrize("chunk", [None, 1, BLOCK, BLOCK + 1, 10 * N])
@pytest.mark.parametrize("threads", [1, 2])
def test_chunks_are_parts_of_one_solve(chunk: int | None, threads: int) -> None:
    found = np.full((N, TIMES.size), np.nan)
    firsts = []

    def sink(first: int, part: Solution) -> None:
        firsts.append(first)
        found[first : first + part.status.size] = part["c"]

    stream(pkpd(), N, subjects, TIMES, sink, chunk=chunk, threads=threads)
    assert firsts == sorted(firsts)
    np.testing.assert_array_equal(found, WHOLE["c"])


def test_moments_are_those_of_all_and_the_same_for_every_chunk() -> None:
    one, other = Moments(), Moments()
    stream(pkpd(), N, subjects, TIMES, one, chunk=BLOCK)
    stream(pkpd(), N, subjects, TIMES, other)
    assert one.count == N
    assert one.failed == 0
    np.testing.assert_allclose(one.mean["c"], WHOLE["c"].mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(one.sd["c"], WHOLE["c"].std(axis=0, ddof=1), rtol=1e-11)
    np.testing.assert_array_equal(one.mean["c"], other.mean["c"])
    np.testing.assert_array_equal(one.sd["c"], other.sd["c"])


def test_failed_subjects_are_counted_and_left_out() -> None:
    bad = CL.copy()
    bad[[3, 300]] = np.nan
    moments = Moments()
    stream(pkpd(), N, lambda a, b: Batch(PLAN, {"cl": bad[a:b]}), TIMES, moments)
    assert (moments.count, moments.failed) == (N - 2, 2)
    kept = np.isfinite(bad)
    np.testing.assert_allclose(moments.mean["c"], WHOLE["c"][kept].mean(axis=0), rtol=1e-13)


def test_one_subject_has_no_spread() -> None:
    moments = Moments()
    stream(pkpd(), 1, subjects, TIMES, moments)
    assert np.isnan(moments.sd["c"]).all()


def test_a_batch_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="subjects: found 5, expected 300 for 0 to 300"):
        stream(pkpd(), 300, lambda a, b: Batch(PLAN, {"cl": CL[:5]}), TIMES, Moments())


MEMORY = """
import resource, sys
import numpy as np
from diapedesis.models import pkpd
from diapedesis.simulate import Batch, Moments, Protocol, stream
plan = Protocol.every(28, n=3)
draw = lambda a, b: Batch(plan, {"cl": np.linspace(0.1, 0.3, b - a)})
stream(pkpd(), int(sys.argv[1]), draw, np.arange(84.0), Moments(), chunk=2048)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kilobytes of resident memory are Linux's")
def test_memory_does_not_grow_with_the_number_of_subjects() -> None:
    def peak(n: int) -> int:
        out = subprocess.run(
            [sys.executable, "-c", MEMORY, str(n)], capture_output=True, text=True, check=True
        )
        return int(out.stdout)

    few, many = peak(4_096), peak(102_400)  # whose outputs alone would fill 69 MB
    assert many - few < 15_000
