"""The conflict that the population prior carries: disposition from troughs, and from exchange.

Published parameters of the population analysis foresee a smaller lasting fall after plasma exchange
than the exchange series found. Both readings, a compromise by hand, and the draws, side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diapedesis.core import Model
from diapedesis.infer.cohort import Adults, dosing_statistics, khatri_statistics
from diapedesis.infer.prior import population_draws

Array = NDArray[np.float64]
PUBLISHED = {"cl": 0.164, "v_c": 3.48, "v_p": 3.48, "q": 0.4, "v_max": 2.86, "k_m": 0.875}
"""Claims pkpd 1.2 to 1.7."""
COMPROMISE = {"cl": 0.15, "v_c": 3.59, "v_p": 2.3, "q": 0.13, "v_max": 2.55, "k_m": 0.92}
"""Set by hand, by us, to meet troughs and exchange at once; not published."""
Q_EDGES = (0.0, 0.15, 0.3, np.inf)
ADULTS = 64
STATISTICS = {
    "cmax": "Cmax, mg/L",
    "trough": "trough, mg/L",
    "q6w_fall": "lower at six weeks, %",
    "plex_end": "fall at the end, %",
    "plex_1wk": "fall a week later, %",
}


def conflict(model: Model, draws: int) -> pd.DataFrame:
    """Return label and exchange statistics of single parameter sets and of the population draws.

    Parameters
    ----------
    model : Model
    draws : int
        Population draws to use, from the first on.

    Returns
    -------
    DataFrame
        One row per set: share of the draws, and median, 5 % and 95 % of each statistic.
    """
    single = {k: np.array([PUBLISHED[k], COMPROMISE[k]]) for k in PUBLISHED}
    population = {k: v[:draws] for k, v in population_draws("population_pk.csv").items()}
    adults = Adults.draw(model, ADULTS)
    sets, drawn = (_statistics(model, adults, t) for t in (single, population))
    rows = [
        _row(f"{name}: Q {given['q']:g}, Vp {given['v_p']:g}", np.nan, _only(sets, i))
        for i, (name, given) in enumerate(
            (("published population analysis", PUBLISHED), ("compromise by hand", COMPROMISE))
        )
    ]
    rows.append(_row("all population draws", 1.0, drawn))
    for low, high in pairwise(Q_EDGES):
        at = (population["q"] >= low) & (population["q"] < high)
        label = (
            f"draws with Q {low:g} to {high:g}" if high < np.inf else f"draws with Q from {low:g}"
        )
        rows.append(_row(label, float(at.mean()), {k: v[at] for k, v in drawn.items()}))
    return pd.DataFrame(rows)


def _statistics(model: Model, adults: Adults, typical: Mapping[str, Array]) -> dict[str, Array]:
    return dosing_statistics(model, adults, typical) | khatri_statistics(model, adults, typical)


def _only(found: Mapping[str, Array], i: int) -> dict[str, Array]:
    return {k: v[i : i + 1] for k, v in found.items()}


def _row(name: str, share: float, found: Mapping[str, Array]) -> dict[str, object]:
    row: dict[str, object] = {"set": name, "share": share}
    for k in STATISTICS:
        q = np.quantile(found[k], [0.5, 0.05, 0.95])
        row |= dict(zip((k, f"{k}_05", f"{k}_95"), q.tolist(), strict=True))
    return row
