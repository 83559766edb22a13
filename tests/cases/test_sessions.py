"""Sessions of exchange needed: laws of any patient, and of any series of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from diapedesis.cases import Fact, GivenTreatment, Moment, Range, Since, assumed
from diapedesis.cases.draws import Drawn, course, draw
from diapedesis.cases.reading import draw_reading
from diapedesis.cases.result import CaseResult
from diapedesis.cases.said import behind
from diapedesis.cases.sessions import (
    SERIES,
    Needed,
    by_level,
    differ,
    first_session,
    predicted,
    rise,
)
from diapedesis.cases.store import dump, load
from diapedesis.exchange.published import packaged_case
from diapedesis.plan import PlexQuestion
from diapedesis.plan.threshold import HOLD, Threshold
from diapedesis.simulate import Infusion, Plex
from tests.cases import made_up

N = 40
BOTH = ("differed", "rose_with_level")
OBSERVED = Fact("plex_sessions", since=Since("moment", Range(0, np.inf)), words=BOTH, patients=4)
SERIES_OF_4 = made_up.case(
    patients=4,
    treatments=(GivenTreatment("plex", since=Since("moment", Range.of(0))),),
    observed_later=(OBSERVED,),
)


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Patients of one reading, found ten days after the last infusion, exchanged from then on."""
    case = replace(SERIES_OF_4, moment=Moment("pml_diagnosis", Range.of(10)), given=())
    rng = np.random.default_rng(1)
    return draw(case, draw_reading(case, rng), N, 1, rng, 1.0)


@pytest.fixture(scope="module")
def needed(drawn: Drawn) -> Needed:
    return Needed.of(drawn)


@pytest.fixture(scope="module")
def found() -> Iterator[CaseResult]:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        yield made_up.ran(SERIES_OF_4)


def moved(drawn: Drawn, moment: float) -> Drawn:
    """The same patients, found and exchanged on another day."""
    protocol = replace(drawn.reading.protocol, sessions=(Plex(moment, plasma_volumes=1.5),))
    return replace(drawn, reading=replace(drawn.reading, moment=moment, protocol=protocol))


def dosed(drawn: Drawn, fold: float) -> Drawn:
    """The same patients, given so many times as much."""
    doses = tuple(Infusion(d.time, fold * 300.0) for d in drawn.reading.protocol.doses)
    protocol = replace(drawn.reading.protocol, doses=doses)
    return replace(drawn, reading=replace(drawn.reading, protocol=protocol))


def test_the_level_is_reached_as_where_exchange_is_planned() -> None:
    usual = PlexQuestion(first=0.0, by=30.0)
    assert Threshold() == usual.threshold == Threshold(assumed.EXCHANGED_BELOW)
    assert assumed.STAYS == HOLD == usual.hold
    assert usual.max_sessions == assumed.MOST_SESSIONS
    assert usual.sizes[0].plasma_volumes == assumed.PLASMA_VOLUMES


def test_a_higher_level_never_needs_fewer_sessions(drawn: Drawn, needed: Needed) -> None:
    """Of one patient: more drug, or an earlier day."""
    for other in (dosed(drawn, 0.5), dosed(drawn, 0.1), moved(drawn, 20.0), moved(drawn, 60.0)):
        less = Needed.of(other)
        assert (less.level < needed.level).all()
        assert (less.sessions() <= needed.sessions()).all()
        assert (less.sessions() < needed.sessions()).any()


def test_a_lower_level_to_reach_never_needs_fewer_sessions(needed: Needed) -> None:
    limits = (0.5, 1.0, 2.0, 5.0, 20.0)
    numbers = np.array([needed.sessions(x) for x in limits])
    assert (np.diff(np.where(np.isinf(numbers), 99, numbers), axis=0) <= 0).all()


def test_each_session_leaves_less(needed: Needed) -> None:
    assert (np.diff(needed.highest, axis=1) < 0).all()


def test_below_the_level_none_is_needed(drawn: Drawn) -> None:
    late = Needed.of(moved(drawn, 200.0))
    below = late.level < assumed.EXCHANGED_BELOW
    assert below.sum() > N / 2
    assert (late.sessions()[below] == 0).all() and (late.sessions()[~below] > 0).all()


def test_the_course_is_that_of_the_model(drawn: Drawn, needed: Needed) -> None:
    """The reading gives so many sessions itself; its course is followed with the virus in it."""
    n = len(drawn.reading.protocol.sessions)
    next_day = first_session(drawn) + n * assumed.SESSION_APART
    days = np.concatenate([[drawn.reading.moment], next_day + np.arange(61.0)])
    followed = course(drawn, days, ("c",))["c"]
    # two solves at a relative tolerance of 1e-4 a step
    np.testing.assert_allclose(needed.level, followed[:, 0], rtol=1e-2)
    np.testing.assert_allclose(needed.highest[:, n], followed[:, 1:].max(axis=1), rtol=1e-2)


