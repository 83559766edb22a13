"""What several tests of courses share: the outputs with a warmed kernel, and a short solve."""

from typing import Any

from diapedesis.models import pkpd
from diapedesis.simulate import Protocol, Schedule, Solution, solve
from diapedesis.simulate.warm import SETS

OUTPUTS = SETS[2]
LINEAR = {"v_max": 0.0}


def course(given: Protocol | Schedule, times: Any, **options: Any) -> Solution:
    """Solve for every common output, or fail the test."""
    return solve(pkpd(), given, times, OUTPUTS, **options).raise_failures()
