"""Clusters, logistic regression and areas under the curve, against planted ones and references."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import mannwhitneyu, spearmanr

from diapedesis.validation.forms_cluster import (
    adjusted_rand,
    cluster,
    clustering,
    single_cloud,
    valleys,
)
from diapedesis.validation.logistic import NINETY, auc, common, logistic
from diapedesis.validation.prognosis import ranked, standardised
from tests.streams import rng_of

TRUTH = np.repeat(np.arange(20), 30)


def clouds(rng: np.random.Generator, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Return 600 points around three middles in four dimensions, and whose they are."""
    own = rng.integers(3, size=TRUTH.size)
    middles = apart * np.eye(3, 4)
    return middles[own] + rng.standard_normal((TRUTH.size, 4)), own


def correlated(rng: np.random.Generator) -> np.ndarray:
    """Return one long cloud, which anything cuts in two in the same way."""
    shared = rng.standard_normal((TRUTH.size, 1))
    return np.asarray(shared + 0.6 * rng.standard_normal((TRUTH.size, 4)))


# clusters


def test_planted_clusters_are_found_and_told_to_be_distinct() -> None:
    rng = rng_of("planted clusters")
    points, own = clouds(rng, 7.0)
    found = clustering(points, TRUTH, rng, 6, 5)
    assert (found.k, found.verdict) == (3, "distinct")
    # middles lie ten standard deviations apart: nobody is on the wrong side
    assert adjusted_rand(found.labels, own) == 1.0
    assert max(found.valleys) < 0.1


def test_one_round_cloud_has_no_stable_clusters() -> None:
    rng = rng_of("one round cloud")
    found = clustering(rng.standard_normal((TRUTH.size, 4)), TRUTH, rng, 6, 5)
    assert found.verdict == "continuum"
    assert not any(t.stable for t in found.tried)


def test_one_long_cloud_is_cut_stably_but_is_no_two() -> None:
    rng = rng_of("one long cloud")
    found = clustering(correlated(rng), TRUTH, rng, 6, 5)
    two = found.tried[0]
    assert two.k == 2
    assert two.stable
    assert found.verdict != "distinct"
    assert min(found.valleys) > 0.9


def test_clusters_do_not_depend_on_the_order_or_on_turning_the_points() -> None:
    rng = rng_of("turned clusters")
    points, _ = clouds(rng, 7.0)
    labels, centres = cluster(points, 3)
    mixed = rng.permutation(len(points))
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    assert adjusted_rand(cluster(points[mixed], 3)[0], labels[mixed]) == 1.0
    assert adjusted_rand(cluster(points @ turn, 3)[0], labels) == 1.0
    assert (np.diff(np.bincount(labels)) <= 0).all()
    for j, centre in enumerate(centres):
        assert centre == pytest.approx(points[labels == j].mean(axis=0), abs=1e-9)


def test_the_same_points_and_stream_give_the_same_clustering() -> None:
    points, _ = clouds(rng_of("same points"), 2.0)
    one, two = (clustering(points, TRUTH, rng_of("same stream"), 3, 3) for _ in range(2))
    assert (one.labels == two.labels).all()
    assert one.valleys == two.valleys
    for a, b in zip(one.tried, two.tried, strict=True):
        assert (a.agreement == b.agreement).all()
        assert a.gain == b.gain


def test_rand_index_is_that_of_hubert_and_arabie() -> None:
    # their formula on the table [[5, 1], [1, 5]]: sum of pairs 20, rows 30, columns 30, all 66
    a = [0] * 6 + [1] * 6
    b = [0] * 5 + [1] + [0] + [1] * 5
    assert adjusted_rand(a, b) == pytest.approx((20 - 900 / 66) / (30 - 900 / 66))
    rng = rng_of("rand by chance")
    found = [adjusted_rand(rng.integers(3, size=300), rng.integers(3, size=300)) for _ in range(50)]
    # 50 indices with an SD near 0.005: the mean lies within 5 standard errors of 0
    assert abs(np.mean(found)) < 5 * np.std(found) / np.sqrt(50)


def test_rand_index_ignores_names_of_clusters() -> None:
    rng = rng_of("names of clusters")
    a, b = rng.integers(4, size=200), rng.integers(3, size=200)
    assert adjusted_rand(7 - a, b) == adjusted_rand(a, b) == adjusted_rand(b, a)


def test_a_single_cloud_has_the_same_values_and_correlations() -> None:
    rng = rng_of("single cloud")
    points = np.exp(correlated(rng))
    drawn = single_cloud(points, rng)
    assert (np.sort(drawn, axis=0) == np.sort(points, axis=0)).all()
    # ranks of 600 points: each correlation within 0.1, five times its standard error near 0.7
    assert spearmanr(drawn).statistic == pytest.approx(spearmanr(points).statistic, abs=0.1)


def test_valleys_deepen_as_clusters_move_apart() -> None:
    depth = []
    for apart in (1.0, 4.0, 8.0):
        points, own = clouds(rng_of("valleys"), apart)
        middles = np.stack([points[own == j].mean(axis=0) for j in range(3)])
        depth.append(max(valleys(points, own, middles)))
    assert depth[0] > 0.9
    assert depth[0] > depth[1] > depth[2]
    assert depth[2] < 0.1


# regression


def test_regression_on_a_yes_or_no_is_the_odds_ratio_of_the_table() -> None:
    x = np.repeat([0.0, 1.0], [4000, 4000])[None]
    y = np.concatenate([np.repeat([1.0, 0.0], [1000, 3000]), np.repeat([1.0, 0.0], [2000, 2000])])
    slopes, errors = logistic(x[..., None], y[None])
    # the prior, of one observation's weight in thousands, moves it by less than 1 in 1000
    assert slopes[0, 0] == pytest.approx(np.log(3.0), rel=1e-3)
    assert errors[0, 0] == pytest.approx(
        np.sqrt(1 / 1000 + 1 / 3000 + 1 / 2000 + 1 / 2000), rel=1e-2
    )


