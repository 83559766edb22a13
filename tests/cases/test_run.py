"""Laws of conditioning on a case, whatever the model says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from diapedesis.cases import Fact, GivenTreatment, Moment, Range, run
from diapedesis.cases.draws import _prior, draw
from diapedesis.cases.facts import Known, log_likelihood
from diapedesis.cases.reading import Reading, draw_reading
from diapedesis.cases.result import CaseResult
from diapedesis.cases.store import dump
from tests.cases import made_up
from tests.cases.made_up import CLEAN, DIAGNOSED, LATER, ran, stopped


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        yield


@pytest.fixture(scope="module")
def usual(small: None) -> CaseResult:
    return ran(made_up.case())


@pytest.fixture(scope="module")
def prior(small: None) -> CaseResult:
    return ran(stopped())


def test_what_came_later_never_changes_the_posterior(usual: CaseResult) -> None:
    for later in ((), LATER[::-1], (Fact("death", Range(60, 61)),)):
        other = ran(made_up.case(observed_later=later))
        assert other.ess == usual.ess and other.seeded == usual.seeded
        assert repr(other.used) == repr(usual.used)  # nan is not equal to itself
        for output, band in usual.bands.items():
            for name, values in band.items():
                np.testing.assert_array_equal(other.bands[output][name], values)
        said = {p.fact: p for p in other.predictions}
        for p in usual.predictions:
            if p.fact in said and p.predicted is not None:
                np.testing.assert_array_equal(said[p.fact].predicted.values, p.predicted.values)


def test_nothing_given_is_the_prior(prior: CaseResult) -> None:
    assert prior.used == ()
    for p in prior.predictions:
        after, before = np.isfinite(p.predicted.values).mean(), np.isfinite(p.prior).mean()
        if p.predicted.form == "chance":
            after, before = p.predicted.values.mean(), p.prior.mean()
        # the same distribution, each resampled anew from the same draws: 5 standard errors
        error = np.sqrt(2 * 0.25 / min(prior.ess, run.KEPT))
        assert abs(after - before) < 5 * error


def test_a_fact_that_is_not_used_changes_nothing(prior: CaseResult) -> None:
    other = ran(stopped(given=(Fact("pregnancy"),)))
    assert other.used[0].reason == "the model knows no pregnancy"
    assert np.isnan(other.used[0].mean_likelihood)
    assert (other.ess, other.seeded) == (prior.ess, prior.seeded)


def test_what_tells_more_leaves_fewer_draws(prior: CaseResult) -> None:
    edss = [Fact("edss", Range.of(0), value=Range.of(2), unit="EDSS"),
            Fact("mri_ms", Range.of(30), value=Range.of(2), unit="enhancing lesions")]  # fmt: skip
    one, both = (ran(stopped(given=tuple(edss[:n]))).ess for n in (1, 2))
    assert both < one < prior.ess


def test_a_negative_pcr_never_excludes_pml(prior: CaseResult) -> None:
    tested = ran(stopped(given=(CLEAN,)))
    assert 0 < tested.seeded <= prior.seeded
    assert 0 < tested.used[0].mean_likelihood < 1


def test_pml_that_came_unknown_is_predicted_among_those_with_a_seed() -> None:
    found = ran(stopped(observed_later=(Fact("pml_symptoms", Range(90, 120)), *LATER)))
    assert 0 < found.seeded < 0.1
    assert run.LEAST_ESS <= found.ess_seeded < found.ess
    assert [p.if_seeded for p in found.predictions] == [True, True, True, False, False, True]


def test_the_number_of_threads_changes_no_byte(
    usual: CaseResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cores in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda n=cores: n)
        assert dump(ran(made_up.case())) == dump(usual)


@pytest.mark.slow
def test_the_threads_of_the_array_library_change_no_byte() -> None:
    code = (
        "from diapedesis.app.cli.main import main; import sys;"
        " sys.argv[1:] = 'case run calvi-2014 --draws 5000 --json'.split(); main()"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"OPENBLAS_NUM_THREADS": n},
            capture_output=True,
            check=True,
        ).stdout
        for n in ("1", "2")
    ]
    assert said[0] == said[1] != b""


def test_the_root_is_that_of_the_covariance() -> None:
    prior, root = _prior()
    assert (np.triu(root, 1) == 0).all() and (np.diag(root) > 0).all()
    np.testing.assert_allclose(root @ root.T, prior.cov, atol=1e-14)


def test_another_seed_gives_other_draws(usual: CaseResult) -> None:
    assert ran(made_up.case(), seed=2).ess != usual.ess


def test_too_few_draws_are_refused_with_advice() -> None:
    never = Fact("edss", Range.of(0), value=Range.of(9.5), unit="EDSS")
    with pytest.raises(
        run.CaseError, match=r"'roe-2021': found \d+ effective draws of 600.*more draws"
    ):
        ran(stopped(given=(never,)))


def test_a_fact_that_every_draw_rules_out_leaves_none() -> None:
    early = Fact("pml_symptoms", Range.of(-5000))  # years before the first infusion
    with pytest.raises(run.CaseError, match="found 0 effective draws of 600"):
        ran(made_up.case(given=(early,)))


def test_left_out_treatments_are_named(usual: CaseResult) -> None:
    assert usual.left_out == ("cytarabine",)


@pytest.fixture(scope="module")
def known() -> Known:
    """Draws of a made-up case with courses that were made up too: lesions that grow."""
    case = made_up.case(moment=Moment("biopsy", Range(0, 28)))
    rng = np.random.default_rng(1)
    drawn = draw(case, draw_reading(case, rng), 64, 1, rng, 1.0)
    days = np.arange(-200.0, 29.0, 7.0)
    volume = np.exp((days - rng.uniform(-200, 20, (64, 1))) / 40)
    flat = np.zeros_like(volume)
    return Known(drawn, days, {"pml_volume": volume, "iris_level": flat, "steroid_barrier": flat})


RANGES = (Range.of(10), Range(9, 11), Range(8, 20), Range(0, 28), Range(-10, 60))
"""Each within the next."""


@pytest.mark.parametrize("kind", ["pml_diagnosis", "pml_symptoms"])
def test_a_vaguer_day_is_never_less_likely(kind: str, known: Known) -> None:
    fact = replace(DIAGNOSED, kind=kind, words=("symptomatic",) if kind[4] == "d" else ())
    likely = [log_likelihood(replace(fact, day=r), known) for r in RANGES]
    for narrow, wide in pairwise(likely):
        assert np.all(wide >= narrow - 1e-12)
    assert likely[-1].max() <= 0 and (likely[-1] > likely[0]).any()


@pytest.mark.parametrize("kind", ["pml_diagnosis", "pml_symptoms"])
def test_what_the_moment_is_happened_on_its_day(kind: str, known: Known) -> None:
    """Its published range says from when to when the moment is drawn, and no more."""
    fact = replace(DIAGNOSED, kind=kind, day=Range(0, 28), words=())
    day = known.drawn.reading.moment
    then = replace(known, drawn=replace(known.drawn, reading=at(kind, known)))
    exact = log_likelihood(replace(fact, day=Range.of(day)), then)
    np.testing.assert_array_equal(log_likelihood(fact, then), exact)
    assert (np.asarray(log_likelihood(fact, known)) > exact).any()
    earlier = replace(fact, day=Range(-60, -30))
    np.testing.assert_array_equal(log_likelihood(earlier, then), log_likelihood(earlier, known))


def at(event: str, known: Known) -> Reading:
    return replace(known.drawn.reading, event=event)


def test_symptoms_without_a_day_were_there_by_the_moment(known: Known) -> None:
    there = np.exp(np.asarray(log_likelihood(Fact("pml_symptoms"), known)))
    none = np.exp(np.asarray(log_likelihood(Fact("pml_symptoms", words=("none",)), known)))
    np.testing.assert_allclose(there + none, 1.0)
    assert 0 < there.mean() < 1


def test_a_scan_of_the_brainstem_says_where_the_lesion_is() -> None:
    """Of others one in seven is there."""
    rng = np.random.default_rng(1)
    for words, share in ((("lesion", "brainstem"), {1.0}), (("lesion",), {0.0, 1.0})):
        case = made_up.case(given=(DIAGNOSED, Fact("mri_pml", Range.of(0), words=words)))
        drawn = draw(case, draw_reading(case, rng), 64, 1, rng, 1.0)
        assert set(drawn.patients.inputs["brainstem"]) == share


def test_a_scan_says_lesion_or_none(known: Known) -> None:
    fact = Fact("mri_pml", Range.of(0))
    seen, none = (
        np.exp(log_likelihood(replace(fact, words=(w,)), known)) for w in ("lesion", "no_lesion")
    )
    np.testing.assert_allclose(seen + none, 1.0)


def test_a_treatment_stated_as_not_given_is_in_no_reading() -> None:
    case = made_up.case(treatments=(GivenTreatment("plex", given="no"),))
    for seed in range(20):
        assert draw_reading(case, np.random.default_rng(seed)).protocol.sessions == ()


def test_a_moment_without_a_day_is_drawn_within_an_interval() -> None:
    case = made_up.case(moment=Moment("pml_diagnosis"), given=())
    days = [draw_reading(case, np.random.default_rng(s)).moment for s in range(50)]
    assert min(days) >= 0 and max(days) <= 28 and np.std(days) > 4
