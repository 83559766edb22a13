"""What a policy after the diagnosis gives, on which days, and what it refuses."""

import math
from itertools import pairwise

import pytest

from diapedesis.population.virus_care import Care
from diapedesis.simulate import (
    Boost,
    Course,
    Immunoadsorption,
    Infusion,
    OralSteroid,
    Plex,
    Protocol,
    ProtocolError,
    Steroid,
)

BEFORE = Protocol.every(28, n=12)
DAY = 250.0
FREE = Care(sessions=0, steroids="none")


def test_the_drug_stops_on_the_day_of_the_diagnosis() -> None:
    given = FREE.given(BEFORE, DAY)
    assert given.last_dose == 224.0
    on_the_day = FREE.given(BEFORE, 224.0)
    assert on_the_day.last_dose == 196.0
    assert not given.sessions and not given.treatments


def test_sessions_begin_and_follow_as_said() -> None:
    care = Care(sessions=3, first=2.0, apart=3.0, plasma_volumes=1.2, steroids="none")
    assert care.plex_days == (2.0, 5.0, 8.0)
    given = care.given(BEFORE, DAY)
    assert [s.time for s in given.sessions] == [252.0, 255.0, 258.0]
    assert all(isinstance(s, Plex) and s.plasma_volumes == 1.2 for s in given.sessions)
    columns = Care(sessions=2, adsorption=True).given(BEFORE, DAY).sessions
    assert all(isinstance(s, Immunoadsorption) for s in columns)


@pytest.mark.parametrize(("sessions", "start"), [(5, 13.0), (0, 0.0)])
def test_preemptive_steroid_begins_after_the_last_session_or_at_once(sessions, start) -> None:
    care = Care(sessions=sessions, steroids="preemptive", pulse_days=3, taper_days=20.0)
    given = care.given(BEFORE, DAY).treatments
    pulses = [t for t in given if isinstance(t, Steroid)]
    assert [t.time - DAY for t in pulses] == [start, start + 1, start + 2]
    taper = [t for t in given if isinstance(t, OralSteroid)]
    assert [t.mg_per_day for t in taper] == [60.0, 30.0, 15.0, 7.5]
    assert taper[0].start == DAY + start + 3 and taper[-1].end == DAY + start + 23
    assert all(a.end == b.start for a, b in pairwise(taper))


def test_without_a_taper_only_the_pulse() -> None:
    care = Care(sessions=0, steroids="preemptive", pulse_days=5, taper_days=0.0)
    assert len(care.given(BEFORE, DAY).treatments) == 5
    assert len(care.course(0.0)) == 5


@pytest.mark.parametrize("steroids", ["none", "enhancement", "symptoms"])
def test_steroid_that_waits_is_not_given_unless_its_day_is_known(steroids) -> None:
    care = Care(sessions=0, steroids=steroids)
    assert not care.given(BEFORE, DAY).treatments
    assert (care.waits_for < 1) == (steroids != "none")
    if steroids != "none":
        given = care.given(BEFORE, DAY, steroids_on=40.0).treatments
        assert given[0].time == DAY + 40.0
        assert not care.given(BEFORE, DAY, steroids_on=math.nan).treatments


def test_enhancement_comes_before_symptoms() -> None:
    assert Care(steroids="enhancement").waits_for < Care(steroids="symptoms").waits_for


def test_other_treatments_count_from_the_diagnosis_and_earlier_ones_stay() -> None:
    before = BEFORE.with_treatments([Course("glatiramer", 10.0, 20.0)])
    others = (Course("maraviroc", 5.0, 35.0), Boost("checkpoint", 7.0), OralSteroid(1.0, 9.0, 60.0))
    given = Care(sessions=0, steroids="none", others=others).given(before, DAY).treatments
    assert given == (
        Course("glatiramer", 10.0, 20.0),
        OralSteroid(251.0, 259.0, 60.0),
        Course("maraviroc", 255.0, 285.0),
        Boost("checkpoint", 257.0),
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"steroids": "always"}, "steroids: found 'always', expected none, preemptive"),
        ({"sessions": -1}, "sessions: found -1, expected a whole number, 0 or more"),
        ({"sessions": 2.5}, "sessions: found 2.5, expected a whole number"),
        ({"pulse_days": -2}, "pulse_days: found -2, expected a whole number, 0 or more"),
        ({"apart": 0.0}, "apart: found 0.0, expected a finite number, above 0"),
        ({"apart": math.nan}, "apart: found nan, expected a finite number, above 0"),
        ({"taper_days": -1.0}, "taper_days: found -1.0, expected a finite number, 0 or more"),
        ({"taper_days": math.inf}, "taper_days: found inf, expected a finite number"),
        ({"plasma_volumes": 0.0}, "plasma_volumes: found 0.0, expected a finite number, above 0"),
        ({"first": math.inf}, "first: found inf, expected a finite day"),
    ],
)
def test_what_cannot_be_is_refused(wrong, said) -> None:
    with pytest.raises(ValueError, match=said):
        Care(**wrong)


def test_sessions_that_overlap_are_refused() -> None:
    with pytest.raises(ProtocolError):
        Care(apart=0.01).given(Protocol((Infusion(0.0, 300.0),)), DAY)
