from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.infer.conflict import prior_conflict
from diapedesis.infer.estimate import FitError, find_mode
from diapedesis.infer.fit import covariates, fit, fitted_names, prior_of, stream
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.prior import subject_prior
from diapedesis.infer.readings import Readings
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Antibodies, Immunoadsorption, Injection, Plex, Protocol, solve
from tests.streams import rng_of

HISTORY = Protocol.every(28, n=8)


def subject(*levels: Level, **kwargs: object) -> Subject:
    return Subject(HISTORY, levels, "s", sex="female", height=1.68, haematocrit=0.4, **kwargs)  # type: ignore[arg-type]


def test_no_level_gives_the_prior() -> None:
    got = fit(subject(), n_draws=4000)
    z = got.prior.scale.normal(np.column_stack([got.draws[n] for n in got.names]))
    assert got.mode is None
    error = (z.mean(axis=0) - got.prior.mean) / got.prior.sd * np.sqrt(4000)
    assert np.all(np.abs(error) < 4.5)  # six standard normals; 4.5 is beyond 1 in 20 000
    assert list(got.shrinkage().values()) == pytest.approx([1.0] * 6, abs=0.06)


def test_exact_levels_are_reproduced() -> None:
    truth = {"cl": 0.12, "v_c": 3.9}
    t = [196.1, 203.0, 224.0, 238.0]
    c = solve(pkpd(), HISTORY, t, parameters=truth, inputs=covariates(subject()), t0=0.0)["c"][0]
    sharp = Assay(proportional_sd=0.03, additive_sd=0.02)
    levels = [Level(d, float(v), sharp) for d, v in zip(t, c, strict=True)]
    got = fit(subject(*levels), n_draws=400)
    assert got.levels["pred_50"].to_numpy() == pytest.approx(c, rel=0.05)
    low, high = np.quantile(got.draws["cl"], [0.005, 0.995])
    assert low < 0.12 < high


def test_all_starts_end_at_one_mode_and_more_starts_change_nothing() -> None:
    s = subject(Level(196.0, 18.0), Level(210.0, 40.0))
    a, b = fit(s, n_draws=100, starts=4).mode, fit(s, n_draws=100, starts=9).mode
    assert a is not None and b is not None
    assert np.ptp(a.objective) < 1e-4
    assert b.z == pytest.approx(a.z, abs=1e-3)


def test_the_mode_is_a_minimum_of_the_objective() -> None:
    s = subject(Level(196.0, 18.0), Level(224.0, None, Assay(lloq=12.0)))
    prior = subject_prior(pkpd()).only(fitted_names(HISTORY))
    levels = Levels.of(s.levels)
    predict = Readings(s, pkpd(), prior, levels)
    mode = find_mode(prior, predict, levels.terms)

    def objective(z: np.ndarray) -> float:
        d = z - prior.mean
        mu = predict(z[None, None, :])[0, 0]
        return float(0.5 * d @ np.linalg.solve(prior.cov, d) - levels.terms(mu)[0].sum())

    at = objective(mode.z)
    rng = np.random.default_rng(0)
    for scale in (0.01, 0.1, 1.0):
        for _ in range(20):
            assert (
                objective(mode.z + scale * prior.sd * rng.standard_normal(mode.z.size)) > at - 1e-9
            )


def test_below_the_limit_pulls_down_and_does_not_pin() -> None:
    none = fit(subject(), n_draws=800)
    below = fit(subject(Level(224.0, None, Assay(lloq=10.0))), n_draws=800)
    assert np.median(below.draws["cl"]) > np.median(none.draws["cl"])


def test_prior_weight_moves_the_estimate_towards_the_prior() -> None:
    s = subject(Level(224.0, 45.0), Level(196.0, 44.0))
    cl = [
        float(np.median(fit(s, n_draws=500, prior_weight=w).draws["cl"])) for w in (0.25, 1.0, 8.0)
    ]
    assert cl[0] < cl[1] < cl[2]


