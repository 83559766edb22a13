"""Several endpoints, occasions, the weight of the prior, and new levels one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.infer.fit import fit
from diapedesis.infer.names import covariates
from diapedesis.infer.prior import subject_prior
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Immunoadsorption, Injection, Plex, Protocol, solve
from diapedesis.simulate.occasions import solve_occasions, spans

HISTORY = Protocol.every(28, n=8)
BARE = Subject(HISTORY, (), "s", sex="female", height=1.68, haematocrit=0.4)
CELLS = Assay.of_saturation()


def with_levels(*levels: Level, **changes: object) -> Subject:
    return replace(BARE, levels=levels, **changes)


def test_saturation_informs_the_effect_and_serum_does_not() -> None:
    serum = fit(with_levels(Level(224.0, 30.0)), n_draws=400)
    both = fit(with_levels(Level(224.0, 30.0), Level(224.0, 0.55, CELLS)), n_draws=400)
    assert "ec50" not in serum.names
    assert np.median(both.draws["ec50"]) > 1.1 * np.median(serum.draws["ec50"])
    expected = np.median(serum.solve(HISTORY, [224.0], ("saturation",), t0=0.0)["saturation"])
    assert both.level_table.column("unit") == ["mg/L", ""]
    assert 0.55 < both.level_table.column("pred_50")[1] < expected - 0.005


def test_a_low_saturation_tells_of_a_low_level() -> None:
    low = fit(with_levels(Level(238.0, 0.30, CELLS)), n_draws=800)
    none = fit(BARE, n_draws=800)
    day = {"times": [238.0], "outputs": ("c", "c_free"), "t0": 0.0}
    assert np.median(low.solve(HISTORY, **day)["c"]) < np.median(none.solve(HISTORY, **day)["c"])


def test_endpoints_are_independent_given_the_parameters() -> None:
    """The likelihood of both is the product: one at a time leads to the same place as both."""
    levels = (Level(210.0, 40.0), Level(224.0, 0.8, CELLS))
    both = fit(with_levels(*levels), n_draws=2000)
    turned = fit(with_levels(*levels[::-1]), n_draws=2000)
    for name in both.names:
        assert np.array_equal(both.draws[name], turned.draws[name])


@pytest.mark.parametrize("value", [55.0, 1.3])
def test_a_saturation_in_per_cent_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="per cent divided by 100"):
        Level(0.0, value, CELLS)


GIVEN = (
    HISTORY.with_sessions([Immunoadsorption(208.0, plasma_volumes=2.0, column="tryptophan")])
    .with_sessions([Plex(211.0, plasma_volumes=1.5)])
    .with_doses([Injection(84.0, 300.0)])
)


@pytest.mark.parametrize(
    "starts", [(28.0,), (84.0, 208.0), (208.05, 211.0, 212.0), (-5.0, 0.0, 500.0)], ids=str
)
def test_occasions_with_equal_parameters_change_nothing(starts: tuple[float, ...]) -> None:
    times = [10.0, 28.0, 84.0, 100.0, 208.0, 208.05, 211.0, 230.0]
    outputs = ("c", "saturation", "gate", "igg")
    own = {"cl": np.array([0.1, 0.2])}
    whole = solve(pkpd(), GIVEN, times, outputs, parameters=own, t0=0.0)
    each = [own] * (len(starts) + 1)
    parts = solve_occasions(pkpd(), GIVEN, times, outputs, each, starts, t0=0.0)
    for name in outputs:
        # Stopping and starting costs a few tolerances of 1e-6.
        assert parts[name] == pytest.approx(whole[name], rel=1e-5, abs=1e-9)
    for name, state in whole.final.items():
        assert parts.final[name] == pytest.approx(state, rel=1e-5, abs=1e-7)


def test_a_deviation_acts_on_its_own_occasion_only() -> None:
    times = [50.0, 100.0, 150.0]
    usual, fast = {"cl": np.array([0.15])}, {"cl": np.array([0.30])}
    ask = (pkpd(), HISTORY, times, ("c",))
    flat = solve_occasions(*ask, [usual, usual], (100.0,), t0=0.0)["c"][0]
    late = solve_occasions(*ask, [usual, fast], (100.0,), t0=0.0)["c"][0]
    assert late[:2] == pytest.approx(flat[:2])  # a level on the first day belongs to the one before
    assert late[2] < 0.9 * flat[2]


def test_spans_cover_the_days_once() -> None:
    found = spans((10.0, 20.0, 30.0), 5.0, 25.0)
    assert found == [(0, 5.0, 10.0), (1, 10.0, 20.0), (2, 20.0, 25.0)]
    assert spans((), 1.0, 1.0) == [(0, 1.0, 1.0)]


def test_occasions_let_levels_disagree_about_clearance() -> None:
    sharp = Assay(proportional_sd=0.06)
    levels = (Level(84.0, 42.0, sharp), Level(112.0, 45.0, sharp), Level(224.0, 24.0, sharp))
    split = fit(with_levels(*levels, occasions=(112.0,)), n_draws=1000)
    assert split.names[-2:] == ("cl@0", "cl@1")
    fold = np.exp(split.deviations["cl"])
    assert np.mean(fold[:, 1] > fold[:, 0]) > 0.85
    one = fit(with_levels(*levels), n_draws=1000)
    assert split.conflict > one.conflict


def test_without_levels_deviations_have_their_declared_spread() -> None:
    got = fit(replace(BARE, occasions=(56.0, 112.0)), n_draws=4000)
    assert got.deviations["cl"].shape == (4000, 3)
    iov = pkpd().parameters["cl"].iov
    assert got.deviations["cl"].std(axis=0) == pytest.approx(iov, rel=0.05)


def test_a_course_goes_on_in_the_last_occasion() -> None:
    got = fit(replace(BARE, occasions=(112.0,)), n_draws=50)
    there = got.solve(HISTORY, [200.0, 260.0], ("c",), t0=0.0)
    now = got.solve(HISTORY, [200.0], ("c",), t0=0.0)
    then = got.solve(HISTORY, [260.0], ("c",), t0=200.0, initial=now.final)
    assert then["c"][:, 0] == pytest.approx(there["c"][:, 1], rel=1e-5)
    fast = solve(
        pkpd(),
        HISTORY,
        [260.0],
        ("c",),
        parameters=got.on_occasion(1),
        inputs=covariates(BARE),
        initial=now.final,
        t0=200.0,
    )
    assert then["c"] == pytest.approx(fast["c"], rel=1e-9)


def test_an_update_is_the_fit_to_all_levels() -> None:
    first = fit(with_levels(Level(196.0, 24.0)), n_draws=400, prior_weight=0.7)
    both = first.update(Level(224.0, 31.0))
    again = fit(with_levels(Level(196.0, 24.0), Level(224.0, 31.0)), n_draws=400, prior_weight=0.7)
    assert all(np.array_equal(both.draws[k], again.draws[k]) for k in both.draws)
    assert both.shrinkage()["cl"] < first.shrinkage()["cl"]
    assert both.prior_weight == 0.7


def test_the_weight_of_the_prior_divides_its_covariance() -> None:
    names = ("cl", "v_c")
    whole = subject_prior(pkpd()).only(names)
    assert whole.widened(4.0).cov == pytest.approx(whole.cov / 4)
    with pytest.raises(ValueError, match="prior_weight"):
        fit(BARE, prior_weight=0.0)


def test_unsorted_occasions_are_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        replace(BARE, occasions=(20.0, 10.0))