def test_regression_of_many_studies_is_each_alone_and_mirrors() -> None:
    rng = rng_of("many studies")
    x, y = rng.standard_normal((5, 80, 3)), (rng.random((5, 80)) < 0.3).astype(float)
    slopes, errors = logistic(x, y)
    one = logistic(x[2:3], y[2:3])
    assert one[0][0] == pytest.approx(slopes[2], abs=1e-9)
    assert one[1][0] == pytest.approx(errors[2], abs=1e-9)
    assert logistic(x, 1 - y)[0] == pytest.approx(-slopes, abs=1e-8)
    assert logistic(-x, y)[0] == pytest.approx(-slopes, abs=1e-8)


def test_who_weighs_nothing_does_not_count() -> None:
    rng = rng_of("weights")
    x, y = rng.standard_normal((2, 60, 2)), (rng.random((2, 60)) < 0.5).astype(float)
    weight = np.repeat([[1.0, 0.0]], 2, axis=0).repeat([40, 20], axis=1)
    changed = np.where(weight > 0, y, 1 - y)
    assert logistic(x, y, weight)[0] == pytest.approx(logistic(x, changed, weight)[0], abs=1e-9)


def test_what_studies_share_and_how_they_differ_is_found() -> None:
    rng = rng_of("between studies")
    m, spread = 400, 0.4
    x = rng.standard_normal((m, 200))
    slope = 0.5 + spread * rng.standard_normal(m)
    y = expit(slope[:, None] * x - 1)
    read = (rng.random(y.shape) < y).astype(float)
    for outcome in (y, read):
        slopes, errors = logistic(x[..., None], outcome)
        found = common(slopes[:, 0], errors[:, 0])
        # 400 studies: mean within 4 errors of 0.02; the weak prior shrinks spread by some per cent
        assert found.mean == pytest.approx(0.5, abs=0.08)
        # an SD of 400 slopes is known to 4 %, more loosely where most of their variance is noise
        assert found.spread == pytest.approx(spread, rel=0.2)
        low, high = found.interval
        inside = (np.exp(slope) > low) & (np.exp(slope) < high)
        # 90 % of truths: within 5 standard errors of a share (0.015), and the shrinkage
        assert inside.mean() == pytest.approx(0.9, abs=0.08)


def test_equal_studies_do_not_differ() -> None:
    e = common(np.full(10, 0.3), np.full(10, 0.2))
    assert (e.mean, e.spread) == (pytest.approx(0.3), 0.0)
    # a spread below 0.2 ** 2 * sqrt(2 / 9) could not be seen
    unseen = 0.04 * np.sqrt(2 / 9)
    assert e.interval[1] == pytest.approx(np.exp(0.3 + NINETY * np.sqrt(0.04 / 10 + unseen)))


def test_area_is_the_statistic_of_mann_and_whitney() -> None:
    rng = rng_of("area")
    x = rng.integers(6, size=(1, 80)).astype(float)
    y = (rng.random((1, 80)) < 0.4).astype(float)
    above, pairs = auc(x, y)
    u = mannwhitneyu(x[y > 0], x[y == 0]).statistic
    assert float(above[0]) == pytest.approx(u)
    assert float(pairs[0]) == (y > 0).sum() * (y == 0).sum()


# ranking


def test_a_planted_factor_comes_first_and_an_idle_one_is_not_clear() -> None:
    rng = rng_of("planted factor")
    shape = (60, 50)
    strong, weak, idle = (rng.standard_normal(shape) for _ in range(3))
    values = {"volume": 20 + 5 * strong, "load": weak, "months": idle}
    # the weak factor has a noisy copy of the strong one: alone it looks stronger than it is
    values["load"] = weak + 0.5 * strong
    y = expit(1.0 * strong + 0.3 * weak - 1)
    rows = ranked("death", values, y, np.ones(shape), rng)
    by = {r.factor: r for r in rows}
    assert rows[0].factor == "volume"
    assert by["volume"].alone.direction == 1
    assert by["months"].alone.interval[0] < 1 < by["months"].alone.interval[1]
    assert by["months"].auc[1] < 0.5 < by["months"].auc[2]
    assert by["load"].adjusted is not None
    assert by["load"].adjusted.mean < by["load"].alone.mean
    assert by["volume"].adjusted is not None
    # y = 1.0 strong + 0.3 weak: weak = load - 0.5 strong leaves 0.85 for the strong one
    assert by["volume"].adjusted.mean == pytest.approx(0.85, abs=0.06)


def test_units_do_not_matter_to_a_ranking() -> None:
    rng = rng_of("units of factors")
    shape = (20, 40)
    x, y = rng.standard_normal(shape), rng.random(shape)
    z = x + rng.standard_normal(shape)
    one = ranked("death", {"volume": x, "load": z}, y, np.ones(shape), rng_of("a"))
    two = ranked("death", {"volume": 3 - 7 * x, "load": 5 * z}, y, np.ones(shape), rng_of("a"))
    for a in one:
        b = next(r for r in two if r.factor == a.factor)
        sign = -1 if a.factor == "volume" else 1
        assert b.alone.mean == pytest.approx(sign * a.alone.mean, abs=1e-8)


def test_standardised_keeps_who_has_no_value() -> None:
    z = standardised(np.array([[1.0, np.nan, 3.0]]))
    assert z[0, [0, 2]].tolist() == [-1.0, 1.0]
    assert np.isnan(z[0, 1])