def test_what_is_fitted_follows_what_was_given() -> None:
    base = fitted_names(HISTORY)
    assert fitted_names(HISTORY.with_sessions([Plex(230.0, plasma_volumes=1.5)])) == (
        *base,
        "v_plasma_fold",
    )
    assert fitted_names(HISTORY.with_sessions([Plex(230.0, volume=4.0)])) == base
    ia = HISTORY.with_sessions([Immunoadsorption(230.0, volume=6.0, column="anti_igg")])
    assert "e_anti_igg" in fitted_names(ia)
    assert "ada_titre" in fitted_names(replace(HISTORY, antibodies=(Antibodies(30.0),)))
    assert "f_sc" in fitted_names(HISTORY.with_doses([Injection(230.0, 300.0)]))


def test_levels_during_exchange_inform_the_refill() -> None:
    exchanged = HISTORY.with_sessions(Plex(208.0 + d, plasma_volumes=1.5) for d in (0, 2, 4))
    rich = tuple(
        Level(d, v)
        for d, v in ((207.9, 48.0), (208.2, 13.5), (210.0, 16.0), (212.2, 2.6), (220.0, 6.0))
    )
    s = Subject(exchanged, rich, "x", sex="female", height=1.68, haematocrit=0.4)
    left = fit(s, n_draws=600).shrinkage()
    assert left["q"] < 0.85


def test_same_seed_same_draws_and_other_subjects_do_not_matter() -> None:
    a, b = (
        fit(subject(Level(224.0, 30.0)), n_draws=100),
        fit(subject(Level(224.0, 30.0)), n_draws=100),
    )
    assert all(np.array_equal(a.draws[k], b.draws[k]) for k in a.draws)
    other = stream(replace(subject(), id="other"), 1, "fit").random()
    assert other != stream(subject(), 1, "fit").random()


def test_contradictory_exact_levels_fail_the_checks() -> None:
    exact = Assay(proportional_sd=0.002, additive_sd=0.001)
    levels = [
        Level(224.0 + 0.001 * i, v, exact) for i, v in enumerate((10.0, 60.0, 10.0, 60.0, 35.0))
    ]
    with pytest.raises(FitError):
        fit(subject(*levels), n_draws=200)


def test_the_frame_names_every_fitted_parameter() -> None:
    frame = fit(subject(Level(224.0, 30.0)), n_draws=100).parameter_frame()
    assert frame["id"].tolist() == list(fitted_names(HISTORY))
    assert (frame["post_05"] < frame["post_95"]).all()


def virtual(name: str, protocol: Protocol, times: list[float], assay: Assay) -> Subject:
    """Return a patient drawn from the prior, with readings from the likelihood."""
    bare = Subject(protocol, (), name, sex="female", height=1.68, haematocrit=0.4)
    truth = fit(bare, n_draws=50, seed=11)
    outputs = solve(
        truth.model,
        protocol,
        times,
        ("c", "c_free"),
        parameters={k: v[0] for k, v in truth.draws.items()},
        inputs=truth.inputs,
    )
    noise = stream(bare, 11, "noise").standard_normal(len(times))
    c = outputs["c_free"][0]
    y = c + np.hypot(assay.proportional_sd * c, assay.additive_sd) * noise
    readings = (
        Level(t, float(v) if v >= assay.lloq else None, assay)
        for t, v in zip(times, y, strict=True)
    )
    return replace(bare, levels=tuple(readings))


