"""Why an arm does what it does: what the laws say, what came out, and what it hangs on."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from diapedesis.core import Mechanism, Parameter
from diapedesis.mechanisms import (
    homing,
    hypotheses,
    latent_virus,
    ms_activity,
    silent_damage,
    trafficking,
)
from diapedesis.trials.endpoints import EXPECTED_GD
from diapedesis.trials.links import link
from diapedesis.trials.outcomes import LIMITS, ratios, verdicts
from diapedesis.trials.run import Records

Array = NDArray[np.float64]
BETWEEN = (homing, hypotheses, latent_virus, ms_activity, silent_damage, trafficking)
"""Mechanisms between cells in blood and tone."""
CLEAR = 0.5
"""Rank correlation over the possible truths from which on a parameter is named."""


def reason_table(records: Records, depth: pd.DataFrame) -> pd.DataFrame:
    """Return what is built in, for each variant, hypothesis and arm.

    Parameters
    ----------
    records : Records
    depth : DataFrame
        As :func:`diapedesis.trials.outcomes.depth_table` gives it.

    Returns
    -------
    DataFrame
        ``status`` and ``law``, what is left of the drive by the laws alone, everything else as
        untreated; ``gd``, ``gd_low``, ``gd_high``: what came out, new lesions expected over those
        on placebo; ``verdict``: on rebound; ``hangs_on``: the parameter whose value decides most
        from truth to truth, with its rank correlation, where one is clear.
    """
    trial = records.trial
    gone = depth[depth["days"] == 0].set_index("arm")["gone"]
    gd, said = ratios(records, EXPECTED_GD), verdicts(records, "rebound")
    links = {
        (h, a): link(arm, hypothesis, float(gone[arm.id]))
        for h, hypothesis in enumerate(trial.hypotheses)
        for a, arm in enumerate(trial.arms)
        if arm.id in gone.index
    }
    rows = []
    for v, (h, a) in product(range(len(trial.variants)), links):
        arm, hypothesis, variant = trial.arms[a], trial.hypotheses[h], trial.variants[v]
        low, high = np.quantile(gd[v, h, a], LIMITS)
        name, rho = _hangs_on(records, v, np.log(gd[v, h, a]))
        rows.append(
            {
                "variant": variant.id,
                "hypothesis": hypothesis.id,
                "arm": arm.id,
                "status": links[h, a].status(variant.free),
                "law": links[h, a].law,
                "gd": float(np.median(gd[v, h, a])),
                "gd_low": float(low),
                "gd_high": float(high),
                "verdict": str(said[v, h, a]),
                "hangs_on": name,
                "rho": rho,
            }
        )
    return pd.DataFrame(rows)


def _hangs_on(records: Records, variant: int, effect: Array) -> tuple[str, float]:
    """Return the parameter that goes with an effect most clearly, and its rank correlation."""
    if np.ptp(effect) < 1e-6:
        return "", 0.0
    p = records.patients.set(records.trial.id, records.trial.variants[variant])
    ids = [x.id for m in BETWEEN for x in Mechanism.of(m).each(Parameter) if x.id in p.truths]
    rank = rankdata(effect)
    rho = [float(np.corrcoef(rank, rankdata(p.truths[id]))[0, 1]) for id in ids]
    best = int(np.argmax(np.abs(rho)))
    return (ids[best], rho[best]) if abs(rho[best]) >= CLEAR else ("", 0.0)
