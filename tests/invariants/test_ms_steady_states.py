"""The untreated state of the MS model stays where it is; draws in which it would not are few."""

import numpy as np

from diapedesis.infer.stability import stability
from diapedesis.models import ms
from diapedesis.simulate import Protocol
from tests.ms_kit import OUTPUTS, course, likely_patients, patients
from tests.streams import rng_of

DECADE = np.linspace(0.0, 3650.0, 11)
MOVING = ("edss", "edss_permanent")


def test_untreated_nothing_moves_in_ten_years_but_permanent_disability() -> None:
    found = course(Protocol(), DECADE, patients("untreated", 128))
    still = [id for id in OUTPUTS if id not in MOVING and not id.startswith("cumulative_")]
    for id in still:
        begin = np.broadcast_to(found[id][:, :1], found[id].shape)
        np.testing.assert_allclose(found[id], begin, rtol=1e-5, err_msg=id)
    for id in ("tone", "drive", "gate", "b_cell_help", "antigen_load", "debris_load"):
        np.testing.assert_allclose(found[id], 1.0, rtol=1e-5, err_msg=id)
    for id in MOVING:
        assert np.all(np.diff(found[id], axis=1) > 0), id


def test_untreated_every_state_stays_where_it_began() -> None:
    own = patients("untreated states", 64)
    begin, end = (course(Protocol(), [day], own, rtol=1e-9).final for day in (0.0, 3650.0))
    for id in end.keys() & ms().states.keys() - {"edss_perm"}:
        np.testing.assert_allclose(end[id], begin[id], rtol=1e-8, atol=1e-12, err_msg=id)


def test_lesions_of_the_untreated_state_are_births_times_their_duration() -> None:
    own = patients("at rest", 32, activity_now=0.7)
    found = course(Protocol(), [100.0], own)
    expected = 0.7 * own["lesion_rate"] * own["gd_duration"]
    np.testing.assert_allclose(found["gd"][:, 0], expected, rtol=1e-9)
    swelling = own["oedema_per_lesion"] * expected / (1 + own["oedema_tone"])
    np.testing.assert_allclose(found["oedema"][:, 0], swelling, rtol=1e-9)


def test_hardly_any_drawn_patient_is_unstable() -> None:
    """At most one in 1000 of the prior; none within its central 95 %."""
    assert stability(ms(), likely_patients("share", 4000)).rejected <= 0.001
    assert stability(ms(), patients("share", 1000)).rejected == 0


def test_stability_agrees_with_what_becomes_of_a_small_disturbance() -> None:
    """For patients who ignite early, of whom about half are unstable."""
    own = patients("disturbed", 64)
    own["ignition_tone"] = own["ignition_tone"] * rng_of("early").uniform(0.25, 0.5, 64)
    found = stability(ms(), own)
    start = course(Protocol(), [0.0], own).final
    start["tone_fold"] = start["tone_fold"] * (1 + 1e-5)
    half = np.log(20) / np.abs(found.growth)  # days in which a disturbance grows or falls 20-fold
    days = np.stack([half, 2 * half], axis=1)
    tone = course(Protocol(), days, own, initial=start, rtol=1e-11)["tone"]
    first, second = np.abs(tone - 1).T
    clear = np.maximum(first, second) < 0.02  # still small: what the linear equations speak of
    assert 0.2 < found.stable.mean() < 0.8
    assert clear.mean() > 0.7
    np.testing.assert_array_equal((second < first)[clear], found.stable[clear])
    rate = np.log(second / first) / half
    assert np.median(np.abs(rate / found.growth - 1)[clear]) < 0.02  # others not yet on their own
