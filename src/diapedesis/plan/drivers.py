"""What would change the answer: parameters whose halves part the probability."""

from __future__ import annotations

import numpy as np

from diapedesis.infer.fit import Fit
from diapedesis.infer.table import Table
from diapedesis.plan.design import PlexQuestion
from diapedesis.plan.search import Arm


def drivers(fitted: Fit, chosen: Arm, question: PlexQuestion) -> Table:
    """Return P(lasting) with each parameter in the lower and upper half of its draws.

    Only parameters whose gap exceeds three standard errors of no gap are kept.
    """
    lasts = chosen.lasting <= question.by + 1e-9
    noise = 3 * np.sqrt(4 * lasts.mean() * (1 - lasts.mean()) / lasts.size)
    rows = []
    for id, draws in fitted.draws.items():
        upper = draws > np.median(draws)
        low, high = float(lasts[~upper].mean()), float(lasts[upper].mean())
        if abs(high - low) > noise:
            rows.append((id, fitted.model.parameters[id].label, low, high, abs(high - low)))
    rows.sort(key=lambda r: (-r[-1], r[0]))
    return Table(("id", "label", "p_lower_half", "p_upper_half", "gap"), tuple(rows[:6]))
