"""What each arm does against placebo: outcomes, differences, ratios, and a word for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diapedesis.trials.allocation import Simulated
from diapedesis.trials.design import MONTH
from diapedesis.trials.endpoints import ENDPOINTS
from diapedesis.trials.run import Records
from diapedesis.trials.spread import COUNTED, ENOUGH, by_truth, difference, log_ratio, value

Array = NDArray[np.float64]
LIMITS = (0.05, 0.95)
HALF = 0.5
SAME = (0.8, 1.25)
"""Ratios between which nothing has changed."""
SURE = 0.9
"""Share of the possible truths that must agree for a verdict."""
PREVENTS, LESSENS, SAME_AS = "prevents", "lessens", "does not change"
WORSENS, OPEN, TOO_FEW = "worsens", "not settled", "too few patients"


def verdict(ratio: Array) -> str:
    """Return what a ratio to placebo, one for each possible truth, amounts to.

    Nine truths of ten must agree: "prevents" when at most half is left, "lessens" below 0.8, "does
    not change" from 0.8 to 1.25, "worsens" above 1.25; "not settled" when they do not.

    Examples
    --------
    >>> verdict(np.full(10, 0.3)), verdict(np.linspace(0.3, 1.2, 10))
    ('prevents', 'not settled')
    """
    low, high = SAME
    tried = {
        PREVENTS: ratio <= HALF,
        LESSENS: ratio < low,
        SAME_AS: (ratio >= low) & (ratio <= high),
        WORSENS: ratio > high,
    }
    return next((word for word, agrees in tried.items() if agrees.mean() >= SURE), OPEN)


def ratios(records: Records, endpoint: str) -> Array:
    """Return outcome over that of the control, shape (variants, hypotheses, arms, truths)."""
    return np.exp(by_truth(records, endpoint, log_ratio))


def verdicts(records: Records, endpoint: str) -> NDArray[np.str_]:
    """Return the verdict on an endpoint, shape (variants, hypotheses, arms).

    "too few patients" where each truth has fewer than ``ENOUGH``, or where it is not clear that the
    truths differ and the verdict would be another one if they did.
    """
    likely = _words(ratios(records, endpoint))
    if records.patients.n < ENOUGH:
        return np.full_like(likely, TOO_FEW)
    cautious = _words(np.exp(by_truth(records, endpoint, log_ratio, cautious=True)))
    return np.where(likely == cautious, likely, TOO_FEW)


def _words(ratio: Array) -> NDArray[np.str_]:
    longest = max(map(len, (PREVENTS, LESSENS, SAME_AS, WORSENS, OPEN, TOO_FEW)))
    return np.apply_along_axis(lambda x: np.array(verdict(x), f"U{longest}"), -1, ratio)


def outcome_table(records: Records, simulated: Mapping[int, Simulated]) -> pd.DataFrame:
    """Return every endpoint of every arm.

    Parameters
    ----------
    records : Records
    simulated : mapping of int to Simulated
        Trials of one size, by variant.

    Returns
    -------
    DataFrame
        For each variant, hypothesis, arm and endpoint: median over the possible truths with 5 and
        95 % (``low``, ``high``: what is not known), 5 and 95 % over trials of that size
        (``trial_low``, ``trial_high``: with chance), the same for the difference to the control,
        and ratio and verdict.
    """
    rows = []
    t = records.trial
    for e in ENDPOINTS:
        own, apart = (by_truth(records, e.id, s) for s in (value, difference))
        counted = e.id in COUNTED
        ratio = ratios(records, e.id) if counted else np.full_like(own, np.nan)
        words = verdicts(records, e.id) if counted else np.full(own.shape[:3], "")
        for v, h, a in np.ndindex(*own.shape[:3]):
            trials = simulated[v].means[e.id][h]
            rows.append(
                {
                    "variant": t.variants[v].id,
                    "hypothesis": t.hypotheses[h].id,
                    "arm": t.arms[a].id,
                    "endpoint": e.id,
                    **_spread("", own[v, h, a], trials[a]),
                    **_spread("difference", apart[v, h, a], trials[a] - trials[0]),
                    **_ratio(ratio[v, h, a]),
                    "verdict": str(words[v, h, a]),
                }
            )
    return pd.DataFrame(rows)


def _spread(name: str, truths: Array, trials: Array) -> dict[str, float]:
    prefix = f"{name}_" if name else ""
    low, high = np.quantile(truths, LIMITS)
    trial_low, trial_high = np.quantile(trials, LIMITS)
    return {
        name or "value": float(np.median(truths)),
        f"{prefix}low": float(low),
        f"{prefix}high": float(high),
        f"{prefix}trial_low": float(trial_low),
        f"{prefix}trial_high": float(trial_high),
    }


def _ratio(ratio: Array) -> dict[str, float]:
    if np.isnan(ratio).any():
        return {"ratio": np.nan, "ratio_low": np.nan, "ratio_high": np.nan}
    low, high = np.quantile(ratio, LIMITS)
    return {
        "ratio": float(np.median(ratio)),
        "ratio_low": float(low),
        "ratio_high": float(high),
    }


def depth_table(records: Records) -> pd.DataFrame:
    """Return the share of the cells that is gone from blood, against the same patients on placebo.

    Returns
    -------
    DataFrame
        For each arm and scan from four weeks after the first antibody on: median, 5 and 95 % over
        the patients; ``days`` is 0 for the mean of all weeks since.
    """
    rows = []
    for a, arm in enumerate(records.trial.arms):
        if not arm.cells:
            continue
        count = records.counts[arm.cells]
        gone = 1 - count[a] / count[0]
        first = min(t.time for t in arm.treatments) + MONTH
        since = records.days >= first
        scans = [d for d in (2 * MONTH, 4 * MONTH, 7 * MONTH, 10 * MONTH, 13 * MONTH) if d >= first]
        columns = {0.0: gone[:, since].mean(axis=1)}
        columns |= {d: gone[:, np.searchsorted(records.days, d)] for d in scans}
        for day, x in columns.items():
            low, middle, high = np.quantile(x, (LIMITS[0], 0.5, LIMITS[1]))
            rows.append(
                {
                    "arm": arm.id,
                    "cells": arm.cells,
                    "aim": arm.aim,
                    "days": day,
                    "gone": float(middle),
                    "low": float(low),
                    "high": float(high),
                }
            )
    return pd.DataFrame(rows)
