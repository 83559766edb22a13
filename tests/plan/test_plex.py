from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.infer.estimate import FitError
from diapedesis.observe import Assay, Level, Subject
from diapedesis.plan import PlexPlan, PlexQuestion, Threshold, plan_plex
from diapedesis.plan.adaptive import Ladder, compare_strategies, updated_choice
from diapedesis.plan.design import Design
from diapedesis.plan.outlook import LEVEL, Outlook
from diapedesis.plan.search import simulate_arm
from diapedesis.simulate import Immunoadsorption, Infusion, Plex, Protocol, solve
from tests.streams import rng_of

SMALL = {"max_sessions": 3, "spacing": (2, 4), "top_up": False}


def test_the_table_holds_every_number_of_sessions(plan: PlexPlan) -> None:
    assert plan.table["sessions"].tolist() == [0, 1, 2, 3, 4, 5]
    assert plan.table["p_lasting_by"].between(0, 1).all()


def test_more_sessions_never_make_lasting_less_probable(plan: PlexPlan) -> None:
    p = plan.table["p_lasting_by"].to_numpy()
    assert np.all(np.diff(p) >= -0.03)  # the course of each row was chosen with 256 draws


def test_waiting_is_the_arm_without_sessions(plan: PlexPlan) -> None:
    row = plan.table.iloc[0]
    assert row["days_saved"] == 0
    assert np.isnan(row["c_1h_after"])
    assert row["igg_lowest"] > plan.table["igg_lowest"].iloc[-1]


def test_the_three_endpoints_are_three_numbers(plan: PlexPlan) -> None:
    row = plan.table.iloc[-1]
    assert row["c_1h_after"] < row["c_24_72h_after"] <= row["c_refill"]


def test_waiting_agrees_with_solving_the_whole_history_at_once(
    plan: PlexPlan, patient: Subject, question: PlexQuestion
) -> None:
    t = plan.waiting.times
    whole = solve(
        plan.fit.model,
        patient.protocol,
        t,
        parameters=plan.fit.draws,
        inputs=plan.fit.inputs,
        t0=0.0,
    )["c"]
    near = whole > 0.05
    # solved to 1e-5 in two pieces against 1e-6 in one; errors add up over ten weeks
    assert np.allclose(plan.waiting.values["c"][near], whole[near], rtol=1e-3)


def test_status_follows_the_wanted_probability(patient: Subject) -> None:
    far = plan_plex(patient, PlexQuestion(first=320.0, by=480.0, **SMALL), n_draws=150)  # type: ignore[arg-type]
    assert far.status == "not needed"
    assert "Waiting alone" in far.headline()
    near = plan_plex(patient, PlexQuestion(first=320.0, by=325.0, **SMALL), n_draws=150)  # type: ignore[arg-type]
    assert near.status == "not reached"
    assert near.headline().startswith("Not reached with 3 sessions")
    assert near.probability < 0.9


def test_a_higher_threshold_needs_no_more(plan: PlexPlan) -> None:
    rows = plan.thresholds[plan.thresholds["course"] == "no session"].set_index("threshold")
    assert rows.loc["5 mg/L", "lasting_day"] < rows.loc["2 mg/L", "lasting_day"]
    assert rows.loc["2 mg/L", "lasting_day"] < rows.loc["1 mg/L", "lasting_day"]


def test_saturation_as_the_threshold(patient: Subject) -> None:
    ask = PlexQuestion(first=320.0, by=365.0, threshold=Threshold(0.5, "saturation"), **SMALL)  # type: ignore[arg-type]
    plan = plan_plex(patient, ask, n_draws=150)
    assert "50 % saturation" in plan.headline()


def test_the_same_question_gives_the_same_bytes(patient: Subject) -> None:
    ask = PlexQuestion(first=320.0, by=355.0, **SMALL)  # type: ignore[arg-type]
    a, b = (plan_plex(patient, ask, n_draws=150) for _ in range(2))
    assert a.table.to_csv() == b.table.to_csv()
    assert a.strategies.to_csv() == b.strategies.to_csv()


def test_an_outlier_brings_a_second_plan(patient: Subject) -> None:
    odd = replace(patient, levels=(*patient.levels, Level(319.0, 190.0)))
    ask = PlexQuestion(first=320.0, by=355.0, **SMALL)  # type: ignore[arg-type]
    plan = plan_plex(odd, ask, n_draws=200)
    assert plan.fit.levels["p_outlier"].iloc[-1] > 0.9
    assert plan.without_outlier is not None
    assert len(plan.without_outlier.fit.subject.levels) == 3
    assert any(f.code == "outlier" for f in plan.flags)


def test_a_new_level_updates_the_plan_from_the_day_of_its_result(plan: PlexPlan) -> None:
    q, days = plan.question, plan.session_days
    assert len(days) >= 2
    updated = plan.update(Level(days[0] + 1.0, 9.0))
    ready = days[0] + 1.0 + q.result_after_days
    done = [d for d in days if d < ready]
    assert [s.time for s in updated.fit.subject.protocol.sessions] == done
    assert updated.question.first == max(ready, done[-1] + q.spacing[0])
    assert updated.question.max_sessions == q.max_sessions - len(done)
    assert updated.fit.n_draws == plan.fit.n_draws
    with pytest.raises(ValueError, match="ask with a later day"):
        plan.update(Level(q.by - 1, 3.0))


