"""Who comes to the moment: alive, and with PML found no earlier than the case says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from diapedesis.cases.draws import Drawn
from diapedesis.cases.facts import Known
from diapedesis.cases.there import log_alive, log_undiagnosed
from diapedesis.population.virus_onset import DELAY_SYMPTOMS

DAYS = np.array([0.0, 100.0, 200.0])


def known(volume: list[list[float]], felt_from: float = 10.0, **values: list[list[float]]) -> Known:
    n = len(volume)
    given = {"pml_volume": np.array(volume), "iris_level": np.zeros((n, DAYS.size))}
    return Known(
        cast(Drawn, SimpleNamespace(symptom_volume=np.full(n, felt_from))),
        DAYS,
        given | {k: np.array(v) for k, v in values.items()},
    )


def test_an_unfelt_lesion_takes_nothing_away_and_an_old_one_nearly_all() -> None:
    """Half of those whose symptoms are as old as the median delay are not diagnosed yet."""
    day = DAYS[-1] - DELAY_SYMPTOMS
    rise = 10.0 / (day - 100.0) * 100.0
    found = np.exp(
        log_undiagnosed(known([[0, 0, 0], [1, 5, 9.9], [0, 0, rise], [11, 50, 300], [9.9, 20, 30]]))
    )
    assert found[:2].tolist() == [1.0, 1.0]
    assert found[2] == pytest.approx(0.5, abs=1e-6)
    # 200 days are two spreads of the delay's logarithm beyond its median
    assert (found[3:] < 0.03).all()


def test_the_weight_of_survival_is_that_of_the_hazard_so_far() -> None:
    zeros = [[0.0, 0.0, 0.0]]
    alive = log_alive(known(zeros, death_hazard=[[0.0, 0.1, 0.7]]))
    assert np.exp(alive).tolist() == pytest.approx([np.exp(-0.7)])
