from __future__ import annotations

import pytest

from diapedesis.observe import Level, Subject
from diapedesis.plan import PlexPlan, PlexQuestion, plan_plex
from diapedesis.simulate import Protocol

LAST = 308.0


@pytest.fixture(scope="session")
def patient() -> Subject:
    """A woman of 75 kg after 12 infusions, three levels."""
    levels = (Level(308.0, 24.0), Level(315.0, 58.0), Level(318.0, 49.0))
    protocol = Protocol.every(28, n=12)
    return Subject(protocol, levels, "p", age=38, sex="female", height=1.70, haematocrit=0.40)


@pytest.fixture(scope="session")
def question() -> PlexQuestion:
    return PlexQuestion(first=320.0, by=362.0, max_sessions=5, spacing=(2, 7))


@pytest.fixture(scope="session")
def plan(patient: Subject, question: PlexQuestion) -> PlexPlan:
    return plan_plex(patient, question, n_draws=400)
