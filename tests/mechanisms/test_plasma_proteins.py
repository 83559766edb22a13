"""IgG and fibrinogen: what sessions cost, and what brings them back."""

import numpy as np
import pytest

from diapedesis.simulate import Immunoadsorption, Plex, Protocol
from tests.kit import course

DAYS = (0.0, 2.0, 4.0, 6.0, 8.0)
END = DAYS[-1] + 2.5 / 24


def after(make, at: float = END, **parameters: float) -> tuple[float, float]:
    """Return IgG and fibrinogen after five sessions, as shares of what they were."""
    given = Protocol(sessions=tuple(make(day) for day in DAYS))
    found = course(given, [0.0, at], t0=0.0, parameters=parameters, rtol=1e-9)
    return tuple(float(found[o][0, 1] / found[o][0, 0]) for o in ("igg", "fibrinogen"))


def albumin(day: float) -> Plex:
    return Plex(day, plasma_volumes=1.5)


def donor(day: float) -> Plex:
    return Plex(day, plasma_volumes=1.5, replacement="plasma")


def test_one_exchange_in_closed_form() -> None:
    """Without refill, synthesis and breakdown, a session leaves exp(-volumes)."""
    still = {"igg_refill": 0.0, "igg_half_life": 1e9, "fibrinogen_half_life": 1e9}
    given = Protocol(sessions=(albumin(0.0),))
    found = course(given, [0.0, 2.5 / 24], parameters=still, rtol=1e-10)
    for output in ("igg", "fibrinogen"):
        share = found[output][0, 1] / found[output][0, 0]
        assert share == pytest.approx(np.exp(-1.5), rel=1e-7)


def test_donor_plasma_keeps_both_up() -> None:
    igg, fibrinogen = after(donor)
    assert igg > after(albumin)[0] + 0.3
    assert fibrinogen > after(albumin)[1] + 0.3
    assert igg < 1  # donors' IgG, diluted by the anticoagulant, is lower
    assert fibrinogen < 1


def test_donor_plasma_alone_would_settle_at_its_own_level() -> None:
    still = {"igg_refill": 0.0, "igg_half_life": 1e9, "fibrinogen_half_life": 1e9}
    given = Protocol(sessions=(Plex(0.0, plasma_volumes=30.0, replacement="plasma"),))
    found = course(given, [2.5 / 24], parameters=still)
    assert found["igg"][0, 0] == pytest.approx(6.8, rel=1e-5)
    assert found["fibrinogen"][0, 0] == pytest.approx(2.0, rel=1e-5)


def test_igg_refills_from_tissue_faster_than_it_is_made() -> None:
    """Four days on; without tissue, only synthesis would have raised it."""
    refilled = after(albumin, END + 4.0)[0] - after(albumin)[0]
    made = [after(albumin, at, igg_refill=0.0)[0] for at in (END, END + 4.0)]
    assert refilled > made[1] - made[0] + 0.03


def test_columns_leave_fibrinogen_except_tryptophan() -> None:
    for column in ("protein_a", "anti_igg"):
        igg, fibrinogen = after(lambda d, c=column: Immunoadsorption(d, volume=5.0, column=c))
        assert fibrinogen == pytest.approx(1.0, rel=1e-6)
        assert igg < 0.6
    tryptophan = after(lambda d: Immunoadsorption(d, volume=2.5, column="tryptophan"))
    assert tryptophan[1] < 0.8


def test_protein_a_takes_more_of_all_igg_than_of_igg4() -> None:
    given = Protocol.every(28, n=3).with_sessions([Immunoadsorption(70.0, plasma_volumes=2.5)])
    still = {"q": 0.0, "igg_refill": 0.0, "v_plasma_fold": 10.0}
    found = course(given, [70.0, 70.0 + 2.5 / 24], parameters=still)
    left = {o: found[o][0, 1] / found[o][0, 0] for o in ("c", "igg")}
    assert left["igg"] == pytest.approx(np.exp(-2.5 * 0.90), rel=0.03)  # 2.5 h of synthesis
    assert left["igg"] < 0.5 * left["c"]
