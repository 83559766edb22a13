"""Five exchanges on alternate days: a deep nadir, refill, and weeks before the level stays low.

Both published readings of the distribution give it; figures from the prototype of the model, so a
memory of it, beside the laws that must hold whatever the figures.
"""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.plan.threshold import lasting_day
from diapedesis.simulate import Plex, Protocol, solve

PUBLISHED = {"cl": 0.164, "v_c": 3.48, "v_p": 3.48, "q": 0.4, "v_max": 2.86, "k_m": 0.875}
RECONCILED = {"cl": 0.15, "v_c": 3.59, "v_p": 2.3, "q": 0.13, "v_max": 2.55, "k_m": 0.92}
FIRST = 308.0 + 12


def course(parameters: dict[str, float], days: list[float]) -> dict[str, float]:
    protocol = Protocol.every(28, n=12).with_sessions(Plex(FIRST + d, volume=4.5) for d in days)
    end = protocol.sessions[-1].end if days else FIRST
    t = np.unique(np.concatenate([np.arange(FIRST, FIRST + 200, 0.25), [end + 1 / 24]]))
    c = solve(pkpd(), protocol, t, parameters=parameters)["c"]
    return {
        "after": float(c[0, np.searchsorted(t, end + 1 / 24 - 1e-9)]),
        "refill": float(c[0, (t >= end + 1) & (t <= end + 20)].max()),
        "lasting": float(lasting_day(t, c, 1.0)[0] - FIRST),
    }


@pytest.mark.parametrize(
    ("parameters", "nadir", "refill", "lasting"),
    [(RECONCILED, 0.9, 4.0, 38.0), (PUBLISHED, 1.7, 6.0, 35.0)],
    ids=["reconciled", "published"],
)
def test_five_alternate_day_exchanges(
    parameters: dict[str, float], nadir: float, refill: float, lasting: float
) -> None:
    got = course(parameters, [0, 2, 4, 6, 8])
    assert got["after"] == pytest.approx(nadir, rel=0.1)
    assert got["refill"] == pytest.approx(refill, rel=0.1)
    assert got["lasting"] == pytest.approx(lasting, abs=1.0)
    assert got["refill"] > 3 * got["after"]
    assert course(parameters, [])["lasting"] == pytest.approx(63.0, abs=1.5)


@pytest.mark.parametrize("parameters", [RECONCILED, PUBLISHED], ids=["reconciled", "published"])
def test_five_weekly_exchanges_last_sooner_than_five_on_alternate_days(
    parameters: dict[str, float],
) -> None:
    assert (
        course(parameters, [0, 7, 14, 21, 28])["lasting"]
        < course(parameters, [0, 2, 4, 6, 8])["lasting"]
    )
