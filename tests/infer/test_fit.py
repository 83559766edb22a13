from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.infer import fit as fit_module
from diapedesis.infer.estimate import FitError, find_mode
from diapedesis.infer.fit import covariates, fit, fitted_names, stream
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.prior import subject_prior
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Antibodies, Immunoadsorption, Injection, Plex, Protocol, solve

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
    solver = fit_module._solver(s, pkpd(), prior.names)
    levels = Levels.of(s.levels)
    predict = fit_module._predictor(solver, prior.scale, levels)
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
