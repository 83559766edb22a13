"""After the diagnosis: the same patients under several policies, and when steroids begin."""

from functools import cache

import numpy as np
import pytest

from diapedesis.observe import LOBES
from diapedesis.population.crossing import crossing
from diapedesis.population.virus_care import ENHANCES, IRIS_ONSET, RECOGNISED, Care
from diapedesis.population.virus_courses import AFTER, BEFORE, VirusCourses, after_diagnosis
from diapedesis.population.virus_onset import MOST_VOLUME, Seeds
from tests.population.virus import ON_DRUG, at_risk, chosen, diagnosed, followed, onset, seeds

NONE = Care(sessions=0, steroids="none")
POLICIES = {
    "nothing": NONE,
    "exchange": Care(steroids="none"),
    "preemptive": Care(sessions=0, steroids="preemptive"),
    "enhancement": Care(sessions=0, steroids="enhancement"),
    "symptoms": Care(sessions=0, steroids="symptoms"),
}


@cache
def courses(policy: str) -> VirusCourses:
    return followed(POLICIES[policy])


def test_days_run_from_before_the_diagnosis_to_two_years_after() -> None:
    found = courses("nothing")
    assert (found.days[0], found.days[-1]) == (-BEFORE, AFTER)
    for id, values in found.values.items():
        assert values.shape == (diagnosed().size, found.days.size), id
        assert np.all(np.isfinite(values)), id
    assert np.all((found.last_dose <= 0) & (found.last_dose > -28.0))


def test_at_the_diagnosis_the_lesion_is_that_of_the_onset() -> None:
    """The doses until then are the same; the onset is known once a week, so it is close."""
    found = courses("nothing")
    volume = onset().volume_on(onset().diagnosis)[diagnosed()]
    small = volume < MOST_VOLUME / 2
    assert small.mean() > 0.9
    np.testing.assert_allclose(found.on("pml_volume", 0.0)[small], volume[small], rtol=0.02)


def test_lobes_go_with_the_volume_and_the_brainstem_on_each_day() -> None:
    found = courses("nothing")
    stem = found.patients.inputs["brainstem"] > 0
    known = found.lobes()
    assert known.shape == (diagnosed().size, len(LOBES))
    np.testing.assert_array_equal(known, found.patients.lobes(found.on("pml_volume", 0.0)))
    for day in (-28.0, 0.0, 90.0, 720.0):
        np.testing.assert_array_equal(found.lobes(day)[:, -1], stem)
    grown = found.on("pml_volume", 60.0) >= found.on("pml_volume", 0.0)
    assert grown.any() and not grown.all()
    assert found.lobes(60.0)[known & grown[:, None]].all()
    assert known[found.lobes(60.0) & ~grown[:, None]].all()


def test_until_the_diagnosis_no_policy_makes_a_difference() -> None:
    plain = courses("nothing")
    until = plain.days <= 0
    for policy in POLICIES:
        for id in ("pml_volume", "iris_level", "edss", "steroid_barrier"):
            np.testing.assert_allclose(
                courses(policy)[id][:, until], plain[id][:, until], rtol=1e-3, atol=1e-5, err_msg=id
            )


def began(found: VirusCourses) -> np.ndarray:
    """Return the first known day with steroid in effect, from the diagnosis."""
    given = found["steroid_barrier"] > 1e-3
    return np.where(given.any(axis=1), found.days[given.argmax(axis=1)], np.nan)


def test_each_policy_begins_steroids_when_it_says() -> None:
    """Courses are known every two days, and a course begins within the day before."""
    assert np.all(np.isnan(began(courses("nothing"))))
    assert np.all(began(courses("preemptive")) <= 2.0)
    late = began(followed(Care(steroids="preemptive"), diagnosed()[:4]))
    assert np.all((late >= 13.0) & (late <= 16.0))
    level = courses("nothing")["iris_level"]
    days = courses("nothing").days
    after = days >= 0
    for policy, limit in (("enhancement", ENHANCES), ("symptoms", IRIS_ONSET)):
        due = crossing(days[after], level[:, after], limit) + RECOGNISED
        start = began(courses(policy))
        assert np.array_equal(np.isnan(start), np.isnan(due) | (due > AFTER))
        waited = start - due
        assert np.all((waited[np.isfinite(start)] > -1) & (waited[np.isfinite(start)] < 4.0))
        assert np.isfinite(start).mean() > 0.5


def test_exchange_takes_the_drug_sooner_and_opens_the_gate() -> None:
    plain, washed = courses("nothing"), courses("exchange")
    month = [f.on("c", 20.0) for f in (plain, washed)]
    assert np.all(month[1] < month[0])
    assert np.median(month[1] / month[0]) < 0.4
    first = [crossing(f.days, f["gate"], 0.5) for f in (plain, washed)]
    assert np.all(first[1] < first[0])


def test_steroid_lowers_inflammation_while_it_acts() -> None:
    plain, treated = courses("nothing"), courses("preemptive")
    during = (plain.days >= 2) & (plain.days <= 10)
    assert np.all(
        treated["iris_level"][:, during] <= plain["iris_level"][:, during] * (1 + 1e-4) + 1e-6
    )


def test_death_comes_when_the_hazard_says_and_iris_before_it() -> None:
    for found in map(courses, POLICIES):
        dead = np.isfinite(found.death)
        assert np.all(found.death[dead] >= 0)
        hazard = found["death_hazard"] - found["death_hazard"][:, [int(BEFORE / 2)]]
        waits = found.patients.waiting("death")
        assert np.array_equal(dead, hazard[:, -1] > waits)
        assert np.array_equal(found.alive(AFTER), ~dead)
        onset_, end = found.iris_onset, found.iris_end
        assert not np.any(onset_ > np.where(dead, found.death, np.inf))
        ended = np.isfinite(end)
        assert np.all(end[ended] >= onset_[ended])


def test_a_patient_has_its_own_chance_of_death_in_every_policy_and_part() -> None:
    at = diagnosed()[[5, 1]]
    part = followed(NONE, at)
    whole = courses("nothing")
    assert np.array_equal(part.death, whole.death[[5, 1]], equal_nan=True)
    for id in part.values:
        assert part[id].tobytes() == whole[id][[5, 1]].tobytes(), id


def test_each_patient_may_have_a_policy_of_its_own() -> None:
    at = diagnosed()[:6]
    which = np.array([0, 1, 0, 1, 2, 2])
    mixed = after_diagnosis(
        at_risk().some(at),
        [ON_DRUG] * 6,
        Seeds(seeds().targets[at]),
        chosen(onset(), at),
        [POLICIES[p] for p in ("nothing", "exchange", "symptoms")],
        which,
    )
    for k, policy in enumerate(("nothing", "exchange", "symptoms")):
        same = which == k
        np.testing.assert_array_equal(mixed["edss"][same], courses(policy)["edss"][:6][same])


def test_who_is_not_diagnosed_cannot_be_followed() -> None:
    at = np.arange(3)
    found = chosen(onset(), at)
    found.diagnosis[1] = np.nan
    with pytest.raises(ValueError, match="found 1 patients without a diagnosis"):
        after_diagnosis(at_risk().some(at), [ON_DRUG] * 3, seeds(), found, [NONE])
