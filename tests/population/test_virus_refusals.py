"""What nobody can mean is refused, and nobody is left unscanned because scans are frequent."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.population.virus_care import Care
from diapedesis.population.virus_courses import after_diagnosis
from diapedesis.population.virus_onset import Seeds, seed_targets, until_diagnosis
from tests.population.virus import ON_DRUG, N, at_risk, chosen, diagnosed, followed, onset, seeds


@pytest.mark.parametrize("interval", [0.0, -90.0, np.nan, 0.5])
def test_scans_are_a_day_apart_or_more(interval: float) -> None:
    with pytest.raises(ValueError, match=r"interval: found .*, expected 1 day or more"):
        onset().rescanned(at_risk(), interval)


def test_daily_scans_find_as_many_as_any_and_smaller_lesions() -> None:
    """However many scans that is until a lesion is seen."""
    every = [onset().rescanned(at_risk(), d) for d in (1.0, 7.0, 28.0, 90.0)]
    found = [o.by_scan.sum() for o in every]
    assert found == sorted(found, reverse=True) and found[0] == N
    size = [np.nanmean(o.volume_on(o.diagnosis)) for o in every]
    assert size == sorted(size)


@pytest.mark.parametrize("until", [0.0, -5.0, np.nan, np.inf])
def test_the_last_day_comes_after_the_first(until: float) -> None:
    with pytest.raises(ValueError, match=r"until: found .*, expected a day after 0"):
        until_diagnosis(at_risk(), ON_DRUG, seeds(), until)


@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_targets_are_hazards(bad: float) -> None:
    with pytest.raises(ValueError, match=r"targets: found .*, expected 0 or more"):
        Seeds(np.array([np.inf, 0.1, bad]))


def test_nobody_is_given_a_seed_who_cannot_have_one() -> None:
    with pytest.raises(ValueError, match="hazard: found 0 by the last day, expected more than 0"):
        seed_targets(at_risk(), np.zeros((N, 2)))


@pytest.mark.parametrize("day", [-400.0, 5000.0, np.nan, np.inf])
def test_a_day_that_is_not_known_has_no_value(day: float) -> None:
    with pytest.raises(ValueError, match=r"day: found .*, expected -28 to 720"):
        followed(Care(), diagnosed()[:4]).on("edss", day)


def test_each_patient_has_a_protocol_and_a_policy() -> None:
    at = diagnosed()[:3]
    asked = (at_risk().some(at), Seeds(seeds().targets[at]), chosen(onset(), at))
    who, theirs, when = asked
    with pytest.raises(ValueError, match="protocols: found 2, expected one for each of 3"):
        after_diagnosis(who, [ON_DRUG] * 2, theirs, when, [Care()])
    for which in (np.full(3, 1), np.zeros(2, np.intp)):
        with pytest.raises(ValueError, match=r"chosen: found .*, expected a place among 1"):
            after_diagnosis(who, [ON_DRUG] * 3, theirs, when, [Care()], which)


def test_the_whole_time_is_known() -> None:
    assert np.isfinite(followed(Care(), diagnosed()[:4]).on("edss", 720.0)).all()
