"""What tests of JC virus share: one set of outputs, drawn patients, a seed, a solve."""

from dataclasses import replace
from typing import Any

from diapedesis.models import pml
from diapedesis.simulate import Jump, Plex, Protocol, Schedule, Solution, schedule, solve
from tests import ms_kit

VIRUS = ("pml_volume", "infected", "jc_dying", "iris_level", "iris_share")
"""What is exactly 0 without a seed."""
OUTPUTS = (
    *VIRUS,
    *("entry_jc", "jc_kill", "jc_response", "seeding_rate", "cumulative_seeding_rate"),
    *("death_rate", "death_hazard", *ms_kit.OUTPUTS),
)
LAST, YEAR_ON_DRUG = ms_kit.LAST, ms_kit.YEAR_ON_DRUG
SEED = 0.02  # mL
PLEX = tuple(Plex(LAST + 10.0 + 2 * i, plasma_volumes=1.5) for i in range(5))
"""Five exchanges soon after the last dose."""


def course(given: Any, days: Any, own: Any = None, **options: Any) -> Solution:
    """Solve for OUTPUTS, from day 0, or fail the test."""
    options = {"t0": 0.0, "method": "tsit5", **options}
    return solve(pml(), given, days, OUTPUTS, parameters=own, **options).raise_failures()


def patients(name: str, n: int, **fixed: float) -> ms_kit.Own:
    """Draw patients evenly from the central 95 % of every prior, their spread included."""
    return ms_kit.patients(name, n, model=pml(), **fixed)


def likely_patients(name: str, n: int, **fixed: float) -> ms_kit.Own:
    """Draw patients from the prior itself."""
    return ms_kit.likely_patients(name, n, model=pml(), **fixed)


def seeded(given: Protocol, day: float, volume: float = SEED) -> Schedule:
    """Return what is given, and tissue that is infected on a day."""
    plan = schedule(given, pml())
    return replace(plan, jumps=(*plan.jumps, Jump(day, "jc_infected", volume)))
