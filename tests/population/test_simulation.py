"""Simulated courses: reproducible, consistent with themselves, and what arms make different."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from diapedesis.population import ScenarioError, simulate, simulate_arms
from diapedesis.population.drivers import asked_outcome, drivers
from diapedesis.population.outcomes import OUTCOMES, difference_table, outcomes
from diapedesis.simulate import Course, Depletion, Plex, Steroid
from tests.population.scenarios import GIVEN, courses, stop

WASHED = GIVEN.with_sessions(Plex(14.0 + 2 * i, plasma_volumes=1.5) for i in range(3))


def test_the_same_bytes_whatever_the_threads() -> None:
    one, two = courses(threads=1), courses(threads=2)
    for output, values in one.values.items():
        assert values.tobytes() == two[output].tobytes(), output
    assert one.events.equals(two.events)


def test_a_patient_has_the_same_course_and_events_in_every_number() -> None:
    few, many = courses(n=10), courses()
    for output, values in few.values.items():
        np.testing.assert_allclose(values, many[output][:10], rtol=1e-6, atol=1e-9)
    some = many.events[many.events["patient"] < 10]
    assert few.events["patient"].tolist() == some["patient"].tolist()
    np.testing.assert_allclose(few.events["day"], some["day"], atol=1e-3)


def test_before_the_first_dose_nothing_changes() -> None:
    found = courses()
    untreated = found.days < -308
    for output in ("tone", "gd", "lymphocytes", "gate", "relapse_rate"):
        values = found[output][:, untreated]
        np.testing.assert_allclose(values, values[:, :1] * np.ones(values.shape[1]), rtol=2e-3)


def test_activity_before_day_0_is_that_of_the_facts() -> None:
    found = simulate(stop(n=20, until=1500.0, hypothesis="null"))
    own = found.patients.drawn
    births, now = found["lesion_births"], own["activity_now"]
    np.testing.assert_allclose(births[:, 0], own["lesion_rate"], rtol=1e-3)
    assert np.abs(np.log(now)).max() > 0.3
    late = births[:, -1] / births[:, 0]
    np.testing.assert_allclose(late, now, rtol=0.05)


def test_what_came_before_the_first_day_counts() -> None:
    gone = replace(GIVEN, treatments=(Depletion("anti_cd52", -600.0),))
    found, untreated = simulate(stop(gone, n=4)), courses(n=4)
    assert found.days[0] == -488.0
    ratio = found["lymphocytes"][:, 0] / found.lymphocytes_untreated
    assert (ratio < 0.9).all()
    usual = untreated["lymphocytes"][:, 0] / untreated.lymphocytes_untreated
    np.testing.assert_allclose(usual, 1.0, rtol=1e-3)


def test_the_drug_does_what_it_is_given_for() -> None:
    found = courses()
    at = lambda output, day: found[output][:, np.searchsorted(found.days, day)]  # noqa: E731
    assert np.median(at("gate", 0.0)) < 0.05
    assert np.median(at("gd", 0.0)) < 0.3 * np.median(at("gd", -320.0))
    assert np.median(at("gate", 200.0)) > 0.95
    assert np.median(at("lymphocytes", 0.0)) > 1.3 * np.median(at("lymphocytes", -320.0))


@pytest.mark.slow
def test_sampled_relapses_and_scans_follow_the_expected_ones() -> None:
    found = courses(n=600)
    day = found.days[-1]
    relapsed = np.isfinite(found.lesions.first_relapse(found.origin, day)).mean()
    expected = found.relapse_probability[:, -1].mean()
    assert relapsed == pytest.approx(expected, abs=4 * np.sqrt(0.25 / 600))
    scans, days = found.lesions.enhancing([150.0, 250.0, 350.0]), (150.0, 250.0, 350.0)
    for j, scan in enumerate(days):
        gd = found["gd"][:, np.searchsorted(found.days, scan)]
        spread = scans[:, j].std() / np.sqrt(600)
        assert scans[:, j].mean() == pytest.approx(gd.mean(), abs=4 * spread)


def test_relapses_are_counted_from_day_0() -> None:
    found = courses()
    risk = found.relapse_probability
    assert (risk[:, found.days <= 0] == 0).all()
    assert (np.diff(risk, axis=1) >= 0).all()
    earlier = found.since(-308.0).relapse_probability
    assert (earlier[:, -1] > risk[:, -1]).all()


def test_events_are_in_order_and_within_the_days() -> None:
    frame = courses().events
    assert list(frame.columns) == ["patient", "day", "kind"]
    assert frame.equals(frame.sort_values(["patient", "day"]))
    assert frame["day"].between(-308 - 180, 365).all()


def test_a_dataset_says_what_it_holds() -> None:
    found = courses()
    data = found.to_xarray()
    assert data["gd"].dims == ("patient", "day")
    assert data["c"].attrs == {"units": "mg/L", "long_name": data["c"].attrs["long_name"]}
    assert data.attrs["day_0"] == 0 and data.attrs["seed"] == 1
    assert np.array_equal(data["edss"].values, found["edss"])
    assert data["gd_seen"].dtype == np.int32 and int(data["gd_seen"].min()) == 0


def test_a_frame_has_a_row_for_each_day_and_output() -> None:
    found = courses()
    frame = found.to_frame()
    assert len(frame) == (len(found.values) + 1) * found.days.size
    row = frame[(frame["output"] == "icp") & (frame["day"] == 100)].iloc[0]
    assert row["unit"] == "mmHg"
    assert row["q05"] <= row["q50"] <= row["q95"]


def test_further_outputs_and_a_far_month() -> None:
    found = simulate(stop(n=4, until=100.0, outputs=("nfl",)))
    assert found["nfl"].shape == (4, found.days.size)
    rows = found.summary().set_index("outcome")["value"]
    assert np.isnan(rows["relapse_6"]) and rows["relapse_3"] > 0
    assert asked_outcome(found) == "relapse_3"


def test_a_month_that_is_not_reached_is_lower_in_nobody_known() -> None:
    rows = difference_table(courses(n=4), simulate(stop(n=4, until=100.0))).records()
    lower = {r["outcome"]: float(r["lower"]) for r in rows}
    assert np.isnan(lower["relapse_12"]) and lower["relapse_3"] == 0


def test_edss_says_that_it_follows_the_expected_lesions() -> None:
    labels = {o.id: o.label for o in OUTCOMES}
    for id in ("edss_worst", "edss_end"):
        assert labels[id].endswith("at the expected number of lesions")


def test_a_gate_that_does_not_open_is_never_half_open() -> None:
    found = simulate(stop(n=4, until=10.0))
    assert np.isinf(outcomes(found)["gate_half_open"]).all()
    assert set(outcomes(found)) == {o.id for o in OUTCOMES}


def test_arms_have_the_same_patients_until_they_part() -> None:
    arms = simulate_arms({"wait": stop(), "wash": stop(WASHED)})
    wait, wash = arms["wait"], arms["wash"]
    for id, values in wait.patients.drawn.items():
        assert np.array_equal(values, wash.patients.drawn[id]), id
    same = wait.days < 14
    np.testing.assert_allclose(wait["gate"][:, same], wash["gate"][:, same], rtol=1e-6, atol=1e-9)
    opened = arms.differences().set_index("outcome").loc["gate_half_open"]
    assert opened["value"] < -5 and opened["lower"] > 0.8
    early = lambda frame: frame[frame["day"] < 14]  # noqa: E731
    a, b = early(wait.events), early(wash.events)
    assert a["patient"].tolist() == b["patient"].tolist()
    np.testing.assert_allclose(a["day"], b["day"], atol=1e-3)


def test_treatments_work_in_their_known_directions() -> None:
    given = {
        "nothing": GIVEN,
        "fingolimod": replace(GIVEN, treatments=(Course("fingolimod", 56.0),)),
        "late": replace(GIVEN, treatments=(Course("fingolimod", 112.0),)),
        "anti_cd20": replace(GIVEN, treatments=(Depletion("anti_cd20", 28.0),)),
        "steroid": replace(GIVEN, treatments=tuple(Steroid(28.0 * i, 1.0) for i in range(1, 7))),
    }
    arms = simulate_arms({k: stop(p) for k, p in given.items()})
    rows = arms.summary().query("outcome == 'relapse_12'").set_index("arm")["value"]
    assert rows["anti_cd20"] < rows["nothing"]
    assert rows["fingolimod"] < rows["late"] < rows["nothing"]
    assert rows["steroid"] < rows["nothing"]


def test_steroids_hide_lesions_from_scans() -> None:
    given = tuple(Steroid(day, 1.0) for day in (200.0, 201.0, 202.0))
    found = simulate(stop(replace(GIVEN, treatments=given), n=20))
    day = np.array([203.0])
    present = found.lesions.enhancing(day)
    seen = found.scans(day)
    assert (seen <= present).all()
    assert seen.sum() < 0.7 * present.sum()
    at = np.searchsorted(found.days, day)
    assert np.array_equal(found.to_xarray()["gd_seen"].values[:, at], seen)


def test_day_0_is_the_last_dose_that_arms_share() -> None:
    more = GIVEN.with_doses(GIVEN.every(28, n=3, start=28.0).doses)
    arms = simulate_arms({"stay": stop(more, n=4), "stop": stop(n=4)})
    assert [c.origin for c in arms.values()] == [0.0, 0.0]
    assert arms.to_xarray().sizes["arm"] == 2
    assert list(arms.to_xarray()["arm"].values) == ["stay", "stop"]
    assert set(arms.events["arm"]) <= {"stay", "stop"}
    assert set(arms.to_frame()["arm"]) == {"stay", "stop"}


def test_arms_that_fix_what_facts_depend_on_have_the_same_patients() -> None:
    base = stop(n=4, until=30.0, relapses=2, gd=3)
    arms = simulate_arms({"a": base, "b": replace(base, parameters={"relapse_other": 0.0})})
    a, b = (c.patients.drawn for c in arms.values())
    assert set(a) - set(b) == {"relapse_other"}
    for id, values in b.items():
        assert np.array_equal(values, a[id]), id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"n": 3}, "n"),
        ({"seed": 2}, "seed"),
        ({"until": 300.0}, "until"),
        ({"before": 90.0}, "before"),
        ({"relapses": 1.0}, "relapses"),
    ],
)
def test_arms_of_other_patients_or_days_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError, match=f"^{field}: "):
        simulate_arms({"a": stop(n=4), "b": stop(**({"n": 4} | changes))})
    with pytest.raises(ScenarioError, match="none"):
        simulate_arms({})


def test_drivers_part_the_patients() -> None:
    found = drivers(courses(n=600))
    assert "lesion_rate" in found.column("id") or "activity_now" in found.column("id")
    for row in found.records():
        assert row["gap"] == pytest.approx(abs(row["upper_half"] - row["lower_half"]))
