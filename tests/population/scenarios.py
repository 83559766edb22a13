"""Small scenarios for the tests."""

from functools import cache
from typing import Any

from diapedesis.observe import Subject
from diapedesis.population import Courses, Scenario, simulate
from diapedesis.simulate import Protocol

GIVEN = Protocol.every(28, n=12, start=-308.0, weight=66.0)


def stop(protocol: Protocol = GIVEN, **changes: Any) -> Scenario:
    """A patient who stops after 12 infusions, the last on day 0."""
    usual: dict[str, Any] = {"until": 365.0, "n": 60}
    return Scenario(Subject(protocol, height=1.68, sex="female"), **(usual | changes))


@cache
def courses(n: int = 60, seed: int = 1, threads: int | None = None) -> Courses:
    """Courses of that patient."""
    return simulate(stop(n=n, seed=seed), threads=threads)
