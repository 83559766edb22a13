"""Why an arm does what it does: what the laws say, what came out, and what it hangs on."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata, t

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
from diapedesis.trials.patients import Patients
from diapedesis.trials.probe import matters
from diapedesis.trials.run import Records

Array = NDArray[np.float64]
BETWEEN = (homing, hypotheses, latent_virus, ms_activity, silent_damage, trafficking)
"""Mechanisms between cells in blood and tone."""
CLEAR = 0.5
"""Rank correlation over the possible truths from which on a parameter is named."""
CHANCE = 0.05
"""Chance that any of the parameters reaches the limit when none matters."""


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
        from truth to truth, with its rank correlation, where one is clear: of those that the result
        depends on, and more than the best of so many is by chance.
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
    asked = _Asked(records)
    rows = []
    for v, (h, a) in product(range(len(trial.variants)), links):
        arm, hypothesis, variant = trial.arms[a], trial.hypotheses[h], trial.variants[v]
        low, high = np.quantile(gd[v, h, a], LIMITS)
        name, rho = asked.hangs_on(v, h, a, np.log(gd[v, h, a]))
        rows.append(
            {
                "variant": variant.id,
                "hypothesis": hypothesis.id,
                "arm": arm.id,
                "status": links[h, a].status(variant.free, float(high)),
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


def limit(truths: int, tried: int) -> float:
    """Return the rank correlation that the best of so many parameters hardly has by chance.

    By Bonferroni, and at least ``CLEAR``.

    Examples
    --------
    >>> round(limit(10, 40), 2), round(limit(50, 40), 2)
    (0.86, 0.5)
    """
    x = t.ppf(1 - CHANCE / (2 * tried), truths - 2)
    return max(CLEAR, float(x / np.sqrt(truths - 2 + x**2)))


class _Asked:
    """Parameters between cells and tone, and which of them each result depends on."""

    def __init__(self, records: Records) -> None:
        self.trial = records.trial
        self.people: list[Patients] = [
            records.patients.set(self.trial.id, v) for v in self.trial.variants
        ]
        self.known: dict[tuple[int, int], NDArray[np.bool_]] = {}

    def ids(self, variant: int) -> list[str]:
        truths = self.people[variant].truths
        return [x.id for m in BETWEEN for x in Mechanism.of(m).each(Parameter) if x.id in truths]

    def matter(self, variant: int, h: int, arm: int) -> NDArray[np.bool_]:
        """Return which parameters a result depends on."""
        if (variant, h) not in self.known:
            hypothesis, people = self.trial.hypotheses[h], self.people[variant]
            self.known[variant, h] = matters(self.trial, people, hypothesis, self.ids(variant))
        return self.known[variant, h][arm]

    def hangs_on(self, variant: int, h: int, arm: int, effect: Array) -> tuple[str, float]:
        """Return the parameter that goes with an effect most clearly, and its rank correlation."""
        ids = [i for i, m in zip(self.ids(variant), self.matter(variant, h, arm), strict=True) if m]
        if np.ptp(effect) < 1e-6 or not ids:
            return "", 0.0
        truths, rank = self.people[variant].truths, rankdata(effect)
        rho = [float(np.corrcoef(rank, rankdata(truths[id]))[0, 1]) for id in ids]
        best = int(np.argmax(np.abs(rho)))
        enough = abs(rho[best]) >= limit(effect.size, len(ids))
        return (ids[best], rho[best]) if enough else ("", 0.0)
