"""From scenarios with JC virus to courses: cases, their diagnosis in each arm, care after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from diapedesis.population.arms import check_arms
from diapedesis.population.scenario import Scenario, ScenarioError
from diapedesis.population.virus_arms import VirusArm, VirusArms
from diapedesis.population.virus_asked import DAYS, OUTPUTS
from diapedesis.population.virus_cases import VirusCases, draw_cases
from diapedesis.population.virus_courses import VirusCourses, after_diagnosis
from diapedesis.population.virus_onset import Onset, Seeds, until_diagnosis

Progress = Callable[[str], None]


def simulate_virus(
    scenarios: Mapping[str, Scenario], *, progress: Progress | None = None
) -> VirusArms:
    """Simulate patients in whom PML comes, under the surveillance and care of each arm.

    A patient has the same parameters and chances in every arm. The result does not depend on the
    number of threads.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Each with `virus`; alike in patients, seed and last day.
    progress : callable, optional
        Told what is under way.

    Returns
    -------
    VirusArms

    Raises
    ------
    ScenarioError
        When arms do not have the same patients, or one has no `virus`.

    Examples
    --------
    >>> from diapedesis.observe import Subject
    >>> from diapedesis.population.virus_asked import VirusAsked
    >>> from diapedesis.simulate import Protocol
    >>> given = Subject(Protocol.every(28, n=60))
    >>> arms = simulate_virus({
    ...     name: Scenario(given, 2500.0, n=40, virus=VirusAsked(jcv_index=3.0, scans=apart))
    ...     for name, apart in (("yearly", 365.0), ("every 3 months", 91.0))
    ... })
    >>> table = arms.differences().set_index("outcome")
    >>> bool(table.loc["by_scan", "value"] > 0)
    True
    """
    say = progress or (lambda text: None)
    check_arms(scenarios)
    _check(scenarios)
    say("drawing patients by risk")
    cases = draw_cases(scenarios)
    onsets: dict[object, Onset] = {}
    found = {}
    for name, s in scenarios.items():
        assert s.virus is not None
        say(f"{name}: until the diagnosis")
        known = (cases.protocols[name], tuple(sorted(s.fixed.items())))
        if known not in onsets:
            until = s.until - s.first_dose
            onsets[known] = until_diagnosis(
                cases.arms[name], cases.protocols[name], cases.seeds[name], until
            )
        onset = onsets[known].rescanned(cases.arms[name], s.virus.scans)
        say(f"{name}: from the diagnosis on")
        found[name] = VirusArm(s, cases, onset, _followed(name, s, cases, onset))
    return VirusArms(found)


def _followed(name: str, s: Scenario, cases: VirusCases, onset: Onset) -> VirusCourses | None:
    """Return the courses of those who are diagnosed; ``None`` where nobody is."""
    assert s.virus is not None
    at = np.flatnonzero(np.isfinite(onset.diagnosis))
    if not at.size:
        return None
    return after_diagnosis(
        cases.arms[name].some(at),
        [cases.protocols[name]] * at.size,
        Seeds(cases.seeds[name].targets[at]),
        onset.some(at),
        [s.virus.care],
        days=DAYS,
        outputs=OUTPUTS,
    )


def _check(scenarios: Mapping[str, Scenario]) -> None:
    first = next(iter(scenarios.values()))
    for name, s in scenarios.items():
        if s.virus is None or first.virus is None:
            raise ScenarioError(
                "virus", f"found an arm without, {name!r}, expected it in every arm"
            )
        if s.virus.people != first.virus.people:
            raise ScenarioError(
                "virus",
                f"found patients of {name!r} at {s.virus.people}, expected {first.virus.people} as"
                " in the first arm",
            )
