"""From scenarios to courses: draw the patients, solve the model, sample lesions and relapses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.models.ms import ms
from diapedesis.observe import LesionProcess, sample_lesions
from diapedesis.population.arms import Arms, check_arms, shared_last_dose
from diapedesis.population.courses import Courses
from diapedesis.population.patients import Patients, draw_patients
from diapedesis.population.scenario import OUTPUTS, Scenario
from diapedesis.simulate import Protocol, solve

Array = NDArray[np.float64]


def simulate(scenario: Scenario, *, threads: int | None = None) -> Courses:
    """Simulate the virtual patients of a scenario.

    Parameters
    ----------
    scenario : Scenario
    threads : int, optional
        Default: the number of cores. The result does not depend on it.

    Returns
    -------
    Courses

    Raises
    ------
    SolveError
        When a patient's equations cannot be solved.
    FitError
        When the subject has levels and they cannot be fitted.

    Examples
    --------
    >>> from diapedesis.observe import Subject
    >>> from diapedesis.simulate import Protocol
    >>> stop = Scenario(Subject(Protocol.every(28, n=12)), until=500.0, n=20)
    >>> courses = simulate(stop)
    >>> courses["gd"].shape == (20, courses.days.size)
    True
    """
    return _solved(scenario, draw_patients(scenario), scenario.last_dose, threads)


def _solved(scenario: Scenario, patients: Patients, stops: float, threads: int | None) -> Courses:
    """Return the courses of patients."""
    days = scenario.days
    own: dict[str, ArrayLike] = dict(patients.parameters(scenario.n))
    usual: dict[str, ArrayLike] = {id: p.default for id, p in ms().parameters.items()}
    values = _values(scenario, own, patients.inputs, stops, threads)
    lesions = sample_lesions(
        days,
        values["lesion_births"],
        values["relapse_background"],
        LesionProcess.of(usual | own),
        scenario.seed,
    )
    return Courses(scenario, patients, days, values, lesions, scenario.last_dose)


def _values(
    scenario: Scenario,
    own: Mapping[str, ArrayLike],
    inputs: Mapping[str, float],
    stops: float,
    threads: int | None,
) -> dict[str, Array]:
    """Return outputs over the days; until the day `stops`, activity is that before the drug."""
    asked = tuple(dict.fromkeys((*OUTPUTS, *scenario.outputs)))
    given, days = scenario.subject.protocol, scenario.days
    early = days <= stops
    before = solve(
        ms(),
        given,
        days[early],
        asked,
        parameters={**own, "activity_now": np.ones(scenario.n)},
        inputs=inputs,
        t0=scenario.start,
        t1=stops,
        threads=threads,
    ).raise_failures()
    after = solve(
        ms(),
        given,
        days[~early],
        asked,
        parameters=own,
        inputs=inputs,
        initial=before.final,
        t0=stops,
        threads=threads,
    ).raise_failures()
    return {k: np.concatenate([before[k], after[k]], axis=1) for k in asked}


def simulate_arms(scenarios: Mapping[str, Scenario], *, threads: int | None = None) -> Arms:
    """Simulate the same virtual patients in several arms.

    Patient i has the same parameters and the same chances in every arm: where two courses are equal
    so are the events, and what differs is what the arms made different.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        By name, the reference first; alike in `n`, `seed`, `before`, `until`, `relapses`, `gd` and
        the first dose. Facts choose patients with the values that the reference fixes.
    threads : int, optional

    Returns
    -------
    Arms

    Examples
    --------
    >>> from diapedesis.observe import Subject
    >>> from diapedesis.simulate import Plex, Protocol
    >>> given = Protocol.every(28, n=12)
    >>> washed = given.with_sessions(Plex(322.0 + 2 * i, plasma_volumes=1.5) for i in range(3))
    >>> both = {"wait": given, "plex": washed}
    >>> arms = simulate_arms({k: Scenario(Subject(p), 500.0, n=20) for k, p in both.items()})
    >>> bool((arms["plex"]["gate"][:, -150] >= arms["wait"]["gate"][:, -150]).all())
    True
    """
    check_arms(scenarios)
    stops = shared_last_dose(scenarios)
    reference = next(iter(scenarios.values()))
    kept: dict[object, Patients] = {}
    found = {}
    for name, s in scenarios.items():
        described = (
            tuple(s.fixed.items()),
            replace(s.subject, protocol=Protocol()),
        )
        if s.subject.levels or described not in kept:
            kept[described] = draw_patients(s, stops, reference.fixed)
        found[name] = _solved(s, kept[described], stops, threads)
    return Arms(found)
