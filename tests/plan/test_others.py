from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.infer.fit import fit
from diapedesis.observe import Level, Subject
from diapedesis.plan import forecast, plan_interval, plan_washout
from diapedesis.plan.flags import flags
from diapedesis.simulate import Injection, Plex, Protocol


@pytest.fixture(scope="module")
def plain() -> Subject:
    return Subject(Protocol.every(28, n=10), id="plain", sex="female", height=1.66)


def test_waiting_takes_weeks_and_the_gate_opens_meanwhile(plain: Subject) -> None:
    w = plan_washout(plain, n_draws=300)
    rows = w.table.set_index("threshold")
    assert 55 < rows.loc["1 mg/L", "day"] < 95
    assert rows.loc["5 mg/L", "day"] < rows.loc["2 mg/L", "day"] < rows.loc["1 mg/L", "day"]
    assert rows.loc["1 mg/L", "day_05"] < rows.loc["1 mg/L", "day"] < rows.loc["1 mg/L", "day_95"]
    assert "1 mg/L" in w.headline()


def test_a_heavier_patient_clears_faster(plain: Subject) -> None:
    heavy = replace(plain, protocol=replace(plain.protocol, weights=((0.0, 115.0),)))
    light = replace(plain, protocol=replace(plain.protocol, weights=((0.0, 50.0),)))
    day = [plan_washout(s, n_draws=300).table["day"][0] for s in (heavy, light)]
    assert day[0] < day[1]


def test_washout_counts_from_the_last_dose_even_after_a_session(plain: Subject) -> None:
    exchanged = replace(
        plain, protocol=plain.protocol.with_sessions([Plex(264.0, plasma_volumes=1.5)])
    )
    after = plan_washout(exchanged, n_draws=300)
    assert after.start == 252.0
    assert after.table["day"][0] < plan_washout(plain, n_draws=300).table["day"][0]


def test_an_injection_within_its_lag_still_arrives() -> None:
    s = Subject(Protocol(doses=tuple(Injection(28.0 * i, 300.0) for i in range(6))), height=1.7)
    w = plan_washout(s, n_draws=200)
    f = forecast(s, 160.0, n_draws=200)
    day = 150.0
    a = np.median(w.values["c"][:, np.searchsorted(w.times, day)])
    b = np.median(f.values["c"][:, np.searchsorted(f.times, day)])
    assert a == pytest.approx(b, rel=1e-3)
    due = plan_interval(s, target=5.0, n_draws=200)
    assert due.day is not None and due.day > 150.0


def test_what_is_below_already_is_said_to_be(plain: Subject) -> None:
    late = plan_washout(plain, now=252.0 + 300, n_draws=200)
    assert late.table["p_already"][0] > 0.95
    assert "already on day 552" in late.headline()
    exchanged = replace(
        plain, protocol=plain.protocol.with_sessions([Plex(252.0 + 600, plasma_volumes=1.5)])
    )
    assert "already" in plan_washout(exchanged, n_draws=200).headline()


def test_the_next_infusion_is_not_in_the_past(plain: Subject) -> None:
    now = 252.0 + 60
    got = plan_interval(plain, now=now, target=2.0, probability=0.6, n_draws=200)
    assert got.table["day"].iloc[0] == now
    assert got.day is None or got.day >= now
    late = replace(
        plain, protocol=plain.protocol.with_sessions([Plex(252.0 + 120, plasma_volumes=1.5)])
    )
    assert plan_interval(late, n_draws=200).day is None


def test_interval_falls_with_target_and_probability(plain: Subject) -> None:
    day = {
        (t, p): plan_interval(plain, target=t, probability=p, n_draws=300).day
        for t in (5.0, 10.0)
        for p in (0.5, 0.9)
    }
    assert day[5.0, 0.9] > day[10.0, 0.9]  # type: ignore[operator]
    assert day[10.0, 0.5] > day[10.0, 0.9]  # type: ignore[operator]


def test_interval_that_is_already_missed_says_so(plain: Subject) -> None:
    got = plan_interval(plain, target=150.0, n_draws=200)
    assert got.day is None
    assert "already not" in got.headline()


@pytest.mark.parametrize("kwargs", [{"target": 0.0}, {"target": -3.0}, {"probability": 1.5}])
def test_interval_refuses_nonsense(plain: Subject, kwargs: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="found"):
        plan_interval(plain, **kwargs)  # type: ignore[arg-type]


def test_no_dose_is_refused() -> None:
    empty = Subject(Protocol())
    with pytest.raises(ValueError, match="doses: found none"):
        plan_washout(empty)
    with pytest.raises(ValueError, match="doses: found none"):
        plan_interval(empty)


def test_forecast_bands_are_ordered_and_the_frame_is_long(plain: Subject) -> None:
    f = forecast(plain, 300.0, n_draws=200)
    frame = f.to_frame()
    q = frame[[c for c in frame if c.startswith("q")]].to_numpy()
    assert np.all(np.diff(q, axis=1) >= 0)
    assert set(frame["output"]) == {"c", "c_free", "saturation", "free_alpha4", "gate"}
    for until in (-5.0, 36_000.0):
        with pytest.raises(ValueError, match="until: found"):
            forecast(plain, until)


def test_a_level_narrows_the_forecast(plain: Subject) -> None:
    known = replace(plain, levels=(Level(280.0, 30.0), Level(252.0, 29.0)))
    width = []
    for s in (plain, known):
        q = np.quantile(forecast(s, 280.0, n_draws=400).values["c"][:, -1], [0.05, 0.95])
        width.append(np.log(q[1] / q[0]))
    assert width[1] < 0.8 * width[0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"age": 12.0}, "child"),
        ({"pregnant": True}, "pregnancy"),
        ({"height": None}, "no height"),
        ({"sex": None}, "no sex"),
        ({"haematocrit": None}, "no haematocrit"),
    ],
)
def test_covariates_that_need_care_are_flagged(
    plain: Subject, change: dict[str, object], code: str
) -> None:
    changed = replace(plain, **change)  # type: ignore[arg-type]
    assert code in {f.code for f in flags(fit(changed, n_draws=50))}


@pytest.mark.parametrize(
    ("kg", "flagged"), [(40.0, True), (44.9, True), (75.0, False), (130.0, True)]
)
def test_weights_outside_the_population_are_flagged(
    plain: Subject, kg: float, flagged: bool
) -> None:
    s = replace(plain, protocol=replace(plain.protocol, weights=((0.0, kg),)))
    assert ("weight" in {f.code for f in flags(fit(s, n_draws=50))}) is flagged


def test_levels_far_from_the_population_are_a_conflict(plain: Subject) -> None:
    odd = replace(plain, levels=(Level(252.0, 1.5), Level(259.0, 24.0), Level(266.0, 7.0)))
    result = fit(odd, n_draws=200)
    assert result.conflict < 0.01
    assert "conflict" in {f.code for f in flags(result)}
    usual = fit(replace(plain, levels=(Level(252.0, 24.0), Level(259.0, 58.0))), n_draws=200)
    assert usual.conflict > 0.05
    assert "conflict" not in {f.code for f in flags(usual)}


def test_a_course_of_injections_can_be_fitted() -> None:
    doses = tuple(Injection(28.0 * i, 300.0) for i in range(6))
    s = Subject(Protocol(doses=doses), (Level(140.0, 22.0),), height=1.7)
    result = fit(s, n_draws=150)
    assert {"k_a", "f_sc"} <= set(result.names)
    assert np.median(result.draws["f_sc"]) < 1
