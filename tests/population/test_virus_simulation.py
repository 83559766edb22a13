"""Scenarios with JC virus: equal arms, more and less risk, no seed, and what arms share."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from diapedesis.observe import Subject
from diapedesis.population.scenario import Scenario, ScenarioError
from diapedesis.population.virus_arms import VirusArms
from diapedesis.population.virus_asked import DAYS, VirusAsked
from diapedesis.population.virus_care import Care
from diapedesis.population.virus_cases import draw_cases
from diapedesis.population.virus_outcomes import HIGHER, LOWER, OPEN, SAME, difference_table
from diapedesis.population.virus_simulation import simulate_virus
from diapedesis.simulate import Course, Plex, Protocol, engine

N = 80
GIVEN = Protocol.every(28, n=65)
USUAL = Scenario(Subject(GIVEN), 2500.0, n=N, virus=VirusAsked(jcv_index=2.5, scans=365.0))


def asked(scenario: Scenario, **changes: object) -> Scenario:
    assert scenario.virus is not None
    return replace(scenario, virus=replace(scenario.virus, **changes))


@cache
def arms() -> VirusArms:
    return simulate_virus(
        {
            "usual": USUAL,
            "again": asked(USUAL),
            "scanned": asked(USUAL, scans=91.0),
            "no exchange": asked(USUAL, care=Care(sessions=0)),
            "short": replace(USUAL, subject=Subject(Protocol.every(28, n=26))),
        }
    )


def test_equal_arms_differ_by_exactly_0() -> None:
    table = arms().difference_of("again")
    for row in table.records():
        assert row["verdict"] == SAME, row
        assert (row["value"], row["low"], row["high"]) == (0.0, 0.0, 0.0)
    for id in ("iris_level", "edss"):
        assert arms()["again"].course(id).tobytes() == arms()["usual"].course(id).tobytes()


def test_until_the_diagnosis_care_makes_no_difference() -> None:
    rows = {r["outcome"]: r["verdict"] for r in arms().difference_of("no exchange").records()}
    assert {rows[id] for id in ("risk", "by_scan", "volume")} == {SAME}
    assert rows["iris_day"] != SAME


def test_what_is_scanned_more_often_is_found_smaller_and_no_later() -> None:
    usual, scanned = arms()["usual"].onset, arms()["scanned"].onset
    assert scanned.by_scan.mean() > usual.by_scan.mean()
    both = np.isfinite(usual.diagnosis) & np.isfinite(scanned.diagnosis)
    assert np.median((usual.diagnosis - scanned.diagnosis)[both]) > 0
    row = next(r for r in arms().difference_of("scanned").records() if r["outcome"] == "volume")
    assert row["value"] < 0


@pytest.mark.parametrize(
    ("apart", "verdict"),
    [(0.0, SAME), (-0.3, LOWER), (0.3, HIGHER), ([-1.0, 1.0, 2.0, 1.0], OPEN)],
)
def test_a_sign_is_told_only_where_truths_agree(apart: object, verdict: str) -> None:
    base = {"edss_6": np.array([3.0, 4.0, np.nan, 5.0])}
    other = {"edss_6": base["edss_6"] + apart}
    (row,) = difference_table(other, base, np.arange(4)).records()
    assert (row["verdict"], row["patients"]) == (verdict, 3)


def test_a_short_exposure_seeds_no_one_who_a_long_one_does_not() -> None:
    """Doses until the stop are the same, and so is the hazard that each patient waits for."""
    short, long = arms()["short"], arms()["usual"]
    assert np.all(np.isnan(short.onset.seeded) | np.isfinite(long.onset.seeded))
    assert 0 < np.isfinite(short.onset.seeded).sum() < np.isfinite(long.onset.seeded).sum()
    risk = [arms().outcomes[k]["risk"].mean() for k in ("short", "usual")]
    assert risk[0] < 0.6 * risk[1]


def test_risk_rises_with_the_index_and_after_an_immunosuppressant() -> None:
    def risk(**changes: object) -> float:
        return float(draw_cases({"": asked(USUAL, **changes)}).risk.mean())

    by_index = [risk(jcv_index=x) for x in (0.1, 1.5, 3.0)]
    assert all(np.diff(by_index) > 0)
    assert by_index[0] < 0.02 * by_index[-1]
    drawn = [risk(jcv_index=None, jcv_positive=read) for read in (False, None, True)]
    assert all(np.diff(drawn) > 0)
    assert drawn[0] < 0.2 * drawn[-1]
    assert risk(prior_immunosuppressant=True) > 1.3 * risk(jcv_index=2.5)


def test_risk_of_cases_is_that_of_patients_on_the_drug() -> None:
    """Of the arm with the highest risk every case is seeded, each standing for the mean risk."""
    cases = arms()["usual"].cases
    assert np.all(np.isfinite(arms()["usual"].onset.seeded))
    np.testing.assert_allclose(cases.risk, cases.chances.mean(axis=1))
    assert np.all((cases.risk > 0) & (cases.risk < 0.3))


def test_without_a_seed_there_is_no_virus() -> None:
    none = simulate_virus({"none": replace(USUAL, n=8, parameters={"seeding": 0.0})})
    arm = none["none"]
    assert np.all(np.isnan(arm.onset.seeded)) and np.all(arm.onset.volume == 0.0)
    assert np.all(np.isnan(arm.onset.diagnosis)) and arm.courses is None
    rows = {r["outcome"]: r for r in none.summary_of("none").records()}
    assert rows["risk"]["value"] == 0.0
    assert rows["edss_12"]["patients"] == 0 and np.isnan(rows["edss_12"]["value"])
    assert none.plot().axes and none.to_frame()["mean"].isna().all()


def test_numbers_do_not_depend_on_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    few = {k: replace(arms()[k].scenario, n=12) for k in ("usual", "no exchange")}
    found = []
    for threads in (1, 3):
        monkeypatch.setattr(engine.os, "cpu_count", lambda threads=threads: threads)
        found.append(simulate_virus(few))
    for k in few:
        for id, x in found[0].outcomes[k].items():
            assert x.tobytes() == found[1].outcomes[k][id].tobytes(), (k, id)


def test_the_day_of_the_first_dose_does_not_matter() -> None:
    later = Protocol.every(28, n=65, start=-700.0)
    moved = replace(USUAL, subject=Subject(later), until=1800.0, n=12)
    both = [simulate_virus({"": s}) for s in (replace(USUAL, n=12), moved)]
    for id in ("risk", "volume", "edss_12"):
        a, b = (x.outcomes[""][id] for x in both)
        np.testing.assert_allclose(a, b, rtol=1e-3)


def test_intervals_hold_their_value_and_open_ones_say_so() -> None:
    for name in arms():
        for row in arms().summary_of(name).records():
            if row["statistic"] != "median" and row["patients"]:
                assert row["low"] <= row["value"] <= row["high"], (name, row)
    for name in ("scanned", "no exchange", "short"):
        for row in arms().difference_of(name).records():
            if row["verdict"] == OPEN:
                assert row["low"] <= 0 <= row["high"]
            elif row["verdict"] == LOWER:
                assert row["high"] < 0


def test_shares_are_shares_and_the_dead_have_no_edss() -> None:
    for name, values in arms().outcomes.items():
        found = np.isfinite(arms()[name].onset.diagnosis)
        for id in ("by_scan", "iris", "virus_share", "icu", "death_12", "death_clock"):
            assert np.all((values[id][found] >= 0) & (values[id][found] <= 1)), id
            assert np.all(np.isnan(values[id][~found])), id
        courses = arms()[name].courses
        assert courses is not None
        dead = courses.death <= 365.0
        assert np.array_equal(np.isnan(values["edss_12"][found]), dead)


def test_on_one_clock_who_is_found_last_is_a_year_from_the_diagnosis() -> None:
    """So its numbers there are those of 12 months; who was found sooner is further on."""
    onsets = [a.onset.diagnosis for a in arms().values()]
    found = np.all(np.isfinite(onsets), axis=0)
    latest = np.max(onsets, axis=0)
    for name, values in arms().outcomes.items():
        last = found & (arms()[name].onset.diagnosis == latest)
        assert last.any()
        np.testing.assert_allclose(
            values["death_clock"][last], values["death_12"][last], rtol=1e-9, atol=1e-12
        )
        assert np.all(values["death_clock"][found] >= values["death_12"][found] - 1e-12)


def test_data_hold_every_arm_and_case() -> None:
    pytest.importorskip("xarray")
    data = arms().to_xarray()
    assert dict(data.sizes) == {"arm": 5, "patient": N, "day": DAYS.size}
    assert data["icp"].attrs["units"] == "mmHg"
    assert set(arms().to_frame()["arm"]) == set(arms())
    assert set(arms().summary()["arm"]) == set(arms())
    assert set(arms().differences()["arm"]) == set(arms()) - {"usual"}


@pytest.mark.parametrize(
    ("protocol", "part"),
    [
        (GIVEN.with_sessions([Plex(2000.0, plasma_volumes=1.5)]), "found sessions beside it"),
        (GIVEN.with_treatments([Course("fingolimod", 2000.0)]), "found treatments beside it"),
    ],
)
def test_what_a_scenario_with_the_virus_does_not_take(protocol: Protocol, part: str) -> None:
    with pytest.raises(ScenarioError, match=part):
        replace(USUAL, subject=Subject(protocol))


def test_arms_have_the_same_patients_or_are_refused() -> None:
    with pytest.raises(ScenarioError, match="as in the first arm"):
        simulate_virus({"a": USUAL, "b": asked(USUAL, jcv_index=1.0)})
    with pytest.raises(ScenarioError, match="found an arm without"):
        simulate_virus({"a": USUAL, "b": replace(USUAL, virus=None)})


@pytest.mark.parametrize(
    "changes",
    [{"jcv_index": -1.0}, {"jcv_positive": True}, {"scans": 7.0}],
)
def test_what_cannot_be_asked(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="found"):
        replace(VirusAsked(jcv_index=2.5), **changes)


def test_a_parameter_of_the_virus_may_be_stated_beside_it_only() -> None:
    assert replace(USUAL, parameters={"plex_death": 1.0}).fixed == {"plex_death": 1.0}
    with pytest.raises(ScenarioError, match="the id of a parameter"):
        replace(USUAL, parameters={"plex_death": 1.0}, virus=None)
