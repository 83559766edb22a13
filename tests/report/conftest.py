"""Small plans shared by the tests of figures and reports."""

from dataclasses import replace

import pytest

from diapedesis.observe import Assay, Level, Subject
from diapedesis.plan import (
    Forecast,
    Interval,
    PlexPlan,
    PlexQuestion,
    Threshold,
    Washout,
    plan_interval,
    plan_plex,
    plan_washout,
)
from diapedesis.plan import forecast as make_forecast
from diapedesis.simulate import Immunoadsorption, Plex, Protocol

DRAWS = 150
ASK = PlexQuestion(152.0, 200.0, max_sessions=3, spacing=(2, 3), top_up=False, probability=0.6)
PATIENT = Subject(
    Protocol.every(28, n=6),
    levels=(Level(140.0, 24.0), Level(150.0, 49.0)),
    id="patient 7",
    age=38.0,
    sex="female",
    height=1.7,
    haematocrit=0.4,
)


def plan(subject: Subject, question: PlexQuestion) -> PlexPlan:
    return plan_plex(subject, question, n_draws=DRAWS, seed=3)


@pytest.fixture(scope="session")
def reached() -> PlexPlan:
    return plan(PATIENT, ASK)


@pytest.fixture(scope="session")
def not_reached() -> PlexPlan:
    return plan(PATIENT, replace(ASK, by=185.0, max_sessions=2, probability=0.95))


@pytest.fixture(scope="session")
def not_needed() -> PlexPlan:
    return plan(PATIENT, replace(ASK, by=300.0, max_sessions=1))


@pytest.fixture(scope="session")
def outlier() -> PlexPlan:
    levels = (Level(84.0, 22.0), Level(140.0, 150.0), Level(150.0, 49.0))
    return plan(replace(PATIENT, levels=levels), ASK)


@pytest.fixture(scope="session")
def during_sessions() -> PlexPlan:
    """Return a plan after two sessions, with a level below quantification after the second."""
    given = PATIENT.protocol.with_sessions([Plex(144.0, volume=4.0), Plex(146.0, volume=4.0)])
    low = Level(146.2, None, Assay("second laboratory", lloq=5.0, factor=1.2))
    levels = (Level(144.0, 55.0), Level(144.2, 18.0), low)
    return plan(replace(PATIENT, protocol=given, levels=levels), ASK)


@pytest.fixture(scope="session")
def cells() -> PlexPlan:
    """Return a plan from levels and saturations, one above 1, one not read, on two occasions."""
    flow = Assay.of_saturation("flow cytometry")
    coarse = replace(flow, name="coarse", lloq=0.9, factor=1.2)
    read = (Level(112.0, 0.8, flow), Level(140.0, None, coarse), Level(150.0, 1.08, flow))
    return plan(replace(PATIENT, levels=(*PATIENT.levels, *read), occasions=(112.0,)), ASK)


@pytest.fixture(scope="session")
def no_level() -> PlexPlan:
    """Return a plan of immunoadsorption towards a saturation, with nothing measured."""
    ask = replace(
        ASK,
        threshold=Threshold(0.5, "saturation"),
        sizes=(Immunoadsorption(0.0, plasma_volumes=2.5),),
        max_sessions=2,
    )
    return plan(Subject(Protocol.every(28, n=6)), ask)


@pytest.fixture(scope="session")
def washout() -> Washout:
    return plan_washout(PATIENT, n_draws=DRAWS)


@pytest.fixture(scope="session")
def interval() -> Interval:
    return plan_interval(PATIENT, n_draws=DRAWS)


@pytest.fixture(scope="session")
def forecast() -> Forecast:
    return make_forecast(PATIENT, 220.0, n_draws=DRAWS)
