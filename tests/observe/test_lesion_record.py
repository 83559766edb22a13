"""What scans and visits see of lesions that are written down here one by one."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.observe import LesionProcess, Lesions, sample_lesions
from diapedesis.observe.draws import child, root
from tests.streams import rng_of


def record() -> Lesions:
    """Three subjects; the second has nothing."""
    subject, born, gone, t2, large = np.array(
        [
            (0, 10.0, 40.0, 1, 0),
            (0, 10.0, 25.0, 0, 1),
            (0, 30.0, 31.0, 1, 1),
            (2, 5.0, 200.0, 0, 1),
            (2, 60.0, 90.0, 1, 0),
        ]
    ).T
    return Lesions(
        n=3,
        start=0.0,
        end=100.0,
        subject=subject.astype(int),
        born=born,
        gone=gone,
        t2=t2 > 0,
        t2_gone=np.array([np.inf, np.inf, 70.0, np.inf, np.inf]),
        large=large > 0,
        key=child(root(1), range(5)),
        burst_subject=np.array([0, 0, 2, 2]),
        burst_day=np.array([10.0, 30.0, 5.0, 60.0]),
        burst_size=np.array([2, 1, 1, 1]),
        burst_relapse=np.array([True, False, False, True]),
        relapse_subject=np.array([0, 0, 2]),
        relapse_day=np.array([10.0, 50.0, 60.0]),
    )


@pytest.mark.parametrize("visible", [None, 1.0], ids=["all seen", "seen with certainty"])
def test_enhancing_from_birth_until_gone(visible) -> None:
    seen = record().enhancing([0, 10, 25, 30, 31, 60, 90, 100], visible)
    assert seen.tolist() == [
        [0, 2, 1, 2, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1, 2, 1, 1],
    ]


@pytest.mark.parametrize("visible", [None, 1.0], ids=["all seen", "seen with certainty"])
def test_new_is_born_after_the_scan_before(visible) -> None:
    new = record().new_enhancing([20, 35, 70, 95], visible)
    # the lesion of day 30 comes and goes between two scans; that of day 5 is old on the second
    assert new.tolist() == [[2, 0, 0, 0], [0, 0, 0, 0], [1, 0, 1, 0]]
    assert record().any_large_new([20, 35, 70, 95], visible).tolist() == [
        [True, False, False, False],
        [False] * 4,
        [True, False, False, False],
    ]


def test_born_on_the_day_of_a_scan_is_new_on_it_and_not_on_the_next() -> None:
    assert record().new_enhancing([10, 20])[0].tolist() == [2, 0]


def test_first_scan_is_new_since() -> None:
    new = record().new_enhancing([20, 70], since=5)
    assert new.tolist() == [[2, 0], [0, 0], [0, 1]]
    assert record().new_enhancing([20, 70], since=[10, 0, 4])[:, 0].tolist() == [0, 0, 1]
    assert record().any_large_new([20], since=5)[:, 0].tolist() == [True, False, False]


def test_each_subject_has_its_own_days() -> None:
    days = [[10, 30], [0, 1], [4, 60]]
    assert record().enhancing(days).tolist() == [[2, 2], [0, 0], [0, 2]]
    assert record().enhancing(days, 1.0).tolist() == [[2, 2], [0, 0], [0, 2]]
    assert record().new_enhancing(days).tolist() == [[2, 1], [0, 0], [0, 2]]


def test_stretches_hold_their_last_day_and_not_their_first() -> None:
    seen = record()
    assert seen.new_t2(10, 60).tolist() == [1, 0, 1]
    assert seen.new_t2(0, 10).tolist() == [1, 0, 0]
    assert seen.new_t2(0, [69, 100, 59]).tolist() == [2, 0, 0]
    assert seen.new_t2(0, [70, 100, 59]).tolist() == [1, 0, 0]  # one has shrunk by then
    assert seen.new_t2(0, [30, 100, 59]).tolist() == [2, 0, 0]
    assert seen.relapses(10, 60).tolist() == [1, 0, 1]
    assert seen.relapses([0, 0, 60], 100).tolist() == [2, 0, 0]
    assert seen.first_relapse(0, 100).tolist() == [10, np.inf, 60]
    assert seen.first_relapse(10, [49, 100, 60]).tolist() == [np.inf, np.inf, 60]
    assert seen.relapse_days(0).tolist() == [10, 50]
    assert seen.relapse_days(1).tolist() == []


def sampled(n: int = 400) -> Lesions:
    births = rng_of("births").gamma(2.0, 0.05, (n, 21))
    process = LesionProcess(3.0, 6.0, 30.0, 0.6, 0.15)
    return sample_lesions(np.linspace(0, 400, 21), births, 0.001, process, 3)


def test_counts_are_those_of_a_plain_loop() -> None:
    seen = sampled()
    days = np.sort(rng_of("own days").uniform(0, 400, (400, 12)), axis=1)
    enhancing = np.zeros(days.shape, int)
    new = np.zeros(days.shape, int)
    for s, born, gone in zip(seen.subject, seen.born, seen.gone, strict=True):
        there = (born <= days[s]) & (days[s] < gone)
        enhancing[s] += there
        new[s] += there & (born > np.append(0.0, days[s][:-1]))
    np.testing.assert_array_equal(seen.enhancing(days), enhancing)
    np.testing.assert_array_equal(seen.enhancing(days, 1.0), enhancing)
    np.testing.assert_array_equal(seen.new_enhancing(days), new)
    shared = np.arange(0.0, 401.0)
    by_row = seen.enhancing(np.tile(shared, (400, 1)))
    np.testing.assert_array_equal(seen.enhancing(shared), by_row)


def test_some_are_seen() -> None:
    """A share of them, by chance, on each scan anew."""
    seen = sampled(4000)
    days = np.arange(100.0, 401.0, 5.0)
    there, half = seen.enhancing(days), seen.enhancing(days, 0.3)
    assert (half <= there).all()
    assert half.sum() / there.sum() == pytest.approx(0.3, abs=0.005)
    residual = half - 0.3 * there
    # binomial on each scan, and unrelated to the scan five days before
    assert residual.var() / (0.21 * there.mean()) == pytest.approx(1, abs=0.03)
    assert abs(np.corrcoef(residual[:, 1:].ravel(), residual[:, :-1].ravel())[0, 1]) < 0.01
    assert not seen.enhancing(days, 0.0).any()
    assert not seen.new_enhancing(days, 0.0).any()


def test_visibility_is_of_each_subject_and_scan() -> None:
    seen = sampled()
    visible = np.zeros((400, 3))
    visible[:, 1] = 1
    visible[7, 2] = 1
    there, some = seen.enhancing([100, 200, 300]), seen.enhancing([100, 200, 300], visible)
    np.testing.assert_array_equal(some, there * visible)
    np.testing.assert_array_equal(
        seen.new_enhancing([100, 200, 300], visible),
        seen.new_enhancing([100, 200, 300]) * visible,
    )


def test_all_questions_of_a_day_see_the_same_lesions() -> None:
    """Whatever the other scans, and whichever question: first scans of all births are equal."""
    seen = sampled()
    alone = seen.enhancing([150.0], 0.5)[:, 0]
    np.testing.assert_array_equal(seen.enhancing([100.0, 150.0, 160.0], 0.5)[:, 1], alone)
    np.testing.assert_array_equal(seen.enhancing(np.full((400, 1), 150.0), 0.5)[:, 0], alone)
    np.testing.assert_array_equal(seen.new_enhancing([150.0], 0.5)[:, 0], alone)
    fewer = seen.enhancing([150.0], 0.4)[:, 0]
    assert (fewer <= alone).all() and fewer.sum() < alone.sum()


def test_day_zero_has_one_sign() -> None:
    process = LesionProcess(3.0, 6.0, 30.0, 0.6, 0.15)
    seen = sample_lesions([-200, 200], np.full((400, 2), 0.1), 0.0, process, 3)
    np.testing.assert_array_equal(seen.enhancing([0.0], 0.5), seen.enhancing([-0.0], 0.5))


def test_no_scans() -> None:
    assert record().enhancing([]).shape == (3, 0)
    assert record().new_enhancing([], 0.5).shape == (3, 0)


BAD = {
    "after the end": (lambda r: r.enhancing([1, 101]), "days: found day 101, expected 0 to 100"),
    "before the start": (lambda r: r.new_enhancing([-1]), "days: found day -1"),
    "since": (lambda r: r.new_enhancing([1], since=-1), "since: found day -1"),
    "backwards": (lambda r: r.enhancing([2, 1]), "found 2 before 1, expected ascending"),
    "days of others": (lambda r: r.enhancing([[1], [2]]), "days: found those of 2 subjects"),
    "visible twice": (lambda r: r.enhancing([1], 2.0), "visible: found 2, expected prob"),
    "visible unknown": (lambda r: r.new_enhancing([1], np.nan), "visible: found nan"),
    "visible of others": (lambda r: r.enhancing([1], [[1.0], [1.0]]), r"visible: .*\(3, 1\)"),
    "stretch": (lambda r: r.relapses(0, 101), "last: found day 101"),
    "stretch of others": (lambda r: r.new_t2([0, 0], 9), r"first: found shape \(2,\)"),
    "unknown end": (lambda r: r.first_relapse(0, np.nan), "found day nan"),
    "no such subject": (lambda r: r.relapse_days(3), "subject: found 3, expected 0 to 2"),
}


@pytest.mark.parametrize(("ask", "message"), BAD.values(), ids=BAD)
def test_a_bad_question_is_refused(ask, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask(record())
