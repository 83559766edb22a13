"""Patients who switch: an earlier switch, and what a series sees, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.models import ms
from diapedesis.observe import Lesions
from diapedesis.population.ms_cohort import recruit
from diapedesis.population.ms_stopped import AFTER, MONTH, Stopped, stop
from diapedesis.population.setting import Setting
from diapedesis.population.switchers import (
    KINDS,
    MRI,
    MRI_LATER,
    NONE,
    READINGS,
    RELAPSE,
    RELAPSE_LATER,
    USUAL,
    Switchers,
)
from diapedesis.population.truths import stream, truths

M, N = 4, 150
DAY = 90.0


@pytest.fixture(scope="module")
def stopped() -> Stopped:
    typical = truths(ms(), M, stream(3, "truths"))
    return stop(recruit(Setting(ms(), typical, N, stream(3, "patients")), N))


@pytest.fixture(scope="module")
def late(stopped: Stopped) -> Switchers:
    return Switchers.of(stopped)


def test_all_days_of_the_washout_come(late: Switchers) -> None:
    assert set(late.start) == set(range(80, 101))


def test_a_switch_at_day_30_leaves_fewer_relapses_before_it_and_fewer_in_all(
    stopped: Stopped, late: Switchers
) -> None:
    early = Switchers.of(stopped, (30, 30))
    before = early.seen.relapses(0.0, early.start)
    assert (before <= late.seen.relapses(0.0, late.start)).all()
    assert before.tolist() == late.seen.relapses(0.0, 30.0).tolist()  # the same until then
    lesions = [np.sum((s.seen.born > 0) & (s.seen.born <= AFTER[-1])) for s in (early, late)]
    assert lesions[0] < lesions[1]


def test_kinds_follow_from_relapses(late: Switchers) -> None:
    first = late.seen.first_relapse(late.start, late.start + 9 * MONTH)
    for reading in (USUAL, *READINGS.values()):
        kind = late.kinds(reading)
        assert set(kind) <= set(range(len(KINDS)))
        if not (reading.first_event or reading.spread):
            assert (np.isin(kind, [RELAPSE, RELAPSE_LATER]) == np.isfinite(first)).all()
            assert ((kind == RELAPSE) == (first <= late.start + MONTH)).all()


def test_to_look_for_more_finds_no_fewer(late: Switchers) -> None:
    def none(reading: str) -> np.ndarray:
        return late.kinds(READINGS[reading]) == NONE

    usual = late.kinds() == NONE
    assert not (usual & ~none("new enhancing lesions alone")).any()
    assert not (usual & ~none("new T2 lesions alone")).any()
    assert (none("new T2 lesions alone") & none("new enhancing lesions alone") == usual).all()
    assert none("against a scan at the last infusion").sum() < usual.sum()
    assert (none("a patient is what came first") == usual).all()


def test_who_enters_a_quiet_series_had_no_relapse_on_the_drug(late: Switchers) -> None:
    assert late.entering().all()
    quiet = late.entering(READINGS["no relapse in the last year on natalizumab"])
    assert (quiet == (late.seen.relapses(-365.25, 0.0) == 0)).all()
    assert 0 < quiet.mean() < 1


def by_hand(
    late: Switchers, lesions: list[tuple[int, float, float, bool]], relapses: dict[int, float]
) -> Switchers:
    """Return five patients who switch on day 90, with lesions (who, born, gone, T2)."""
    who, born, gone, t2 = (np.array(x) for x in zip(*lesions, strict=True))
    none = np.zeros(0)
    seen = Lesions(
        n=5,
        start=late.seen.start,
        end=late.seen.end,
        subject=who,
        born=born,
        gone=gone,
        t2=t2,
        t2_gone=np.full(who.size, np.inf),
        large=np.zeros(who.size, bool),
        key=np.arange(who.size, dtype=np.uint64),
        burst_subject=none.astype(int),
        burst_day=none,
        burst_size=none.astype(int),
        burst_relapse=none.astype(bool),
        relapse_subject=np.array(list(relapses), int),
        relapse_day=np.array(list(relapses.values())),
    )
    return replace(
        late, patients=late.patients.some(np.arange(5)), start=np.full(5, DAY), seen=seen
    )


def test_kinds_by_hand(late: Switchers) -> None:
    five = by_hand(
        late,
        [
            (0, 60.0, 200.0, True),  # there on the day of the switch: not new
            (1, 100.0, 130.0, False),  # enhances on the scan of day 120
            (2, 100.0, 110.0, True),  # has faded by then, but left a T2 lesion; then a relapse
            (3, 130.0, 140.0, False),  # between scans, and leaves nothing
            (4, 300.0, 320.0, True),  # on the last scan, day 364
        ],
        {2: 200.0, 3: 110.0},
    )
    assert five.kinds().tolist() == [NONE, MRI, RELAPSE_LATER, RELAPSE, MRI_LATER]
    kinds = {name: five.kinds(reading).tolist() for name, reading in READINGS.items()}
    assert kinds["a patient is what came first"] == [NONE, MRI, MRI, RELAPSE, MRI_LATER]
    assert kinds["new T2 lesions alone"][1] == NONE
    assert kinds["new enhancing lesions alone"][4] == NONE
    assert kinds["against a scan at the last infusion"][0] == MRI


@pytest.mark.parametrize("washout", [(-1, 30), (40, 30), (80, 101)])
def test_a_washout_that_is_not_followed_is_refused(
    stopped: Stopped, washout: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="washout: found"):
        Switchers.of(stopped, washout)