def test_sessions_before_the_moment_stay_and_later_ones_are_replaced(drawn: Drawn) -> None:
    early = replace(drawn.reading.protocol, sessions=(Plex(5.0, plasma_volumes=1.5),))
    one = replace(drawn, reading=replace(drawn.reading, protocol=early))
    assert first_session(one) == drawn.reading.moment
    assert (Needed.of(one).level < Needed.of(drawn).level).all()
    late = replace(early, sessions=tuple(Plex(d, plasma_volumes=1.0) for d in (14.0, 17.0)))
    other = replace(drawn, reading=replace(drawn.reading, protocol=late))
    assert first_session(other) == 14.0
    np.testing.assert_array_equal(Needed.of(other).level, Needed.of(drawn).level)


def test_the_order_of_draws_plays_no_part(needed: Needed) -> None:
    at = np.random.default_rng(3).permutation(N)
    other = Needed(needed.level[at], needed.highest[at])
    for word, true in needed.series(4, 1).items():
        np.testing.assert_array_equal(other.series(4, 1)[word], true)
    assert list(by_level(other)) == list(by_level(needed))


def test_a_seed_of_its_own_gives_other_series(needed: Needed) -> None:
    one, same, other = (needed.series(4, seed)["rose_with_level"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


NUMBERS = st.sampled_from([*range(11), np.inf])


@given(arrays(float, (20, 4), elements=NUMBERS), st.integers(0, 2**31))
def test_rising_is_spearmans_correlation_above_nothing(number: np.ndarray, seed: int) -> None:
    level = np.random.default_rng(seed).uniform(1, 100, number.shape)
    rising = rise(level, number)
    for x, y, up, apart in zip(level, number, rising, differ(number), strict=True):
        if not apart:
            assert not up and np.unique(y).size == 1
            continue
        r = spearmanr(x, np.where(np.isinf(y), 99, y)).statistic
        assert up == (r > 1e-12)


def test_numbers_that_follow_the_level_always_rise_and_those_that_hang_on_nothing_half() -> None:
    rng = np.random.default_rng(1)
    level = rng.uniform(1, 100, 2000)
    follows = Needed(level, level[:, None] / 10.0 ** np.arange(11)).series(4, 1)
    assert (follows["rose_with_level"] == follows["differed"]).all()
    by_chance = Needed(level, rng.uniform(1, 1e9, 2000)[:, None] / 10.0 ** np.arange(11))
    found = by_chance.series(4, 1)
    # with ties either way as likely; SD of the draws 1 / sqrt(2000), of the series 1 / sqrt(10000)
    tied = 1 - found["rose_with_level"].mean() - fallen(by_chance)
    assert found["rose_with_level"].mean() == pytest.approx((1 - tied) / 2, abs=0.06)


def fallen(needed: Needed) -> float:
    """Share of series that fall with the level: they rise with its negative."""
    return float(Needed(-needed.level, needed.highest).series(4, 1)["rose_with_level"].mean())


def test_nobody_differs_where_none_gets_there() -> None:
    hopeless = Needed(np.linspace(50, 90, 30), np.full((30, 11), 40.0))
    assert not any(true.any() for true in hopeless.series(4, 1).values())
    (high,) = (c for c in by_level(hopeless) if c.low == 80.0)
    assert high.sessions == (np.inf,) * 5 and high.most == high.fixed == 0.0


def test_all_words_of_a_fact_have_to_be_true(needed: Needed) -> None:
    series = needed.series(4, 1)
    for words in (("differed",), ("rose_with_level",), BOTH):
        p = predicted(replace(OBSERVED, words=words), needed, 4, 1)
        assert p.form == "chance" and p.values.shape == (SERIES,)
        np.testing.assert_array_equal(p.values, np.all([series[w] for w in words], axis=0))
    assert predicted(replace(OBSERVED, words=()), needed, 4, 1) == "stated without a number"
    assert predicted(OBSERVED, needed, 1, 1) == "numbers of one patient neither differ nor rise"


def test_classes_hold_every_draw_once(needed: Needed) -> None:
    classes = list(by_level(needed))
    assert sum(c.draws for c in classes) == N
    assert sum(c.share for c in classes) == pytest.approx(1.0)
    assert all(c.fixed <= c.most for c in classes if c.draws)


def test_a_case_is_answered_prior_beside_posterior(found: CaseResult) -> None:
    (p,) = found.predictions
    assert not p.reason and p.tail == p.predicted.values.mean()
    assert 0 < p.tail < 1 and 0 < p.prior.mean() < 1
    after, before = p.needed
    assert after.level.size == before.level.size == 100  # as many as are followed
    assert p.size == 4 and behind(found, p) == found.ess / 4


def test_equal_seeds_give_equal_bytes_and_are_read_back(found: CaseResult) -> None:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        again = made_up.ran(SERIES_OF_4)
    data = dump(found)
    assert dump(again) == data
    _, kept = load(data, SERIES_OF_4)
    assert dump(kept) == data
    assert behind(kept, kept.predictions[0]) == behind(found, found.predictions[0])


def test_what_vennegoor_says_is_compared() -> None:
    (fact,) = (f for f in packaged_case("vennegoor-2015-series").observed_later
               if f.kind == "plex_sessions")  # fmt: skip
    assert fact.words == BOTH and fact.patients == 4
