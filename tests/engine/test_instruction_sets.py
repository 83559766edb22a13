"""Every instruction set of this CPU gives the same answer, to ten times the tolerance of a step."""

from __future__ import annotations

import llvmlite.binding as llvm
import numpy as np
import pytest

from diapedesis.simulate import Plex, Protocol, Solution
from diapedesis.simulate.codegen.cpu import offered
from tests.engine.cases import population
from tests.engine.problems import FORMULAS
from tests.kit import OUTPUTS, course

RTOL = 1e-6
HERE = offered(llvm.get_host_cpu_features(), llvm.get_process_triple().split("-")[0])
OTHERS = HERE[1:]
PLAN = Protocol.every(28, n=5).with_sessions([Plex(120.0, 3.0), Plex(122.0, 3.0)])
TIMES = np.linspace(0.0, 160.0, 33)
N = 19


def solved(method: str, name: str, monkeypatch: pytest.MonkeyPatch, **more) -> Solution:
    monkeypatch.setenv("DIAPEDESIS_SIMD", name)
    own = {"parameters": population(N, 5), "t0": 0.0, "method": method, "rtol": RTOL}
    return course(PLAN, TIMES, **(own | more)).raise_failures()


@pytest.mark.parametrize("method", FORMULAS)
@pytest.mark.parametrize("name", OTHERS)
def test_sets_agree(method: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    widest = solved(method, HERE[0], monkeypatch)
    other = solved(method, name, monkeypatch)
    for id in OUTPUTS:
        peak = np.max(np.abs(widest[id]), axis=1, keepdims=True)
        assert np.all(np.abs(other[id] - widest[id]) <= 10 * RTOL * peak), id


@pytest.mark.parametrize("method", FORMULAS)
@pytest.mark.parametrize("name", OTHERS)
def test_bits_do_not_depend_on_threads_or_order(
    method: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = solved(method, name, monkeypatch, threads=1)
    people = {id: v[::-1] for id, v in population(N, 5).items()}
    back = solved(method, name, monkeypatch, threads=3, parameters=people)
    for id in OUTPUTS:
        np.testing.assert_array_equal(back[id][::-1], one[id])
