"""Two simulators that share nothing with ours solve the exported file and find the same courses.

Tolerance: at every moment the difference is at most 1e-4 of the course's peak, and where the course
is above 1e-3 of its peak also at most 1e-4 of itself. All solvers are set to errors far below, so
that what is left would be a difference of the equations or of the times of events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.exchange.sbml import to_sbml
from diapedesis.models import pkpd
from diapedesis.simulate import Protocol, solve
from tests.exchange.protocols import INFUSIONS, KNOWN, OWN, PROTOCOLS, SESSIONS, moments
from tests.kit import OUTPUTS

Array = NDArray[np.float64]
Simulator = Callable[[str, Array], Array]


def roadrunner(text: str, times: Array) -> Array:
    """Return outputs at times, shape (n_times, n_outputs), by libRoadRunner's CVODE."""
    runner = pytest.importorskip("roadrunner").RoadRunner(text)
    runner.integrator.relative_tolerance = 1e-10
    runner.integrator.absolute_tolerance = 1e-10
    runner.timeCourseSelections = ["time", *OUTPUTS]
    return np.asarray(runner.simulate(times=[0.0, *times]))[1:, 1:]


def copasi(text: str, times: Array) -> Array:
    """Return outputs at times, shape (n_times, n_outputs), by COPASI's LSODA."""
    basico = pytest.importorskip("basico", reason="COPASI is not among the locked packages")
    model = basico.load_model_from_string(text)
    tight = {"r_tol": 1e-10, "a_tol": 1e-12}
    try:
        table = basico.run_time_course(model=model, values=[0.0, *times], use_sbml_id=True, **tight)
    finally:
        basico.remove_datamodel(model)
    return table[list(OUTPUTS)].to_numpy()[1:]


def differences(found: Array, expected: Array) -> tuple[float, float]:
    """Return the largest difference as a share of the peak, and of the value where that counts."""
    peak = np.abs(expected).max()
    apart = np.abs(found - expected)
    counts = np.abs(expected) > 1e-3 * peak
    return float(apart.max() / peak), float((apart[counts] / np.abs(expected[counts])).max())


def agreement(
    simulator: Simulator, protocol: Protocol, *, start: float = 0.0, **subject: Any
) -> dict[str, tuple[float, float]]:
    """Return the differences of each output."""
    times = moments(protocol)
    times = times[times > start]
    found = simulator(to_sbml(pkpd(), protocol, start=start, **subject), times - start)
    expected = solve(
        pkpd(), protocol, times, OUTPUTS, t0=start, method="reference", rtol=1e-10, **subject
    ).raise_failures()
    return {o: differences(found[:, i], expected[o][0]) for i, o in enumerate(OUTPUTS)}


@pytest.mark.parametrize("simulator", [roadrunner, copasi])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_another_simulator_finds_the_same_courses(protocol: str, simulator: Simulator) -> None:
    found = agreement(simulator, PROTOCOLS[protocol], parameters=OWN, inputs=KNOWN)
    print(protocol, simulator.__name__, found)  # with -s: the figures of docs/guide/exchange.md
    assert max(max(pair) for pair in found.values()) < 1e-4, found


def test_an_export_may_begin_amid_a_protocol() -> None:
    """Day 28.02, within the second infusion, empty body; what came before must not be given."""
    found = agreement(roadrunner, INFUSIONS, start=28.02)
    assert max(max(pair) for pair in found.values()) < 1e-4, found


def test_the_comparison_can_fail() -> None:
    """One session less, or a clearance 0.1 % higher, is seen."""
    times = moments(SESSIONS)
    expected = solve(pkpd(), SESSIONS, times, OUTPUTS, method="reference", rtol=1e-10)
    higher = roadrunner(to_sbml(pkpd(), SESSIONS, parameters={"cl": 0.156 * 1.001}), times)
    assert max(differences(higher[:, 0], expected["c"][0])) > 1e-4
