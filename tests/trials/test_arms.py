"""What must be true of any arm: no dose, no link or no action is placebo; chances are shared."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.simulate import Course, Steroid
from diapedesis.trials import Arm, depleting
from diapedesis.trials.run import Records, run_arms
from tests.trials.made import CONTROL, trial

DAYS, FULL = (28.0, 118.0), (12.0, 6.0)
CD8 = Arm("anti_cd8", "anti-CD8", depleting("anti_cd8", DAYS, FULL), cells="cd8_count", aim=0.9)
ALONE = {"regulation": 0.0, "b_help": 0.0}
"""Neither regulatory nor B cells matter."""


def run(*arms: Arm, hypotheses: tuple[str, ...] = ("cd4",), **others: object) -> Records:
    return run_arms(trial(*arms, hypotheses=hypotheses, **others), 3, 10, seed=3, replicates=2)


def rows(found: Records, arm: int) -> list[np.ndarray]:
    return [x[:, :, arm] for id, x in found.values.items() if id not in ("expected_gd", "edss")]


def test_an_arm_without_a_dose_is_placebo_exactly() -> None:
    nothing = Arm("nothing", "none", depleting("anti_cd8", DAYS, (0.0, 0.0)))
    found = run(nothing, CD8, hypotheses=("null", "virus"))
    for x in found.values.values():
        assert np.array_equal(x[:, :, 1], x[:, :, 0])
        assert not np.array_equal(x[:, :, 2], x[:, :, 0])
    for x in found.counts.values():
        assert np.array_equal(x[1], x[0])


def test_an_antibody_that_kills_nothing_is_placebo() -> None:
    inert = Arm("inert", "inert", CD8.treatments, {"kill_max": 0.0})
    found = run(inert)
    births = found.values["expected_gd"]
    np.testing.assert_allclose(births[:, :, 1], births[:, :, 0], rtol=1e-3)
    apart = [np.mean(a != b) for a, b in zip(rows(found, 1), rows(found, 0), strict=True)]
    assert max(apart) < 0.02


def test_cells_that_drive_nothing_change_nothing() -> None:
    control = Arm("placebo", "placebo", parameters=ALONE)
    other = {"anti_cd8": CD8.treatments, "anti_cd20": depleting("anti_cd20", [28.0], [1.0])}
    idle = [Arm(id, id, given, ALONE) for id, given in other.items()]
    cd4 = Arm("anti_cd4", "anti-CD4", depleting("anti_cd4", DAYS, FULL), ALONE)
    found = run(*idle, cd4, arms=(control, *idle, cd4))
    births = found.values["expected_gd"]
    for arm in (1, 2):
        np.testing.assert_allclose(births[:, :, arm], births[:, :, 0], rtol=1e-3)
        for ours, theirs in zip(rows(found, arm), rows(found, 0), strict=True):
            assert np.mean(ours != theirs) < 0.02
    assert np.all(births[:, :, 3] < 0.5 * births[:, :, 0])


def test_patients_are_the_same_in_every_arm_and_under_every_hypothesis() -> None:
    found = run(CD8, hypotheses=("cd4", "null"))
    placebo, treated = found.counts["cd4_count"]
    np.testing.assert_allclose(treated, placebo, rtol=1e-4)
    gone = 1 - found.counts["cd8_count"][1] / found.counts["cd8_count"][0]
    assert np.all(np.abs(gone[:, :4]) < 1e-3) and np.all(gone[:, 8] > 0.1)


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones() -> None:
    one, two = (run(CD8) for _ in range(2))
    for id, x in one.values.items():
        assert x.tobytes() == two.values[id].tobytes()
    other = run_arms(trial(CD8), 3, 10, seed=4, replicates=2)
    assert not np.array_equal(other.values["edss"], one.values["edss"])


def test_replicates_share_patients_and_not_chances() -> None:
    found = run(CD8)
    shape = (10, 3, 2)
    edss = found.values["edss"][0, 0, 0].reshape(shape)
    assert np.array_equal(edss[..., 0], edss[..., 1])
    gd = found.values["new_gd"][0, 0, 0].reshape(shape)
    assert not np.array_equal(gd[..., 0], gd[..., 1])


def test_days_count_from_the_last_dose() -> None:
    arm = Arm("a", "a", (Steroid(7.0, grams=1.0), Course("fingolimod", 56.0, 90.0)))
    steroid, course = arm.given(100.0)
    assert (steroid.time, course.time, course.end) == (107.0, 156.0, 190.0)


def test_arms_need_ids_of_their_own() -> None:
    with pytest.raises(ValueError, match="ids of their own"):
        trial(CONTROL)
    with pytest.raises(ValueError, match=r"joint: found \['b'\]"):
        trial(CD8, joint=("b",))
