"""What must be true of any ranking of samples."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from diapedesis.observe import Assay, Level, Subject
from diapedesis.plan import PlexPlan, PlexQuestion, SamplePlan, plan_sample
from diapedesis.plan.design import Design
from diapedesis.plan.sample_options import Option
from diapedesis.plan.samples import HABITS, SATURATION, default_assays, sharper
from diapedesis.simulate import Antibodies, Protocol

DRAWS = 300
QUICK = 2.0
"""Days to a result, so that some samples come in time and some too late."""


@pytest.fixture(scope="module")
def ask(question: PlexQuestion) -> PlexQuestion:
    return replace(
        question,
        by=355.0,
        samples=(354.0,),
        probability=0.5,
        max_sessions=4,
        top_up=False,
        result_after_days=QUICK,
    )


@pytest.fixture(scope="module")
def found(patient: Subject, ask: PlexQuestion) -> SamplePlan:
    return plan_sample(patient, ask, design=Design(4, 5), n_draws=DRAWS)


@pytest.fixture(scope="module")
def waiting(patient: Subject, ask: PlexQuestion) -> SamplePlan:
    return plan_sample(patient, ask, design=Design(0), n_draws=DRAWS)


def only(plan: SamplePlan, day: float, assay: Assay) -> Option:
    return next(o for o in plan.options if o.sample.day == day and o.assay == assay)


def test_no_result_is_expected_to_widen_what_is_open(
    found: SamplePlan, waiting: SamplePlan
) -> None:
    """Law of total variance; 60 options, so three errors and a half."""
    for o in (*found.options, *waiting.options):
        for name, drop in o.drop.items():
            assert drop.value > -3.5 * drop.error - 1e-9, (name, o.sample.when, o.assay)


def test_the_ranking_is_by_what_is_left_open(found: SamplePlan) -> None:
    table = found.table
    ranked = table[table["rank"].notna()]
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))
    assert ranked["drop_date"].is_monotonic_decreasing
    assert ranked["sd_date_left"].is_monotonic_increasing
    assert (ranked["status"] == "in time").all()
    left = ranked["sd_date"] ** 2 - ranked["sd_date_left"] ** 2
    assert np.allclose(left, ranked["drop_date"])
    assert np.allclose(ranked["share_date"], ranked["drop_date"] / ranked["sd_date"] ** 2)
    assert found.best is found.options[0]


def test_a_result_that_comes_too_late_gains_nothing(found: SamplePlan) -> None:
    q, table = found.question, found.table
    late = table[table["result_day"] >= q.by]
    assert len(late) and (late["status"] == "too late").all()
    counted = [c for c in table if c.startswith(("drop_", "share_", "p_change"))]
    counted.remove("share_date_if_in_time")
    counted.remove("share_date_if_in_time_error")
    assert (late[counted] == 0).all(axis=None)
    assert late["rank"].isna().all()
    assert (table.loc[table["result_day"] < q.by, "status"] != "too late").all()
    assert not late["tied_with_best"].any()
    slow = plan_sample(
        found.fit.subject,
        replace(q, result_after_days=q.by - q.first),
        design=found.chosen.design,
        n_draws=DRAWS,
    )
    assert slow.best is None
    assert slow.headline().startswith("No sample's result comes before the asked day")


def test_only_sessions_not_begun_can_be_changed(found: SamplePlan) -> None:
    days = found.session_days
    for o in found.options:
        assert o.given == sum(d < o.result_day for d in days)
        if o.given == 4:  # no fifth session is allowed: nothing is left to change
            assert not o.steers
        row = found.table.iloc[found.options.index(o)]
        if not o.steers and o.status != "cannot say":
            assert row["drop_sessions"] == row["p_change"] == 0
    able = [o for o in found.options if o.steers and o.trusted]
    assert {o.given for o in able} == {1, 2, 3}
    assert max(o.changes.value for o in able) > 0


def test_what_must_be_given_anyway_leaves_less_open(found: SamplePlan) -> None:
    """The number of sessions is at least the number given, so that its variance falls with it."""
    before = {o.given: o.before["sessions"].value for o in found.options}
    values = [before[k] for k in sorted(before)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("measures", ["free", "saturation"])
def test_a_sharper_assay_never_tells_less(
    patient: Subject, ask: PlexQuestion, measures: str
) -> None:
    base = SATURATION if measures == "saturation" else Assay()
    folds = (2.0, 1.0, 0.5)
    assays = [sharper(base, f) for f in folds]
    day = 330.0
    plan = plan_sample(
        patient, ask, design=Design(4, 5), candidates=[day], assays=assays, n_draws=DRAWS
    )
    ordered = [only(plan, day, a) for a in assays]
    for blunt, sharp in pairwise(ordered):
        for name in ("date", "sessions", "waiting"):
            gain = sharp.drop[name] - blunt.drop[name]
            assert gain.value > -3 * gain.error - 1e-9


def test_an_assay_that_cannot_see_the_level_tells_nothing(
    patient: Subject, ask: PlexQuestion
) -> None:
    """All levels late in the course lie below its limit: its result is known beforehand."""
    blind = Assay("blind", 0.01, 0.01, lloq=20.0)
    day = 336.0
    plan = plan_sample(
        patient, ask, design=Design(4, 5), candidates=[day], assays=[blind], n_draws=DRAWS
    )
    o = only(plan, day, blind)
    assert np.quantile(plan.chosen.values["c"][:, plan.chosen.times >= day], 0.999) < 19
    assert o.share("date").value == pytest.approx(0.0, abs=1e-6)
    assert o.changes.value == 0.0


def test_order_and_company_of_the_candidates_change_nothing(
    patient: Subject, ask: PlexQuestion
) -> None:
    days, assays = [321.0, 324.5, 330.0], [Assay(), SATURATION]

    def ask_about(d: list[float], a: list[Assay]) -> SamplePlan:
        return plan_sample(patient, ask, design=Design(4, 5), candidates=d, assays=a, n_draws=DRAWS)

    one, other = ask_about(days, assays), ask_about(days[::-1], assays[::-1])
    assert one.table.to_csv() == other.table.to_csv()
    alone = only(ask_about([330.0], [Assay()]), 330.0, Assay())
    among = only(one, 330.0, Assay())
    # the courses are solved to other days in between: equal to the solver's tolerance
    assert alone.drop["date"].value == pytest.approx(among.drop["date"].value, rel=1e-3)


def test_the_same_question_gives_the_same_bytes(found: SamplePlan, ask: PlexQuestion) -> None:
    subject = found.fit.subject
    again = plan_sample(subject, ask, design=Design(4, 5), n_draws=DRAWS)
    assert again.table.to_csv() == found.table.to_csv()
    assert again.headline() == found.headline() and again.notes() == found.notes()
    other = plan_sample(subject, ask, design=Design(4, 5), n_draws=DRAWS, seed=2)
    assert other.table.to_csv() != found.table.to_csv()


def test_habits_stand_in_the_table_and_are_compared_with_the_best(
    found: SamplePlan, waiting: SamplePlan
) -> None:
    assert [o.sample.habit for o in found.habits] == list(HABITS)[:3]
    first, last = found.session_days[0], found.session_days[-1]
    gap = [h.sample.day - last for h in found.habits[1:]]
    assert found.habits[0].sample.day == first
    assert 1 <= 24 * (gap[0] - 2.5 / 24) < 1.001 and 1 < gap[1] <= 3.1
    for o in found.habits:
        behind = found.behind(o)
        assert behind.value >= 0 and behind.error >= 0
    months = [(o.sample.day - 308.0) % 28 for o in waiting.habits]
    assert months and set(months) == {0.0}
    assert {o.sample.habit for o in waiting.habits} == {"monthly trough"}
    assert any(line.startswith("By habit: ") for line in found.notes())


def test_the_error_of_a_difference_is_smaller_than_of_its_terms(found: SamplePlan) -> None:
    """Samples are compared on the same patients with the same luck."""
    best = found.best
    assert best is not None
    near = next(o for o in found.in_time[1:] if o.assay == best.assay)
    apart = np.hypot(best.share("date").error, near.share("date").error)
    assert found.behind(near).error < apart


def test_the_group_of_the_best_is_within_two_errors(found: SamplePlan) -> None:
    assert found.best is not None and found.tied(found.best)
    for o in found.in_time:
        gap = found.behind(o)
        assert found.tied(o) == (gap.value <= 2 * gap.error + 1e-12)


def test_waiting_is_sampled_while_waiting(waiting: SamplePlan) -> None:
    assert not waiting.session_days
    assert waiting.steering is None
    for o in waiting.options:
        assert np.allclose(o.drop["date"].replicates, o.drop["waiting"].replicates)
    assert "under waiting" in waiting.headline()


def test_samples_before_the_course_can_steer_it(patient: Subject, ask: PlexQuestion) -> None:
    later = replace(ask, first=324.0)
    plan = plan_sample(patient, later, now=320.0, design=Design(0), n_draws=DRAWS)
    at_once = only(plan, 320.0, Assay())
    assert at_once.result_day == 322.0 and at_once.steers
    assert at_once.given == 0


def test_planned_samples_are_candidates(patient: Subject, ask: PlexQuestion) -> None:
    plan = plan_sample(patient, replace(ask, samples=(335.5,)), design=Design(2, 3), n_draws=DRAWS)
    assert 335.5 in set(plan.table["sample_day"])


def test_antibodies_bring_the_other_kind_of_assay(patient: Subject) -> None:
    ill = replace(
        patient, protocol=replace(patient.protocol, antibodies=(Antibodies(56.0, 400.0),))
    )
    assert [a.measures for a in default_assays(ill)] == ["free", "total", "saturation"]
    assert [a.measures for a in default_assays(patient)] == ["free", "saturation"]


def test_the_course_is_the_one_that_the_plan_chooses(patient: Subject, plan: PlexPlan) -> None:
    ranked = plan_sample(patient, plan.question, n_draws=400, candidates=[])
    assert ranked.chosen.design == plan.chosen.design
    # solved for other outputs, to the same tolerance of 1e-5
    assert np.allclose(ranked.chosen.lasting, plan.chosen.lasting, atol=0.01)


def test_a_date_beyond_the_horizon_is_counted_at_it_and_said_so(patient: Subject) -> None:
    far = PlexQuestion(first=320.0, by=360.0, hold=180.0, max_sessions=0)
    slow = replace(patient, levels=(Level(308.0, 160.0), Level(318.0, 150.0)))
    plan = plan_sample(
        slow, replace(far, threshold=replace(far.threshold, value=1e-4)), n_draws=200
    )
    assert plan.p_unreached["date"] > 0.005
    assert plan.latest == 560.0
    assert any("counted at that day" in line for line in plan.notes())


def test_nothing_that_varies_is_nothing_to_narrow(patient: Subject, ask: PlexQuestion) -> None:
    """A year after the last dose every patient is below from the first day looked at."""
    late = replace(ask, first=308.0 + 600, by=308.0 + 640)
    plan = plan_sample(patient, late, n_draws=150)
    assert "no sample can narrow it" in plan.headline()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"candidates": [325.0, 319.0]}, r"candidates\[1\]: found day 319"),
        ({"candidates": [float("nan")]}, r"candidates\[0\]: found day nan"),
        ({"candidates": [9000.0]}, "last day looked at"),
        ({"now": 321.0}, "now: found day 321"),
        ({"assays": []}, "assays: found none"),
        ({"design": Design(4, 20)}, "design: found its last session on day 380"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    patient: Subject, ask: PlexQuestion, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        plan_sample(patient, ask, n_draws=100, **{"design": Design(2, 3), **change})  # type: ignore[arg-type]


def test_a_patient_without_any_level_can_be_asked_about(ask: PlexQuestion) -> None:
    plan = plan_sample(Subject(Protocol.every(28, n=12)), ask, design=Design(3, 3), n_draws=DRAWS)
    assert plan.best is not None
    # the level before the course is worth most where none was ever measured
    before = next(o for o in plan.habits if o.sample.habit == "before the course")
    assert before.share("waiting").value > 2 * before.share("waiting").error