def test_a_result_can_save_sessions_but_not_add_probability_from_nothing(plan: PlexPlan) -> None:
    fixed = plan.strategies[plan.strategies["strategy"] == "fixed plan"].iloc[0]
    assert fixed["sessions"] == plan.chosen.design.n
    assert fixed["p_lasting"] == pytest.approx(plan.probability, abs=0.05)
    updated = plan.strategies[plan.strategies["strategy"] == "updated by a level"]
    assert (updated["result_day"] == updated["sample_day"] + 7).all()
    assert (updated["sessions"] <= plan.question.max_sessions).all()


def test_drivers_are_parameters_that_matter(plan: PlexPlan) -> None:
    assert (plan.drivers["gap"] > 0).all()
    assert not set(plan.drivers["id"]) & {"ec50", "igg_level", "fibrinogen_level"}


def test_immunoadsorption_over_protein_a_removes_less_than_exchange(patient: Subject) -> None:
    outlook = Outlook.of(
        plan_plex(patient, PlexQuestion(first=320.0, by=350.0, **SMALL), n_draws=100).fit, 320.0
    )  # type: ignore[arg-type]
    kinds = (Plex(0.0, plasma_volumes=2.0), Immunoadsorption(0.0, plasma_volumes=2.0))
    ask = PlexQuestion(first=320.0, by=350.0, sizes=kinds)
    a, b = (simulate_arm(outlook, ask, Design(3, 2, size=i), LEVEL) for i in (0, 1))
    assert np.median(a.after_last(0.04, 0.05)) < np.median(b.after_last(0.04, 0.05))


def test_nobody_runs_sessions_of_another_plan_while_waiting_for_a_result() -> None:
    lasts = np.array([[False, False, True, True, True]] * 50)
    c = np.tile(np.linspace(1, 40, 50)[:, None], (1, 2))
    ladder = Ladder(2, (0.0, 3.0), 6.0, lasts, (1.0, 2.9), c, c, np.arange(50))
    rng = np.random.default_rng(0)
    table = compare_strategies(
        ladder, lasts.mean(axis=0), target=0.9, assay=Assay(), result_after=2.5, rng=rng
    )
    assert table.column("sessions") == [2.0, 2.0, 2.0, 2.0]
    late = replace(ladder, samples=(5.0, 9.0))
    again = compare_strategies(
        late, lasts.mean(axis=0), target=0.9, assay=Assay(), result_after=2.5, rng=rng
    )
    assert again.column("strategy") == ["fixed plan", "no level"]


def test_a_truth_is_not_recognised_by_its_copy() -> None:
    """Two points, each drawn twice and read without error to speak of.

    All that a truth may be compared with is the other point, which needs another course.
    """
    lasts = np.array([[False, True, False], [False, False, True]])[[0, 0, 1, 1]]
    c = np.array([[10.0], [10.0], [20.0], [20.0]])
    ladder = Ladder(2, (0.0, 3.0), 6.0, lasts, (-1.0,), c, c, np.array([0, 0, 1, 1]))
    exact = Assay(proportional_sd=0.0, additive_sd=0.01)
    chosen = updated_choice(ladder, 0, exact, 0.9, 0.5, rng_of("copies of a truth"))
    assert chosen.tolist() == [2, 2, 1, 1]


def test_the_asked_day_may_lie_beyond_the_horizon(patient: Subject) -> None:
    ask = PlexQuestion(first=320.0, by=620.0, threshold=Threshold(0.01), max_sessions=0)
    plan = plan_plex(patient, ask, n_draws=150)
    c = Outlook.of(plan.fit, 320.0).course(np.arange(620.0, 681.0), LEVEL)["c"]
    assert plan.probability == pytest.approx(np.mean((c < 0.01).all(axis=1)), abs=0.02)


def test_antibodies_bring_the_level_down_sooner() -> None:
    from diapedesis.simulate import Antibodies

    plain = Subject(Protocol.every(28, n=6), id="a", height=1.7)
    with_ada = replace(
        plain, protocol=replace(plain.protocol, antibodies=(Antibodies(onset=45.0),))
    )
    ask = PlexQuestion(first=152.0, by=190.0, **SMALL)  # type: ignore[arg-type]
    a, b = (plan_plex(s, ask, n_draws=150) for s in (plain, with_ada))
    assert np.median(b.waiting.lasting) < np.median(a.waiting.lasting)


def test_contradictory_levels_are_an_error_not_a_plan() -> None:
    exact = Assay(proportional_sd=0.0005, additive_sd=0.0001)
    values = (20.0, 60.0, 20.1, 60.0, 35.0, 35.1, 50.0)
    levels = tuple(Level(100.0 + 0.01 * i, v, exact) for i, v in enumerate(values))
    with pytest.raises(FitError):
        plan_plex(
            Subject(Protocol.every(28, n=4), levels, height=1.7),
            PlexQuestion(first=101.0, by=140.0, **SMALL),  # type: ignore[arg-type]
            n_draws=150,
        )


def test_history_after_the_start_is_refused(patient: Subject) -> None:
    late = replace(patient, protocol=patient.protocol.with_doses([Infusion(330.0, 300.0)]))
    with pytest.raises(ValueError, match="start: found day 320"):
        plan_plex(late, PlexQuestion(first=320.0, by=350.0, **SMALL), n_draws=100)  # type: ignore[arg-type]