@pytest.mark.parametrize("error", [0.05, 0.10, 0.219])
@pytest.mark.parametrize("kind", ["exchange", "antibodies", "plain"])
def test_consistent_patients_are_not_refused(kind: str, error: float) -> None:
    exchanges = HISTORY.with_sessions(Plex(208.0 + d, plasma_volumes=1.5) for d in (0, 2, 4))
    given, times = {
        "exchange": (exchanges, [207.9, 208.2, 209.9, 212.2, 213.0, 219.0]),
        "antibodies": (replace(HISTORY, antibodies=(Antibodies(45.0),)), [84.0, 112.0, 203.0]),
        "plain": (HISTORY, [196.0, 203.0, 220.0]),
    }[kind]
    for i in range(12 if kind == "plain" else 3):
        patient = virtual(f"{kind}{i}", given, times, Assay(proportional_sd=error))
        assert fit(patient, n_draws=300).ess == 300


def test_what_the_fit_says_of_its_levels_the_draws_say_too() -> None:
    """All that bears on the levels is fitted: weight, antibodies and columns included."""
    protocol = replace(
        HISTORY.with_sessions([Immunoadsorption(208.0, plasma_volumes=2.0, column="tryptophan")]),
        weights=((0.0, 46.0),),
        antibodies=(Antibodies(40.0, titre=0.5),),
    )
    sharp = Assay(proportional_sd=0.06)
    s = virtual("odd", protocol, [196.0, 207.9, 208.3], sharp)
    got = fit(s, n_draws=600)
    c = solve(
        got.model,
        protocol,
        [x.time for x in s.levels],
        ("c", "c_free"),
        parameters=got.draws,
        inputs=got.inputs,
    )["c_free"]
    for q, column in ((0.05, "pred_05"), (0.5, "pred_50"), (0.95, "pred_95")):
        assert np.quantile(c, q, axis=0) == pytest.approx(got.levels[column].to_numpy(), rel=1e-3)


def test_levels_below_the_limit_right_after_a_dose_are_a_conflict() -> None:
    usual = fit(subject(Level(224.0, None, Assay(lloq=20.0))), n_draws=200)
    odd = fit(subject(Level(197.0, None), Level(201.0, None)), n_draws=200)
    assert usual.conflict > 0.05
    assert odd.conflict < 0.01


@pytest.mark.parametrize(
    "level", [Level(700.0, 30.0), Level(700.0, 0.9, Assay.of_saturation())], ids=["serum", "cells"]
)
def test_a_level_long_after_all_drug_is_gone_is_a_conflict(level: Level) -> None:
    """No draw of the prior reads more than 0.1 mg/L, or 5 % of saturation, by then."""
    one = subject(level)
    prior, _ = prior_of(one, pkpd())
    known = Levels.of(one.levels)
    predict = Readings(one, pkpd(), prior, known)
    rng = rng_of(f"gone {level.assay.measures}")
    assert predict(prior.sample(500, rng)[:, None, :]).max() < 0.1
    assert prior_conflict(prior, predict, known, rng) < 1e-6


def test_the_conflict_is_calibrated_when_hardly_any_drug_is_left() -> None:
    """Of readings drawn from the prior without outliers, some 5 % have p < 0.05, not one in four.

    Tolerance: four binomial errors of 100, and the prior's skewness on the scale of the test.
    """
    one = subject(Level(206.0, 40.0), Level(280.0, 1.0))
    prior, _ = prior_of(one, pkpd())
    rng = rng_of("washed out")
    known = Levels.of(one.levels)
    predict = Readings(one, pkpd(), prior, known)
    mu = predict(prior.sample(100, rng)[:, None, :])[:, 0]
    readings = mu + known.sd(mu) * rng.standard_normal(mu.shape)
    p = []
    for row in readings:
        drawn = [
            Level(x.time, v if v >= x.assay.lloq else None)
            for x, v in zip(one.levels, row, strict=True)
        ]
        p.append(prior_conflict(prior, predict, Levels.of(drawn), rng))
    assert np.mean(np.array(p) < 0.05) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 100)


def test_an_assay_without_additive_error_reads_zero_before_the_first_dose() -> None:
    exact = Assay(additive_sd=0.0)
    got = fit(subject(Level(0.0, None, exact), Level(224.0, 30.0, exact)), n_draws=100)
    assert np.isfinite(got.ess)
