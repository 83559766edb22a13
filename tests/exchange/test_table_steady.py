"""How far the doses given for a steady state are from one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.exchange.table_given import HISTORY
from diapedesis.infer.cohort import Adults
from diapedesis.models import pkpd
from diapedesis.simulate import Dose, Infusion, Injection, Protocol, solve
from tests.exchange.tables import subjects

LONG = 5000.0
N = 256


@pytest.mark.parametrize(("interval", "cmt"), [(28, 2), (42, 2), (28, 1)])
def test_a_thousand_days_of_doses_are_a_steady_state(interval: int, cmt: int) -> None:
    text = f"ID,TIME,EVID,AMT,II,SS,WT,CMT\n1,0,1,300,{interval},1,75,{cmt}\n"
    (one,) = subjects(text)
    given = one.protocol
    assert -HISTORY - interval < given.start <= -HISTORY
    adults = Adults.draw(pkpd(), N)
    # slow exchange with a large tissue makes the longest memory that the priors allow
    slow = {"v_p": np.array([3.4]), "q": np.array([0.12])}
    days = np.arange(0.0, interval + 0.5)

    def course(p: Protocol) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found = solve(
            pkpd(),
            p,
            days,
            ("c", "saturation"),
            parameters=adults.parameters(pkpd(), slow),
            inputs=adults.tiled(1),
            rtol=1e-8,
        ).raise_failures()
        return found["c"], found["saturation"]

    steps = range(int(LONG // interval), -1, -1)
    long: list[Dose] = [
        Infusion(-float(k * interval), 300.0)
        if cmt == 2
        else Injection(-float(k * interval), 300.0)
        for k in steps
    ]
    (c, saturation), (c_long, s_long) = (
        course(given),
        course(Protocol(tuple(long), (), given.weights)),
    )
    off = np.abs(c - c_long).max(axis=1) / c_long.max(axis=1)
    assert np.median(off) < 1e-6  # the typical adult forgets within a year
    assert off.max() < 1e-3  # of the peak, the slowest of the adults
    assert np.abs(saturation - s_long).max() < 1e-3
