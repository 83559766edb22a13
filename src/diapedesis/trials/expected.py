"""The result that the proposer of a trial expected: how probable, and what it would say."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diapedesis.trials.design import Trial
from diapedesis.trials.outcomes import HALF, ratios
from diapedesis.trials.power import Sizes
from diapedesis.trials.run import Records

Array = NDArray[np.float64]
UNLIMITED = 0
"""Number of patients that stands for as many as it takes: the truth itself."""


def expected_table(records: Records, sizes: Sizes) -> pd.DataFrame:
    """Return how probable the expected result is, and each hypothesis after it.

    The result is there when every arm that was expected to prevent rebound does, and every other
    does not. In a trial an arm "does" with significantly fewer rebounds than the control; with
    unlimited patients (``patients`` 0), with at most half of them.

    Returns
    -------
    DataFrame
        For each variant, number of patients and hypothesis: ``probability`` of the result under it;
        ``after``, the probability of each pure hypothesis once the result is there, when all were
        alike before.
    """
    trial = records.trial
    ratio = ratios(records, "rebound")
    rows = []
    for v in range(len(trial.variants)):
        rows += _rows(trial, v, UNLIMITED, _there(trial, ratio[v] <= HALF))
    for (v, n), found in sizes.items():
        rows += _rows(trial, v, n, _there(trial, found.tests["rebound"] <= -1))
    return pd.DataFrame(rows)


def _there(trial: Trial, does: NDArray[np.bool_]) -> Array:
    """Return the probability of the result under each hypothesis; `does` has arms on axis 1."""
    as_said = [does[:, trial.arm(a)] == said for a, said in trial.expected.items()]
    return np.asarray(np.all(as_said, axis=0).mean(axis=-1))


def _rows(trial: Trial, v: int, n: int, probability: Array) -> list[dict[str, object]]:
    pure = np.array([h.pure for h in trial.hypotheses])
    total = probability[pure].sum()
    after = np.where(pure, probability / total if total > 0 else np.nan, np.nan)
    return [
        {
            "variant": trial.variants[v].id,
            "patients": n,
            "hypothesis": h.id,
            "probability": float(probability[i]),
            "after": float(after[i]),
        }
        for i, h in enumerate(trial.hypotheses)
    ]
