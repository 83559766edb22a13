"""Diagnostics of fitted subjects: what belongs together, what must not matter, and the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from diapedesis.infer.diagnostics import Diagnostics, diagnose
from diapedesis.infer.fit import Fit, fit, prior_of
from diapedesis.infer.likelihood import OUTLIER_FOLD, OUTLIER_SHARE
from diapedesis.infer.npde import npde_tests
from diapedesis.infer.replicates import simulate_readings
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Protocol
from tests.infer.diagnostics.cohorts import MODEL, cohort, errors, varied
from tests.statistical.patients import ONE_IN
from tests.streams import rng_of


@pytest.fixture(scope="module")
def fits() -> list[Fit]:
    return [fit(s, n_draws=200) for s in varied()]


@pytest.fixture(scope="module")
def found(fits: list[Fit]) -> Diagnostics:
    return diagnose(fits, n_sim=200, seed=4)


def test_kinds_of_reading_are_kept_apart(found: Diagnostics) -> None:
    assert list(found.levels) == ["free", "total", "saturation"]
    free, total = found.levels["free"], found.levels["total"]
    assert free.rows.column("subject") == ["a"] * 2 + ["b"] * 3 + ["c"] * 3 + ["d"] * 2
    assert total.rows.column("subject") == ["a", "b"]
    assert total["lloq"].tolist() == [2.0, 2.0]
    assert found.levels["saturation"].rows.column("observed") == [0.93, 0.41]
    assert 0 < found.levels["saturation"]["pred"].min() < 1
    assert free.tests is not None
    assert total.tests is None


def test_a_level_has_its_day_its_dose_and_its_predictions(
    fits: list[Fit], found: Diagnostics
) -> None:
    free = found.levels["free"]
    assert free["time"].tolist() == [140.0, 150.0, 168, 170, 230, 145.0, 168.0, 196.0, -3.0, 210]
    # A trough at the time of a dose belongs to the dose before; none was before day -3.
    assert free["after_dose"].tolist() == [28.0, 10.0, 42, 2, 62, 5.0, 28.0, 56.0, -3.0, 42.0]
    assert free["censored"].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 1, 0]
    own = [i for i, x in enumerate(fits[0].subject.levels) if x.assay.measures == "free"]
    expected = np.array(fits[0].level_table.column("pred_50"))[own]
    np.testing.assert_array_equal(free["ipred"][:2], expected)
    assert free["pred"][8] == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(
        free["iwres"],
        (free["observed"] - free["ipred"]) / np.hypot(0.219 * free["ipred"], 0.1),
        rtol=1e-4,
    )


def test_population_predictions_are_the_readings_at_the_prior_mean(
    fits: list[Fit], found: Diagnostics
) -> None:
    """So a fit without information, whose prior is all but fixed, predicts the same."""
    a = fits[0]
    sure = replace(a.prior, cov=1e-12 * a.prior.cov)
    exact = Assay(proportional_sd=1e-9, additive_sd=1e-9)
    days = [x.time for x in a.subject.levels if x.assay.measures == "free"]
    asked = replace(a.subject, levels=tuple(Level(t, 1.0, exact) for t in days))
    readings = simulate_readings(asked, 5, rng_of("pred"), prior=sure)
    expected = np.tile(found.levels["free"]["pred"][:2], (5, 1))
    np.testing.assert_allclose(readings, expected, rtol=1e-3)


def test_etas_are_modes_less_the_prior_mean_and_nothing_without_levels(
    fits: list[Fit], found: Diagnostics
) -> None:
    rows = found.etas.records()
    for f in fits:
        own = [r for r in rows if r["subject"] == f.subject.id]
        assert [r["parameter"] for r in own] == list(f.names)
        np.testing.assert_allclose([r["omega"] for r in own], f.prior.sd)
        z = f.prior.mean if f.mode is None else f.mode.z
        np.testing.assert_allclose([r["eta"] for r in own], z - f.prior.mean)
        assert {r["weight"] for r in own} == {f.subject.weight}
    assert all(r["eta"] == 0 for r in rows if r["subject"] == "e")


def test_shrinkage_is_that_of_the_etas_and_residuals(found: Diagnostics) -> None:
    table = {(r["kind"], r["of"]): r for r in found.shrinkage.records()}
    rows = [r for r in found.etas.records() if r["subject"] != "e"]  # who has no level
    own = [r["eta"] / r["omega"] for r in rows if r["parameter"] == "cl"]
    assert table["eta", "cl"]["sd"] == pytest.approx(1 - np.std(own, ddof=1))
    assert table["eta", "cl"]["n"] == 4
    free = found.levels["free"]
    kept = free["iwres"][~free["censored"] & ~free["outlier"]]
    assert table["epsilon", "free"]["variance"] == pytest.approx(1 - kept.var(ddof=1))
    assert ("epsilon", "total") not in table  # one quantified level
    assert ("kappa", "cl@0") not in table  # one subject with occasions


def test_order_and_company_of_subjects_do_not_matter(fits: list[Fit], found: Diagnostics) -> None:
    fewer = diagnose([fits[2], fits[0]], n_sim=200, seed=4).levels["free"]
    whole = {(r[0], r[1]): r for r in found.levels["free"].rows.rows}
    for row in fewer.rows.rows:
        assert row == whole[row[0], row[1]]


def test_the_seed_decides(fits: list[Fit], found: Diagnostics) -> None:
    again, other = (diagnose(fits, n_sim=200, seed=s).levels["free"] for s in (4, 5))
    assert again.rows == found.levels["free"].rows
    np.testing.assert_array_equal(again.vpc.low, found.levels["free"].vpc.low)
    assert (other["npde"] != again["npde"]).any()


def test_too_few_subjects_or_one_twice_are_refused(fits: list[Fit]) -> None:
    with pytest.raises(ValueError, match="found 1 with levels"):
        diagnose([fits[0], fits[4]])
    with pytest.raises(ValueError, match="found subject 'a' more than once"):
        diagnose([fits[0], fits[0]])


def test_readings_have_the_errors_and_outliers_of_the_likelihood() -> None:
    """With parameters all but fixed a reading has variance sd^2 (1 - p + p fold^2).

    The SD of the variance of 20 000 heavy-tailed values is about 3 % of it; 5 SD are allowed.
    """
    assay = Assay(proportional_sd=0.2, additive_sd=1.0, factor=1.3)
    subject = Subject(Protocol.every(28, n=4), (Level(100.0, 1.0, assay),), height=1.7)
    prior = prior_of(subject, MODEL)[0]
    sure = replace(prior, cov=1e-12 * prior.cov)
    found = simulate_readings(subject, 20_000, rng_of("readings"), prior=sure)[:, 0]
    mu = np.median(found)
    variance = (0.2 * mu) ** 2 + 1.0
    inflated = variance * (1 - OUTLIER_SHARE + OUTLIER_SHARE * OUTLIER_FOLD**2)
    assert found.var() == pytest.approx(inflated, rel=0.15)
    inside = int((np.abs(found - mu) < np.sqrt(variance)).sum())
    share = (1 - OUTLIER_SHARE) * 0.6827 + OUTLIER_SHARE * 0.1585  # of N(0, 1) within 1, 1/5
    low, high = stats.binom.interval(1 - ONE_IN, found.size, share)
    assert low <= inside <= high


@pytest.mark.parametrize("lloq", [0.25, 12.0])
def test_levels_of_the_model_itself_pass(lloq: float) -> None:
    """With the higher limit about one level in five is below it."""
    found = errors(cohort(rng_of(f"itself {lloq}"), 60, lloq=lloq))
    assert npde_tests(found).p_global > ONE_IN


@pytest.mark.parametrize("wrong", [{"cl": 1.4}, {"sd": 2.0}])
def test_levels_of_another_model_do_not_pass(wrong: dict[str, float]) -> None:
    """Clearance 40 % higher, or errors twice as large, in 80 patients with three levels."""
    tests = npde_tests(errors(cohort(rng_of(f"another {wrong}"), 80, **wrong)))
    print(tests)
    assert tests.p_global < 1e-3


@pytest.mark.statistical
def test_the_size_of_the_tests_with_the_model_itself_is_nominal() -> None:
    n = 100
    p = [
        npde_tests(errors(cohort(rng_of(f"size with the model {i}"), 30))).p_global
        for i in range(n)
    ]
    size = np.mean(np.array(p) < 0.05)
    print(f"size of the global test: {size:.3f}")
    low, high = stats.binom.interval(1 - ONE_IN, n, 0.05)
    assert low / n <= size <= high / n


@pytest.mark.statistical
@pytest.mark.parametrize("wrong", [{"cl": 1.4}, {"sd": 2.0}])
def test_the_power_against_another_model_is_high(wrong: dict[str, float]) -> None:
    p = [
        npde_tests(errors(cohort(rng_of(f"power {wrong} {i}"), 60, **wrong), k=300)).p_global
        for i in range(20)
    ]
    power = np.mean(np.array(p) < 0.05)
    print(f"power against {wrong}: {power:.2f}")
    assert power > 0.8
